"""The trash, over HTTP: alice owns, bob edits, carol reads, dave is a stranger."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jupyter_apex_ws.core.errors import Unavailable
from tests.hub.conftest import Start
from tests.support.local_service import LocalService
from tests.support.waiting import until


@pytest.fixture
def home(service: LocalService) -> Path:
    return service.home("alice")


@pytest.fixture
def share(service: LocalService, home: Path) -> str:
    (home / "data" / "in").mkdir(parents=True)
    (home / "data" / "in" / "a.txt").write_text("a")
    (home / "data" / "b.txt").write_text("b")
    service.share("alice", "data", "carol", "viewer")
    return str(service.share("alice", "data", "bob", "editor")["share"])


def remove(service: LocalService, where: str, by: str) -> int:
    etag = service.ask("HEAD", f"workspaces/{where}", by=by).headers.get("etag")
    headers = {} if etag is None else {"If-Match": etag}
    return service.ask("DELETE", f"workspaces/{where}", by=by, headers=headers).status_code


def trash(service: LocalService, by: str) -> list[dict[str, Any]]:
    answer = service.ask("GET", "trash", by=by)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def restore(service: LocalService, id_: str, by: str) -> tuple[int, dict[str, Any]]:
    answer = service.ask("POST", f"trash/{id_}/restore", by=by)
    return answer.status_code, answer.json()


def test_an_editor_deletes_a_folder_and_takes_it_back(service: LocalService, home: Path, share: str) -> None:
    assert service.ask("DELETE", f"workspaces/{share}/files/in", by="carol").status_code == 403
    assert service.ask("DELETE", f"workspaces/{share}/files/in", by="dave").status_code == 404
    assert service.ask("DELETE", f"workspaces/{share}/files/", by="bob").status_code == 403
    assert service.ask("DELETE", f"workspaces/{share}/files/in", by="bob").status_code == 204
    assert sorted(path.name for path in (home / "data").iterdir()) == ["b.txt"]

    (entry,) = trash(service, "bob")
    assert (entry["workspace"], entry["path"], entry["type"]) == (share, "in", "folder")
    assert (entry["deleted_by"]["name"], entry["permissions"]) == ("bob", ["restore"])
    (owners,) = trash(service, "alice")
    assert (owners["workspace"], owners["path"]) == (home.name, "data/in")
    assert owners["permissions"] == ["restore", "purge"]
    for other in ("carol", "dave"):
        assert trash(service, other) == []
        assert restore(service, entry["id"], other)[0] == 404
        assert service.ask("DELETE", f"trash/{entry['id']}", by=other).status_code == 404
    assert service.ask("DELETE", f"trash/{entry['id']}", by="bob").status_code == 403

    assert restore(service, entry["id"], "bob") == (200, {"workspace": share, "path": "in", "name": "in"})
    assert (home / "data" / "in" / "a.txt").read_text() == "a"
    assert trash(service, "alice") == []
    assert restore(service, entry["id"], "bob")[0] == 404


def test_a_file_comes_back_beside_what_took_its_name(service: LocalService, home: Path, share: str) -> None:
    where = f"{share}/files/b.txt"
    assert service.ask("DELETE", f"workspaces/{where}", by="bob").status_code == 428
    wrong = service.ask("DELETE", f"workspaces/{where}", by="bob", headers={"If-Match": '"x"'})
    assert wrong.status_code == 412
    assert trash(service, "alice") == []
    for text in ("b", "c"):
        (home / "data" / "b.txt").write_text(text)
        assert remove(service, where, "bob") == 204
    (home / "data" / "b.txt").write_text("new")
    names = [restore(service, one["id"], "alice")[1]["path"] for one in trash(service, "alice")]
    assert names == ["data/b (restored).txt", "data/b (restored 2).txt"]
    found = {path.name: path.read_text() for path in (home / "data").glob("b*")}
    assert found == {"b.txt": "new", "b (restored).txt": "c", "b (restored 2).txt": "b"}


def test_grants_inside_wait_in_the_trash_and_end_for_good(
    service: LocalService, home: Path, share: str
) -> None:
    inner = service.share("alice", "data/in", "dave")["share"]
    assert remove(service, f"{share}/files/in", "bob") == 204
    assert service.ask("GET", f"workspaces/{inner}/entries/", by="dave").status_code == 404
    (entry,) = trash(service, "alice")
    (home / "data" / "in").mkdir()
    assert service.ask("GET", f"workspaces/{inner}/entries/", by="dave").status_code == 404
    (home / "data" / "in").rmdir()
    restore(service, entry["id"], "alice")
    assert service.ask("GET", f"workspaces/{inner}/files/a.txt", by="dave").text == "a"

    assert remove(service, f"{home.name}/files/data", "alice") == 204
    (entry,) = trash(service, "alice")
    assert service.ask("DELETE", f"trash/{entry['id']}", by="alice").status_code == 204
    kept = home / ".apex-ws-trash"
    until(lambda: list(kept.iterdir()) == [])
    for id_, by in ((share, "bob"), (inner, "dave")):
        assert service.ask("GET", f"workspaces/{id_}/entries/", by=by).status_code == 404


def test_who_lost_the_right_cannot_undo(service: LocalService, home: Path, share: str) -> None:
    assert remove(service, f"{share}/files/b.txt", "bob") == 204
    (entry,) = trash(service, "bob")
    (grant,) = service.ask("GET", "grants?direction=with-me", by="bob").json()["items"]
    service.ask("PATCH", f"grants/{grant['id']}", by="alice", json={"role": "viewer"})
    assert trash(service, "bob") == []
    assert restore(service, entry["id"], "bob")[0] == 404
    assert restore(service, entry["id"], "alice")[0] == 200


def test_fs_07_nobody_reaches_the_trash_by_a_path(service: LocalService, home: Path, share: str) -> None:
    assert remove(service, f"{share}/files/b.txt", "bob") == 204
    (entry,) = trash(service, "alice")
    body = {"workspace": home.name, "path": ".apex-ws-trash", "role": "viewer"}
    body |= {"grantee": {"kind": "user", "name": "bob"}}  # type: ignore[dict-item]
    assert service.ask("POST", "grants", by="alice", json=body).status_code == 404
    for path in (".apex-ws-trash", f".apex-ws-trash/{entry['id']}"):
        for kind in ("entries", "files"):
            answer = service.ask("GET", f"workspaces/{home.name}/{kind}/{path}", by="alice")
            assert answer.status_code == 404
        assert service.ask("DELETE", f"workspaces/{home.name}/files/{path}", by="alice").status_code == 404
    listed = service.ask("GET", f"workspaces/{home.name}/entries/", by="alice").json()["items"]
    assert [one["name"] for one in listed] == ["data"]


def test_a_link_in_place_of_the_trash_leads_nowhere(
    service: LocalService, home: Path, share: str, tmp_path: Path
) -> None:
    (outside := tmp_path / "outside").mkdir()
    (home / ".apex-ws-trash").symlink_to(outside)
    assert remove(service, f"{share}/files/b.txt", "bob") == 404
    assert list(outside.iterdir()) == []
    assert (home / "data" / "b.txt").read_text() == "b"
    assert trash(service, "alice") == []


def test_it_goes_when_it_was_kept_long_enough(start: Start) -> None:
    with start(trash_seconds=1000.0) as service:
        home = service.home("alice")
        deep = home / "deep"
        (home / "a").mkdir()
        deep.mkdir()
        for _ in range(30):
            (deep := deep / ("x" * 200)).mkdir()
        assert remove(service, f"{home.name}/files/deep", "alice") == 204
        (entry,) = trash(service, "alice")
        assert (home / ".apex-ws-trash" / entry["id"]).is_dir()
        service.clock.ahead = timedelta(seconds=1001)
        until(lambda: list((home / ".apex-ws-trash").iterdir()) == [])
        assert trash(service, "alice") == []


@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("act", ["delete", "restore"])
def test_what_was_cut_off_is_settled_at_the_start(
    start: Start, monkeypatch: pytest.MonkeyPatch, act: str, renamed: bool
) -> None:
    """The process dies after the intent, before or after the rename: old or new, never neither."""
    with start() as service:
        home = service.home("alice")
        (home / "data").mkdir()
        (home / "data" / "a.txt").write_text("a")
        share = service.share("alice", "data", "bob")["share"]
        where = f"{home.name}/files/data"
        if act == "restore":
            assert remove(service, where, "alice") == 204
        store = service.parts.ground.store
        name = "put_in_trash" if act == "delete" else "bring_back"
        real = getattr(store, name)

        def dies(*args: Any, **rest: Any) -> None:
            if renamed:
                real(*args, **rest)
            raise Unavailable("The power is gone.")

        monkeypatch.setattr(store, name, dies)
        monkeypatch.setattr(service.parts.trash, "_settle", lambda id_: None)
        if act == "delete":
            assert service.ask("DELETE", f"workspaces/{where}", by="alice").status_code == 503
        else:
            with service.parts.ground.database.reading() as tx:
                (record,) = tx.trash_of(tx.workspace(home.name).owner, before=1 << 62, limit=5)  # type: ignore[union-attr]
            assert restore(service, record.id, "alice")[0] == 503
    monkeypatch.undo()
    with start() as service:
        deleted = (act == "delete") == renamed
        assert (home / "data" / "a.txt").exists() is not deleted
        assert len(trash(service, "alice")) == deleted
        status = service.ask("GET", f"workspaces/{share}/entries/", by="bob").status_code
        assert status == (404 if deleted else 200)
        for entry in trash(service, "alice"):
            assert restore(service, entry["id"], "alice")[0] == 200
        assert service.ask("GET", f"workspaces/{share}/files/a.txt", by="bob").text == "a"
