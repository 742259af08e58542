"""Who somebody is: names are used again, and nothing comes back to a name (D9)."""

from datetime import timedelta

import pytest
from support.sharing import House

from jupyter_apex_ws.contract.grants import GrantState
from jupyter_apex_ws.core import principals, workspaces
from jupyter_apex_ws.core.errors import Invalid, NotFound
from jupyter_apex_ws.core.ports import HubUser

LATER = "2026-06-01T00:00:00Z"


def test_az_13_a_new_person_of_the_name_has_nothing_of_the_old_one(home: House) -> None:
    home.folder("alice", "data")
    home.folder("bob", "private")
    given = home.share("data", "bob", "editor")
    old, old_workspace = home.ids["bob"], home.workspaces["bob"]

    new = home.arrive("bob", LATER)

    assert new != old
    assert home.workspaces["bob"] != old_workspace
    assert home.with_me("bob") == home.by_me("alice") == []
    for address, path in ((given.workspace, "data"), (old_workspace, "private"), (old_workspace, "")):
        with pytest.raises(NotFound):
            home.resolve("bob", address, path)
    with home.database.reading() as tx:
        assert principals.subject(tx, old).grantees == frozenset()
        assert workspaces.mine(tx, principals.subject(tx, old)) == []


def test_az_13_the_old_one_in_a_group_leaves_it_with_his_name(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "hydrology")
    old = home.ids["carol"]
    home.groups["hydrology"] = ["dave"]  # the hub takes a deleted user out of his groups
    home.arrive("carol", LATER)
    home.poll_groups()
    assert home.with_me("carol") == []
    with home.database.reading() as tx:
        assert principals.subject(tx, old).groups == frozenset()


def test_az_13_a_group_list_from_before_somebody_came_does_not_count_for_him(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "hydrology")
    asked_at = home.now
    home.later(1)
    home.arrive("carol", LATER)
    with home.database.writing() as tx:
        principals.follow_groups(tx, {"hydrology": ["carol", "dave"]}, asked_at=asked_at, now=home.now)
    assert home.with_me("carol") == []
    home.poll_groups()
    assert len(home.with_me("carol")) == 1


def test_an_answer_from_a_cache_does_not_bring_the_old_one_back(home: House) -> None:
    home.arrive("bob", LATER)
    home.folder("alice", "data")
    home.share("data", "bob")
    new = home.ids["bob"]
    with home.database.writing() as tx:
        stale = principals.ensure_user(tx, HubUser("bob", "2026-01-01T00:00:00Z", False, ()), now=home.now)
        older = principals.ensure_user(tx, HubUser("bob", "2025-01-01T00:00:00Z", False, ()), now=home.now)
    assert not stale.active
    assert not older.active
    assert home.ids["bob"] == new
    assert len(home.with_me("bob")) == 1


def test_whom_the_hub_does_not_know_loses_everything_until_he_is_back_himself(home: House) -> None:
    home.folder("alice", "data")
    grant = home.share("data", "bob")
    with home.database.writing() as tx:
        principals.forget_user(tx, "bob", now=home.now)
    assert home.with_me("bob") == []
    assert home.one("alice", grant).state is GrantState.SUSPENDED
    with pytest.raises(NotFound):
        home.resolve("bob", home.workspaces["alice"], "data")
    with pytest.raises(NotFound):
        home.resolve("bob", home.workspaces["bob"])

    home.arrive("bob")

    assert len(home.with_me("bob")) == 1


def test_a_whole_list_of_users_takes_away_and_adds(home: House) -> None:
    users = [
        HubUser(name, "2026-01-01T00:00:00Z", name == "alice", ()) for name in ("alice", "carol", "erin")
    ]
    with home.database.writing() as tx:
        principals.follow_users(tx, users, asked_at=home.now, now=home.now)
    with home.database.reading() as tx:
        known = principals.known_user(tx, users[0])
        assert known is not None and known.admin
        assert principals.known_user(tx, users[2]) is not None
        assert not principals.subject(tx, home.ids["bob"]).active


