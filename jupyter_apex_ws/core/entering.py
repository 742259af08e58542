"""One transaction, one person, one item: how every use case on files begins.

    with entering.read(files, person, id, path, Act.LIST) as (tx, access): ...
    with entering.change(files, person, id, path, Act.DELETE) as (tx, access): ...

A refusal inside a change undoes it. When the store does not find what a share stands for, the item is looked
at afterwards: another object under its name suspends it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import items, principals, reach
from .access import Act, Subject
from .errors import NotFound
from .ports import Clock, Database, FileStore, Reading, RelPath, Writing
from .reach import Access


@dataclass(frozen=True)
class Ground:
    """What use cases on files stand on."""

    database: Database
    store: FileStore
    clock: Clock
    touched: Callable[[str, RelPath], None]
    """Told the workspace and path of what came, changed or went, for the search index. Returns at once."""


@contextmanager
def read(ground: Ground, person: str, id_: str, path: RelPath, act: Act) -> Iterator[tuple[Reading, Access]]:
    """A moment in which the person may do `act` there. Raises NotFound or Forbidden."""
    with _noticing(ground) as entered, ground.database.reading() as tx:
        access = reach.resolve(tx, subject_of(tx, person), id_, path, act, now=ground.clock())
        entered(access)
        yield tx, access


@contextmanager
def change(
    ground: Ground, person: str, id_: str, path: RelPath, act: Act
) -> Iterator[tuple[Writing, Access]]:
    """The same in the one transaction that changes things: a revoke comes before it or after it."""
    with _noticing(ground) as entered, ground.database.writing() as tx:
        access = reach.resolve(tx, subject_of(tx, person), id_, path, act, now=ground.clock())
        entered(access)
        yield tx, access


@contextmanager
def change_again(ground: Ground, access: Access) -> Iterator[tuple[Writing, Access]]:
    """The changing transaction of an access that was found earlier: judged once more in it."""
    with _noticing(ground) as entered, ground.database.writing() as tx:
        entered(access)
        yield tx, reach.judge_within(tx, access, now=ground.clock())


def subject_of(tx: Reading, person: str) -> Subject:
    """Who asks, with his groups of now."""
    return principals.subject(tx, person)


@contextmanager
def _noticing(ground: Ground) -> Iterator[Callable[[Access], None]]:
    entered: list[Access] = []
    try:
        yield entered.append
    except NotFound:
        for access in entered:
            if access.item is not None:
                items.check(ground.database, ground.store, access.item, now=ground.clock())
        raise
