"""Mounts of shares in a home. Nothing is opened by a path that others can change: each folder is opened
beneath the one above it, compared with the object that the right was judged for, and mounted by its
descriptor on a descriptor."""

import errno
import os
import time
from contextlib import ExitStack

from ..files.descriptors import Descriptor
from ..files.syscalls import Status
from . import syscalls
from .plan import Folder, Path, Plan, Report, Share

SHARED = b"shared"

_LOOK = os.O_PATH | os.O_NOFOLLOW
_LOOK_AT_FOLDER = _LOOK | os.O_DIRECTORY
_READ_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_SAFE = syscalls.NOSUID | syscalls.NODEV
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EXDEV, errno.ESTALE})
_MOST_SECONDS = 5.0


class Refused(Exception):
    """Something is not mounted; says why, and what to do."""


class Mounts:
    """`shared` in a home, with one folder an owner. In a namespace of its own; see `own_namespace`."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._stack = ExitStack()
        self._deadline = time.monotonic() + _MOST_SECONDS
        root = os.open(plan.root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self._root = self._stack.enter_context(Descriptor(root))
        self.home = self._kept(self._root.beneath((plan.home.encode(),), _LOOK_AT_FOLDER))

    def close(self) -> None:
        self._stack.close()

    def make(self) -> Report:
        """Mount what can be. Raises Refused, OSError where nothing can."""
        report = Report()
        place = self._place()
        masks, top = self._memory(place)
        for number, share in enumerate(self._plan.shares):
            try:
                self._mount(top, masks, share)
            except Refused as refused:
                report.refused[number] = str(refused)
            except OSError as error:
                report.refused[number] = _CANNOT.format(reason=error.strerror)
            else:
                report.mounted.append(number)
        syscalls.restrict(top.number, syscalls.RDONLY, recursive=False)
        return report

    def _kept(self, descriptor: Descriptor) -> Descriptor:
        return self._stack.enter_context(descriptor)

    def _place(self) -> Descriptor:
        """The folder `shared` of the home: made where it is missing, refused where it is the person's own."""
        try:
            os.mkdir(SHARED, 0o755, dir_fd=self.home.number)
        except FileExistsError:
            pass
        try:
            with self.home.beneath((SHARED,), _READ_FOLDER) as folder:
                if os.listdir(folder.number):
                    raise Refused(_TAKEN)
                return self._kept(folder.beneath((), _LOOK_AT_FOLDER))
        except OSError as error:
            if error.errno in _GONE:
                raise Refused(_TAKEN) from error
            raise

    def _memory(self, place: Descriptor) -> tuple[Descriptor, Descriptor]:
        """A folder with an empty folder and an empty file, and over it the folder that shares are put in."""
        masks = self._kept(Descriptor(syscalls.in_memory(mode="0755", nr_inodes="16", size="4k")))
        os.mkdir(b"folder", 0o555, dir_fd=masks.number)
        os.close(os.open(b"file", os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444, dir_fd=masks.number))
        syscalls.put(masks.number, place.number)
        syscalls.restrict(masks.number, syscalls.RDONLY | syscalls.NOEXEC)
        top = self._kept(Descriptor(syscalls.in_memory(mode="0755", size="16m")))
        syscalls.put(top.number, masks.number)
        return masks, top

    def _mount(self, top: Descriptor, masks: Descriptor, share: Share) -> None:
        copy = self._copy(share.workspace, share.folder, writable=share.writable)
        owner, name = os.fsencode(share.owner), os.fsencode(share.name)
        os.makedirs(f"/proc/self/fd/{top.number}/{share.owner}", mode=0o755, exist_ok=True)
        os.mkdir(name, 0o755, dir_fd=(folder := self._kept(top.beneath((owner,), _READ_FOLDER))).number)
        try:
            with folder.beneath((name,), _LOOK_AT_FOLDER) as target:
                syscalls.put(copy.number, target.number)
            try:
                for inner in share.writable_below:
                    self._put_inner(copy, share, inner)
                self._mask(copy, masks)
            except BaseException:
                syscalls.take_away(copy.number)
                raise
        except BaseException:
            os.rmdir(name, dir_fd=folder.number)
            raise

    def _copy(self, workspace: str, folder: Folder, *, writable: bool) -> Descriptor:
        """A mount of the very folder that the right was judged for. Raises Refused where it is another."""
        try:
            with self._root.beneath((workspace.encode(),), _LOOK_AT_FOLDER) as start:
                with start.beneath(folder.path, _LOOK_AT_FOLDER) as found:
                    if not _same(folder, found.status()):
                        raise Refused(_MOVED)
                    copy = self._kept(Descriptor(syscalls.copy_of(found.number)))
        except OSError as error:
            if error.errno in _GONE:
                raise Refused(_MOVED) from error
            raise
        syscalls.restrict(copy.number, _SAFE if writable else _SAFE | syscalls.RDONLY)
        return copy

    def _put_inner(self, outer: Descriptor, share: Share, folder: Folder) -> None:
        """A folder inside that may be written, over itself. Left as it is where it is not there any more."""
        try:
            copy = self._copy(share.workspace, folder, writable=True)
            with outer.beneath(folder.path[len(share.folder.path) :], _LOOK_AT_FOLDER) as target:
                if _same(folder, target.status()):
                    syscalls.put(copy.number, target.number)
        except Refused:
            return
        except OSError as error:
            if error.errno not in _GONE:
                raise

    def _mask(self, share: Descriptor, masks: Descriptor) -> None:
        """Put something empty over each name that begins with a dot."""
        for path in self._hidden(share):
            try:
                with share.beneath(path, _LOOK) as found:
                    status = found.status()
                    kind = b"folder" if status.is_folder else b"file"
                    with masks.beneath((kind,), _LOOK) as mask:
                        copy = self._kept(Descriptor(syscalls.copy_of(mask.number)))
                    syscalls.put(copy.number, found.number)
            except OSError as error:
                if error.errno not in _GONE:  # ELOOP: a link, whose own text is all that it holds
                    raise

    def _hidden(self, share: Descriptor) -> list[Path]:
        """Where names begin with a dot. Raises Refused past the bounds."""
        found: list[Path] = []
        waiting: list[Path] = [()]
        seen = 0
        while waiting:
            above = waiting.pop()
            try:
                with share.beneath(above, _READ_FOLDER) as folder, os.scandir(folder.number) as entries:
                    for entry in entries:
                        seen += 1
                        path = (*above, os.fsencode(entry.name))
                        if path[-1].startswith(b"."):
                            found.append(path)
                        elif entry.is_dir(follow_symlinks=False):
                            waiting.append(path)
                        if seen > self._plan.most_entries or len(found) > self._plan.most_hidden:
                            raise Refused(_TOO_MUCH)
            except OSError as error:
                if error.errno not in _GONE:
                    raise
            if time.monotonic() > self._deadline:
                raise Refused(_TOO_MUCH)
        return found


def _same(folder: Folder, status: Status) -> bool:
    """Inode and birth time decide; the device, which is renumbered, only where there is no birth time."""
    same = (folder.inode, folder.birth_ns) == (status.inode, status.birth_ns)
    return same and (folder.birth_ns != 0 or folder.device == status.device)


_TAKEN = (
    "You have a folder or file named “shared” of your own, where shares would be mounted. Nothing of it was "
    "changed: rename it, then restart your server."
)
_MOVED = "It was moved or renamed while your server started. Restart your server to mount it."
_TOO_MUCH = (
    "It holds more files, or more names that begin with a dot, than are looked through at a start. Open it in "
    "the Finder, or ask its owner to share a smaller folder."
)
_CANNOT = "It could not be mounted ({reason}). Open it in the Finder, or tell the administrator of this hub."
