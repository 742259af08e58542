"""Which object it is, which version of it, and the Stat that the core sees."""

import hashlib
import struct

from ...contract.entries import EntryType
from ...core.errors import NotFound
from ...core.ports import Identity, Stat
from .syscalls import Status

_VERSION = struct.Struct("=QQqq")


def identity_of(status: Status) -> Identity:
    """The object, whatever its name is."""
    return Identity(device=status.device, inode=status.inode, birth_ns=status.birth_ns)


def same_object(one: Identity, other: Identity) -> bool:
    """Whether both are one object.

    Device numbers change with a reboot, so inode and birth time decide; the device counts only where the file
    system keeps no birth time (there an inode number that is used again cannot be told apart).
    """
    if (one.inode, one.birth_ns) != (other.inode, other.birth_ns):
        return False
    return one.birth_ns != 0 or one.device == other.device


def etag(inode: int, size: int, modified_ns: int, changed_ns: int) -> str:
    """The strong, quoted entity tag of a version of a file."""
    digest = hashlib.blake2b(_VERSION.pack(inode, size, modified_ns, changed_ns), digest_size=16)
    return f'"{digest.hexdigest()}"'


def etag_of(status: Status) -> str:
    """The entity tag of a file; "" for a folder."""
    if not status.is_file:
        return ""
    return etag(status.inode, status.size, status.modified_ns, status.changed_ns)


def same_content(before: Status, after: Status) -> bool:
    """Whether a file was not written between two looks. The change time is left out: renaming sets it."""
    return (before.inode, before.size, before.modified_ns) == (after.inode, after.size, after.modified_ns)


def stat_of(status: Status) -> Stat:
    """For the core. Raises NotFound for what is neither a regular file nor a folder."""
    if not (status.is_file or status.is_folder):
        raise NotFound
    return Stat(
        type=EntryType.FILE if status.is_file else EntryType.FOLDER,
        size=status.size if status.is_file else 0,
        modified_ns=status.modified_ns,
        identity=identity_of(status),
        etag=etag_of(status),
    )
