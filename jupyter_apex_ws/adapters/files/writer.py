"""A save: a temporary file beside its target, made durable, then visible in one step."""

import itertools
import os
from collections.abc import Callable, Iterable

from ...core.errors import Changed, Conflict, NotFound, PreconditionRequired
from ...core.ports import Anchor, Stat
from . import replace, temporaries
from .descriptors import Descriptor
from .failures import translated
from .identity import etag_of, identity_of, same_object, stat_of
from .syscalls import Status

_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

Place = Callable[[Anchor], tuple[Descriptor, bytes]]
"""Opens the folder of the target anew, from its anchor, and gives the target's name in it. NotFound when the
anchor is not where it was."""


class TemporaryFile:
    """The bytes of a save before anybody sees them. Holds the folder and the file open."""

    def __init__(self, folder: Descriptor) -> None:
        self.folder = folder
        self.name = temporaries.new_name()
        self.file = Descriptor(os.open(self.name, _CREATE, 0o600, dir_fd=folder.number))
        temporaries.lock(self.file.number)
        self.status = self.file.status()

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.file.number, rest) :]

    def make_durable(self, displaced: Status | None, mode: int) -> None:
        """Permissions as those of the file that it will displace, else `mode`; then to the disk."""
        if displaced is not None and displaced.is_file:
            self._take_owner(displaced)
            mode = displaced.mode & 0o777
        os.fchmod(self.file.number, mode)
        self.file.sync()
        self.status = self.file.status()

    def _take_owner(self, displaced: Status) -> None:
        # Only root may; for anybody else a file that he replaces becomes his, as with any editor.
        if os.geteuid() == 0 and (displaced.uid, displaced.gid) != (self.status.uid, self.status.gid):
            os.fchown(self.file.number, displaced.uid, displaced.gid)

    def hold(self, target: bytes) -> bytes:
        """Take the name under which this file is exchanged with `target`."""
        held = temporaries.held_name(self.status.inode, target)
        os.rename(self.name, held, src_dir_fd=self.folder.number, dst_dir_fd=self.folder.number)
        self.name = held
        return held

    def visible(self) -> Status:
        """Of what was written, after it got its name.

        Size and modification time are those from before: if somebody changed the file already, its tag
        must not be taken for ours.
        """
        now = self.file.status()
        then = self.status
        if (now.size, now.modified_ns) == (then.size, then.modified_ns):
            return now
        return then

    def discard(self) -> None:
        """Remove the file if it is still under its temporary name, and close everything."""
        if self.folder.closed:
            return
        try:
            left = self.folder.status_or_none(self.name)
            if left is not None and same_object(identity_of(left), identity_of(self.status)):
                os.unlink(self.name, dir_fd=self.folder.number)
        except OSError:
            pass  # the sweep at the next start finds it
        finally:
            self.close()

    def close(self) -> None:
        self.file.close()
        self.folder.close()


class LocalWriter:
    """core.ports.Writer on a directory."""

    def __init__(self, place: Place, anchor: Anchor, mode: int) -> None:
        self._place = place
        self._anchor = anchor
        self._mode = mode
        self._ready = False
        self._open = True
        folder, self._name = place(anchor)
        try:
            self._temporary = TemporaryFile(folder)
        except BaseException:
            folder.close()
            raise

    def write(self, data: bytes) -> None:
        """Append. Raises StorageFull; nothing is left behind then."""
        self._require_open()
        self._ready = False
        with translated(), _Cleanup(self):
            self._temporary.write(data)

    def prepare(self) -> None:
        """Bring the bytes to the disk: what takes long. `commit` does it when it was not done."""
        self._require_open()
        if self._ready:
            return
        with translated(), _Cleanup(self):
            self._temporary.make_durable(self._temporary.folder.status_or_none(self._name), self._mode)
        self._ready = True

    def follow(self, anchor: Anchor) -> None:
        """The access begins here now. `commit` sees whether the folder is still the one of before."""
        self._anchor = anchor

    @property
    def name(self) -> bytes:
        return self._name

    def commit(self, *, if_match: str | None, create: bool, otherwise: Iterable[bytes] = ()) -> Stat:
        """See core.ports.Writer. With neither condition nothing is overwritten: PreconditionRequired."""
        self.prepare()
        with translated(), _Cleanup(self):
            self._require_same_place()
            if create:
                names = itertools.chain([self._name], otherwise)
                self._name = replace.create(self._temporary.folder, self._temporary.name, names)
            else:
                self._replace(if_match)
            self._temporary.folder.sync()
            stat = stat_of(self._temporary.visible())
        self._open = False
        self._temporary.close()
        return stat

    def abort(self) -> None:
        if self._open:
            self._open = False
            self._temporary.discard()

    def _replace(self, if_match: str | None) -> None:
        if if_match is None:
            raise PreconditionRequired("Say which version you replace (If-Match), or that you create it.")
        folder = self._temporary.folder
        before = folder.status_or_none(self._name)
        if before is not None and before.is_folder:
            raise Conflict("A folder has this name. Choose another one.")
        if before is None or not before.is_file or etag_of(before) != if_match:
            raise Changed("This is not the version that you have read. Read it again, then save.")
        held = self._temporary.hold(self._name)
        replace.replace(folder, held, self._name, mine=self._temporary.status, before=before)

    def _require_same_place(self) -> None:
        """The folder may have been moved out of what was shared while the bytes came in."""
        folder, self._name = self._place(self._anchor)
        with folder as now:
            there = identity_of(now.status())
        if not same_object(there, identity_of(self._temporary.folder.status())):
            raise NotFound

    def _require_open(self) -> None:
        if not self._open:
            raise ValueError("this save is over")


class _Cleanup:
    """Abort the save when the block fails."""

    def __init__(self, writer: LocalWriter) -> None:
        self._writer = writer

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._writer.abort()
