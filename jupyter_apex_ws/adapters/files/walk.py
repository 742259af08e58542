"""What is in a folder and below it: regular files and folders only, never through a link."""

import errno
import os
from collections.abc import Iterator

from ...core.errors import TooLarge
from ...core.paths import well_formed
from ...core.ports import RelPath
from .descriptors import FOLDER, Descriptor
from .syscalls import Status

_PASSED_OVER = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EXDEV, errno.EACCES, errno.EPERM, errno.ESTALE}
)


def entries(
    folder: Descriptor, *, hidden: bool = False, limit: int | None = None
) -> Iterator[tuple[bytes, Status]]:
    """Names and what they are. Raises TooLarge past `limit` names, counting all that the folder holds."""
    with os.scandir(folder.number) as names:
        for number, entry in enumerate(names, start=1):
            if limit is not None and number > limit:
                raise TooLarge(f"This folder holds more than {limit} entries. Split it to list it.")
            name = os.fsencode(entry.name)
            if not hidden and name.startswith(b"."):
                continue
            status = folder.status_or_none(name)
            if status is not None and (status.is_file or status.is_folder):
                yield name, status


def walk(start: Descriptor, *, hidden: bool = False) -> Iterator[tuple[RelPath, Status]]:
    """Everything below `start`, a folder before what is in it, at most as deep as a path can be.

    Two descriptors are open at a time, however deep the tree. What vanishes or may not be read is left out.
    """
    waiting: list[RelPath] = [()]
    while waiting:
        above = waiting.pop()
        for name, status in _contents(start, above, hidden=hidden):
            path = (*above, name)
            if not well_formed(path):
                continue
            if status.is_folder:
                waiting.append(path)
            yield path, status


def _contents(start: Descriptor, path: RelPath, *, hidden: bool) -> list[tuple[bytes, Status]]:
    try:
        with start.beneath(path, FOLDER) as folder:
            return list(entries(folder, hidden=hidden))
    except OSError as error:
        if error.errno in _PASSED_OVER:
            return []
        raise
