"""The service in this process, on a port of its own, before a fake hub, with a clock that tests turn."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from jupyterhub.httpclient import JupyterHubHTTPClient

from jupyter_apex_ws.adapters.hub_api import HubApi
from jupyter_apex_ws.hub.caller import HubTokenCheck
from jupyter_apex_ws.hub.parts import Parts
from jupyter_apex_ws.hub.service import running
from jupyter_apex_ws.hub.serving import server_for
from jupyter_apex_ws.hub.settings import Settings

from .fake_hub import FakeHub
from .wire import Wire

PREFIX = "/services/apex-ws/"


class TurnedClock:
    """The real time, moved by `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class LocalService:
    """A running service. Ask it as a person: `service.ask("GET", "me", by="alice")`."""

    hub: FakeHub
    parts: Parts
    clock: TurnedClock
    url: str
    http: httpx.Client
    tokens: dict[str, str]

    def token(self, name: str) -> str:
        if name not in self.tokens:
            self.tokens[name] = self.hub.new_token(name)
        return self.tokens[name]

    def ask(self, method: str, path: str, *, by: str | None, **rest: Any) -> httpx.Response:
        headers = dict(rest.pop("headers", {}))
        if by is not None:
            headers["Authorization"] = f"Bearer {self.token(by)}"
        return self.http.request(method, f"{self.url}/{path}", headers=headers, **rest)

    def wire(self, name: str | None) -> Wire:
        return Wire(self.url, None if name is None else self.token(name))

    def home(self, name: str) -> Path:
        """The folder of that person's workspace."""
        return self.parts.settings.workspaces / self.home_id(name)

    def home_id(self, name: str) -> str:
        answer = self.ask("GET", "me", by=name)
        answer.raise_for_status()
        return str(answer.json()["personal_workspace"])

    def share(self, owner: str, path: str, grantee: str, role: str = "viewer", **rest: Any) -> dict[str, Any]:
        """Give a grant; the grant as its owner sees it, with the share's id as `share`."""
        kind = "group" if grantee in self.hub.groups else "user"
        body = {"workspace": self.home_id(owner), "path": path, "role": role, **rest}
        body["grantee"] = {"kind": kind, "name": grantee}
        answer = self.ask("POST", "grants", by=owner, json=body)
        assert answer.status_code == 201, answer.text
        grant: dict[str, Any] = answer.json()
        with self.parts.ground.database.reading() as tx:
            line = tx.line(grant["id"])
        assert line is not None
        return {**grant, "share": line.item.id}


@contextmanager
def local_service(state: Path, hub: FakeHub, **settings: Any) -> Iterator[LocalService]:
    """Run it in a thread with an event loop of its own."""
    clock = TurnedClock()
    ready, ended = threading.Event(), threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        wanted = {"groups_seconds": 0.3, "people_seconds": 0.3, "sweep_seconds": 0.5, **settings}
        configured = Settings(
            state=state,
            hub_api=hub.url,
            token=hub.service_token,
            prefix=PREFIX,
            host="127.0.0.1",
            port=0,
            **wanted,
        )
        check = HubTokenCheck(hub.url, hub.service_token)
        with HubApi(hub.url, hub.service_token) as directory:
            async with running(configured, check=check, directory=directory, clock=clock) as service:
                server = server_for(service, "127.0.0.1", 0)
                task = asyncio.create_task(server.serve())
                while not server.started:
                    await asyncio.sleep(0.01)
                port = server.servers[0].sockets[0].getsockname()[1]
                found.update(parts=service.parts, url=f"http://127.0.0.1:{port}{PREFIX}v1")
                ready.set()
                await asyncio.to_thread(ended.wait)
                server.stop()
                await task
        await JupyterHubHTTPClient.loop_instance().close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        while not ready.wait(0.1):
            assert thread.is_alive(), "the service did not start"
        with httpx.Client(trust_env=False, timeout=30) as http:
            yield LocalService(hub, found["parts"], clock, found["url"], http, {})
    finally:
        ended.set()
        thread.join()
