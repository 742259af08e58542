"""What was deleted and can still be brought back."""

from .base import Id, Instant, Model, Page
from .entries import EntryType, Kind
from .principals import Principal


class TrashEntry(Model):
    """A deleted file or folder. `workspace` and `path` are where it was, as the asking person may know it: the
    owner reads the workspace, who deleted it in a share reads the share. `size` in bytes, null for a folder.
    `permissions`: `restore`, and `purge` (delete for good) for the owner."""

    id: Id
    workspace: Id
    path: str | None
    name: str
    type: EntryType
    kind: Kind
    size: int | None
    owner: Principal
    deleted_by: Principal
    deleted_at: Instant
    kept_until: Instant
    permissions: list[str]


class TrashPage(Page):
    """What was deleted, newest first."""

    items: list[TrashEntry]


class Restored(Model):
    """Where it is again: its old place, or beside it under another name."""

    workspace: Id
    path: str | None
    name: str
