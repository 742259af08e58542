"""Listings and the acts on entries, over HTTP."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.local_service import LocalService


@pytest.fixture
def home(service: LocalService) -> Path:
    return service.home("alice")


def entries(service: LocalService, where: str, by: str = "alice") -> httpx.Response:
    return service.ask("GET", f"workspaces/{where}", by=by)


def act(service: LocalService, where: str, by: str = "alice", **body: str) -> httpx.Response:
    return service.ask("POST", f"workspaces/{where}", by=by, json=body)


def names(page: dict[str, Any]) -> list[str]:
    return [item["name"] for item in page["items"]]


def test_a_listing_has_folders_first_and_no_dot_names(service: LocalService, home: Path) -> None:
    for name in ("b", "A", ".git"):
        (home / name).mkdir()
    for name in ("z.txt", "Y.txt", "a.ipynb", ".env"):
        (home / name).write_text(name)
    (home / "link").symlink_to("/etc/passwd")
    os.mkfifo(home / "pipe")
    page = entries(service, f"{home.name}/entries/").json()

    assert names(page) == ["A", "b", "a.ipynb", "Y.txt", "z.txt"]
    assert page["entry"]["path"] == ""
    assert page["items"][2] | {"modified_at": "", "etag": ""} == {
        "name": "a.ipynb",
        "path": "a.ipynb",
        "entry": None,
        "type": "file",
        "kind": "notebook",
        "size": 7,
        "modified_at": "",
        "media_type": "application/x-ipynb+json",
        "etag": "",
        "permissions": ["list", "read", "create", "write", "rename", "delete", "share"],
        "shared": False,
    }
    for hidden in (".git", ".env", "link", "pipe"):
        assert entries(service, f"{home.name}/entries/{hidden}").status_code == 404


def test_a_file_is_one_entry_without_items(service: LocalService, home: Path) -> None:
    (home / "a.txt").write_text("a")
    page = entries(service, f"{home.name}/entries/a.txt").json()
    assert (page["entry"]["name"], page["items"], page["next_cursor"]) == ("a.txt", [], None)


def test_pages_follow_a_place_and_not_a_number(service: LocalService, home: Path) -> None:
    for number in range(25):
        (home / f"n{number:02}").write_text("")
    (home / "folder").mkdir()
    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        page = entries(service, f"{home.name}/entries/?limit=5{cursor}").json()
        seen += names(page)
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
        if len(seen) == 10:  # what comes and goes between two pages repeats and hides nothing else
            (home / "n00").unlink()
            (home / "a-new").write_text("")

    assert seen == ["folder", *(f"n{number:02}" for number in range(25))]


def test_cursors_of_others_are_refused(service: LocalService, home: Path) -> None:
    for cursor in ("x", "!", "AAAA", "ZA", "Zi4u", "a" * 300):
        answer = entries(service, f"{home.name}/entries/?cursor={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?cursor"), cursor


def test_impossible_times_are_told_as_the_nearest(service: LocalService, home: Path) -> None:
    for name, seconds in (("old", -5_000_000_000), ("far", 9_000_000_000)):
        (home / name).write_text("")
        os.utime(home / name, (seconds, seconds))
    page = entries(service, f"{home.name}/entries/").json()
    assert {item["name"]: item["modified_at"][:4] for item in page["items"]}["old"] == "1970"


def test_folders_are_made_and_moved(service: LocalService, home: Path) -> None:
    made = act(service, f"{home.name}/entries/new%20folder", operation="mkdir")
    assert (made.status_code, made.json()["path"]) == (201, "new folder")
    assert act(service, f"{home.name}/entries/new%20folder", operation="mkdir").status_code == 409
    assert act(service, f"{home.name}/entries/no/where", operation="mkdir").status_code == 404
    assert act(service, f"{home.name}/entries/", operation="mkdir").status_code in {403, 409}

    moved = act(service, f"{home.name}/entries/new%20folder", operation="move", to="other")
    assert (moved.status_code, moved.json()["path"]) == (200, "other")
    (home / "third").mkdir()
    assert act(service, f"{home.name}/entries/other", operation="move", to="third").status_code == 409
    assert act(service, f"{home.name}/entries/other", operation="move", to="other/in").status_code == 409
    for nowhere in ("../out", "/etc", "a//b", ".", "a/../b", "", "x\u0000"):
        answer = act(service, f"{home.name}/entries/other", operation="move", to=nowhere)
        assert answer.status_code in {403, 409, 422}, nowhere
    assert act(service, f"{home.name}/entries/other", operation="move", to=".hidden").status_code == 404
    assert sorted(path.name for path in home.iterdir()) == ["other", "third"]


def test_a_share_follows_its_folder(service: LocalService, home: Path) -> None:
    """Renamed through us, by the owner's server (told), and by somebody who tells nobody (found again)."""
    (home / "data").mkdir()
    (home / "data" / "a.txt").write_text("a")
    share = service.share("alice", "data", "bob")["share"]

    def bob_sees() -> int:
        return entries(service, f"{share}/entries/a.txt", by="bob").status_code

    assert bob_sees() == 200
    assert act(service, f"{home.name}/entries/data", operation="move", to="two").status_code == 200
    assert bob_sees() == 200
    (home / "two").rename(home / "three")
    assert act(service, f"{home.name}/entries/two", operation="moved", to="three").status_code == 204
    assert bob_sees() == 200
    assert names(entries(service, f"{share}/entries/", by="bob").json()) == ["a.txt"]


