"""ID: who is asking, at a real hub. Nothing but the hub's token of a person decides."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_apex_ws.hub.declared import Needs, declaration_of
from jupyter_apex_ws.hub.routes import all_routes
from tests.support.hub import RealHub
from tests.support.shared_folder import Sharing, write
from tests.support.waiting import until

Route = tuple[str, str]


def every_route() -> list[Route]:
    """Method and path of each, with ids that could be."""
    found = []
    for route in all_routes():
        declaration = declaration_of(route)
        assert declaration is not None
        if declaration.needs is not Needs.NOTHING:
            path = route.path_format.replace("{id}", "w-none").replace("{path}", "a").replace("{user}", "bob")
            found += [(method, path[1:]) for method in sorted(route.methods or ())]
    return found


def named(route: Route) -> str:
    return " ".join(route)


@pytest.fixture(scope="module")
def other_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token that is good, at another hub."""
    with RealHub(tmp_path_factory.mktemp("other")) as hub:
        yield hub.token("alice")


@pytest.fixture(scope="module")
def expired(hub: RealHub) -> str:
    token = hub.new_token("alice", expires_in=1)
    headers = {"Authorization": f"token {token}"}
    until(lambda: hub.http.get("/hub/api/user", headers=headers).status_code == 403, 20)
    return token


@pytest.fixture(scope="module")
def own_token_of_the_service(hub: RealHub) -> str:
    return (hub.state / "service-token").read_text().strip()


def test_id_01_there_are_routes_to_try() -> None:
    assert len(every_route()) == 22
    assert ("GET", "me") in every_route()
    assert ("POST", "spawn/bob") in every_route()


@pytest.mark.parametrize("route", every_route(), ids=named)
def test_id_01_nobody_gets_in_without_a_token_of_a_person(
    hub: RealHub, other_hub: str, expired: str, own_token_of_the_service: str, route: Route
) -> None:
    method, path = route
    good = hub.token("alice")
    headers: list[dict[str, str]] = [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {secrets.token_hex(16)}"},
        {"Authorization": "Bearer " + "x" * 5000},
        {"Authorization": f"Basic {good}"},
        {"Authorization": good},
        {"Authorization": f"Bearer {good} {good}"},
        {"Authorization": f"Bearer {expired}"},
        {"Authorization": f"Bearer {other_hub}"},
        {"Cookie": f"jupyterhub-session-id={good}; token={good}"},
        {"X-Forwarded-User": "alice", "REMOTE_USER": "alice"},
    ]
    if not path.startswith("spawn/"):
        headers.append({"Authorization": f"Bearer {own_token_of_the_service}"})
    url = f"{hub.service_url}/{path}"
    for sent in headers:
        answer = hub.http.request(method, url, headers=sent)
        assert answer.status_code == 401, (sent.keys(), answer.text)
        assert answer.headers["www-authenticate"] == "Bearer"
    in_the_address = hub.http.request(method, f"{url}?token={good}")
    assert in_the_address.status_code == 401
    twice = [("Authorization", f"Bearer {good}"), ("Authorization", f"Bearer {good}")]
    assert hub.http.request(method, url, headers=twice).status_code == 401


