"""AZ: who may what, at a real hub with real accounts."""

import json
from typing import Any

import pytest

from tests.support.hub import RealHub
from tests.support.shared_folder import Sharing, write

EVERY_VERB: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "files", {}),
    ("HEAD", "files", {}),
    ("GET", "files", {"headers": {"Range": "bytes=0-1"}}),
    ("GET", "files", {"headers": {"If-None-Match": "*"}}),
    ("PUT", "files", {"content": b"x", "headers": {"If-Match": '"e"'}}),
    ("PUT", "files", {"content": b"x", "headers": {"If-None-Match": "*"}}),
    ("PUT", "files", {"content": b"x"}),
    ("DELETE", "files", {"headers": {"If-Match": '"e"'}}),
    ("DELETE", "files", {}),
    ("GET", "entries", {}),
    ("POST", "entries", {"json": {"operation": "mkdir"}}),
    ("POST", "entries", {"json": {"operation": "move", "to": "x"}}),
    ("POST", "entries", {"json": {"operation": "moved", "to": "x"}}),
    ("POST", "entries", {"json": {"operation": "deleted"}}),
)


def test_az_01_a_stranger_with_an_id_gets_404_for_every_verb(hub: RealHub, sharing: Sharing) -> None:
    write(sharing.folder, a="one", sub__b="two")
    grant = sharing.give("bob", "editor")
    before = sharing.tree()
    places = [
        (sharing.home.name, f"{sharing.name}/a", f"{sharing.name}/none"),
        (sharing.home.name, sharing.name, "none"),
        (grant["share"], "a", "none"),
        (grant["share"], "", "none"),
        (grant["id"], "a", "none"),
    ]
    for id_, path, absent in places:
        for method, kind, rest in EVERY_VERB:
            known = hub.service(method, f"workspaces/{id_}/{kind}/{path}", by="dave", **rest)
            nobodys = hub.service(method, f"workspaces/s-none/{kind}/{absent}", by="dave", **rest)
            assert known.status_code == 404, (method, kind, id_, path)
            assert known.content == nobodys.content
    for method, rest in (
        ("GET", {}),
        ("PATCH", {"json": {"role": "viewer"}}),
        ("DELETE", {}),
    ):
        assert hub.service(method, f"grants/{grant['id']}", by="dave", **rest).status_code == 404
    assert hub.service("POST", "grants", by="dave", json=sharing.wanted("carol")).status_code == 404
    assert sharing.tree() == before


def test_az_03_an_editor_does_not_pass_on_raise_or_prolong(hub: RealHub, sharing: Sharing) -> None:
    write(sharing.folder, a="one")
    soon = "2036-01-01T00:00:00Z"
    grant = sharing.give("bob", "editor", expires_at=soon)
    share = grant["share"]
    wishes: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "grants", sharing.wanted("dave")),
        ("POST", "grants", {**sharing.wanted("dave"), "workspace": share, "path": ""}),
        ("POST", "grants", {**sharing.wanted("dave"), "workspace": share, "path": "a"}),
        ("POST", "grants", {**sharing.wanted("bob", "manager"), "workspace": share, "path": ""}),
        ("PATCH", f"grants/{grant['id']}", {"role": "manager"}),
        ("PATCH", f"grants/{grant['id']}", {"expires_at": None}),
        ("PATCH", f"grants/{grant['id']}", {"expires_at": "2037-01-01T00:00:00Z"}),
        ("PATCH", f"grants/{grant['id']}", {"note": "mine"}),
    ]
    for method, path, body in wishes:
        assert hub.service(method, path, by="bob", json=body).status_code == 403, body
    assert hub.service("DELETE", f"grants/{grant['id']}", by="bob").status_code == 403

    after = hub.service("GET", f"grants/{grant['id']}", by="alice").json()
    assert (after["role"], after["expires_at"], after["note"]) == ("editor", soon, None)
    assert sharing.status("GET", f"{share}/entries/", "dave") == 404


def test_az_03_a_manager_passes_on_but_not_to_himself(hub: RealHub, sharing: Sharing) -> None:
    grant = sharing.give("bob", "manager", expires_at="2036-01-01T00:00:00Z")
    body = {"workspace": grant["share"], "path": "", "role": "manager"}
    for name, status in (("carol", 201), ("bob", 422), ("alice", 422)):
        wish = {**body, "grantee": {"kind": "user", "name": name}}
        if name == "carol":
            wish["expires_at"] = "2035-01-01T00:00:00Z"
        assert hub.service("POST", "grants", by="bob", json=wish).status_code == status, name
    for change in ({"expires_at": None}, {"role": "viewer"}):
        assert hub.service("PATCH", f"grants/{grant['id']}", by="bob", json=change).status_code == 403
    lists = hub.service("GET", f"grants?workspace={grant['share']}&path=", by="bob").json()["items"]
    for one in lists:
        if one["grantee"]["name"] == "carol":
            assert sharing.revoke(one, by="bob") == 204


