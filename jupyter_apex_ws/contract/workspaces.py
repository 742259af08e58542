"""Storage areas with an owner."""

from enum import StrEnum

from .base import Id, Instant, Model, Page
from .principals import Principal


class WorkspaceKind(StrEnum):
    """A person's own area; a team's comes with teams."""

    PERSONAL = "personal"


class Workspace(Model):
    """One storage area. `permissions` are the acts that the asking person may do at its root."""

    id: Id
    kind: WorkspaceKind
    name: str
    owner: Principal
    created_at: Instant
    permissions: list[str]


class WorkspacePage(Page):
    """Workspaces of the asking person."""

    items: list[Workspace]
