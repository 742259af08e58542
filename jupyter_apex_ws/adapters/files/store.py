"""LocalFileStore: core.ports.FileStore on a directory, one folder a workspace.

Every access opens the workspace, then the anchor beneath it, then the rest beneath the anchor, each by
openat2; what is checked and what is used are the same descriptor.
"""

import os
import re
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ...contract.entries import EntryType
from ...core import paths
from ...core.errors import Changed, Conflict, NotFound
from ...core.ports import Anchor, Identity, OpenFile, RelPath, Stat, Writer
from . import replace, syscalls, temporaries, trash, walk
from .descriptors import ANY, FILE, FOLDER, Descriptor
from .failures import as_apex_error, translated
from .identity import identity_of, same_object, stat_of
from .move import move_to_free
from .reader import LocalOpenFile
from .writer import LocalWriter

_WORKSPACE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LOOK_AT_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW
_ROOT_MODE = 0o700


class LocalFileStore:
    """Files of all workspaces below `root` (`<root>/<workspace id>/`).

    `limit`: the most entries that a listing holds. `file_mode`, `folder_mode`: of what is made anew.
    """

    def __init__(
        self, root: Path, *, limit: int = 100_000, file_mode: int = 0o644, folder_mode: int = 0o755
    ) -> None:
        self._root = root
        self._limit = limit
        self._file_mode = file_mode
        self._folder_mode = folder_mode
        self._started_ns = time.time_ns()

    def create_root(self, workspace: str) -> None:
        """Make the folder of a workspace; it may be there."""
        name = _workspace_name(workspace)
        with translated():
            self._root.mkdir(mode=_ROOT_MODE, parents=True, exist_ok=True)
            with Descriptor(os.open(self._root, FOLDER | os.O_CLOEXEC)) as root:
                try:
                    os.mkdir(name, _ROOT_MODE, dir_fd=root.number)
                except FileExistsError:
                    root.beneath((name,), _LOOK_AT_FOLDER).close()
                root.sync()

    def stat(self, anchor: Anchor, path: RelPath) -> Stat:
        with translated(), self._open(anchor, path, ANY) as found:
            return _stat_for(anchor, found)

    def list(self, anchor: Anchor, path: RelPath) -> Iterable[tuple[bytes, Stat]]:
        _require_folder_anchor(anchor)
        with translated(), self._open(anchor, path, FOLDER) as folder:
            return [(name, stat_of(status)) for name, status in walk.entries(folder, limit=self._limit)]

    def open(self, anchor: Anchor, path: RelPath) -> OpenFile:
        with translated():
            return LocalOpenFile(self._open(anchor, path, FILE))

    def writer(self, anchor: Anchor, path: RelPath) -> Writer:
        with translated():
            return LocalWriter(
                lambda start: (self._parent(start, path), _last(start, path)), anchor, self._file_mode
            )

    def mkdir(self, anchor: Anchor, path: RelPath) -> Stat:
        if not path:
            raise Conflict("This folder is there already.")
        with translated(), self._parent(anchor, path) as parent:
            os.mkdir(path[-1], self._folder_mode, dir_fd=parent.number)
            parent.sync()
            with parent.beneath((path[-1],), FOLDER) as made:
                return stat_of(made.status())

    def move(self, anchor: Anchor, source: RelPath, target: RelPath) -> Stat:
        _require_folder_anchor(anchor)
        name, new_name = _last(anchor, source), _last(anchor, target)
        if target[: len(source)] == source:
            raise Conflict("A folder cannot be moved into itself. Choose another place.")
        with (
            translated(),
            self._parent(anchor, source) as old,
            self._parent(anchor, target) as new,
        ):
            stat_of(old.status(name))  # neither link nor device: NotFound
            move_to_free(old, name, new, new_name)
            new.sync()
            old.sync()
            return stat_of(new.status(new_name))

    def put_in_trash(self, anchor: Anchor, path: RelPath, id_: str, *, if_match: str | None) -> Stat:
        name = _last(anchor, path)
        with translated(), self._parent(anchor, path) as parent:
            before = parent.status(name)
            stat = stat_of(before)
            if if_match is not None and stat.etag != if_match:
                raise Changed("This is not the version that you have seen. Look at it again, then delete it.")
            if stat.type is EntryType.FOLDER:
                _require_folder_anchor(anchor)
            with self._trash(anchor.workspace) as there:
                trash.put(parent, name, there, _trash_name(id_), before)
        return stat

    def in_trash(self, workspace: str, id_: str) -> Stat:
        with translated(), self._trash(workspace) as there:
            return stat_of(there.status(_trash_name(id_)))

    def bring_back(self, workspace: str, id_: str, was: Identity, target: RelPath) -> Stat:
        root = Anchor(workspace, (), None)
        name = _last(root, target)
        with translated(), self._trash(workspace) as there, self._parent(root, target) as parent:
            return stat_of(trash.bring_back(there, _trash_name(id_), was, parent, name))

    def purge(self, workspace: str, id_: str) -> None:
        with translated(), self._trash(workspace) as there:
            trash.purge(there, _trash_name(id_))

    def _trash(self, workspace: str) -> Descriptor:
        with self._start(Anchor(workspace, (), None)) as root:
            return trash.opened(root)

    def delete(self, anchor: Anchor, path: RelPath, *, if_match: str | None) -> None:
        name = _last(anchor, path)
        with translated(), self._parent(anchor, path) as parent:
            before = parent.status(name)
            stat = stat_of(before)
            if if_match is not None and stat.etag != if_match:
                raise Changed("This is not the version that you have seen. Look at it again, then delete it.")
            if stat.type is EntryType.FOLDER:
                _require_folder_anchor(anchor)
                os.rmdir(name, dir_fd=parent.number)
            elif if_match is not None:
                replace.delete(parent, name, before)
            else:
                os.unlink(name, dir_fd=parent.number)
            parent.sync()

    def walk(self, anchor: Anchor) -> Iterator[tuple[RelPath, Stat]]:
        _require_folder_anchor(anchor)
        with translated(), self._open(anchor, (), FOLDER) as start:
            for path, status in walk.walk(start):
                yield path, stat_of(status)

    def find(self, workspace: str, wanted: Collection[Identity]) -> dict[Identity, RelPath]:
        """Where in a workspace these folders are now; what is not found (or has a dot-name) is left out."""
        by_inode = {identity.inode: identity for identity in wanted}
        found: dict[Identity, RelPath] = {}
        for path, stat in self.walk(Anchor(workspace, (), None)):
            identity = by_inode.get(stat.identity.inode)
            if identity is not None and same_object(identity, stat.identity):
                found.setdefault(identity, path)
                if len(found) == len(by_inode):
                    break
        return found

    def sweep_temporaries(self) -> int:
        """Remove what cut-off saves left before this start, and say how many. Reads every folder."""
        count = 0
        with translated():
            workspaces = [entry.name for entry in os.scandir(self._root)] if self._root.is_dir() else []
        for workspace in filter(_WORKSPACE.fullmatch, workspaces):
            try:
                with self._start(Anchor(workspace, (), None)) as start:
                    count += self._sweep(start)
            except OSError as error:
                if not isinstance(as_apex_error(error), NotFound):
                    raise as_apex_error(error) from error
        return count

    def _sweep(self, start: Descriptor) -> int:
        count = 0
        for path, status in walk.walk(start, hidden=True):
            if temporaries.is_temporary(path[-1]):
                count += self._settle(start, path, status)
        return count

    def _settle(self, start: Descriptor, path: RelPath, status: syscalls.Status) -> bool:
        try:
            with start.beneath(path[:-1], FOLDER) as folder:
                return temporaries.settle(folder, path[-1], status, self._started_ns)
        except OSError:
            return False  # gone, or not ours to touch: one leftover must not keep the others

    def _start(self, anchor: Anchor) -> Descriptor:
        """The folder that the access begins at, if it is the remembered one."""
        root = Descriptor(os.open(self._root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC))
        with root, root.beneath((_workspace_name(anchor.workspace),), _LOOK_AT_FOLDER) as workspace:
            start = workspace.beneath(() if _is_file_anchor(anchor) else anchor.path, _LOOK_AT_FOLDER)
        if anchor.identity is not None and not same_object(anchor.identity, identity_of(start.status())):
            start.close()
            raise NotFound
        return start

    def _open(self, anchor: Anchor, path: RelPath, flags: int) -> Descriptor:
        beneath = _from_start(anchor, path)
        with self._start(anchor) as start:
            return start.beneath(beneath, flags)

    def _parent(self, anchor: Anchor, path: RelPath) -> Descriptor:
        """The folder that holds what is at `path`."""
        _last(anchor, path)
        beneath = _from_start(anchor, path)
        with self._start(anchor) as start:
            return start.beneath(beneath[:-1], FOLDER)


