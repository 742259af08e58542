"""Renaming between two folders without ever replacing anything."""

import errno
import os

from . import syscalls
from .descriptors import Descriptor
from .temporaries import UNSUPPORTED


def move_to_free(old: Descriptor, name: bytes, new: Descriptor, new_name: bytes, *, is_folder: bool) -> None:
    """Raises FileExistsError where something is at the target."""
    try:
        syscalls.renameat2(old.number, name, new.number, new_name, syscalls.RENAME_NOREPLACE)
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        _without_flags(old, name, new, new_name, is_folder=is_folder)


def _without_flags(
    old: Descriptor, name: bytes, new: Descriptor, new_name: bytes, *, is_folder: bool
) -> None:
    if is_folder:
        # mkdir never replaces, and a folder may be renamed onto an empty one: the name is ours first.
        os.mkdir(new_name, dir_fd=new.number)
        try:
            os.rename(name, new_name, src_dir_fd=old.number, dst_dir_fd=new.number)
        except OSError as error:
            os.rmdir(new_name, dir_fd=new.number)
            if error.errno == errno.EINVAL:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
            raise
        return
    os.link(name, new_name, src_dir_fd=old.number, dst_dir_fd=new.number, follow_symlinks=False)
    os.unlink(name, dir_fd=old.number)
