"""The one door: where an access starts, what it says, and when it ends."""

from dataclasses import replace

import pytest
from support.sharing import House

from jupyter_apex_ws.core import reach
from jupyter_apex_ws.core.access import Act
from jupyter_apex_ws.core.errors import Forbidden, NotFound
from jupyter_apex_ws.core.paths import from_text


@pytest.fixture
def share(home: House) -> str:
    """The id of alice's folder `data` (with `sub/a.txt`), which bob may change."""
    home.file("alice", "data/sub/a.txt", "rain")
    return home.one("bob", home.share("data", "bob", "editor")).workspace


def judge(home: House, access: reach.Access) -> reach.Access:
    return reach.judge_again(home.database, access, now=home.now)


def move(home: House, who: str, at: str, source: str, target: str) -> tuple[reach.Access, reach.RelPath]:
    with home.database.reading() as tx:
        return reach.resolve_move(
            tx, home.subject(who), at, from_text(source), from_text(target), now=home.now
        )


def test_the_owner_starts_at_his_root_and_a_grantee_at_the_share(home: House, share: str) -> None:
    own = home.resolve("alice", home.workspaces["alice"], "data/sub/a.txt")
    assert (own.anchor.path, own.anchor.identity, own.item) == ((), None, None)
    assert own.path == (b"data", b"sub", b"a.txt")
    for address, path in ((share, "sub/a.txt"), (home.workspaces["alice"], "data/sub/a.txt")):
        given = home.resolve("bob", address, path)
        assert (given.anchor.path, given.item, given.path) == ((b"data",), share, (b"sub", b"a.txt"))
        assert given.anchor.identity is not None
        assert (given.address, given.asked) == (address, from_text(path))


def test_one_enters_by_a_share_that_allows_the_act(home: House, share: str) -> None:
    home.share("data/sub", "bob")
    at = home.workspaces["alice"]
    assert home.resolve("bob", at, "data/sub/a.txt", Act.READ).anchor.path == (b"data", b"sub")
    assert home.resolve("bob", at, "data/sub/a.txt", Act.WRITE).anchor.path == (b"data",)


@pytest.mark.parametrize("address", ["w-nothing", "s-nothing", "", "x", "g-1", "../..", "w-" + "a" * 4000])
def test_what_is_not_there_is_not_found(home: House, address: str) -> None:
    for act in Act:
        with pytest.raises(NotFound):
            home.resolve("bob", address, "", act)


def test_nothing_is_told_apart_for_a_stranger(home: House, share: str) -> None:
    asked = [
        (home.workspaces["alice"], ""),
        (home.workspaces["alice"], "data/sub/a.txt"),
        (home.workspaces["alice"], "nothing"),
        (share, ""),
        (share, "sub"),
        ("w-nothing", ""),
    ]
    refusals = set()
    for address, path in asked:
        for act in Act:
            with pytest.raises(NotFound) as refused:
                home.resolve("carol", address, path, act)
            refusals.add(refused.value.detail)
    assert len(refusals) == 1


def test_dot_names_are_nobodys(home: House, share: str) -> None:
    home.file("alice", "data/.git/config")
    for who, address in (("alice", home.workspaces["alice"]), ("bob", share)):
        for path in (".git", "data/.git", "data/.git/config", "sub/.new"):
            with pytest.raises(NotFound):
                home.resolve(who, address, path, Act.CREATE)


def test_the_share_itself_is_neither_renamed_nor_deleted_by_a_grantee(home: House, share: str) -> None:
    for act in (Act.RENAME, Act.DELETE, Act.CREATE):
        with pytest.raises(Forbidden):
            home.resolve("bob", share, "", act)
    home.resolve("bob", share, "sub", Act.RENAME)
    home.resolve("bob", share, "new", Act.CREATE)
    home.resolve("bob", share, "sub", Act.DELETE)


def test_a_root_is_neither_made_nor_renamed_nor_deleted(home: House) -> None:
    for act in (Act.RENAME, Act.DELETE, Act.CREATE, Act.SHARE):
        with pytest.raises(Forbidden):
            home.resolve("alice", home.workspaces["alice"], "", act)


def test_a_stranger_gets_nothing_from_a_share_id_above_his_own(home: House, share: str) -> None:
    home.share("data/sub", "carol")
    home.resolve("carol", home.workspaces["alice"], "data/sub/a.txt")
    with pytest.raises(NotFound):
        home.resolve("carol", share, "sub/a.txt")


def test_d4_moving_between_folders_needs_delete_there_and_create_here(home: House, share: str) -> None:
    access, target = move(home, "bob", share, "sub/a.txt", "sub/b.txt")
    assert access.anchor.path + target == (b"data", b"sub", b"b.txt")
    access, target = move(home, "bob", share, "sub/a.txt", "a.txt")
    assert access.anchor.path + target == (b"data", b"a.txt")
    with pytest.raises(NotFound):
        move(home, "carol", share, "sub/a.txt", "sub/b.txt")
    with pytest.raises(NotFound):
        move(home, "bob", share, "sub/a.txt", "sub/.hidden")
    access, target = move(home, "alice", home.workspaces["alice"], "data/sub/a.txt", "a.txt")
    assert (access.path, target) == ((b"data", b"sub", b"a.txt"), (b"a.txt",))
    home.change("alice", home.by_me("alice")[0], role="viewer")
    with pytest.raises(Forbidden):
        move(home, "bob", share, "sub/a.txt", "a.txt")


