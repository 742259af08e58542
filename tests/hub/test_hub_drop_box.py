"""A drop box over HTTP: bob adds to alice's folder, and learns nothing of what is in it."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.hub.conftest import Start
from tests.support.local_service import LocalService

NEW = {"If-None-Match": "*"}


@pytest.fixture
def box(service: LocalService) -> Path:
    made = service.home("alice") / "box"
    (made / "sub").mkdir(parents=True)
    (made / "report.pdf").write_bytes(b"hers")
    (made / "sub" / "deep.txt").write_bytes(b"deep")
    return made


@pytest.fixture
def share(service: LocalService, box: Path) -> str:
    return str(service.share("alice", "box", "bob", "contributor")["share"])


def put(
    service: LocalService, share: str, path: str, by: str = "bob", content: bytes = b"his"
) -> httpx.Response:
    return service.ask("PUT", f"workspaces/{share}/files/{path}", by=by, content=content, headers=NEW)


def without(answer: httpx.Response, *names: str) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name not in names}


def test_he_sees_the_box_and_nothing_in_it(service: LocalService, box: Path, share: str) -> None:
    (mine,) = service.ask("GET", "grants?direction=with-me", by="bob").json()["items"]
    assert (mine["name"], mine["role"], mine["permissions"]) == ("box", "contributor", ["create"])
    before = service.ask("GET", f"workspaces/{share}/entries/", by="bob")
    assert before.status_code == 200
    assert before.json()["items"] == []
    assert before.json()["entry"]["permissions"] == ["create"]

    (box / "another.txt").write_bytes(b"alice adds")
    # Not by a time either.
    assert service.ask("GET", f"workspaces/{share}/entries/", by="bob").content == before.content
    found = service.ask("GET", "search?q=report", by="bob").json()
    assert (found["items"], found["total"]) == ([], 0)


def test_a_taken_name_is_not_told_from_a_free_one(service: LocalService, box: Path, share: str) -> None:
    free, taken, folder = (put(service, share, name) for name in ("free.pdf", "report.pdf", "sub"))

    told = [
        without(answer, "modified_at", "name", "path", "kind", "media_type")
        for answer in (free, taken, folder)
    ]
    assert told[0] == told[1] == told[2]
    assert [answer.status_code for answer in (free, taken, folder)] == [201, 201, 201]
    assert (taken.json()["name"], taken.json()["etag"]) == ("report.pdf", None)
    assert taken.json()["permissions"] == []
    assert (box / "report.pdf").read_bytes() == b"hers"
    assert (box / "report (2).pdf").read_bytes() == b"his"
    assert (box / "sub (2)").read_bytes() == b"his"
    for _ in range(12):
        assert put(service, share, "report.pdf").status_code == 201
    assert sum(1 for each in box.iterdir() if each.name.startswith("report (")) == 13


def test_there_and_absent_are_one_answer(service: LocalService, box: Path, share: str) -> None:
    put(service, share, "mine.txt")
    pairs = [
        ("report.pdf", "absent.pdf"),
        ("mine.txt", "absent.txt"),
        ("sub", "nosub"),
        ("sub/deep.txt", "no/deep"),
    ]
    for there, absent in pairs:
        for method, what, rest in [
            ("GET", "entries", {}),
            ("GET", "files", {}),
            ("HEAD", "files", {}),
            ("DELETE", "files", {"headers": {"If-Match": '"x"'}}),
            ("PUT", "files", {"content": b"x", "headers": {"If-Match": '"x"'}}),
            ("PUT", "files", {"content": b"x", "headers": NEW, "below": "/new.txt"}),
            ("POST", "entries", {"json": {"operation": "mkdir"}}),
            ("POST", "entries", {"json": {"operation": "move", "to": "elsewhere"}}),
            ("POST", "entries", {"json": {"operation": "deleted"}}),
        ]:
            asked = dict(rest)
            below = asked.pop("below", "")
            answers = [
                service.ask(method, f"workspaces/{share}/{what}/{path}{below}", by="bob", **asked)
                for path in (there, absent)
            ]
            assert answers[0].status_code == answers[1].status_code in (403, 404), (method, there)
            assert answers[0].content == answers[1].content, (method, there)
    assert sorted(each.name for each in box.iterdir()) == ["mine.txt", "report.pdf", "sub"]


def test_with_viewer_besides_he_lists_reads_and_adds_and_overwrites_nothing(
    service: LocalService, box: Path, share: str
) -> None:
    service.share("alice", "box", "hydrology", "viewer")
    page = service.ask("GET", f"workspaces/{share}/entries/", by="bob").json()
    assert page["entry"]["permissions"] == ["list", "read", "create"]
    assert service.ask("GET", f"workspaces/{share}/files/report.pdf", by="bob").content == b"hers"
    assert put(service, share, "report.pdf").status_code == 412
    assert put(service, share, "sub/new.txt").status_code == 201
    etag = service.ask("HEAD", f"workspaces/{share}/files/report.pdf", by="bob").headers["etag"]
    over = {"If-Match": etag}
    answer = service.ask("PUT", f"workspaces/{share}/files/report.pdf", by="bob", content=b"x", headers=over)
    assert answer.status_code == 403
    assert (box / "report.pdf").read_bytes() == b"hers"


def test_a_file_is_no_drop_box(service: LocalService, box: Path) -> None:
    body = {
        "workspace": service.home_id("alice"),
        "path": "box/report.pdf",
        "grantee": {"kind": "user", "name": "bob"},
        "role": "contributor",
    }
    refused = service.ask("POST", "grants", by="alice", json=body)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/role"]
    given = service.ask("POST", "grants", by="alice", json={**body, "role": "viewer"}).json()
    refused = service.ask("PATCH", f"grants/{given['id']}", by="alice", json={"role": "contributor"})
    assert refused.status_code == 422


def everyone(service: LocalService, path: str = "box") -> httpx.Response:
    body = {
        "workspace": service.home_id("alice"),
        "path": path,
        "grantee": {"kind": "everyone", "name": "everyone"},
        "role": "viewer",
    }
    return service.ask("POST", "grants", by="alice", json=body)


def test_shared_with_everyone_is_shared_with_who_comes_later_too(service: LocalService, box: Path) -> None:
    with service.parts.ground.database.reading() as tx:
        before = tx.last_event()
    assert everyone(service).status_code == 201
    with service.parts.ground.database.reading() as tx:
        told = [change for change in tx.events_since(before) if change.topic.value == "shared-with-me"]
    assert len(told) == 1, "one row for all"

    service.hub.add_person("erin")
    for name in ("bob", "dave", "erin"):
        (grant,) = service.ask("GET", "grants?direction=with-me", by=name).json()["items"]
        assert grant["grantee"]["kind"] == "everyone"
        page = service.ask("GET", f"workspaces/{grant['workspace']}/entries/", by=name).json()
        assert [item["name"] for item in page["items"]] == ["sub", "report.pdf"]
    assert service.ask("GET", "grants?direction=with-me", by="alice").json()["items"] == []


def test_the_operator_turns_it_off_and_on_again(start: Start) -> None:
    with start() as service:
        (service.home("alice") / "box").mkdir()
        given = everyone(service).json()
        (seen,) = service.ask("GET", "grants?direction=with-me", by="bob").json()["items"]
    where = f"workspaces/{seen['workspace']}/entries/"
    with start(share_with_everyone=False) as service:
        assert service.ask("GET", "grants?direction=with-me", by="bob").json()["items"] == []
        assert service.ask("GET", where, by="bob").status_code == 404
        refused = everyone(service, "box")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/grantee/name")
        (mine,) = service.ask("GET", "grants?direction=by-me", by="alice").json()["items"]
        assert (mine["id"], mine["state"]) == (given["id"], "suspended")
    with start() as service:
        assert service.ask("GET", where, by="bob").status_code == 200
