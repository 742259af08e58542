"""scripts/supervise.py: whatever ends it, nothing of what it ran is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import below

SUPERVISE = Path(__file__).resolve().parent.parent.parent / "scripts" / "supervise.py"

# A program that leaves a process in another session, deaf to every polite signal, with no parent left.
STUBBORN = """
import os, signal, subprocess, sys, time
code = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; time.sleep(600)"
subprocess.Popen(["sh", "-c", f"{sys.executable} -c '{code}' & exit 0"], start_new_session=True).wait()
print("up", flush=True)
time.sleep(600)
"""

Process = subprocess.Popen[str]


@pytest.fixture
def supervised() -> Iterator[Callable[[str], Process]]:
    started: list[subprocess.Popen[str]] = []

    def start(program: str) -> Process:
        process = subprocess.Popen(
            [sys.executable, SUPERVISE, sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def up(process: Process) -> set[int]:
    """Wait until it runs; all that came from it."""
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    deadline = time.monotonic() + 20
    while not any("SIG_IGN" in command for command in below(process.pid).values()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return set(below(process.pid))


def running(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def test_all_ends_when_the_one_who_holds_the_pipe_is_gone(supervised: Callable[[str], Process]) -> None:
    process = supervised(STUBBORN)
    pids = up(process)
    assert len(pids) >= 2
    assert process.stdin is not None
    process.stdin.close()
    process.wait(40)
    assert running(pids) == set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_all_ends_with_a_signal(supervised: Callable[[str], Process], number: signal.Signals) -> None:
    process = supervised(STUBBORN)
    pids = up(process)
    process.send_signal(number)
    process.wait(40)
    assert running(pids) == set()


def test_all_ends_when_the_program_ends_and_its_code_is_told(supervised: Callable[[str], Process]) -> None:
    process = supervised(STUBBORN.replace("time.sleep(600)\n", "time.sleep(1); sys.exit(7)\n"))
    pids = up(process)
    assert process.wait(40) == 7
    assert running(pids) == set()


def test_the_program_is_told_politely_first(supervised: Callable[[str], Process], tmp_path: Path) -> None:
    program = f"""
import signal, sys, time
def end(*_):
    open({str(tmp_path / "ended")!r}, "w").write("in order")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("up", flush=True)
time.sleep(600)
"""
    process = supervised(program)
    assert process.stdout is not None
    process.stdout.readline()
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(40) == 0
    assert (tmp_path / "ended").read_text() == "in order"


def test_a_program_that_does_not_listen_is_killed(
    supervised: Callable[[str], Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APEX_WS_PATIENCE", "1")
    process = supervised("import signal; signal.signal(15, signal.SIG_IGN)\n" + STUBBORN)
    pids = up(process)
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(40)
    assert time.monotonic() - started < 10
    assert running(pids) == set()


def test_it_starts_with_signals_as_they_are_by_default(supervised: Callable[[str], Process]) -> None:
    # As when a script starts it in the background: SIGINT is ignored then, and would be by all that follows.
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = supervised("import signal; print(signal.getsignal(2) is signal.default_int_handler)")
    finally:
        signal.signal(signal.SIGINT, previous)
    assert process.stdout is not None
    assert process.stdout.read() == "True\n"


def test_when_it_is_killed_itself_the_program_is_told_to_end(supervised: Callable[[str], Process]) -> None:
    process = supervised("import os, time; print('up', flush=True); time.sleep(600)")
    assert process.stdout is not None
    process.stdout.readline()
    (child,) = below(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    deadline = time.monotonic() + 10
    while running({child}) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running({child}) == set()
