"""Bringing a database to a revision of the tables, and back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_MIGRATIONS = Path(__file__).parent / "migrations"

# Two processes that start at once must not migrate at once.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('open311 migrations'))")


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to a revision, in one transaction.

    Args:
        engine: where the database is.
        revision: an Alembic revision; the newest when not given.
    """
    with engine.begin() as connection:
        connection.execute(_LOCK)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to a revision, in one transaction.

    Args:
        engine: where the database is.
        revision: an Alembic revision, `base` for an empty database, `-1` for one step.
    """
    with engine.begin() as connection:
        connection.execute(_LOCK)
        command.downgrade(_config(connection), revision)


def current_revision(engine: Engine) -> str | None:
    """Return the revision that a database stands at; None: it has no tables yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the revision that this code needs."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
