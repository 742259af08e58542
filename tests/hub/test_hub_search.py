"""Search over shares: complete soon, never wrong."""

from pathlib import Path

import pytest

from tests.hub.conftest import Start
from tests.support.local_service import LocalService
from tests.support.waiting import until


def find(service: LocalService, text: str, by: str = "bob", more: str = "") -> list[str]:
    answer = service.ask("GET", f"search?q={text}{more}", by=by)
    assert answer.status_code == 200, answer.text
    return [item["path"] for item in answer.json()["items"]]


@pytest.fixture
def data(service: LocalService) -> Path:
    folder = service.home("alice") / "project" / "rivers"
    (folder / "deep").mkdir(parents=True)
    (folder / "gauge.csv").write_text("1")
    (folder / "deep" / "gauge-two.csv").write_text("2")
    (folder.parent / "gauge-private.csv").write_text("3")
    return folder


def test_names_below_a_share_are_found_and_nothing_above(service: LocalService, data: Path) -> None:
    share = service.share("alice", "project/rivers", "bob")["share"]
    until(lambda: len(find(service, "gauge")) == 2)

    hit = service.ask("GET", "search?q=gauge.csv", by="bob").json()["items"][0]
    assert (hit["path"], hit["workspace"], hit["share_name"]) == ("gauge.csv", share, "rivers")
    assert (hit["owner"]["name"], hit["permissions"]) == ("alice", ["list", "read"])
    assert find(service, "rivers") == [""]
    assert find(service, "private") == find(service, "project") == []
    assert find(service, "gauge", by="dave") == find(service, "gauge", by="alice") == []


def test_a_shared_file_is_found(service: LocalService, data: Path) -> None:
    service.share("alice", "project/rivers/gauge.csv", "bob")
    until(lambda: find(service, "gauge") == [""])


def test_what_came_through_the_service_is_found_at_once(service: LocalService, data: Path) -> None:
    share = service.share("alice", "project/rivers", "bob", "editor")["share"]
    until(lambda: len(find(service, "gauge")) == 2)
    where = f"workspaces/{share}"
    service.ask("PUT", f"{where}/files/fresh.txt", by="bob", content=b"x", headers={"If-None-Match": "*"})
    service.ask("POST", f"{where}/entries/fresh-folder", by="bob", json={"operation": "mkdir"})
    until(lambda: set(find(service, "fresh")) == {"fresh.txt", "fresh-folder"}, 2)

    body = {"operation": "move", "to": "renamed.txt"}
    service.ask("POST", f"{where}/entries/fresh.txt", by="bob", json=body)
    assert find(service, "fresh.txt") == []
    until(lambda: find(service, "renamed") == ["renamed.txt"], 2)


def test_what_others_wrote_is_found_by_the_next_walk(service: LocalService, data: Path) -> None:
    service.share("alice", "project/rivers", "bob")
    (data / "later.txt").write_text("x")
    until(lambda: find(service, "later") == ["later.txt"])
    (data / "later.txt").unlink()
    assert find(service, "later") == []


def test_a_share_is_not_found_by_the_name_it_had(service: LocalService, data: Path) -> None:
    service.share("alice", "project/rivers", "bob")
    until(lambda: find(service, "rivers") == [""])
    where, body = f"workspaces/{data.parent.parent.name}/entries/project/rivers", {"operation": "move"}
    service.ask("POST", where, by="alice", json=body | {"to": "project/lakes"}).raise_for_status()
    assert find(service, "rivers") == []
    until(lambda: find(service, "lakes") == [""], 3)


def test_nested_shares_are_found_once(service: LocalService, data: Path) -> None:
    outer = service.share("alice", "project/rivers", "bob")["share"]
    service.share("alice", "project/rivers/deep", "bob", "editor")
    until(lambda: len(find(service, "gauge")) == 2)
    hits = service.ask("GET", "search?q=two", by="bob").json()["items"]
    assert [(hit["workspace"], hit["path"]) for hit in hits] == [(outer, "deep/gauge-two.csv")]
    assert "write" in hits[0]["permissions"]


def test_pages_are_complete_and_counted(service: LocalService, data: Path) -> None:
    for number in range(30):
        (data / f"many-{number:02}.txt").write_text("")
    service.share("alice", "project/rivers", "bob")
    until(lambda: len(find(service, "many", more="&limit=1000")) == 30)

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = service.ask("GET", f"search?q=many&limit=7{more}", by="bob").json()
        seen += [item["path"] for item in page["items"]]
        assert page["total"] == 30
        cursor = page["next_cursor"]
    assert sorted(seen) == [f"many-{number:02}.txt" for number in range(30)]


def test_the_index_survives_a_restart_and_a_loss(start: Start, tmp_path: Path) -> None:
    with start() as service:
        folder = service.home("alice") / "data"
        folder.mkdir()
        (folder / "kept.txt").write_text("x")
        service.share("alice", "data", "bob")
        until(lambda: find(service, "kept") == ["kept.txt"])
    with start() as service:
        until(lambda: find(service, "kept") == ["kept.txt"])
    for file in (tmp_path / "state").glob("names.sqlite*"):
        file.write_bytes(b"not a database at all" * 1000)
    with start() as service:
        until(lambda: find(service, "kept") == ["kept.txt"])
