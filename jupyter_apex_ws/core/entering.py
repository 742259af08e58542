"""One transaction, one person, one item: how every use case on files begins.

    entering.read(ground, person, id, path, Act.LIST, do=lambda tx, access: …)
    entering.change(ground, person, id, path, Act.DELETE, do=lambda tx, access: …)

A refusal inside a change undoes it. When the store does not find what a share stands for, the item is looked
at: if it was renamed in that moment it is asked once more, if another object has its name it is suspended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from . import items, principals, reach
from .access import Act, Subject
from .errors import NotFound
from .ports import Clock, Database, FileStore, Reading, RelPath, Writing
from .reach import Access

_TRIES: Final = 5

Found = TypeVar("Found")
Entered = Callable[[Access], None]


@dataclass(frozen=True)
class Ground:
    """What use cases on files stand on.

    `touched` is told the workspace and path of what came, changed or went, for the search index. It returns
    at once.
    """

    database: Database
    store: FileStore
    clock: Clock
    touched: Callable[[str, RelPath], None]


def read(
    ground: Ground, person: str, id_: str, path: RelPath, act: Act, *, do: Callable[[Reading, Access], Found]
) -> Found:
    """Do something in a moment in which the person may do `act` there. Raises NotFound or Forbidden."""
    return read_through(
        ground, lambda tx, now: reach.resolve(tx, subject_of(tx, person), id_, path, act, now=now), do=do
    )


def read_through(
    ground: Ground,
    door: Callable[[Reading, datetime], Access],
    *,
    do: Callable[[Reading, Access], Found],
) -> Found:
    """The same through another door than an act on what is named."""

    def attempt(entered: Entered) -> Found:
        with ground.database.reading() as tx:
            access = door(tx, ground.clock())
            entered(access)
            return do(tx, access)

    return _while_moving(ground, attempt)


def change(
    ground: Ground, person: str, id_: str, path: RelPath, act: Act, *, do: Callable[[Writing, Access], Found]
) -> Found:
    """The same in the one transaction that changes things: a revoke comes before it or after it."""

    def attempt(entered: Entered) -> Found:
        with ground.database.writing() as tx:
            access = reach.resolve(tx, subject_of(tx, person), id_, path, act, now=ground.clock())
            entered(access)
            return do(tx, access)

    return _while_moving(ground, attempt)


def change_again(ground: Ground, access: Access, do: Callable[[Writing, Access], Found]) -> Found:
    """The changing transaction of an access that was found earlier: judged once more in it."""

    def attempt(entered: Entered) -> Found:
        entered(access)
        with ground.database.writing() as tx:
            return do(tx, reach.judge_within(tx, access, now=ground.clock()))

    return _while_moving(ground, attempt, tries=1)


def subject_of(tx: Reading, person: str) -> Subject:
    """Who asks, with his groups of now."""
    return principals.subject(tx, person)


def _while_moving(ground: Ground, attempt: Callable[[Entered], Found], tries: int = _TRIES) -> Found:
    for left in reversed(range(tries)):
        entered: list[Access] = []
        try:
            return attempt(entered.append)
        except NotFound:
            moved = [_has_moved(ground, access) for access in entered]
            if not left or not any(moved):
                raise
    raise NotFound


def _has_moved(ground: Ground, access: Access) -> bool:
    """Whether the share may be elsewhere than where it was entered, or is lost: then it is suspended, and
    another share may reach what was asked for."""
    if access.item is None:
        return False
    if not items.check(ground.database, ground.store, access.item, now=ground.clock()):
        return True
    with ground.database.reading() as tx:
        item = tx.item(access.item)
    # The revision counts, as it can have been renamed there and back; and the path, as the revision moves a
    # moment after the commit.
    moved = item is not None and item.path != access.anchor.path
    return moved or ground.database.revision != access.revision
