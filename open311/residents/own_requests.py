"""All requests that somebody has reported or joined, in all cities, found by their address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from open311.people.keyring import Keyring, email_form
from open311.reports.reporters import ReporterKey

# For each city, along reporter_email_idx; that is a short walk for each, and few are looked for.
_OWN = """
    SELECT DISTINCT ON (jurisdiction_id, number)
        jurisdiction_id, number, position, service_code, service_request_id, state,
        requested_datetime
    FROM jurisdiction
    JOIN reporter USING (jurisdiction_id)
    JOIN service_request USING (jurisdiction_id, number)
    WHERE email_index = ANY(:indexes) AND erased_datetime IS NULL
      AND endpoint_type = 'production'
    ORDER BY jurisdiction_id, number, position
"""
_LIST = text(f"""
    SELECT * FROM ({_OWN}) AS own
    ORDER BY requested_datetime DESC, number DESC LIMIT :limit OFFSET :offset
""")
_ANY = text(f"SELECT EXISTS ({_OWN})")


@dataclass(frozen=True)
class OwnRequest:
    """A request of somebody, as a list shows it."""

    key: ReporterKey
    service_code: str
    service_request_id: str | None
    state: str
    requested_datetime: datetime


def read_own_requests(
    connection: Connection, keyring: Keyring, email: str, limit: int, offset: int
) -> Sequence[OwnRequest]:
    """Return requests of somebody, the newest first; reported or joined, each once.

    Args:
        connection: any.
        keyring: knows what an address is found by.
        email: the address.
        limit: at most so many.
        offset: after so many.
    """
    values = {"limit": limit, "offset": offset}
    rows = connection.execute(_LIST, _indexes(keyring, email) | values)
    return [
        OwnRequest(
            ReporterKey(row.jurisdiction_id, row.number, row.position),
            row.service_code,
            row.service_request_id,
            row.state,
            row.requested_datetime,
        )
        for row in rows
    ]


def has_requests(connection: Connection, keyring: Keyring, email: str) -> bool:
    """Tell whether somebody has any."""
    return bool(connection.scalar(_ANY, _indexes(keyring, email)))


def _indexes(keyring: Keyring, email: str) -> dict[str, list[bytes]]:
    return {"indexes": keyring.indexes(email_form(email))}
