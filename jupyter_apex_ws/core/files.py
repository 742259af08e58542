"""What a person does with files and folders that he may reach, his own and shared ones; not their bytes."""

from datetime import datetime

from ..contract.entries import Deleted, Entry, EntryOperation, EntryPage, EntryType, MakeFolder, Move, Moved
from . import entering, entries, items, paths, reach
from .access import Act
from .entering import Ground, subject_of
from .errors import Forbidden
from .ports import Reading, RelPath, Writing
from .reach import Access


class Files:
    """The use cases. `id_` is a workspace or a share, and every path is relative to it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def listing(
        self, person: str, id_: str, path: RelPath, *, limit: int, cursor: str | None = None
    ) -> EntryPage:
        """What is at a path, and a part of what is in it when it is a folder."""

        def do(tx: Reading, access: Access) -> EntryPage:
            stat = self._ground.store.stat(access.anchor, access.path)
            below = reach.below(tx, access, now=self._ground.clock())
            is_folder = stat.type is EntryType.FOLDER
            rows = self._ground.store.list(access.anchor, access.path) if is_folder else ()
            shown, next_cursor = entries.page(rows, limit=limit, cursor=cursor)
            return EntryPage(
                entry=entries.described(access, below, (), stat),
                items=[entries.described(access, below, (name,), found) for name, found in shown],
                next_cursor=next_cursor,
            )

        try:
            return entering.read(self._ground, person, id_, path, Act.LIST, do=do)
        except Forbidden:
            return self._drop_box(person, id_, path)

    def _drop_box(self, person: str, id_: str, path: RelPath) -> EntryPage:
        """A folder that the person adds to without seeing it: itself, and nothing in it."""

        def do(tx: Reading, access: Access) -> EntryPage:
            stat = self._ground.store.stat(access.anchor, access.path)
            return EntryPage(entry=entries.drop_box(tx, access, stat), items=[])

        def door(tx: Reading, now: datetime) -> Access:
            return reach.resolve_drop_box(tx, subject_of(tx, person), id_, path, now=now)

        return entering.read_through(self._ground, door, do=do)

    def change(self, person: str, id_: str, path: RelPath, operation: EntryOperation) -> Entry | None:
        """Do one of the operations; the entry that came of it, None where it was a notice."""
        match operation:
            case MakeFolder():
                return self.make_folder(person, id_, path)
            case Move(to=to):
                return self.move(person, id_, path, paths.from_text(to, pointer="/to"))
            case Moved(to=to):
                self.note_moved(person, id_, path, paths.from_text(to, pointer="/to"))
            case Deleted():
                self.note_deleted(person, id_, path)
        return None

    def make_folder(self, person: str, id_: str, path: RelPath) -> Entry:
        """Make an empty folder. Raises Conflict where something is."""
        ground = self._ground

        def do(tx: Writing, access: Access) -> Entry:
            reach.refuse_unseen(access)
            stat = ground.store.mkdir(access.anchor, access.path)
            ground.touched(access.workspace.id, access.full)
            return entries.described(access, reach.below(tx, access, now=ground.clock()), (), stat)

        return entering.change(ground, person, id_, path, Act.CREATE, do=do)

    def move(self, person: str, id_: str, source: RelPath, target: RelPath) -> Entry:
        """Rename or move within one workspace or share; its grants travel with it. Replaces nothing."""
        ground = self._ground

        def do(tx: Writing, _: Access) -> Entry:
            now, subject = ground.clock(), subject_of(tx, person)
            access, below_anchor = reach.resolve_move(tx, subject, id_, source, target, now=now)
            stat = ground.store.move(access.anchor, access.path, below_anchor)
            full = access.full[: len(access.full) - len(access.path)] + below_anchor
            items.moved(tx, ground.store, access.workspace.id, access.full, full, now=now)
            self._touched(access, full)
            there = reach.resolve(tx, subject, id_, target, Act.LIST, now=now)
            return entries.described(there, reach.below(tx, there, now=now), (), stat)

        return entering.change(ground, person, id_, source, Act.RENAME, do=do)

    def note_moved(self, person: str, id_: str, source: RelPath, target: RelPath) -> None:
        """The owner moved something on his own server: grants follow it. What is really there decides."""
        ground = self._ground

        def do(tx: Writing, access: Access) -> None:
            _require_owner(access)
            full = access.full[: len(access.full) - len(access.asked)] + target
            items.moved(tx, ground.store, access.workspace.id, access.full, full, now=ground.clock())
            self._touched(access, full)

        entering.change(ground, person, id_, source, Act.DELETE, do=do)

    def note_deleted(self, person: str, id_: str, path: RelPath) -> None:
        """The owner deleted something on his own server: its grants end. What is really there decides."""
        ground = self._ground

        def do(tx: Writing, access: Access) -> None:
            _require_owner(access)
            items.deleted(tx, ground.store, access.workspace.id, access.full, now=ground.clock())
            self._touched(access)

        entering.change(ground, person, id_, path, Act.DELETE, do=do)

    def _touched(self, access: Access, *others: RelPath) -> None:
        for path in (access.full, *others):
            self._ground.touched(access.workspace.id, path)


def _require_owner(access: Access) -> None:
    """What happened outside of the service is told by the owner's server only: it ends or moves grants."""
    if access.item is not None:
        raise Forbidden("Only the owner's own server tells what happened outside of the service.")
