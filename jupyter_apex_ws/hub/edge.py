"""The outermost layer: the prefix, paths as they were sent, the access log, and answers that break off."""

import logging
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..core.errors import Malformed, NotFound
from . import problems
from .protocol import CutError, abort_of

_VERSION: Final = "v1"

log = logging.getLogger(__name__)
access_log = logging.getLogger("jupyter_apex_ws.access")


class Edge:
    """Routes on the raw path: the server has decoded it already, so that `%2F` looks like a separator and
    bytes that are no UTF-8 are lost. What a path means is decoded once, where it is used."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = (prefix + _VERSION).encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = _Answer(send)
        began = time.monotonic()
        inner = dict(scope)
        try:
            raw: bytes = scope["raw_path"]
            if _has_two_lengths(scope):
                await problems.answer(_TWO_LENGTHS)(scope, receive, answer)
            elif raw.startswith(self._prefix + b"/"):
                inner |= {"path": raw[len(self._prefix) :].decode("latin-1"), "root_path": ""}
                await self._app(inner, receive, answer)
            else:
                await problems.answer(NotFound())(scope, receive, answer)
        except CutError:
            raise
        except Exception:
            # The framework raises again what it has answered (and `problems` has logged).
            if not answer.complete:
                log.exception("an answer broke off")
                await abort_of(scope)()
        finally:
            # The route, not the path: names of files are nobody's business here.
            route = getattr(inner.get("route"), "path", "-")
            milliseconds = round((time.monotonic() - began) * 1000)
            access_log.info("%s %s %d %d ms", scope["method"], route, answer.status, milliseconds)


_TWO_LENGTHS = Malformed("Send Content-Length or Transfer-Encoding, not both.")


def _has_two_lengths(scope: Scope) -> bool:
    """What a proxy may read otherwise than we do (RFC 9112 6.3)."""
    names = {name for name, _ in scope["headers"]}
    return {b"content-length", b"transfer-encoding"} <= names


class _Answer:
    """Passes an answer on, and remembers how far it came."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.complete = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.complete = not message.get("more_body", False)
        await self._send(message)
