"""Listening to the service's changes (server-sent events) and passing them on to open pages."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from ..contract.events import Topic
from .background import BackOff, OwnRequests
from .upstream import Broken

_MAX_LINE = 65_536


@dataclass(frozen=True)
class ServerSentEvent:
    """One event as it came."""

    id: str | None
    data: str


async def parsed(parts: AsyncIterator[bytes]) -> AsyncIterator[ServerSentEvent]:
    """The events of a stream (the part of the HTML standard that the service uses). Raises Broken."""
    buffer = b""
    event_id: str | None = None
    data: list[str] = []
    async for part in parts:
        buffer += part.replace(b"\r", b"")
        *lines, buffer = buffer.split(b"\n")
        if len(buffer) > _MAX_LINE or len(data) > _MAX_LINE:
            raise Broken("not a stream of events")
        for line in lines:
            name, _, value = line.decode(errors="replace").partition(":")
            if not line and data:
                yield ServerSentEvent(event_id, "\n".join(data))
                data = []
            elif name == "id":
                event_id = value.strip()
            elif name == "data":
                data.append(value.removeprefix(" "))


class Subscription:
    """Runs until it is cancelled. `announce` is called for each change, once or more than once."""

    def __init__(
        self,
        requests: OwnRequests,
        announce: Callable[[Topic, int], None],
        log: logging.Logger,
        back_off: BackOff | None = None,
    ):
        self._requests = requests
        self._announce = announce
        self._log = log
        self._back_off = back_off or BackOff()
        self._last: str | None = None

    async def run(self) -> None:
        """Listen, and again after each break."""
        while True:
            try:
                await self._listen()
            except Broken as error:
                self._log.debug("The service's changes are not heard: %s", error)
            await self._back_off.wait()

    async def _listen(self) -> None:
        headers = {"Accept": "text/event-stream"}
        if self._last is not None:
            headers["Last-Event-ID"] = self._last
        exchange = await self._requests.open("GET", "events", headers=headers)
        try:
            head = await exchange.head()
            if head.status == 400:
                self._last = None  # another database than before: what was missed cannot be told
            if head.status != 200:
                raise Broken(f"status {head.status}")
            self._back_off.reset()
            async for event in parsed(exchange.body()):
                self._take(event)
        finally:
            exchange.close()

    def _take(self, event: ServerSentEvent) -> None:
        try:
            change = json.loads(event.data)
            topic, revision = Topic(change["topic"]), int(change["revision"])
        except (ValueError, KeyError, TypeError):
            return  # of a later version of the service
        finally:
            self._last = event.id or self._last
        self._announce(topic, revision)


async def cancelled(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
