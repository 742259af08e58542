"""The own files, as this server answers for them."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jupyter_apex_ws.contract.local import LocalPage, LocalStatus
from jupyter_apex_ws.contract.problems import Problem
from jupyter_apex_ws.server.app import ApexExtension

from .conftest import Fetch, until

pytestmark = pytest.mark.usefixtures("no_hub")


async def ready(ask: Fetch) -> LocalStatus:
    async def is_ready() -> LocalStatus | None:
        status = LocalStatus.model_validate_json((await ask("GET", "local/status")).body)
        return status if status.state == "ready" else None

    found = await until(is_ready)
    assert isinstance(found, LocalStatus)
    return found


async def names(ask: Fetch, query: str) -> list[str]:
    answer = await ask("GET", f"local/search?q={quote(query)}")
    assert answer.code == 200, answer.body
    return [entry.name for entry in LocalPage.model_validate_json(answer.body).items]


async def test_files_are_found_with_their_paths(
    jp_root_dir: Path, started: ApexExtension, own_ask: Fetch
) -> None:
    (jp_root_dir / "data" / "terrain").mkdir(parents=True)
    (jp_root_dir / "data" / "terrain" / "dem alps.tif").write_bytes(b"12345")
    await until(lambda: names(own_ask, "dem"))
    page = LocalPage.model_validate_json((await own_ask("GET", "local/search?q=ALPS+dem&limit=5")).body)
    (entry,) = page.items
    assert (entry.path, entry.size, entry.kind, entry.type) == (
        "data/terrain/dem alps.tif",
        5,
        "dataset",
        "file",
    )
    assert entry.permissions == ["list", "read", "create", "write", "rename", "delete", "share"]
    assert page.total == 1
    recent = LocalPage.model_validate_json((await own_ask("GET", "local/recent?limit=1")).body)
    assert [found.path for found in recent.items] == ["data/terrain/dem alps.tif"]


async def test_status_counts_and_says_ready(
    jp_root_dir: Path, started: ApexExtension, own_ask: Fetch
) -> None:
    (jp_root_dir / "a.txt").write_text("")
    status = await ready(own_ask)
    await until(lambda: names(own_ask, "a.txt"))
    status = await ready(own_ask)
    assert (status.items, status.service, status.user, status.own_server) == (1, False, None, True)
    assert status.refreshed_at is not None


async def test_links_hidden_names_and_odd_things_are_left_out(
    tmp_path: Path, jp_root_dir: Path, started: ApexExtension, own_ask: Fetch
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("")
    (jp_root_dir / ".hidden").mkdir()
    (jp_root_dir / ".hidden" / "secret.txt").write_text("")
    (jp_root_dir / "link").symlink_to(outside)
    (jp_root_dir / "secret-link.txt").symlink_to(outside / "secret.txt")
    os.mkfifo(jp_root_dir / "secret.fifo")
    (jp_root_dir / "data.zarr").mkdir()
    (jp_root_dir / "data.zarr" / "secret.0").write_text("")
    (jp_root_dir / "last").write_text("")
    await until(lambda: names(own_ask, "last"))
    assert await names(own_ask, "secret") == []
    assert await names(own_ask, "link") == []
    assert await names(own_ask, "zarr") == ["data.zarr"]


async def test_names_that_cannot_be_written_are_shown_and_found(
    jp_root_dir: Path, started: ApexExtension, own_ask: Fetch
) -> None:
    Path(os.fsdecode(os.fsencode(jp_root_dir) + b"/caf\xe9.txt")).write_text("")
    (jp_root_dir / "two\nlines.txt").write_text("")
    os.utime(jp_root_dir / "two\nlines.txt", ns=(0, -(10**18)))
    await until(lambda: names(own_ask, "lines"))
    page = LocalPage.model_validate_json((await own_ask("GET", "local/search?q=.txt")).body)
    assert {(entry.name, entry.path, entry.entry is None) for entry in page.items} == {
        ("caf\\xe9.txt", None, False),
        ("two\\x0alines.txt", None, False),
    }


async def test_what_happens_on_disk_is_found_soon(
    jp_root_dir: Path, started: ApexExtension, own_ask: Fetch
) -> None:
    await ready(own_ask)
    began = time.monotonic()
    (jp_root_dir / "one" / "two" / "three").mkdir(parents=True)
    (jp_root_dir / "one" / "two" / "three" / "deep.csv").write_text("")
    await until(lambda: names(own_ask, "deep.csv"))
    assert time.monotonic() - began < 5
    (jp_root_dir / "one").rename(jp_root_dir / "eins")
    await until(lambda: names(own_ask, "eins"))
    await until(lambda: names(own_ask, "deep.csv"))
    (jp_root_dir / "eins" / "two" / "three" / "later.csv").write_text("")
    await until(lambda: names(own_ask, "later.csv"))
    assert await names(own_ask, "one") == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("local/search", "?q"),
        ("local/search?q=" + "x" * 257, "?q"),
        ("local/search?q=a&limit=0", "?limit"),
        ("local/search?q=a&limit=201", "?limit"),
        ("local/search?q=a&limit=1e1", "?limit"),
        ("local/search?q=a&limit=%D9%A3", "?limit"),
        ("local/search?q=a&q=b", "?"),
        ("local/search?q=a&owner=bob", "?owner"),
        ("local/recent?q=a", "?q"),
        ("local/status?limit=3", "?limit"),
    ],
)
async def test_parameters_that_cannot_be_used_are_named(
    started: ApexExtension, own_ask: Fetch, query: str, pointer: str
) -> None:
    answer = await own_ask("GET", query)
    assert answer.code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.body)
    assert [error.pointer for error in problem.errors] == [pointer]


async def test_what_jupyterlab_adds_to_addresses_is_no_error(started: ApexExtension, own_ask: Fetch) -> None:
    assert (await own_ask("GET", "local/recent?limit=5&no_track_activity=1&1795318516364")).code == 200
    assert (await own_ask("GET", "local/status?1795318516364")).code == 200


@pytest.mark.parametrize(
    "query", ["%00", "%FF", "%22*%22", "NEAR(a%20b)", "%F0%9F%92%A9", "''", "a%00b", "%C0%80"]
)
async def test_fs_01_hostile_queries_find_nothing_and_break_nothing(
    started: ApexExtension, own_ask: Fetch, query: str
) -> None:
    answer = await own_ask("GET", f"local/search?q={query}")
    assert answer.code in (200, 400)
    if answer.code == 200:
        assert json.loads(answer.body)["items"] == []


async def test_asking_for_the_state_is_no_activity(
    jp_serverapp: Any, started: ApexExtension, own_ask: Fetch
) -> None:
    before = jp_serverapp.web_app.settings.get("api_last_activity")
    await own_ask("GET", "local/status")
    await own_ask("GET", "local/recent")
    assert jp_serverapp.web_app.settings.get("api_last_activity") == before
    await own_ask("GET", "local/search?q=a")
    assert jp_serverapp.web_app.settings.get("api_last_activity") != before


async def test_an_index_that_cannot_be_is_said(extension: ApexExtension, own_ask: Fetch) -> None:
    answer = await own_ask("GET", "local/search?q=abc")
    assert answer.code == 503
    assert answer.headers["Retry-After"]
    status = LocalStatus.model_validate_json((await own_ask("GET", "local/status")).body)
    assert status.state == "failed"
    assert status.detail


async def test_sharing_without_a_hub_says_what_it_needs(started: ApexExtension, own_ask: Fetch) -> None:
    answer = await own_ask("GET", "me")
    assert answer.code == 503
    problem = Problem.model_validate_json(answer.body)
    assert problem.code == "unavailable"
    assert "JupyterHub" in problem.detail
    upload = await own_ask(
        "PUT", "workspaces/w-1/files/a", body=b"x" * 2_000_000, headers={"If-None-Match": "*"}
    )
    assert upload.code == 503


async def test_pages_hear_of_changes_at_most_once_a_second(
    jp_serverapp: Any, jp_root_dir: Path, started: ApexExtension, own_ask: Fetch
) -> None:
    heard: list[dict[str, Any]] = []

    async def listener(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        heard.append(data)

    schema = "https://jupyter-apex-ws.readthedocs.io/events/change/v1"
    jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listener)
    await ready(own_ask)
    for number in range(20):
        (jp_root_dir / f"file {number}").write_text("")
        await asyncio.sleep(0.06)
    await until(lambda: len(heard) >= 2)
    assert len(heard) <= 5
    assert {data["topic"] for data in heard} == {"local-index"}
    assert [data["revision"] for data in heard] == sorted({data["revision"] for data in heard})
