"""What the server does by itself: hearing of changes, and telling what was moved and deleted."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_apex_ws.contract.events import Topic
from jupyter_apex_ws.server.app import ApexExtension
from jupyter_apex_ws.server.background import BackOff, OwnRequests
from jupyter_apex_ws.server.notices import Journal, Notices
from jupyter_apex_ws.server.subscription import Subscription, parsed
from jupyter_apex_ws.server.upstream import Broken, ServiceAddress

from .conftest import SERVER_TOKEN, Asked, Upstream, until

log = logging.getLogger(__name__)


def soon() -> BackOff:
    return BackOff(0.01, 0.02)


@pytest.fixture
def requests(upstream: Upstream) -> OwnRequests:
    return OwnRequests(ServiceAddress(upstream.url), SERVER_TOKEN)


class Running:
    """A coroutine that runs during a test."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[None]] = []

    def start(self, run: Any) -> asyncio.Task[None]:
        self.tasks.append(asyncio.create_task(run))
        return self.tasks[-1]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    found = Running()
    yield found
    await found.stop()


def stream_of(*events: str, then: float = 0.0) -> Any:
    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for event in events:
            writer.write(f"{len(event):x}\r\n{event}\r\n".encode())
        await writer.drain()
        await asyncio.sleep(then)

    return say


def change(revision: int, topic: str = "shared-with-me") -> str:
    return f'id: {revision}\nevent: change\ndata: {{"revision":{revision},"topic":"{topic}"}}\n\n'


async def test_changes_are_announced_and_a_break_loses_none(
    upstream: Upstream, requests: OwnRequests, running: Running
) -> None:
    heard: list[tuple[Topic, int]] = []
    upstream.answers["events"] = stream_of(
        ": heartbeat\n\n", change(4), change(5, "principals"), change(6)[:20], then=0.1
    )
    running.start(Subscription(requests, lambda *found: heard.append(found), log, soon()).run())
    await until(lambda: len(upstream.asked) >= 3)
    assert heard[:2] == [(Topic.SHARED_WITH_ME, 4), (Topic.PRINCIPALS, 5)]
    first, second, *_ = upstream.asked
    assert first.headers["authorization"] == f"Bearer {SERVER_TOKEN}"
    assert "last-event-id" not in first.headers
    assert second.headers["last-event-id"] in ("5", "6")


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
async def test_refusals_are_asked_again(
    upstream: Upstream, requests: OwnRequests, running: Running, status: int
) -> None:
    heard: list[Any] = []
    upstream.answer("events", status, b"{}", Content_Type="application/problem+json")
    running.start(Subscription(requests, lambda *found: heard.append(found), log, soon()).run())
    await until(lambda: len(upstream.asked) >= 2)
    upstream.answers["events"] = stream_of(change(1), then=5)
    await until(lambda: heard)


async def test_changes_of_a_later_version_are_passed_over(
    upstream: Upstream, requests: OwnRequests, running: Running
) -> None:
    heard: list[Any] = []
    odd = 'id: 8\ndata: {"revision":8,"topic":"invented"}\n\nid: 9\ndata: [1]\n\nid: 10\ndata: nonsense\n\n'
    upstream.answers["events"] = stream_of(odd, change(11), then=5)
    running.start(Subscription(requests, lambda *found: heard.append(found), log, soon()).run())
    await until(lambda: heard)
    assert heard == [(Topic.SHARED_WITH_ME, 11)]


async def test_events_are_the_same_however_they_are_cut() -> None:
    text = (
        "\r\n".join([": hi", "", "id: 1", "data: a", "data:b", "", "data: c", "", "id: 2", "data: lost"])
    ).encode()

    async def cut(size: int) -> list[tuple[str | None, str]]:
        async def parts() -> AsyncIterator[bytes]:
            for at in range(0, len(text), size):
                yield text[at : at + size]

        return [(event.id, event.data) async for event in parsed(parts())]

    assert {tuple(await cut(size)) for size in range(1, len(text) + 1)} == {(("1", "a\nb"), ("1", "c"))}


async def test_a_stream_that_is_none_is_given_up() -> None:
    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 10_000

    with pytest.raises(Broken):
        async for _ in parsed(parts()):
            pass


@pytest.fixture
def journal(tmp_path: Path) -> Any:
    found = Journal(tmp_path / "data" / "notices.sqlite")
    yield found
    found.close()


def told(upstream: Upstream) -> list[tuple[str, Any]]:
    return [(asked.target, json.loads(asked.body)) for asked in upstream.asked if asked.method == "POST"]


def serves(upstream: Upstream, *paths: str, status: int = 204) -> None:
    upstream.answer("me", body=b'{"personal_workspace": "w-7"}')
    for path in paths:
        upstream.answer(f"workspaces/w-7/entries/{path}", status, b"")


