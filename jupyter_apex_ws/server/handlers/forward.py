"""Everything that is not local goes to the service, as who asks: with the token of the request itself.

A generic handler: what it passes on is the service's schema (`routes`), not code. Bodies are streams in both
directions. Where the service's answer breaks off, so does ours: a part must not look like the whole.
"""

import asyncio
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.auth.utils import HTTP_METHOD_TO_AUTH_ACTION
from tornado import web
from tornado.iostream import StreamClosedError

from ...core.errors import ApexError, Forbidden, NotFound, Unauthenticated, Unavailable
from ..routes import REQUEST_HEADERS, RESPONSE_HEADERS, service_routes
from ..upstream import Broken, Exchange, Head
from .base import AUTH_RESOURCE, PROBLEM_TYPE, ApexHandler, MethodNotAllowed, NotYourServer, own_query

_BODIES = frozenset({"POST", "PUT", "PATCH"})
_MAX_BODY = 1 << 50
"""The service says what is too large; Jupyter's own limit is for what it holds in memory."""

_DRAINED = 64 * 1024 * 1024
"""Of a body that nobody wants, this much is read before the answer: browsers read none before all is sent."""

_NO_SERVICE = (
    "Sharing needs a JupyterHub with the sharing service, and this server runs without it. "
    "Your own files work as usual."
)
_NO_ANSWER = "The sharing service does not answer. Your own files work as usual. Try again in a moment."


