"""The contents manager: stock behaviour, with saves that are whole and lose nothing."""

import base64
import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tornado.web import HTTPError

from jupyter_apex_ws.adapters.files import replace
from jupyter_apex_ws.server.contents import ApexContentsManager


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def manager(home: Path) -> ApexContentsManager:
    return ApexContentsManager(root_dir=str(home), delete_to_trash=False)


def text(content: str, **more: Any) -> dict[str, Any]:
    return {"type": "file", "format": "text", "content": content, **more}


def notebook(source: str) -> dict[str, Any]:
    cells = [nbformat.v4.new_code_cell(source)]
    return {"type": "notebook", "format": "json", "content": nbformat.v4.new_notebook(cells=cells)}


def copies(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if ".conflict-" in entry.name)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name != ".ipynb_checkpoints")


async def test_files_and_notebooks_are_saved_and_read(manager: ApexContentsManager, home: Path) -> None:
    saved = await manager.save(text("ä\r\n"), "a.txt")
    assert (saved["name"], saved["size"]) == ("a.txt", 4)
    assert (await manager.get("a.txt"))["content"] == "ä\r\n"
    data = base64.b64encode(b"\0\xff").decode()
    await manager.save({"type": "file", "format": "base64", "content": data}, "b.bin")
    assert (home / "b.bin").read_bytes() == b"\0\xff"
    await manager.save(notebook("1+1"), "n.ipynb")
    model = await manager.get("n.ipynb", require_hash=True)
    assert model["content"]["cells"][0]["source"] == "1+1"
    assert len(model["hash"]) == 64
    assert names(home) == ["a.txt", "b.bin", "n.ipynb"]


async def test_saving_again_what_this_server_wrote_leaves_no_copy(
    manager: ApexContentsManager, home: Path
) -> None:
    for turn in range(5):
        await manager.save(notebook(f"{turn}"), "n.ipynb")
        await manager.save(text(f"{turn}"), "a.txt")
    assert names(home) == ["a.txt", "n.ipynb"]


async def test_saving_over_what_this_server_read_leaves_no_copy(
    manager: ApexContentsManager, home: Path
) -> None:
    (home / "a.txt").write_text("by a program")
    await manager.get("a.txt")
    await manager.save(text("mine"), "a.txt")
    assert names(home) == ["a.txt"]


@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "replaced"])
async def test_what_a_program_wrote_meanwhile_is_kept(
    manager: ApexContentsManager, home: Path, in_place: bool
) -> None:
    await manager.save(text("first"), "a.txt")
    time.sleep(0.02)  # kernels before 6.13 date changes by the tick
    if not in_place:
        (home / "a.txt").unlink()
    (home / "a.txt").write_text("other")
    await manager.save(text("mine!"), "a.txt")
    assert (home / "a.txt").read_text() == "mine!"
    (copy,) = copies(home)
    assert copy.read_text() == "other"
    assert copy.suffix == ".txt"


async def test_looking_without_reading_makes_no_version_known(
    manager: ApexContentsManager, home: Path
) -> None:
    (home / "a.txt").write_text("by a program")
    await manager.get("a.txt", content=False, require_hash=True)
    await manager.get("", content=True)
    await manager.save(text("mine"), "a.txt")
    assert [copy.read_text() for copy in copies(home)] == ["by a program"]


async def test_the_same_bytes_under_another_date_or_mode_are_no_conflict(
    manager: ApexContentsManager, home: Path
) -> None:
    await manager.save(text("#!/bin/sh"), "run.sh")
    (home / "run.sh").chmod(0o755)
    os.utime(home / "run.sh", (1, 1))
    await manager.save(text("#!/bin/bash"), "run.sh")
    assert names(home) == ["run.sh"]
    assert (home / "run.sh").stat().st_mode & 0o777 == 0o755
    # Nor is saving what is there already, though this server never saw it.
    (home / "b").write_text("same")
    await manager.save(text("same"), "b")
    assert names(home) == ["b", "run.sh"]


