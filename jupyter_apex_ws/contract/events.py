"""What a change tells: that something changed, never what."""

from enum import StrEnum

from .base import Model


class Topic(StrEnum):
    """Which list to read again."""

    SHARED_WITH_ME = "shared-with-me"
    SHARED_BY_ME = "shared-by-me"
    PRINCIPALS = "principals"


class Change(Model):
    """One event of `GET events` (server-sent events; its id is `revision`)."""

    revision: int
    topic: Topic
