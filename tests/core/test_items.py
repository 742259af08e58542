"""What was shared stays what it is: a grant follows its folder, never passes to another of the name (D3)."""

import shutil
from pathlib import Path

import pytest
from support.sharing import House

from jupyter_apex_ws.contract.grants import Grant, GrantState
from jupyter_apex_ws.core import items
from jupyter_apex_ws.core.access import Act
from jupyter_apex_ws.core.entering import Ground
from jupyter_apex_ws.core.errors import NotFound
from jupyter_apex_ws.core.files import Files
from jupyter_apex_ws.core.ports import Anchor
from jupyter_apex_ws.core.records import ItemState
from jupyter_apex_ws.core.transfers import Transfers


@pytest.fixture
def share(home: House) -> str:
    """The id of alice's folder `data` (with `a.txt` and `sub/b.txt`), which bob may read."""
    home.file("alice", "data/a.txt", "rain")
    home.file("alice", "data/sub/b.txt", "snow")
    return home.one("bob", home.share("data", "bob")).workspace


def states(home: House) -> list[GrantState]:
    return [grant.state for grant in home.by_me("alice")]


def test_a_folder_renamed_in_jupyter_keeps_its_grants(home: House, share: str) -> None:
    (home.home("alice") / "data").rename(home.home("alice") / "renamed")
    home.told_moved("alice", "data", "renamed")
    assert home.text("bob", share, "sub/b.txt") == "snow"
    assert [grant.name for grant in home.with_me("bob")] == ["renamed"]
    with pytest.raises(NotFound):
        home.resolve("bob", home.workspaces["alice"], "data")


def test_d4_what_is_moved_out_of_the_share_is_lost_and_its_own_grant_travels(home: House, share: str) -> None:
    own = home.one("carol", home.share("data/sub", "carol")).workspace
    (home.home("alice") / "elsewhere").mkdir()
    (home.home("alice") / "data/sub").rename(home.home("alice") / "elsewhere/sub")
    home.told_moved("alice", "data/sub", "elsewhere/sub")
    assert home.text("carol", own, "b.txt") == "snow"
    with pytest.raises(NotFound):
        home.resolve("bob", home.workspaces["alice"], "elsewhere/sub/b.txt")
    assert home.names("bob", share) == {b"a.txt"}


def test_another_folder_of_the_name_never_gets_the_grants(home: House, share: str) -> None:
    (home.home("alice") / "data").rename(home.home("alice") / "renamed")
    home.file("alice", "data/private.txt", "diary")
    # Nobody told, and still: the store compares the object.
    with pytest.raises(NotFound):
        home.text("bob", share, "private.txt")
    with pytest.raises(NotFound):
        home.names("bob", home.workspaces["alice"], "data")
    assert not home.still(share)
    assert states(home) == [GrantState.SUSPENDED]
    assert home.with_me("bob") == []
    with pytest.raises(NotFound):
        home.resolve("bob", share)

    home.sweep("alice")

    assert home.text("bob", share, "a.txt") == "rain"
    assert [grant.name for grant in home.with_me("bob")] == ["renamed"]
    with pytest.raises(NotFound):
        home.resolve("bob", home.workspaces["alice"], "data/private.txt")


def test_the_sweep_finds_by_itself_what_nobody_asked_for(home: House, share: str) -> None:
    deep = home.one("carol", home.share("data/sub/b.txt", "carol")).workspace
    (home.home("alice") / "data").rename(home.home("alice") / "renamed")
    before = home.last_event()
    home.sweep("alice")
    assert home.text("bob", share, "a.txt") == "rain"
    assert home.text("carol", deep) == "snow"
    assert "shared-with-me" in home.events("bob", before)
    assert "shared-by-me" in home.events("alice", before)


def test_a_sweep_over_what_is_in_place_changes_nothing(home: House, share: str) -> None:
    revision = home.database.revision
    home.sweep("alice")
    assert home.database.revision == revision
    assert home.still(share)


def test_what_is_nowhere_stays_suspended(home: House, share: str) -> None:
    shutil.rmtree(home.home("alice") / "data")
    home.sweep("alice")
    home.sweep("alice")
    assert states(home) == [GrantState.SUSPENDED]
    home.file("alice", "data/private.txt")
    home.sweep("alice")
    assert states(home) == [GrantState.SUSPENDED]
    with pytest.raises(NotFound):
        home.resolve("bob", share)


