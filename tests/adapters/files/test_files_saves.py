"""Saves at the same time as other people's: nobody's bytes are lost, and a reader sees one version."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from stored_files import Files, on_disk

from jupyter_apex_ws.adapters.files import LocalFileStore, replace, syscalls
from jupyter_apex_ws.adapters.files.descriptors import Descriptor
from jupyter_apex_ws.core.errors import Changed, Conflict

Act = Callable[[], object]


def _around_exchange(monkeypatch: pytest.MonkeyPatch, number: int, *, before: Act | None = None) -> None:
    """Let something happen right before the exchange of this number (1: ours, 2: the one that gives back)."""
    original = replace.exchange
    done = 0

    def exchange(folder: Descriptor, one: bytes, other: bytes) -> None:
        nonlocal done
        done += 1
        if done == number and before is not None:
            before()
        original(folder, one, other)

    monkeypatch.setattr(replace, "exchange", exchange)


def _put(path: Path, data: bytes) -> None:
    """Another program's atomic save."""
    temporary = path.with_name("other-program")
    temporary.write_bytes(data)
    temporary.replace(path)


def _overwrite(path: Path, data: bytes) -> None:
    """Another program's save in place, of the same size."""
    time.sleep(0.02)  # kernels before 6.13 date changes by the tick: within one, such a save cannot be seen
    with path.open("r+b") as file:
        file.write(data)


@pytest.mark.parametrize("disturb", [_put, _overwrite], ids=["replaced", "written in place"])
def test_a_change_right_before_the_exchange_wins(
    files: Files, monkeypatch: pytest.MonkeyPatch, disturb: Callable[[Path, bytes], None]
) -> None:
    stat = files.create((b"a",), b"old")
    _around_exchange(monkeypatch, 1, before=lambda: disturb(files.home / "a", b"his"))
    with pytest.raises(Changed):
        files.replace((b"a",), b"new", stat.etag)
    assert files.contents() == {"a": b"his"}


