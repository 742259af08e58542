#!/usr/bin/env python3
"""Start the demonstration hub, say how to sign in, and wait: what `make run` ends with.

Variables: PORT (8000), APEX_WS_HOME (.apex-ws below the checkout) for everything that is kept, and
APEX_WS_DEMO_PASSWORD (else one is made at the first start and kept).
"""

import errno
import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "deploy" / "demo"
NEEDED_BYTES = 200 * 1024**2
START_SECONDS = 120.0


class CannotStart(Exception):
    """One sentence for the person at the terminal: what is in the way, and what to do."""


class Told(Exception):
    """Somebody wants us to end."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _told)
    try:
        port = port_from(os.environ.get("PORT") or "8000")
        home = Path(os.environ.get("APEX_WS_HOME") or ROOT / ".apex-ws").absolute()
        free_to_use(port)
        with locked(home):
            password = password_in(home)
            content(home)
            return run(home, port, password)
    except Told:
        return 0
    except CannotStart as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("\nThe disk is full: free some room and start again.", file=sys.stderr)
        return 1


def _told(number: int, frame: FrameType | None) -> None:
    raise Told


def port_from(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise CannotStart(f"PORT={text} is not a port: give a number from 1 to 65535, like PORT=8001.")
    return int(text)


def free_to_use(port: int) -> None:
    with socket.socket() as probe:
        # As the proxy does: a connection that just ended is no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CannotStart(f"Port {port} is for administrators only: choose one above 1023.") from error
        except OSError as error:
            raise CannotStart(
                f"Port {port} is in use: stop what listens there, or choose another: make run PORT={port + 1}"
            ) from error


def locked(home: Path) -> IO[str]:
    """`home` made, with room in it, and nobody else's until the returned file is closed."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (home / "lock").open("w")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise CannotStart(
            f"{home} cannot be written ({error.strerror}): choose another place, make run APEX_WS_HOME=/path"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotStart(
            f"Another hub runs from {home}: stop it, or give this one its own: "
            "make run PORT=8001 APEX_WS_HOME=/path"
        ) from error
    free = shutil.disk_usage(home).free
    if free < NEEDED_BYTES:
        raise CannotStart(
            f"There are {free // 1024**2} MB free at {home}, and the hub needs {NEEDED_BYTES // 1024**2}: "
            "free some, or choose another place: make run APEX_WS_HOME=/path"
        )
    return lock


def password_in(home: Path) -> str:
    """The password of all demo people: as asked for, or made once and kept."""
    if asked := os.environ.get("APEX_WS_DEMO_PASSWORD"):
        return asked
    kept = home / "demo-password"
    if kept.exists() and (password := kept.read_text().strip()):
        return password
    password = secrets.token_urlsafe(12)
    kept.touch(mode=0o600)
    kept.write_text(password + "\n")
    return password


def content(home: Path) -> None:
    """What the homes of the demo people begin with, made once."""
    if (home / "demo-content").exists():
        return
    print("==> Making the demo files", flush=True)
    command = [sys.executable, os.fspath(DEMO / "content.py"), os.fspath(home / "demo-content")]
    made = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if made.returncode != 0:
        raise CannotStart(f"The demo files could not be made: {made.stderr.strip().splitlines()[-1]}")


def run(home: Path, port: int, password: str) -> int:
    """Start the hub, wait until it ends or we are told to; its exit code."""
    logs = home / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    log = logs / "hub.log"
    print("==> Starting the hub", flush=True)
    environment = {
        **os.environ,
        "APEX_WS_HOME": os.fspath(home),
        "APEX_WS_DEMO_PASSWORD": password,
        "PORT": str(port),
    }
    command = [sys.executable, os.fspath(ROOT / "scripts" / "supervise.py")]
    command += [sys.executable, "-P", "-m", "jupyterhub", "-f", os.fspath(DEMO / "jupyterhub_config.py")]
    with log.open("wb") as output:
        # Out of our process group: Ctrl-C reaches us only, and the hub is stopped in order. The pipe closes
        # however we end, and with it ends the hub.
        hub = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd=home,
            env=environment,
            start_new_session=True,
        )
    try:
        wait_until_up(hub, f"http://127.0.0.1:{port}", log)
        print(greeting(port, password, home), flush=True)
        hub.wait()
        raise CannotStart(f"The hub stopped by itself. Its last words, from {log}:\n{last_lines(log)}")
    finally:
        end(hub)


def wait_until_up(hub: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for path in ("/hub/health", "/services/apex-ws/v1/health"):
        while True:
            try:
                with opener.open(address + path, timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                pass
            if hub.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"The hub did not start. Its last words, from {log}:\n{last_lines(log)}")
            time.sleep(0.1)


# While the hub is not up, the proxy complains at length about each of our questions.
PROXY_WORDS = re.compile(r"^.*\[ConfigProxy\].*\n(?:    at .*\n|  \w+: .*\n|\}\n)*", re.MULTILINE)
OUR_QUESTIONS = re.compile(r"^.*(?:/hub/error/404|Setting new xsrf cookie).*\n", re.MULTILINE)


def last_lines(log: Path, count: int = 15) -> str:
    text = OUR_QUESTIONS.sub("", PROXY_WORDS.sub("", log.read_text(errors="replace")))
    return "\n".join(text.splitlines()[-count:])


def greeting(port: int, password: str, home: Path) -> str:
    return f"""
    JupyterHub with the Workspace Finder runs at  http://127.0.0.1:{port}

    Sign in as    alice, bob or carol   who share the hub group "hydrology"
                  dave                  who is not in it
                  admin                 who administers the hub
    Password      {password}            (of all five)

    Two people at once: one of them in a private window of your browser.
    Everything is kept in {home}; Ctrl-C stops it all.
"""


def end(hub: "subprocess.Popen[bytes]") -> None:
    # A second Ctrl-C must not leave the hub half stopped: its supervisor ends it in any case.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if hub.poll() is None:
        print("\n==> Stopping the hub and everybody's servers", flush=True)
    if hub.stdin is not None:
        hub.stdin.close()
    hub.wait()


if __name__ == "__main__":
    sys.exit(main())
