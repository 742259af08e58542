"""The index: names of files and folders below roots, kept up to date by whoever walks them.

    Index(path)
      replace(root, entries)            all of a root, from a walk; searchable while it is being filled
      sync(root, listings)              some folders of a root, each as it is now
      update(root, path, stat)          one entry
      change(root, {path: child})       many entries, each as it is now or None
      moved(root, source, target)       a rename, cheap for a folder with much in it
      remove(root, path)                an entry with all below it; () is the whole root
      search(query, roots, limit)       the best matches, and how many there are
      recent(roots, limit)              files, the newest first
      count(root)

A root is named by whoever uses it (a share's id, or "home"). The index does no input or output on the paths.
A folder that is one dataset (`.zarr`, `.SAFE`) is one item: what is in it is left out.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path

from ...contract.entries import EntryType, Kind
from ...core.kinds import kind_of
from ...core.ports import RelPath, Stat
from .database import Database
from .query import Query
from .rows import BUNDLE, FILE, FOLDER, KindedChild, Rows
from .search import Hit, Hits, find, newest

Child = tuple[bytes, bool, int, int]
"""What is in a folder: name, whether it is a folder, size in bytes, time of the last change in ns."""

Listing = tuple[RelPath, Sequence[Child]]
"""A folder with everything that is in it."""

_BATCH = 2_000

_FAR = 2**63
"""SQLite's integers end here; a file's time can be set beyond it."""


class _Seen:
    """Which entries a walk came by: a bit for an entry, a million of them in 125 kB."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self.before = 0
        """Rows with this id and above came after the walk had begun."""

    def see(self, entry: int) -> None:
        byte = entry >> 3
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 4096 - len(self._bits)))
        self._bits[byte] |= 1 << (entry & 7)

    def missed(self, entry: int) -> bool:
        """Whether it was there before the walk, and the walk did not come by."""
        if entry >= self.before:
            return False
        byte = entry >> 3
        return byte >= len(self._bits) or not self._bits[byte] >> (entry & 7) & 1


