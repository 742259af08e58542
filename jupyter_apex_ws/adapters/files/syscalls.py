"""The three Linux calls that Python's os module lacks: openat2, statx and renameat2. They raise OSError."""

import ctypes
import errno
import os
import stat
import struct
import time
from dataclasses import dataclass

RENAME_NOREPLACE = 1
RENAME_EXCHANGE = 2
UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})
"""What renameat2 answers where the file system lacks a flag."""

_RESOLVE_NO_MAGICLINKS = 0x02
_RESOLVE_NO_SYMLINKS = 0x04
_RESOLVE_BENEATH = 0x08
_RESOLVE = _RESOLVE_BENEATH | _RESOLVE_NO_SYMLINKS | _RESOLVE_NO_MAGICLINKS

_SYS_OPENAT2 = 437  # the same on every architecture; the C library has no wrapper
_ATTEMPTS = 20
_PAUSE_SECONDS = 0.001

_AT_SYMLINK_NOFOLLOW = 0x100
_AT_NO_AUTOMOUNT = 0x800
_AT_EMPTY_PATH = 0x1000
_STATX_BASIC_STATS = 0x7FF
_STATX_BTIME = 0x800
_STATX_SIZE = 256
_STATX = struct.Struct("=IIQIIIHxxQQQQqixxxxqixxxxqixxxxqixxxxIIII")

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.statx.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_char_p)
_libc.renameat2.argtypes = (
    ctypes.c_int,
    ctypes.c_char_p,
    ctypes.c_int,
    ctypes.c_char_p,
    ctypes.c_uint,
)


class _OpenHow(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


@dataclass(frozen=True, slots=True)
class Status:
    """What statx tells. Times in ns since 1970; `birth_ns` is 0 where the file system keeps none."""

    mode: int
    uid: int
    gid: int
    links: int
    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int
    birth_ns: int

    @property
    def is_file(self) -> bool:
        return stat.S_ISREG(self.mode)

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.mode)


def openat2(directory: int, path: bytes, flags: int) -> int:
    """Open `path` beneath the descriptor `directory`; no link is followed and nothing above is reachable.

    Never waits: not for the other end of a FIFO, and not longer than 20 ms for a lease or a rename under way.
    """
    how = _OpenHow(flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, 0, _RESOLVE)
    if flags & os.O_PATH:
        how.flags = flags | os.O_CLOEXEC  # O_PATH takes no other flags, and opens nothing that could block
    for attempt in range(_ATTEMPTS):
        descriptor: int = _libc.syscall(
            ctypes.c_long(_SYS_OPENAT2),
            ctypes.c_int(directory),
            ctypes.c_char_p(path),
            ctypes.byref(how),
            ctypes.c_size_t(ctypes.sizeof(how)),
        )
        if descriptor >= 0:
            return descriptor
        code = ctypes.get_errno()
        if code not in (errno.EAGAIN, errno.EINTR):
            break
        if attempt:
            time.sleep(_PAUSE_SECONDS)
    raise OSError(code, os.strerror(code))


def status(descriptor: int, name: bytes = b"") -> Status:
    """Of `name` in the folder `descriptor` (of a link itself); without a name of what `descriptor` is."""
    buffer = ctypes.create_string_buffer(_STATX_SIZE)
    flags = _AT_SYMLINK_NOFOLLOW | _AT_NO_AUTOMOUNT | (0 if name else _AT_EMPTY_PATH)
    if _libc.statx(descriptor, name, flags, _STATX_BASIC_STATS | _STATX_BTIME, buffer) != 0:
        _fail()
    (
        mask, _, _, links, uid, gid, mode, inode, size, _, _,
        _, _, birth, birth_ns, changed, changed_ns, modified, modified_ns,
        _, _, major, minor,
    ) = _STATX.unpack_from(buffer)  # fmt: skip
    return Status(
        mode=mode,
        uid=uid,
        gid=gid,
        links=links,
        device=os.makedev(major, minor),
        inode=inode,
        size=size,
        modified_ns=modified * 1_000_000_000 + modified_ns,
        changed_ns=changed * 1_000_000_000 + changed_ns,
        birth_ns=birth * 1_000_000_000 + birth_ns if mask & _STATX_BTIME else 0,
    )


def renameat2(source: int, name: bytes, target: int, new_name: bytes, flags: int) -> None:
    """Rename between two open folders. EINVAL where the file system does not know `flags`."""
    if _libc.renameat2(source, name, target, new_name, flags) != 0:
        _fail()


def _fail() -> None:
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code))
