"""What happens to requests and to who reported them, for tests of what follows."""

from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select

from open311.database import tables
from open311.georeport.encoding import render_request
from open311.reports.changing import Author
from open311.reports.merging import lock_for_merging, merge
from open311.reports.model import ServiceRequest
from open311.reports.reading import read_request
from open311.reports.reporters import ReporterKey, reporter_row
from open311.reports.submission import Reporter
from tests import changes
from tests.changes import registry_of
from tests.conftest import KEYRING
from tests.rows import add_request

CITY = "wroclaw.pl"


def new_number(engine: Engine, city: str = CITY, **members: Any) -> int:
    """Add a request and return its number."""
    add_request(engine, city, **members)
    with engine.connect() as connection:
        newest: int = connection.scalars(select(func.max(tables.service_request.c.number))).one()
    return newest


def add_reporter(engine: Engine, number: int, reporter: Reporter, position: int = 0) -> ReporterKey:
    """Let somebody have reported a request, or joined it."""
    key = ReporterKey(CITY, number, position)
    with engine.begin() as connection:
        row = reporter_row(KEYRING, key, reporter, "pl")
        connection.execute(tables.reporter.insert(), row)
    return key


def change(engine: Engine, number: int, kind: Any = "state_changed", **members: Any) -> None:
    """Change a request as an officer does."""
    changes.change(engine, CITY, number, kind, **members)


def merge_into(engine: Engine, number: int, into: int) -> None:
    """Merge a request into another."""
    with engine.begin() as connection:
        merger = lock_for_merging(connection, registry_of(engine), CITY, number, into)
        merge(connection, merger, None, Author("officer"), render_request)


def request_of(engine: Engine, number: int) -> ServiceRequest:
    """Return a request as it is."""
    with engine.connect() as connection:
        return read_request(connection, CITY, number)


def rows(engine: Engine, table: Table, number: int) -> list[Any]:
    """Return what a table has of a request, in the order of its key."""
    query = select(table).where(table.c.number == number)
    with engine.connect() as connection:
        return list(connection.execute(query.order_by(*table.primary_key)))


def kinds(engine: Engine, number: int) -> list[str]:
    """Return the kinds of a request's events, the oldest first."""
    return [event.kind for event in rows(engine, tables.request_event, number)]


def set_service(connection: Connection, **members: Any) -> None:
    """Let the services of all cities have other properties; on a database of the test's own."""
    table = tables.service
    connection.execute(table.update().values(document=table.c.document.op("||")(members)))
