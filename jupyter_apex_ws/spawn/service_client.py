"""What the spawner asks the service: which workspace is this person's home."""

import asyncio
import json
import re
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ServiceDown(Exception):
    """The service did not answer, or not with a workspace."""


def workspace_id(value: object) -> str | None:
    """`value` where it is an id that may become the name of a folder."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


async def ask_workspace(service_url: str, token: str, user: str, *, tries: int = 3) -> str:
    """The id of the personal workspace of `user`; the service makes it where there is none yet.

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
            answer = await AsyncHTTPClient().fetch(
                f"{service_url}/spawn/{quote(user, safe='')}",
                method="POST",
                body=b"",
                headers={"Authorization": f"Bearer {token}"},
                connect_timeout=2,
                request_timeout=10,
            )
            found = workspace_id(json.loads(answer.body).get("workspace"))
        except (HTTPClientError, OSError, ValueError, AttributeError) as error:
            failure = str(error) or type(error).__name__
            continue
        if found is not None:
            return found
        failure = "an answer without a workspace"
    raise ServiceDown(failure)
