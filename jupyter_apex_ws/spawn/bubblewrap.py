"""Servers with walls: each runs in bubblewrap, sees its own home, the system read-only, nothing of others."""

import asyncio
import json
import os
from contextlib import ExitStack
from pathlib import Path

from traitlets import Integer, Unicode

from . import sandbox
from .spawner import WorkspaceSpawner, safe_name


class BubblewrapSpawner(WorkspaceSpawner):
    """Starts servers as the hub's own account, each in a sandbox of its own.

    Every server ends with the hub. It is stopped by a signal to the server itself: one to bubblewrap would
    kill it without a chance to save.
    """

    bubblewrap = Unicode("bwrap", help="The bubblewrap program.").tag(config=True)
    temporary_bytes = Integer(
        2 * 1024**3, help="Size of a server's /tmp, /var/tmp, /dev/shm and /run/user, each, in memory."
    ).tag(config=True)

    _first_process = 0

    @property
    def home_inside(self) -> Path:
        return sandbox.home_path(safe_name(self.user.name))

    @property
    def runtime_inside(self) -> Path:
        return Path("/run/user")

    @property
    def _mounts_file(self) -> Path:
        return self.runtime_inside / "apex-ws-mounts.json"

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        env = super().user_env(env)
        env[mounts.FILE] = str(self._mounts_file)
        return env

    async def _launch(self, port: int) -> None:
        with ExitStack() as stack:
            home = _kept(stack, os.open(self.home, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW))
            accounts = sandbox.accounts(safe_name(self.user.name), self.home_inside)
            data = {path: _kept(stack, _in_memory(content)) for path, content in accounts.items()}
            report, info = os.pipe()
            _kept(stack, report)
            with ExitStack() as until_started:
                _kept(until_started, info)
                mounter, told = self._mounter(stack, until_started, home)
                data[str(self._mounts_file)] = told.read_end
                prefix = sandbox.arguments(
                    self.bubblewrap,
                    home=home,
                    home_inside=self.home_inside,
                    data=data,
                    info=info,
                    temporary_bytes=self.temporary_bytes,
                )
                inherited = (home, info, *data.values(), *mounter.descriptors)
                self._popen([*mounter.command, *prefix], cwd=Path("/"), port=port, pass_fds=inherited)
            done = await asyncio.to_thread(mounter.report)
            await asyncio.to_thread(told.say, mounts.told(self._plan, done))
            self._first_process = await asyncio.to_thread(_read_first_process, report)
        if self._plan is not None and self._plan.mounts:
            await self._tell_mounted(mounts.grants_of(self._plan, done))

    def _process_to_end(self) -> int:
        return _server_process(self._first_process) or self.pid

    def clear_state(self) -> None:
        super().clear_state()
        self._first_process = 0


def _kept(stack: ExitStack, descriptor: int) -> int:
    """`descriptor`, closed with `stack`."""
    stack.callback(os.close, descriptor)
    return descriptor


def _in_memory(content: bytes) -> int:
    """A descriptor from which `content` is read."""
    descriptor = os.memfd_create("apex-ws")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _read_first_process(report: int) -> int:
    """The number, outside, of the first process inside; 0 when bubblewrap ended without a sandbox."""
    text = b""
    while part := os.read(report, 4096):
        text += part
    try:
        return int(json.loads(text)["child-pid"])
    except (ValueError, KeyError):
        return 0


def _server_process(first: int) -> int | None:
    """The number, outside, of the server: the second process of the sandbox whose first is `first`."""
    try:
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for child in children:
            status = Path(f"/proc/{child}/status").read_text()
            numbers = next(line.split() for line in status.splitlines() if line.startswith("NSpid:"))
            if numbers[-1] == "2":
                return int(child)
    except (OSError, StopIteration):
        return None
    return None
