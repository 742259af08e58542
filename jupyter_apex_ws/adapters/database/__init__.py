"""The database: SQLite, one file, one process."""

from .migrate import DatabaseTooNewError
from .sqlite import SqliteDatabase

__all__ = ["DatabaseTooNewError", "SqliteDatabase"]
