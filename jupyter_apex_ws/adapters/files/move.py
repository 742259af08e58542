"""Renaming without ever replacing anything, on any file system."""

import errno
import os

from . import syscalls
from .descriptors import Descriptor


def move_to_free(old: Descriptor, name: bytes, new: Descriptor, new_name: bytes) -> None:
    """Raises FileExistsError where something is at the target."""
    try:
        syscalls.renameat2(old.number, name, new.number, new_name, syscalls.RENAME_NOREPLACE)
    except OSError as error:
        if error.errno not in syscalls.UNSUPPORTED:
            raise
        _without_flags(old, name, new, new_name)


def rename_to_free(folder: Descriptor, source: bytes, target: bytes) -> None:
    """The same within one folder."""
    move_to_free(folder, source, folder, target)


def link(folder: Descriptor, source: bytes, target: bytes) -> None:
    """A second name for a file; never replaces, never follows."""
    os.link(source, target, src_dir_fd=folder.number, dst_dir_fd=folder.number, follow_symlinks=False)


def _without_flags(old: Descriptor, name: bytes, new: Descriptor, new_name: bytes) -> None:
    if not old.status(name).is_folder:
        os.link(name, new_name, src_dir_fd=old.number, dst_dir_fd=new.number, follow_symlinks=False)
        os.unlink(name, dir_fd=old.number)
        return
    # mkdir never replaces, and a folder may be renamed onto an empty one: the name is ours first.
    os.mkdir(new_name, dir_fd=new.number)
    try:
        os.rename(name, new_name, src_dir_fd=old.number, dst_dir_fd=new.number)
    except OSError as error:
        os.rmdir(new_name, dir_fd=new.number)
        if error.errno == errno.EINVAL:  # into itself
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
        raise
