"""Connections: an engine for transactions, one for single reads, one for what counts its calls."""

from contextlib import closing

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


def transaction_engine(url: str, connections: int = 1) -> Engine:
    """Return the engine for what writes.

    Args:
        url: SQLAlchemy URL of the database.
        connections: how many may be open at once: as many as there are threads.
    """
    # A connection that died with the server is found before a transaction begins on it.
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        # An error names its statement in the log, never the personal data in it.
        hide_parameters=True,
    )


def read_engine(url: str, connections: int = 1) -> Engine:
    """Return the engine for single statements that read.

    Each statement is its own transaction, so no BEGIN and ROLLBACK are sent around it.

    Args:
        url: SQLAlchemy URL of the database or of a replica.
        connections: how many may be open at once: as many as there are threads.
    """
    return _statement_engine(url, connections, "SET default_transaction_read_only = on")


def counting_engine(url: str, connections: int = 1) -> Engine:
    """Return the engine for single statements that also count what they are asked for.

    They are committed without waiting for the log: a crash of the server may forget the last of
    what was counted.

    Args:
        url: SQLAlchemy URL of the database.
        connections: how many may be open at once: as many as there are threads.
    """
    return _statement_engine(url, connections, "SET synchronous_commit = off")


def _statement_engine(url: str, connections: int, setting: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
    )

    @event.listens_for(engine, "connect")
    def prepare_session(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        with closing(connection.cursor()) as cursor:
            cursor.execute(setting)
            # The few statements are written for one plan each; planning one anew for its
            # parameters takes twice the time of running it.
            cursor.execute("SET plan_cache_mode = force_generic_plan")

    return engine
