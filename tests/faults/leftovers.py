"""What no crash may leave behind once the service has started again."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.waiting import until


def require_sound(state: Path) -> None:
    """The database is whole, and no temporary file of a save is left anywhere. Gives the sweep its time."""
    require_whole(state / "apex-ws.sqlite")
    until(lambda: not temporaries(state), 20)


def require_whole(database: Path) -> None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def temporaries(state: Path) -> list[Path]:
    return list((state / "workspaces").rglob(".~apex-*"))
