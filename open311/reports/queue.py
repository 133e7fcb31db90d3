"""The queue of officers: requests by when they are due, or the newest first, public or not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select, tuple_

from open311.database import tables
from open311.errors import BadRequest
from open311.reports.model import Publication, ServiceRequest, request_from_row
from open311.reports.reading import REQUEST_COLUMNS
from open311.reports.states import OPEN_STATES, STATES, StateName

_table = tables.service_request


@dataclass(frozen=True)
class Queue:
    """Which requests, and in which order. None does not narrow it.

    Attributes:
        endpoint_type: `production` or `test`.
        states: in any of these.
        unit_codes: handled by any of these units; None: by whichever, or none.
        service_code: of this service.
        publication: whether the public may see them.
        due_before: due earlier than this, aware.
        area_code: in this district.
        order: `due`: the soonest first, then those without a term; `newest`: those first that came
            in here last.
    """

    endpoint_type: str = "production"
    states: Collection[StateName] = OPEN_STATES
    unit_codes: Collection[str] | None = None
    service_code: str | None = None
    publication: Publication | None = None
    due_before: datetime | None = None
    area_code: str | None = None
    order: Literal["due", "newest"] = "due"


def read_queue(
    connection: Connection,
    jurisdiction_id: str,
    queue: Queue,
    limit: int,
    after: int | None = None,
) -> list[ServiceRequest]:
    """Return requests of a queue.

    Args:
        connection: any.
        jurisdiction_id: where.
        queue: which, and in which order.
        limit: at most so many.
        after: number of the last request of the page before.

    Raises:
        BadRequest: there is no request `after`.
    """
    query = _query(jurisdiction_id, queue)
    if queue.order == "newest":
        # Along the primary key, backwards, until the page is full.
        if after is not None:
            query = query.where(_table.c.number < after)
        return _read(connection, query.order_by(_table.c.number.desc()).limit(limit))
    return _read_by_term(connection, jurisdiction_id, query, limit, after)


def _read_by_term(
    connection: Connection, jurisdiction_id: str, query: Select[Any], limit: int, after: int | None
) -> list[ServiceRequest]:
    """Read a page in the order of terms: those with one, and then, if there is room, the others.

    Two statements, since a page that begins at a term can then begin there in the index, which
    one that allows for no term as well could not. Of one unit, the plan walks
    service_request_due_idx from there until the page is full. Of several, it sorts the open ones.
    """
    expected, number = _table.c.expected_datetime, _table.c.number
    dated = query.where(expected.is_not(None))
    undated = query.where(expected.is_(None))
    found: list[ServiceRequest] = []
    begins = None if after is None else _term_of(connection, jurisdiction_id, after)
    if begins is None or begins.expected_datetime is not None:
        if begins is not None:
            dated = dated.where(tuple_(expected, number) > (begins.expected_datetime, after))
        found = _read(connection, dated.order_by(expected, number).limit(limit))
    else:
        undated = undated.where(number > after)
    if len(found) < limit:
        found += _read(connection, undated.order_by(number).limit(limit - len(found)))
    return found


class Counted(NamedTuple):
    """How many requests of a city are open, and how many of them after the end of their term."""

    jurisdiction_id: str
    number: int
    overdue: int


def count_open(
    connection: Connection, jurisdiction_ids: Collection[str] | None = None
) -> list[Counted]:
    """Count what is open, also what came in at test endpoints.

    The plan reads service_request_due_idx alone: 6 ms for 33,000 open ones of 100,000. It does not
    know the endpoint, and asking the rows for it would read all of them.

    Args:
        connection: any.
        jurisdiction_ids: of these cities; None: of all.
    """
    late = func.count().filter(_table.c.expected_datetime < func.now())
    query = select(_table.c.jurisdiction_id, func.count(), late).where(_table.c.status == "open")
    if jurisdiction_ids is not None:
        query = query.where(_table.c.jurisdiction_id.in_(jurisdiction_ids))
    grouped = query.group_by(_table.c.jurisdiction_id).order_by(_table.c.jurisdiction_id)
    return [Counted(*row) for row in connection.execute(grouped)]


def _read(connection: Connection, query: Select[Any]) -> list[ServiceRequest]:
    return [request_from_row(row) for row in connection.execute(query)]


def _query(jurisdiction_id: str, queue: Queue) -> Select[Any]:
    column = _table.c
    conditions = [
        column.jurisdiction_id == jurisdiction_id,
        column.endpoint_type == queue.endpoint_type,
        column.state.in_(queue.states),
    ]
    statuses = {STATES[state].status for state in queue.states}
    if len(statuses) == 1:
        # Follows from the states; said so that an index of the open ones can be used.
        conditions.append(column.status == statuses.pop())
    if queue.unit_codes is not None:
        conditions.append(column.unit_code.in_(queue.unit_codes))
    if queue.service_code is not None:
        conditions.append(column.service_code == queue.service_code)
    if queue.publication is not None:
        conditions.append(column.publication == queue.publication)
    if queue.due_before is not None:
        conditions.append(column.expected_datetime < queue.due_before)
    if queue.area_code is not None:
        conditions.append(column.area_code == queue.area_code)
    return select(*REQUEST_COLUMNS).where(*conditions)


def _term_of(connection: Connection, jurisdiction_id: str, number: int) -> Row[Any]:
    query = select(_table.c.expected_datetime).where(
        _table.c.jurisdiction_id == jurisdiction_id, _table.c.number == number
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BadRequest.of("after-unknown", value=str(number))
    return row
