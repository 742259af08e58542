"""Grants: give, change, take back, list. Answers are contract models, as the asking person may see them.

    create(tx, store, subject, new, policy=, now=) -> Grant        `new`: contract NewGrant; ensure the grantee before
                                                                   (principals.ensure_user with what the hub says)
    change(tx, subject, grant_id, change, policy=, now=) -> Grant  only the fields that the request sent
    revoke(tx, subject, grant_id, now=) -> None
    one(tx, subject, grant_id, now=) -> Grant
    by_me(tx, subject, cursor=, limit=, now=) -> GrantPage         mine, and all in my workspaces; any state
    with_me(tx, subject, cursor=, limit=, now=) -> GrantPage       in force only
    on_item(tx, subject, id, path, cursor=, limit=, now=) -> GrantPage   with those from folders above (inherited_from)
    next_expiry(tx) -> datetime | None                             when to call `announce_expired` next
    announce_expired(tx, now=) -> datetime | None                  events for what ended by the clock; the next instant

Refusals: Invalid with a pointer for a bad value, Conflict when the grantee has a grant on that very item, Forbidden
for who sees the item but may not share it (or only by the very grant in question), NotFound otherwise.
"""

from datetime import datetime

from ..contract.grants import Grant, GrantChange, GrantPage, NewGrant
from .access import Subject
from .ports import FileStore, Reading, RelPath, Writing
from .records import Policy


def create(
    tx: Writing, store: FileStore, subject: Subject, new: NewGrant, *, policy: Policy, now: datetime
) -> Grant:
    raise NotImplementedError


def change(
    tx: Writing, subject: Subject, grant: str, change: GrantChange, *, policy: Policy, now: datetime
) -> Grant:
    raise NotImplementedError


def revoke(tx: Writing, subject: Subject, grant: str, *, now: datetime) -> None:
    raise NotImplementedError


def one(tx: Reading, subject: Subject, grant: str, *, now: datetime) -> Grant:
    raise NotImplementedError


def by_me(tx: Reading, subject: Subject, *, cursor: str | None, limit: int, now: datetime) -> GrantPage:
    raise NotImplementedError


def with_me(tx: Reading, subject: Subject, *, cursor: str | None, limit: int, now: datetime) -> GrantPage:
    raise NotImplementedError


def on_item(
    tx: Reading, subject: Subject, id_: str, path: RelPath, *, cursor: str | None, limit: int, now: datetime
) -> GrantPage:
    raise NotImplementedError


def next_expiry(tx: Reading) -> datetime | None:
    raise NotImplementedError


def announce_expired(tx: Writing, *, now: datetime) -> datetime | None:
    raise NotImplementedError
