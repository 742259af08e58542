"""What this server answers by itself: the own files that match, those that changed last, how far the index
is."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...adapters.index import Hit, IndexLost, Query, SearchTooLong
from ...contract.entries import Entry, EntryType
from ...contract.local import IndexState, LocalPage, LocalStatus
from ...contract.problems import FieldError
from ...core.access import Act
from ...core.errors import Invalid, TooMany, Unavailable
from ...core.kinds import kind_of, media_type
from ...core.paths import address, display_name, to_text
from ..own_files import OwnFiles
from .base import ApexHandler, server_owner

_ACTS = [act.value for act in Act]
"""One's own files: everything."""

_DEFAULT_LIMIT, _MAX_LIMIT = 50, 200

_LAST_SECOND = datetime(9999, 12, 31, tzinfo=UTC).timestamp()

Answer = TypeVar("Answer")


class LocalHandler(ApexHandler):
    """Reads the index in a thread: a search must not hold up kernels and saves."""

    def _limit(self, parameters: dict[str, str]) -> int:
        text = parameters.get("limit", str(_DEFAULT_LIMIT))
        if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= _MAX_LIMIT):
            detail = f"Give a number from 1 to {_MAX_LIMIT}."
            raise Invalid("The limit cannot be used.", errors=[FieldError(pointer="?limit", detail=detail)])
        return int(text)

    async def _read(self, ask: Callable[[OwnFiles], Answer]) -> Answer:
        own_files = self.extension.own_files
        if own_files is None:
            raise Unavailable("Your files are not being listed on this server. Restart it to try again.")
        try:
            return await asyncio.to_thread(ask, own_files)
        except SearchTooLong as error:
            raise TooMany("This search takes too long. Type more letters.", retry_after=1) from error
        except (IndexLost, sqlite3.Error) as error:
            raise Unavailable(
                "Your files are being listed anew. Try again in a moment.", retry_after=1
            ) from error


class StatusHandler(LocalHandler):
    """Asked again and again by the interface: no sign that somebody works here."""

    _track_activity = False

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.query()
        own_files = self.extension.own_files
        if own_files is None:
            detail = "Your files could not be listed when this server started. Restart it to try again."
            state, items, refreshed_at = IndexState.FAILED, 0, None
        else:
            found = await asyncio.to_thread(own_files.status)
            state, items, refreshed_at, detail = (
                found.state,
                found.items,
                found.refreshed_at,
                found.detail or "",
            )
        status = LocalStatus(
            state=state,
            items=items,
            refreshed_at=refreshed_at,
            detail=detail or None,
            service=self.extension.service is not None,
            user=server_owner(),
            own_server=self.is_own_server(),
        )
        await self.answer(status.model_dump_json())


class RecentHandler(LocalHandler):
    """The files that changed last."""

    _track_activity = False

    @web.authenticated
    @authorized
    async def get(self) -> None:
        limit = self._limit(self.query("limit"))
        hits = await self._read(lambda own_files: own_files.recent(limit))
        page = LocalPage(items=list(map(entry, hits)), total=len(hits))
        await self.answer(page.model_dump_json())


class SearchHandler(LocalHandler):
    """Names that match what was typed, the best first."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        parameters = self.query("q", "limit")
        limit, query = self._limit(parameters), _typed(parameters)
        hits = await self._read(lambda own_files: own_files.search(query, limit))
        page = LocalPage(items=list(map(entry, hits.items)), total=hits.total)
        await self.answer(page.model_dump_json())


def _typed(parameters: dict[str, str]) -> Query:
    if "q" not in parameters:
        wrong = FieldError(pointer="?q", detail="Say what to look for.")
        raise Invalid("There is nothing to look for.", errors=[wrong])
    try:
        return Query.parse(parameters["q"])
    except ValueError as error:
        wrong = FieldError(pointer="?q", detail=f"Use {error}.")
        raise Invalid("This is too long to be looked for.", errors=[wrong]) from error


def entry(hit: Hit) -> Entry:
    """An own file or folder as the interface knows it. Where its path cannot be written, it is only shown."""
    name = hit.path[-1]
    path = to_text(hit.path)
    return Entry(
        name=display_name(name),
        path=path,
        entry=None if path is not None else address(hit.path)[1],
        type=hit.type,
        kind=kind_of(name, hit.type),
        size=hit.size if hit.type is EntryType.FILE else None,
        modified_at=_instant(hit.modified_ns),
        media_type=media_type(name, hit.type),
        etag=None,
        permissions=_ACTS,
        shared=False,
    )


def _instant(modified_ns: int) -> datetime:
    """Files can have any time; what no calendar has is shown as its nearest end."""
    return datetime.fromtimestamp(min(max(modified_ns // 1000 / 1e6, 0), _LAST_SECOND), UTC)