class Index:
    """Use from any thread. Methods raise IndexLost when the file turns out to be broken: it is empty then."""

    def __init__(self, path: Path, *, seconds: float = 5.0):
        self._database = Database(path)
        self._seconds = seconds
        self._next_entry = 1

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def sync(self, root: str, listings: Iterable[Listing]) -> int:
        """Make the folders hold what the listings say, nothing else. How many came, changed or went."""
        with self._rows(root) as rows:
            for path, children in listings:
                if not _in_bundle(path, whole=True):
                    rows.merge(path, _kinds(children), complete=True)
        return rows.changed

    def replace(self, root: str, entries: Iterable[tuple[RelPath, Stat]]) -> int:
        """Make the root hold what the walk yields. Where the walk raises, nothing is removed."""
        seen = _Seen()
        with self._rows(root) as rows:
            seen.before = rows.next_entry
        changed = 0
        for batch in _batches(entry for entry in entries if entry[0] and not _in_bundle(entry[0])):
            with self._rows(root, seen.see) as rows:
                for path, children in groupby(batch, key=lambda entry: entry[0][:-1]):
                    rows.merge(path, _kinds(_child(*entry) for entry in children), complete=False)
            changed += rows.changed
        missed = list(self._missed(root, seen))
        for first in range(0, len(missed), _BATCH):
            with self._rows(root) as rows:
                for path in missed[first : first + _BATCH]:
                    rows.remove(path, before=seen.before)
            changed += rows.changed
        return changed

    def update(self, root: str, path: RelPath, stat: Stat) -> int:
        """One entry is now like this. How much that was news."""
        return self.change(root, {path: _child(path, stat)}) if path else 0

    def change(self, root: str, entries: Mapping[RelPath, Child | None]) -> int:
        """Each of these is now like this, or gone (None) with all below it. How many came, changed or
        went."""
        present = {path: child for path, child in entries.items() if path and child and not _in_bundle(path)}
        with self._rows(root) as rows:
            for path, child in entries.items():
                if path and child is None:
                    rows.remove(path)
            # Folders come before what is in them.
            for path, group in groupby(sorted(present, key=_depth_first), key=lambda path: path[:-1]):
                rows.merge(path, _kinds(present[inside] for inside in group), complete=False)
        return rows.changed

    def remove(self, root: str, path: RelPath) -> int:
        """The entry and all below it are gone. How many entries that were."""
        with self._rows(root) as rows:
            rows.remove(path)
        return rows.changed

    def moved(self, root: str, source: RelPath, target: RelPath) -> int:
        """What was at `source` is at `target`, in the place of what was there."""
        shorter = min(len(source), len(target))
        if source[:shorter] == target[:shorter]:
            return 0  # one is in the other: no file system does that
        with self._rows(root) as rows:
            if _in_bundle(source) or _in_bundle(target):
                rows.remove(source)
            else:
                rows.move(source, target, _kind)
        return rows.changed

    def search(self, query: Query, roots: Sequence[str] | None = None, limit: int = 50) -> Hits:
        """The best matches in these roots (None: in all), best first. Raises SearchTooLong."""
        with self._database.read(self._seconds) as connection:
            return find(connection, query, roots, limit)

    def recent(self, roots: Sequence[str] | None = None, limit: int = 50) -> list[Hit]:
        """Files of these roots (None: of all), the last changed first. Raises SearchTooLong."""
        with self._database.read(self._seconds) as connection:
            return newest(connection, roots, limit)

    def count(self, root: str) -> int:
        """How many files and folders are known below the root."""
        with self._database.read(self._seconds) as connection:
            row = connection.execute("SELECT items FROM roots WHERE name = ?", (root,)).fetchone()
            return int(row[0]) if row else 0

    @contextlib.contextmanager
    def _rows(self, root: str, seen: Callable[[int], None] | None = None) -> Iterator[Rows]:
        with self._database.write() as connection:
            rows = Rows(connection, root, self._next_entry, seen)
            yield rows
            rows.finish()
            self._next_entry = rows.next_entry

    def _missed(self, root: str, seen: _Seen) -> Iterator[RelPath]:
        """Entries that were there before the walk and that it did not come by, folders first."""
        with self._database.read(self._seconds * 10) as connection:
            found = connection.execute(
                "SELECT f.path, e.name, e.id FROM roots r JOIN folders f ON f.root = r.id "
                "JOIN entries e ON e.folder = f.id WHERE r.name = ? ORDER BY f.path",
                (root,),
            )
            for folder, name, entry in found:
                if seen.missed(entry):
                    yield (*folder.split(b"/"), name) if folder else (name,)


def _depth_first(path: RelPath) -> tuple[int, RelPath]:
    return len(path), path


def _child(path: RelPath, stat: Stat) -> Child:
    return path[-1], stat.type is EntryType.FOLDER, stat.size, stat.modified_ns


def _kinds(children: Iterable[Child]) -> Iterator[KindedChild]:
    for name, folder, size, modified in children:
        when = modified if -_FAR < modified < _FAR else _FAR - 1
        yield (name, _kind(name, True), 0, when) if folder else (name, FILE, min(size, _FAR - 1), when)


def _kind(name: bytes, folder: bool) -> int:
    if not folder:
        return FILE
    return BUNDLE if is_bundle(name) else FOLDER


def is_bundle(name: bytes) -> bool:
    """Whether a folder with this name is one item."""
    return b"." in name and kind_of(name, EntryType.FOLDER) is not Kind.FOLDER


def _in_bundle(path: RelPath, *, whole: bool = False) -> bool:
    """Whether a folder above (or, `whole`, the path itself) is one item."""
    return any(map(is_bundle, path if whole else path[:-1]))


def _batches(entries: Iterable[tuple[RelPath, Stat]]) -> Iterator[list[tuple[RelPath, Stat]]]:
    source = iter(entries)
    while batch := list(islice(source, _BATCH)):
        yield batch