async def test_a_write_right_before_the_save_becomes_visible_is_kept(
    manager: ApexContentsManager, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await manager.save(text("first"), "a.txt")
    original = replace.exchange

    def exchange(*arguments: Any) -> None:
        (home / "a.txt").write_text("in the last moment")
        original(*arguments)

    monkeypatch.setattr(replace, "exchange", exchange)
    await manager.save(text("mine"), "a.txt")
    assert (home / "a.txt").read_text() == "mine"
    assert [copy.read_text() for copy in copies(home)] == ["in the last moment"]


async def test_where_names_cannot_be_exchanged_saves_work_and_keep_what_is_not_known(
    manager: ApexContentsManager, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renameat2(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr("jupyter_apex_ws.adapters.files.syscalls.renameat2", renameat2)
    await manager.save(text("first"), "a.txt")
    await manager.save(text("second"), "a.txt")
    assert names(home) == ["a.txt"]
    (home / "a.txt").write_text("other")
    await manager.save(text("third"), "a.txt")
    assert [copy.read_text() for copy in copies(home)] == ["other"]
    assert (home / "a.txt").read_text() == "third"


async def test_a_reader_never_sees_half_a_file(manager: ApexContentsManager, home: Path) -> None:
    size = 500_000
    await manager.save(text("0" * size), "a.txt")
    stop, halves, seen = threading.Event(), [], set()

    def read() -> None:
        while not stop.is_set():
            data = (home / "a.txt").read_bytes()
            seen.add(data[:1])
            if data != data[:1] * size:
                halves.append(len(data))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(40):
        await manager.save(text(f"{turn % 10}" * size), "a.txt")
    stop.set()
    reader.join()
    assert halves == []
    assert len(seen) > 1


async def test_a_save_that_fails_leaves_the_old_version(
    manager: ApexContentsManager, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await manager.save(text("old"), "a.txt")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HTTPError) as caught:
        await manager.save(text("new"), "a.txt")
    assert caught.value.status_code == 507
    assert str(home) not in str(caught.value)
    assert (home / "a.txt").read_text() == "old"
    assert names(home) == ["a.txt"]


async def test_a_link_inside_the_home_stays_a_link(manager: ApexContentsManager, home: Path) -> None:
    (home / "real").mkdir()
    (home / "real" / "a.txt").write_text("old")
    (home / "folder").symlink_to("real")
    (home / "link.txt").symlink_to("real/a.txt")
    assert (await manager.get("link.txt"))["content"] == "old"
    await manager.save(text("one"), "link.txt")
    assert (home / "real" / "a.txt").read_text() == "one"
    await manager.save(text("two"), "folder/a.txt")
    assert (home / "real" / "a.txt").read_text() == "two"
    assert (home / "link.txt").is_symlink()
    assert (home / "folder").is_symlink()
    assert names(home / "real") == ["a.txt"]


async def test_a_link_out_of_the_home_is_saved_as_stock_does(
    manager: ApexContentsManager, home: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "data.txt"
    outside.write_text("old")
    inode = outside.stat().st_ino
    (home / "data.txt").symlink_to(outside)
    await manager.save(text("new"), "data.txt")
    assert outside.read_text() == "new"
    assert outside.stat().st_ino == inode


@pytest.mark.parametrize("over", [False, True], ids=["new", "over a file"])
async def test_an_upload_in_pieces_becomes_visible_with_its_last_piece(
    manager: ApexContentsManager, home: Path, over: bool
) -> None:
    if over:
        await manager.save(text("old"), "big.bin")
    pieces = [b"one" * 1000, b"two" * 1000, b"three"]
    for chunk, piece in zip((1, 2, -1), pieces, strict=True):
        assert (home / "big.bin").exists() is over
        content = base64.b64encode(piece).decode()
        model = await manager.save(
            {"type": "file", "format": "base64", "content": content, "chunk": chunk}, "big.bin"
        )
        assert model["name"] == "big.bin"
        assert model["content"] is None
        assert "chunk" not in model
    assert model["size"] == sum(map(len, pieces))
    assert (home / "big.bin").read_bytes() == b"".join(pieces)
    assert names(home) == ["big.bin"]


async def test_a_piece_of_an_upload_that_is_not_under_way_is_refused(
    manager: ApexContentsManager, home: Path
) -> None:
    for chunk in (2, -1):
        with pytest.raises(HTTPError) as caught:
            await manager.save(text("x", chunk=chunk), "big.bin")
        assert caught.value.status_code == 409
    for bad in (
        {"type": "notebook", "format": "text", "content": "x", "chunk": 1},
        {"type": "file", "format": "json", "content": "x", "chunk": 1},
        {"type": "file", "format": "base64", "content": "ä", "chunk": 1},
        {"type": "file", "format": "text", "chunk": 1},
    ):
        with pytest.raises(HTTPError) as caught:
            await manager.save(bad, "big.bin")
        assert caught.value.status_code == 400
    assert names(home) == []


async def test_an_upload_that_begins_again_or_is_given_up_leaves_nothing(
    manager: ApexContentsManager, home: Path
) -> None:
    await manager.save(text("lost", chunk=1), "a.txt")
    await manager.save(text("one", chunk=1), "a.txt")
    await manager.save(text("two", chunk=-1), "a.txt")
    assert (home / "a.txt").read_text() == "onetwo"
    await manager.save(text("given up", chunk=1), "b.txt")
    assert len(names(home)) == 2
    manager._uploads.close()
    assert names(home) == ["a.txt"]


async def test_a_checkpoint_is_made_and_restored(manager: ApexContentsManager, home: Path) -> None:
    await manager.save(notebook("old"), "n.ipynb")
    checkpoint = await manager.create_checkpoint("n.ipynb")
    await manager.save(notebook("new"), "n.ipynb")
    assert len(await manager.list_checkpoints("n.ipynb")) == 1
    await manager.restore_checkpoint(checkpoint["id"], "n.ipynb")
    assert (await manager.get("n.ipynb"))["content"]["cells"][0]["source"] == "old"
    assert names(home) == ["n.ipynb"]
    (home / "n.ipynb").write_text("by a program")
    await manager.restore_checkpoint(checkpoint["id"], "n.ipynb")
    assert [copy.read_text() for copy in copies(home)] == ["by a program"]
    with pytest.raises(HTTPError) as caught:
        await manager.restore_checkpoint("checkpoint", "absent.txt")
    assert caught.value.status_code == 404


@pytest.mark.parametrize("path", ["../outside.txt", "a/../../outside.txt", "absent/a.txt"])
async def test_paths_are_refused_as_in_stock(manager: ApexContentsManager, tmp_path: Path, path: str) -> None:
    with pytest.raises(HTTPError):
        await manager.save(text("x"), path)
    with pytest.raises(HTTPError):
        await manager.save(text("x", chunk=1), path)
    assert not (tmp_path / "outside.txt").exists()


async def test_hidden_files_follow_allow_hidden(manager: ApexContentsManager, home: Path) -> None:
    (home / ".env").write_text("x")
    with pytest.raises(HTTPError):
        await manager.get(".env")
    manager.allow_hidden = True
    assert (await manager.get(".env"))["content"] == "x"
    await manager.save(text("y"), ".env")
    assert (home / ".env").read_text() == "y"


async def test_a_file_that_may_not_be_written_is_refused(
    manager: ApexContentsManager, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "a.txt").write_text("old")
    original = os.access
    # Root may write everything, so the answer of the system is given here.
    monkeypatch.setattr(
        os,
        "access",
        lambda path, mode: not (mode & os.W_OK and str(path).endswith("a.txt")) and original(path, mode),
    )
    with pytest.raises(HTTPError) as caught:
        await manager.save(text("new"), "a.txt")
    assert caught.value.status_code == 403
    assert (home / "a.txt").read_text() == "old"


async def test_observers_are_told_after_the_fact(manager: ApexContentsManager, home: Path) -> None:
    told: list[tuple[str, ...]] = []

    def note(kind: str) -> Callable[..., None]:
        return lambda *paths: told.append((kind, *paths))

    def broken(*_: str) -> None:
        raise RuntimeError("a broken observer fails nothing")

    manager.on_saved += [broken, note("saved")]
    manager.on_moved += [broken, note("moved")]
    manager.on_deleted += [broken, note("deleted")]
    await manager.save({"type": "directory"}, "d")
    await manager.save(text("x"), "/d/a.txt")
    await manager.rename("d", "e")
    await manager.rename("e/a.txt", "e/a.txt")
    await manager.copy("e/a.txt", "")
    await manager.delete("/e/a.txt")
    await manager.save(text("x", chunk=1), "up.txt")
    await manager.save(text("y", chunk=-1), "up.txt")
    with pytest.raises(HTTPError):
        await manager.delete("absent")
    with pytest.raises(HTTPError):
        await manager.rename("absent", "b")
    assert told == [
        ("saved", "d"),
        ("saved", "d/a.txt"),
        ("moved", "d", "e"),
        ("saved", "a.txt"),
        ("deleted", "e/a.txt"),
        ("saved", "up.txt"),
    ]


async def test_a_renamed_file_is_still_the_version_that_was_written(
    manager: ApexContentsManager, home: Path
) -> None:
    await manager.save({"type": "directory"}, "d")
    await manager.save(text("one"), "d/a.txt")
    await manager.rename("d/a.txt", "d/b.txt")
    await manager.rename("d", "e")
    await manager.save(text("two"), "e/b.txt")
    assert names(home / "e") == ["b.txt"]


async def test_without_atomic_writing_it_is_stock(home: Path) -> None:
    manager = ApexContentsManager(root_dir=str(home), use_atomic_writing=False)
    (home / "a.txt").write_text("old")
    inode = (home / "a.txt").stat().st_ino
    await manager.save(text("new"), "a.txt")
    await manager.save(text("x", chunk=1), "b.txt")
    assert (home / "b.txt").read_text() == "x"
    assert (home / "a.txt").stat().st_ino == inode
    assert names(home) == ["a.txt", "b.txt"]
