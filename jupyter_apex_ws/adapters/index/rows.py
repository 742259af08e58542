"""The rows of one root inside one transaction: entries, folders, and their trigrams, always together.

What holds after each transaction: an entry of kind FOLDER has a row in `folders` with its path, and every row
in `folders` but the root's own has such an entry.
"""

import sqlite3
from collections.abc import Callable, Iterable
from zlib import crc32

from ...core.ports import RelPath
from .query import START, fold, root_mark

FILE, FOLDER, BUNDLE = 0, 1, 2
"""Kinds of entries. A bundle is a folder that is one item to people."""

KindedChild = tuple[bytes, int, int, int]
"""Name, kind, size, time of the last change in ns."""

_Old = tuple[int, int, int, int, str | None]

_BEFORE_NAME = START + START


class Rows:
    """Reads and changes one root. New rows of entries get ids from `floor` on, so that no id is used twice.
    `seen` is told the id of each entry that is as it was."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        root: str,
        floor: int = 1,
        seen: Callable[[int], None] | None = None,
    ):
        self._db = connection
        connection.execute("INSERT OR IGNORE INTO roots (name) VALUES (?)", (root,))
        self._root = int(connection.execute("SELECT id FROM roots WHERE name = ?", (root,)).fetchone()[0])
        self._mark = root_mark(self._root)
        self._seen = seen
        self.next_entry = max(floor, self._highest("entries") + 1)
        self._next_folder = self._highest("folders") + 1
        self._known: dict[bytes, int] = {}
        self._fresh: set[int] = set()
        self._merged: set[int] = set()
        self._entries: list[tuple[int, int, int, bytes, str | None, int, int, int]] = []
        self._names: list[tuple[int, str, str]] = []
        self._folders: list[tuple[int, int, bytes, str | None]] = []
        self._places: list[tuple[int, str, str]] = []
        self._items = 0
        self.changed = 0

    def finish(self) -> None:
        """Write what is left. `changed` says how many entries came, changed or went."""
        self._flush()
        if self._items:
            self._db.execute("UPDATE roots SET items = items + ? WHERE id = ?", (self._items, self._root))

    def merge(self, path: RelPath, children: Iterable[KindedChild], *, complete: bool) -> None:
        """These are in the folder; `complete`: and nothing else is."""
        where = b"/".join(path)
        folder = self._folder_of(path)
        if folder in self._merged:
            self._flush()
        fresh = folder in self._fresh and folder not in self._merged
        self._merged.add(folder)
        known = self._children(folder) if complete and not fresh else {}
        for name, kind, size, modified in children:
            old = known.pop(name, None) if complete else None if fresh else self._child(folder, name)
            if old is None:
                self._add(folder, where, (name, kind, size, modified), make_folder=kind == FOLDER)
                self._items += 1
            elif old[1:4] == (kind, size, modified):
                if self._seen is not None:
                    self._seen(old[0])
            else:
                self._change(folder, where, old, (name, kind, size, modified))
        for name, gone in known.items():
            self._drop(where, name, gone)

    def remove(self, path: RelPath, before: int | None = None) -> None:
        """The entry with all below it; with `before`, only where its row is older than that id."""
        self._flush()
        where = b"/".join(path)
        if not path:
            self._remove_tree(where)
            return
        folder = self._find_folder(b"/".join(path[:-1]))
        old = None if folder is None else self._child(folder, path[-1])
        if old is not None and (before is None or old[0] < before):
            self._drop(b"/".join(path[:-1]), path[-1], old)

    def move(self, source: RelPath, target: RelPath, kind_there: Callable[[bytes, bool], int]) -> None:
        """The entry is at `target`, what was there is gone. `kind_there`: what the new name makes of it."""
        self._flush()
        folder = self._find_folder(b"/".join(source[:-1]))
        old = None if folder is None else self._child(folder, source[-1])
        if old is None:
            return
        self.remove(target)
        parent = self._folder_of(target[:-1])
        self._flush()
        kind = kind_there(target[-1], old[1] != FILE)
        keeps_content = old[1] == kind == FOLDER
        self._forget(old, source[-1])
        if not keeps_content and old[1] == FOLDER:
            self._remove_tree(b"/".join(source))
        child = (target[-1], kind, old[2], old[3])
        self._add(parent, b"/".join(target[:-1]), child, make_folder=kind == FOLDER and not keeps_content)
        if keeps_content:
            self._rename_tree(b"/".join(source), b"/".join(target))

    def _rename_tree(self, source: bytes, target: bytes) -> None:
        for folder, path, text in self._tree(source):
            new = target + path[len(source) :]
            self._place("delete", folder, text or path.lower().decode())
            folded = fold(new)
            self._db.execute(
                "UPDATE folders SET path = ?, text = ? WHERE id = ?",
                (new, _beyond_ascii(new, folded), folder),
            )
            self._place(None, folder, folded)
        self._known.clear()

    def _remove_tree(self, where: bytes) -> None:
        self._flush()
        for folder, path, text in self._tree(where):
            for name, old in self._children(folder).items():
                self._untrigram(old, name)
                self._items -= 1
                self.changed += 1
            self._db.execute("DELETE FROM entries WHERE folder = ?", (folder,))
            self._place("delete", folder, text or path.lower().decode())
            self._db.execute("DELETE FROM folders WHERE id = ?", (folder,))
            self._known.pop(path, None)

    def _tree(self, where: bytes) -> list[tuple[int, bytes, str | None]]:
        if not where:
            found = self._db.execute("SELECT id, path, text FROM folders WHERE root = ?", (self._root,))
        else:
            found = self._db.execute(
                "SELECT id, path, text FROM folders "
                "WHERE root = ? AND (path = ? OR (path >= ? AND path < ?))",
                (self._root, where, where + b"/", where + b"0"),  # "0" comes after "/"
            )
        return found.fetchall()

    def _folder_of(self, path: RelPath) -> int:
        """The folder's row; where it or one above is not known, they come to be."""
        where = b"/".join(path)
        found = self._find_folder(where)
        if found is not None:
            return found
        if not path:
            return self._add_folder(where)
        parent = self._folder_of(path[:-1])
        self._flush()
        old = self._child(parent, path[-1])
        above = b"/".join(path[:-1])
        if old is None:
            self._items += 1
            self._add(parent, above, (path[-1], FOLDER, 0, 0), make_folder=True)
        else:
            self._change(parent, above, old, (path[-1], FOLDER, 0, 0))
        return self._find_folder(where) or self._add_folder(where)

    def _find_folder(self, where: bytes) -> int | None:
        known = self._known.get(where)
        if known is None:
            row = self._db.execute(
                "SELECT id FROM folders WHERE root = ? AND path = ?", (self._root, where)
            ).fetchone()
            if row is None:
                return None
            known = self._known[where] = int(row[0])
        return known

    def _add_folder(self, where: bytes) -> int:
        folder = self._next_folder
        self._next_folder += 1
        folded = fold(where)
        self._folders.append((folder, self._root, where, _beyond_ascii(where, folded)))
        self._places.append((folder, folded, self._mark))
        self._known[where] = folder
        self._fresh.add(folder)
        return folder

    def _add(self, folder: int, where: bytes, child: KindedChild, *, make_folder: bool) -> None:
        name, kind, size, modified = child
        entry = self.next_entry
        self.next_entry += 1
        self.changed += 1
        folded = fold(name)
        beyond = None if name.isascii() else _beyond_ascii(name, folded)
        self._entries.append((entry, folder, crc32(name) & 0xFFFF, name, beyond, kind, size, modified))
        self._names.append((entry, _BEFORE_NAME + folded, self._mark))
        if make_folder:
            self._add_folder(where + b"/" + name if where else name)

    def _change(self, folder: int, where: bytes, old: _Old, child: KindedChild) -> None:
        if old[1] == FOLDER != child[1]:
            self._remove_tree(where + b"/" + child[0] if where else child[0])
        self._forget(old, child[0])
        self._add(folder, where, child, make_folder=child[1] == FOLDER != old[1])

    def _drop(self, where: bytes, name: bytes, old: _Old) -> None:
        if old[1] == FOLDER:
            self._remove_tree(where + b"/" + name if where else name)
        self._forget(old, name)
        self._items -= 1
        self.changed += 1

    def _forget(self, old: _Old, name: bytes) -> None:
        self._untrigram(old, name)
        self._db.execute("DELETE FROM entries WHERE id = ?", (old[0],))

    def _untrigram(self, old: _Old, name: bytes) -> None:
        text = old[4] if old[4] is not None else name.lower().decode()
        self._db.execute(
            "INSERT INTO names (names, rowid, text, mark) VALUES ('delete', ?, ?, ?)",
            (old[0], _BEFORE_NAME + text, self._mark),
        )

    def _place(self, command: str | None, folder: int, folded: str) -> None:
        if command is None:
            self._db.execute(
                "INSERT INTO places (rowid, text, mark) VALUES (?, ?, ?)", (folder, folded, self._mark)
            )
        else:
            self._db.execute(
                "INSERT INTO places (places, rowid, text, mark) VALUES (?, ?, ?, ?)",
                (command, folder, folded, self._mark),
            )

    def _children(self, folder: int) -> dict[bytes, _Old]:
        found = self._db.execute(
            "SELECT name, id, kind, size, modified, text FROM entries WHERE folder = ?", (folder,)
        )
        return {row[0]: row[1:] for row in found}

    def _child(self, folder: int, name: bytes) -> _Old | None:
        found: _Old | None = self._db.execute(
            "SELECT id, kind, size, modified, text FROM entries WHERE folder = ? AND tag = ? AND name = ?",
            (folder, crc32(name) & 0xFFFF, name),
        ).fetchone()
        return found

    def _flush(self) -> None:
        if self._entries:
            self._db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._entries)
            self._db.executemany("INSERT INTO names (rowid, text, mark) VALUES (?, ?, ?)", self._names)
            self._entries.clear()
            self._names.clear()
        if self._folders:
            self._db.executemany(
                "INSERT INTO folders (id, root, path, text) VALUES (?, ?, ?, ?)", self._folders
            )
            self._db.executemany("INSERT INTO places (rowid, text, mark) VALUES (?, ?, ?)", self._places)
            self._folders.clear()
            self._places.clear()

    def _highest(self, table: str) -> int:
        found = self._db.execute(f"SELECT max(id) FROM {table}").fetchone()  # noqa: S608  (our own two names)
        return int(found[0] or 0)


def _beyond_ascii(name: bytes, folded: str) -> str | None:
    """The folded text where SQLite's own lower() would not make it of the bytes."""
    return None if name.isascii() or name.lower() == folded.encode() else folded
