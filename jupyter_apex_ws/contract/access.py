"""Who has access to an item, and how."""

from enum import StrEnum

from .base import Id, Instant, Model, Page
from .grants import Role
from .principals import Principal


class WayKind(StrEnum):
    """How access comes to somebody: he owns it, it was granted to him, to a group of his, or to everyone."""

    OWNER = "owner"
    GRANT = "grant"
    GROUP = "group"
    EVERYONE = "everyone"


class Folder(Model):
    """A folder above, as far as the asking person may know its path: where an inherited way is changed."""

    workspace: Id
    path: str
    name: str


class Way(Model):
    """One way. `through` is the group or everyone, `folder` the folder that carries the grant when it is not
    the item itself; `role` and `grant` are null for the owner."""

    kind: WayKind
    grant: Id | None
    role: Role | None
    expires_at: Instant | None
    through: Principal | None
    folder: Folder | None


class Access(Model):
    """Somebody who has access. `role` is the one that allows most (null: the owner), `expires_at` the end of
    the last way (null: no end), `permissions` the union of what all ways allow."""

    principal: Principal
    role: Role | None
    expires_at: Instant | None
    permissions: list[str]
    ways: list[Way]


class AccessPage(Page):
    """The owner first, then people by name, groups, and everyone."""

    items: list[Access]
