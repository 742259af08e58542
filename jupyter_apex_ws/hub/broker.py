"""Who waits for changes in this process, and how they are woken: by commits, not by looking often."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import chain
from typing import Final

import anyio.to_thread

from ..contract.events import Change, Topic
from ..core.access import EVERYONE
from ..core.errors import ApexError, TooMany
from ..core.ports import Database
from ..core.records import ChangeRecord
from .caller import Caller

HEARTBEAT_SECONDS: Final = 15.0
MOST_STREAMS: Final = 50
"""Open streams of one person: one for each of his servers and windows, and no more."""

_MISSED: Final = 10_000
_RETRY_SECONDS: Final = 1.0

log = logging.getLogger(__name__)

Still = Callable[[Caller], Awaitable[Caller]]


class _Subscriber:
    """One open stream: what it was not told yet, newest of each topic."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self._pending: dict[Topic, ChangeRecord] = {}

    def put(self, change: ChangeRecord) -> None:
        self._pending[change.topic] = change
        self.wake.set()

    def take(self) -> list[ChangeRecord]:
        self.wake.clear()
        taken = sorted(self._pending.values(), key=lambda change: change.revision)
        self._pending.clear()
        return taken


class Broker:
    """Streams of one process, fed by committed rows of the outbox: one reader for all streams."""

    def __init__(self, database: Database, still: Still, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._still = still
        self._clock = clock
        self._subscribers: dict[str, set[_Subscriber]] = {}
        self._told = 0
        self._committed = asyncio.Event()
        self._ending = False

    async def run(self) -> None:
        """Read what was committed and hand it out, until cancelled."""
        loop = asyncio.get_running_loop()

        def wake(revision: int) -> None:
            loop.call_soon_threadsafe(self._committed.set)

        stop = self._database.when_changed(wake)
        try:
            self._told = await anyio.to_thread.run_sync(self._newest)
            while True:
                await self._committed.wait()
                self._committed.clear()
                try:
                    changes = await anyio.to_thread.run_sync(self._since)
                except ApexError as error:
                    # Later: without this reader nobody would be told anything any more.
                    log.warning("changes cannot be read: %s Trying again.", error.detail)
                    await asyncio.sleep(_RETRY_SECONDS)
                    self._committed.set()
                    continue
                for change in changes:
                    self._told = change.revision
                    for subscriber in self._concerned(change.principal):
                        subscriber.put(change)
        finally:
            stop()
            self.end()

    def end(self) -> None:
        """Let all streams end. Call in the event loop; again does no harm."""
        self._ending = True
        for subscribers in self._subscribers.values():
            for subscriber in subscribers:
                subscriber.wake.set()

    def follow(self, caller: Caller, after: int | None) -> AsyncIterator[bytes]:
        """The stream for one person, from now on or after a revision. Raises TooMany."""
        if len(self._subscribers.get(caller.person, ())) >= MOST_STREAMS:
            raise TooMany("Too many of your event streams are open. Close some.", retry_after=30)
        return self._stream(caller, after)

    async def _stream(self, caller: Caller, after: int | None) -> AsyncIterator[bytes]:
        subscriber = _Subscriber()
        person = caller.person
        self._subscribers.setdefault(person, set()).add(subscriber)
        try:
            yield b": this stream tells that something changed\n\n"
            if after is not None:
                for change in await anyio.to_thread.run_sync(self._missed, person, after):
                    yield _written(change)
            while not self._ending:
                woken = await self._wait(subscriber, caller)
                if self._clock() >= caller.valid_until:
                    caller = await self._still(caller)
                for change in subscriber.take():
                    yield _written(change)
                if not woken:
                    yield b": still here\n\n"
        except ApexError:
            return  # not signed in any more, or the hub cannot say: the reader comes again and is told
        finally:
            self._subscribers[person].discard(subscriber)
            if not self._subscribers[person]:
                del self._subscribers[person]

    async def _wait(self, subscriber: _Subscriber, caller: Caller) -> bool:
        """Until something changed (True), it is time for a heartbeat, or to ask whether the token is good."""
        seconds = min(HEARTBEAT_SECONDS, caller.valid_until - self._clock())
        try:
            await asyncio.wait_for(subscriber.wake.wait(), max(0.0, seconds))
        except TimeoutError:
            return False
        return True

    def _concerned(self, principal: str) -> Iterable[_Subscriber]:
        if principal == EVERYONE:
            return chain.from_iterable(self._subscribers.values())
        return self._subscribers.get(principal, ())

    def _newest(self) -> int:
        with self._database.reading() as tx:
            return tx.last_event()

    def _since(self) -> list[ChangeRecord]:
        with self._database.reading() as tx:
            return tx.events_since(self._told)

    def _missed(self, person: str, after: int) -> list[ChangeRecord]:
        """The newest of each topic. An id from the future is from before a restore: everything counts."""
        with self._database.reading() as tx:
            start = after if after <= tx.last_event() else 0
            newest = {change.topic: change for change in tx.events_after(person, start, limit=_MISSED)}
        return sorted(newest.values(), key=lambda change: change.revision)


def _written(change: ChangeRecord) -> bytes:
    data = Change(revision=change.revision, topic=change.topic).model_dump_json()
    return f"id: {change.revision}\nevent: change\ndata: {data}\n\n".encode()
