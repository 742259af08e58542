"""The service's port is the hub's: nobody takes it while the service is away."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from traitlets.config import Application, Config

from jupyter_apex_ws.adapters.held_port import HOST, VARIABLE, HeldPort, borrowed
from jupyter_apex_ws.spawn import UnsafeConfiguration, configure
from jupyter_apex_ws.spawn.ports import free_port
from tests.support.hub import RealHub
from tests.support.processes import below
from tests.support.waiting import until


def bind(port: int) -> int:
    """What somebody else gets who wants that port, by each option: 0 where he would have it."""
    answers = set()
    for option in (None, socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        with socket.socket() as other:
            if option is not None:
                other.setsockopt(socket.SOL_SOCKET, option, 1)
            try:
                other.bind((HOST, port))
                other.listen()
            except OSError as error:
                answers.add(error.errno or -1)
            else:
                answers.add(0)
    return 0 if 0 in answers else answers.pop()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[HeldPort]:
    with closing(HeldPort(tmp_path, free_port())) as port:
        yield port


def port_of(held: HeldPort) -> int:
    return int(held.path.stem.removeprefix("service-"))


def ask(port: int) -> bytes:
    """What comes back; nothing where we are hung up on."""
    with socket.create_connection((HOST, port), timeout=10) as asking:
        return asking.recv(10)


def test_the_port_stays_held_whoever_borrows_it_and_ends(held: HeldPort) -> None:
    port = port_of(held)
    for _ in range(2):
        assert bind(port) == errno.EADDRINUSE
        assert ask(port) == b""
        with borrowed(held.path, HOST, port) as listening:
            assert bind(port) == errno.EADDRINUSE
            with socket.create_connection((HOST, port), timeout=10) as asking:
                listening.setblocking(True)
                answering, _ = listening.accept()
                with answering:
                    answering.sendall(b"here")
                assert asking.recv(10) == b"here"
    held.close()
    assert bind(port) == 0


def test_a_socket_of_another_address_is_not_taken(held: HeldPort) -> None:
    with pytest.raises(OSError, match="not the one of"), borrowed(held.path, HOST, port_of(held) + 1):
        pass


def test_a_path_may_be_long_and_what_a_killed_hub_left_goes(tmp_path: Path, held: HeldPort) -> None:
    left = tmp_path / "service-1.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(os.fspath(left))
    port = free_port()
    with closing(HeldPort(tmp_path, port)) as second:
        assert not left.exists()
        assert held.path.exists()
        assert second.path.exists()
    folder = tmp_path / ("long" * 40)
    folder.mkdir()
    with closing(HeldPort(folder, port)) as third, borrowed(third.path, HOST, port):
        pass


class JupyterHub(Application):
    """As far as configure() looks."""


@pytest.fixture
def hub_that_starts() -> Iterator[None]:
    JupyterHub.clear_instance()
    JupyterHub.instance()
    yield
    JupyterHub.clear_instance()


@pytest.mark.usefixtures("hub_that_starts")
@pytest.mark.filterwarnings("ignore:This hub runs as root")
def test_a_port_that_is_taken_is_said_and_who_only_reads_the_configuration_does_not_mind(
    tmp_path: Path,
) -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UnsafeConfiguration, match=f"cannot have port {port} .* with service_port="):
            configure(Config(), state=tmp_path / "state", service_port=port)
        JupyterHub.clear_instance()
        c = Config()
        configure(c, state=tmp_path / "state", service_port=port)
    assert VARIABLE not in c.JupyterHub.services[0]["environment"]


def test_the_service_does_not_start_on_a_port_of_its_own_when_the_hub_lends_none(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        **os.environ,
        VARIABLE: os.fspath(tmp_path / "service-1.sock"),
        "APEX_WS_STATE": os.fspath(tmp_path),
        "JUPYTERHUB_API_URL": f"http://{HOST}:1/hub/api",
        "JUPYTERHUB_API_TOKEN": "none",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/apex-ws/",
        "JUPYTERHUB_SERVICE_URL": f"http://{HOST}:{port}",
    }
    command = [sys.executable, "-m", "jupyter_apex_ws.hub"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "The hub does not lend the socket" in ended.stderr
    assert "Traceback" not in ended.stderr


def services(hub: RealHub) -> list[int]:
    return [pid for pid, command in below(hub.pid).items() if "-m jupyter_apex_ws.hub" in command]


def answers(hub: RealHub) -> Callable[[], bool]:
    def answer() -> bool:
        # In the gap nobody but the hub may be there, and it only hangs up.
        assert bind(hub.service_port) == errno.EADDRINUSE
        try:
            return hub.http.get(f"{hub.service_url}/health", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    return answer


def test_a_service_that_is_killed_leaves_no_port_to_take_and_comes_back(tmp_path: Path) -> None:
    with RealHub(tmp_path / "hub") as hub:
        (first,) = services(hub)
        os.kill(first, signal.SIGKILL)
        until(lambda: not services(hub), 10)
        began = time.monotonic()
        assert not answers(hub)()
        assert time.monotonic() - began < 2
        until(answers(hub), 60)
        (second,) = services(hub)
        assert second != first
        hub.service("GET", "me", by="alice").raise_for_status()
    written = hub.log.read_text()
    assert "Traceback" not in written, written
    assert bind(hub.service_port) == 0