async def test_moves_and_deletions_are_told_in_order(
    upstream: Upstream, requests: OwnRequests, running: Running, journal: Journal
) -> None:
    serves(upstream, "a%20b", "c/%C3%A4%3F")
    notices = Notices(journal, requests, (), log, soon())
    running.start(notices.run())
    notices.moved("a b", "c/ä?")
    notices.deleted("/c/ä?/")
    notices.moved("a b", "back")
    await until(lambda: journal.first() is None)
    assert told(upstream) == [
        ("workspaces/w-7/entries/a%20b", {"operation": "moved", "to": "c/ä?"}),
        ("workspaces/w-7/entries/c/%C3%A4%3F", {"operation": "deleted"}),
        ("workspaces/w-7/entries/a%20b", {"operation": "moved", "to": "back"}),
    ]
    assert {asked.headers["authorization"] for asked in upstream.asked} == {f"Bearer {SERVER_TOKEN}"}
    assert [asked.target for asked in upstream.asked].count("me") == 1


async def test_a_notice_outlives_the_server_and_a_service_that_is_down(
    tmp_path: Path, upstream: Upstream, requests: OwnRequests, running: Running
) -> None:
    upstream.answer("me", 503, b"{}", Content_Type="application/problem+json")
    first = Journal(tmp_path / "notices.sqlite")
    notices = Notices(first, requests, (b"work",), log, soon())
    running.start(notices.run())
    notices.moved("a", "b")
    await until(lambda: len(upstream.asked) >= 3)
    await running.stop()
    first.close()
    serves(upstream, "work/a", status=500)
    second = Journal(tmp_path / "notices.sqlite")
    running.start(Notices(second, requests, (b"work",), log, soon()).run())
    await until(lambda: len(told(upstream)) >= 2)
    serves(upstream, "work/a")
    await until(lambda: second.first() is None)
    assert told(upstream)[-1] == ("workspaces/w-7/entries/work/a", {"operation": "moved", "to": "work/b"})
    await running.stop()
    second.close()


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_notice_that_the_service_will_never_take_holds_up_nothing(
    upstream: Upstream, requests: OwnRequests, running: Running, journal: Journal, status: int
) -> None:
    serves(upstream, "a", status=status)
    serves(upstream, "b")
    notices = Notices(journal, requests, (), log, soon())
    notices.deleted("a")
    notices.deleted("b")
    running.start(notices.run())
    await until(lambda: journal.first() is None)
    assert [target for target, _ in told(upstream)] == [
        "workspaces/w-7/entries/a",
        "workspaces/w-7/entries/b",
    ]


async def test_what_the_service_does_not_serve_is_not_told(
    upstream: Upstream, requests: OwnRequests, running: Running, journal: Journal
) -> None:
    serves(upstream, "shown", "last")
    notices = Notices(journal, requests, (), log, soon())
    notices.deleted(".hidden/file")
    notices.moved("two\nlines", "x")
    notices.deleted("")
    notices.moved("shown", ".trash/shown")  # for others it is gone
    notices.deleted("last")
    running.start(notices.run())
    await until(lambda: journal.first() is None)
    assert told(upstream) == [
        ("workspaces/w-7/entries/shown", {"operation": "deleted"}),
        ("workspaces/w-7/entries/last", {"operation": "deleted"}),
    ]


def test_a_journal_keeps_the_newest_notices_and_nobody_else_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "notices.sqlite"
    journal = Journal(path)
    assert path.stat().st_mode & 0o077 == 0
    with journal._lock:
        rows = [(f"{number}", None) for number in range(10_050)]
        journal._connection.execute("BEGIN")  # or each of them waits for the disk
        journal._connection.executemany("INSERT INTO notices (path, target) VALUES (?, ?)", rows)
        journal._connection.execute("COMMIT")
    journal.add("newest", None)
    first = journal.first()
    assert first is not None
    assert first.number == 52
    journal.close()


async def test_on_a_hub_it_all_runs_by_itself(
    on_hub: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    jp_server_config: dict[str, Any],
    jp_configurable_serverapp: Any,
    tmp_path: Path,
) -> None:
    """From a rename through Jupyter to the service, and from the service to a page."""
    home = tmp_path / "own"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", SERVER_TOKEN)
    jp_server_config["ServerApp"]["contents_manager_class"] = (
        "jupyter_apex_ws.server.contents.ApexContentsManager"
    )
    serves(on_hub, "work/a.txt", "work/b.txt")
    on_hub.answers["events"] = stream_of(change(41), then=30)
    (home / "work").mkdir()
    server = jp_configurable_serverapp(root_dir=home / "work")
    (extension,) = server.extension_manager.extension_apps["jupyter_apex_ws"]
    assert isinstance(extension, ApexExtension)
    heard: list[dict[str, Any]] = []

    async def listener(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        heard.append(data)

    schema = "https://jupyter-apex-ws.readthedocs.io/events/change/v1"
    server.event_logger.add_listener(schema_id=schema, listener=listener)
    await extension._start_jupyter_server_extension(server)
    try:
        contents = server.contents_manager
        await contents.save({"type": "file", "format": "text", "content": "x"}, "a.txt")
        await contents.rename("a.txt", "b.txt")
        await contents.delete("b.txt")
        await until(lambda: len(told(on_hub)) == 2)
        assert told(on_hub) == [
            ("workspaces/w-7/entries/work/a.txt", {"operation": "moved", "to": "work/b.txt"}),
            ("workspaces/w-7/entries/work/b.txt", {"operation": "deleted"}),
        ]
        await until(lambda: {"topic": "shared-with-me", "revision": 41} in heard)
    finally:
        await extension.stop_extension()
