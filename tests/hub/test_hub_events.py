"""The stream of changes: at once after a commit, resumed where it broke off, over when the person is gone."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from queue import Empty, Queue
from typing import Any

import pytest

from jupyter_apex_ws.adapters.database.reading import SqlReading
from jupyter_apex_ws.core.errors import Unavailable
from tests.hub.conftest import Start
from tests.support.local_service import LocalService
from tests.support.waiting import until


class Stream:
    """An open stream, read by a thread. `None` in the queue: it ended."""

    def __init__(self, service: LocalService, by: str, last: str | None = None) -> None:
        wire = service.wire(by)
        self.events: Queue[dict[str, str] | None] = Queue()
        self._open = threading.Event()
        self._connection = socket.create_connection(wire.address)
        headers = {} if last is None else {"Last-Event-ID": last}
        self._connection.sendall(wire.request("GET", b"events", headers=headers))
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        assert self._open.wait(10)

    def _read(self) -> None:
        event: dict[str, str] = {}
        with contextlib.suppress(ConnectionError), self._connection.makefile("rb") as lines:
            for line in lines:
                name, _, value = line.decode().rstrip("\r\n").partition(": ")
                if line.startswith(b": this stream"):
                    self._open.set()
                elif name in {"id", "event", "data"}:
                    event[name] = value
                    if name == "data":
                        self.events.put(event)
                        event = {}
        self.events.put(None)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def next(self, seconds: float = 5) -> dict[str, str] | None:
        return self.events.get(timeout=seconds)

    def topics(self, seconds: float = 0.5) -> list[str]:
        """Those of all events until none comes for a while."""
        found = []
        try:
            while (event := self.next(seconds)) is not None:
                found.append(json.loads(event["data"])["topic"])
        except Empty:
            pass
        return found


@contextlib.contextmanager
def follow(service: LocalService, by: str, last: str | None = None) -> Iterator[Stream]:
    stream = Stream(service, by, last)
    try:
        yield stream
    finally:
        stream.close()


@pytest.fixture
def shared(service: LocalService) -> LocalService:
    (service.home("alice") / "data").mkdir()
    for name in ("bob", "dave"):
        service.home(name)
    return service


def test_a_grant_and_its_end_are_told_to_those_concerned(shared: LocalService) -> None:
    with follow(shared, "bob") as bob, follow(shared, "dave") as dave:
        grant = shared.share("alice", "data", "bob")
        event = bob.next(1)
        assert event is not None
        data = json.loads(event["data"])
        assert event["event"] == "change"
        assert data == {"revision": int(event["id"]), "topic": "shared-with-me"}

        shared.ask("DELETE", f"grants/{grant['id']}", by="alice")
        assert "shared-with-me" in bob.topics()
        assert dave.topics(0.1) == []


def test_a_change_of_the_group_is_told(shared: LocalService) -> None:
    until(lambda: shared.ask("GET", "me", by="bob").json()["teams"])
    shared.share("alice", "data", "hydrology")
    with follow(shared, "dave") as dave:
        shared.hub.groups["hydrology"].append("dave")
        assert "shared-with-me" in dave.topics(2)


def test_a_broken_stream_goes_on_where_it_was(shared: LocalService) -> None:
    with follow(shared, "bob") as bob:
        grant = shared.share("alice", "data", "bob")
        first = bob.next()
    assert first is not None
    shared.ask("DELETE", f"grants/{grant['id']}", by="alice")
    with follow(shared, "bob", last=first["id"]) as again:
        event = again.next()
        assert event is not None
        assert int(event["id"]) > int(first["id"])
    with follow(shared, "bob", last=event["id"]) as up_to_date:
        assert up_to_date.topics(0.3) == []
    with follow(shared, "bob", last="999999") as from_before_a_restore:
        assert "shared-with-me" in from_before_a_restore.topics()


def test_an_id_that_is_none_is_malformed(shared: LocalService) -> None:
    for odd in ("x", "-1", "1e3", "٣"):
        headers = {"Last-Event-ID": odd.encode()}
        assert shared.ask("GET", "events", by="bob", headers=headers).status_code == 400


def test_an_expiry_is_told_at_its_instant(shared: LocalService) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=2)
    shared.share("alice", "data", "bob", expires_at=ends.isoformat())
    with follow(shared, "bob") as bob:
        event = bob.next(5)
        late = datetime.now(UTC) - ends
    assert event is not None
    assert timedelta(0) <= late < timedelta(seconds=1)


def test_a_database_that_fails_once_ends_neither_stream_nor_expiries(
    shared: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = {"events_since", "next_expiry"}

    def fail_once(name: str) -> None:
        real = getattr(SqlReading, name)

        def read(tx: SqlReading, *given: Any) -> Any:
            if name in failing:
                failing.remove(name)
                raise Unavailable("The database does not answer.")
            return real(tx, *given)

        monkeypatch.setattr(SqlReading, name, read)

    with follow(shared, "bob") as bob:
        for name in tuple(failing):
            fail_once(name)
        shared.share(
            "alice", "data", "bob", expires_at=(datetime.now(UTC) + timedelta(seconds=4)).isoformat()
        )
        assert bob.next() is not None
        assert not failing
        assert bob.next(8) is not None  # that it expired


def test_events_are_dropped_where_nothing_expires(shared: LocalService) -> None:
    shared.share("alice", "data", "bob")
    database = shared.parts.ground.database

    def kept() -> int:
        with database.reading() as tx:
            return len(tx.events_since(0))

    assert kept()
    shared.clock.ahead = timedelta(days=8)
    until(lambda: not kept())


def test_a_stream_ends_when_the_token_does(start: Start) -> None:
    with start(token_seconds=1.0) as service, follow(service, "bob") as bob:
        service.hub.remove_person("bob")
        until(lambda: bob.next(5) is None)


def test_a_stream_ends_with_the_service(start: Start) -> None:
    with start() as service:
        stream = Stream(service, "bob")
    until(lambda: stream.next(5) is None)
    stream.close()


def test_nobody_opens_streams_without_end(shared: LocalService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_apex_ws.hub.broker.MOST_STREAMS", 2)
    with follow(shared, "bob"), follow(shared, "bob"):
        answer = shared.ask("GET", "events", by="bob")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
        with follow(shared, "dave"):
            pass