def test_a_new_share_of_the_name_is_another_item(home: House, share: str) -> None:
    shutil.rmtree(home.home("alice") / "data")
    home.folder("alice", "data")
    new = home.one("carol", home.share("data", "carol")).workspace
    assert new != share
    assert home.item(share).state is ItemState.SUSPENDED
    with pytest.raises(NotFound):
        home.resolve("bob", share)


def test_sharing_again_finds_the_item_that_was_renamed_outside(home: House, share: str) -> None:
    (home.home("alice") / "data").rename(home.home("alice") / "renamed")
    again = home.one("carol", home.share("renamed", "carol")).workspace
    assert again == share
    assert home.text("bob", share, "a.txt") == "rain"


def test_what_was_deleted_in_jupyter_never_comes_back(home: House, share: str) -> None:
    shutil.rmtree(home.home("alice") / "data")
    home.told_deleted("alice", "data")
    home.file("alice", "data/a.txt", "diary")
    assert home.by_me("alice") == home.with_me("bob") == []
    assert home.item(share).state is ItemState.GONE
    with pytest.raises(NotFound):
        home.resolve("bob", share, "a.txt")


def test_a_false_word_about_deleting_or_moving_changes_nothing(home: House, share: str) -> None:
    home.folder("alice", "private")
    home.told_deleted("alice", "data")
    home.told_moved("alice", "data", "private")
    home.told_moved("alice", "data", "nowhere")
    assert home.text("bob", share, "a.txt") == "rain"
    with pytest.raises(NotFound):
        home.resolve("bob", home.workspaces["alice"], "private")


def test_a_grant_cannot_be_led_to_another_folder_by_a_word(home: House, share: str) -> None:
    home.file("alice", "private/diary.txt", "diary")
    shutil.rmtree(home.home("alice") / "data")
    home.told_moved("alice", "data", "private")
    assert home.item(share).state is ItemState.SUSPENDED
    with pytest.raises(NotFound):
        home.text("bob", share, "diary.txt")


def file_share(home: House) -> tuple[Path, str]:
    path = home.file("alice", "a.txt", "rain")
    return path, home.one("bob", home.share("a.txt", "bob")).workspace


def test_a_file_replaced_by_a_save_stays_the_same(home: House) -> None:
    path, share = file_share(home)
    (path.parent / "new").write_text("snow")
    (path.parent / "new").rename(path)
    assert home.still(share)
    assert home.text("bob", share) == "snow"


def test_a_file_that_was_seen_absent_is_not_the_next_of_its_name(home: House) -> None:
    path, share = file_share(home)
    path.unlink()
    assert not home.still(share)
    path.write_text("diary")
    with pytest.raises(NotFound):
        home.resolve("bob", share)
    assert states(home) == [GrantState.SUSPENDED]


def test_a_file_made_through_us_is_not_the_one_of_its_name(home: House) -> None:
    path, share = file_share(home)
    path.unlink()
    ground = Ground(home.database, home.store, lambda: home.now, lambda workspace, path: None)
    save = Transfers(ground, 1000).save(
        home.ids["alice"], home.workspaces["alice"], (b"a.txt",), if_match=None, create=True
    )
    save.write(b"diary")
    save.finish()
    with pytest.raises(NotFound):
        home.resolve("bob", share)
    with pytest.raises(NotFound):
        home.resolve("bob", home.workspaces["alice"], "a.txt")
    assert states(home) == [GrantState.SUSPENDED]


def test_a_file_saved_and_later_renamed_outside_is_found(home: House) -> None:
    path, share = file_share(home)
    (path.parent / "new").write_text("snow")
    (path.parent / "new").rename(path)
    home.sweep("alice")
    path.rename(path.parent / "b.txt")
    home.sweep("alice")
    assert home.text("bob", share) == "snow"


def test_where_a_lost_share_stood_another_one_counts_at_once(home: House) -> None:
    home.file("alice", "data/sub/a.txt", "rain")
    home.share("data", "bob")
    home.share("data/sub", "bob", "editor")
    (home.home("alice") / "data/sub").rename(home.home("alice") / "private")
    home.file("alice", "data/sub/b.txt", "snow")
    ground = Ground(home.database, home.store, lambda: home.now, lambda workspace, path: None)
    page = Files(ground).listing(home.ids["bob"], home.workspaces["alice"], (b"data", b"sub"), limit=10)
    assert [(entry.name, entry.permissions) for entry in page.items] == [("b.txt", ["list", "read"])]


