"""What LocalFileStore does with ordinary files and folders."""

import os
from pathlib import Path

import pytest
from stored_files import WORKSPACE, Files, on_disk, open_descriptors

from jupyter_apex_ws.adapters.files import LocalFileStore
from jupyter_apex_ws.contract.entries import EntryType
from jupyter_apex_ws.core.errors import Changed, Conflict, NotFound, PreconditionRequired, TooLarge
from jupyter_apex_ws.core.ports import Anchor, Identity


def test_a_new_file_is_there_with_its_bytes_and_tag(files: Files) -> None:
    stat = files.create((b"a.txt",), b"hello")
    assert (stat.type, stat.size) == (EntryType.FILE, 5)
    assert files.store.stat(files.root, (b"a.txt",)) == stat
    assert files.read((b"a.txt",)) == b"hello"
    assert files.names() == {b"a.txt"}
    assert on_disk(files.home) == ["a.txt"]


def test_creating_never_replaces(files: Files) -> None:
    files.create((b"a",), b"first")
    (files.home / "folder").mkdir()
    for name in (b"a", b"folder"):
        with pytest.raises(Changed):
            files.create((name,), b"second")
    assert files.read((b"a",)) == b"first"
    assert on_disk(files.home) == ["a", "folder"]


def test_replacing_needs_the_version_that_is_there(files: Files) -> None:
    first = files.create((b"a",), b"first")
    second = files.replace((b"a",), b"second", first.etag)
    assert second.etag != first.etag
    with pytest.raises(Changed):
        files.replace((b"a",), b"third", first.etag)
    with pytest.raises(PreconditionRequired):
        files.replace((b"a",), b"third", None)
    with pytest.raises(Changed):
        files.replace((b"absent",), b"third", first.etag)
    assert files.contents() == {"a": b"second"}


def test_a_folder_is_not_replaced_by_a_file(files: Files) -> None:
    files.store.mkdir(files.root, (b"d",))
    with pytest.raises(Conflict):
        files.replace((b"d",), b"x", '"x"')


def test_permissions_of_the_replaced_file_stay(files: Files) -> None:
    stat = files.create((b"run.sh",), b"one")
    assert (files.home / "run.sh").stat().st_mode & 0o777 == 0o644
    (files.home / "run.sh").chmod(0o4750)
    stat = files.store.stat(files.root, (b"run.sh",))
    files.replace((b"run.sh",), b"two", stat.etag)
    assert (files.home / "run.sh").stat().st_mode & 0o7777 == 0o750


def test_the_owner_of_the_replaced_file_stays_where_we_may_set_it(files: Files) -> None:
    files.create((b"a",), b"one")
    if os.geteuid() == 0:
        os.chown(files.home / "a", 12345, 12345)
    owner = (files.home / "a").stat().st_uid
    files.replace((b"a",), b"two", files.store.stat(files.root, (b"a",)).etag)
    assert (files.home / "a").stat().st_uid == owner


def test_an_aborted_save_leaves_nothing(files: Files) -> None:
    writer = files.store.writer(files.root, (b"a",))
    writer.write(b"x" * 100_000)
    assert files.names() == set()
    writer.abort()
    writer.abort()
    assert on_disk(files.home) == []


def test_abort_after_commit_changes_nothing(files: Files) -> None:
    writer = files.store.writer(files.root, (b"a",))
    writer.write(b"x")
    writer.prepare()
    writer.commit(if_match=None, create=True)
    writer.abort()
    assert files.contents() == {"a": b"x"}


def test_folders_are_made_listed_and_deleted_when_empty(files: Files) -> None:
    made = files.store.mkdir(files.root, (b"d",))
    assert made.type is EntryType.FOLDER
    assert made.etag == ""
    with pytest.raises(Conflict):
        files.store.mkdir(files.root, (b"d",))
    with pytest.raises(Conflict):
        files.store.mkdir(files.root, ())
    with pytest.raises(NotFound):
        files.store.mkdir(files.root, (b"absent", b"e"))
    files.create((b"d", b"a"), b"x")
    with pytest.raises(Conflict):
        files.store.delete(files.root, (b"d",), if_match=None)
    files.store.delete(files.root, (b"d", b"a"), if_match=None)
    files.store.delete(files.root, (b"d",), if_match=None)
    assert files.names() == set()


