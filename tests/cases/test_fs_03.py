"""FS-03: a folder on the path is exchanged with a link to elsewhere while others read, write, list, delete.

The same rig runs against the store and against its twin, which does what most servers do: resolve the path,
check that it is inside, then open it. The twin must leak here, or the rig would prove nothing.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest

from jupyter_apex_ws.adapters.files import LocalFileStore
from jupyter_apex_ws.core.errors import ApexError, Changed, Conflict, NotFound
from jupyter_apex_ws.core.ports import Anchor

INSIDE, OUTSIDE, WRITTEN = b"inside", b"outside", b"written"
Count = Callable[[int, int], int]


class Server(Protocol):
    """The four acts on `home/shared/folder/…`. NotFound, Changed or Conflict refuse one; an answer is one."""

    def read(self) -> bytes: ...

    def write(self, number: int) -> None: ...

    def list(self) -> set[bytes]: ...

    def delete(self) -> None: ...


@dataclass(frozen=True)
class Rig:
    """`home/shared/folder` is exchanged with `home/shared/link`, a link to `outside`."""

    top: Path

    @property
    def folders(self) -> tuple[Path, Path]:
        """The folder of the home, under both names that it has in turn."""
        shared = self.top / "workspaces" / "w-1" / "shared"
        return shared / "folder", shared / "link"

    @property
    def outside(self) -> Path:
        return self.top / "outside"

    def build(self) -> None:
        folder, link = self.folders
        folder.mkdir(parents=True)
        self.outside.mkdir()
        for place, data in ((folder, INSIDE), (self.outside, OUTSIDE)):
            (place / "file").write_bytes(data)
            (place / "victim").write_bytes(data)
        (self.outside / "only-outside").write_bytes(OUTSIDE)
        link.symlink_to(self.outside)

    @contextmanager
    def attacked(self) -> Iterator[None]:
        script = Path(__file__).with_name("exchanging.py")
        arguments = [sys.executable, str(script), *map(str, self.folders)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as attacker:
            try:
                assert attacker.stdout is not None
                assert attacker.stdout.readline() == b"started\n"
                yield
                assert attacker.poll() is None
            finally:
                attacker.kill()

    def outside_as_it_was(self) -> bool:
        """Whether nothing was written, made or deleted outside; puts it back for the next try."""
        found = {entry.name: entry.read_bytes() for entry in self.outside.iterdir()}
        if found == {"file": OUTSIDE, "victim": OUTSIDE, "only-outside": OUTSIDE}:
            return True
        for name in found.keys() - {"file", "victim", "only-outside"}:
            (self.outside / name).unlink()
        for name in ("file", "victim", "only-outside"):
            (self.outside / name).write_bytes(OUTSIDE)
        return False

    def put_victim(self, folder: int) -> None:
        """Inside again, by the descriptor of the folder: whatever its name is at the moment."""
        with suppress(FileExistsError):
            os.close(os.open("victim", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=folder))


class Store:
    """The product."""

    def __init__(self, rig: Rig) -> None:
        self._store = LocalFileStore(rig.top / "workspaces")
        root = Anchor("w-1", (), None)
        self._anchor = Anchor("w-1", (b"shared",), self._store.stat(root, (b"shared",)).identity)

    def read(self) -> bytes:
        file = self._store.open(self._anchor, (b"folder", b"file"))
        try:
            return file.read_at(0, 100)
        finally:
            file.close()

    def write(self, number: int) -> None:
        # In turn: make a new file, overwrite one that is there.
        if number % 2:
            path, etag = (b"folder", b"new"), None
        else:
            path = (b"folder", b"file")
            etag = self._store.stat(self._anchor, path).etag
        writer = self._store.writer(self._anchor, path)
        try:
            writer.write(WRITTEN)
            writer.commit(if_match=etag, create=etag is None)
        finally:
            writer.abort()

    def list(self) -> set[bytes]:
        return {name for name, _ in self._store.list(self._anchor, (b"folder",))}

    def delete(self) -> None:
        self._store.delete(self._anchor, (b"folder", b"victim"), if_match=None)


class Twin:
    """What is not done: resolve, check the string, then use the path."""

    def __init__(self, rig: Rig) -> None:
        self._home = rig.top / "workspaces" / "w-1"

    @contextmanager
    def _checked(self, *names: str) -> Iterator[Path]:
        path = self._home.joinpath("shared", *names)
        try:
            if not path.resolve().is_relative_to(self._home):
                raise NotFound
            yield path
        except OSError as error:
            raise NotFound from error

    def read(self) -> bytes:
        with self._checked("folder", "file") as path:
            return path.read_bytes()

    def write(self, number: int) -> None:
        with self._checked("folder", "new" if number % 2 else "file") as path:
            path.write_bytes(WRITTEN)

    def list(self) -> set[bytes]:
        with self._checked("folder") as path:
            return {os.fsencode(entry.name) for entry in path.iterdir()}

    def delete(self) -> None:
        with self._checked("folder", "victim") as path:
            path.unlink()


@dataclass
class Tally:
    """What came of the tries of one act."""

    tries: int = 0
    done: int = 0
    refused: int = 0
    leaks: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.tries:>9} {self.done:>9} {self.refused:>9} {self.leaks:>7}   {self.outcomes or ''}"


def _try(rig: Rig, act: Callable[[int], bool], tries: int) -> Tally:
    """`act` says whether it gave something from outside; what it did outside is looked for after each try."""
    tally = Tally()
    for number in range(tries):
        tally.tries += 1
        leaked = False
        try:
            leaked = act(number)
            tally.done += 1
        except (NotFound, Changed, Conflict) as refusal:
            tally.refused += 1
            name = type(refusal).__name__
            tally.outcomes[name] = tally.outcomes.get(name, 0) + 1
        except ApexError as other:
            pytest.fail(f"neither done nor refused: {other!r}")
        if leaked or not rig.outside_as_it_was():
            tally.leaks += 1
    return tally


def _run(rig: Rig, server: Server, tries: int) -> dict[str, Tally]:
    folder = os.open(rig.folders[0], os.O_RDONLY)

    def write(number: int) -> bool:
        with suppress(FileNotFoundError):
            os.unlink("new", dir_fd=folder)
        server.write(number)
        return False

    def delete(_: int) -> bool:
        rig.put_victim(folder)
        server.delete()
        return False

    acts: dict[str, Callable[[int], bool]] = {
        "read": lambda _: server.read() == OUTSIDE,
        "list": lambda _: b"only-outside" in server.list(),
        "write": write,
        "delete": delete,
    }
    try:
        with rig.attacked():
            return {name: _try(rig, act, tries) for name, act in acts.items()}
    finally:
        os.close(folder)


def _print(title: str, tallies: dict[str, Tally]) -> None:
    print(f"\n{title}\n{'act':<8}{'tries':>10}{'done':>10}{'refused':>10}{'leaks':>8}")
    for name, tally in tallies.items():
        print(f"{name:<8} {tally}")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.build()
    return rig


@pytest.mark.timeout(7200)
def test_fs_03_a_component_exchanged_with_a_link_leaks_nothing(rig: Rig, count: Count) -> None:
    tries = count(5_000, 200_000)
    tallies = _run(rig, Store(rig), tries)
    _print("FS-03: the store", tallies)
    for name, tally in tallies.items():
        assert tally.tries == tries
        assert tally.leaks == 0, name
        # The race took place: both the folder and the link were met.
        assert tally.done > 0, name
        assert tally.refused > 0, name
    folder = next(place for place in rig.folders if not place.is_symlink())
    assert {entry.name for entry in folder.iterdir()} <= {"file", "victim", "new"}


@pytest.mark.timeout(7200)
def test_fs_03_resolving_then_opening_leaks_in_the_same_rig(rig: Rig, count: Count) -> None:
    tallies = _run(rig, Twin(rig), count(5_000, 20_000))
    _print("FS-03: resolve, check, then open (the twin that must leak)", tallies)
    for name, tally in tallies.items():
        assert tally.leaks > 0, name