def test_a_file_deleted_right_before_the_exchange_stays_deleted(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = files.create((b"a",), b"old")
    _around_exchange(monkeypatch, 1, before=(files.home / "a").unlink)
    with pytest.raises(Changed):
        files.replace((b"a",), b"new", stat.etag)
    assert files.contents() == {}


def test_a_link_put_there_right_before_the_exchange_is_given_back(
    files: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"outside")
    stat = files.create((b"a",), b"old")

    def swap() -> None:
        (files.home / "a").unlink()
        (files.home / "a").symlink_to(outside)

    _around_exchange(monkeypatch, 1, before=swap)
    with pytest.raises(Changed):
        files.replace((b"a",), b"new", stat.etag)
    assert outside.read_bytes() == b"outside"
    assert (files.home / "a").readlink() == outside
    assert on_disk(files.home) == ["a"]


@pytest.mark.parametrize("disturb", [_put, _overwrite], ids=["replaced", "written in place"])
def test_a_change_while_it_is_given_back_is_kept_as_a_conflict_copy(
    files: Files, monkeypatch: pytest.MonkeyPatch, disturb: Callable[[Path, bytes], None]
) -> None:
    stat = files.create((b"a.txt",), b"old")
    target = files.home / "a.txt"
    original = replace.exchange
    turns = iter((lambda: _put(target, b"his"), lambda: disturb(target, b"her")))

    def exchange(folder: Descriptor, one: bytes, other: bytes) -> None:
        next(turns)()
        original(folder, one, other)

    monkeypatch.setattr(replace, "exchange", exchange)
    with pytest.raises(Changed):
        files.replace((b"a.txt",), b"new", stat.etag)
    left = files.contents()
    assert left.pop("a.txt") == b"his"
    ((name, data),) = left.items()
    assert data == b"her"
    assert name.startswith("a.conflict-")
    assert name.endswith(".txt")


def test_a_deletion_while_it_is_given_back_loses_nothing(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = files.create((b"a",), b"old")
    target = files.home / "a"
    original = replace.exchange
    turns = iter((lambda: _put(target, b"his"), target.unlink))

    def exchange(folder: Descriptor, one: bytes, other: bytes) -> None:
        next(turns)()
        original(folder, one, other)

    monkeypatch.setattr(replace, "exchange", exchange)
    with pytest.raises(Changed):
        files.replace((b"a",), b"new", stat.etag)
    assert files.contents() == {"a": b"his"}


def test_a_change_right_before_a_deletion_wins(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = files.create((b"a",), b"old")
    original = replace.delete

    def delete(folder: Descriptor, name: bytes, before: syscalls.Status) -> None:
        _put(files.home / "a", b"his")
        original(folder, name, before)

    monkeypatch.setattr(replace, "delete", delete)
    with pytest.raises(Changed):
        files.store.delete(files.root, (b"a",), if_match=stat.etag)
    assert files.contents() == {"a": b"his"}


def _without_rename_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    def renameat2(*_: object) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(syscalls, "renameat2", renameat2)


def test_where_names_cannot_be_exchanged_the_displaced_file_stays_as_a_conflict_copy(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_rename_flags(monkeypatch)
    stat = files.create((b"a.txt",), b"old")
    with pytest.raises(Changed):
        files.create((b"a.txt",), b"new")
    assert files.contents() == {"a.txt": b"old"}
    new = files.replace((b"a.txt",), b"new", files.store.stat(files.root, (b"a.txt",)).etag)
    assert new == files.store.stat(files.root, (b"a.txt",))
    left = files.contents()
    assert left.pop("a.txt") == b"new"
    assert list(left.values()) == [b"old"]
    with pytest.raises(Changed):
        files.replace((b"a.txt",), b"newer", stat.etag)


def test_where_rename_has_no_flags_moving_still_never_replaces(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.create((b"a",), b"one")
    files.create((b"b",), b"two")
    for name in (b"d", b"empty"):
        files.store.mkdir(files.root, (name,))
    _without_rename_flags(monkeypatch)
    for source, target in ((b"a", b"b"), (b"a", b"d"), (b"d", b"a"), (b"d", b"empty")):
        with pytest.raises(Conflict):
            files.store.move(files.root, (source,), (target,))
    files.store.move(files.root, (b"a",), (b"c",))
    files.store.move(files.root, (b"d",), (b"e",))
    assert files.names() == {b"b", b"c", b"e", b"empty"}


def test_of_many_saves_of_one_version_one_succeeds(files: Files) -> None:
    stat = files.create((b"a",), b"0")
    used: list[str] = []
    saved: set[bytes] = {b"0"}
    lock = threading.Lock()

    def save(number: int) -> None:
        for turn in range(30):
            etag, text = files.store.stat(files.root, (b"a",)).etag, b"%d-%d" % (number, turn)
            try:
                files.replace((b"a",), text, etag)
            except Changed:
                continue
            with lock:
                used.append(etag)
                saved.add(text)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stat.etag in used
    assert len(used) == len(set(used))
    left = files.contents()
    assert left.pop("a") in saved
    # What is displaced while it is being given back is kept rather than lost; nothing else stays.
    assert all(name.startswith("a.conflict-") for name in left)


def test_a_reader_never_sees_half_a_file(files: Files) -> None:
    size = 300_000
    etag = files.create((b"a",), b"0" * size).etag
    seen: set[bytes] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            data = files.read((b"a",))
            seen.add(data[:1] if data == data[:1] * size else b"half")

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(60):
        etag = files.replace((b"a",), b"%d" % (turn % 10) * size, etag).etag
    stop.set()
    reader.join()
    assert b"half" not in seen
    assert len(seen) > 1


def test_a_sweep_removes_what_cut_off_saves_left_and_nothing_else(files: Files) -> None:
    for name in (".~apex-new-0123456789abcdef", ".profile", "a"):
        (files.home / name).write_bytes(b"x")
    # Held under the inode of our file: unfinished. Under another: displaced, perhaps an only copy.
    (files.home / ".~apex-0-01234567~b.txt").write_bytes(b"displaced")
    unfinished = files.home / "unfinished"
    unfinished.write_bytes(b"x")
    unfinished.rename(files.home / f".~apex-{unfinished.stat().st_ino:x}-01234567~c.txt")
    assert files.store.sweep_temporaries() == 0  # all younger than the store

    alive = files.store.writer(files.root, (b"d",))
    later = LocalFileStore(files.home.parent)
    assert later.sweep_temporaries() == 3
    alive.write(b"d")
    alive.commit(if_match=None, create=True)
    left = files.contents()
    copy = next(name for name in left if ".conflict-" in name)
    assert left.pop(copy) == b"displaced"
    assert left == {".profile": b"x", "a": b"x", "d": b"d"}
    assert copy.startswith("b.")
