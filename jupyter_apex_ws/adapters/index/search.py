"""Asking the index: candidates from the trigrams, compared with the words in SQL, ranked outside of it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...contract.entries import EntryType
from ...core.ports import RelPath
from .query import Query, all_of, any_of, beginning, fold, marked
from .rows import FILE, FOLDER

_WINDOW = 1_000
"""Of the matches, this many of the newest are ranked."""

_BEGINNINGS = 200
"""And this many of the newest that begin with a word: they would come first, however old they are."""

_MARKS = 150
"""Roots that fit into one trigram expression (SQLite refuses deep ones); more are only compared."""

_NAME = "coalesce(e.text, lower(CAST(e.name AS TEXT)))"
_PLACE = "coalesce(f.text, lower(CAST(f.path AS TEXT)))"
_COLUMNS = "e.id, r.name, f.path, e.name, e.kind, e.size, e.modified"


@dataclass(frozen=True)
class Hit:
    """An entry as the index remembers it. `bundle`: a folder that is one item."""

    root: str
    path: RelPath
    type: EntryType
    bundle: bool
    size: int
    modified_ns: int


@dataclass(frozen=True)
class Hits:
    """The best matches, best first, and how many there are in all."""

    items: list[Hit]
    total: int


_Row = tuple[int, str, bytes, bytes, int, int, int]


@dataclass(frozen=True)
class _Roots:
    """Which roots are asked for: their numbers, None for all."""

    numbers: list[int] | None

    @property
    def expression(self) -> str:
        """What narrows a trigram expression down to them, where there are few enough."""
        if self.numbers is None or len(self.numbers) > _MARKS:
            return ""
        return " AND " + marked(self.numbers)

    @property
    def condition(self) -> str:
        return "" if self.numbers is None else " AND f.root IN (SELECT value FROM json_each(:roots))"


def find(connection: sqlite3.Connection, query: Query, roots: Sequence[str] | None, limit: int) -> Hits:
    """The best `limit` matches, and the number of all."""
    chosen = _chosen(connection, roots)
    if query.impossible or chosen.numbers == []:
        return Hits([], 0)
    parameters: dict[str, str | int] = {f"w{number}": word for number, word in enumerate(query.words)}
    parameters["roots"] = json.dumps(chosen.numbers)
    parameters["expression"] = _candidates(connection, query) + chosen.expression
    if query.long and query.short:
        parameters["places"] = " AND ".join(map(all_of, query.long))
    rows = _newest_matches(connection, query, chosen, parameters, _WINDOW)
    total = len(rows)
    if total == _WINDOW:
        total = _count(connection, query, chosen, parameters)
        if query.long:
            starts = any_of([f"({beginning(word)} AND {all_of(word)})" for word in query.long])
            first = parameters | {"expression": starts + chosen.expression}
            rows += _newest_matches(connection, query, chosen, first, _BEGINNINGS)
    best = sorted({row[0]: row for row in rows}.values(), key=lambda row: _rank(query, row))
    return Hits([_hit(row) for row in best[:limit]], total)


def newest(connection: sqlite3.Connection, roots: Sequence[str] | None, limit: int) -> list[Hit]:
    """The files that were changed last."""
    chosen = _chosen(connection, roots)
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM entries e CROSS JOIN folders f ON f.id = e.folder "  # noqa: S608
        f"JOIN roots r ON r.id = f.root WHERE e.kind <> :folder{chosen.condition} "
        "ORDER BY e.modified DESC LIMIT :limit",
        {"folder": FOLDER, "roots": json.dumps(chosen.numbers), "limit": limit},
    )
    return [_hit(row) for row in found]


def _chosen(connection: sqlite3.Connection, roots: Sequence[str] | None) -> _Roots:
    if roots is None:
        return _Roots(None)
    found = connection.execute(
        "SELECT id FROM roots WHERE name IN (SELECT value FROM json_each(?))", (json.dumps(list(roots)),)
    )
    return _Roots([number for (number,) in found])


def _candidates(connection: sqlite3.Connection, query: Query) -> str:
    """An expression for names among which all matches are that have a long word in the name.

    A word that is in no folder's path must be in the name: such words narrow down together. Where every word
    is in some folder's path, each of them may be the one in the name.
    """
    if not query.long:
        return any_of([beginning(word) for word in query.words])
    if len(query.long) == 1 and not query.short:
        return all_of(query.long[0])
    needed = [word for word in query.long if not _is_in_a_place(connection, word)]
    if needed:
        return "(" + " AND ".join(map(all_of, needed)) + ")"
    return any_of([all_of(word) for word in query.long])


def _is_in_a_place(connection: sqlite3.Connection, word: str) -> bool:
    found = connection.execute("SELECT 1 FROM places WHERE places MATCH ? LIMIT 1", (all_of(word),))
    return found.fetchone() is not None


def _source(query: Query) -> str:
    """Ids of all candidates, the newest first."""
    by_name = "SELECT rowid AS id FROM names WHERE names MATCH :expression"
    if not (query.long and query.short):
        return f"{by_name} ORDER BY rowid DESC"
    # The long words may all be in the folder's path, and a short one in the name.
    by_place = "SELECT id FROM entries WHERE folder IN (SELECT rowid FROM places WHERE places MATCH :places)"
    return f"{by_name} UNION {by_place} ORDER BY id DESC"


def _condition(query: Query) -> str:
    """The rule of `Query.matches`, in SQL."""
    if len(query.words) == 1:
        return _in_name(query, 0)
    everywhere = [
        f"(instr({_NAME}, :w{number}) OR instr({_PLACE}, :w{number}))" for number in range(len(query.words))
    ]
    in_name = " OR ".join(_in_name(query, number) for number in range(len(query.words)))
    return " AND ".join([f"({in_name})", *everywhere])


def _in_name(query: Query, number: int) -> str:
    if query.long:
        return f"instr({_NAME}, :w{number})"
    return f"substr({_NAME}, 1, {len(query.words[number])}) = :w{number}"


def _matching(query: Query, chosen: _Roots) -> str:
    """All matches, as `e` with its `id`, the newest first."""
    folders = (
        "" if len(query.words) == 1 and not chosen.condition else "CROSS JOIN folders f ON f.id = e.folder "
    )
    return (
        f"FROM ({_source(query)}) c CROSS JOIN entries e ON e.id = c.id {folders}"
        f"WHERE {_condition(query)}{chosen.condition}"
    )


def _newest_matches(
    connection: sqlite3.Connection,
    query: Query,
    chosen: _Roots,
    parameters: dict[str, str | int],
    limit: int,
) -> list[_Row]:
    found: Iterator[_Row] = connection.execute(
        f"SELECT {_COLUMNS} FROM (SELECT e.id AS id {_matching(query, chosen)} LIMIT {limit}) m "  # noqa: S608
        "CROSS JOIN entries e ON e.id = m.id CROSS JOIN folders f ON f.id = e.folder "
        "CROSS JOIN roots r ON r.id = f.root",
        parameters,
    )
    return list(found)


def _count(
    connection: sqlite3.Connection, query: Query, chosen: _Roots, parameters: dict[str, str | int]
) -> int:
    if chosen.numbers is None and len(query.words) == 1 and len(query.words[0]) == 3:
        # One trigram: what holds it matches.
        counting = "SELECT count(*) FROM names WHERE names MATCH :expression"
    else:
        counting = f"SELECT count(*) {_matching(query, chosen)}"
    return int(connection.execute(counting, parameters).fetchone()[0])


def _rank(query: Query, row: _Row) -> tuple[int, int, int, bytes, bytes]:
    """Names that are a word; that begin with one; where one begins after a separator; the rest. Then by how
    many words are in the name, then the newest."""
    name = fold(row[3])
    stem = name.rpartition(".")[0] or name
    within = [word for word in query.words if word in name]
    if any(word in (name, stem) for word in within):
        place = 0
    elif any(name.startswith(word) for word in within):
        place = 1
    elif any(not name[name.index(word) - 1].isalnum() for word in within):
        place = 2
    else:
        place = 3
    return place, -len(within), -row[6], row[2], row[3]


def _hit(row: _Row) -> Hit:
    _, root, folder, name, kind, size, modified = row
    path = (*folder.split(b"/"), name) if folder else (name,)
    entry_type = EntryType.FILE if kind == FILE else EntryType.FOLDER
    return Hit(root, path, entry_type, kind not in (FILE, FOLDER), size, modified)
