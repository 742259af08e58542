"""A Jupyter server with the extension, a hub's identity for it, and a service that is a real HTTP server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import IdentityProvider, User
from pytest_jupyter.jupyter_server import *  # noqa: F403  (fixtures; plugins can only be named at the top)
from tornado.httpclient import HTTPResponse

from jupyter_apex_ws.server.app import ApexExtension

# Their hooks would run coroutines on a loop of their own.
del pytest_pycollect_makeitem, pytest_pyfunc_call  # noqa: F821

OWNER_TOKEN = "owner-token-5f0c"  # the browser's
SERVER_TOKEN = "server-token-9a1b"  # JUPYTERHUB_API_TOKEN
VISITOR_TOKEN = "visitor-token-77de"

Answer = Callable[["Asked", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class HubUser(User):
    """As JupyterHub's extension makes it."""

    hub_user: dict[str, str]


class FakeHubAuth:
    """The part of HubAuth that is used."""

    def get_token(self, handler: Any) -> str | None:
        scheme, _, token = handler.request.headers.get("Authorization", "").partition(" ")
        return token if scheme == "Bearer" else None


PEOPLE = {OWNER_TOKEN: ("alice", "user"), VISITOR_TOKEN: ("bob", "user"), "service": ("alice", "service")}


class FakeHubIdentity(IdentityProvider):
    """Knows alice, whose server it is, her visitor bob, and a service of the hub that is called alice too."""

    @property
    def hub_auth(self) -> FakeHubAuth:
        return FakeHubAuth()

    def get_user(self, handler: Any) -> User | None:
        found = PEOPLE.get(self.hub_auth.get_token(handler) or "")
        if found is None:
            return None
        user = HubUser(username=found[0])
        user.hub_user = {"name": found[0], "kind": found[1]}
        return user

    def is_token_authenticated(self, handler: Any) -> bool:
        return "X-With-Cookie" not in handler.request.headers


@dataclass
class Asked:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Upstream:
    """A service that answers what a test tells it to. `prefix` is where it is."""

    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    reads_body: bool = True
    connections: int = 0
    port: int = 0
    prefix: str = "/services/apex-ws/v1"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.prefix}"

    def answer(self, path: str, status: int = 200, body: bytes = b"{}", **headers: str) -> None:
        """What is said to requests of a path (its query left out)."""

        async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            lines = {"Content-Type": "application/json", "Content-Length": str(len(body))}
            lines |= {name.replace("_", "-"): value for name, value in headers.items()}
            head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
            writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode())
            writer.write(b"" if asked.method == "HEAD" else body)

        self.answers[path] = say

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._serve(reader, writer)
        finally:
            self.connections -= 1
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").split("\r\n")
        method, target, _ = line.split(" ")
        headers = {
            name.lower(): value.strip() for name, _, value in (item.partition(":") for item in lines if item)
        }
        asked = Asked(method, target.removeprefix(self.prefix + "/"), headers)
        self.asked.append(asked)
        if self.reads_body:
            if headers.get("expect"):
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            asked.body = await read_body(reader, headers)
        say = self.answers.get(asked.target.partition("?")[0])
        if say is None:
            writer.write(
                b"HTTP/1.1 404 X\r\nContent-Type: application/problem+json\r\nContent-Length: 2\r\n\r\n{}"
            )
        else:
            await say(asked, reader, writer)
        await writer.drain()


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    body = b""
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    return body


@pytest.fixture(autouse=True)
async def jp_asyncio_loop() -> asyncio.AbstractEventLoop:
    """The server's loop is the test's."""
    return asyncio.get_running_loop()


@pytest.fixture
def upstream(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Upstream]:
    found = Upstream()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(found.serve, "127.0.0.1", 0)

    server = jp_asyncio_loop.run_until_complete(start())
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()
    jp_asyncio_loop.run_until_complete(asyncio.sleep(0))


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_apex_ws": True, "jupyter_server_terminals": False},
            "allow_unauthenticated_access": False,
            "reraise_server_extension_failures": True,
        }
    }


@pytest.fixture
def index_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("APEX_WS_INDEX_DIR", str(tmp_path / "index"))
    return tmp_path / "index"


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch, index_dir: Path) -> None:
    for name in ("JUPYTERHUB_USER", "JUPYTERHUB_API_TOKEN", "APEX_WS_SERVICE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def on_hub(
    monkeypatch: pytest.MonkeyPatch, index_dir: Path, upstream: Upstream, jp_server_config: dict[str, Any]
) -> Upstream:
    """The server is alice's, on a hub with the service."""
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    monkeypatch.setenv("APEX_WS_SERVICE_URL", upstream.url)
    jp_server_config["ServerApp"]["identity_provider_class"] = FakeHubIdentity
    return upstream


@pytest.fixture
def extension(jp_serverapp: Any) -> ApexExtension:
    (found,) = jp_serverapp.extension_manager.extension_apps["jupyter_apex_ws"]
    assert isinstance(found, ApexExtension)
    return found


@pytest.fixture
async def started(extension: ApexExtension, jp_serverapp: Any) -> AsyncIterator[ApexExtension]:
    """The extension with its background work running, as after the server's start."""
    await extension._start_jupyter_server_extension(jp_serverapp)
    yield extension
    await extension.stop_extension()


Fetch = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def ask(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> Fetch:
    """`await ask("GET", "local/status")`: the raw path below our address; errors are answers too."""

    async def fetch(method: str, path: str, token: str | None = None, **options: Any) -> HTTPResponse:
        headers = dict(options.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return await http_server_client.fetch(
            f"{jp_base_url}jupyter-apex-ws/v1/{path}",
            method=method,
            headers=headers,
            raise_error=False,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            **options,
        )

    return fetch


@pytest.fixture
def own_ask(ask: Fetch, jp_serverapp: Any) -> Fetch:
    """Asking as the only person of a server without a hub."""

    async def fetch(method: str, path: str, **options: Any) -> HTTPResponse:
        headers = {"Authorization": f"token {jp_serverapp.identity_provider.token}"} | options.pop(
            "headers", {}
        )
        return await ask(method, path, headers=headers, **options)

    return fetch


async def until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Wait for something to become true."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        found = condition()
        if isinstance(found, Awaitable):
            found = await found
        if found:
            return found
        assert asyncio.get_running_loop().time() < end, "it did not happen"
        await asyncio.sleep(0.01)
