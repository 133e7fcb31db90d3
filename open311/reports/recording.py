"""Writing a new report whole: request, reporter, photos, first event and change, in one statement.

Several statements in one are half the work for both sides; a report is either all there or not.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table, bindparam

from open311.catalogue.applying import STRIPES
from open311.database import tables


def _insert(table: Table, *generated: str) -> Insert:
    """Write an insert whose parameters are named table.column."""
    columns = [column for column in table.c if column.name not in generated]
    return table.insert().values(
        {
            column.name: bindparam(f"{table.name}.{column.name}", type_=column.type)
            for column in columns
        }
    )


_counter = tables.change_counter

_RECORD = (
    _counter.update()
    .where(
        _counter.c.jurisdiction_id == bindparam("service_request.jurisdiction_id"),
        _counter.c.endpoint_type == bindparam("service_request.endpoint_type"),
        _counter.c.stripe == bindparam("stripe_of_request"),
    )
    .values(changes=_counter.c.changes + 1)
    .add_cte(
        _insert(tables.service_request).cte("request"),
        _insert(tables.reporter).cte("who"),
        _insert(tables.request_event, "event_id").cte("event"),
    )
)


def record(
    connection: Connection,
    request: dict[str, Any],
    reporter: dict[str, Any],
    event: dict[str, Any],
    photos: Sequence[dict[str, Any]] = (),
) -> None:
    """Write a new report. Let it be the last statement: it locks the counter of changes.

    Args:
        connection: in a transaction, which the caller commits.
        request: the columns of `service_request`.
        reporter: the columns of `reporter` but the key.
        event: the columns of `request_event` but the key.
        photos: rows of `photo`.
    """
    key = {name: request[name] for name in ("jurisdiction_id", "number")}
    parameters = {"stripe_of_request": request["number"] % STRIPES}
    for table, row in (
        (tables.service_request, request),
        (tables.reporter, key | reporter),
        (tables.request_event, key | event),
    ):
        parameters |= {f"{table.name}.{name}": value for name, value in row.items()}
    statement = _RECORD
    if photos:
        statement = _RECORD.add_cte(tables.photo.insert().values(photos).cte("photos"))
    connection.execute(statement, parameters)