def test_az_07_nothing_from_above_a_share(hub: RealHub, sharing: Sharing) -> None:
    write(sharing.folder, secret__plan="s", secret__open__a="a", secret__sibling__b="b", top="t")
    share = sharing.give("bob", path="secret/open")["share"]
    home = sharing.home.name
    above = [
        f"{home}/entries/",
        f"{home}/entries/{sharing.name}",
        f"{home}/entries/{sharing.name}/secret",
        f"{home}/entries/{sharing.name}/secret/sibling",
        f"{home}/files/{sharing.name}/secret/plan",
        f"{home}/files/{sharing.name}/top",
    ]
    for path in above:
        assert sharing.status("GET", path, "bob") == 404, path
    assert hub.service("GET", f"workspaces/{home}", by="bob").status_code == 404
    assert hub.service("GET", f"grants?workspace={home}&path={sharing.name}", by="bob").status_code == 404
    wire = sharing.wire("bob")
    for up in (b"..", b"../plan", b"%2e%2e/plan", b"a/../../plan", b".%2e%2fplan", b"../../top"):
        for kind in (b"files", b"entries"):
            target = b"workspaces/" + share.encode() + b"/" + kind + b"/" + up
            assert wire.ask("GET", target).status in {400, 404}, up

    told = [
        hub.service("GET", f"workspaces/{share}/entries/", by="bob"),
        hub.service("GET", f"workspaces/{share}/entries/a", by="bob"),
        hub.service("GET", f"workspaces/{home}/entries/{sharing.name}/secret/open", by="bob"),
        hub.service("GET", "grants?direction=with-me&limit=1000", by="bob"),
        hub.service("GET", "search?q=a", by="bob"),
        hub.service("GET", "search?q=open", by="bob"),
    ]
    assert [answer.status_code for answer in told] == [200] * 6
    for answer in (*told[:2], *told[3:]):
        assert sharing.name not in answer.text
        assert home not in answer.text
    for answer in told:
        assert "plan" not in answer.text and "sibling" not in answer.text and '"top"' not in answer.text


def test_az_07_a_link_upward_leads_nowhere(sharing: Sharing) -> None:
    write(sharing.folder, secret="s", open__a="a")
    (sharing.folder / "open" / "up").symlink_to("..")
    (sharing.folder / "open" / "file").symlink_to("../secret")
    share = sharing.give("bob", "editor", path="open")["share"]
    for path in ("entries/up", "files/up/secret", "files/file", "entries/file"):
        assert sharing.status("GET", f"{share}/{path}", "bob") == 404
    write_new = {"content": b"x", "headers": {"If-None-Match": "*"}}
    assert sharing.status("PUT", f"{share}/files/up/new", "bob", **write_new) == 404
    assert not (sharing.folder / "new").exists()


@pytest.mark.parametrize("folder_to", ["group", "person"])
def test_az_09_rights_add_up(hub: RealHub, sharing: Sharing, folder_to: str) -> None:
    """Viewer of the folder and editor of the child: editor on the child only. The reverse: editor on both."""
    write(sharing.folder, a="a", child__b="b")
    outer, inner = ("hydrology", "bob") if folder_to == "group" else ("bob", "hydrology")
    share = sharing.give(outer, "viewer")["share"]
    sharing.give(inner, "editor", path="child")

    def save(path: str) -> int:
        new = {"content": b"x", "headers": {"If-None-Match": "*"}}
        return sharing.status("PUT", f"{share}/files/{path}", "bob", **new)

    assert (save("new"), save("child/new")) == (403, 201)
    listed = hub.service("GET", f"workspaces/{share}/entries/", by="bob").json()
    assert "create" not in listed["entry"]["permissions"]
    assert {item["name"]: "write" in item["permissions"] for item in listed["items"]} == {
        "a": False,
        "child": True,
    }


@pytest.mark.parametrize("folder_to", ["group", "person"])
def test_az_09_a_weaker_grant_never_lowers(hub: RealHub, sharing: Sharing, folder_to: str) -> None:
    write(sharing.folder, child__b="b")
    outer, inner = ("hydrology", "bob") if folder_to == "group" else ("bob", "hydrology")
    share = sharing.give(outer, "editor")["share"]
    weak = sharing.give(inner, "viewer", path="child")["share"]
    for path in (f"{share}/files/new", f"{share}/files/child/new", f"{weak}/files/other"):
        new = {"content": b"x", "headers": {"If-None-Match": "*"}}
        assert sharing.status("PUT", path, "bob", **new) == 201, path


def test_az_17_fields_of_ours_are_never_taken(hub: RealHub, sharing: Sharing) -> None:
    grant = sharing.give("bob")
    before = hub.service("GET", f"grants/{grant['id']}", by="alice").json()
    ours = {
        "owner": {"kind": "user", "name": "bob"},
        "granted_by": {"kind": "user", "name": "bob"},
        "id": "g-mine",
        "created_at": "2020-01-01T00:00:00Z",
        "state": "active",
        "permissions": ["delete"],
        "inherited_from": "",
        "workspace_id": "w-1",
        "__proto__": {},
    }
    for field, value in ours.items():
        new = hub.service("POST", "grants", by="alice", json={**sharing.wanted("carol"), field: value})
        change = hub.service("PATCH", f"grants/{grant['id']}", by="alice", json={"note": "n", field: value})
        assert (new.status_code, change.status_code) == (422, 422), field
        assert f"/{field}" in [error["pointer"] for error in change.json()["errors"]]
    for role in ("owner", "admin", "commentator", "", None, 4):
        body = json.dumps({**sharing.wanted("carol"), "role": role})
        answer = hub.service(
            "POST", "grants", by="alice", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 422, role
    for fixed in ({"workspace": "w-1"}, {"path": ""}, {"grantee": {"kind": "user", "name": "carol"}}):
        answer = hub.service("PATCH", f"grants/{grant['id']}", by="alice", json=fixed)
        assert answer.status_code == 422, fixed
    move = {"operation": "move", "to": "x", "owner": "bob"}
    assert sharing.status("POST", f"{sharing.home.name}/entries/{sharing.name}", "alice", json=move) == 422

    assert hub.service("GET", f"grants/{grant['id']}", by="alice").json() == before
