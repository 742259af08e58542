"""Whom a change concerns: rows of the outbox, which say which list to read again and nothing else."""

from collections.abc import Iterable
from datetime import datetime

from ..contract.events import Topic
from ..contract.principals import PrincipalKind
from .access import Act, allowed_by
from .ports import Reading, RelPath, Writing
from .records import ItemRecord


def receivers(tx: Reading, grantees: Iterable[str]) -> frozenset[str]:
    """The people behind grantees: groups are their members now. Everyone stays one: one row is for all."""
    people: set[str] = set()
    for grantee in set(grantees):
        principal = tx.principal(grantee)
        if principal is not None and principal.kind is PrincipalKind.GROUP:
            people |= tx.members(grantee)
        elif principal is not None:
            people.add(grantee)
    return frozenset(people)


def sharers(tx: Reading, workspace: str, path: RelPath, now: datetime) -> frozenset[str]:
    """Everyone who may share what is at the path: the owner, and who holds such a role there or above."""
    place = tx.workspace(workspace)
    holders = {
        fact.grantee
        for fact in tx.facts(workspace, path, None)
        if Act.SHARE in allowed_by(fact.role) and fact.reaches(path) and not fact.expired(now)
    }
    owner = {place.owner} if place else set()
    return receivers(tx, holders) | owner


def tell_of_grant(tx: Writing, item: ItemRecord, grantee: str, now: datetime, *, also: str) -> None:
    """A grant on `item` was given, changed or ended: its receivers, who may share the item, and `also`."""
    tx.emit(receivers(tx, [grantee]), Topic.SHARED_WITH_ME, now)
    tx.emit(sharers(tx, item.workspace, item.path, now) | {also}, Topic.SHARED_BY_ME, now)


def tell_of_items(tx: Writing, changed: Iterable[ItemRecord], now: datetime) -> None:
    """Items were renamed, suspended, found again or deleted. Call before their grants end."""
    known = list(changed)
    grants = tx.grants_on(item.id for item in known)
    tx.emit(receivers(tx, (grant.grantee for grant in grants)), Topic.SHARED_WITH_ME, now)
    concerned = {grant.granted_by for grant in grants}
    for item in known:
        concerned |= sharers(tx, item.workspace, item.path, now)
    tx.emit(concerned, Topic.SHARED_BY_ME, now)
