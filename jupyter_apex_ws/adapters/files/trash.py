"""The trash of a workspace: a folder with a dot-name in it, so that putting something there is one rename.

No route, listing, share or mount serves a dot-name. What is in it is named by the id of its row in the
database and by nothing else; which object that must be, the row says.
"""

import os
import secrets

from ...core.errors import Changed, NotFound
from ...core.ports import TRASH_FOLDER, Identity
from .descriptors import FOLDER, Descriptor
from .identity import identity_of, same_content, same_object, stat_of
from .move import move_to_free
from .syscalls import Status

_LEFT = b".~purge-"
_MODE = 0o700


def opened(workspace: Descriptor) -> Descriptor:
    """The trash of a workspace, made if there is none. A link in its place is refused."""
    try:
        os.mkdir(TRASH_FOLDER, _MODE, dir_fd=workspace.number)
    except FileExistsError:
        pass
    else:
        with workspace.beneath((), FOLDER) as itself:
            itself.sync()
    return workspace.beneath((TRASH_FOLDER,), FOLDER)


def put(parent: Descriptor, name: bytes, trash: Descriptor, id_: bytes, before: Status) -> None:
    """Move `name` there if it is still `before`. Raises Changed, and then it is where it was."""
    move_to_free(parent, name, trash, id_)
    found = trash.status(id_)
    same = same_content(before, found) if before.is_file else _is(before, found)
    if not same:
        try:
            move_to_free(trash, id_, parent, name)
        except FileExistsError:
            # A new one has the name already: what we took is kept beside it, visibly.
            move_to_free(trash, id_, parent, b"deleted-" + id_)
        raise Changed("Somebody changed this in the meantime. Look at it again, then delete it.")
    trash.sync()
    parent.sync()


def bring_back(trash: Descriptor, id_: bytes, was: Identity, parent: Descriptor, name: bytes) -> Status:
    """Give it a name again. Raises NotFound when another object is there now, FileExistsError."""
    status = trash.status(id_)
    stat_of(status)  # neither link nor device
    if not same_object(was, identity_of(status)):
        raise NotFound
    move_to_free(trash, id_, parent, name)
    parent.sync()
    trash.sync()
    return parent.status(name)


def purge(trash: Descriptor, id_: bytes) -> None:
    """Remove it for good, however deep it is: folders come up first, so that no path grows long."""
    waiting = [id_, *_cut_off(trash)]
    while waiting:
        name = waiting.pop()
        status = trash.status_or_none(name)
        if status is None:
            continue
        if not status.is_folder:
            os.unlink(name, dir_fd=trash.number)
            continue
        with trash.beneath((name,), FOLDER) as folder:
            waiting += _emptied(folder, trash)
        os.rmdir(name, dir_fd=trash.number)
    trash.sync()


def _emptied(folder: Descriptor, trash: Descriptor) -> list[bytes]:
    """Remove what is no folder, and take folders up into the trash; their names there."""
    taken = []
    with os.scandir(folder.number) as entries:
        names = [(os.fsencode(entry.name), entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in names:
        if is_folder:
            new = _LEFT + secrets.token_hex(8).encode()
            os.rename(name, new, src_dir_fd=folder.number, dst_dir_fd=trash.number)
            taken.append(new)
        else:
            os.unlink(name, dir_fd=folder.number)
    return taken


def _cut_off(trash: Descriptor) -> list[bytes]:
    """What a removal that was cut off had taken up."""
    return [name for name in map(os.fsencode, os.listdir(trash.number)) if name.startswith(_LEFT)]


def _is(one: Status, other: Status) -> bool:
    return same_object(identity_of(one), identity_of(other))
