"""Bytes of files, both ways, with the right judged until the end."""

from dataclasses import replace

from ..contract.entries import Entry
from . import entering, entries, items, paths, reach
from .access import Act
from .entering import Ground
from .errors import PreconditionRequired, TooLarge
from .ports import OpenFile, Reading, RelPath, Stat, Writer, Writing
from .reach import Access


class Download:
    """A file open for reading: one descriptor, so that what is read is what was judged."""

    def __init__(self, ground: Ground, access: Access, file: OpenFile) -> None:
        self._ground = ground
        self._access = access
        self._file = file
        self.stat: Stat = file.stat
        self.name: bytes = (access.full)[-1]

    def judge(self) -> None:
        """Raises NotFound or Forbidden once the right has ended. Cheap while nothing changed."""
        self._access = reach.judge_again(self._ground.database, self._access, now=self._ground.clock())

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`, after one more judgement; b"" at the end."""
        self.judge()
        return self._file.read_at(offset, size)

    def close(self) -> None:
        self._file.close()


class Save:
    """A save under way. Nothing of it is seen before `finish`, and nothing is left after `abort`."""

    def __init__(
        self, ground: Ground, access: Access, writer: Writer, *, if_match: str | None, limit: int
    ) -> None:
        self._ground = ground
        self._access = access
        self._writer = writer
        self._if_match = if_match
        self._left = limit

    def write(self, data: bytes) -> None:
        """Append. Raises TooLarge or StorageFull."""
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge("The file is larger than this hub takes. Ask its operator for more.")
        self._writer.write(data)

    def finish(self) -> Entry:
        """Make it visible, if the right is still there and the file is still the version it was made for."""
        self._writer.prepare()
        ground = self._ground

        def do(tx: Writing, access: Access) -> Entry:
            self._writer.follow(access.anchor)
            creates = self._if_match is None
            unseen = creates and reach.adds_unseen(access)
            others = paths.names_beside(access.full[-1]) if unseen else ()
            stat = self._writer.commit(if_match=self._if_match, create=creates, otherwise=others)
            taken = (*access.full[:-1], self._writer.name)
            if creates:
                items.created(tx, access.workspace.id, taken, now=ground.clock())
            else:
                items.saved(tx, access.workspace.id, taken, stat)
            ground.touched(access.workspace.id, taken)
            # Told by the name that was asked for: another one would tell that this one was taken. No ETag: it
            # is not his to read or replace any more.
            told = replace(stat, etag="") if unseen else stat
            return entries.described(access, reach.below(tx, access, now=ground.clock()), (), told)

        return entering.change_again(ground, self._access, do)

    def abort(self) -> None:
        self._writer.abort()


class Transfers:
    """Opening files to read, and saves. `limit`: the largest file that may be saved, in bytes."""

    def __init__(self, ground: Ground, limit: int) -> None:
        self._ground = ground
        self.limit = limit

    def open(self, person: str, id_: str, path: RelPath) -> Download:
        """A file to read."""

        def do(_: Reading, access: Access) -> Download:
            return Download(self._ground, access, self._ground.store.open(access.anchor, access.path))

        return entering.read(self._ground, person, id_, path, Act.READ, do=do)

    def save(self, person: str, id_: str, path: RelPath, *, if_match: str | None, create: bool) -> Save:
        """Begin. Raises PreconditionRequired unless it says what it replaces, or that it makes a new file."""

        def do(_: Reading, access: Access) -> Save:
            if create == (if_match is not None):
                raise PreconditionRequired(
                    "Send If-Match with the ETag that you have read, or If-None-Match: * for a new file."
                )
            writer = self._ground.store.writer(access.anchor, access.path)
            return Save(self._ground, access, writer, if_match=if_match, limit=self.limit)

        return entering.read(self._ground, person, id_, path, Act.CREATE if create else Act.WRITE, do=do)
