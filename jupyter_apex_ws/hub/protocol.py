"""HTTP/1.1 as uvicorn speaks it, with a way to cut a connection at once."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY: Final = "apex-ws.abort"
_NO_LINGER: Final = struct.pack("ii", 1, 0)

Abort = Callable[[], Awaitable[None]]


class CutError(Exception):
    """Where nothing can cut the connection: leaves the answer short of its length, and the server closes."""


class CuttableProtocol(H11Protocol):
    """Puts into each request's scope how to cut its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_abort(scope: Scope, receive: Receive, send: Send) -> None:
            scope[_KEY] = lambda: _cut(transport)
            await app(scope, receive, send)

        self.app = with_abort


def abort_of(scope: Scope) -> Abort:
    """How to cut the connection of a request."""
    abort: Abort = scope.get(_KEY, _cannot)
    return abort


async def _cut(transport: asyncio.Transport) -> None:
    """Reset the connection: what the kernel has not sent yet is thrown away as well."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    await asyncio.sleep(0.01)  # lets the protocol see it, so that it does not log an unfinished answer


async def _cannot() -> None:
    raise CutError
