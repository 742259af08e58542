"""A database is made and brought up to date by migrations alone, and one of a newer release is left alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine

from jupyter_apex_ws.adapters.database import DatabaseTooNewError, SqliteDatabase
from jupyter_apex_ws.adapters.database.migrate import config, upgrade
from jupyter_apex_ws.adapters.database.tables import metadata


def schema(path: Path) -> dict[str, str]:
    """What SQLite keeps of tables and indices, without what only the writing differs in."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {
            f"{kind} {name}": " ".join(sql.replace('"', "").replace(", ", ",").split())
            for kind, name, sql in rows
            if not name.startswith(("sqlite_", "alembic_"))
        }


def columns(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table.name: sorted(row[1:] for row in connection.execute(f"PRAGMA table_info({table.name})"))
            for table in metadata.sorted_tables
        }


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path / 'made.sqlite'}")


def test_from_empty_to_now_is_what_the_tables_say(tmp_path: Path, engine: Engine) -> None:
    SqliteDatabase.open(tmp_path / "migrated.sqlite").close()
    metadata.create_all(engine)
    engine.dispose()

    migrated, made = schema(tmp_path / "migrated.sqlite"), schema(tmp_path / "made.sqlite")

    assert migrated.keys() == made.keys()
    indices = [name for name in made if name.startswith("index")]
    assert {name: migrated[name] for name in indices} == {name: made[name] for name in indices}
    assert columns(tmp_path / "migrated.sqlite") == columns(tmp_path / "made.sqlite")


def test_alembic_finds_nothing_to_migrate(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "apex-ws.sqlite"
    SqliteDatabase.open(path).close()
    before = schema(path)

    SqliteDatabase.open(path).close()

    assert schema(path) == before


def test_back_to_empty_and_forth(tmp_path: Path, engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        command.downgrade(config(connection), "base")
    assert schema(tmp_path / "made.sqlite") == {}

    upgrade(engine)

    engine.dispose()
    assert "table grants" in schema(tmp_path / "made.sqlite")


def test_a_database_of_a_newer_release_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "apex-ws.sqlite"
    SqliteDatabase.open(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("CREATE TABLE of_the_future (id INTEGER)")
    before = schema(path)

    with pytest.raises(DatabaseTooNewError, match=r"revision 9999.*newer release"):
        SqliteDatabase.open(path)

    assert schema(path) == before


def test_an_upgrade_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "apex-ws.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE grants (id INTEGER)")  # in the way in the middle of the migration
    before = schema(path)

    with pytest.raises(Exception, match="grants"):
        SqliteDatabase.open(path)

    assert schema(path) == before
