"""The one step that makes a written file visible; whatever happens at the same time, nothing is lost."""

import os
from collections.abc import Iterable

from ...core.errors import Changed
from . import syscalls
from .descriptors import Descriptor
from .identity import same_content
from .move import link, rename_to_free
from .syscalls import UNSUPPORTED, Status
from .temporaries import conflict_name, held_name, keep_as_conflict_copy


def create(folder: Descriptor, written: bytes, names: Iterable[bytes]) -> bytes:
    """Give the file at `written` the first of these names that is free, and say which. Raises Changed where
    all are taken."""
    for name in names:
        try:
            rename_to_free(folder, written, name)
        except FileExistsError:
            continue
        return name
    raise _changed()


def replace(folder: Descriptor, written: bytes, name: bytes, *, mine: Status, before: Status) -> None:
    """Put the file at `written` (it is `mine`) in the place of `name`, if that is still `before`.

    Raises Changed, and then what was displaced is back at its name.
    """
    try:
        exchange(folder, written, name)
    except FileNotFoundError as error:
        raise _changed() from error
    except OSError as error:
        if error.errno not in UNSUPPORTED:
            raise
        _replace_keeping_a_copy(folder, written, name, before)
        return
    if same_content(before, folder.status(written)):
        os.unlink(written, dir_fd=folder.number)
        return
    _give_back(folder, written, name, mine)
    raise _changed()


def exchange(folder: Descriptor, one: bytes, other: bytes) -> None:
    """Swap two names of a folder in one step; neither is absent at any moment."""
    syscalls.renameat2(folder.number, one, folder.number, other, syscalls.RENAME_EXCHANGE)


def _give_back(folder: Descriptor, held: bytes, name: bytes, mine: Status) -> None:
    """What was displaced is not the expected version: return it. What came in between is kept visibly."""
    try:
        exchange(folder, held, name)
    except FileNotFoundError:
        # Somebody deleted our version in this moment; it was never to stay, what it displaced was.
        _return_to(folder, held, name)
        return
    if not same_content(mine, folder.status(held)):
        # Not our file came back: somebody replaced or changed it in this moment, and that is his only copy.
        keep_as_conflict_copy(folder, held, name)


def _return_to(folder: Descriptor, held: bytes, name: bytes) -> None:
    try:
        rename_to_free(folder, held, name)
    except FileExistsError:
        keep_as_conflict_copy(folder, held, name)


def _replace_keeping_a_copy(folder: Descriptor, written: bytes, name: bytes, before: Status) -> None:
    """Where names cannot be exchanged: what is displaced keeps a second, visible name."""
    number = 0
    while True:
        copy = conflict_name(name, number)
        try:
            link(folder, name, copy)
            break
        except FileExistsError:
            number += 1
    if not same_content(before, folder.status(copy)):
        os.unlink(copy, dir_fd=folder.number)
        raise _changed()
    os.rename(written, name, src_dir_fd=folder.number, dst_dir_fd=folder.number)


def delete(folder: Descriptor, name: bytes, before: Status) -> None:
    """Delete a file if it is still `before`. Raises Changed, and then it is where it was."""
    held = held_name(0, name)
    os.rename(name, held, src_dir_fd=folder.number, dst_dir_fd=folder.number)
    if same_content(before, folder.status(held)):
        os.unlink(held, dir_fd=folder.number)
        return
    _return_to(folder, held, name)
    raise _changed()


def _changed() -> Changed:
    return Changed("Somebody changed this in the meantime. Read it again, then decide which version to keep.")