def test_a_folder_that_took_the_name_of_a_file_gives_nothing(home: House) -> None:
    path, share = file_share(home)
    path.unlink()
    home.file("alice", "a.txt/diary.txt", "diary")
    at = home.workspaces["alice"]
    for address, below in ((share, ""), (at, "a.txt")):
        for act, look in ((Act.READ, home.text), (Act.LIST, home.names)):
            with pytest.raises(NotFound):
                look("bob", address, below)
            access = home.resolve("bob", address, below, act)
            with pytest.raises(NotFound):
                home.store.stat(access.anchor, access.path)
    for address, below in ((share, "diary.txt"), (at, "a.txt/diary.txt")):
        with pytest.raises(NotFound):
            home.resolve("bob", address, below)


def test_a_file_renamed_in_jupyter_after_saves_keeps_its_grants(home: House) -> None:
    path, share = file_share(home)
    (path.parent / "new").write_text("snow")
    (path.parent / "new").rename(path)
    path.rename(path.with_name("b.txt"))
    home.told_moved("alice", "a.txt", "b.txt")
    assert home.text("bob", share) == "snow"


def test_a_file_copied_and_told_as_moved_is_not_followed(home: House) -> None:
    path, share = file_share(home)
    shutil.copy(path, path.with_name("b.txt"))
    home.told_moved("alice", "a.txt", "b.txt")
    assert home.item(share).path == (b"a.txt",)


def test_our_own_save_is_remembered(home: House) -> None:
    path, share = file_share(home)
    (path.parent / "new").write_text("snow")
    (path.parent / "new").rename(path)
    workspace = home.workspaces["alice"]
    with home.database.writing() as tx:
        stat = home.store.stat(Anchor(workspace, (), None), (b"a.txt",))
        items.saved(tx, workspace, (b"a.txt",), stat)
    assert home.item(share).identity.inode == path.stat().st_ino


def test_what_goes_behind_a_dot_is_out_of_reach_and_comes_back(home: House, share: str) -> None:
    deep = home.one("carol", home.share("data/sub", "carol")).workspace
    visible, hidden = home.home("alice") / "data", home.home("alice") / ".data"
    visible.rename(hidden)
    home.told_moved("alice", "data", ".data")
    assert states(home) == [GrantState.SUSPENDED] * 2
    for who, address in (("bob", share), ("carol", deep)):
        with pytest.raises(NotFound):
            home.resolve(who, address)
    hidden.rename(visible)
    home.told_moved("alice", ".data", "data")
    assert home.text("bob", share, "a.txt") == "rain"
    assert home.text("carol", deep, "b.txt") == "snow"


def test_a_move_told_twice_is_the_same_as_once(home: House, share: str) -> None:
    (home.home("alice") / "data").rename(home.home("alice") / "renamed")
    for _ in range(2):
        home.told_moved("alice", "data", "renamed")
    assert home.text("bob", share, "a.txt") == "rain"


def test_two_folders_that_exchange_their_names_keep_their_grants(home: House, share: str) -> None:
    home.file("alice", "other/c.txt", "hail")
    other = home.one("carol", home.share("other", "carol")).workspace
    root = home.home("alice")
    for source, target in (("data", "third"), ("other", "data"), ("third", "other")):
        (root / source).rename(root / target)
    home.sweep("alice")
    home.sweep("alice")
    assert home.text("bob", share, "a.txt") == "rain"
    assert home.text("carol", other, "c.txt") == "hail"
    with pytest.raises(NotFound):
        home.text("bob", share, "c.txt")


def test_a_suspended_grant_is_ended_by_the_owner(home: House) -> None:
    home.folder("alice", "data")
    grant: Grant = home.share("data", "bob")
    (home.home("alice") / "data").rmdir()
    home.sweep("alice")
    home.revoke("alice", grant)
    assert home.by_me("alice") == []


def test_only_what_carries_a_grant_is_indexed(home: House, share: str) -> None:
    grant = home.share("data/sub", "carol")
    home.revoke("alice", grant)
    with home.database.reading() as tx:
        assert [item.id for item in items.all_shared(tx)] == [share]
