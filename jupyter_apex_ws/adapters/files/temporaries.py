"""Names that a save uses: the temporary file, what it displaces, the conflict copy; the sweep of leftovers.

A save may die at any step. The name says what is left: `.~apex-new-…` was never visible and goes;
`.~apex-<inode>-…` holds the unfinished file while its inode is the one in the name, and otherwise what the
exchange displaced and nobody has judged yet: that is somebody's file and becomes a conflict copy.
"""

import errno
import fcntl
import os
import re
import secrets
import time

from ...core.paths import MAX_NAME_BYTES
from . import syscalls
from .descriptors import FILE, Descriptor
from .move import rename_to_free

_NEW = b".~apex-new-"
_HELD = re.compile(rb"\.~apex-([0-9a-f]+)-[0-9a-f]{8}~(.+)", re.DOTALL)
_NAME_ROOM = 180
_LONGEST_SUFFIX = 20
_COPIES = 1000


def new_name() -> bytes:
    """For a file that is being written."""
    return _NEW + secrets.token_hex(8).encode()


def held_name(inode: int, name: bytes) -> bytes:
    """For the file `inode` at the moment when it is exchanged with `name`; 0 for what is only put aside."""
    return b".~apex-%x-%s~%s" % (inode, secrets.token_hex(4).encode(), _shortened(name, _NAME_ROOM))


def is_temporary(name: bytes) -> bool:
    return name.startswith(_NEW) or _HELD.fullmatch(name) is not None


def conflict_name(name: bytes, number: int) -> bytes:
    """A visible name beside `name` that keeps its suffix, so that it opens as what it is."""
    stem, dot, ending = name.rpartition(b".")
    suffix = dot + ending
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        stem, suffix = name, b""
    mark = time.strftime(".conflict-%Y%m%dT%H%M%SZ", time.gmtime()).encode()
    mark += b"-%d" % number if number else b""
    return _shortened(stem, MAX_NAME_BYTES - len(mark) - len(suffix)) + mark + suffix


def _shortened(name: bytes, room: int) -> bytes:
    """The first bytes of a name, not cut within a UTF-8 character."""
    end = min(room, len(name))
    while 0 < end < len(name) and name[end] & 0xC0 == 0x80:
        end -= 1
    return name[:end]


def keep_as_conflict_copy(folder: Descriptor, held: bytes, name: bytes) -> bytes:
    """Give what lies at `held` a visible name beside `name`, and return that."""
    for number in range(_COPIES):
        copy = conflict_name(name, number)
        try:
            rename_to_free(folder, held, copy)
        except FileExistsError:
            continue
        return copy
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def lock(descriptor: int) -> None:
    """Say that the writer of this temporary file lives, for as long as the descriptor is open."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network file systems have no locks: there only the age protects a save under way from a sweep.
        if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF):
            raise


def settle(folder: Descriptor, name: bytes, status: syscalls.Status, before_ns: int) -> bool:
    """Deal with one leftover: True when it was one, older than `before_ns`, and nobody is writing it."""
    if not is_temporary(name) or status.changed_ns >= before_ns or (status.is_file and _in_use(folder, name)):
        return False
    held = _HELD.fullmatch(name)
    if held is not None and int(held[1], 16) != status.inode:
        keep_as_conflict_copy(folder, name, held[2])
    elif status.is_file:
        os.unlink(name, dir_fd=folder.number)
    return True


def _in_use(folder: Descriptor, name: bytes) -> bool:
    with folder.beneath((name,), FILE) as file:
        try:
            lock(file.number)
        except BlockingIOError:
            return True
    return False
