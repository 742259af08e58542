"""News of changes in folders, from the kernel (inotify of Linux, through the C library).

Not by a package: watchfiles (1.3) was seen to end its whole watch at the first name that is not UTF-8.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterator

_MASK = (
    0x00000004  # attributes, a file's time among them
    | 0x00000008  # closed after writing
    | 0x00000040  # moved from here
    | 0x00000080  # moved to here
    | 0x00000100  # created
    | 0x00000200  # deleted
    | 0x01000000  # only where it is a folder
    | 0x02000000  # not through a link
    | 0x04000000  # no news of deleted files that are still open
)
_OVERFLOW, _IGNORED, _IS_FOLDER = 0x00004000, 0x00008000, 0x40000000
_HEAD = struct.Struct("iIII")


class WatchLimit(OSError):
    """The system lets this account watch no more folders."""


class Overflow(Exception):
    """The kernel dropped news: everything has to be looked at again."""


class Watcher:
    """Tells what changed directly in each folder that was added. Raises OSError where there is no inotify."""

    def __init__(self) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        if not hasattr(library, "inotify_init1"):
            raise OSError(errno.ENOSYS, "no inotify here")
        self._add = library.inotify_add_watch
        self._add.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)
        self.descriptor: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "cannot watch for changes")
        self._folders: dict[int, bytes] = {}

    def close(self) -> None:
        """Watch nothing any more."""
        os.close(self.descriptor)

    def add(self, path: bytes, name: bytes) -> None:
        """Watch the folder at `path`, and call it `name` in news. A folder has one watch, also after it was
        renamed: added again, it has its new name. Raises WatchLimit; a folder that is gone is no error."""
        watch = self._add(self.descriptor, path, _MASK)
        if watch >= 0:
            self._folders[watch] = name
        elif ctypes.get_errno() == errno.ENOSPC:
            raise WatchLimit(errno.ENOSPC, "no more folders can be watched")

    def news(self) -> Iterator[tuple[bytes, bytes, bool]]:
        """What changed since the last time: the folder's name, the name in it, whether that is a folder now.

        Raises Overflow after the last one that is known.
        """
        dropped = False
        while True:
            try:
                buffer = os.read(self.descriptor, 65536)
            except BlockingIOError:
                break
            at = 0
            while at < len(buffer):
                watch, mask, _, length = _HEAD.unpack_from(buffer, at)
                name = buffer[at + _HEAD.size : at + _HEAD.size + length].rstrip(b"\0")
                at += _HEAD.size + length
                dropped = dropped or bool(mask & _OVERFLOW)
                if mask & _IGNORED:
                    self._folders.pop(watch, None)
                elif name and watch in self._folders:
                    yield self._folders[watch], name, bool(mask & _IS_FOLDER)
        if dropped:
            raise Overflow
