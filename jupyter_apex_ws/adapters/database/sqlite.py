"""The database in one SQLite file: many readers, one writer, durable when it answers.

database = SqliteDatabase.open(path)   upgrades it first; DatabaseTooNew when a newer release made it
with database.reading() as tx: ...
with database.writing() as tx: ...
database.close()
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from ...core.errors import ApexError, StorageFull, Unavailable
from .migrate import upgrade
from .reading import SqlReading
from .writing import SqlWriting

_BUSY_SECONDS = 10.0
_READERS = 64  # more than the threads that serve requests, so that none waits for another
_STATEMENTS = 600


class SqliteDatabase:
    """See `core.ports.Database`. One object, in one process, for one file."""

    def __init__(self, path: Path):
        self._write_engine = _engine(path, begin="BEGIN IMMEDIATE", connections=1)
        self._read_engine = _engine(path, begin="BEGIN", connections=_READERS, reading=True)
        self._writer = threading.Lock()
        self._revision = 0
        self._listeners: dict[object, Callable[[int], None]] = {}

    @classmethod
    def open(cls, path: Path) -> "SqliteDatabase":
        """The database at `path`, made if there is none, at the schema of this release."""
        # Ours alone: it says who shares what with whom. The write-ahead log gets the same mode.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        database = cls(path)
        try:
            upgrade(database._write_engine)
        except BaseException:
            database.close()
            raise
        return database

    @property
    def revision(self) -> int:
        return self._revision

    @contextmanager
    def reading(self) -> Iterator[SqlReading]:
        # Taken before the transaction begins: too old makes a reader look again, too new would not.
        revision = self._revision
        with _answered(), self._read_engine.connect() as connection, connection.begin():
            yield SqlReading(connection, revision)

    @contextmanager
    def writing(self) -> Iterator[SqlWriting]:
        # Waiting here and not in SQLite, whose waiting is polling and not in turn.
        if not self._writer.acquire(timeout=_BUSY_SECONDS):
            raise Unavailable("The service is busy with other changes. Try again.", retry_after=2)
        try:
            with _answered(), self._write_engine.begin() as connection:
                before = _changes(connection)
                yield SqlWriting(connection, self._revision)
                changed = _changes(connection) != before
            if changed:
                self._revision += 1
            revision = self._revision
        finally:
            self._writer.release()
        if changed:
            for tell in list(self._listeners.values()):
                tell(revision)

    def when_changed(self, tell: Callable[[int], None]) -> Callable[[], None]:
        key = object()
        self._listeners[key] = tell
        return lambda: self._listeners.pop(key, None) and None

    def close(self) -> None:
        """Give all connections back. Nobody may be in a transaction."""
        self._read_engine.dispose()
        self._write_engine.dispose()


def _changes(connection: Connection) -> int:
    """How many rows this connection has changed so far: a transaction that changed none moves no revision."""
    driver = connection.connection.driver_connection
    return driver.total_changes if isinstance(driver, sqlite3.Connection) else 0


def _engine(path: Path, *, begin: str, connections: int, reading: bool = False) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_BUSY_SECONDS,
        query_cache_size=_STATEMENTS,
        # Transactions are begun by us: the driver begins them late, and never as IMMEDIATE.
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": _BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"query_only = {'ON' if reading else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _answered() -> Iterator[None]:
    """What the database cannot do now, in the words of the product."""
    try:
        yield
    except ApexError:
        raise
    except OperationalError as error:
        if isinstance(error.orig, sqlite3.Error) and error.orig.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise StorageFull("The service's disk is full. Tell its operator.") from error
        raise Unavailable("The service's database does not answer. Try again.", retry_after=5) from error