def test_id_01_health_needs_none_and_says_nothing(hub: RealHub) -> None:
    answer = hub.http.get(f"{hub.service_url}/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "up"})


def test_id_01_scopes_are_demanded(hub: RealHub, sharing: Sharing) -> None:
    """A kernel's token reaches files and grants nothing; a token of none of ours reaches nothing."""
    write(sharing.folder, a="one")
    grant = sharing.give("bob")
    none = hub.new_token("alice", scopes=["read:users!user=alice"])
    data = hub.new_token("alice", scopes=["custom:apex-ws:data!user=alice"])
    act = hub.new_token("alice", scopes=["custom:apex-ws:act!user=alice"])

    def status(token: str, method: str, path: str, **rest: Any) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return hub.http.request(method, f"{hub.service_url}/{path}", headers=headers, **rest).status_code

    where = f"workspaces/{sharing.home.name}"
    for path in (
        "me",
        "workspaces",
        where,
        f"{where}/entries/",
        f"{where}/files/{sharing.name}/a",
        "search?q=a",
        "grants?direction=by-me",
        f"grants/{grant['id']}",
    ):
        assert [status(token, "GET", path) for token in (none, data, act)] == [403, 200, 200], path
    acting: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "principals?q=bob", {}),
        ("POST", "grants", {"json": sharing.wanted("dave")}),
        ("PATCH", f"grants/{grant['id']}", {"json": {"role": "editor"}}),
        ("DELETE", f"grants/{grant['id']}", {}),
    ]
    for method, path, rest in acting:
        assert [status(token, method, path, **rest) for token in (none, data)] == [403, 403], path
    assert status(act, "PATCH", f"grants/{grant['id']}", json={"note": "n"}) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-User": "alice", "X-Remote-User": "alice", "Remote-User": "alice"},
        {"X-Real-IP": "127.0.0.1", "X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1;by=hub"},
        {"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
        {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE", "X-HTTP-Method": "DELETE"},
        {"X-Original-URL": "/services/apex-ws/v1/health", "X-Rewrite-URL": "/services/apex-ws/v1/health"},
        {"X-Forwarded-Prefix": "/", "X-Forwarded-Proto": "https", "X-Script-Name": "/x"},
    ],
)
def test_id_03_forged_headers_change_nothing(hub: RealHub, sharing: Sharing, headers: dict[str, str]) -> None:
    write(sharing.folder, a="one")
    target = f"workspaces/{sharing.home.name}/files/{sharing.name}/a"
    plain = hub.service("GET", target, by="dave")
    forged = hub.service("GET", target, by="dave", headers=headers)
    assert forged.status_code == plain.status_code == 404
    assert forged.content == plain.content

    mine = hub.service("GET", target, by="alice", headers=headers)
    assert (mine.status_code, mine.text) == (200, "one")
    assert "evil" not in str(mine.headers)
    assert (sharing.folder / "a").exists()
    assert hub.service("GET", "me", by="dave", headers=headers).json()["user"] == "dave"


def test_id_05_names_of_others_in_body_and_path_decide_nothing(hub: RealHub, sharing: Sharing) -> None:
    write(sharing.folder, a="one")
    wish = sharing.wanted("dave", "manager")
    for more in ({"user": "alice"}, {"granted_by": "alice"}, {"as": "alice"}, {"owner": "alice"}):
        assert hub.service("POST", "grants", by="dave", json={**wish, **more}).status_code == 422
    assert hub.service("POST", "grants", by="dave", json=wish).status_code == 404
    for path in ("me?user=alice", "workspaces?owner=alice", "search?q=a&user=alice"):
        assert hub.service("GET", path, by="dave").status_code == 422
    for path in ("me/alice", "workspaces/alice", "workspaces/alice/entries/", "users/alice/me"):
        assert hub.service("GET", path, by="dave").status_code == 404
    for name in ("alice", "dave"):
        assert hub.service("POST", f"spawn/{name}", by="dave").status_code == 401
    assert sharing.status("GET", f"{sharing.home.name}/entries/", "dave") == 404


def test_id_05_a_token_for_somebody_else_is_worth_nothing(hub: RealHub, tmp_path: Path) -> None:
    """What a visitor of alice's server has: a token of his own that carries scopes for hers."""
    answer = hub.api("POST", "users/bob/tokens", by="bob", json={"scopes": ["custom:apex-ws:act!user=alice"]})
    assert answer.status_code in {201, 400, 403}
    if answer.status_code == 201:
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        asked = httpx.get(f"{hub.service_url}/me", headers=headers, trust_env=False)
        assert asked.status_code == 403
