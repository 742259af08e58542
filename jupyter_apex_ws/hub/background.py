"""What the service does by itself: following the hub, telling of expiries, finding lost items."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import anyio.to_thread

from ..core import grants, items, principals
from ..core.entering import Ground
from ..core.errors import ApexError, Unavailable
from ..core.ports import HubDirectory
from ..core.trash import Trash
from .caller import Callers

_RETRY_SECONDS: Final = 1.0
_LONGEST_SLEEP: Final = 60.0
_GROUPS_SECONDS: Final = 30.0
"""So long, at least, what the hub said of its groups counts while it says nothing new."""

_EVENTS_KEPT: Final = timedelta(days=7)

log = logging.getLogger(__name__)


class Background:
    """The tasks of one process."""

    def __init__(
        self, ground: Ground, directory: HubDirectory, callers: Callers, *, groups_seconds: float
    ) -> None:
        self._ground = ground
        self._directory = directory
        self._callers = callers
        self._people_known = asyncio.Event()
        self._groups_asked = time.monotonic()
        self._groups_seconds = max(_GROUPS_SECONDS, 3 * groups_seconds)

    def require_groups(self) -> None:
        """Raises Unavailable while nobody can say who has left a group: that is never an allow."""
        if time.monotonic() - self._groups_asked > self._groups_seconds:
            raise Unavailable(
                "The hub does not say who is in its groups. Try again in a moment.", retry_after=5
            )

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
            began = time.monotonic()
            await anyio.to_thread.run_sync(self._read_groups)
            self._groups_asked = began

        await _every(seconds, once)

    async def find_lost_items(self, seconds: float) -> None:
        """Suspend what is not where it was, find it again by identity."""

        async def once() -> None:
            await anyio.to_thread.run_sync(self._sweep)

        await _every(seconds, once)

    async def clean_trash(self, trash: Trash, seconds: float) -> None:
        """Remove for good what was kept long enough, or was given up."""

        async def once() -> None:
            await anyio.to_thread.run_sync(trash.clean)

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
                try:
                    seconds = await anyio.to_thread.run_sync(self._announce)
                except ApexError as error:
                    log.warning("expiries cannot be told: %s Trying again.", error.detail)
                    seconds = _RETRY_SECONDS
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
        with ground.database.writing() as writing:
            writing.drop_events(ground.clock() - _EVENTS_KEPT)
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
