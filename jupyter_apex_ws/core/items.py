"""Items: files and folders that carry grants. They remember which object they are, so that a grant follows a
folder that is renamed and never passes to another one that takes its name (D3).

    ensure(tx, store, workspace_id, path, stat, now=)    -> the item there, made if there is none
    moved(tx, store, workspace_id, source, target, now=) after our own move, and told by the owner's server
    deleted(tx, store, workspace_id, path, now=)         after our own delete, and told: its grants end
    put_away, brought_back, purged(tx, …)                into the trash, out of it, and for good
    saved(tx, workspace_id, path, stat)                  after our own save of a file: still the same item
    created(tx, workspace_id, path, now=)                after we made a file: never the item of before
    check(database, store, item_id, now=) -> bool        still the same object? if not it is suspended
    sweep(database, store, workspace_id, now=)           suspend what is lost, find it again by identity
    all_shared(tx) -> list[ItemRecord]                   active items that carry grants, for the search index

Only the owner may tell `moved` and `deleted`: resolve(…, Act.DELETE) the source first. Both look on the disk
themselves and believe what they see there.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ..contract.entries import EntryType
from .errors import NotFound
from .notices import tell_of_items
from .ports import Anchor, Database, FileStore, Reading, RelPath, Stat, Writing
from .records import ItemRecord, ItemState, new_id


def ensure(
    tx: Writing, store: FileStore, workspace: str, path: RelPath, stat: Stat, *, now: datetime
) -> ItemRecord:
    """The item for what is at `path` now, which `stat` describes.

    Another object that was remembered there is suspended, and what was remembered elsewhere follows its
    object.
    """
    there = tx.item_at(workspace, path)
    if there is not None:
        if _still(there, stat):
            return _refreshed(tx, there, stat)
        _suspend(tx, [there], now)
    found = _rebind(tx, store, workspace, path, stat, now=now)
    if found is not None:
        return found
    made = ItemRecord(
        id=new_id("s"),
        workspace=workspace,
        path=path,
        type=stat.type,
        identity=stat.identity,
        state=ItemState.ACTIVE,
    )
    tx.add_item(made)
    return made


def moved(
    tx: Writing, store: FileStore, workspace: str, source: RelPath, target: RelPath, *, now: datetime
) -> None:
    """What was at `source` is at `target` now: items at and below it go along if they are seen there."""
    if source == target:
        return
    displaced = [
        item
        for item in tx.items_under(workspace, target)
        # A move replaces nothing, so what was remembered here went before; unless this was told twice.
        if not _same(item, _look(store, workspace, item.path))
    ]
    _suspend(tx, displaced, now)
    _carry(tx, store, workspace, source, target, now=now)
    arrived = _look(store, workspace, target)
    if arrived is not None and tx.item_at(workspace, target) is None:
        _rebind(tx, store, workspace, target, arrived, now=now)


def deleted(tx: Writing, store: FileStore, workspace: str, path: RelPath, *, now: datetime) -> None:
    """What was at `path` was deleted on purpose: the grants at and below it end, for good."""
    gone = [
        item
        for item in tx.items_under(workspace, path)
        if not _same(item, _look(store, workspace, item.path))
    ]
    tell_of_items(tx, gone, now)
    grants = tx.grants_on(item.id for item in gone)
    tx.end_grants([grant.id for grant in grants], by=None, now=now)
    for item in gone:
        tx.change_item(replace(item, state=ItemState.GONE))


def put_away(tx: Writing, workspace: str, source: RelPath, trash: RelPath, *, now: datetime) -> None:
    """What was at `source` is in the trash: items at and below it are nobody's until they come back."""
    going = tx.items_under(workspace, source)
    tell_of_items(tx, going, now)
    for item in going:
        path = trash + item.path[len(source) :]
        tx.change_item(replace(item, path=path, state=ItemState.TRASHED))


def brought_back(tx: Writing, workspace: str, trash: RelPath, target: RelPath, *, now: datetime) -> None:
    """What was in the trash is at `target`: it is the same objects, so their grants are in force again."""
    back = []
    for item in tx.trashed_items(workspace, trash):
        path = target + item.path[len(trash) :]
        other = tx.item_at(workspace, path)
        _suspend(tx, [other] if other is not None else [], now)
        back.append(replace(item, path=path, state=ItemState.ACTIVE))
        tx.change_item(back[-1])
    tell_of_items(tx, back, now)


def purged(tx: Writing, workspace: str, trash: RelPath, *, now: datetime) -> None:
    """What was in the trash is deleted for good: its grants end."""
    gone = tx.trashed_items(workspace, trash)
    tx.end_grants([grant.id for grant in tx.grants_on(item.id for item in gone)], by=None, now=now)
    for item in gone:
        tx.change_item(replace(item, state=ItemState.GONE))


def saved(tx: Writing, workspace: str, path: RelPath, stat: Stat) -> None:
    """A file was replaced at its path by a save through us: it stays the same item."""
    there = tx.item_at(workspace, path)
    if there is not None and _still(there, stat):
        _refreshed(tx, there, stat)


def created(tx: Writing, workspace: str, path: RelPath, *, now: datetime) -> None:
    """A file was made where nothing was: what is remembered there went before, and is not this one (D3)."""
    there = tx.item_at(workspace, path)
    if there is not None:
        _suspend(tx, [there], now)


def check(database: Database, store: FileStore, item: str, *, now: datetime) -> bool:
    """Whether the item is still the object that was shared. If not it is suspended: 404 for everyone."""
    with database.reading() as tx:
        if not _lost(store, _active(tx, [item])):
            return bool(_active(tx, [item]))
    with database.writing() as tx:
        # Looked at again: between the two it may have been moved through us.
        lost = _lost(store, _active(tx, [item]))
        _suspend(tx, lost, now)
        return not lost


