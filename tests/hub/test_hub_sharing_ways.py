"""Several at once, who has access and how, shares put away, and what a manager leaves behind, over HTTP."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.local_service import LocalService
from tests.support.waiting import until


@pytest.fixture
def home(service: LocalService) -> Path:
    made = service.home("alice")
    (made / "projects" / "rivers").mkdir(parents=True)
    (made / "projects" / "rivers" / "a.txt").write_text("a")
    for number in range(100):
        (made / f"{number}.txt").write_text("x")
    return made


def bulk(
    service: LocalService, items: list[dict[str, str]], by: str = "alice", **rest: Any
) -> httpx.Response:
    body = {"items": items, "grantee": {"kind": "user", "name": "dave"}, "role": "viewer", **rest}
    return service.ask("POST", "grants/bulk", by=by, json=body)


def named(service: LocalService, *paths: str, owner: str = "alice") -> list[dict[str, str]]:
    return [{"workspace": service.home_id(owner), "path": path} for path in paths]


def with_me(service: LocalService, who: str, **query: str) -> list[str]:
    asked = {"direction": "with-me", **query}
    page = service.ask("GET", "grants", by=who, params=asked).json()
    return sorted(grant["name"] for grant in page["items"])


def test_several_are_shared_at_once(service: LocalService, home: Path) -> None:
    answer = bulk(service, named(service, "0.txt", "1.txt", "projects"), note="all three")
    assert answer.status_code == 201
    assert [grant["name"] for grant in answer.json()["items"]] == ["0.txt", "1.txt", "projects"]
    assert with_me(service, "dave") == ["0.txt", "1.txt", "projects"]


def test_az_19_99_own_and_one_foreign_are_all_refused_and_the_foreign_one_is_not_confirmed(
    service: LocalService, home: Path
) -> None:
    (service.home("bob") / "his.txt").write_text("secret")
    own = named(service, *(f"{number}.txt" for number in range(99)))
    foreign = bulk(service, [*own[:50], *named(service, "his.txt", owner="bob"), *own[50:]])
    absent = bulk(service, [*own[:50], *named(service, "none.txt", owner="bob"), *own[50:]])
    nowhere = bulk(service, [*own[:50], {"workspace": "w-nobody", "path": "his.txt"}, *own[50:]])
    assert foreign.status_code == 404
    assert foreign.content == absent.content == nowhere.content
    assert foreign.json()["errors"] == []
    assert with_me(service, "dave") == []
    assert service.ask("GET", "grants?direction=by-me", by="alice").json()["items"] == []
    assert service.ask("GET", "grants?direction=by-me", by="bob").json()["items"] == []


def test_what_may_be_known_of_refused_ones_is_said_of_each(service: LocalService, home: Path) -> None:
    service.share("alice", "1.txt", "dave")
    taken = bulk(service, named(service, "0.txt", "1.txt"))
    assert (taken.status_code, [error["pointer"] for error in taken.json()["errors"]]) == (409, ["/items/1"])
    role = bulk(service, named(service, "projects", "0.txt", "2.txt"), role="contributor")
    assert (role.status_code, [error["pointer"] for error in role.json()["errors"]]) == (
        422,
        ["/items/1", "/items/2"],
    )
    share = service.share("alice", "projects", "bob", "editor")["share"]
    may_not = bulk(service, [{"workspace": share, "path": "rivers"}], by="bob")
    assert (may_not.status_code, may_not.json()["errors"][0]["pointer"]) == (403, "/items/0")
    assert with_me(service, "dave") == ["1.txt"]


@pytest.mark.parametrize("wrong", [{"items": []}, {"role": "owner"}, {"granted_by": "p-x"}, {"id": "g-1"}])
def test_az_17_bulk_takes_its_fields_and_no_other(
    service: LocalService, home: Path, wrong: dict[str, Any]
) -> None:
    body: dict[str, Any] = {"grantee": {"kind": "user", "name": "dave"}, "role": "viewer"}
    body |= {"items": named(service, "0.txt")} | wrong
    assert service.ask("POST", "grants/bulk", by="alice", json=body).status_code == 422


def test_at_most_a_hundred(service: LocalService, home: Path) -> None:
    paths = [f"{number}.txt" for number in range(100)]
    assert bulk(service, named(service, *paths, "projects")).status_code == 422
    assert bulk(service, named(service, *paths)).status_code == 201


def access(service: LocalService, where: str, by: str, **query: str) -> httpx.Response:
    return service.ask("GET", f"workspaces/{where}", by=by, params=query)


def test_who_has_access_and_how(service: LocalService, home: Path) -> None:
    service.share("alice", "projects", "hydrology", "viewer")
    service.share("alice", "projects/rivers", "bob", "editor", expires_at="2099-01-01T00:00:00Z")
    service.share("alice", "projects/rivers", "dave", "contributor")
    where = f"{home.name}/access/projects/rivers"
    page = access(service, where, "alice").json()
    told = {each["principal"]["name"]: each for each in page["items"]}
    assert [each["principal"]["name"] for each in page["items"]] == [
        "alice",
        "bob",
        "carol",
        "dave",
        "hydrology",
    ]
    assert [way["kind"] for way in told["alice"]["ways"]] == ["owner"]
    assert told["bob"]["role"] == "editor" and told["bob"]["expires_at"] is None
    bobs = {way["kind"]: way for way in told["bob"]["ways"]}
    assert bobs["grant"]["folder"] is None
    assert bobs["group"]["through"]["name"] == "hydrology"
    assert bobs["group"]["folder"] == {"workspace": home.name, "path": "projects", "name": "projects"}
    assert told["dave"]["permissions"] == ["create"]
    assert [way["kind"] for way in told["carol"]["ways"]] == ["group"]

    paged, cursor = [], None
    for _ in range(5):
        query = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        answer = access(service, where, "alice", **query).json()
        paged += answer["items"]
        cursor = answer["next_cursor"]
    assert cursor is None and paged == page["items"]
    assert access(service, where, "alice", cursor="!").status_code == 422


def test_az_07_a_manager_is_told_of_no_way_from_above_his_share(service: LocalService, home: Path) -> None:
    service.share("alice", "projects", "dave", "viewer")
    share = service.share("alice", "projects/rivers", "bob", "manager")["share"]
    answer = access(service, f"{share}/access/a.txt", "bob")
    assert [each["principal"]["name"] for each in answer.json()["items"]] == ["alice", "bob"]
    assert answer.json()["items"][1]["ways"][0]["folder"] == {
        "workspace": share,
        "path": "",
        "name": "rivers",
    }
    assert "projects" not in answer.text
    assert access(service, f"{home.name}/access/projects", "bob").status_code == 404
    assert access(service, f"{home.name}/access/projects/rivers", "dave").status_code == 403
    assert access(service, f"{home.name}/access/projects/none", "carol").status_code == 404


def hide(service: LocalService, grant: str, who: str, hidden: bool) -> httpx.Response:
    return service.ask("PUT", f"shares/{grant}/hidden", by=who, json={"hidden": hidden})


def test_d11_a_share_is_put_away_for_oneself_and_brought_back(service: LocalService, home: Path) -> None:
    (home / "projects" / "findme.txt").write_text("x")
    given = service.share("alice", "projects", "hydrology")
    until(lambda: service.ask("GET", "search?q=findme", by="bob").json()["items"])

    answer = hide(service, given["id"], "bob", True)
    assert (answer.status_code, answer.json()["workspace"]) == (200, given["share"])
    assert with_me(service, "bob") == []
    assert with_me(service, "bob", hidden="true") == ["projects"]
    assert with_me(service, "carol") == ["projects"]
    assert service.ask("GET", "search?q=findme", by="bob").json()["items"] == []
    # Put away, not lost: who has its address opens it.
    assert service.ask("GET", f"workspaces/{given['share']}/entries/", by="bob").status_code == 200

    assert hide(service, given["id"], "bob", True).status_code == 200
    assert hide(service, given["id"], "bob", False).status_code == 200
    assert (with_me(service, "bob"), with_me(service, "bob", hidden="true")) == (["projects"], [])


def test_only_a_receiver_puts_it_away(service: LocalService, home: Path) -> None:
    given = service.share("alice", "projects", "bob")
    absent = hide(service, "g-none", "dave", True)
    for who in ("dave", "alice"):
        refused = hide(service, given["id"], who, True)
        assert (refused.status_code, refused.content) == (404, absent.content)
    assert with_me(service, "bob") == ["projects"]
    wrong = service.ask("GET", "grants?direction=by-me&hidden=true", by="alice")
    assert wrong.status_code == 422


def test_d12_grants_of_a_manager_who_left_stay_until_the_owner_revokes_them_in_one_act(
    service: LocalService, home: Path
) -> None:
    given = service.share("alice", "projects", "bob", "manager")
    service.share("alice", "0.txt", "carol")
    body = {"role": "viewer", "workspace": given["share"]}
    for path, name in (("", "dave"), ("rivers", "carol")):
        grantee = {"kind": "user", "name": name}
        answer = service.ask("POST", "grants", by="bob", json={**body, "path": path, "grantee": grantee})
        assert answer.status_code == 201
    assert service.ask("DELETE", f"grants/{given['id']}", by="alice").status_code == 204
    assert (with_me(service, "dave"), with_me(service, "carol")) == (["projects"], ["0.txt", "rivers"])

    bob = {"granted_by": {"kind": "user", "name": "bob"}}
    assert service.ask("POST", "grants/revoke-given", by="dave", json=bob).json() == {"revoked": 0}
    assert with_me(service, "dave") == ["projects"]
    assert service.ask("POST", "grants/revoke-given", by="alice", json=bob).json() == {"revoked": 2}
    assert (with_me(service, "dave"), with_me(service, "carol")) == ([], ["0.txt"])
    # What the owner gave herself is not given by another: her own name ends nothing.
    alice = {"granted_by": {"kind": "user", "name": "alice"}}
    assert service.ask("POST", "grants/revoke-given", by="alice", json=alice).json() == {"revoked": 0}
    assert with_me(service, "carol") == ["0.txt"]
