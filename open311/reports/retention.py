"""Erasing personal data when their time is over: so many days after the request was closed."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from open311.catalogue.model import RETENTION_DAYS
from open311.catalogue.registry import Registry
from open311.reports.changing import Author, LockedRequest, lock_if_there
from open311.reports.erasing import erase_request
from open311.reports.publication import Render
from open311.reports.reporters import ReporterKey, find_reporter
from open311.reports.states import is_closed

ERASE_EXPIRED = "erase_expired"

# An hour's work is done in minutes, and keeps mail waiting no longer.
MOST = 5000

# A closed request keeps the moment of its closing as `updated_datetime` (D-59). One of a test
# endpoint is closed by nobody, so its last change counts. Who was erased at their own wish while it
# was open is gone through again. Once an hour, this passes over all requests: some seconds for a
# million.
_QUEUE = text("""
    WITH kept AS MATERIALIZED (
        SELECT jurisdiction_id, service_code, now() - make_interval(days => coalesce(
            (service.document ->> 'retention_days')::integer,
            (jurisdiction.document ->> 'retention_days')::integer,
            :retention_days
        )) AS since
        FROM service JOIN jurisdiction USING (jurisdiction_id)
    ), expired AS (
        SELECT jurisdiction_id, number, concat('erase ', jurisdiction_id, '/', number) AS lock
        FROM service_request AS request
        JOIN kept USING (jurisdiction_id, service_code)
        LEFT JOIN (SELECT * FROM reporter WHERE position = 0) AS reporter
            USING (jurisdiction_id, number)
        WHERE (request.status = 'closed' OR request.endpoint_type = 'test')
          AND request.updated_datetime < kept.since
          AND (reporter.erased_datetime IS NULL
               OR reporter.erased_datetime < request.updated_datetime)
    )
    INSERT INTO job (name, arguments, lock)
    SELECT :name, jsonb_build_object('jurisdiction_id', jurisdiction_id, 'number', number), lock
    FROM expired
    WHERE NOT EXISTS (SELECT FROM job WHERE job.lock = expired.lock)
    LIMIT :most
""")


def find_expired(connection: Connection) -> None:
    """Queue a job for each request whose personal data are to be erased; the rest the next time.

    Args:
        connection: in a transaction, which the caller commits.
    """
    limits = {"retention_days": RETENTION_DAYS, "most": MOST}
    connection.execute(_QUEUE, limits | {"name": ERASE_EXPIRED})


def erase_expired(
    connection: Connection,
    registry: Registry,
    render: Render,
    *,
    jurisdiction_id: str,
    number: int,
) -> None:
    """Erase the personal data of a request, unless it was opened again or they are erased by now.

    Args:
        connection: in a transaction, which the caller commits.
        registry: the catalogues in force.
        render: writes the public record.
        jurisdiction_id: where it is.
        number: of the request.
    """
    locked = lock_if_there(connection, registry, jurisdiction_id, number)
    if locked and _is_expired(locked) and not _is_erased(connection, locked):
        erase_request(connection, locked, Author("system"), render)


def _is_expired(locked: LockedRequest) -> bool:
    request = locked.request
    if not is_closed(request.state) and request.endpoint_type != "test":
        return False
    days = locked.catalogue.services[request.service_code].retention_days
    return request.updated_datetime + timedelta(days=days) < datetime.now(UTC)


def _is_erased(connection: Connection, locked: LockedRequest) -> bool:
    request = locked.request
    row = find_reporter(connection, ReporterKey(request.jurisdiction_id, request.number))
    erased = row and row.erased_datetime
    return erased is not None and erased >= request.updated_datetime
