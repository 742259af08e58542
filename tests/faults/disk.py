"""A disk that loses its power: what a recorded process had made durable, and chance decides on the rest.

Strict where file systems differ: the bytes of a file are durable up to its last sync that had begun after
they were written, and a change of a name is once its folder has been synced. A rename is whole or not there.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .recording import Call


@dataclass(eq=False)
class _Node:
    """A file, or a folder."""

    is_folder: bool
    writes: list["_Write"] = field(default_factory=list)


@dataclass
class _Write:
    """`data` at `offset`; None cuts the file off there."""

    time: int
    offset: int
    data: bytes | None
    durable: bool = False


@dataclass
class _Naming:
    """Names that get another node, or none, in one step."""

    time: int
    changes: list[tuple[_Node, str, _Node | None]]
    durable: bool = False


class Disk:
    """`root` is what was there before, an empty folder. `without`: kinds of syncs that are left out: "files",
    "folders", "database"."""

    def __init__(self, root: Path, *, without: Iterable[str] = ()) -> None:
        self._base = str(root)
        self._without = frozenset(without)
        self._root = _Node(True)
        self._names: dict[_Node, dict[str, _Node]] = {self._root: {}}
        self._namings: list[_Naming] = []
        self._opened: dict[int, _Node] = {}
        self._ends: dict[int, int] = {}
        self._time = 0

    def take(self, call: Call) -> None:
        """The next call of the recording."""
        getattr(self, f"_take_{call.what}")(call)
        self._time += 1

    def cut(self, target: Path, chance: random.Random, kept: float) -> None:
        """What is left in `target`, a folder made here, when the power goes now.

        `kept`: how likely each write that is not durable got there nevertheless; of the names not yet
        durable the first ones got there, as many as chance says.
        """
        pending = [naming for naming in self._namings if not naming.durable]
        lucky = pending[: chance.randint(0, len(pending))] if kept else []
        names: dict[_Node, dict[str, _Node]] = {}
        for naming in self._namings:
            if naming.durable or naming in lucky:
                for folder, name, node in naming.changes:
                    _put(names.setdefault(folder, {}), name, node)
        self._lay_out(self._root, target, names, chance, kept)

    def _lay_out(
        self,
        folder: _Node,
        target: Path,
        names: dict[_Node, dict[str, _Node]],
        chance: random.Random,
        kept: float,
    ) -> None:
        target.mkdir(mode=0o700)
        for name, node in names.get(folder, {}).items():
            if node.is_folder:
                self._lay_out(node, target / name, names, chance, kept)
            elif not name.endswith("-shm"):  # memory of SQLite's, made anew by whoever opens the database
                (target / name).write_bytes(_content(node, chance, kept))
                (target / name).chmod(0o600)

    # what each kind of call does

    def _take_open(self, call: Call) -> None:
        node = self._at(call.path)
        if node is None and call.creates and self._is_ours(call.path):
            node = _Node(False)
            self._name([(call.path, node)])
        self._opened.pop(call.number, None)
        if node is not None:
            self._opened[call.number] = node
            self._ends[call.number] = 0

    def _take_write(self, call: Call) -> None:
        node = self._opened.get(call.number) if self._is_ours(call.path) else None
        if node is None:
            return
        offset = self._ends[call.number] if call.offset is None else call.offset
        if call.offset is None:
            self._ends[call.number] += len(call.data)
        node.writes.append(_Write(self._time, offset, call.data))

    def _take_truncate(self, call: Call) -> None:
        node = self._opened.get(call.number) if self._is_ours(call.path) else None
        if node is not None:
            node.writes.append(_Write(self._time, call.offset or 0, None))

    def _take_sync(self, call: Call) -> None:
        node = self._opened.get(call.number) if self._is_ours(call.path) else None
        if node is None or _kind(node, call.path) in self._without:
            return
        for write in node.writes:
            write.durable |= write.time < call.began
        for naming in self._namings:
            touches = any(folder is node for folder, _, _ in naming.changes)
            naming.durable |= touches and naming.time < call.began

    def _take_rename(self, call: Call) -> None:
        node = self._at(call.path)
        if node is not None:
            self._name([(call.path, None), (call.to, node)])

    def _take_exchange(self, call: Call) -> None:
        one, other = self._at(call.path), self._at(call.to)
        if one is not None:
            self._name([(call.path, other), (call.to, one)])

    def _take_unlink(self, call: Call) -> None:
        if self._at(call.path) is not None:
            self._name([(call.path, None)])

    def _take_mkdir(self, call: Call) -> None:
        if self._is_ours(call.path):
            self._name([(call.path, _Node(True))])

    def _take_answer(self, call: Call) -> None:
        """Nothing: that is not on the disk."""

    def _name(self, changes: list[tuple[str, _Node | None]]) -> None:
        found = []
        for path, node in changes:
            folder_path, _, name = path.rpartition("/")
            folder = self._at(folder_path)
            assert folder is not None, path
            _put(self._names.setdefault(folder, {}), name, node)
            found.append((folder, name, node))
        self._namings.append(_Naming(self._time, found))

    def _at(self, path: str) -> _Node | None:
        """What has this path now, as the process saw it."""
        if path == self._base:
            return self._root
        if not self._is_ours(path):
            return None
        node: _Node | None = self._root
        for name in path[len(self._base) + 1 :].split("/"):
            node = None if node is None else self._names.get(node, {}).get(name)
        return node

    def _is_ours(self, path: str) -> bool:
        return path == self._base or path.startswith(self._base + "/")


def _kind(node: _Node, path: str) -> str:
    if node.is_folder:
        return "folders"
    return "database" if ".sqlite" in path else "files"


def _content(node: _Node, chance: random.Random, kept: float) -> bytes:
    content = bytearray()
    for write in node.writes:
        if not (write.durable or chance.random() < kept):
            continue
        if write.data is None:
            content = content[: write.offset].ljust(write.offset, b"\0")
        else:
            content = content.ljust(write.offset, b"\0")
            content[write.offset : write.offset + len(write.data)] = write.data
    return bytes(content)


def _put(names: dict[str, _Node], name: str, node: _Node | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node
