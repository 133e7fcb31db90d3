"""Giving a batch request its id: the step for which its reporter holds a token."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from open311.catalogue.locking import hold_catalogue
from open311.catalogue.registry import Registry
from open311.database import tables
from open311.jobs.queueing import queue
from open311.reports.identifiers import service_request_id
from open311.reports.model import request_from_row
from open311.reports.publication import Render, count_change, fragments_of

ASSIGN_ID = "assign_id"


def queue_assignment(
    connection: Connection, jurisdiction_id: str, number: int, run_at: datetime
) -> None:
    """Have a batch request given its id.

    Args:
        connection: in the transaction that writes the request.
        jurisdiction_id: where it was made.
        number: of the request.
        run_at: when it is given.
    """
    arguments = {"jurisdiction_id": jurisdiction_id, "number": number}
    queue(connection, ASSIGN_ID, arguments, run_at=run_at)


def assign_id(
    connection: Connection,
    registry: Registry,
    render: Render,
    *,
    jurisdiction_id: str,
    number: int,
) -> None:
    """Give a batch request its id; nothing happens when it has one, or is not there any more.

    Args:
        connection: in a transaction, which the caller commits.
        registry: the catalogues in force.
        render: writes the public record.
        jurisdiction_id: where it was made.
        number: of the request.
    """
    hold_catalogue(connection, jurisdiction_id)
    catalogue = registry.catalogue_within(connection, jurisdiction_id)
    table = tables.service_request
    key = {"jurisdiction_id": jurisdiction_id, "number": number}
    mine = (table.c.jurisdiction_id == jurisdiction_id) & (table.c.number == number)
    row = connection.execute(
        select(
            table,
            func.ST_Y(table.c.geometry).label("lat"),
            func.ST_X(table.c.geometry).label("long"),
        )
        .where(mine, table.c.service_request_id.is_(None))
        .with_for_update()
    ).one_or_none()
    if row is None:
        return
    new_id = service_request_id(catalogue.jurisdiction.prefix, number, row.endpoint_type)
    request = replace(request_from_row(row), service_request_id=new_id)
    json, xml = fragments_of(request, catalogue, render)
    connection.execute(
        table.update()
        .where(mine)
        .values(service_request_id=new_id, public_json=json, public_xml=xml)
    )
    event = {"kind": "id_assigned", "detail": {"service_request_id": new_id}}
    connection.execute(tables.request_event.insert(), key | event)
    count_change(connection, jurisdiction_id, row.endpoint_type, number)
