"""Saves by a person's own Jupyter server: the store's steps, but the person always wins.

Jupyter's saves carry no If-Match. So the new version becomes visible in any case, and what it displaces is
kept as a conflict copy unless it is the version that this server last read or wrote there.
"""

import errno
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import move, replace, temporaries
from .descriptors import FILE, FOLDER, Descriptor
from .identity import etag_of, same_content
from .syscalls import UNSUPPORTED, Status
from .writer import TemporaryFile

_ATTEMPTS = 100
_BLOCK = 1 << 20
_UMASK = re.compile(r"^Umask:\s*([0-7]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Version:
    """A version of a file. The digest tells that a file is the same when only its dates or name changed."""

    etag: str
    digest: bytes


def digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=20).digest()


def version_at(path: Path) -> str:
    """The entity tag of what is at a path now, "" where no file is."""
    try:
        with Descriptor(os.open(path, os.O_PATH | os.O_CLOEXEC)) as found:
            return etag_of(found.status())
    except OSError:
        return ""


def begin(root: Path, path: Path) -> TemporaryFile:
    """A temporary file beside `path`; both are real paths, and no link is met on the way between them."""
    names = tuple(os.fsencode(name) for name in path.relative_to(root).parts)
    with Descriptor(os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)) as start:
        folder = start.beneath(names[:-1], FOLDER)
    try:
        return TemporaryFile(folder)
    except BaseException:
        folder.close()
        raise


def prepare(temporary: TemporaryFile, name: bytes, mode: int) -> bytes:
    """Bring the written bytes to the disk, and say their digest. What takes long."""
    temporary.make_durable(temporary.folder.status_or_none(name), mode)
    return _digest_of(temporary.file)


def make_visible(temporary: TemporaryFile, name: bytes, written: bytes, known: Version | None) -> Version:
    """Give the prepared file its name, and say which version it is now.

    `written` is its digest, `known` the version that may be displaced without a copy.
    """
    folder = temporary.folder
    before, displaced = _put(temporary, name)
    if before is not None:
        expected = before if known is not None and known.etag == etag_of(before) else None
        digests = {written} if known is None else {written, known.digest}
        _judge(folder, displaced, name, expected, digests)
    folder.sync()
    return Version(etag_of(temporary.visible()), written)


def _put(temporary: TemporaryFile, name: bytes) -> tuple[Status | None, bytes]:
    """What was at the name right before, and the name under which that is held now."""
    for _ in range(_ATTEMPTS):
        before = temporary.folder.status_or_none(name)
        try:
            if before is None:
                move.rename_to_free(temporary.folder, temporary.name, name)
                return None, b""
            return before, _displace(temporary, name, before)
        except (FileExistsError, FileNotFoundError):
            continue  # made or deleted by somebody since we looked
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def usual_mode() -> int:
    """Permissions that this process gives to new files."""
    try:
        found = _UMASK.search(Path("/proc/self/status").read_text())
    except OSError:
        found = None
    return 0o666 & ~(int(found[1], 8) if found else 0o022)


def _displace(temporary: TemporaryFile, name: bytes, before: Status) -> bytes:
    """Put the written file in the place of `name`; the name under which the displaced one is held then."""
    folder = temporary.folder
    if not before.is_file:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    held = temporary.hold(name)
    try:
        replace.exchange(folder, held, name)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        displaced = temporaries.held_name(0, name)
        move.link(folder, name, displaced)
        os.rename(held, name, src_dir_fd=folder.number, dst_dir_fd=folder.number)
        return displaced
    return held


def _judge(
    folder: Descriptor, held: bytes, name: bytes, expected: Status | None, digests: set[bytes]
) -> None:
    """Remove the displaced file when it is a version that may go, else make it a conflict copy."""
    now = folder.status(held)
    may_go = expected is not None and same_content(expected, now)
    if not may_go and now.is_file:
        with folder.beneath((held,), FILE) as file:
            may_go = _digest_of(file) in digests
    if may_go:
        os.unlink(held, dir_fd=folder.number)
    else:
        temporaries.keep_as_conflict_copy(folder, held, name)


def _digest_of(file: Descriptor) -> bytes:
    hashed = hashlib.blake2b(digest_size=20)
    offset = 0
    while block := os.pread(file.number, _BLOCK, offset):
        hashed.update(block)
        offset += len(block)
    return hashed.digest()
