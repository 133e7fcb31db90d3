"""Reading requests as values, of any endpoint and whether or not they are public."""

from typing import Any

from sqlalchemy import Connection, Select, func, select

from open311.database import tables
from open311.errors import NotFound, echo
from open311.reports.model import ServiceRequest, request_from_row

_table = tables.service_request
_RENDERED = ("public_json", "public_xml")

# What `request_from_row` reads. What is rendered is not: it is most of a row.
REQUEST_COLUMNS = (
    *(column for column in _table.c if column.name not in _RENDERED),
    func.ST_Y(_table.c.geometry).label("lat"),
    func.ST_X(_table.c.geometry).label("long"),
)


def find_request(
    connection: Connection, jurisdiction_id: str, number: int, *, lock: bool = False
) -> ServiceRequest | None:
    """Return a request; None: there is none.

    Args:
        connection: any; to lock, in a transaction.
        jurisdiction_id: where it is.
        number: its number.
        lock: whether to keep it still until the transaction ends.
    """
    query = _of_number(jurisdiction_id, number)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else request_from_row(row)


def read_request(connection: Connection, jurisdiction_id: str, number: int) -> ServiceRequest:
    """Return a request.

    Raises:
        NotFound: there is none.
    """
    found = find_request(connection, jurisdiction_id, number)
    if found is None:
        raise NotFound.of("request-unknown", value=str(number))
    return found


def number_of(connection: Connection, jurisdiction_id: str, service_request_id: str) -> int:
    """Return the number of a request of a jurisdiction by its id, on any endpoint.

    Raises:
        NotFound: it has none with this id.
    """
    query = select(_table.c.number).where(
        _table.c.jurisdiction_id == jurisdiction_id,
        _table.c.service_request_id == service_request_id,
    )
    number: int | None = connection.scalar(query)
    if number is None:
        raise NotFound.of("request-unknown", value=echo(service_request_id))
    return number


def handled_number(connection: Connection, jurisdiction_id: str, number: int) -> int:
    """Return the number under which a matter is handled: of a merged request, the other's."""
    query = select(func.coalesce(_table.c.duplicate_of, _table.c.number)).where(
        _table.c.jurisdiction_id == jurisdiction_id, _table.c.number == number
    )
    return connection.scalar(query) or number


def read_merged(connection: Connection, jurisdiction_id: str, number: int) -> list[ServiceRequest]:
    """Return the requests that were merged into one, in the order of their numbers."""
    query = select(*REQUEST_COLUMNS).where(
        _table.c.jurisdiction_id == jurisdiction_id, _table.c.duplicate_of == number
    )
    return [request_from_row(row) for row in connection.execute(query.order_by(_table.c.number))]


def _of_number(jurisdiction_id: str, number: int) -> Select[Any]:
    return select(*REQUEST_COLUMNS).where(
        _table.c.jurisdiction_id == jurisdiction_id, _table.c.number == number
    )
