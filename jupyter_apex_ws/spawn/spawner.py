"""A person's server: which workspace is its home, what environment and which scopes it gets."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner, SpawnException
from traitlets import Unicode, default

from ..contract.spawn import SpawnPlan
from . import listening
from .service_client import ServiceClient, ServiceDown, workspace_id

State = dict[str, Any]

SINGLEUSER_CONFIG = Path(__file__).with_name("singleuser_config.py")

_LAB_CONFIG = Path(__file__).resolve().parent / "jupyter"
"""A configuration folder for everybody's Lab, beneath what they and the environment configure."""


class WorkspaceSpawner(LocalProcessSpawner):
    """Starts servers as the hub's own account, each with its person's workspace as home, not isolated.

    For machines where everybody may read everything. `BubblewrapSpawner` is the one with walls.
    """

    state_folder = Unicode(help="The folder of the service's state; set by configure().").tag(config=True)
    log_folder = Unicode(help="The folder for the logs of people's servers; set by configure().").tag(
        config=True
    )
    service_url = Unicode(help="Address of the service's API, with /v1; set by configure().").tag(config=True)
    service_token_file = Unicode(help="Where the service's own token is kept; set by configure().").tag(
        config=True
    )

    skeleton = Unicode(
        help="A folder whose content a new, empty home begins with. {username} in it is replaced."
    ).tag(config=True)

    _workspace: str | None = None
    _plan: SpawnPlan | None = None
    _telling: asyncio.Task[None] | None = None
    _listening: socket.socket | None = None
    _runtime: tempfile.TemporaryDirectory[str] | None = None

    @default("cmd")
    def _own_interpreter(self) -> list[str]:
        # -P: a jupyter.py in somebody's home must not take the place of the installed one.
        return [sys.executable, "-P", "-m", "jupyterhub.singleuser"]

    @default("args")
    def _own_config(self) -> list[str]:
        return [f"--config={SINGLEUSER_CONFIG}"]

    @default("env_keep")
    def _nothing_but_language(self) -> list[str]:
        # JupyterHub's default also hands out PYTHONPATH and LD_LIBRARY_PATH of the hub.
        return ["LANG", "LC_ALL", "TZ"]

    @default("poll_interval")
    def _notice_soon(self) -> int:
        return 5

    @default("oauth_client_allowed_scopes")
    def _act_for_the_owner_only(self) -> list[str]:
        # The owner of a server can read the tokens of those who visit it. Named for the owner, the scope is
        # not among a visitor's, so his token of this server is worth nothing to the service.
        return [f"custom:apex-ws:act!user={self.user.name}"]

    def load_state(self, state: State) -> None:
        super().load_state(state)
        # No process outlives the hub that started it, and its number may be another's by now.
        self.pid = 0
        self._workspace = workspace_id(state.get("workspace"))

    def get_state(self) -> State:
        state: State = super().get_state()
        if self._workspace is not None:
            # Kept when the server stops: it then starts although the service is down.
            state["workspace"] = self._workspace
        return state

    def clear_state(self) -> None:
        super().clear_state()
        if self._plan is not None and self._plan.mounts:
            self._plan = None
            self._telling = asyncio.create_task(self._tell_mounted([]))
        # Until here it was ours, also when the server had died: the hub still sent its requests there.
        self._close_port()
        if self._runtime is not None:
            self._runtime.cleanup()
            self._runtime = None

    @property
    def home(self) -> Path:
        """The folder of the workspace, as the hub sees it."""
        if self._workspace is None:
            raise RuntimeError("the workspace is known once the server starts")
        return Path(self.state_folder) / "workspaces" / self._workspace

    @property
    def home_inside(self) -> Path:
        """The same folder, as the person's server sees it."""
        return self.home

    @property
    def runtime_inside(self) -> Path:
        """A private folder on local disk or in memory, as the person's server sees it. Its path is short: the
        address of a unix socket has at most 107 bytes."""
        if self._runtime is None:
            self._runtime = tempfile.TemporaryDirectory(prefix="apex-ws-", ignore_cleanup_errors=True)
        return Path(self._runtime.name)

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        env["USER"] = env["LOGNAME"] = safe_name(self.user.name)
        env["HOME"] = str(self.home_inside)
        env["SHELL"] = "/bin/bash"
        env.setdefault("LANG", "C.UTF-8")
        env["PATH"] = f"{Path(sys.prefix) / 'bin'}:/usr/local/bin:/usr/bin:/bin"
        env["VIRTUAL_ENV"] = sys.prefix
        env["XDG_RUNTIME_DIR"] = str(self.runtime_inside)
        env["JUPYTER_RUNTIME_DIR"] = str(self.runtime_inside / "jupyter")
        paths = (env.get("JUPYTER_CONFIG_PATH"), str(_LAB_CONFIG))
        env["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
        env["APEX_WS_INDEX_DIR"] = str(self.runtime_inside / "index")
        env["APEX_WS_SERVICE_URL"] = self.service_url
        return env

    def make_preexec_fn(self, name: str) -> None:
        """No change of account: all servers run as the hub's own."""

    async def move_certs(self, paths: dict[str, str]) -> dict[str, str]:
        raise SpawnException(
            "This hub encrypts its internal traffic, which servers on one machine do not support yet: "
            "ask its administrator to set internal_ssl to False.",
            reason="internal-ssl",
            status_code=501,
        )

    async def start(self) -> tuple[str, int]:
        """Learn the workspace, then start the server in it."""
        await self._find_workspace()
        if self.home.is_symlink() or not self.home.is_dir():
            raise SpawnException(
                "Your storage area is not where it is kept. It may be on a disk that is not mounted: ask the "
                "administrator of this hub.",
                reason="workspace-missing",
                status_code=503,
            )
        await asyncio.to_thread(self._furnish)
        self._close_port()
        self._listening = listening.bound_port()
        self.set_trait("port", self._listening.getsockname()[1])
        await self._launch(self._listening.fileno())
        return "127.0.0.1", int(self.port)

    def _close_port(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def _furnish(self) -> None:
        if not self.skeleton or any(self.home.iterdir()):
            return
        source = Path(self.skeleton.replace("{username}", safe_name(self.user.name)))
        if source.is_dir():
            shutil.copytree(source, self.home, symlinks=True, dirs_exist_ok=True)

    async def _launch(self, port: int) -> None:
        """Start the server that gets the descriptor `port`."""
        self._popen([], cwd=self.home, port=port)

    def _popen(self, prefix: list[str], *, cwd: Path, port: int, pass_fds: tuple[int, ...] = ()) -> None:
        """Start the server behind `prefix`, with no log, terminal or variables of the hub's."""
        logs = Path(self.log_folder)
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A log of its own: through an inherited descriptor a person could read the hub's, or cut it.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW
        log = os.open(logs / f"{self._workspace}.log", flags, 0o600)
        try:
            self.proc = subprocess.Popen(  # noqa: S603
                [*prefix, *self.cmd, *self.get_args()],
                env={**self.get_env(), listening.DESCRIPTOR: str(port)},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(port, *pass_fds),
                start_new_session=True,
            )
        finally:
            os.close(log)
        self.pid = self.proc.pid

    async def _signal(self, sig: int) -> bool:
        """Send `sig`; False where nothing runs any more."""
        ends = sig in {signal.SIGINT, signal.SIGTERM}
        try:
            # Without a terminal, SIGINT makes a Jupyter server drop its kernels; SIGTERM ends it in order.
            os.kill(self._process_to_end() if ends else self.pid, signal.SIGTERM if ends else sig)
        except ProcessLookupError:
            return False
        return True

    def _process_to_end(self) -> int:
        return int(self.pid)

    async def _find_workspace(self) -> None:
        self._plan = None
        try:
            self._plan = await self._service().plan(self.user.name, self.name)
            self._workspace = self._plan.workspace
        except ServiceDown as down:
            self.log.error("The sharing service does not answer the spawner: %s", down)
            if self._workspace is None:
                raise SpawnException(
                    "The sharing service is not running, and this server has never been started before, so "
                    "it is not known where your files are. Try again in a minute, or ask the administrator.",
                    reason="service-down",
                    status_code=503,
                ) from down
            self.log.warning("Starting %s with the workspace it had before", self._log_name)

    async def _tell_mounted(self, grants: list[str]) -> None:
        """Tell the service which grants this server has mounted. Failing that, it believes the plan."""
        try:
            await self._service().tell_mounted(self.user.name, self.name, grants)
        except ServiceDown as down:
            self.log.warning("The sharing service was not told what %s has mounted: %s", self._log_name, down)

    def _service(self) -> ServiceClient:
        return ServiceClient(self.service_url, Path(self.service_token_file).read_text().strip())


def safe_name(name: str) -> str:
    """`name` as it may stand in a path and in /etc/passwd. Not unique: for looks only."""
    plain = re.sub(r"[^a-z0-9_-]", "_", name.lower())[:32]
    return plain if re.match(r"[a-z_]", plain) else f"u_{plain}"[:32]
