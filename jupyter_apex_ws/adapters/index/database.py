"""The file behind the index: its tables, a connection that writes, some that read."""

import contextlib
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, LifoQueue

VERSION = f"3/{unicodedata.unidata_version}"
"""Another layout, or other rules of folding letters: the file is made anew."""

_TABLES = """
CREATE TABLE about (version TEXT NOT NULL);
CREATE TABLE roots (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, items INTEGER NOT NULL DEFAULT 0);
CREATE TABLE folders (
    id INTEGER PRIMARY KEY, root INTEGER NOT NULL, path BLOB NOT NULL, text TEXT, UNIQUE (root, path)
);
CREATE TABLE entries (
    id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, tag INTEGER NOT NULL, name BLOB NOT NULL, text TEXT,
    kind INTEGER NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL
);
CREATE INDEX entries_by_folder ON entries (folder, tag);
CREATE INDEX entries_by_time ON entries (modified);
"""
# A row of `entries` gets a new id when it changes, so the newest matches of a word have the highest ids.
# `text` is the folded name where that is more than ASCII letters made small. `tag` is 16 bits of the name's
# hash: an index over the names themselves would hold every name twice.

_TRIGRAMS = (
    "CREATE VIRTUAL TABLE {name} USING fts5(text, mark, content='', detail=none, columnsize=0, "
    "tokenize='trigram case_sensitive 1')"
)

_READERS = 4
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN}


class IndexLost(Exception):
    """The file was broken and is empty now: fill it again."""


class SearchTooLong(Exception):
    """The search was stopped at its time limit."""


class Database:
    """Opens, or makes anew, the file at `path`. Use from any thread."""

    def __init__(self, path: Path):
        self._path = path
        self._lock = threading.RLock()
        self._readers: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._generation = 0
        self._closed = False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._writer = self._open()
        except sqlite3.DatabaseError:
            self._remove_files()
            self._writer = self._open()

    def close(self) -> None:
        """Nothing may be asked afterwards."""
        with self._lock:
            self._closed = True
            self._close_readers()
            self._writer.close()

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the one writer. Raises IndexLost."""
        with self._lock:
            if self._closed:
                raise IndexLost("the index is closed")
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                self._give_up(error)
                raise
            except BaseException:
                self._roll_back()
                raise

    @contextlib.contextmanager
    def read(self, seconds: float) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state. Raises IndexLost, and SearchTooLong after `seconds`."""
        generation = self._generation
        connection: sqlite3.Connection | None = None
        try:
            connection = self._reader()
            connection.set_progress_handler(_after(seconds), 20_000)
            connection.execute("BEGIN")
            yield connection
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_INTERRUPT:
                raise SearchTooLong from None
            with self._lock:
                if generation == self._generation:
                    self._give_up(error)
            raise IndexLost("the index was made anew meanwhile") from error
        finally:
            if connection is not None:
                self._give_back(connection, generation)

    def _reader(self) -> sqlite3.Connection:
        try:
            return self._readers.get_nowait()
        except Empty:
            return self._connect()

    def _give_back(self, connection: sqlite3.Connection, generation: int) -> None:
        with contextlib.suppress(sqlite3.Error):
            connection.set_progress_handler(None, 0)
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        with self._lock:
            if not self._closed and generation == self._generation and self._readers.qsize() < _READERS:
                self._readers.put(connection)
                return
        connection.close()

    def _give_up(self, error: sqlite3.DatabaseError) -> None:
        """Start again with an empty file where the error says that this one is broken."""
        self._roll_back()
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code not in _BROKEN and "no such table" not in str(error):
            return
        self._generation += 1
        self._close_readers()
        self._writer.close()
        self._remove_files()
        self._writer = self._open()
        raise IndexLost("the index was broken and is empty now") from error

    def _roll_back(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")

    def _close_readers(self) -> None:
        with contextlib.suppress(Empty):
            while True:
                self._readers.get_nowait().close()

    def _open(self) -> sqlite3.Connection:
        self._path.touch(mode=0o600)
        connection = self._connect()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA journal_size_limit = 4194304")
            if not _is_ours(connection):
                connection.close()
                self._remove_files()
                self._path.touch(mode=0o600)
                connection = self._connect()
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                _make_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)

    def _remove_files(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)


def _is_ours(connection: sqlite3.Connection) -> bool:
    tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'about'").fetchone()
    if not tables[0]:
        return False
    return bool(connection.execute("SELECT version FROM about").fetchone() == (VERSION,))


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)
    for name in ("names", "places"):
        connection.execute(_TRIGRAMS.format(name=name))
    connection.execute("INSERT INTO about VALUES (?)", (VERSION,))
    connection.execute("COMMIT")


def _after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