def test_another_folder_of_the_name_never_gets_the_share(service: LocalService, home: Path) -> None:
    (home / "data").mkdir()
    share = service.share("alice", "data", "bob")["share"]
    (home / "data").rename(home / "moved away")
    (home / "data").mkdir()
    (home / "data" / "secret").write_text("s")

    assert entries(service, f"{share}/entries/secret", by="bob").status_code == 404


def test_what_was_deleted_takes_its_grants_along(service: LocalService, home: Path) -> None:
    (home / "data").mkdir()
    grant = service.share("alice", "data", "bob")
    (home / "data").rmdir()
    assert act(service, f"{home.name}/entries/data", operation="deleted").status_code == 204
    (home / "data").mkdir()

    assert entries(service, f"{grant['share']}/entries/", by="bob").status_code == 404
    assert service.ask("GET", f"grants/{grant['id']}", by="alice").status_code == 404


def test_a_notice_that_lies_changes_nothing(service: LocalService, home: Path) -> None:
    """The owner's server is hostile: what is on the disk decides (P10)."""
    (home / "data").mkdir()
    (home / "data" / "a.txt").write_text("a")
    share = service.share("alice", "data", "bob")["share"]
    assert act(service, f"{home.name}/entries/data", operation="moved", to="nowhere").status_code == 204
    assert act(service, f"{home.name}/entries/data", operation="deleted").status_code == 204
    assert entries(service, f"{share}/entries/a.txt", by="bob").status_code == 200


def test_a_viewer_changes_nothing_and_an_editor_not_the_share_itself(
    service: LocalService, home: Path
) -> None:
    (home / "data" / "in").mkdir(parents=True)
    (home / "data" / "a.txt").write_text("a")
    share = service.share("alice", "data", "bob", "viewer")["share"]
    service.share("alice", "data", "carol", "editor")

    for by, status in (("bob", 403), ("dave", 404)):
        assert act(service, f"{share}/entries/new", by, operation="mkdir").status_code == status
        assert act(service, f"{share}/entries/a.txt", by, operation="move", to="b").status_code == status
        assert act(service, f"{share}/entries/a.txt", by, operation="moved", to="b").status_code == status
        assert act(service, f"{share}/entries/a.txt", by, operation="deleted").status_code == status
    assert act(service, f"{share}/entries/a.txt", "carol", operation="move", to="b.txt").status_code == 200
    assert act(service, f"{share}/entries/", "carol", operation="move", to="x").status_code == 403
    assert act(service, f"{share}/entries/b.txt", "carol", operation="deleted").status_code == 403
    assert act(service, f"{share}/entries/b.txt", "carol", operation="moved", to="c").status_code == 403
    assert act(service, f"{share}/entries/b.txt", "carol", operation="move", to="in/b").status_code == 200
    assert sorted(path.name for path in (home / "data").iterdir()) == ["in"]
