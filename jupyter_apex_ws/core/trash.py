"""Deleting into the trash, and bringing back.

Two renames on a disk cannot be in a database's transaction: so the intent is committed first, then the rename
is made in the transaction of its outcome, and `settle_all` puts right at the start what was cut off between.

Restoring asks the right of the act that it undoes (D15): the owner may, and who deleted it while he still may
delete and create there. For good deletes only the owner, and the clock.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Final

from ..contract.entries import EntryType
from ..contract.trash import Restored, TrashEntry, TrashPage
from . import entering, entries, items, kinds, paths, principals
from .access import Act, Subject, acts
from .entering import Ground, subject_of
from .errors import ApexError, Changed, Conflict, Forbidden, NotFound, PreconditionRequired
from .ports import TRASH_FOLDER, Anchor, Identity, Reading, RelPath, Stat, Writing
from .reach import Access
from .records import TrashRecord, TrashState, new_id

_NEWEST: Final = 1 << 62
_TRIES: Final = 5
_NAMES: Final = 100
_UNDO: Final = frozenset({Act.DELETE, Act.CREATE})


class Trash:
    """The use cases. `kept`: how long something stays."""

    def __init__(self, ground: Ground, kept: timedelta) -> None:
        self._ground = ground
        self._kept = kept

    def delete(self, person: str, id_: str, path: RelPath, *, if_match: str | None) -> None:
        """Put a file of that ETag, or a folder with all that is in it, into the owner's trash."""
        ground = self._ground

        def intend(tx: Writing, access: Access) -> tuple[Access, TrashRecord]:
            stat = ground.store.stat(access.anchor, access.path)
            if stat.type is EntryType.FILE and if_match is None:
                raise PreconditionRequired("Say which version you delete: send its ETag as If-Match.")
            if if_match is not None and if_match != stat.etag:
                raise Changed("This is not the version that you have seen. Look at it again, then delete it.")
            record = TrashRecord(
                id=new_id("t"),
                workspace=access.workspace.id,
                path=access.full,
                target=None,
                type=stat.type,
                size=stat.size if stat.type is EntryType.FILE else None,
                identity=stat.identity,
                state=TrashState.PUTTING,
                deleted_by=access.subject.id,
                deleted_at=ground.clock(),
            )
            tx.add_trash(record)
            return access, record

        access, record = entering.change(ground, person, id_, path, Act.DELETE, do=intend)

        def put(tx: Writing, judged: Access) -> None:
            self._still(tx, record)
            stat = ground.store.put_in_trash(judged.anchor, judged.path, record.id, if_match=if_match)
            self._keep(tx, replace(record, path=judged.full), stat.identity)

        try:
            entering.change_again(ground, access, put)
        except ApexError:
            self._settle(record.id)
            raise

    def restore(self, person: str, id_: str) -> Restored:
        """Bring it back to where it was, or beside it when something is there now. Raises NotFound."""
        for left in reversed(range(_TRIES)):
            record = self._intend_to_return(person, id_)
            try:
                return self._return(person, record)
            except ApexError as error:
                self._settle(id_)
                if not left or not isinstance(error, Conflict):
                    raise
        raise NotFound

    def purge(self, person: str, id_: str) -> None:
        """Delete for good: only the owner. Its grants end now, its bytes go in the background."""
        with self._ground.database.writing() as tx:
            subject = subject_of(tx, person)
            record = self._kept_record(tx, subject, id_)
            if not _owns(tx, subject, record):
                raise Forbidden("Only its owner deletes this for good.")
            self._give_up(tx, record)

    def listing(self, person: str, *, limit: int, cursor: str | None) -> TrashPage:
        """What is in the person's own trash, and what he deleted in shares and may bring back."""
        before = _NEWEST if cursor is None else _position(cursor)
        with self._ground.database.reading() as tx:
            subject = subject_of(tx, person)
            found = list(islice(self._seen(tx, subject, before, limit), limit + 1))
            shown = found[:limit]
            more = len(found) > limit
            next_cursor = entries.write_cursor(b"t%d" % shown[-1].position) if more else None
            return TrashPage(
                items=[self._described(tx, subject, record) for record in shown], next_cursor=next_cursor
            )

    def settle_all(self) -> None:
        """At the start: what was cut off between intent and outcome becomes one or the other."""
        with self._ground.database.reading() as tx:
            open_ = tx.trash_in((TrashState.PUTTING, TrashState.RETURNING), limit=_NEWEST)
        for record in open_:
            self._settle(record.id)

    def clean(self) -> None:
        """Give up what was kept long enough, and remove the bytes of all that was given up."""
        ground = self._ground
        with ground.database.writing() as tx:
            for record in tx.trash_deleted_before(ground.clock() - self._kept):
                self._give_up(tx, record)
            given_up = tx.trash_in((TrashState.PURGING,), limit=_NEWEST)
        for record in given_up:
            try:
                ground.store.purge(record.workspace, record.id)
            except NotFound:
                pass  # the owner removed it, or the whole trash, himself
            with ground.database.writing() as tx:
                tx.drop_trash(record.id)

    def _intend_to_return(self, person: str, id_: str) -> TrashRecord:
        with self._ground.database.writing() as tx:
            record = self._kept_record(tx, subject_of(tx, person), id_)
            record = replace(record, state=TrashState.RETURNING, target=self._free(record))
            tx.change_trash(record)
            return record

    def _return(self, person: str, record: TrashRecord) -> Restored:
        ground, target = self._ground, record.target or record.path
        with ground.database.writing() as tx:
            subject = subject_of(tx, person)
            self._still(tx, record)
            if not self._may_restore(tx, subject, record):
                raise NotFound
            workspace, path = _place(tx, subject, record, target)
            ground.store.bring_back(record.workspace, record.id, record.identity, target)
            self._arrived(tx, record, target)
            return Restored(
                workspace=workspace, path=paths.to_text(path), name=paths.display_name(target[-1])
            )

    def _free(self, record: TrashRecord) -> RelPath:
        """Where it was, or the first name beside it that nothing has."""
        root = Anchor(record.workspace, (), None)
        folder = record.path[:-1]
        if self._look(root, folder) is None:
            raise Conflict("The folder that this was in is no longer there. Bring that back first.")
        for name in _names(record.path[-1]):
            if self._look(root, (*folder, name)) is None:
                return (*folder, name)
        raise Conflict("There are too many restored ones of that name. Rename some first.")

    def _look(self, anchor: Anchor, path: RelPath) -> Stat | None:
        try:
            return self._ground.store.stat(anchor, path)
        except NotFound:
            return None

    def _still(self, tx: Reading, record: TrashRecord) -> None:
        """The intent, unless a restart of the service has settled it meanwhile."""
        now = tx.trash(record.id)
        if now is None or now.state is not record.state:
            raise Changed("The service was restarted in this moment. Look at it again.")

    def _keep(self, tx: Writing, record: TrashRecord, identity: Identity) -> None:
        tx.change_trash(replace(record, state=TrashState.KEPT, identity=identity, target=None))
        items.put_away(
            tx, record.workspace, record.path, (TRASH_FOLDER, record.id.encode()), now=self._ground.clock()
        )
        self._ground.touched(record.workspace, record.path)

    def _arrived(self, tx: Writing, record: TrashRecord, target: RelPath) -> None:
        trash = (TRASH_FOLDER, record.id.encode())
        items.brought_back(tx, record.workspace, trash, target, now=self._ground.clock())
        tx.drop_trash(record.id)
        self._ground.touched(record.workspace, target)

    def _give_up(self, tx: Writing, record: TrashRecord) -> None:
        trash = (TRASH_FOLDER, record.id.encode())
        items.purged(tx, record.workspace, trash, now=self._ground.clock())
        tx.change_trash(replace(record, state=TrashState.PURGING))

    def _settle(self, id_: str) -> None:
        """What is on the disk decides how an open intent ended."""
        with self._ground.database.writing() as tx:
            record = tx.trash(id_)
            if record is None or record.state not in (TrashState.PUTTING, TrashState.RETURNING):
                return
            there = self._in_trash(record)
            if record.state is TrashState.PUTTING:
                if there is None:
                    tx.drop_trash(id_)
                else:
                    self._keep(tx, record, there.identity)
                return
            if there is not None and there.identity == record.identity:
                tx.change_trash(replace(record, state=TrashState.KEPT, target=None))
                return
            # Back, or taken out by the owner himself: a sweep finds out which items are where they were.
            self._arrived(tx, record, record.target or record.path)

    def _in_trash(self, record: TrashRecord) -> Stat | None:
        try:
            return self._ground.store.in_trash(record.workspace, record.id)
        except NotFound:
            return None

    def _kept_record(self, tx: Reading, subject: Subject, id_: str) -> TrashRecord:
        record = tx.trash(id_)
        if record is None or record.state is not TrashState.KEPT:
            raise NotFound
        if not self._may_restore(tx, subject, record):
            raise NotFound
        return record

    def _may_restore(self, tx: Reading, subject: Subject, record: TrashRecord) -> bool:
        if _owns(tx, subject, record):
            return True
        workspace = tx.workspace(record.workspace)
        if workspace is None or record.deleted_by != subject.id:
            return False
        facts = tx.facts(record.workspace, record.path, subject.grantees)
        now = self._ground.clock()
        return acts(subject, owner=workspace.owner, path=record.path, grants=facts, now=now) >= _UNDO

    def _seen(self, tx: Reading, subject: Subject, before: int, batch: int) -> Iterator[TrashRecord]:
        while True:
            rows = tx.trash_of(subject.id, before=before, limit=batch + 1)
            yield from (record for record in rows if self._may_restore(tx, subject, record))
            if len(rows) <= batch:
                return
            before = rows[-1].position

    def _described(self, tx: Reading, subject: Subject, record: TrashRecord) -> TrashEntry:
        workspace = tx.workspace(record.workspace)
        owner = tx.principal(workspace.owner) if workspace else None
        by = tx.principal(record.deleted_by)
        if owner is None or by is None:
            raise NotFound
        place, path = _place(tx, subject, record, record.path)
        return TrashEntry(
            id=record.id,
            workspace=place,
            path=paths.to_text(path),
            name=paths.display_name(record.path[-1]),
            type=record.type,
            kind=kinds.kind_of(record.path[-1], record.type),
            size=record.size,
            owner=principals.shown(owner, None),
            deleted_by=principals.shown(by, None),
            deleted_at=record.deleted_at,
            kept_until=record.deleted_at + self._kept,
            permissions=["restore", "purge"] if owner.id == subject.id else ["restore"],
        )


