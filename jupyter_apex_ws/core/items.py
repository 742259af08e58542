"""Items: files and folders that carry grants. They remember which object they are, so that a grant follows a folder
that is renamed and never passes to another one that takes its name (D3).

    ensure(tx, workspace_id, path, stat, now=) -> ItemRecord       the item there, made if there is none
    moved(tx, store, workspace_id, source, target, now=) -> None   after our own move, and told by the owner's server
    deleted(tx, store, workspace_id, path, now=) -> None           after our own delete, and told: grants end
    saved(tx, workspace_id, path, stat) -> None                    after our own save of a file: remember the new object
    check(database, store, item_id, now=) -> bool                  still the same object? if not it is suspended: False
    sweep(database, store, workspace_id, now=) -> None             suspend what is lost, find it again by identity
    all_shared(tx) -> list[ItemRecord]                             (for the search index) active items that carry grants

Only the owner may tell `moved` and `deleted`: resolve(…, Act.DELETE) first. Both look on the disk themselves.
"""

from datetime import datetime

from .ports import Database, FileStore, Reading, RelPath, Stat, Writing
from .records import ItemRecord


def ensure(tx: Writing, workspace: str, path: RelPath, stat: Stat, *, now: datetime) -> ItemRecord:
    raise NotImplementedError


def moved(
    tx: Writing, store: FileStore, workspace: str, source: RelPath, target: RelPath, *, now: datetime
) -> None:
    raise NotImplementedError


def deleted(tx: Writing, store: FileStore, workspace: str, path: RelPath, *, now: datetime) -> None:
    raise NotImplementedError


def saved(tx: Writing, workspace: str, path: RelPath, stat: Stat) -> None:
    raise NotImplementedError


def check(database: Database, store: FileStore, item: str, *, now: datetime) -> bool:
    raise NotImplementedError


def sweep(database: Database, store: FileStore, workspace: str, *, now: datetime) -> None:
    raise NotImplementedError


def all_shared(tx: Reading) -> list[ItemRecord]:
    raise NotImplementedError
