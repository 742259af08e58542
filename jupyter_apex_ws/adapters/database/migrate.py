"""Bring a database to the schema of this release, or refuse it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_MIGRATIONS = Path(__file__).with_name("migrations")


class DatabaseTooNewError(Exception):
    """Made by a newer release. Using it could lose what this one does not know."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file: the migrations are in the package."""
    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine) -> None:
    """Run what is missing, in one transaction: a database is at one release or the other, never between.

    Raises DatabaseTooNewError.
    """
    with engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
        if found is not None and found not in known:
            raise DatabaseTooNewError(
                f"The database is at revision {found}, which this release does not know: a newer release of "
                "jupyter_apex_ws has used it. Install that release again, or restore a copy from before it."
            )
        command.upgrade(config(connection), "head")
