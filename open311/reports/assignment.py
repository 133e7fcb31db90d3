"""Giving a batch request its id: the step for which its reporter holds a token."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from open311.catalogue.registry import Registry
from open311.database import tables
from open311.jobs.queueing import queue
from open311.reports.changing import (
    Author,
    Change,
    LockedRequest,
    lock_if_there,
    queue_follow_up,
    write_event,
)
from open311.reports.identifiers import service_request_id
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
    locked = lock_if_there(connection, registry, jurisdiction_id, number)
    if locked and locked.request.service_request_id is None:
        give_id(connection, locked, render, Author("system"))


def give_id(
    connection: Connection, locked: LockedRequest, render: Render, author: Author
) -> LockedRequest:
    """Give a request that has none its id.

    Args:
        connection: in the transaction in which it was locked; let this be its last statement for
            the request, or one change the last.
        locked: the request.
        render: writes the public record.
        author: who registered it.

    Returns:
        The request as it is from now on, still locked.
    """
    request, prefix = locked.request, locked.catalogue.jurisdiction.prefix
    new_id = service_request_id(prefix, request.number, request.endpoint_type)
    request = replace(request, service_request_id=new_id, version=request.version + 1)
    json, xml = fragments_of(request, locked.catalogue, render)
    table = tables.service_request
    connection.execute(
        table.update()
        .where(table.c.jurisdiction_id == request.jurisdiction_id, table.c.number == request.number)
        .values(
            service_request_id=new_id,
            version=request.version,
            public_json=json,
            public_xml=xml,
        )
    )
    change = Change("id_assigned", detail={"service_request_id": new_id})
    event_id = write_event(connection, request, change, author, datetime.now(UTC))
    if request.endpoint_type != "test":
        queue_follow_up(connection, request, event_id)
    count_change(connection, request.jurisdiction_id, request.endpoint_type, request.number)
    return replace(locked, request=request)
