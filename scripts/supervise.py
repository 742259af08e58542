#!/usr/bin/env python3
"""Run a command so that nothing of it is left behind: `supervise.py COMMAND…`, with a pipe as standard input.

The command ends when that pipe closes: when the one who holds its other end wants it, or dies of whatever.
First by SIGTERM, so that it can save and clean up, then, after a while, by SIGKILL to all that came from it.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

# Seconds: a hub stops the servers of all its people first.
PATIENCE = float(os.environ.get("APEX_WS_PATIENCE", "25"))

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _in_the_child() -> None:
    # A shell that starts things in the background makes them ignore SIGINT: a hub then stops much later.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def descendants(pid: int) -> list[int]:
    """All processes that came from `pid` and still run, its children first."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop(0)
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            children = [int(word) for task in tasks for word in (task / "children").read_text().split()]
        except OSError:
            continue
        found += children
        waiting += children
    return found


def _end_all() -> None:
    """Kill what is left. Orphans come to us, so they are found until there are none."""
    while left := descendants(os.getpid()):
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        _reap()
        time.sleep(0.02)


def _reap(but: int = 0) -> None:
    """Take leave of all that ended, `but` for that one."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid == but:
            return
        os.waitpid(ended.si_pid, 0)


def main(command: list[str]) -> int:
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_in_the_child,  # noqa: PLW1509  (there are no threads here)
    )
    ending: float | None = None
    while child.poll() is None:
        left = None if ending is None else max(0.0, ending - time.monotonic())
        if left == 0.0:
            break
        watched = [wake] if ending is not None else [wake, 0]
        ready = select.select(watched, [], [], left)[0]
        _reap(but=child.pid)
        ended = 0 in ready and os.read(0, 4096) == b""
        told = wake in ready and any(number != signal.SIGCHLD for number in os.read(wake, 4096))
        if ending is None and (ended or told):
            ending = time.monotonic() + PATIENCE
            child.send_signal(signal.SIGTERM)
    code = child.poll()
    _end_all()
    return 1 if code is None else code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
