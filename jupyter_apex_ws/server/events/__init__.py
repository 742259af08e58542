"""The one event of ours that reaches a page: which list to read again."""

import asyncio
from pathlib import Path

from jupyter_events import EventLogger

from ...contract.events import Topic

SCHEMA_ID = "https://jupyter-apex-ws.readthedocs.io/events/change/v1"
LOCAL_INDEX = "local-index"

_SCHEMA = Path(__file__).parent / "change.v1.yaml"
_QUIET_SECONDS = 1.0


def register(events: EventLogger) -> None:
    """Make the event known, so that pages can listen to it."""
    if SCHEMA_ID not in events.schemas:
        events.register_event_schema(_SCHEMA)


class Announcer:
    """Tells open pages that a list changed."""

    def __init__(self, events: EventLogger):
        self._events = events

    def announce(self, topic: Topic, revision: int) -> None:
        """A list of the service's."""
        self._emit(topic.value, revision)

    def _emit(self, topic: str, revision: int) -> None:
        self._events.emit(schema_id=SCHEMA_ID, data={"topic": topic, "revision": revision})


class LocalIndexAnnouncer(Announcer):
    """Tells that the index of the own files changed, at most once a second."""

    def __init__(self, events: EventLogger, loop: asyncio.AbstractEventLoop):
        super().__init__(events)
        self._loop = loop
        self._revision = 0
        self._due: asyncio.TimerHandle | None = None
        self._again = False

    def changed(self) -> None:
        """From any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed)

    def stop(self) -> None:
        """Announce nothing any more."""
        if self._due is not None:
            self._due.cancel()

    def _changed(self) -> None:
        if self._due is not None:
            self._again = True
            return
        self._revision += 1
        self._emit(LOCAL_INDEX, self._revision)
        self._due = self._loop.call_later(_QUIET_SECONDS, self._rested)

    def _rested(self) -> None:
        self._due = None
        if self._again:
            self._again = False
            self._changed()
