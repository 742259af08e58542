"""Bytes on their way to a person, with his right judged again while they flow."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import anyio.to_thread
from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from ..contract.entries import EntryType
from ..core import kinds, paths
from ..core.errors import ApexError
from ..core.transfers import Download, Transfers
from . import ranges
from .caller import Caller
from .protocol import abort_of
from .target import Target

PIECE: Final = 256 * 1024
PATIENCE: Final = 0.5
"""Seconds between two judgements while a slow reader takes one piece."""

Still = Callable[[Caller], Awaitable[Caller]]

log = logging.getLogger(__name__)


class Downloads:
    """The answers to GET and HEAD on files."""

    def __init__(self, transfers: Transfers, still: Still) -> None:
        self._transfers = transfers
        self._still = still

    def head(self, caller: Caller, target: Target, request: Request) -> Response:
        """What GET would say of the whole file."""
        download = self._transfers.open(caller.person, target.workspace, target.path)
        try:
            headers = _headers(download)
            if ranges.known(request.headers.get("if-none-match"), download.stat.etag):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=_not_modified(headers))
            return Response(headers={**headers, "Content-Length": str(download.stat.size)})
        finally:
            download.close()

    async def answer(self, caller: Caller, target: Target, request: Request) -> Response:
        """The file, one range of it, or 304. Raises as `core` does, and RangeNotSatisfiable."""
        download = await anyio.to_thread.run_sync(
            self._transfers.open, caller.person, target.workspace, target.path
        )
        try:
            headers, stat = _headers(download), download.stat
            if ranges.known(request.headers.get("if-none-match"), stat.etag):
                download.close()
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=_not_modified(headers))
            asked = request.headers
            piece = ranges.part(asked.get("range"), asked.get("if-range"), stat.etag, stat.size)
        except BaseException:
            download.close()
            raise
        start, length = piece or (0, stat.size)
        headers["Content-Length"] = str(length)
        if piece is None:
            return _Flow(download, caller, self._still, start=0, length=length, headers=headers)
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{stat.size}"
        return _Flow(
            download,
            caller,
            self._still,
            start=start,
            length=length,
            headers=headers,
            status=HTTPStatus.PARTIAL_CONTENT,
        )


def _headers(download: Download) -> dict[str, str]:
    """What others wrote is a download, never a page on the hub's origin."""
    name = paths.display_name(download.name)
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Type": kinds.media_type(download.name, EntryType.FILE) or "application/octet-stream",
        "ETag": download.stat.etag,
        "X-Content-Type-Options": "nosniff",
    }


def _not_modified(headers: dict[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("Cache-Control", "ETag")}


class _Gone(Exception):
    """The reader closed the connection."""


class _Flow(Response):
    """A file in pieces. When the right ends, the connection is cut: nobody takes a part for the whole."""

    def __init__(
        self,
        download: Download,
        caller: Caller,
        still: Still,
        *,
        start: int,
        length: int,
        headers: dict[str, str],
        status: int = HTTPStatus.OK,
    ) -> None:
        super().__init__(status_code=status, headers=headers)
        self._download = download
        self._caller = caller
        self._still = still
        self._start = start
        self._length = length

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_until_gone(receive))
        try:
            start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            await send(start)
            await self._flow(send, gone)
        except _Gone:
            pass
        except (ApexError, EOFError) as error:
            log.info("a download was cut: %s", type(error).__name__)
            await abort_of(scope)()
        finally:
            gone.cancel()
            self._download.close()

    async def _flow(self, send: Send, gone: "asyncio.Task[None]") -> None:
        offset, end = self._start, self._start + self._length
        while offset < end:
            await self._sign_in_again()
            data = await anyio.to_thread.run_sync(self._download.read, offset, min(PIECE, end - offset))
            if not data:
                raise EOFError  # the file became shorter than the answer has promised
            offset += len(data)
            message = {"type": "http.response.body", "body": data, "more_body": offset < end}
            await self._send(asyncio.ensure_future(send(message)), gone)
        if self._length == 0:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, sending: "asyncio.Future[None]", gone: "asyncio.Task[None]") -> None:
        """Wait for a slow reader, and judge again meanwhile."""
        try:
            while not sending.done():
                await asyncio.wait({sending, gone}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    raise _Gone
                if not sending.done():
                    await self._sign_in_again()
                    await anyio.to_thread.run_sync(self._download.judge)
            await sending
        finally:
            sending.cancel()

    async def _sign_in_again(self) -> None:
        if time.monotonic() >= self._caller.valid_until:
            self._caller = await self._still(self._caller)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
