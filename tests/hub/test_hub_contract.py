"""What we rely on of the hub's API: the same cases for the fake hub and for a real one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from jupyter_apex_ws.adapters.hub_api import HubApi
from jupyter_apex_ws.core.errors import Unavailable
from jupyter_apex_ws.hub.caller import HubTokenCheck
from tests.support.fake_hub import FakeHub
from tests.support.hub import RealHub

SERVICE_TOKEN_FILE = "service-token"


@dataclass
class Hub:
    """A hub, and what its owner can do to it."""

    url: str
    service_token: str
    token: str
    real: RealHub | None
    fake: FakeHub | None

    def remake(self, name: str) -> None:
        """Remove a person and let somebody else have the name."""
        if self.fake is not None:
            self.fake.remove_person(name)
            self.fake.add_person(name)
        if self.real is not None:
            self.real.api("DELETE", f"users/{name}").raise_for_status()
            self.real.api("POST", f"users/{name}").raise_for_status()


def _real(home: Path) -> Iterator[Hub]:
    with RealHub(home) as hub:
        api = f"{hub.url}/hub/api"
        secret = (hub.state / SERVICE_TOKEN_FILE).read_text().strip()
        yield Hub(api, secret, hub.new_token("alice"), hub, None)


def _fake() -> Iterator[Hub]:
    fake = FakeHub(groups={"hydrology": ["alice", "bob", "carol"]})
    for name in ("alice", "bob", "carol", "dave"):
        fake.add_person(name)
    fake.add_person("admin", admin=True)
    with fake.running():
        yield Hub(fake.url, fake.service_token, fake.new_token("alice"), None, fake)


@pytest.fixture(scope="module", params=["fake", "real"])
def any_hub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    yield from _fake() if request.param == "fake" else _real(tmp_path_factory.mktemp("contract"))


@pytest.fixture
def directory(any_hub: Hub) -> Iterator[HubApi]:
    with HubApi(any_hub.url, any_hub.service_token) as api:
        yield api


def test_people_and_groups(directory: HubApi) -> None:
    people = {user.name: user for user in directory.users()}

    assert {"alice", "bob", "carol", "dave", "admin"} <= people.keys()
    assert people["admin"].admin and not people["alice"].admin
    assert people["alice"].groups == ("hydrology",)
    assert directory.user("alice") == people["alice"]
    assert directory.user("nobody") is None
    assert set(directory.groups()["hydrology"]) == {"alice", "bob", "carol"}


def test_odd_names_are_nobody(directory: HubApi) -> None:
    for name in ("../groups", "a/b", "a b", "ü", "%", "?"):
        assert directory.user(name) is None


def test_an_account_made_anew_has_another_time(any_hub: Hub, directory: HubApi) -> None:
    before = directory.user("dave")
    any_hub.remake("dave")
    after = directory.user("dave")

    assert before is not None and after is not None
    assert before.created < after.created


async def test_a_token_names_its_owner_and_scopes(any_hub: Hub) -> None:
    model = await HubTokenCheck(any_hub.url, any_hub.service_token).model(any_hub.token)

    assert model is not None
    assert (model["kind"], model["name"]) == ("user", "alice")
    scopes = model["scopes"]
    assert isinstance(scopes, list)
    assert {"custom:apex-ws:act!user=alice", "custom:apex-ws:data!user=alice"} <= set(scopes)


async def test_no_token_of_this_hub_is_nobodys(any_hub: Hub) -> None:
    check = HubTokenCheck(any_hub.url, any_hub.service_token)
    assert await check.model("0123456789abcdef") is None


def test_an_unknown_service_is_refused(any_hub: Hub) -> None:
    with HubApi(any_hub.url, "wrong") as api, pytest.raises(Unavailable):
        api.users()


def test_many_people_come_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only at the fake: making 500 accounts at a real hub takes long. What goes meanwhile hides nobody."""
    hub = FakeHub()
    for number in range(500):
        hub.add_person(f"person-{number:03}")
    answered = hub.answer

    def one_goes_with_each_page(path: str, token: str) -> tuple[int, object]:
        answer = answered(path, token)
        gone = next(iter(hub.accounts))
        del hub.accounts[gone]
        return answer

    with hub.running(), HubApi(hub.url, hub.service_token) as api:
        assert len(list(api.users())) == 500
        monkeypatch.setattr(hub, "answer", one_goes_with_each_page)
        found = [user.name for user in api.users()]
        staying = set(hub.accounts)

    assert staying <= set(found)
    assert len(found) == len(set(found))


def test_a_hub_that_answers_nonsense_is_not_available() -> None:
    hub = FakeHub()
    with hub.running(), HubApi(hub.url, hub.service_token) as api:
        for answer in ((200, []), (200, {"items": 5}), (302, {}), (500, {}), (200, "x")):
            hub.answer = lambda path, token, answer=answer: answer  # type: ignore[method-assign, misc]
            with pytest.raises(Unavailable):
                api.groups()
    with HubApi(hub.url, hub.service_token) as api, pytest.raises(Unavailable):
        api.groups()


async def test_a_hub_that_is_down_is_not_available() -> None:
    hub = FakeHub(down=True)
    with hub.running():
        check = HubTokenCheck(hub.url, hub.service_token)
        with pytest.raises(Unavailable):
            await check.model("t")
    with pytest.raises(Unavailable):
        await check.model("t")


def test_the_fake_refuses_like_the_real_one(any_hub: Hub) -> None:
    answer = httpx.get(f"{any_hub.url}/user", headers={"Authorization": "token nonsense"}, trust_env=False)
    assert answer.status_code == 403
