"""What the spawner asks the service and tells it: where a home is, and what is mounted in it."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import quote

from pydantic import ValidationError
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from ..contract.spawn import Mounted, SpawnPlan

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ServiceDown(Exception):
    """The service did not answer, or not with a workspace."""


def workspace_id(value: object) -> str | None:
    """`value` where it is an id that may become the name of a folder."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


@dataclass(frozen=True)
class ServiceClient:
    """The service's address, with /v1, and its own token. `server` is "" for a person's usual one."""

    url: str
    token: str

    async def plan(self, user: str, server: str, *, tries: int = 3) -> SpawnPlan:
        """The personal workspace of `user`, made where there is none yet, and what to mount in it.

        Raises
        ------
        ServiceDown
            after `tries` attempts, one second apart.
        """
        failure = "no answer"
        for attempt in range(tries):
            if attempt:
                await asyncio.sleep(1)
            try:
                return SpawnPlan.model_validate_json(await self._send("POST", user, "", server, b""))
            except ValidationError:
                failure = "an answer without a workspace"
            except (HTTPClientError, OSError) as error:
                failure = str(error) or type(error).__name__
        raise ServiceDown(failure)

    async def tell_mounted(self, user: str, server: str, grants: list[str]) -> None:
        """Which grants the server has mounted now. Raises ServiceDown."""
        try:
            body = Mounted(grants=grants).model_dump_json().encode()
            await self._send("PUT", user, "/mounts", server, body)
        except (HTTPClientError, OSError) as error:
            raise ServiceDown(str(error) or type(error).__name__) from error

    async def _send(self, method: str, user: str, rest: str, server: str, body: bytes) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}"}
        if body:
            headers["Content-Type"] = "application/json"
        answer = await AsyncHTTPClient().fetch(
            f"{self.url}/spawn/{quote(user, safe='')}{rest}?server={quote(server, safe='')}",
            method=method,
            body=body,
            headers=headers,
            connect_timeout=2,
            request_timeout=10,
        )
        return bytes(answer.body)
