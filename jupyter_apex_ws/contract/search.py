"""Search over what the asking person may see."""

from enum import StrEnum

from .base import Id, Page
from .entries import Entry
from .principals import Principal


class SearchScope(StrEnum):
    """Where to look. The service knows what is shared; own files are searched by the person's own server."""

    MINE = "mine"
    SHARED = "shared"
    ALL = "all"


class Hit(Entry):
    """An entry that matches. `workspace` is the workspace or share to ask for it; `owner` is whose it is."""

    workspace: Id
    share_name: str | None
    owner: Principal


class HitPage(Page):
    """Hits, best first. `total` counts what the person may see, null where it was not counted to the end."""

    items: list[Hit]
    total: int | None
