"""The index of the own files against the disk itself: after any acts, both say the same."""

import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jupyter_apex_ws.adapters.index import Index, Query
from jupyter_apex_ws.contract.local import IndexState
from jupyter_apex_ws.core.ports import RelPath
from jupyter_apex_ws.server import own_files as module
from jupyter_apex_ws.server.inotify import Overflow, Watcher, WatchLimit
from jupyter_apex_ws.server.own_files import OwnFiles, open_own_files
from jupyter_apex_ws.server.walk import Home

log = logging.getLogger(__name__)

Found = dict[RelPath, tuple[bool, int, int]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    found = tmp_path / "home"
    found.mkdir()
    return found


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., OwnFiles]]:
    made: list[OwnFiles] = []

    def make(home: Path, **options: Callable[[], None]) -> OwnFiles:
        changed = options.get("changed", lambda: None)
        found = open_own_files(home, tmp_path / "index", log, changed, [])
        made.append(found)
        found.start()
        return found

    yield make
    for found in made:
        found.stop()


def on_disk(home: Path) -> Found:
    """By a plain walk, links and dot-names left out."""
    found: Found = {}
    for path in home.iterdir():
        if path.name.startswith(".") or path.is_symlink():
            continue
        name, stat = os.fsencode(path.name), path.lstat()
        if path.is_dir():
            found[(name,)] = (True, 0, stat.st_mtime_ns)
            found |= {(name, *below): entry for below, entry in on_disk(path).items()}
        else:
            found[(name,)] = (False, stat.st_size, stat.st_mtime_ns)
    return found


def in_index(own_files: OwnFiles) -> Found:
    with own_files._index._database.read(5) as connection:
        rows = connection.execute(
            "SELECT f.path, e.name, e.kind, e.size, e.modified "
            "FROM entries e JOIN folders f ON f.id = e.folder"
        )
        return {
            (*(folder.split(b"/") if folder else ()), name): (kind != 0, size, modified)
            for folder, name, kind, size, modified in rows
        }


def same_as_disk(own_files: OwnFiles, home: Path, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while (found := in_index(own_files)) != (expected := on_disk(home)):
        assert time.monotonic() < end, found.items() ^ expected.items()
        time.sleep(0.02)


NAMES = ["a", "b.txt", "ä", "c d", os.fsdecode(b"x\xff"), ".dot"]


# Not made smaller where it fails: each try waits for what never comes.
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate]
)
@given(data=st.data())
def test_after_any_acts_the_index_is_the_disk(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    base = tmp_path_factory.mktemp("own")
    home = base / "home"
    home.mkdir()
    own_files = open_own_files(home, base / "index", log, lambda: None, [])
    own_files.start()
    try:
        for _ in range(data.draw(st.integers(1, 25))):
            _act(home, data)
            if data.draw(st.booleans()):
                time.sleep(0.003)
        same_as_disk(own_files, home)
    finally:
        own_files.stop()


def _act(home: Path, data: st.DataObject) -> None:
    folders = [home, *(path for path in sorted(home.rglob("*")) if path.is_dir() and not path.is_symlink())]
    target = data.draw(st.sampled_from(folders)) / data.draw(st.sampled_from(NAMES))
    act = data.draw(st.sampled_from(["write", "mkdir", "tree", "rename", "delete", "link"]))
    try:
        if act == "write":
            target.write_text("x" * data.draw(st.integers(0, 3)))
        elif act == "mkdir":
            target.mkdir()
        elif act == "tree":
            (target / "deep" / "er").mkdir(parents=True)
            (target / "deep" / "er" / "file").write_text("")
        elif act == "link":
            target.symlink_to(home)
        elif act == "rename":
            source = data.draw(st.sampled_from(sorted(home.rglob("*")) or [home]))
            source.rename(target)
        elif target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink()
    except OSError:
        pass  # the file system does not do that


def test_what_was_changed_while_no_server_ran_is_found(home: Path, opened: Callable[..., OwnFiles]) -> None:
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "b" / "old").write_text("")
    own_files = opened(home)
    same_as_disk(own_files, home)
    own_files.stop()
    own_files.stop = lambda: None  # type: ignore[method-assign]  # it is stopped
    shutil.rmtree(home / "a")
    (home / "new").write_text("1")
    same_as_disk(opened(home), home)


