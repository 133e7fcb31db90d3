"""Writing a new report whole: request, reporter, photos, first event, what is done next, change.

Several statements in one are half the work for both sides; a report is either all there or not.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, bindparam, func, literal, select

from open311.catalogue.applying import STRIPES
from open311.database import tables
from open311.reports.changing import FOLLOW_UP


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

_COUNT = (
    _counter.update()
    .where(
        _counter.c.jurisdiction_id == bindparam("service_request.jurisdiction_id"),
        _counter.c.endpoint_type == bindparam("service_request.endpoint_type"),
        _counter.c.stripe == bindparam("stripe_of_request"),
    )
    .values(changes=_counter.c.changes + 1)
)

_event = (
    _insert(tables.request_event, "event_id")
    .returning(
        tables.request_event.c.jurisdiction_id,
        tables.request_event.c.number,
        tables.request_event.c.event_id,
    )
    .cte("event")
)


def _follow_up() -> Select[Any]:
    """Select the job that `changing.queue_follow_up` queues, of the event that is written here."""
    arguments = func.jsonb_build_object(
        "jurisdiction_id", _event.c.jurisdiction_id,
        "number", _event.c.number,
        "event_id", _event.c.event_id,
    )  # fmt: skip
    lock = func.concat(_event.c.jurisdiction_id, "/", _event.c.number)
    return select(literal(FOLLOW_UP), arguments, lock)


_RECORD = _COUNT.add_cte(
    _insert(tables.service_request).cte("request"),
    _insert(tables.reporter).cte("who"),
    _event,
)
_RECORD_AND_FOLLOW_UP = _RECORD.add_cte(
    tables.job.insert().from_select(["name", "arguments", "lock"], _follow_up()).cte("follow_up")
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
        reporter: those of `reporter` that are not empty.
        event: those of `request_event` that are not empty, but the key.
        photos: rows of `photo`.
    """
    key = {name: request[name] for name in ("jurisdiction_id", "number")}
    parameters = {"stripe_of_request": request["number"] % STRIPES}
    for table, row in (
        (tables.service_request, request),
        (tables.reporter, reporter),
        (tables.request_event, key | event),
    ):
        parameters |= {f"{table.name}.{column.name}": row.get(column.name) for column in table.c}
    # What comes in at a test endpoint is told to nobody.
    is_test = request["endpoint_type"] == "test"
    statement = _RECORD if is_test else _RECORD_AND_FOLLOW_UP
    if photos:
        statement = statement.add_cte(tables.photo.insert().values(photos).cte("photos"))
    connection.execute(statement, parameters)
