"""Linux calls for mounts by descriptor (5.12 and later). They raise OSError."""

import ctypes
import os
import struct

RDONLY, NOSUID, NODEV, NOEXEC = 0x1, 0x2, 0x4, 0x8

_SYS_OPEN_TREE, _SYS_MOVE_MOUNT = 428, 429  # the same on every architecture; old C libraries have no wrapper
_SYS_FSOPEN, _SYS_FSCONFIG, _SYS_FSMOUNT = 430, 431, 432
_SYS_MOUNT_SETATTR = 442

_OPEN_TREE_CLONE = 0x1
_AT_EMPTY_PATH, _AT_RECURSIVE = 0x1000, 0x8000
_MOVE_FROM_EMPTY_PATH, _MOVE_TO_EMPTY_PATH = 0x4, 0x40
_FSCONFIG_SET_STRING, _FSCONFIG_CMD_CREATE = 1, 6
_CLOEXEC = 0x1
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_MNT_DETACH = 0x2
_ATTRIBUTES = struct.Struct("=QQQQ")

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def own_namespace() -> None:
    """Leave the mounts of everybody else: what is mounted from now on is seen by this process and its
    children. For an account without powers in a user namespace, in which it is itself and nobody else."""
    user, group = os.getuid(), os.getgid()
    try:
        _unshare(_CLONE_NEWNS)
    except PermissionError:
        _unshare(_CLONE_NEWNS | _CLONE_NEWUSER)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    if _libc.mount(b"none", b"/", None, ctypes.c_ulong(_MS_REC | _MS_PRIVATE), None) != 0:
        _fail()


def _unshare(flags: int) -> None:
    if _libc.unshare(flags) != 0:
        _fail()


def copy_of(folder: int) -> int:
    """A mount of what the descriptor is, not yet anywhere."""
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_EMPTY_PATH | _AT_RECURSIVE
    return _call(_SYS_OPEN_TREE, ctypes.c_int(folder), b"", ctypes.c_uint(flags))


def in_memory(**options: str) -> int:
    """A new tmpfs, not yet anywhere: `size`, `mode`, `nr_inodes` as in tmpfs(5)."""
    kind = _call(_SYS_FSOPEN, b"tmpfs", ctypes.c_uint(_CLOEXEC))
    try:
        for name, value in options.items():
            _call(
                _SYS_FSCONFIG,
                ctypes.c_int(kind),
                ctypes.c_uint(_FSCONFIG_SET_STRING),
                name.encode(),
                value.encode(),
                ctypes.c_int(0),
            )
        _call(
            _SYS_FSCONFIG, ctypes.c_int(kind), ctypes.c_uint(_FSCONFIG_CMD_CREATE), None, None, ctypes.c_int(0)
        )
        flags = NOSUID | NODEV
        return _call(_SYS_FSMOUNT, ctypes.c_int(kind), ctypes.c_uint(_CLOEXEC), ctypes.c_uint(flags))
    finally:
        os.close(kind)


def restrict(mount: int, attributes: int, *, recursive: bool = True) -> None:
    """Add `RDONLY`, `NOSUID`, `NODEV`, `NOEXEC` to a mount."""
    flags = _AT_EMPTY_PATH | (_AT_RECURSIVE if recursive else 0)
    wanted = ctypes.create_string_buffer(_ATTRIBUTES.pack(attributes, 0, 0, 0), _ATTRIBUTES.size)
    size = ctypes.c_size_t(_ATTRIBUTES.size)
    _call(_SYS_MOUNT_SETATTR, ctypes.c_int(mount), b"", ctypes.c_uint(flags), wanted, size)


def put(mount: int, target: int) -> None:
    """Mount it on what the descriptor `target` is, whatever its name is by now."""
    flags = ctypes.c_uint(_MOVE_FROM_EMPTY_PATH | _MOVE_TO_EMPTY_PATH)
    _call(_SYS_MOVE_MOUNT, ctypes.c_int(mount), b"", ctypes.c_int(target), b"", flags)


def take_away(mount: int) -> None:
    """Unmount it, with what is mounted in it."""
    if _libc.umount2(f"/proc/self/fd/{mount}".encode(), _MNT_DETACH) != 0:
        _fail()


def _call(number: int, *arguments: object) -> int:
    result: int = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        _fail()
    return result


def _fail() -> None:
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code))
