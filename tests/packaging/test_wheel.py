"""The wheel installs, and both halves load, on a machine without Node."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_apex_ws.spawn.ports import free_port

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


@dataclass
class Installed:
    """A virtual environment with the wheel in it, and a PATH on which there is no Node."""

    prefix: Path
    wheel: Path
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [str(self.prefix / "bin" / command[0]), *command[1:]],
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
            cwd=self.prefix,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


def _checkout_copy(target: Path) -> Path:
    """The tracked files as they are now: a build in the checkout itself would disturb others."""
    names = (
        subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .split("\0")
    )
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    return target


def _build_wheel(folder: Path) -> Path:
    source = _checkout_copy(folder / "source")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command in (
        ["jlpm", "build:prod"],
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "."],
    ):
        done = subprocess.run(
            command, cwd=source, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = _build_wheel(folder)
    prefix = folder / "prefix"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True)
    install = [str(UV), "pip", "install", "-q", "--python", str(prefix / "bin" / "python")]
    subprocess.run([*install, "--require-hashes", "-r", str(ROOT / "requirements/run.txt")], check=True)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)
    tools = folder / "bin"
    tools.mkdir()
    for name in ("sh", "env", "uname"):
        (tools / name).symlink_to(str(shutil.which(name)))
    environment = {"PATH": f"{prefix / 'bin'}:{tools}", "HOME": str(folder), "LANG": "C.UTF-8"}
    assert shutil.which("node", path=environment["PATH"]) is None
    return Installed(prefix, wheel, environment)


@pytest.mark.timeout(600)
def test_the_interface_is_listed_as_enabled_and_valid(installed: Installed) -> None:
    listing = installed.run("jupyter-labextension", "list")
    line = next(line for line in listing.splitlines() if "jupyter-apex-ws" in line)
    assert "enabled" in line
    assert "OK" in line


def test_the_server_half_is_enabled_and_valid(installed: Installed) -> None:
    listing = installed.run("jupyter-server", "extension", "list")
    start = listing.index("jupyter_apex_ws")
    assert "enabled" in listing[start - 20 : start + 200]
    assert "OK" in listing[start : start + 300]


def test_the_hub_half_loads(installed: Installed) -> None:
    installed.run("python", "-W", "error", "-c", "import jupyter_apex_ws.spawn, jupyter_apex_ws.hub.app")


@pytest.fixture
def server(installed: Installed, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                str(installed.prefix / "bin/jupyter-lab"),
                "--no-browser",
                f"--port={port}",
                "--ip=127.0.0.1",
                "--allow-root",
                "--IdentityProvider.token=secret-of-the-test",
                "--ServerApp.allow_unauthenticated_access=False",
                f"--ServerApp.root_dir={tmp_path}",
            ],
            env={**installed.environment, "PYTHONWARNINGS": "error::DeprecationWarning:jupyter_apex_ws"},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield f"http://127.0.0.1:{port}", log
        finally:
            process.terminate()
            process.wait(30)


def _get(url: str) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Authorization": "token secret-of-the-test"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def _wait(url: str) -> None:
    for _ in range(120):
        try:
            if _get(url)[0] == 200:
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"{url} does not answer")


def test_plain_jupyter_lab_starts_with_both_halves_and_without_a_warning(
    server: tuple[str, Path],
) -> None:
    url, log = server
    _wait(f"{url}/api/status")
    status, body = _get(f"{url}/jupyter-apex-ws/v1/local/status")
    assert status == 200, body
    assert json.loads(body)["service"] is False
    page = _get(f"{url}/lab")[1].decode()
    assert "jupyter-apex-ws" in page
    lines = [line for line in log.read_text().splitlines() if "jupyter_apex_ws" in line or "[W " in line]
    assert any("jupyter_apex_ws | extension was successfully loaded" in line for line in lines)
    ours = [line for line in lines if ("[W " in line or "[E " in line) and "apex" in line.lower()]
    assert ours == []
