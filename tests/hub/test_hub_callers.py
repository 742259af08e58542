"""Who is behind a token: remembered for seconds, refusals too, and never somebody of before (D9)."""

import asyncio
from collections.abc import Callable, Mapping

import pytest

from jupyter_apex_ws.core.errors import Unauthenticated, Unavailable
from jupyter_apex_ws.core.ports import HubUser
from jupyter_apex_ws.hub import caller as callers_module
from jupyter_apex_ws.hub.caller import Callers


class Hub:
    """The token check and the directory at once."""

    def __init__(self) -> None:
        self.models: dict[str, Mapping[str, object] | None] = {}
        self.created = {"alice": "2026-01-01"}
        self.asked = 0
        self.before_user: Callable[[], None] = lambda: None
        self.down = False

    async def model(self, token: str) -> Mapping[str, object] | None:
        await asyncio.sleep(0)
        self.asked += 1
        if self.down:
            raise Unavailable("The hub is down.")
        return self.models.get(token)

    def user(self, name: str) -> HubUser | None:
        self.before_user()
        created = self.created.get(name)
        return None if created is None else HubUser(name, created, False, ())

    def users(self) -> list[HubUser]:
        return []

    def groups(self) -> dict[str, tuple[str, ...]]:
        return {}


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hub() -> Hub:
    hub = Hub()
    hub.models["t"] = {"kind": "user", "name": "alice", "scopes": ["custom:apex-ws:act!user=alice"]}
    return hub


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def callers(hub: Hub, time: Time) -> Callers:
    return Callers(hub, hub, lambda user: f"p-{user.name}-{user.created}", seconds=30, clock=time)


async def test_a_token_is_asked_again_after_its_time_only(callers: Callers, hub: Hub, time: Time) -> None:
    first = await callers.behind("t")
    asked = hub.asked
    time.now += 29.9
    assert await callers.behind("t") is first
    assert hub.asked == asked

    time.now += 0.2
    again = await callers.behind("t")
    assert again.person == first.person == "p-alice-2026-01-01"
    assert hub.asked == asked + 1


async def test_requests_that_come_together_ask_once(callers: Callers, hub: Hub) -> None:
    found = await asyncio.gather(*(callers.behind("t") for _ in range(50)))
    assert len({caller.person for caller in found}) == 1
    assert hub.asked == 2  # before and after the account was looked up


async def test_one_waiter_that_gives_up_does_not_take_the_others_along(callers: Callers) -> None:
    impatient = asyncio.create_task(callers.behind("t"))
    patient = asyncio.create_task(callers.behind("t"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await patient).name == "alice"


async def test_refusals_are_remembered_shortly_and_bounded(
    callers: Callers, hub: Hub, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers_module, "_REFUSED", 10)
    for number in range(30):
        with pytest.raises(Unauthenticated):
            await callers.behind(f"bad-{number}")
    assert hub.asked == 30
    with pytest.raises(Unauthenticated):
        await callers.behind("bad-29")
    assert hub.asked == 30
    assert len(callers._refused) == 10

    hub.models["bad-29"] = hub.models["t"]
    time.now += 6
    assert (await callers.behind("bad-29")).name == "alice"


async def test_a_token_that_was_revoked_ends_with_its_time(callers: Callers, hub: Hub, time: Time) -> None:
    await callers.behind("t")
    hub.models["t"] = None
    time.now += 30.1
    with pytest.raises(Unauthenticated):
        await callers.behind("t")


async def test_an_account_made_anew_while_the_token_is_looked_at_is_not_taken_for_the_old_one(
    callers: Callers, hub: Hub
) -> None:
    def remade() -> None:
        hub.created["alice"] = "2026-02-02"
        hub.models["t"] = None

    hub.before_user = remade
    with pytest.raises(Unauthenticated):
        await callers.behind("t")


async def test_tokens_of_accounts_that_are_gone_are_asked_at_once(callers: Callers, hub: Hub) -> None:
    await callers.behind("t")
    asked = hub.asked
    callers.forget_except({"alice": "2026-01-01"})
    await callers.behind("t")
    assert hub.asked == asked

    hub.models["t"] = None
    callers.forget_except({"alice": "2026-02-02"})
    with pytest.raises(Unauthenticated):
        await callers.behind("t")


async def test_a_renamed_account_is_looked_up_again(callers: Callers, hub: Hub, time: Time) -> None:
    await callers.behind("t")
    hub.models["t"] = {"kind": "user", "name": "alicia", "scopes": []}
    hub.created["alicia"] = "2026-01-01"
    time.now += 31
    assert (await callers.behind("t")).name == "alicia"


async def test_a_hub_that_is_down_is_never_an_allow(callers: Callers, hub: Hub, time: Time) -> None:
    await callers.behind("t")
    hub.down = True
    assert (await callers.behind("t")).name == "alice"  # within its time
    time.now += 31
    with pytest.raises(Unavailable):
        await callers.behind("t")
    hub.down = False
    assert (await callers.behind("t")).name == "alice"


async def test_a_service_is_no_person(callers: Callers, hub: Hub) -> None:
    hub.models["s"] = {"kind": "service", "name": "alice", "scopes": ["custom:apex-ws:act"]}
    with pytest.raises(Unauthenticated):
        await callers.behind("s")


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        (["custom:apex-ws:act!user=alice"], True),
        (["custom:apex-ws:act"], True),
        (["custom:apex-ws:act!user=bob"], False),
        (["custom:apex-ws:data!user=alice"], False),
        (["custom:apex-ws:act!server=alice/"], False),
        (["access:services", "admin:users"], False),
        ([], False),
        ("custom:apex-ws:act!user=alice", False),
    ],
)
async def test_only_a_scope_for_oneself_counts(callers: Callers, hub: Hub, scopes: object, may: bool) -> None:
    hub.models["t"] = {"kind": "user", "name": "alice", "scopes": scopes}
    assert (await callers.behind("t")).may("act") is may
