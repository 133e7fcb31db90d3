"""Giving batch requests their id: the step for which their reporters hold a token."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, func, select

from open311.catalogue.locking import hold_catalogue
from open311.catalogue.model import Catalogue
from open311.catalogue.registry import read_catalogue
from open311.database import tables
from open311.reports.identifiers import service_request_id
from open311.reports.model import ServiceRequest, request_from_row
from open311.reports.publication import Render, count_change, fragments_of

_BATCH = 100


def assign_ids(connection: Connection, render: Render, waited: timedelta) -> int:
    """Give an id to batch requests that have waited long enough, oldest first.

    Args:
        connection: in a transaction, which the caller commits.
        render: writes the public record.
        waited: how long they must have waited.

    Returns:
        How many were given one; when there may be more, call again.
    """
    table = tables.service_request
    is_waiting = (
        table.c.token.is_not(None)
        & table.c.service_request_id.is_(None)
        & (table.c.requested_datetime <= func.now() - waited)
    )
    cities = select(table.c.jurisdiction_id).where(is_waiting).distinct()
    catalogues = {}
    for jurisdiction_id in sorted(connection.scalars(cities)):
        hold_catalogue(connection, jurisdiction_id)
        catalogues[jurisdiction_id] = read_catalogue(connection, jurisdiction_id)
    waiting = connection.execute(
        select(
            table,
            func.ST_Y(table.c.geometry).label("lat"),
            func.ST_X(table.c.geometry).label("long"),
        )
        .where(is_waiting, table.c.jurisdiction_id.in_(catalogues))
        .order_by(table.c.requested_datetime)
        .limit(_BATCH)
        # Two workers take different ones.
        .with_for_update(skip_locked=True)
    ).all()
    for row in waiting:
        _assign(connection, request_from_row(row), catalogues[row.jurisdiction_id], render)
    for endpoint in sorted({(row.jurisdiction_id, row.endpoint_type) for row in waiting}):
        count_change(connection, *endpoint, number=0)
    return len(waiting)


def _assign(
    connection: Connection, request: ServiceRequest, catalogue: Catalogue, render: Render
) -> None:
    new_id = service_request_id(
        catalogue.jurisdiction.prefix, request.number, request.endpoint_type
    )
    request = replace(request, service_request_id=new_id)
    json, xml = fragments_of(request, catalogue, render)
    table = tables.service_request
    connection.execute(
        table.update()
        .where(table.c.jurisdiction_id == request.jurisdiction_id, table.c.number == request.number)
        .values(service_request_id=new_id, public_json=json, public_xml=xml)
    )
    connection.execute(
        tables.request_event.insert(),
        {
            "jurisdiction_id": request.jurisdiction_id,
            "number": request.number,
            "kind": "id_assigned",
            "detail": {"service_request_id": new_id},
        },
    )
