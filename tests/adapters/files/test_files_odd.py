"""Names and things on a disk that are not ordinary files and folders."""

import os
import resource
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from stored_files import Files, on_disk

from jupyter_apex_ws.core.errors import NotFound, StorageFull
from jupyter_apex_ws.core.paths import addressable

PATIENCE_SECONDS = 2


@contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < PATIENCE_SECONDS


def _refused_everywhere(files: Files, name: bytes) -> None:
    with in_time():
        for act in (
            lambda: files.store.stat(files.root, (name,)),
            lambda: files.store.open(files.root, (name,)),
            lambda: files.store.list(files.root, (name,)),
            lambda: files.store.delete(files.root, (name,), if_match=None),
            lambda: files.store.move(files.root, (name,), (b"moved",)),
            lambda: files.store.open(files.root, (name, b"x")),
        ):
            with pytest.raises(NotFound):
                act()
        assert name not in files.names()
        assert all(path[-1] != name for path, _ in files.store.walk(files.root))


def test_fs_05_a_fifo_is_not_there_and_nobody_waits_for_it(files: Files) -> None:
    os.mkfifo(files.home / "fifo")
    _refused_everywhere(files, b"fifo")
    assert (files.home / "fifo").exists()


def test_fs_05_a_socket_is_not_there(files: Files) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(files.home / "s"))
        _refused_everywhere(files, b"s")


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "a", ".", "..", "absent", "/proc/self/root"])
def test_a_link_is_not_there_wherever_it_leads(files: Files, target: str) -> None:
    files.create((b"a",), b"x")
    (files.home / "link").symlink_to(target)
    _refused_everywhere(files, b"link")


def test_fs_05_a_device_is_not_there(tmp_path: Path) -> None:
    # Needs no privilege: a device of the machine is bound over a file, in a mount namespace of its own.
    _in_own_namespace(
        tmp_path,
        """
        subprocess.run(["mount", "--bind", "/dev/zero", str(home / "device")], check=True)
        assert stat.S_ISCHR((home / "device").stat().st_mode)
        for act in (store.stat, store.open, store.list):
            try:
                act(root, (b"device",))
            except NotFound:
                continue
            raise AssertionError(act)
        assert [name for name, _ in store.list(root, ())] == []
        """,
        prepare=lambda home: (home / "device").touch(),
    )


def test_a_full_disk_leaves_the_old_version_and_no_leftover(tmp_path: Path) -> None:
    _in_own_namespace(
        tmp_path,
        """
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(home)], check=True)
        (home / "a").write_bytes(b"old")
        etag = store.stat(root, (b"a",)).etag
        for _ in range(3):
            writer = store.writer(root, (b"a",))
            try:
                for _ in range(40):
                    writer.write(b"x" * 65536)
                writer.commit(if_match=etag, create=False)
            except StorageFull:
                assert [entry.name for entry in home.iterdir()] == ["a"]
                continue
            raise AssertionError("2.5 MB went into 1 MB")
        assert (home / "a").read_bytes() == b"old"
        writer = store.writer(root, (b"a",))
        writer.write(b"new" * 1000)
        writer.commit(if_match=etag, create=False)
        assert (home / "a").read_bytes() == b"new" * 1000
        """,
    )