def _workspace_name(workspace: str) -> bytes:
    if not _WORKSPACE.fullmatch(workspace):
        raise NotFound
    return workspace.encode()


def _trash_name(id_: str) -> bytes:
    if not _WORKSPACE.fullmatch(id_):
        raise NotFound
    return id_.encode()


def _is_file_anchor(anchor: Anchor) -> bool:
    return anchor.identity is None and anchor.path != ()


def _require_folder_anchor(anchor: Anchor) -> None:
    """A grant on a file gives nothing of a folder that takes its place."""
    if _is_file_anchor(anchor):
        raise NotFound


def _from_start(anchor: Anchor, path: RelPath) -> RelPath:
    """The path below what `_start` opens. Raises NotFound for what no request may reach: dot-names."""
    if not (paths.well_formed(anchor.path) and paths.well_formed(path)):
        raise NotFound
    if paths.hidden(anchor.path) or paths.hidden(path):
        raise NotFound
    if not _is_file_anchor(anchor):
        return path
    if path:
        raise NotFound
    return anchor.path


def _last(anchor: Anchor, path: RelPath) -> bytes:
    """The name to write, make or remove. The folder that an access begins at is not changed through it."""
    whole = _from_start(anchor, path)
    if not whole:
        raise Conflict("This folder itself cannot be changed here. Ask for what is in it.")
    return whole[-1]


def _stat_for(anchor: Anchor, found: Descriptor) -> Stat:
    stat = stat_of(found.status())
    if stat.type is EntryType.FOLDER:
        _require_folder_anchor(anchor)
    return stat
