"""EX: grants that end by the clock, at a real hub."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.hub import RealHub
from tests.support.shared_folder import Sharing, write


def test_ex_01_access_ends_at_the_instant(hub: RealHub, sharing: Sharing) -> None:
    write(sharing.folder, a="one")
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
    share = sharing.give("bob", "editor", expires_at=ends.isoformat())["share"]

    def statuses() -> tuple[int, int, int, int, int]:
        new = {"content": b"x", "headers": {"If-None-Match": "*"}}
        listed = hub.service("GET", "grants?direction=with-me&limit=1000", by="bob").json()["items"]
        return (
            sharing.status("GET", f"{share}/entries/", "bob"),
            sharing.status("GET", f"{share}/files/a", "bob"),
            sharing.status("PUT", f"{share}/files/n{time.monotonic_ns()}", "bob", **new),
            sharing.status("GET", f"{sharing.home.name}/files/{sharing.name}/a", "bob"),
            sum(item["workspace"] == share for item in listed),
        )

    _sleep_until(ends - timedelta(seconds=1))
    assert statuses() == (200, 200, 201, 200, 1)
    _sleep_until(ends)
    assert statuses() == (404, 404, 404, 404, 0)
    _sleep_until(ends + timedelta(seconds=1))
    assert statuses() == (404, 404, 404, 404, 0)


def _sleep_until(instant: datetime) -> None:
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))


PAST = datetime.now(UTC) - timedelta(seconds=1)


@pytest.mark.parametrize(
    "instant",
    [
        PAST.isoformat(),
        "2020-01-01T00:00:00Z",
        "2027-02-31T12:00:00Z",
        "2027-02-29T12:00:00Z",
        "10000-01-01T00:00:00Z",
        "+12027-01-01T00:00:00Z",
        "2027-01-01T00:00:00",
        "2027-01-01",
        "2027-01-01 12:00:00Z",
        "2027-06-30T23:59:60Z",
        "2027-01-01T24:00:01Z",
        "2027-01-01T00:00:00+25:00",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "tomorrow",
        "*/5 * * * *",
        "",
        1893456000,
        1e308,
        True,
        ["2027-01-01T00:00:00Z"],
        {},
    ],
)
def test_ex_03_an_expiry_that_is_none_is_refused(hub: RealHub, sharing: Sharing, instant: Any) -> None:
    grant = sharing.give("bob")
    new = hub.service("POST", "grants", by="alice", json=sharing.wanted("carol", expires_at=instant))
    change = hub.service("PATCH", f"grants/{grant['id']}", by="alice", json={"expires_at": instant})

    assert (new.status_code, change.status_code) == (422, 422)
    for answer in (new, change):
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/expires_at"]
    assert hub.service("GET", f"grants/{grant['id']}", by="alice").json()["expires_at"] is None


@pytest.mark.parametrize("number", [b"1e309", b"-1e309", b"1" + b"0" * 5000])
def test_ex_03_a_number_beyond_all_is_refused(hub: RealHub, sharing: Sharing, number: bytes) -> None:
    grant = sharing.give("bob")
    answer = hub.service(
        "PATCH",
        f"grants/{grant['id']}",
        by="alice",
        content=b'{"expires_at":' + number + b"}",
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code in {400, 422}


def test_ex_03_beyond_the_policys_maximum(tmp_path_factory: pytest.TempPathFactory) -> None:
    with RealHub(tmp_path_factory.mktemp("policy"), settings={"max_grant_days": 30}) as hub:
        for name in ("alice", "bob", "carol"):
            hub.workspace(name)
        limit = hub.service("GET", "me", by="alice").json()["limits"]["max_grant_seconds"]
        assert limit == 30 * 86400
        sharing = Sharing(hub, "data")
        now = datetime.now(UTC)
        for ends, status in (
            (now + timedelta(days=29), 201),
            (now + timedelta(days=30, minutes=1), 422),
            (None, 422),
        ):
            wish = sharing.wanted("bob", expires_at=None if ends is None else ends.isoformat())
            answer = hub.service("POST", "grants", by="alice", json=wish)
            assert answer.status_code == status, answer.text
            if status == 201:
                grant = answer.json()
        change = {"expires_at": (now + timedelta(days=31)).isoformat()}
        assert hub.service("PATCH", f"grants/{grant['id']}", by="alice", json=change).status_code == 422
        change = {"expires_at": None}
        assert hub.service("PATCH", f"grants/{grant['id']}", by="alice", json=change).status_code == 422
