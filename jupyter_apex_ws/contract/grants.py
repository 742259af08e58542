"""Grants: who may do what with which item, until when."""

from enum import StrEnum

from pydantic import Field

from .base import Id, Instant, Model, Page
from .entries import EntryType, Kind, RelativePath
from .principals import Principal, PrincipalName


class Role(StrEnum):
    """Roles that can be granted. Viewer, editor and manager allow each what the one before allows, and more.
    A contributor adds files to a folder and does not see what is in it."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    EDITOR = "editor"
    MANAGER = "manager"


class Direction(StrEnum):
    """Grants that I gave, or that were given to me."""

    BY_ME = "by-me"
    WITH_ME = "with-me"


class GrantState(StrEnum):
    """A grant is suspended while the item it was given for is not found under its name; expired ones are
    listed to who may share the item."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"


Note = str


class NewGrant(Model):
    """A wish to share one item with one grantee."""

    workspace: Id
    path: RelativePath
    grantee: PrincipalName
    role: Role
    expires_at: Instant | None = None
    note: str | None = Field(default=None, max_length=500)


class ItemName(Model):
    """A file or folder by workspace (or share) and path."""

    workspace: Id
    path: RelativePath


class NewGrants(Model):
    """A wish to share several items with one grantee, all or none of them."""

    items: list[ItemName] = Field(min_length=1, max_length=100)
    grantee: PrincipalName
    role: Role
    expires_at: Instant | None = None
    note: str | None = Field(default=None, max_length=500)


class RevokeGiven(Model):
    """End all that one person granted on what is the asking person's own."""

    granted_by: PrincipalName


class Revoked(Model):
    """How many grants ended."""

    revoked: int


class Hidden(Model):
    """Whether a share is put away: for the asking person only, and it can be brought back."""

    hidden: bool


class GrantChange(Model):
    """What to change; absent fields stay. `expires_at: null` removes the expiry."""

    role: Role | None = None
    expires_at: Instant | None = None
    note: str | None = Field(default=None, max_length=500)


class Grant(Model):
    """A grant as the asking person may see it.

    The owner reads the item's real `workspace` and `path`. A grantee reads the share: `workspace` is the
    share's id, usable wherever a workspace id is, and `path` is "" (what lies above the share is not his to
    know). Somebody else who may share the item reads both from the share that lets him. `inherited_from` is
    the path of the folder that carries the grant when another item was asked about. `permissions` are the
    acts that the asking person may do with the item, over all grants.
    """

    id: Id
    workspace: Id
    path: str
    name: str
    type: EntryType
    kind: Kind
    owner: Principal
    grantee: Principal
    role: Role
    expires_at: Instant | None
    note: str | None
    granted_by: Principal
    created_at: Instant
    state: GrantState
    inherited_from: str | None
    permissions: list[str]


class GrantPage(Page):
    """Grants, newest first."""

    items: list[Grant]