def test_names_are_found_while_the_rest_is_read(
    home: Path, opened: Callable[..., OwnFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        (home / f"folder {number}").mkdir()
    held = threading.Event()
    children = Home.children

    def slow(self: Home, path: RelPath) -> object:
        if path:
            held.wait(10)
        return children(self, path)

    monkeypatch.setattr(Home, "children", slow)
    monkeypatch.setattr(module, "_SLICE_ENTRIES", 1)
    own_files = opened(home)
    end = time.monotonic() + 5
    while own_files.search(Query.parse("folder"), 50).total < 30 and time.monotonic() < end:
        time.sleep(0.01)
    assert own_files.search(Query.parse("folder"), 50).total == 30
    assert own_files.status().state is IndexState.READING
    held.set()
    same_as_disk(own_files, home)


def test_without_news_from_the_kernel_it_walks_and_says_so(
    home: Path, opened: Callable[..., OwnFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(self: Watcher) -> None:
        raise OSError(38, "no inotify here")

    monkeypatch.setattr(Watcher, "__init__", none)
    monkeypatch.setattr(module, "_BLIND_WALK_SECONDS", 0.05)
    own_files = opened(home)
    (home / "late").write_text("")
    same_as_disk(own_files, home)
    status = own_files.status()
    assert (status.state, status.detail) == (IndexState.READY, module._BLIND)


def test_beyond_the_limit_of_watches_it_walks_and_says_so(
    home: Path, opened: Callable[..., OwnFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Watcher.add

    def limited(self: Watcher, path: bytes, name: bytes) -> None:
        if name:
            raise WatchLimit(28, "no more")
        add(self, path, name)

    monkeypatch.setattr(Watcher, "add", limited)
    monkeypatch.setattr(module, "_BLIND_WALK_SECONDS", 0.05)
    (home / "unwatched").mkdir()
    own_files = opened(home)
    same_as_disk(own_files, home)
    (home / "unwatched" / "late").write_text("")
    same_as_disk(own_files, home)
    detail = own_files.status().detail
    assert detail is not None
    assert "max_user_watches" in detail


def test_dropped_news_lead_to_a_walk(
    home: Path, opened: Callable[..., OwnFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_files = opened(home)
    same_as_disk(own_files, home)
    news = Watcher.news

    def dropping(self: Watcher) -> Iterator[tuple[bytes, bytes, bool]]:
        if list(news(self)):
            raise Overflow
        yield from ()

    monkeypatch.setattr(Watcher, "news", dropping)
    (home / "a").mkdir()
    (home / "a" / "b").write_text("")
    same_as_disk(own_files, home)


def test_a_folder_that_is_gone_is_said_and_healed(
    tmp_path: Path, opened: Callable[..., OwnFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RETRY_SECONDS", 0.05)
    home = tmp_path / "later"
    own_files = opened(home)
    end = time.monotonic() + 5
    while own_files.status().state is not IndexState.FAILED and time.monotonic() < end:
        time.sleep(0.01)
    detail = own_files.status().detail
    assert detail is not None
    assert str(tmp_path) not in detail
    home.mkdir()
    (home / "a").write_text("")
    same_as_disk(own_files, home)
    while own_files.status().state is not IndexState.READY:
        time.sleep(0.01)


def test_a_broken_index_is_made_anew_by_itself(home: Path, opened: Callable[..., OwnFiles]) -> None:
    (home / "a").write_text("")
    own_files = opened(home)
    same_as_disk(own_files, home)
    with own_files._index._database.write() as connection:
        connection.execute("DROP TABLE names")
    with pytest.raises((module.IndexLost, sqlite3.Error)):
        own_files.search(Query.parse("abc"), 5)
    same_as_disk(own_files, home)
    assert own_files.search(Query.parse("a"), 5).total == 1


def test_two_servers_of_one_person_do_not_share_a_file(home: Path, opened: Callable[..., OwnFiles]) -> None:
    (home / "a").write_text("")
    first, second = opened(home), opened(home)
    same_as_disk(first, home)
    same_as_disk(second, home)
    (home / "b").write_text("")
    same_as_disk(first, home)
    same_as_disk(second, home)


def test_the_index_and_mounted_shares_are_not_in_the_index(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "shared" / "bob").mkdir(parents=True)
    (home / "cache").mkdir()
    (home / "b").mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: path == os.fsencode(home / "shared"))
    found = Home(home, [home / "cache"])
    assert [child[0] for child in found.children(()) or []] == [b"b"]
    assert found.excluded((b"shared", b"bob"))
    assert found.excluded((b"cache",))
    assert not found.excluded((b"b", b"shared"))


def test_a_time_that_no_calendar_has_breaks_nothing(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    index.sync("home", [((), [(b"far", False, 2**70, 2**70), (b"early", False, 0, -(2**70))])])
    assert index.count("home") == 2
    assert len(index.recent(["home"])) == 2
    index.close()
