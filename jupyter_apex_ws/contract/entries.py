"""Files and folders: a listing, one entry, and the acts on them."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from .base import Instant, Model, Page


class EntryType(StrEnum):
    """What it is on disk. Nothing else is served."""

    FILE = "file"
    FOLDER = "folder"


class Kind(StrEnum):
    """What it is to a person; from its name."""

    FOLDER = "folder"
    NOTEBOOK = "notebook"
    DATASET = "dataset"
    APPLICATION_PACKAGE = "application-package"
    SCRIPT = "script"
    DOCUMENT = "document"
    OTHER = "other"


class Entry(Model):
    """A file or folder.

    `path` is relative to the workspace or share it was asked through, "" for its root. Where a name cannot be
    written in a path (not UTF-8, or with control characters), `path` is null and `entry` names it: ask its
    folder with `?entry=`. `size` is in bytes, null for a folder. `permissions` are the acts that the asking
    person may do with it. `shared` says that it carries a grant itself (told to those who may share it).
    """

    name: str
    path: str | None
    entry: str | None
    type: EntryType
    kind: Kind
    size: int | None
    modified_at: Instant
    media_type: str | None
    etag: str | None
    permissions: list[str]
    shared: bool


class EntryPage(Page):
    """A folder itself and a part of what is in it."""

    entry: Entry
    items: list[Entry]


RelativePath = Annotated[str, Field(max_length=4096)]


class MakeFolder(Model):
    """Make a folder at the path of the request."""

    operation: Literal["mkdir"]


class Move(Model):
    """Rename or move what is at the path of the request to `to`, in the same workspace or share."""

    operation: Literal["move"]
    to: RelativePath


class Moved(Model):
    """Told by the owner's server after the person moved something outside the service: look again at `to`."""

    operation: Literal["moved"]
    to: RelativePath


class Deleted(Model):
    """Told by the owner's server after the person deleted what was at the path: its grants end."""

    operation: Literal["deleted"]


EntryOperation = Annotated[MakeFolder | Move | Moved | Deleted, Field(discriminator="operation")]
