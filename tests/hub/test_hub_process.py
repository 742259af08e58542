"""The process: what it needs, how it ends, what it writes down."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from jupyter_apex_ws.hub.logs import PlainLines
from jupyter_apex_ws.hub.settings import SettingsError, from_environment
from jupyter_apex_ws.spawn.ports import free_port
from tests.support.fake_hub import FakeHub
from tests.support.waiting import until
from tests.support.wire import Wire, read_head

GIVEN = {
    "APEX_WS_STATE": "/somewhere",
    "JUPYTERHUB_API_URL": "http://127.0.0.1:8081/hub/api",
    "JUPYTERHUB_API_TOKEN": "secret",
    "JUPYTERHUB_SERVICE_PREFIX": "/services/apex-ws/",
    "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:10101",
}


def test_settings_and_what_they_are_without() -> None:
    settings = from_environment(GIVEN)
    assert (settings.host, settings.port, settings.prefix) == ("127.0.0.1", 10101, "/services/apex-ws/")
    assert (settings.max_grant_seconds, settings.max_file_bytes) == (None, 5 * 1024**3)
    assert (settings.groups_seconds, settings.token_seconds) == (10, 30)

    more = {
        "APEX_WS_MAX_GRANT_SECONDS": "3600",
        "APEX_WS_MAX_FILE_BYTES": "10",
        "APEX_WS_GROUPS_SECONDS": "3",
    }
    chosen = from_environment(GIVEN | more)
    assert (chosen.max_grant_seconds, chosen.max_file_bytes, chosen.groups_seconds) == (3600, 10, 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "") for name in GIVEN),
        ("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1"),
        ("APEX_WS_GROUPS_SECONDS", "often"),
        ("APEX_WS_GROUPS_SECONDS", "-1"),
        ("APEX_WS_GROUPS_SECONDS", "nan"),
        ("APEX_WS_MAX_FILE_BYTES", "1e309"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment(GIVEN | {name: value})


def test_log_lines_are_bounded_and_plain() -> None:
    formatter = PlainLines("%(levelname)s %(message)s")
    record = logging.LogRecord("x", logging.INFO, "f", 1, "a\nb\x1b[31m\u202e%s", ("é" * 5000,), None)
    line = formatter.format(record)
    assert line.startswith("INFO a\\x0ab\\x1b[31m\\x202e")
    assert len(line.encode()) <= 1000
    assert "\n" not in line


def test_a_traceback_is_lines_of_its_own() -> None:
    try:
        raise ValueError("first\nsecond" + "x" * 5000)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    lines = PlainLines("%(message)s").format(record).splitlines()
    assert lines[:2] == ["failed", "Traceback (most recent call last):"]
    assert all(len(line.encode()) <= 1000 for line in lines)


@contextmanager
def process(hub: FakeHub, state: Path, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The service as the hub starts it, and its address."""
    port = free_port()
    environment = {
        **os.environ,
        **GIVEN,
        "APEX_WS_STATE": str(state),
        "JUPYTERHUB_API_URL": hub.url,
        "JUPYTERHUB_API_TOKEN": hub.service_token,
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-W", "error", "-m", "jupyter_apex_ws.hub"]
    with log.open("wb") as output:
        started = subprocess.Popen(command, env=environment, stderr=output, stdout=output)
    url = f"http://127.0.0.1:{port}/services/apex-ws/v1"

    def up() -> bool:
        assert started.poll() is None, log.read_text()
        try:
            return httpx.get(f"{url}/health", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    try:
        until(up, 30)
        yield started, url
    finally:
        if started.poll() is None:
            started.kill()
        started.wait()


# JupyterHub sends SIGINT first.
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_it_ends_cleanly_with_open_streams(
    fake_hub: FakeHub, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    log = tmp_path / "log"
    with process(fake_hub, tmp_path / "state", log) as (started, url):
        wire = Wire(url, fake_hub.new_token("alice"))
        stream = socket.create_connection(wire.address)
        stream.sendall(wire.request("GET", b"events"))
        assert read_head(stream)[0].status == 200
        began = time.monotonic()
        started.send_signal(number)
        assert started.wait(10) == code
        assert time.monotonic() - began < 3
        stream.close()

    written = log.read_text()
    assert "Traceback" not in written and "Task was destroyed" not in written, written


def test_the_log_has_no_tokens_queries_or_names_of_files(fake_hub: FakeHub, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with process(fake_hub, tmp_path / "state", log) as (_, url):
        token = fake_hub.new_token("alice")
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(headers=headers, trust_env=False) as http:
            home = http.get(f"{url}/me").json()["personal_workspace"]
            http.get(f"{url}/search?q=needle").raise_for_status()
            http.get(f"{url}/workspaces/{home}/files/haystack?token={token}")
            http.get(f"{url}/" + "x" * 20_000)
            http.get(f"{url}/me", headers={"Authorization": "Bearer forged\x7f"})

    written = log.read_text()
    assert "GET /search 200" in written
    for secret in (token, fake_hub.service_token, "needle", "haystack", "forged"):
        assert secret not in written
    assert all(len(line) <= 1000 for line in written.splitlines())


def test_nobody_else_reads_the_state(fake_hub: FakeHub, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with process(fake_hub, state, tmp_path / "log"):
        assert state.stat().st_mode & 0o777 == 0o700
        for file in state.iterdir():
            assert file.stat().st_mode & 0o077 == 0, file
