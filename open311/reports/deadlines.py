"""Saying once of an open request that its term is nearly over, and once that it is over.

What is said is an event, whose follow-up tells the unit. A term is nearly over a day before its
end, or in its last quarter if it is shorter than four days.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select, text

from open311.catalogue.registry import Registry
from open311.database import tables
from open311.jobs.queueing import queue
from open311.reports.changing import Author, Change, EventKind, apply_change, lock_if_there
from open311.reports.model import ServiceRequest
from open311.reports.publication import Render
from open311.reports.states import is_closed

TELL_DEADLINE = "tell_deadline"

LONGEST_NOTICE = timedelta(days=1)

# What was over before, as an import brings it by the thousand, is no news.
OLDEST = timedelta(days=7)

_MOST = 1000

# Reads of service_request_due_idx, for each unit, what is due within these eight days.
_NEAR = text("""
    SELECT service_request.number
    FROM unit JOIN service_request USING (jurisdiction_id, unit_code)
    WHERE unit.jurisdiction_id = :jurisdiction_id
      AND service_request.status = 'open'
      AND service_request.expected_datetime BETWEEN now() - :oldest AND now() + :longest
      AND service_request.endpoint_type = 'production'
      AND service_request.expected_datetime - least(
          :longest, (service_request.expected_datetime - service_request.requested_datetime) / 4
      ) <= now()
      AND NOT EXISTS (
          SELECT FROM request_event
          WHERE request_event.jurisdiction_id = service_request.jurisdiction_id
            AND request_event.number = service_request.number
            AND request_event.kind = CASE
                WHEN service_request.expected_datetime <= now() THEN 'overdue' ELSE 'due_soon'
            END
            AND (request_event.detail ->> 'expected_datetime')::timestamptz
                = service_request.expected_datetime
      )
    ORDER BY service_request.expected_datetime LIMIT :most
""")

_IS_TOLD = text("""
    SELECT EXISTS (
        SELECT FROM request_event
        WHERE jurisdiction_id = :jurisdiction_id AND number = :number AND kind = :kind
          AND (detail ->> 'expected_datetime')::timestamptz = :expected
    )
""")


def find_deadlines(connection: Connection) -> None:
    """Queue a job for each request of which something is to be said.

    Args:
        connection: in a transaction, which the caller commits.
    """
    limits = {"oldest": OLDEST, "longest": LONGEST_NOTICE, "most": _MOST}
    for place in connection.scalars(select(tables.jurisdiction.c.jurisdiction_id)).all():
        for number in connection.scalars(_NEAR, limits | {"jurisdiction_id": place}).all():
            # It would wait behind this job, if they had a lock in common.
            queue(connection, TELL_DEADLINE, {"jurisdiction_id": place, "number": number})


def tell_deadline(
    connection: Connection,
    registry: Registry,
    render: Render,
    *,
    jurisdiction_id: str,
    number: int,
) -> None:
    """Say of a request what its term has come to, unless that was said, or it is closed by now.

    Args:
        connection: in a transaction, which the caller commits.
        registry: the catalogues in force.
        render: writes the public record.
        jurisdiction_id: where it is.
        number: of the request.
    """
    locked = lock_if_there(connection, registry, jurisdiction_id, number)
    if locked is None:
        return
    kind = _reached(locked.request)
    if kind is None or _is_told(connection, locked.request, kind):
        return
    expected = locked.request.expected_datetime
    detail = {"expected_datetime": expected and expected.isoformat()}
    apply_change(connection, locked, Change(kind, detail=detail), Author("system"), render)


def _reached(request: ServiceRequest) -> EventKind | None:
    expected = request.expected_datetime
    if expected is None or is_closed(request.state):
        return None
    now = datetime.now(UTC)
    notice = min(LONGEST_NOTICE, (expected - request.requested_datetime) / 4)
    if expected <= now:
        return "overdue"
    return "due_soon" if expected - notice <= now else None


def _is_told(connection: Connection, request: ServiceRequest, kind: EventKind) -> bool:
    key = {"jurisdiction_id": request.jurisdiction_id, "number": request.number}
    told = key | {"kind": kind, "expected": request.expected_datetime}
    return bool(connection.scalar(_IS_TOLD, told))
