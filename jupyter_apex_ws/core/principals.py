"""People and hub groups: who somebody is, who is in a group, and finding them by name.

    ensure_user(tx, hub_user, now=) -> PrincipalRecord      the person behind a token; also a new one of an old name
    forget_user(tx, name, now=) -> None                      the hub has nobody of that name any more (or blocked him)
    follow_users(tx, hub_users, now=) -> None                a whole `GET /users`
    follow_groups(tx, groups, asked_at=, now=) -> None       a whole `GET /groups`; asked_at: before the hub was asked
    subject(tx, principal_id) -> Subject                     what every check starts from; inactive if unknown
    find(tx, text, asker=, limit=) -> list[Principal]        contract models, never the asker himself
    groups_of(tx, principal_id) -> list[Principal]           `me.teams`

`tx` is what `database.reading()` or `.writing()` gives; those that change need the latter.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..contract.principals import Principal
from .access import Subject
from .ports import HubUser, Reading, Writing
from .records import PrincipalRecord


def ensure_user(tx: Writing, hub_user: HubUser, *, now: datetime) -> PrincipalRecord:
    raise NotImplementedError


def forget_user(tx: Writing, name: str, *, now: datetime) -> None:
    raise NotImplementedError


def follow_users(tx: Writing, hub_users: Iterable[HubUser], *, now: datetime) -> None:
    raise NotImplementedError


def follow_groups(
    tx: Writing, groups: Mapping[str, Iterable[str]], *, asked_at: datetime, now: datetime
) -> None:
    raise NotImplementedError


def subject(tx: Reading, principal: str) -> Subject:
    raise NotImplementedError


def find(tx: Reading, text: str, *, asker: str, limit: int = 20) -> list[Principal]:
    raise NotImplementedError


def groups_of(tx: Reading, person: str) -> list[Principal]:
    raise NotImplementedError
