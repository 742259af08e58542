"""scripts/run.py, the end of `make run`: it says how to sign in, stops whole, and says what is in its way."""

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from jupyter_apex_ws.spawn.ports import free_port
from tests.support.processes import below, process_tree

ROOT = Path(__file__).resolve().parent.parent.parent
RUN = [sys.executable, os.fspath(ROOT / "scripts" / "run.py")]


class Demo:
    """`make run` in a process group of its own, as in a terminal."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.port = free_port()
        self.output = home.with_name(f"{home.name}.out")
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                RUN,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "PORT": str(self.port), "APEX_WS_HOME": os.fspath(home), **environment},
                start_new_session=True,
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    def wait_until_up(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while "Password" not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.1)

    @property
    def password(self) -> str:
        found = re.search(r"Password +(\S+)", self.text)
        assert found is not None
        return found[1]

    def sign_in(self, name: str, password: str) -> bool:
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=30) as browser:
            body = {"auth": {"username": name, "password": password}}
            answer = browser.post(f"/hub/api/users/{name}/tokens", json=body)
            if answer.status_code == 201:
                headers = {"Authorization": f"token {answer.json()['token']}"}
                assert browser.get("/hub/api/user", headers=headers).json()["name"] == name
            return answer.status_code == 201

    def end(self, number: signal.Signals) -> int:
        """Send `number` to the whole group, as a terminal does; its exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(60)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    yield home
    # Whatever a test did: no process that knows this folder is left.
    deadline = time.monotonic() + 40
    while left := [(pid, command) for pid, (_, command) in process_tree().items() if str(home) in command]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def gone(pids: set[int], seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_it_says_how_to_sign_in_and_two_run_at_once(home: Path, tmp_path: Path) -> None:
    demo = Demo(home)
    other = Demo(tmp_path / "other", APEX_WS_DEMO_PASSWORD="chosen by me")
    demo.wait_until_up()
    other.wait_until_up()
    try:
        assert f"http://127.0.0.1:{demo.port}" in demo.text
        for name in ("alice", "bob", "carol", "dave", "admin"):
            assert name in demo.text
            assert demo.sign_in(name, demo.password)
        assert not demo.sign_in("alice", "something else")
        assert not demo.sign_in("mallory", demo.password)
        assert len(demo.password) >= 12
        assert other.sign_in("alice", "chosen by me")
        assert not other.sign_in("alice", demo.password)
    finally:
        first, second = set(below(demo.process.pid)), set(below(other.process.pid))
        assert demo.end(signal.SIGINT) == 0
        assert other.end(signal.SIGTERM) == 0
    assert gone(first)
    assert gone(second)


def test_nothing_is_left_when_its_group_is_killed_and_it_starts_again(home: Path) -> None:
    demo = Demo(home)
    demo.wait_until_up()
    with httpx.Client(base_url=f"http://127.0.0.1:{demo.port}", trust_env=False, timeout=90) as browser:
        body = {"auth": {"username": "alice", "password": demo.password}}
        token = browser.post("/hub/api/users/alice/tokens", json=body).json()["token"]
        headers = {"Authorization": f"token {token}"}
        assert browser.post("/hub/api/users/alice/server", headers=headers).status_code in {201, 202}
    pids = set(below(demo.process.pid))
    assert any("bwrap" in command for command in below(demo.process.pid).values())
    demo.end(signal.SIGKILL)
    assert gone(pids)

    again = Demo(home)
    again.wait_until_up()
    assert again.password == demo.password
    assert (home / "demo-password").stat().st_mode & 0o077 == 0
    assert home.stat().st_mode & 0o077 == 0
    assert again.end(signal.SIGTERM) == 0


def refused(home: Path, **environment: str) -> str:
    """What it says where it cannot start: one paragraph, no traceback, soon."""
    done = subprocess.run(
        RUN,
        env={**os.environ, "PORT": str(free_port()), "APEX_WS_HOME": os.fspath(home), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = done.stderr.strip()
    assert len(said.splitlines()) == 1, said
    return said


def test_a_taken_port_is_said_with_another(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(home, PORT=str(port))
    assert said == (
        f"Port {port} is in use: stop what listens there, or choose another: make run PORT={port + 1}"
    )


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "80 80", "٨٠٨٠"])
def test_what_is_no_port_is_said(home: Path, port: str) -> None:
    assert "is not a port: give a number from 1 to 65535" in refused(home, PORT=port)


def test_a_state_in_use_is_said(home: Path) -> None:
    home.mkdir()
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused(home).startswith(f"Another hub runs from {home}: stop it")


def test_a_place_that_cannot_be_written_is_said(home: Path) -> None:
    assert "cannot be written" in refused(Path("/proc/apex-ws"))


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    command = [
        "bwrap",
        "--unshare-user",
        "--dev-bind",
        "/",
        "/",
        "--size",
        "4194304",
        "--tmpfs",
        os.fspath(small),
    ]
    done = subprocess.run(
        [*command, *RUN],
        env={**os.environ, "PORT": str(free_port()), "APEX_WS_HOME": os.fspath(small / "home")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert re.search(r"There are \d MB free at .*: free some, or choose another place", done.stderr)
    assert len(done.stderr.strip().splitlines()) == 1
