"""Who is known, and what stays of an account that is gone (D9), over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jupyter_apex_ws.core.errors import TooMany
from jupyter_apex_ws.hub import background
from jupyter_apex_ws.hub.limiter import Limiter
from tests.hub.conftest import Start
from tests.support.fake_hub import FakeHub
from tests.support.local_service import LocalService
from tests.support.waiting import until


def test_me(service: LocalService) -> None:
    until(lambda: service.ask("GET", "me", by="alice").json()["teams"])
    me = service.ask("GET", "me", by="alice").json()

    assert (me["user"], me["display_name"], me["roles"]) == ("alice", "alice", [])
    assert me["teams"] == [{"kind": "group", "name": "hydrology", "display_name": "hydrology", "members": 3}]
    assert me["personal_workspace"].startswith("w-")
    assert me["limits"] == {"max_file_bytes": 5 * 1024**3, "max_grant_seconds": None}
    assert abs(datetime.fromisoformat(me["now"]) - datetime.now(UTC)) < timedelta(seconds=5)
    assert service.ask("GET", "me", by="admin").json()["roles"] == ["admin"]


def test_ones_own_workspace_and_no_others(service: LocalService) -> None:
    home = service.home_id("alice")
    listed = service.ask("GET", "workspaces", by="alice").json()["items"]

    assert [workspace["id"] for workspace in listed] == [home]
    assert service.ask("GET", f"workspaces/{home}", by="alice").json() == listed[0]
    assert service.ask("GET", f"workspaces/{home}", by="bob").status_code == 404


def test_people_are_found_that_never_were_here(service: LocalService) -> None:
    def found(text: str) -> list[str]:
        answer = service.ask("GET", f"principals?q={text}", by="alice")
        return [item["name"] for item in answer.json()["items"]]

    until(lambda: found("hydro") == ["hydrology"])
    assert found("da") == ["dave"]
    assert found("alice") == []


def test_somebody_new_can_be_shared_with_at_once(start: Start) -> None:
    """Before the next reading of the hub's list."""
    with start(people_seconds=100.0) as service:
        (service.home("alice") / "data").mkdir()
        service.hub.add_person("erin")
        service.share("alice", "data", "erin")
        assert len(service.ask("GET", "grants?direction=with-me", by="erin").json()["items"]) == 1
        body = {"workspace": service.home_id("alice"), "path": "data", "role": "viewer"}
        body["grantee"] = {"kind": "user", "name": "nobody"}
        answer = service.ask("POST", "grants", by="alice", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/grantee/name")


@pytest.mark.parametrize("name", [".", ".."])
def test_a_name_that_means_another_address_is_nobodys(service: LocalService, name: str) -> None:
    (service.home("alice") / "data").mkdir()
    grantee = {"kind": "user", "name": name}
    body = {"workspace": service.home_id("alice"), "path": "data", "role": "viewer", "grantee": grantee}
    answer = service.ask("POST", "grants", by="alice", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/grantee/name"]


@pytest.mark.parametrize("model", [[], "alice", 5, {"kind": "user"}, {"kind": "user", "name": None}])
def test_rc_07_an_answer_that_is_no_hubs_is_a_503(service: LocalService, model: Any) -> None:
    service.hub.tokens["odd"] = model
    answer = service.http.get(f"{service.url}/me", headers={"Authorization": "Bearer odd"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_rc_07_groups_that_nobody_tells_of_let_nobody_in(
    start: Start, fake_hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_GROUPS_SECONDS", 1.0)
    answered = fake_hub.answer
    with start() as service:
        service.ask("GET", "me", by="bob").raise_for_status()
        monkeypatch.setattr(
            fake_hub,
            "answer",
            lambda path, token: (500, {}) if path.startswith("/hub/api/groups") else answered(path, token),
        )
        until(lambda: service.ask("GET", "me", by="bob").status_code == 503)
        monkeypatch.setattr(fake_hub, "answer", answered)
        until(lambda: service.ask("GET", "me", by="bob").status_code == 200)


def test_names_cannot_be_collected_fast(service: LocalService) -> None:
    statuses = [
        service.ask("GET", f"principals?q={number:03}", by="alice").status_code for number in range(90)
    ]
    assert statuses[:60] == [200] * 60
    assert 429 in statuses
    assert service.ask("GET", "principals?q=al", by="bob").status_code == 200


def test_the_limiter_fills_again_and_forgets() -> None:
    now = [0.0]
    limiter = Limiter(burst=2, rate=1.0, clock=lambda: now[0])
    limiter.take("a")
    limiter.take("a")
    with pytest.raises(TooMany):
        limiter.take("a")
    now[0] = 1.0
    limiter.take("a")
    for number in range(10_001):
        limiter.take(f"k{number}")
    now[0] = 100.0
    limiter.take("last")
    assert len(limiter._buckets) == 1


def test_a_name_that_is_used_again_is_somebody_else(service: LocalService) -> None:
    home = service.home("bob")
    (home / "mine.txt").write_text("bob's")
    (service.home("alice") / "data").mkdir()
    grant = service.share("alice", "data", "bob")
    old = service.tokens.pop("bob")
    assert service.ask("GET", f"workspaces/{grant['share']}/entries/", by="bob").status_code == 200

    service.hub.remove_person("bob")
    service.hub.add_person("bob")
    service.tokens.clear()
    assert service.home_id("bob") != home.name
    assert service.ask("GET", "grants?direction=with-me", by="bob").json()["items"] == []
    for path in (f"workspaces/{grant['share']}/entries/", f"workspaces/{home.name}/files/mine.txt"):
        assert service.ask("GET", path, by="bob").status_code == 404
    service.tokens["bob"] = old
    until(lambda: service.ask("GET", "me", by="bob").status_code == 401)


def test_the_spawner_gets_a_workspace_with_its_folder(service: LocalService) -> None:
    def spawn(name: str, token: str) -> tuple[int, dict[str, str]]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = service.ask("POST", f"spawn/{name}", by=None, headers=headers)
        return answer.status_code, answer.json()

    status, plan = spawn("carol", service.hub.service_token)
    assert status == 200
    assert (service.parts.settings.workspaces / plan["workspace"]).is_dir()
    assert plan["workspace"] == service.home_id("carol")
    assert spawn("carol", service.hub.service_token)[1] == plan
    assert spawn("nobody", service.hub.service_token)[0] == 404
    assert spawn("carol", service.token("carol"))[0] == 401
    assert spawn("carol", service.hub.new_service_token("other"))[0] == 401


def test_a_hub_that_is_down_is_a_503(start: Start) -> None:
    with start(token_seconds=0.5) as service:
        service.home_id("alice")
        service.hub.down = True
        until(lambda: service.ask("GET", "me", by="alice").status_code == 503)
        answer = service.ask("GET", "me", by="bob")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert service.ask("GET", "health", by=None).status_code == 200
        service.hub.down = False
        assert service.ask("GET", "me", by="alice").status_code == 200