def _in_own_namespace(
    tmp_path: Path, body: str, prepare: Callable[[Path], object] = lambda home: None
) -> None:
    home = tmp_path / "w-1"
    home.mkdir()
    prepare(home)
    script = textwrap.dedent(
        """
        import stat, subprocess, sys
        from pathlib import Path
        from jupyter_apex_ws.adapters.files import LocalFileStore
        from jupyter_apex_ws.core.errors import NotFound, StorageFull
        from jupyter_apex_ws.core.ports import Anchor
        home = Path(sys.argv[1])
        store, root = LocalFileStore(home.parent), Anchor("w-1", (), None)
        """
    ) + textwrap.dedent(body)
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", sys.executable, "-c", script, str(home)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_file_beyond_the_allowed_size_is_storage_full(files: Files) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    writer = files.store.writer(files.root, (b"a",))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageFull):
            writer.write(b"x" * 200_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert on_disk(files.home) == []


def test_fs_05_a_sparse_file_of_a_terabyte_is_read_where_asked(files: Files) -> None:
    with (files.home / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    with in_time():
        file = files.store.open(files.root, (b"sparse",))
        assert file.stat.size == 1 << 40
        assert file.read_at((1 << 40) - 10, 1000) == b"\0" * 10
        assert file.read_at(1 << 40, 1000) == b""
        file.close()


@pytest.mark.parametrize(
    "name",
    [
        b"\xff\xfe",
        b"line\nbreak",
        b"\x1b[2J",
        "\u202egpj.exe".encode(),
        b"back\\slash",
        b"%2e%2e",
        b" ",
        b"x" * 255,
        "ü".encode() * 127,
        b"-rf",
        b"$(reboot)",
    ],
)
def test_names_are_bytes_and_come_back_as_they_are(files: Files, name: bytes) -> None:
    stat = files.create((name,), b"one")
    files.replace((name,), b"two", stat.etag)
    assert files.names() == {name}
    files.store.move(files.root, (name,), (b"moved",))
    files.store.move(files.root, (b"moved",), (name,))
    assert files.read((name,)) == b"two"
    files.store.mkdir(files.root, (b"d",))
    files.store.move(files.root, (name,), (b"d", name))
    assert sorted(path for path, _ in files.store.walk(files.root)) == sorted([(b"d",), (b"d", name)])
    files.store.delete(files.root, (b"d", name), if_match=None)


@pytest.mark.parametrize("name", [b"", b".", b"..", b"a/b", b"/etc/passwd", b"a\0b", b"x" * 256])
def test_what_is_no_name_is_not_there(files: Files, name: bytes) -> None:
    files.create((b"a",), b"x")
    for act in (
        lambda: files.store.stat(files.root, (name,)),
        lambda: files.store.open(files.root, (name,)),
        lambda: files.store.writer(files.root, (name,)),
        lambda: files.store.mkdir(files.root, (name,)),
        lambda: files.store.move(files.root, (b"a",), (name,)),
        lambda: files.store.delete(files.root, (name,), if_match=None),
    ):
        with pytest.raises(NotFound):
            act()


def test_two_spellings_of_one_word_are_two_files(files: Files) -> None:
    composed, decomposed = "é".encode(), "e\u0301".encode()
    files.create((composed,), b"one")
    files.create((decomposed,), b"two")
    assert files.names() == {composed, decomposed}
    assert (files.read((composed,)), files.read((decomposed,))) == (b"one", b"two")


def test_names_that_cannot_be_written_are_listed(files: Files) -> None:
    for name in (b"\xff", b"a\nb", b"plain"):
        files.create((name,), b"x")
    assert {name for name in files.names() if not addressable(name)} == {b"\xff", b"a\nb"}


def test_fs_05_a_tree_of_5000_levels_is_walked_as_deep_as_a_path_goes(files: Files) -> None:
    folder = os.open(files.home, os.O_RDONLY)
    for _ in range(5000):
        os.mkdir("d", dir_fd=folder)
        below = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    try:
        with in_time():
            assert max(len(path) for path, _ in files.store.walk(files.root)) == 200
            assert files.store.sweep_temporaries() == 0
            with pytest.raises(NotFound):
                files.store.stat(files.root, (b"d",) * 201)
            with pytest.raises(NotFound):
                files.store.stat(files.root, (b"x" * 250,) * 17)
    finally:
        subprocess.run(["rm", "-rf", str(files.home / "d")], check=True)  # pytest's own clean-up recurses


def test_fs_05_a_folder_of_100000_entries_is_listed_or_refused_in_time(files: Files) -> None:
    big = files.home / "big"
    big.mkdir()
    for number in range(100_000):
        os.close(os.open(big / f"{number}", os.O_CREAT))
    began = time.process_time()
    assert len(files.names((b"big",))) == 100_000
    assert time.process_time() - began < PATIENCE_SECONDS