def test_deleting_a_file_checks_its_version(files: Files) -> None:
    first = files.create((b"a",), b"one")
    files.replace((b"a",), b"two", first.etag)
    with pytest.raises(Changed):
        files.store.delete(files.root, (b"a",), if_match=first.etag)
    assert files.read((b"a",)) == b"two"
    files.store.delete(files.root, (b"a",), if_match=files.store.stat(files.root, (b"a",)).etag)
    assert on_disk(files.home) == []
    with pytest.raises(NotFound):
        files.store.delete(files.root, (b"a",), if_match=None)


def test_moving_never_replaces(files: Files) -> None:
    files.create((b"a",), b"one")
    files.create((b"b",), b"two")
    files.store.mkdir(files.root, (b"d",))
    with pytest.raises(Conflict):
        files.store.move(files.root, (b"a",), (b"b",))
    with pytest.raises(Conflict):
        files.store.move(files.root, (b"d",), (b"d", b"e"))
    with pytest.raises(Conflict):
        files.store.move(files.root, (), (b"e",))
    with pytest.raises(NotFound):
        files.store.move(files.root, (b"absent",), (b"e",))
    files.store.move(files.root, (b"a",), (b"d", b"a"))
    moved = files.store.move(files.root, (b"d",), (b"e",))
    assert moved == files.store.stat(files.root, (b"e",))
    assert files.read((b"e", b"a")) == b"one"
    assert files.names() == {b"b", b"e"}


def test_names_with_a_leading_dot_are_nowhere(files: Files) -> None:
    (files.home / ".secret").mkdir()
    (files.home / ".secret" / "token").write_text("x")
    (files.home / "d").mkdir()
    (files.home / "d" / ".env").write_text("x")
    store, root = files.store, files.root
    assert files.names() == {b"d"}
    assert [path for path, _ in store.walk(root)] == [(b"d",)]
    for path in ((b".secret",), (b".secret", b"token"), (b"d", b".env"), (b".new",)):
        for act in (
            lambda path=path: store.stat(root, path),
            lambda path=path: store.list(root, path),
            lambda path=path: store.open(root, path),
            lambda path=path: store.writer(root, path),
            lambda path=path: store.mkdir(root, path),
            lambda path=path: store.move(root, path, (b"x",)),
            lambda path=path: store.move(root, (b"d",), path),
            lambda path=path: store.delete(root, path, if_match=None),
            lambda path=path: store.stat(Anchor(WORKSPACE, path, None), ()),
        ):
            with pytest.raises(NotFound):
                act()
    assert (files.home / ".secret" / "token").read_text() == "x"


