"""What the service does by itself: following the hub, telling of expiries, finding lost items."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import anyio.to_thread

from ..core import grants, items, principals
from ..core.entering import Ground
from ..core.errors import ApexError
from ..core.ports import HubDirectory
from .caller import Callers

_RETRY_SECONDS: Final = 1.0
_LONGEST_SLEEP: Final = 60.0
_EVENTS_KEPT: Final = timedelta(days=7)

log = logging.getLogger(__name__)


class Background:
    """The tasks of one process."""

    def __init__(self, ground: Ground, directory: HubDirectory, callers: Callers) -> None:
        self._ground = ground
        self._directory = directory
        self._callers = callers
        self._people_known = asyncio.Event()

    async def follow_people(self, seconds: float) -> None:
        """Bring people up to date; the tokens of those who are gone end at once."""

        async def once() -> None:
            self._callers.forget_except(await anyio.to_thread.run_sync(self._read_people))
            self._people_known.set()

        await _every(seconds, once)

    async def follow_groups(self, seconds: float) -> None:
        """Bring hub groups up to date; first when it is known who could be in them."""
        await self._people_known.wait()

        async def once() -> None:
            await anyio.to_thread.run_sync(self._read_groups)

        await _every(seconds, once)

    async def find_lost_items(self, seconds: float) -> None:
        """Suspend what is not where it was, find it again by identity."""

        async def once() -> None:
            await anyio.to_thread.run_sync(self._sweep)

        await _every(seconds, once)

    async def tell_expiries(self) -> None:
        """Tell at its instant that a grant ended by the clock."""
        loop = asyncio.get_running_loop()
        committed = asyncio.Event()

        def wake(revision: int) -> None:
            loop.call_soon_threadsafe(committed.set)

        stop = self._ground.database.when_changed(wake)
        try:
            while True:
                committed.clear()
                seconds = await anyio.to_thread.run_sync(self._announce)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(committed.wait(), seconds)
        finally:
            stop()

    def _read_people(self) -> dict[str, str]:
        asked_at = self._ground.clock()
        people = list(self._directory.users())
        with self._ground.database.writing() as tx:
            principals.follow_users(tx, people, asked_at=asked_at, now=self._ground.clock())
        return {person.name: person.created for person in people}

    def _read_groups(self) -> None:
        asked_at = self._ground.clock()
        groups = self._directory.groups()
        with self._ground.database.writing() as tx:
            principals.follow_groups(tx, groups, asked_at=asked_at, now=self._ground.clock())

    def _sweep(self) -> None:
        ground = self._ground
        with ground.database.reading() as tx:
            workspaces = tx.workspaces_with_items()
        for workspace in workspaces:
            items.sweep(ground.database, ground.store, workspace, now=ground.clock())

    def _announce(self) -> float:
        """Tell what ended. Seconds until something ends next, a minute at most: clocks are set, too."""
        ground = self._ground
        now = ground.clock()
        with ground.database.reading() as tx:
            due = grants.next_expiry(tx)
        if due is not None and due <= now:
            with ground.database.writing() as writing:
                due = grants.announce_expired(writing, now=now)
                writing.drop_events(now - _EVENTS_KEPT)
        if due is None:
            return _LONGEST_SLEEP
        return min(max(0.0, (due - ground.clock()).total_seconds()), _LONGEST_SLEEP)


async def _every(seconds: float, once: Callable[[], Awaitable[None]]) -> None:
    """Again and again. A failure is told once, and tried again soon."""
    failed = False
    while True:
        try:
            await once()
            failed = False
        except ApexError as error:
            if not failed:
                log.warning("%s: %s Trying again.", once.__qualname__, error.detail)
            failed = True
        except Exception:
            log.exception("%s failed", once.__qualname__)
        await asyncio.sleep(min(seconds, _RETRY_SECONDS) if failed else seconds)
