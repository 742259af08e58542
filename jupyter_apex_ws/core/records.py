"""What is remembered about people, places and grants: plain values that the database gives and takes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..contract.entries import EntryType
from ..contract.events import Topic
from ..contract.principals import PrincipalKind
from ..contract.workspaces import WorkspaceKind
from .ports import Identity, RelPath

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def new_id(prefix: str) -> str:
    """An id that nobody guesses (100 bits), lower case so that it can name a directory or a namespace."""
    return f"{prefix}-" + "".join(secrets.choice(_LETTERS) for _ in range(20))


@dataclass(frozen=True)
class PrincipalRecord:
    """A person or a hub group. `hub_created` is the hub's creation time of a person, None for a group.

    Inactive ones hold nothing. A group never becomes active again, a person only with the same `hub_created`.
    """

    id: str
    kind: PrincipalKind
    name: str
    hub_created: str | None
    display_name: str
    active: bool
    admin: bool
    created_at: datetime


@dataclass(frozen=True)
class WorkspaceRecord:
    """A storage area. `owner` is a principal's id."""

    id: str
    kind: WorkspaceKind
    name: str
    owner: str
    created_at: datetime


class ItemState(StrEnum):
    """Suspended: not found under its path as the object it was. Gone: deleted, for good."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    GONE = "gone"


@dataclass(frozen=True)
class ItemRecord:
    """A file or folder that carries or carried grants. Its id is the id of the share that grantees enter."""

    id: str
    workspace: str
    path: RelPath
    type: EntryType
    identity: Identity
    state: ItemState


@dataclass(frozen=True)
class GrantRecord:
    """A grant that has not ended. `role` is a word of the rule table, or one that gives nothing."""

    id: str
    item: str
    grantee: str
    role: str
    expires_at: datetime | None
    note: str | None
    granted_by: str
    created_at: datetime
    revision: int


@dataclass(frozen=True)
class GrantLine:
    """A grant with everything that is shown beside it. `position` orders lists, newest has the highest."""

    grant: GrantRecord
    item: ItemRecord
    workspace: WorkspaceRecord
    owner: PrincipalRecord
    grantee: PrincipalRecord
    granted_by: PrincipalRecord
    members: int | None
    position: int


@dataclass(frozen=True)
class ChangeRecord:
    """A row of the outbox: `principal` should read `topic` again."""

    revision: int
    principal: str
    topic: Topic


@dataclass(frozen=True)
class MountRecord:
    """A grant on a folder that the running server `server` ("" for the usual one) of `person` has mounted."""

    grant: str
    person: str
    server: str
    writable: bool
    since: datetime


@dataclass(frozen=True)
class Policy:
    """What the operator allows. `max_grant` is the longest life of a grant, None for no limit."""

    max_grant: timedelta | None = None
