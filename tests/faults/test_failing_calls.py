"""The n-th open, write, sync or rename of a save or a grant fails, for every n.

The answer says what is wrong, what is there is the old or the new, the service goes on serving, and after its
next start no temporary file is left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import Count
from tests.support.fake_hub import FakeHub
from tests.support.waiting import until

from .injection import ERRORS, FULL, Fault, Injected
from .leftovers import require_sound
from .service_process import ServiceProcess

CALLS = (
    "openat2",
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename,renameat,renameat2",
)
_MOST = 60
"""More calls of a kind than one request makes."""

# What goes on by itself shall not use up the calls that are to fail.
_QUIET = {"APEX_WS_GROUPS_SECONDS": "600", "APEX_WS_SWEEP_SECONDS": "600"}


@dataclass
class Try:
    """One act on the service, and the states that it may leave."""

    act: Callable[[], httpx.Response]
    look: Callable[[], object]
    old: object
    new: object


@pytest.fixture
def service(fake_hub: FakeHub, tmp_path: Path) -> Iterator[ServiceProcess]:
    with ServiceProcess(fake_hub, tmp_path / "state", environment=_QUIET) as running:
        yield running


class Acts:
    """Saves and grants of alice's, each on something of its own."""

    def __init__(self, service: ServiceProcess, prefix: str = "file") -> None:
        self._prefix = prefix
        self._service = service
        self._home = service.home_id("alice")
        self._folder = service.home("alice")
        service.home_id("bob")
        self._number = 0

    def replace(self) -> Try:
        path = self._new_file()
        etag = self._service.ask("HEAD", self._at(path), by="alice").headers["etag"]

        def act() -> httpx.Response:
            return self._service.ask(
                "PUT", self._at(path), by="alice", content=b"new", headers={"If-Match": etag}
            )

        return Try(act, path.read_bytes, b"old", b"new")

    def create(self) -> Try:
        path = self._new_path()

        def act() -> httpx.Response:
            headers = {"If-None-Match": "*"}
            return self._service.ask("PUT", self._at(path), by="alice", content=b"new", headers=headers)

        return Try(act, lambda: path.read_bytes() if path.exists() else None, None, b"new")

    def grant(self) -> Try:
        path = self._new_file()
        body = {"workspace": self._home, "path": path.name, "role": "viewer"}
        body |= {"grantee": {"kind": "user", "name": "bob"}}

        def act() -> httpx.Response:
            return self._service.ask("POST", "grants", by="alice", json=body)

        return Try(act, lambda: path.name in self._received(), False, True)

    def revoke(self) -> Try:
        granted = self.grant()
        given = granted.act()
        assert given.status_code == 201, given.text

        def act() -> httpx.Response:
            return self._service.ask("DELETE", f"grants/{given.json()['id']}", by="alice")

        return Try(act, granted.look, True, False)

    def _received(self) -> list[str]:
        page = self._service.ask("GET", "grants?direction=with-me&limit=1000", by="bob").json()
        return [grant["name"] for grant in page["items"]]

    def _new_file(self) -> Path:
        path = self._new_path()
        path.write_bytes(b"old")
        return path

    def _new_path(self) -> Path:
        self._number += 1
        return self._folder / f"{self._prefix}-{self._number}.txt"

    def _at(self, path: Path) -> str:
        return f"workspaces/{self._home}/files/{path.name}"


def fail_at_every_number(service: ServiceProcess, begin: Callable[[], Try], call: str, error: str) -> int:
    """Let the first call fail, the second and so on, until none is left to fail. How many did."""
    for number in range(1, _MOST):
        trial = begin()
        with Injected(service.pid, Fault(call, error, number)) as injected:
            answer = trial.act()
        _require_clear(answer, error)
        assert trial.look() in ([trial.new] if answer.is_success else [trial.old, trial.new])
        if not injected.happened:
            assert answer.is_success, answer.text
            return number - 1
    pytest.fail(f"more than {_MOST} calls of {call}")


def _require_clear(answer: httpx.Response, error: str) -> None:
    """A success, or a problem that says what to do; never anything of our insides."""
    if answer.is_success:
        return
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["code"] != "internal" and answer.status_code in ({507, 503} if error in FULL else {503}), (
        problem
    )
    assert problem["detail"] and "Errno" not in answer.text and "/" not in problem["detail"]


@pytest.mark.parametrize("what", ["replace", "create", "grant", "revoke"])
def test_every_call_of_a_change_fails_once(service: ServiceProcess, what: str, count: Count) -> None:
    begin = getattr(Acts(service), what)
    failed = {}
    for call in CALLS:
        for error in ERRORS[: count(1, len(ERRORS))]:
            failed[call, error] = fail_at_every_number(service, begin, call, error)
    print(f"{what}: calls that failed: {sum(failed.values())}")
    wanted = (
        ("fsync", "rename,renameat,renameat2") if what in {"replace", "create"} else ("pwrite64", "fdatasync")
    )
    assert all(failed[call, ERRORS[0]] for call in wanted), failed

    trial = begin()
    assert trial.act().is_success
    assert trial.look() == trial.new
    _require_search(service)
    written = service.log.read_text()
    assert "Exception in thread" not in written and "unexpected error" not in written, written
    service.stop()
    service.start()
    require_sound(service.state)


def _require_search(service: ServiceProcess) -> None:
    """What is shared now is found: nothing that works in the background has ended."""
    granted = Acts(service, "found").grant()
    assert granted.act().is_success

    def found() -> bool:
        page = service.ask("GET", "search?q=found", by="bob")
        return bool(page.json()["items"])

    until(found, 20)