@web.stream_request_body
class ForwardHandler(ApexHandler):
    """Passes on what the schema of the service lists."""

    _exchange: Exchange | None = None
    _refusal: ApexError | None = None
    _prepared = False
    _relayed = False
    _sending = False
    _discarded = 0

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        await super().prepare()
        self._prepared = True
        if self._finished or not self.current_user:
            return  # the verb refuses
        self.request.connection.set_max_body_size(_MAX_BODY)  # type: ignore[union-attr]
        try:
            self._exchange = await self._open()
            self._sending = self.request.method in _BODIES
        except ApexError as error:
            self._refusal = error

    async def _open(self) -> Exchange:
        path = self._path()
        method = self.request.method or ""
        token = await self._admit(path, method)
        service = self.extension.service
        if service is None:
            raise Unavailable(_NO_SERVICE, retry_after=300)
        query = own_query(self.request.query)
        headers = {
            name: value for name in REQUEST_HEADERS if (value := self.request.headers.get(name)) is not None
        }
        headers["Authorization"] = f"Bearer {token}"
        if method in _BODIES and "Transfer-Encoding" not in self.request.headers:
            headers["Content-Length"] = self.request.headers.get("Content-Length", "0")
        try:
            target = f"{path}?{query}" if query else path
            return await service.open(method, target, headers, has_body=method in _BODIES)
        except Broken as error:
            raise Unavailable(_NO_ANSWER, retry_after=5) from error

    async def _admit(self, path: str, method: str) -> str:
        """The token to ask with, where this person may ask this."""
        if not self.is_own_server():
            raise NotYourServer
        act = HTTP_METHOD_TO_AUTH_ACTION[method]
        if not await ensure_async(self.authorizer.is_authorized(self, self.current_user, act, AUTH_RESOURCE)):
            raise Forbidden("This server does not let you do that.")
        if self.extension.service is None:
            raise Unavailable(_NO_SERVICE, retry_after=300)
        methods = service_routes().methods(path)
        if not methods:
            raise NotFound
        if method not in methods:
            raise MethodNotAllowed
        hub_auth = getattr(self.identity_provider, "hub_auth", None)
        token = hub_auth.get_token(self) if hub_auth is not None else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise Unauthenticated("Sign in to the hub again, then reload the page.")
        return token

    def _path(self) -> str:
        """The path below our address, as it was sent: what is encoded stays encoded."""
        return self.request.path.partition("/jupyter-apex-ws/v1/")[2]

    async def data_received(self, chunk: bytes) -> None:
        if self._exchange is not None and self._sending:
            self._sending = await self._exchange.send(chunk)
            return
        self._discarded += len(chunk)
        if self._discarded > _DRAINED and not self._finished:
            self.set_header("Connection", "close")
            await self._answer()

    async def _answer(self) -> None:
        try:
            if self._refusal is not None:
                raise self._refusal
            if self._exchange is None:
                raise Unavailable(_NO_ANSWER, retry_after=5)
            await self._relay(self._exchange)
        except ApexError as error:
            self.problem(error)

    async def _relay(self, exchange: Exchange) -> None:
        try:
            head = await exchange.head()
        except Broken as error:
            raise Unavailable(_NO_ANSWER, retry_after=5) from error
        if not _is_the_services(head, self.request.method or ""):
            exchange.close()
            raise Unavailable(_NO_ANSWER, retry_after=5)
        self._relayed = True
        self._relay_head(head)
        try:
            async for part in exchange.body():
                self.write(part)
                await self.flush()
                if self._finished:
                    return
            await self.finish()
        except StreamClosedError:
            pass  # nobody is there to read any more
        except Broken:
            self._break_off()
        finally:
            exchange.close()

    def _relay_head(self, head: Head) -> None:
        self.set_status(head.status)
        self.clear_header("Content-Type")
        self.set_header("Cache-Control", "no-store")
        for name in RESPONSE_HEADERS:
            value = head.headers.get(name)
            if value is not None:
                self.set_header(name, value)
        # What other people wrote never becomes a page of this origin, whatever the service says.
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
        if "/files/" in self._path() and head.status in (200, 206) and self.request.method in ("GET", "HEAD"):
            disposition = head.headers.get("Content-Disposition", "")
            if not disposition.lower().startswith("attachment"):
                self.set_header("Content-Disposition", "attachment")

    def _break_off(self) -> None:
        """End the connection without the end of the answer."""
        if not self._finished:
            self.detach().close()

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if self._exchange is not None:
            self._exchange.close()

    def on_finish(self) -> None:
        if self._exchange is not None:
            self._exchange.close()
        super().on_finish()

    def finish(self, *args: Any, **kwargs: Any) -> "asyncio.Future[Any]":
        if not self._prepared:
            # Tornado closes a connection whose body was not read, without a word: a proxy that keeps it for
            # the next request, of anybody, would then answer that one with 503.
            self.set_header("Connection", "close")
        if not self._relayed:
            return super().finish(*args, **kwargs)
        self.update_api_activity()
        return web.RequestHandler.finish(self, *args)

    def update_api_activity(self) -> None:
        # The interface listens by itself: no sign that somebody works here.
        if self._path() != "events":
            super().update_api_activity()

    def compute_etag(self) -> str | None:
        return None  # the service's own stays

    def check_etag_header(self) -> bool:
        return False  # the service has judged

    async def _forward(self) -> None:
        if self._exchange is not None:
            self._exchange.end()
        await self._answer()

    @web.authenticated
    @authorized
    async def get(self) -> None:
        await self._forward()

    @web.authenticated
    @authorized
    async def head(self) -> None:
        await self._forward()

    @web.authenticated
    @authorized
    async def post(self) -> None:
        await self._forward()

    @web.authenticated
    @authorized
    async def put(self) -> None:
        await self._forward()

    @web.authenticated
    @authorized
    async def patch(self) -> None:
        await self._forward()

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        await self._forward()


def _is_the_services(head: Head, method: str) -> bool:
    """Whether the service said this. A proxy between that answers for it speaks HTML, or sends elsewhere."""
    media_type = head.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if head.status == 304 or 200 <= head.status < 300:
        framed = "Content-Length" in head.headers or "Transfer-Encoding" in head.headers
        return framed or method == "HEAD" or head.status in (204, 304)
    return 400 <= head.status < 600 and (media_type == PROBLEM_TYPE or method == "HEAD")
