"""One request to the service, with both bodies as streams.

On Tornado's connection and not its AsyncHTTPClient: that one reads an answer only after the whole body is
sent (a refused upload would end as a broken pipe), and cannot give up a request whose asker has gone.
"""

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httputil import (
    HTTPHeaders,
    HTTPInputError,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpclient import TCPClient

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 120.0
"""Until the answer begins, and between two parts of it. A stream of events has a heartbeat each 15 s."""

_CONTINUE_SECONDS = 2.0
_ASK_FIRST_FROM = 65_536
"""Bytes from which a body is sent only after the service said that it wants it: it can refuse before."""

_PARTS_AHEAD = 4
_BUFFER = 1_048_576
_UNLIMITED = 1 << 62


class Broken(Exception):
    """The service could not be reached, or the connection ended before the answer did."""


@dataclass(frozen=True)
class Head:
    """Status and headers of an answer."""

    status: int
    headers: HTTPHeaders


class ServiceAddress:
    """Where the service is. Raises ValueError for what is no http address."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            raise ValueError("APEX_WS_SERVICE_URL must be an http or https address without a query")
        self.host: str = parts.hostname
        self.port: int = parts.port or (443 if parts.scheme == "https" else 80)
        self.host_header = parts.netloc
        self.prefix = parts.path.rstrip("/")
        self.tls = ssl.create_default_context() if parts.scheme == "https" else None

    async def open(
        self, method: str, target: str, headers: Mapping[str, str], *, has_body: bool
    ) -> "Exchange":
        """Begin a request for `target`, a raw path below the service's address with its query. Raises Broken.

        With a body, `headers` has its Content-Length where that is known.
        """
        try:
            stream = await TCPClient().connect(
                self.host,
                self.port,
                ssl_options=self.tls,
                max_buffer_size=_BUFFER,
                timeout=CONNECT_SECONDS,
            )
        except (OSError, StreamClosedError, TimeoutError) as error:
            raise Broken("no connection") from error
        sent = HTTPHeaders(dict(headers))
        sent["Host"] = self.host_header
        sent["Connection"] = "close"
        sent["Accept-Encoding"] = "identity"
        asks_first = has_body and int(sent.get("Content-Length", str(_UNLIMITED))) >= _ASK_FIRST_FROM
        if asks_first:
            sent["Expect"] = "100-continue"
        exchange = Exchange(stream)
        await exchange.begin(RequestStartLine(method, f"{self.prefix}/{target}", ""), sent, asks_first)
        return exchange


class Exchange(HTTPMessageDelegate):
    """A request under way and its answer. Close it in the end."""

    def __init__(self, stream: IOStream):
        stream.set_nodelay(True)
        self._stream = stream
        self._connection = HTTP1Connection(
            stream, True, HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=_UNLIMITED)
        )
        self._head: asyncio.Future[Head] = asyncio.get_running_loop().create_future()
        self._head.add_done_callback(lambda head: head.cancelled() or head.exception())
        self._continue = asyncio.Event()
        self._parts: deque[bytes] = deque()
        self._more = asyncio.Event()
        self._room = asyncio.Event()
        self._whole = self._ended = False
        self._reading: asyncio.Task[None] | None = None

    async def begin(self, line: RequestStartLine, headers: HTTPHeaders, asks_first: bool) -> None:
        """Send the head. With `asks_first`, wait until the body is wanted, an answer came, or too long."""
        self._connection.write_headers(line, headers)
        self._reading = asyncio.create_task(self._read())
        if asks_first:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._continue.wait(), _CONTINUE_SECONDS)

    async def send(self, part: bytes) -> bool:
        """Send a part of the body, when the last one has gone. False: the service has answered already."""
        if self._head.done():
            return False
        written = self._connection.write(part)
        # Either may never be done when the other one is.
        either: list[asyncio.Future[Any]] = [written, self._head]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return not self._head.done()

    def end(self) -> None:
        """The body is complete."""
        if not self._head.done():
            self._connection.finish()

    async def head(self) -> Head:
        """Raises Broken."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._head), ANSWER_SECONDS)
        except TimeoutError as error:
            raise Broken("no answer") from error

    async def body(self) -> AsyncIterator[bytes]:
        """Raises Broken where the answer is cut off."""
        while True:
            while self._parts:
                part = self._parts.popleft()
                self._room.set()
                yield part
            if self._whole:
                return
            if self._ended:
                raise Broken("the answer was cut off")
            self._more.clear()
            try:
                await asyncio.wait_for(self._more.wait(), ANSWER_SECONDS)
            except TimeoutError as error:
                raise Broken("the answer stopped") from error

    def close(self) -> None:
        """Let go of the connection; whoever waits for the answer gets Broken."""
        self.on_connection_close()
        self._stream.close()
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self) -> None:
        try:
            with contextlib.suppress(StreamClosedError, HTTPInputError, ValueError, OSError):
                await self._connection.read_response(self)
        finally:
            self.on_connection_close()
            self._stream.close()

    # Called by the connection.

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        assert isinstance(start_line, ResponseStartLine)
        self._continue.set()
        if start_line.code >= 200 and not self._head.done():
            self._head.set_result(Head(start_line.code, headers))

    async def data_received(self, chunk: bytes) -> None:
        self._parts.append(chunk)
        self._more.set()
        while len(self._parts) >= _PARTS_AHEAD and not self._ended:
            self._room.clear()
            await self._room.wait()

    def finish(self) -> None:
        self._whole = self._ended = True
        self._more.set()

    def on_connection_close(self) -> None:
        self._ended = True
        self._continue.set()
        self._more.set()
        self._room.set()
        if not self._head.done():
            self._head.set_exception(Broken("the connection ended"))