def sweep(database: Database, store: FileStore, workspace: str, *, now: datetime) -> None:
    """Suspend what is not where it was, find what was renamed behind our back. Walks if something is lost."""
    with database.reading() as tx:
        known, missed = tx.items_under(workspace, ()), tx.suspended_items(workspace)
    lost = [item.id for item in _lost(store, known)]
    replaced = [item.id for item in known if item.id not in lost and _is_replaced(store, item)]
    if not lost and not missed and not replaced:
        return
    sought = {item.identity for item in (*known, *missed) if item.id in lost or item in missed}
    wanted = [identity for identity in sought if identity.birth_ns]
    seen = store.find(workspace, wanted) if wanted else {}
    with database.writing() as tx:
        _suspend(tx, _lost(store, _active(tx, lost)), now)
        for item in _active(tx, replaced):
            stat = _look(store, workspace, item.path)
            if stat is not None and _still(item, stat):
                _refreshed(tx, item, stat)
        for path in sorted(seen.values()):  # upper ones first: what is below goes along
            stat = _look(store, workspace, path)
            if stat is not None and tx.item_at(workspace, path) is None:
                _rebind(tx, store, workspace, path, stat, now=now)


def all_shared(tx: Reading) -> list[ItemRecord]:
    """Active items that carry a grant, of all workspaces."""
    return tx.shared_items()


def _look(store: FileStore, workspace: str, path: RelPath) -> Stat | None:
    try:
        return store.stat(Anchor(workspace, (), None), path)
    except NotFound:
        return None


def _same(item: ItemRecord, stat: Stat | None) -> bool:
    """The very object: by inode and birth time. The device, which is renumbered, counts only without one."""
    if stat is None or stat.type is not item.type:
        return False
    was, now = item.identity, stat.identity
    same = (was.inode, was.birth_ns) == (now.inode, now.birth_ns)
    return same and (was.birth_ns != 0 or was.device == now.device)


def _still(item: ItemRecord, stat: Stat | None) -> bool:
    """The object, or a file that a save put in the place of the file."""
    if stat is not None and stat.type is item.type is EntryType.FILE:
        return True
    return _same(item, stat)


def _refreshed(tx: Writing, item: ItemRecord, stat: Stat) -> ItemRecord:
    if item.identity == stat.identity:
        return item
    fresh = replace(item, identity=stat.identity)
    tx.change_item(fresh)
    return fresh


def _active(tx: Reading, ids: Iterable[str]) -> list[ItemRecord]:
    found = (tx.item(id_) for id_ in ids)
    return [item for item in found if item is not None and item.state is ItemState.ACTIVE]


def _lost(store: FileStore, known: Iterable[ItemRecord]) -> list[ItemRecord]:
    return [item for item in known if not _still(item, _look(store, item.workspace, item.path))]


def _is_replaced(store: FileStore, item: ItemRecord) -> bool:
    """A file that a save outside of us put there: by its new identity it is found when it is renamed."""
    stat = _look(store, item.workspace, item.path)
    return stat is not None and _still(item, stat) and not _same(item, stat)


def _suspend(tx: Writing, lost: list[ItemRecord], now: datetime) -> None:
    tell_of_items(tx, lost, now)
    for item in lost:
        tx.change_item(replace(item, state=ItemState.SUSPENDED))


def _carry(
    tx: Writing, store: FileStore, workspace: str, source: RelPath, target: RelPath, *, now: datetime
) -> None:
    """Rewrite the paths of items at and below `source`, each only if it is seen at its new place."""
    going: list[ItemRecord] = []
    lost: list[ItemRecord] = []
    for item in _remembered_under(tx, workspace, source):
        path = target + item.path[len(source) :]
        here, there = _look(store, workspace, item.path), _look(store, workspace, path)
        suspended = item.state is ItemState.SUSPENDED
        if _same(item, here) and not suspended:
            continue  # it did not move
        if there is not None and (
            _same(item, there) or (here is None and not suspended and _still(item, there))
        ):
            other = tx.item_at(workspace, path)
            if other is not None and _same(other, there):
                lost += [] if suspended else [item]
                continue  # two items cannot be one object
            lost += [other] if other is not None else []
            going.append(replace(item, path=path, identity=there.identity, state=ItemState.ACTIVE))
        elif not suspended and not _still(item, here):
            lost.append(item)
    _suspend(tx, lost, now)
    for item in going:
        tx.change_item(item)
    tell_of_items(tx, going, now)


def _remembered_under(tx: Reading, workspace: str, path: RelPath) -> list[ItemRecord]:
    """Active items, and suspended ones that were here when they were last seen."""
    suspended = tx.suspended_items(workspace)
    return tx.items_under(workspace, path) + [item for item in suspended if item.path[: len(path)] == path]


def _rebind(
    tx: Writing, store: FileStore, workspace: str, path: RelPath, stat: Stat, *, now: datetime
) -> ItemRecord | None:
    """The item that is remembered elsewhere and is this object, brought to its path with what is below it."""
    if stat.identity.birth_ns == 0:
        return None  # inodes are used again; without a birth time nobody can tell
    for item in tx.items_like(workspace, stat.identity):
        if item.type is not stat.type:
            continue
        if item.state is ItemState.ACTIVE and _same(item, _look(store, workspace, item.path)):
            continue  # a file with two names: each its own item
        was = item.path
        back = replace(item, path=path, identity=stat.identity, state=ItemState.ACTIVE)
        tx.change_item(back)
        tell_of_items(tx, [back], now)
        # Also when it is back under its old name: what was lost with it is back too.
        _carry(tx, store, workspace, was, path, now=now)
        return back
    return None
