"""Single statements, prepared once a connection and answered as bytes."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg2
from psycopg2.extensions import BYTES, register_type
from sqlalchemy import Engine

Row = tuple[Any, ...]


class Reader:
    """Runs statements that read, each its own transaction.

    Text comes back as UTF-8 bytes: what is stored ready to be sent is not decoded on its way.

    Args:
        engine: of `read_engine`; or of `counting_engine`, for what may be counted twice when the
            connection is lost.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Return the rows of a statement.

        Args:
            statement: SQL with `$1`, `$2`, …; one of few, since each stays prepared.
            parameters: in the order of their numbers.

        Raises:
            psycopg2.OperationalError: the database cannot be reached, on a new connection too.
        """
        try:
            return self._rows(statement, parameters)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # The server was restarted since: a read can be repeated, once, on a new connection.
            self._engine.dispose()
            return self._rows(statement, parameters)

    def _rows(self, statement: str, parameters: Sequence[Any]) -> list[Row]:
        connection = self._engine.raw_connection()
        try:
            prepared: dict[str, str] = connection.info.setdefault("prepared", {})
            with closing(connection.cursor()) as cursor:
                if statement not in prepared:
                    if not prepared:
                        register_type(BYTES, connection.driver_connection)
                    name = f"read_{len(prepared)}"
                    cursor.execute(f"PREPARE {name} AS {statement}")
                    holders = ", ".join(["%s"] * len(parameters))
                    prepared[statement] = (
                        f"EXECUTE {name} ({holders})" if holders else f"EXECUTE {name}"
                    )
                cursor.execute(prepared[statement], parameters or None)
                return list(cursor.fetchall())
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            connection.invalidate()
            raise
        finally:
            connection.close()
