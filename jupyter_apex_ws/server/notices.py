"""Telling the service what was moved or deleted through Jupyter, so that shares follow or end.

A notice is on disk before anything else happens and stays there until the service has taken it, so neither a
restart nor a service that is down loses one. They are told in order: "a to b, then b deleted" must not
become "a lives".
"""

import asyncio
import logging
import os
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ..core.paths import hidden, to_text
from ..core.ports import RelPath
from .background import BackOff, OwnRequests
from .upstream import Broken

_MOST = 10_000
"""Notices kept. Beyond, the oldest go: the service finds what was moved by its own sweep, only later."""

_TRY_AGAIN = frozenset({401, 403, 408, 425, 429})
"""Beside 5xx. With any other refusal it is no use: the path is not one that could be shared."""


@dataclass(frozen=True)
class Notice:
    """One thing that happened, in the words of the service."""

    number: int
    path: str
    to: str | None


class Journal:
    """Notices on disk, in order. Use from any thread."""

    def __init__(self, path: Path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        path.chmod(0o600)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS notices "
            "(number INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, target TEXT)"
        )

    def add(self, path: str, to: str | None) -> None:
        """Keep a notice."""
        with self._lock:
            self._connection.execute("INSERT INTO notices (path, target) VALUES (?, ?)", (path, to))
            self._connection.execute(
                "DELETE FROM notices WHERE number <= (SELECT max(number) FROM notices) - ?", (_MOST,)
            )

    def first(self) -> Notice | None:
        """The oldest one that is left."""
        with self._lock:
            row = self._connection.execute(
                "SELECT number, path, target FROM notices ORDER BY number LIMIT 1"
            ).fetchone()
        return Notice(*row) if row else None

    def done(self, notice: Notice) -> None:
        """It was taken."""
        with self._lock:
            self._connection.execute("DELETE FROM notices WHERE number = ?", (notice.number,))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


class Notices:
    """Takes the contents manager's news and delivers them."""

    def __init__(
        self,
        journal: Journal,
        requests: OwnRequests,
        prefix: RelPath,
        log: logging.Logger,
        back_off: BackOff | None = None,
    ):
        self._journal = journal
        self._requests = requests
        self._prefix = prefix
        self._log = log
        self._back_off = back_off or BackOff()
        self._news = asyncio.Event()
        self._workspace: str | None = None

    def moved(self, old: str, new: str) -> None:
        """Paths are Jupyter's: relative to the server's root."""
        source, target = self._path(old), self._path(new)
        if source is not None:
            self._add(source, target)

    def deleted(self, path: str) -> None:
        """See `moved`."""
        source = self._path(path)
        if source is not None:
            self._add(source, None)

    def _add(self, path: str, to: str | None) -> None:
        try:
            self._journal.add(path, to)
        except sqlite3.Error as error:
            self._log.warning("The sharing service will learn late of a move or deletion: %s", error)
        self._news.set()

    def _path(self, path: str) -> str | None:
        """As the service names it, None for what it does not serve at all. What moves there is gone for
        it."""
        parts = self._prefix + tuple(os.fsencode(part) for part in path.split("/") if part)
        return None if not parts or hidden(parts) else to_text(parts)

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            try:
                if await self._deliver_first():
                    self._back_off.reset()
                    continue
            except (Broken, sqlite3.Error) as error:
                self._log.debug("A move or deletion could not be told to the service: %s", error)
            await self._back_off.wait()

    async def _deliver_first(self) -> bool:
        """Wait for a notice and deliver it. Whether it is done with."""
        self._news.clear()
        notice = self._journal.first()
        if notice is None:
            await self._news.wait()
            return True
        done = await self._deliver(notice)
        if done:
            self._journal.done(notice)
        return done

    async def _deliver(self, notice: Notice) -> bool:
        """Whether it is done with."""
        workspace = await self._own_workspace()
        body = {"operation": "deleted"} if notice.to is None else {"operation": "moved", "to": notice.to}
        status, _ = await self._requests.call(
            "POST", f"workspaces/{quote(workspace)}/entries/{quote(notice.path)}", body
        )
        return not (status in _TRY_AGAIN or status >= 500)

    async def _own_workspace(self) -> str:
        if self._workspace is None:
            status, me = await self._requests.call("GET", "me")
            workspace = me.get("personal_workspace") if isinstance(me, dict) else None
            if status != 200 or not isinstance(workspace, str):
                raise Broken(f"status {status}")
            self._workspace = workspace
        return self._workspace
