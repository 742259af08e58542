"""A real JupyterHub with our spawner and service, on free ports of 127.0.0.1, with a state of its own."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import httpx

from jupyter_apex_ws.spawn.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "only for tests"
PEOPLE = ("alice", "bob", "carol", "dave", "admin")
STAND_IN = [sys.executable, os.fspath(Path(__file__).with_name("stand_in_service.py"))]
GROUPS = {"hydrology": ("alice", "bob", "carol")}


class RealHub:
    """`start()` it, ask it for tokens and servers, `stop()` it. Also a context manager.

    `settings` are keyword arguments for `configure()`; `service_environment` and `server_environment` add
    variables for the service and for people's servers; `roles` are further roles of the hub;
    `service_command` runs something else as the service.
    """

    def __init__(
        self,
        home: Path,
        *,
        people: tuple[str, ...] = PEOPLE,
        admins: tuple[str, ...] = ("admin",),
        groups: Mapping[str, tuple[str, ...]] = GROUPS,
        settings: dict[str, Any] | None = None,
        service_environment: dict[str, str] | None = None,
        server_environment: dict[str, str] | None = None,
        service_command: list[str] | None = None,
        roles: list[dict[str, Any]] | None = None,
        debug: bool = False,
    ) -> None:
        self.home = home
        self.port = free_port()
        self.service_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.service_url = f"http://127.0.0.1:{self.service_port}/services/apex-ws/v1"
        self.http = httpx.Client(base_url=self.url, trust_env=False, timeout=60)
        self._tokens: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = {
            "home": os.fspath(home),
            "port": self.port,
            "password": PASSWORD,
            "people": people,
            "admins": admins,
            "groups": groups,
            "settings": {"service_port": self.service_port, "groups_seconds": 3, **(settings or {})},
            "service_environment": service_environment or {},
            "server_environment": server_environment or {},
            "service_command": service_command,
            "roles": roles or [],
            "debug": debug,
        }

    # the hub itself

    @property
    def log(self) -> Path:
        """What the hub, its proxy and its service wrote."""
        return self.home / "hub.log"

    @property
    def state(self) -> Path:
        """The folder of the service's state."""
        return self.home / "service"

    def start(self, *, wait_for_service: bool = True) -> "RealHub":
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [sys.executable, os.fspath(ROOT / "scripts" / "supervise.py"), sys.executable, "-m"]
        command += ["jupyterhub", "-f", os.fspath(Path(__file__).with_name("jupyterhub_config.py"))]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env={
                    **os.environ,
                    "APEX_WS_TEST_HUB": json.dumps(self._wanted),
                    "PYTHONPATH": os.fspath(ROOT),
                },
                start_new_session=True,
            )
        self._wait(f"{self.url}/hub/health", "the hub")
        if wait_for_service:
            self._wait(f"{self.service_url}/health", "the service")
        return self

    @property
    def pid(self) -> int:
        """The process above all of this hub."""
        if self._process is None:
            raise RuntimeError("the hub is not running")
        return self._process.pid

    def wait_until_ended(self, seconds: float = 60) -> None:
        """Wait for a hub that ends by itself."""
        if self._process is not None:
            self._process.wait(seconds)

    def stop(self) -> None:
        """End the hub and all that came from it."""
        self._tokens.clear()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait(60)
            self._process = None

    def __enter__(self) -> "RealHub":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.http.close()

    def _wait(self, url: str, what: str, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                if self.http.get(url, timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])
                self.stop()
                raise RuntimeError(f"{what} did not come up at {url}:\n{tail}")
            time.sleep(0.1)

    # people

    def token(self, name: str) -> str:
        """A token of that person with all that he may do, as from the hub's token page; one a name."""
        if name not in self._tokens:
            self._tokens[name] = self.new_token(name)
        return self._tokens[name]

    def new_token(self, name: str, *, scopes: list[str] | None = None, expires_in: int | None = None) -> str:
        """Another token, with fewer scopes or an end if wanted."""
        body: dict[str, Any] = {"auth": {"username": name, "password": PASSWORD}}
        if scopes is not None:
            body["scopes"] = scopes
        if expires_in is not None:
            body["expires_in"] = expires_in
        answer = self.http.post(f"/hub/api/users/{quote(name)}/tokens", json=body)
        answer.raise_for_status()
        token: str = answer.json()["token"]
        return token

    def api(self, method: str, path: str, *, by: str = "admin", json: object = None) -> httpx.Response:
        """The hub's own API, asked by `by`: `hub.api("DELETE", "users/dave")`."""
        headers = {"Authorization": f"token {self.token(by)}"}
        return self.http.request(method, f"/hub/api/{path}", headers=headers, json=json)

    def service(self, method: str, path: str, *, by: str | None, **rest: Any) -> httpx.Response:
        """The service, asked by `by` (nobody: None): `hub.service("GET", "me", by="alice")`."""
        headers = dict(rest.pop("headers", {}))
        if by is not None:
            headers["Authorization"] = f"Bearer {self.token(by)}"
        return self.http.request(method, f"{self.service_url}/{path}", headers=headers, **rest)

    @contextmanager
    def sign_in(self, name: str) -> Iterator[httpx.Client]:
        """A browser's session of that person, with the hub's cookies."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60, follow_redirects=True) as browser:
            browser.get("/hub/login").raise_for_status()
            form = {"username": name, "password": PASSWORD, "_xsrf": browser.cookies["_xsrf"]}
            answer = browser.post("/hub/login", data=form, params={"next": "/hub/home"})
            answer.raise_for_status()
            if answer.url.path != "/hub/home":
                raise RuntimeError(f"{name} could not sign in: {answer.url}")
            yield browser

    # servers

    def server_url(self, name: str) -> str:
        """Address of that person's server, with its last slash."""
        return f"{self.url}/user/{quote(name)}/"

    def start_server(self, name: str, seconds: float = 60) -> str:
        """Start that person's server and wait until it answers; its address."""
        answer = self.api("POST", f"users/{quote(name)}/server", by=name)
        if answer.status_code not in {201, 202, 400}:
            answer.raise_for_status()
        deadline = time.monotonic() + seconds
        while not self._server(name).get("ready"):
            if answer.status_code == 400 or time.monotonic() > deadline or not self._server(name):
                raise RuntimeError(f"{name}'s server did not start: {answer.text}\n{self.server_log()}")
            time.sleep(0.1)
        return self.server_url(name)

    def stop_server(self, name: str, seconds: float = 60) -> None:
        """Stop that person's server and wait until it is gone."""
        self.api("DELETE", f"users/{quote(name)}/server", by=name)
        deadline = time.monotonic() + seconds
        while self._server(name):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{name}'s server did not stop")
            time.sleep(0.1)

    def _server(self, name: str) -> dict[str, Any]:
        user = self.api("GET", f"users/{quote(name)}").json()
        server: dict[str, Any] = user.get("servers", {}).get("", {})
        return server

    def server_port(self, name: str) -> int:
        """Where that person's server listens on 127.0.0.1."""
        log = self.log.read_text(errors="replace")
        routes = re.findall(rf"Adding user {re.escape(name)} to proxy \S+ => http://127\.0\.0\.1:(\d+)", log)
        return int(routes[-1])

    def server(
        self, method: str, name: str, path: str, *, by: str | None = None, **rest: Any
    ) -> httpx.Response:
        """The Jupyter server of `name`, asked with the token of `by` (else of `name`)."""
        headers = {**rest.pop("headers", {}), "Authorization": f"token {self.token(by or name)}"}
        return self.http.request(method, urljoin(self.server_url(name), path), headers=headers, **rest)

    def server_log(self) -> str:
        """The last lines that the servers of this hub wrote, the two newest."""
        logs = sorted((self.home / "logs").glob("*.log"), key=lambda log: log.stat().st_mtime)
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in logs[-2:])

    def workspace(self, name: str) -> Path:
        """The folder of that person's home, as the hub sees it. He must have started a server once."""
        answer = self.service("GET", "me", by=name)
        answer.raise_for_status()
        return self.state / "workspaces" / str(answer.json()["personal_workspace"])

    @contextmanager
    def visit(self, visitor: str, owner: str, path: str = "lab") -> Iterator[httpx.Client]:
        """A browser of `visitor` that opened `owner`'s server, having agreed to what the hub asked him."""
        with self.sign_in(visitor) as browser:
            answer = browser.get(urljoin(self.server_url(owner), path))
            if answer.url.path == "/hub/api/oauth2/authorize":
                scopes = parse_qs(urlsplit(str(answer.url)).query).get("scope", [])
                form = {"_xsrf": browser.cookies.get("_xsrf", path="/hub/"), "scopes": scopes}
                answer = browser.post(answer.url, data=form, headers={"Referer": str(answer.url)})
            answer.raise_for_status()
            yield browser