def test_an_open_stream_ends_with_the_grant(home: House, share: str) -> None:
    access = home.resolve("bob", share, "sub/a.txt")
    assert judge(home, access) is access
    grant = home.by_me("alice")[0]
    home.revoke("alice", grant)
    with pytest.raises(NotFound):
        judge(home, access)


def test_an_open_save_ends_when_only_reading_is_left(home: House, share: str) -> None:
    access = home.resolve("bob", share, "sub/a.txt", Act.WRITE)
    home.change("alice", home.by_me("alice")[0], role="viewer")
    with pytest.raises(Forbidden):
        judge(home, access)
    with pytest.raises(Forbidden), home.database.writing() as tx:
        reach.judge_within(tx, access, now=home.now)


def test_an_open_stream_ends_at_the_instant(home: House) -> None:
    home.file("alice", "a.txt")
    share = home.one("bob", home.share("a.txt", "bob", seconds=10)).workspace
    access = home.resolve("bob", share)
    home.later(9.999999)
    assert judge(home, access) is access
    home.later(0.000001)
    with pytest.raises(NotFound):
        judge(home, access)


def test_an_open_stream_ends_with_the_membership(home: House) -> None:
    home.file("alice", "a.txt")
    home.share("a.txt", "hydrology")
    access = home.resolve("carol", home.workspaces["alice"], "a.txt")
    home.groups["hydrology"] = ["dave"]
    home.poll_groups()
    with pytest.raises(NotFound):
        judge(home, access)


def test_an_open_stream_ends_with_the_person(home: House, share: str) -> None:
    streams = [home.resolve("bob", share, "sub/a.txt"), home.resolve("bob", home.workspaces["bob"])]
    home.arrive("bob", "2026-06-01T00:00:00Z")
    for access in streams:
        with pytest.raises(NotFound):
            judge(home, access)


def test_an_open_stream_goes_on_by_another_grant_and_through_a_rename(home: House, share: str) -> None:
    home.share("data/sub", "bob")
    access = home.resolve("bob", share, "sub/a.txt")
    home.revoke("alice", home.by_me("alice")[0])
    access = judge(home, access)
    (home.home("alice") / "data").rename(home.home("alice") / "renamed")
    home.told_moved("alice", "data", "renamed")
    again = judge(home, access)
    assert again.full == (b"renamed", b"sub", b"a.txt")
    assert again.anchor.path + again.path == again.full
    assert home.store.stat(again.anchor, again.path).size == 4


def test_judging_again_looks_only_when_something_changed(home: House, share: str) -> None:
    access = home.resolve("bob", share, "sub/a.txt")
    silent = replace(access, revision=home.database.revision)
    assert judge(home, silent) is silent
    home.folder("carol", "unrelated")
    home.share("unrelated", "dave", by="carol")
    looked = judge(home, silent)
    assert looked is not silent
    assert judge(home, looked) is looked


def test_a_listing_says_for_each_row_what_is_allowed(home: House, share: str) -> None:
    home.file("alice", "data/plain.txt")
    home.share("data/sub", "bob", "manager")
    with home.database.reading() as tx:
        owner = reach.below(
            tx, home.resolve("alice", home.workspaces["alice"], "data", Act.LIST), now=home.now
        )
        bob = reach.below(tx, home.resolve("bob", share, "", Act.LIST), now=home.now)
        deep = reach.below(tx, home.resolve("bob", share, "", Act.LIST), now=home.now, deep=True)
    assert Act.SHARE in bob.acts((b"sub",))
    assert Act.SHARE not in bob.acts((b"plain.txt",))
    assert bob.acts((b".hidden",)) == frozenset()
    assert (owner.shared((b"sub",)), owner.shared((b"plain.txt",)), owner.shared(())) == (True, False, True)
    # Told to those who may share it.
    assert (bob.shared((b"sub",)), bob.shared(())) == (True, False)
    assert Act.SHARE in deep.acts((b"sub", b"a.txt"))
    with pytest.raises(ValueError, match="deep"):
        bob.acts((b"sub", b"a.txt"))


def test_shares_to_search_in_are_the_outermost(home: House, share: str) -> None:
    home.share("data/sub", "bob")
    home.file("alice", "data-2/b.txt")
    home.share("data-2", "bob")
    home.file("carol", "c.txt")
    home.share("c.txt", "bob", by="carol")
    with home.database.reading() as tx:
        found = reach.shares(tx, home.subject("bob"), now=home.now)
        assert reach.shares(tx, home.subject("dave"), now=home.now) == []
    assert {access.anchor.path for access in found} == {(b"data",), (b"data-2",), (b"c.txt",)}
