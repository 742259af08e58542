"""The service as a whole: opened, running, closed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import anyio.to_thread
from starlette.types import ASGIApp

from ..adapters.database import SqliteDatabase
from ..adapters.files import LocalFileStore
from ..adapters.index import Index
from ..core.entering import Ground
from ..core.files import Files
from ..core.ports import Clock, HubDirectory
from ..core.search import Search
from ..core.transfers import Transfers
from .app import create_app
from .background import Background
from .broker import Broker
from .caller import Callers, TokenCheck
from .downloads import Downloads
from .gate import Gate
from .indexing import ShareIndex
from .limiter import Limiter
from .parts import Parts, People
from .settings import Settings
from .spawning import Spawning
from .uploads import Uploads

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """A running service."""

    app: ASGIApp
    parts: Parts


@asynccontextmanager
async def running(
    settings: Settings, *, check: TokenCheck, directory: HubDirectory, clock: Clock
) -> AsyncIterator[Service]:
    """Open what is kept, start what goes on by itself, and close all of it again.

    Raises DatabaseTooNewError, and RuntimeError for a route without a declaration.
    """
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        database = await anyio.to_thread.run_sync(SqliteDatabase.open, settings.database)
        stack.callback(database.close)
        store = LocalFileStore(settings.workspaces)
        index = ShareIndex(Index(settings.index), database, store, seconds=settings.sweep_seconds)
        stack.callback(index.close)
        ground = Ground(database, store, clock, index.touched)
        people = People(ground, directory)
        callers = Callers(check, directory, people.welcome, seconds=settings.token_seconds)
        background = Background(ground, directory, callers, groups_seconds=settings.groups_seconds)
        gate = Gate(callers, settings.token, background.require_groups)
        broker = Broker(database, gate.still)
        transfers = Transfers(ground, settings.max_file_bytes)
        parts = Parts(
            settings=settings,
            ground=ground,
            people=people,
            files=Files(ground),
            search=Search(ground, index),
            downloads=Downloads(transfers, gate.still),
            uploads=Uploads(transfers),
            broker=broker,
            finding=Limiter(burst=60, rate=5.0),
            spawning=Spawning(ground, directory, people.welcome, background.require_groups),
        )
        app = create_app(parts, gate)
        await anyio.to_thread.run_sync(people.follow_policy, settings.share_with_everyone)
        index.start()
        tasks = [
            broker.run(),
            background.follow_people(settings.people_seconds),
            background.follow_groups(settings.groups_seconds),
            background.find_lost_items(settings.sweep_seconds),
            background.tell_expiries(),
            anyio.to_thread.run_sync(_sweep_temporaries, store),
        ]
        stack.push_async_callback(_end, [asyncio.create_task(task) for task in tasks])
        yield Service(app, parts)


async def _end(tasks: list["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _sweep_temporaries(store: LocalFileStore) -> None:
    count = store.sweep_temporaries()
    if count:
        log.info("removed what %d unfinished saves had left", count)
