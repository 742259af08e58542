"""The service as a process of its own before a fake hub; it may die and come back on the same state."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from jupyter_apex_ws.spawn.ports import free_port
from tests.support.fake_hub import FakeHub
from tests.support.waiting import until
from tests.support.wire import Wire

PREFIX = "/services/apex-ws/"
ROOT = Path(__file__).resolve().parents[2]
SERVICE = ("-m", "jupyter_apex_ws.hub")

# So that what happens by itself happens within the seconds of a test.
_OFTEN = {"APEX_WS_GROUPS_SECONDS": "0.5", "APEX_WS_SWEEP_SECONDS": "0.5"}


class ServiceProcess:
    """`start()` it, `kill()` it, `start()` it again. Also a context manager, which ends it.

    `around` is a command that runs the service (`strace …`), `program` what runs in its place,
    `environment` further settings.
    """

    def __init__(
        self,
        hub: FakeHub,
        state: Path,
        *,
        around: Sequence[str] = (),
        program: Sequence[str] = SERVICE,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.hub = hub
        self.state = state
        self.log = state.with_name(f"{state.name}.log")
        self.around = list(around)
        self._program = program
        self._environment = environment or {}
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}{PREFIX}v1"
        self.http = httpx.Client(trust_env=False, timeout=30)
        self._tokens: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "ServiceProcess":
        """Returns once it answers."""
        command = [*self.around, sys.executable, "-W", "error", *self._program]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env={**os.environ, **self._settings()},
                start_new_session=True,
            )
        until(self._up, 60)
        return self

    def kill(self) -> None:
        """End it and what runs it with SIGKILL, at once."""
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it in its own way."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGINT)
        self._process.wait(20)
        self._process = None

    def __enter__(self) -> "ServiceProcess":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.http.close()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def database(self) -> Path:
        return self.state / "apex-ws.sqlite"

    @property
    def workspaces(self) -> Path:
        return self.state / "workspaces"

    def token(self, name: str) -> str:
        if name not in self._tokens:
            self._tokens[name] = self.hub.new_token(name)
        return self._tokens[name]

    def ask(self, method: str, path: str, *, by: str | None, **rest: Any) -> httpx.Response:
        headers = dict(rest.pop("headers", {}))
        if by is not None:
            headers["Authorization"] = f"Bearer {self.token(by)}"
        return self.http.request(method, f"{self.url}/{path}", headers=headers, **rest)

    def wire(self, name: str | None) -> Wire:
        return Wire(self.url, None if name is None else self.token(name))

    def home_id(self, name: str) -> str:
        answer = self.ask("GET", "me", by=name)
        answer.raise_for_status()
        return str(answer.json()["personal_workspace"])

    def home(self, name: str) -> Path:
        """The folder of that person's workspace."""
        return self.workspaces / self.home_id(name)

    def _settings(self) -> dict[str, str]:
        return {
            "APEX_WS_STATE": os.fspath(self.state),
            "JUPYTERHUB_API_URL": self.hub.url,
            "JUPYTERHUB_API_TOKEN": self.hub.service_token,
            "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{self._port}",
            **_OFTEN,
            **self._environment,
        }

    def _up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()[-5000:]
        try:
            return self.http.get(f"{self.url}/health").status_code == 200
        except httpx.TransportError:
            return False