def _owns(tx: Reading, subject: Subject, record: TrashRecord) -> bool:
    workspace = tx.workspace(record.workspace)
    return workspace is not None and subject.active and workspace.owner == subject.id


def _place(tx: Reading, subject: Subject, record: TrashRecord, path: RelPath) -> tuple[str, RelPath]:
    """Workspace and path as the person may know them: through his outermost share, if he is not the owner."""
    if _owns(tx, subject, record):
        return record.workspace, path
    facts = tx.facts(record.workspace, path, subject.grantees)
    through = [fact for fact in facts if fact.folder and fact.path and fact.reaches(path)]
    outermost = min(through, key=lambda fact: len(fact.path), default=None)
    if outermost is None:
        raise NotFound
    return outermost.item, path[len(outermost.path) :]


def _names(name: bytes) -> Iterator[bytes]:
    """The name, then "name (restored)", "name (restored 2)", … with its ending kept."""
    yield name
    stem, dot, ending = name.rpartition(b".")
    if not stem:
        stem, dot, ending = name, b"", b""
    for number in range(1, _NAMES):
        mark = b" (restored)" if number == 1 else b" (restored %d)" % number
        room = paths.MAX_NAME_BYTES - len(mark) - len(dot) - len(ending)
        kept = stem[:room].decode(errors="ignore").encode() if len(stem) > room else stem
        yield kept + mark + dot + ending


def _position(cursor: str) -> int:
    place = entries.read_cursor(cursor)
    if place[:1] != b"t" or not place[1:].isdigit() or len(place) > 18:
        raise entries.foreign_cursor()
    return int(place[1:])
