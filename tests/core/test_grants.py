"""Giving, changing and taking back: what is refused, and what follows for whom."""

from datetime import timedelta

import pytest
from support.sharing import House

from jupyter_apex_ws.contract.grants import Grant, GrantState
from jupyter_apex_ws.core import grants
from jupyter_apex_ws.core.access import Act
from jupyter_apex_ws.core.errors import Conflict, Forbidden, Invalid, NotFound
from jupyter_apex_ws.core.records import Policy


@pytest.fixture
def data(home: House) -> Grant:
    """alice's folder `data` (with `sub/a.txt`), which bob may read."""
    home.file("alice", "data/sub/a.txt", "rain")
    return home.share("data", "bob")


def pointers(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [one.pointer for one in error.value.errors]


def test_a_grantee_reads_at_once_and_a_stranger_finds_nothing(home: House, data: Grant) -> None:
    share = home.with_me("bob")[0]
    assert (share.workspace[:2], share.path, share.name) == ("s-", "", "data")
    assert home.text("bob", share.workspace, "sub/a.txt") == "rain"
    assert home.text("bob", home.workspaces["alice"], "data/sub/a.txt") == "rain"
    for address, path in ((share.workspace, "sub/a.txt"), (home.workspaces["alice"], "data/sub/a.txt")):
        with pytest.raises(NotFound):
            home.resolve("dave", address, path)
    assert home.with_me("dave") == []
    with pytest.raises(NotFound):
        home.one("dave", data)


def test_the_owner_reads_the_real_place_and_the_grantee_his_share(home: House, data: Grant) -> None:
    assert (data.workspace, data.path) == (home.workspaces["alice"], "data")
    seen = home.one("bob", data)
    assert (seen.workspace, seen.path, seen.permissions) == (
        home.with_me("bob")[0].workspace,
        "",
        ["list", "read"],
    )


@pytest.mark.parametrize("name", ["nobody", "alice"])
def test_a_grantee_must_be_somebody_else(home: House, data: Grant, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        home.share("data/sub", name)
    assert pointers(refused) == ["/grantee/name"]


def test_a_manager_shares_neither_with_himself_nor_with_the_owner(home: House) -> None:
    home.folder("alice", "project")
    share = home.share("project", "carol", "manager")
    at = home.one("carol", share).workspace
    for name in ("carol", "alice"):
        with pytest.raises(Invalid) as refused:
            home.share("", name, by="carol", at=at)
        assert pointers(refused) == ["/grantee/name"]


def test_a_second_grant_for_the_same_is_a_conflict_that_says_what_to_do(home: House, data: Grant) -> None:
    with pytest.raises(Conflict, match="Change that grant"):
        home.share("data", "bob", "editor")
    assert [grant.role for grant in home.with_me("bob")] == ["viewer"]


def test_an_expired_grant_is_replaced_by_a_new_one(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "bob", seconds=10)
    home.later(10)
    assert [grant.state for grant in home.by_me("alice")] == [GrantState.EXPIRED]
    home.share("data", "bob", "editor")
    assert [grant.role for grant in home.by_me("alice")] == ["editor"]


@pytest.mark.parametrize("path", ["", ".ssh", "data/.git"])
def test_neither_a_home_nor_a_dot_name_is_shared(home: House, path: str) -> None:
    home.folder("alice", "data/.git")
    home.folder("alice", ".ssh")
    with pytest.raises((Invalid, NotFound)) as refused:
        home.share(path, "bob")
    assert (refused.type is Invalid) == (path == "")
    assert home.with_me("bob") == []


def test_what_is_not_there_is_not_shared(home: House) -> None:
    with pytest.raises(NotFound):
        home.share("nothing", "bob")


@pytest.mark.parametrize("seconds", [-1, 0, 3601])
def test_ex_03_an_end_in_the_past_or_beyond_the_policy_is_refused(home: House, seconds: float) -> None:
    home.policy = Policy(max_grant=timedelta(hours=1))
    home.folder("alice", "data")
    with pytest.raises(Invalid) as refused:
        home.share("data", "bob", seconds=seconds)
    assert pointers(refused) == ["/expires_at"]
    assert home.share("data", "bob", seconds=3600).expires_at == home.now + timedelta(hours=1)


def test_ex_03_no_end_is_beyond_a_policy_that_demands_one(home: House) -> None:
    home.folder("alice", "data")
    grant = home.share("data", "bob", seconds=60)
    home.policy = Policy(max_grant=timedelta(hours=1))
    for attempt in (
        lambda: home.share("data", "carol"),
        lambda: home.change("alice", grant, expires_at=None),
    ):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert pointers(refused) == ["/expires_at"]


def test_ex_01_until_the_instant_and_not_at_it(home: House) -> None:
    home.file("alice", "data/a.txt", "rain")
    share = home.one("bob", home.share("data", "bob", seconds=100)).workspace
    home.later(99)
    assert home.text("bob", share, "a.txt") == "rain"
    assert len(home.with_me("bob")) == 1
    for _ in range(2):
        home.later(1)
        with pytest.raises(NotFound):
            home.resolve("bob", share, "a.txt")
        assert home.with_me("bob") == []


def test_ex_05_the_owner_prolongs_shortens_and_removes_an_end(home: House, data: Grant) -> None:
    longer = home.change("alice", data, expires_at=(home.now + timedelta(seconds=50)).isoformat())
    assert longer.expires_at == home.now + timedelta(seconds=50)
    home.later(50)
    with pytest.raises(NotFound):
        home.resolve("bob", home.workspaces["alice"], "data")
    assert home.change("alice", data, expires_at=None).expires_at is None
    home.resolve("bob", home.workspaces["alice"], "data")


def test_ex_07_the_group_goes_on_when_the_person_expired(home: House) -> None:
    home.file("alice", "data/a.txt")
    home.share("data", "carol", "editor", seconds=10)
    home.share("data", "hydrology")
    at = home.workspaces["alice"]
    assert Act.WRITE in home.resolve("carol", at, "data/a.txt").acts
    home.later(10)
    assert home.resolve("carol", at, "data/a.txt").acts == {Act.LIST, Act.READ}


def test_fields_that_were_not_sent_stay(home: House) -> None:
    home.folder("alice", "data")
    grant = home.share("data", "bob", seconds=100, note="for the report")
    changed = home.change("alice", grant, role="editor")
    assert (changed.role, changed.note, changed.expires_at) == ("editor", "for the report", grant.expires_at)
    assert home.change("alice", grant, note=None).note is None
    with pytest.raises(Invalid) as refused:
        home.change("alice", grant, role=None)
    assert pointers(refused) == ["/role"]


def test_az_03_an_editor_neither_grants_nor_raises_nor_prolongs_himself(home: House) -> None:
    home.folder("alice", "data")
    grant = home.share("data", "bob", "editor", seconds=100)
    share = home.one("bob", grant).workspace
    for attempt in (
        lambda: home.share("", "carol", by="bob", at=share),
        lambda: home.change("bob", grant, role="manager"),
        lambda: home.change("bob", grant, expires_at=None),
        lambda: home.revoke("bob", grant),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_manager_passes_on_but_not_by_the_grant_that_he_holds(home: House) -> None:
    home.folder("alice", "data")
    grant = home.share("data", "bob", "manager", seconds=100)
    share = home.one("bob", grant).workspace
    passed_on = home.share("", "carol", "editor", by="bob", at=share)
    home.change("bob", passed_on, role="viewer")
    home.revoke("bob", passed_on)
    for attempt in (
        lambda: home.change("bob", grant, expires_at=None),
        lambda: home.revoke("bob", grant),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_manager_does_not_outlive_himself_through_his_group(home: House) -> None:
    home.folder("alice", "data")
    share = home.one("carol", home.share("data", "carol", "manager", seconds=100)).workspace
    with pytest.raises(Invalid) as refused:
        home.share("", "hydrology", "manager", by="carol", at=share)
    assert pointers(refused) == ["/expires_at"]
    passed_on = home.share("", "hydrology", by="carol", at=share, seconds=100)
    with pytest.raises(Invalid):
        home.change("carol", passed_on, expires_at=None)
    home.change("alice", passed_on, expires_at=None)


def test_az_03_a_manager_does_not_outlive_himself_by_raising_his_group(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "carol", "manager", seconds=100)
    group = home.share("data", "hydrology", "viewer")
    with pytest.raises(Invalid) as refused:
        home.change("carol", group, role="manager")
    assert pointers(refused) == ["/expires_at"]
    assert home.change("carol", group, note="for the model").role == "viewer"
    home.change("carol", group, role="manager", expires_at=(home.now + timedelta(seconds=100)).isoformat())


def test_a_manager_may_lower_his_group_whenever_it_ends(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "carol", "manager", seconds=100)
    group = home.share("data", "hydrology", "editor")
    assert home.change("carol", group, role="viewer").role == "viewer"


def test_az_07_nobody_learns_a_name_from_above_his_share(home: House) -> None:
    home.file("alice", "secret-plans/hydro/deep/a.txt")
    home.share("secret-plans", "dave")  # what a manager below may not see
    grant = home.share("secret-plans/hydro", "bob", "manager")
    share = home.one("bob", grant).workspace
    passed_on = home.share("deep", "carol", by="bob", at=share)
    seen = [
        home.one("bob", grant),
        home.one("bob", passed_on),
        home.one("carol", passed_on),
        *home.with_me("bob"),
        *home.by_me("bob"),
        *home.with_me("carol"),
        *home.on_item("bob", share, "deep"),
    ]
    assert len(seen) == 8
    for one in seen:
        assert "secret" not in one.model_dump_json()
        assert home.workspaces["alice"] not in one.model_dump_json()
    for who, path in (("carol", "secret-plans"), ("carol", "secret-plans/hydro"), ("bob", "secret-plans")):
        with pytest.raises(NotFound):
            home.resolve(who, home.workspaces["alice"], path, Act.LIST)


def test_az_09_the_stronger_grant_wins_wherever_it_hangs(home: House) -> None:
    home.file("alice", "data/sub/a.txt")
    at = home.workspaces["alice"]
    home.share("data", "hydrology")
    home.share("data/sub", "carol", "editor")
    assert Act.WRITE not in home.resolve("carol", at, "data").acts
    assert Act.WRITE in home.resolve("carol", at, "data/sub").acts

    home.file("alice", "more/sub/a.txt")
    home.share("more", "hydrology", "editor")
    home.share("more/sub", "carol")
    assert Act.WRITE in home.resolve("carol", at, "more").acts
    assert Act.WRITE in home.resolve("carol", at, "more/sub/a.txt").acts


def test_who_has_access_to_an_item_with_what_comes_from_above(home: House, data: Grant) -> None:
    home.share("data/sub", "carol", "editor")
    at = home.workspaces["alice"]
    listed = [
        (one.grantee.name, one.path, one.inherited_from) for one in home.on_item("alice", at, "data/sub")
    ]
    assert listed == [("carol", "data/sub", None), ("bob", "data", "data")]
    assert [one.grantee.name for one in home.on_item("alice", at, "data")] == ["bob"]
    assert home.on_item("alice", at, "") == []
    with pytest.raises(Forbidden):
        home.on_item("bob", at, "data")
    with pytest.raises(NotFound):
        home.on_item("dave", at, "data")


def test_lists_page_newest_first_by_a_cursor(home: House) -> None:
    for number in range(7):
        home.folder("alice", f"f{number}")
        home.share(f"f{number}", "bob")
    names: list[str] = []
    cursor: str | None = None
    with home.database.reading() as tx:
        while True:
            page = grants.with_me(tx, home.subject("bob"), cursor=cursor, limit=3, now=home.now)
            names += [one.name for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert names == [f"f{number}" for number in reversed(range(7))]
        for wrong in ("", "x", "g", "g-1", "gzz", "g" * 40):
            with pytest.raises(Invalid):
                grants.by_me(tx, home.subject("alice"), cursor=wrong, limit=3, now=home.now)


def test_a_share_in_ones_own_group_is_not_shared_with_oneself(home: House) -> None:
    home.folder("carol", "mine")
    home.share("mine", "hydrology", by="carol")
    assert home.with_me("carol") == []
    assert len(home.with_me("dave")) == 1


def test_a_passed_on_grant_is_listed_while_one_may_still_share(home: House) -> None:
    home.folder("alice", "data")
    mine = home.share("data", "bob", "manager")
    home.share("", "carol", by="bob", at=home.one("bob", mine).workspace)
    assert [one.grantee.name for one in home.by_me("bob")] == ["carol"]
    home.revoke("alice", mine)
    assert home.by_me("bob") == []
    assert [one.grantee.name for one in home.by_me("alice")] == ["carol"]


def test_everyone_concerned_is_told_and_nobody_else(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "bob", "manager")
    before = home.last_event()
    grant = home.share("data", "hydrology")
    assert home.events("carol", before) == home.events("dave", before) == ["shared-with-me"]
    assert home.events("alice", before) == home.events("bob", before) == ["shared-by-me"]

    for act in (
        lambda: home.change("alice", grant, role="editor"),
        lambda: home.revoke("alice", grant),
    ):
        before = home.last_event()
        act()
        assert home.events("carol", before) == ["shared-with-me"]
        assert home.events("bob", before) == home.events("alice", before) == ["shared-by-me"]


def test_an_end_by_the_clock_is_told_once_and_the_next_is_known(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "bob", seconds=10)
    later = home.share("data", "carol", seconds=20)
    with home.database.reading() as tx:
        assert grants.next_expiry(tx) == home.now + timedelta(seconds=10)
    home.later(10)
    before = home.last_event()
    for _ in range(2):
        with home.database.writing() as tx:
            assert grants.announce_expired(tx, now=home.now) == later.expires_at
    assert home.events("bob", before) == ["shared-with-me"]
    assert home.events("alice", before) == ["shared-by-me"]
    assert home.events("carol", before) == []
    home.later(10)
    with home.database.writing() as tx:
        assert grants.announce_expired(tx, now=home.now) is None
    home.change("alice", later, expires_at=(home.now + timedelta(seconds=5)).isoformat())
    with home.database.reading() as tx:
        assert grants.next_expiry(tx) == home.now + timedelta(seconds=5)


def test_a_revoked_grant_is_gone_for_everyone(home: House, data: Grant) -> None:
    home.revoke("alice", data)
    assert home.with_me("bob") == home.by_me("alice") == []
    for who in ("alice", "bob"):
        with pytest.raises(NotFound):
            home.one(who, data)
        with pytest.raises(NotFound):
            home.revoke(who, data)