def test_a_folder_anchor_begins_at_that_folder_only(files: Files) -> None:
    files.store.mkdir(files.root, (b"d",))
    files.create((b"d", b"a"), b"one")
    anchor = files.folder_anchor((b"d",))
    assert files.read((b"a",), anchor) == b"one"
    (files.home / "d").rename(files.home / "old")
    (files.home / "d").mkdir()
    (files.home / "d" / "a").write_text("not yours")
    for act in (
        lambda: files.store.stat(anchor, ()),
        lambda: files.store.open(anchor, (b"a",)),
        lambda: files.store.list(anchor, ()),
        lambda: list(files.store.walk(anchor)),
        lambda: files.store.writer(anchor, (b"new",)),
        lambda: files.store.delete(anchor, (b"a",), if_match=None),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_folder_that_moved_is_found_by_what_it_is(files: Files) -> None:
    files.store.mkdir(files.root, (b"d",))
    identity = files.store.stat(files.root, (b"d",)).identity
    (files.home / "new").mkdir()
    (files.home / "d").rename(files.home / "new" / "name")
    absent = Identity(device=1, inode=1 << 60, birth_ns=1)
    assert files.store.find(WORKSPACE, [identity, absent]) == {identity: (b"new", b"name")}


def test_a_file_anchor_is_that_file_across_saves_and_never_a_folder(files: Files) -> None:
    stat = files.create((b"a",), b"one")
    anchor = Anchor(WORKSPACE, (b"a",), None)
    second = files.replace((), b"two", stat.etag, anchor)
    assert files.store.stat(anchor, ()) == second
    assert files.read((), anchor) == b"two"
    (files.home / "a").unlink()
    (files.home / "a").mkdir()
    (files.home / "a" / "private").write_text("x")
    for act in (
        lambda: files.store.stat(anchor, ()),
        lambda: files.store.open(anchor, ()),
        lambda: files.store.open(anchor, (b"private",)),
        lambda: files.store.list(anchor, ()),
        lambda: list(files.store.walk(anchor)),
        lambda: files.store.delete(anchor, (), if_match=None),
        lambda: files.store.writer(anchor, (b"new",)),
    ):
        with pytest.raises(NotFound):
            act()
    assert (files.home / "a" / "private").exists()


def test_the_folder_that_an_access_begins_at_is_not_changed_through_it(files: Files) -> None:
    files.store.mkdir(files.root, (b"d",))
    anchor = files.folder_anchor((b"d",))
    with pytest.raises(Conflict):
        files.store.delete(anchor, (), if_match=None)
    with pytest.raises(Conflict):
        files.store.writer(files.root, ())


def test_a_save_ends_when_its_folder_was_moved_away_meanwhile(files: Files) -> None:
    files.store.mkdir(files.root, (b"shared",))
    files.store.mkdir(files.root, (b"shared", b"d"))
    anchor = files.folder_anchor((b"shared",))
    writer = files.store.writer(anchor, (b"d", b"a"))
    writer.write(b"x")
    (files.home / "shared" / "d").rename(files.home / "private")
    with pytest.raises(NotFound):
        writer.commit(if_match=None, create=True)
    assert on_disk(files.home / "private") == []


@pytest.mark.parametrize("workspace", ["", ".", "..", "a/b", "w-1/", "w-2", "w\0", "x" * 65])
def test_no_other_directory_is_a_workspace(files: Files, workspace: str) -> None:
    with pytest.raises(NotFound):
        files.store.stat(Anchor(workspace, (), None), ())


def test_a_workspace_that_is_a_link_is_none(tmp_path: Path) -> None:
    store = LocalFileStore(tmp_path / "workspaces")
    store.create_root("w-1")
    (tmp_path / "outside").mkdir()
    (tmp_path / "workspaces" / "w-2").symlink_to(tmp_path / "outside")
    with pytest.raises(NotFound):
        store.stat(Anchor("w-2", (), None), ())
    with pytest.raises(NotFound):
        store.create_root("w-2")


def test_a_folder_with_more_entries_than_the_limit_is_told_so(tmp_path: Path) -> None:
    store = LocalFileStore(tmp_path, limit=3)
    store.create_root("w-1")
    for number in range(3):
        (tmp_path / "w-1" / f"{number}").touch()
    root = Anchor("w-1", (), None)
    assert len(list(store.list(root, ()))) == 3
    (tmp_path / "w-1" / "more").touch()
    with pytest.raises(TooLarge):
        store.list(root, ())
    assert len(list(store.walk(root))) == 4


def test_walking_gives_a_folder_before_what_is_in_it(files: Files) -> None:
    for path in ((b"a",), (b"a", b"b"), (b"a", b"b", b"c"), (b"d",)):
        files.store.mkdir(files.root, path)
    files.create((b"a", b"b", b"f"), b"x")
    walked = [path for path, _ in files.store.walk(files.root)]
    assert sorted(walked) == [(b"a",), (b"a", b"b"), (b"a", b"b", b"c"), (b"a", b"b", b"f"), (b"d",)]
    assert all(path[:-1] in walked[: walked.index(path)] for path in walked if len(path) > 1)


def test_no_descriptor_stays_open(files: Files) -> None:
    files.create((b"a",), b"x")
    before = open_descriptors()
    for _ in range(20):
        files.read((b"a",))
        files.names()
        writer = files.store.writer(files.root, (b"a",))
        with pytest.raises(Changed):
            writer.commit(if_match='"other"', create=False)
        for path in ((b"absent",), (b"a", b"b")):
            with pytest.raises(NotFound):
                files.store.open(files.root, path)
    assert open_descriptors() == before
