"""What the person's own server answers by itself: the index over the own files."""

from enum import StrEnum

from .base import Id, Instant, Model, Page
from .entries import Entry


class IndexState(StrEnum):
    """How far the index is."""

    READING = "reading"
    READY = "ready"
    FAILED = "failed"


class LocalStatus(Model):
    """The index of the own files, and whether the sharing service is configured on this server.

    `user` is the owner of the server (null without a hub); `own_server` is false for a visitor.
    """

    state: IndexState
    items: int
    refreshed_at: Instant | None
    detail: str | None
    service: bool
    user: str | None
    own_server: bool


class LocalPage(Page):
    """Own files: recent ones, or those that match. Paths are relative to the server's root folder."""

    items: list[Entry]
    total: int


class LocalMount(Model):
    """A shared folder that is mounted in this server; `path` is relative to the home."""

    share: Id
    path: str
    writable: bool


class RefusedMount(Model):
    """A shared folder that is not mounted; `detail` says why, and what to do."""

    owner: str
    name: str
    detail: str


class LocalMounts(Model):
    """What was mounted when this server started. `possible`: whether a restart could mount more; `detail` says
    why nothing is mounted."""

    possible: bool
    items: list[LocalMount]
    refused: list[RefusedMount]
    detail: str | None