def test_a_list_from_before_somebody_came_does_not_take_him_away(home: House) -> None:
    asked_at = home.now - timedelta(seconds=1)
    with home.database.writing() as tx:
        principals.follow_users(tx, [], asked_at=asked_at, now=home.now)
    assert home.subject("bob").active


def test_d9_a_group_that_was_absent_once_is_another_one(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "hydrology")
    assert len(home.with_me("carol")) == 1
    members = home.groups.pop("hydrology")
    home.poll_groups()
    assert home.with_me("carol") == home.by_me("alice") == []
    with pytest.raises(Invalid):
        home.groups["hydrology"] = members
        home.share("data", "hydrology")

    home.poll_groups()

    assert home.with_me("carol") == []
    home.share("data", "hydrology")
    assert len(home.with_me("carol")) == 1


def test_az_11_leaving_a_group_is_in_force_with_the_poll(home: House) -> None:
    home.file("alice", "data/a.txt")
    home.share("data", "hydrology")
    before = home.last_event()
    home.groups["hydrology"] = ["dave"]
    home.poll_groups()
    with pytest.raises(NotFound):
        home.resolve("carol", home.workspaces["alice"], "data/a.txt")
    assert "shared-with-me" in home.events("carol", before)
    assert home.events("dave", before) == []


def test_a_poll_without_news_changes_nothing(home: House) -> None:
    revision, event = home.database.revision, home.last_event()
    home.poll_groups()
    assert (home.database.revision, home.last_event()) == (revision, event)


def test_somebody_new_is_in_his_groups_at_once(home: House) -> None:
    home.folder("alice", "data")
    home.share("data", "hydrology")
    with home.database.writing() as tx:
        erin = principals.ensure_user(
            tx, HubUser("erin", LATER, False, ("hydrology", "unknown")), now=home.now
        )
    home.ids["erin"] = erin.id
    assert len(home.with_me("erin")) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ca", ["carol"]),
        ("CAR", ["carol"]),
        ("ar", ["carol"]),
        ("  dav ", ["dave"]),
        ("hydro", ["hydrology"]),
        ("ob", ["bob"]),
        ("lic", []),  # the asker himself
        ("%%", []),
        ("__", []),
        ("zz", []),
    ],
)
def test_people_are_found_by_a_part_of_their_name(home: House, text: str, found: list[str]) -> None:
    with home.database.reading() as tx:
        answer = principals.find(tx, text, asker=home.ids["alice"])
    assert [one.name for one in answer] == found


@pytest.mark.parametrize("text", ["", "a", " a ", "   "])
def test_one_letter_is_too_little_to_find_by(home: House, text: str) -> None:
    with home.database.reading() as tx, pytest.raises(Invalid) as refused:
        principals.find(tx, text, asker=home.ids["alice"])
    assert [one.pointer for one in refused.value.errors] == ["?q"]


def test_names_that_begin_so_come_first_and_letters_fold(home: House) -> None:
    for name in ("strasse", "a-straße", "Straßner"):
        home.arrive(name)
    with home.database.reading() as tx:
        found = principals.find(tx, "STRASS", asker=home.ids["alice"])
        groups = principals.groups_of(tx, home.ids["carol"])
    assert [one.name for one in found] == ["strasse", "Straßner", "a-straße"]
    assert [(one.name, one.members) for one in groups] == [("hydrology", 2)]


def test_the_gone_are_not_found(home: House) -> None:
    with home.database.writing() as tx:
        principals.forget_user(tx, "carol", now=home.now)
    with home.database.reading() as tx:
        assert principals.find(tx, "carol", asker=home.ids["alice"]) == []


def test_a_workspace_is_its_owners_alone(home: House) -> None:
    with home.database.reading() as tx:
        alice, bob = home.subject("alice"), home.subject("bob")
        mine = workspaces.mine(tx, alice)
        assert [(one.id, one.owner.name) for one in mine] == [(home.workspaces["alice"], "alice")]
        assert mine[0].permissions == ["create", "list", "read", "write"]
        for wrong in (home.workspaces["alice"], "w-nothing", "s-nothing"):
            with pytest.raises(NotFound):
                workspaces.described(tx, bob, wrong)
