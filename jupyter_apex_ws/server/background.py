"""What this server asks the service by itself, with its own token (it may read and write, never grant)."""

import asyncio
import json
import random
from typing import Any

from .upstream import Broken, Exchange, ServiceAddress

_MAX_ANSWER = 1_048_576


class OwnRequests:
    """Requests with the server's token."""

    def __init__(self, service: ServiceAddress, token: str):
        self._service = service
        self._token = token

    async def open(
        self, method: str, target: str, *, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Exchange:
        """Begin a request and send its body. Raises Broken."""
        sent = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
            sent["Content-Length"] = str(len(body))
        exchange = await self._service.open(method, target, sent, has_body=body is not None)
        if body is not None:
            await exchange.send(body)
        exchange.end()
        return exchange

    async def call(self, method: str, target: str, body: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status and JSON (None where the answer is none). Raises Broken."""
        exchange = await self.open(method, target, body=None if body is None else json.dumps(body).encode())
        try:
            head = await exchange.head()
            content = b""
            async for part in exchange.body():
                content += part
                if len(content) > _MAX_ANSWER:
                    raise Broken("too long an answer")
        finally:
            exchange.close()
        try:
            return head.status, json.loads(content) if content else None
        except ValueError:
            return head.status, None


class BackOff:
    """Waits twice as long each time, up to a minute, and never for just as long as everybody else."""

    def __init__(self, first: float = 1.0, longest: float = 60.0):
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        """It worked."""
        self._next = self._first

    async def wait(self) -> None:
        """Until the next try."""
        await asyncio.sleep(self._next * random.uniform(0.5, 1.0))  # noqa: S311  (no secret)
        self._next = min(self._next * 2, self._longest)
