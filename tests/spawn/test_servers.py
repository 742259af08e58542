"""Starting and stopping people's servers: what is kept, what is cleaned, what is said when a part is down."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.hub import STAND_IN, RealHub
from tests.support.kernel import Kernel
from tests.support.processes import below, process_tree


def processes_of(hub: RealHub) -> dict[int, str]:
    return below(hub.pid)


def sandboxes(hub: RealHub) -> list[int]:
    return [pid for pid, command in processes_of(hub).items() if "bwrap" in command]


def state_of(hub: RealHub, name: str) -> dict[str, object]:
    with sqlite3.connect(hub.home / "hub" / "jupyterhub.sqlite") as database:
        query = "SELECT s.state FROM spawners s JOIN users u ON s.user_id = u.id WHERE u.name = ?"
        rows = database.execute(query, [name]).fetchall()
    database.close()
    state: dict[str, object] = json.loads(rows[0][0] or "{}") if rows else {}
    return state


def test_a_server_is_stopped_so_that_it_can_clean_up(spawn_hub: RealHub) -> None:
    spawn_hub.start_server("carol")
    with Kernel(spawn_hub, "carol") as kernel:
        # What a kernel does at its end happens only where the server ends it in order.
        kernel.run("import atexit; atexit.register(lambda: open('ended.txt', 'w').write('in order'))")
        started = time.monotonic()
        spawn_hub.stop_server("carol")
    assert time.monotonic() - started < 15
    assert (spawn_hub.state / "workspaces" / "w-6361726f6c" / "ended.txt").read_text() == "in order"
    assert sandboxes(spawn_hub) == []


def test_the_workspace_is_remembered_after_a_stop(spawn_hub: RealHub) -> None:
    spawn_hub.start_server("carol")
    spawn_hub.stop_server("carol")
    assert state_of(spawn_hub, "carol")["workspace"] == "w-6361726f6c"


def test_a_server_that_dies_is_noticed_and_starts_again(spawn_hub: RealHub) -> None:
    spawn_hub.start_server("carol")
    for pid in sandboxes(spawn_hub):
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while sandboxes(spawn_hub) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [command for command in processes_of(spawn_hub).values() if "singleuser" in command]
    spawn_hub.stop_server("carol")
    spawn_hub.start_server("carol")
    spawn_hub.stop_server("carol")


def test_a_server_takes_nothing_with_it_that_it_started(spawn_hub: RealHub) -> None:
    spawn_hub.start_server("carol")
    with Kernel(spawn_hub, "carol") as kernel:
        kernel.run("import subprocess; subprocess.Popen(['sleep', '4321'], start_new_session=True)")
        assert [command for command in processes_of(spawn_hub).values() if "sleep 4321" in command]
        spawn_hub.stop_server("carol")
    assert not [command for _, command in process_tree().values() if command.startswith("sleep 4321")]


def test_a_home_that_is_a_link_is_refused(spawn_hub: RealHub, tmp_path: Path) -> None:
    home = spawn_hub.state / "workspaces" / "w-64617665"
    home.parent.mkdir(exist_ok=True)
    home.symlink_to(tmp_path)
    try:
        answer = spawn_hub.api("POST", "users/dave/server", by="dave")
        assert answer.status_code == 503
        assert "Your storage area is not where it is kept" in answer.json()["message"]
    finally:
        home.unlink()


@pytest.fixture
def own_hub(tmp_path: Path) -> Iterator[RealHub]:
    with RealHub(tmp_path / "hub", service_command=STAND_IN) as hub:
        yield hub


def stop_the_service(hub: RealHub) -> None:
    """For good: its program is gone, so the hub cannot start it again."""
    (hub.state / "down").touch()
    for pid, command in processes_of(hub).items():
        if "stand_in_service" in command:
            os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            hub.http.get(f"{hub.service_url}/health", timeout=1)
        except httpx.TransportError:
            return
        time.sleep(0.05)
    raise AssertionError("the service does not stop")


def test_while_the_service_is_down_who_started_before_starts_and_others_are_told(own_hub: RealHub) -> None:
    own_hub.start_server("alice")
    own_hub.stop_server("alice")
    stop_the_service(own_hub)
    own_hub.start_server("alice")
    with Kernel(own_hub, "alice") as kernel:
        assert kernel.run("import os; print(os.getcwd())").strip() == "/home/alice"
    own_hub.stop_server("alice")
    answer = own_hub.api("POST", "users/bob/server", by="bob")
    assert answer.status_code == 503
    assert "The sharing service is not running" in answer.json()["message"]
    assert "Try again in a minute" in answer.json()["message"]


def test_the_workspace_is_remembered_over_a_restart_of_the_hub(own_hub: RealHub) -> None:
    own_hub.start_server("alice")
    own_hub.stop()
    own_hub.start()
    stop_the_service(own_hub)
    own_hub.start_server("alice")
    own_hub.stop_server("alice")


def test_servers_end_with_a_hub_that_is_killed(own_hub: RealHub) -> None:
    own_hub.start_server("alice")
    tree = processes_of(own_hub)
    hub = next(pid for pid, command in tree.items() if " jupyterhub -f " in command)
    os.kill(hub, signal.SIGKILL)
    own_hub.wait_until_ended()
    left = {pid: command for pid, (_, command) in process_tree().items() if pid in tree}
    assert left == {}
