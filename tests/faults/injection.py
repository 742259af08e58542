"""The n-th system call of a kind fails: `strace -e inject`, put on a process that runs and taken off again.

strace counts for each thread, so that the n-th call of whichever thread does the work fails, and the n-th of
each thread that works in the background.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.waiting import until

FULL = ("ENOSPC", "EDQUOT")
ERRORS = ("EIO", *FULL, "EMFILE")


@dataclass(frozen=True)
class Fault:
    """The `number`-th `call` of a thread fails with `error`."""

    call: str
    error: str
    number: int

    @property
    def options(self) -> list[str]:
        return ["-e", f"trace={self.call}", "-e", f"inject={self.call}:error={self.error}:when={self.number}"]


class Injected:
    """While this is entered, the fault happens in the process `pid`. `happened` afterwards."""

    def __init__(self, pid: int, fault: Fault) -> None:
        self._command = ["strace", "-f", "-p", str(pid), *fault.options]
        self.happened = False

    def __enter__(self) -> Self:
        self._said = tempfile.NamedTemporaryFile()
        self._trace = tempfile.NamedTemporaryFile()
        self._process = subprocess.Popen([*self._command, "-o", self._trace.name], stderr=self._said)
        until(lambda: b"attached" in Path(self._said.name).read_bytes() or self._process.poll() is not None)
        assert self._process.poll() is None, Path(self._said.name).read_text()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)
        self.happened = happened(Path(self._trace.name))
        self._said.close()
        self._trace.close()


def happened(trace: Path) -> bool:
    """Whether strace wrote down that it made a call fail."""
    return b"(INJECTED)" in trace.read_bytes()


@contextmanager
def traced_command(fault: Fault, trace: Path) -> Iterator[list[str]]:
    """What to put before a command so that the fault happens in it."""
    trace.unlink(missing_ok=True)
    yield ["strace", "-f", *fault.options, "-o", os.fspath(trace)]
