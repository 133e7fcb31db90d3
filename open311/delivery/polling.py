"""What becomes of forwarded requests: the other systems are asked.

Each minute it is looked for what is due, and a job queued for each call: so one system that is away
keeps no other waiting, and its failure stands in the list of jobs. A list is asked for without
holding any request; one of which something is new is asked for alone, and changed.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from open311.catalogue.model import Destination
from open311.catalogue.registry import Registry
from open311.database import tables
from open311.delivery.channels import DeliveryFailed, still_catalogue
from open311.delivery.endpoint import Endpoint, News
from open311.delivery.forwarding import forwarding_of, georeport_of, settle
from open311.delivery.patience import Patience
from open311.jobs.queueing import queue
from open311.outbound.web import Web
from open311.reports.assignment import assign_id
from open311.reports.changing import Author, Change, apply_change, lock_request
from open311.reports.publication import Render
from open311.reports.states import is_closed

ASK_LIST = "ask_destination"
ASK_ONE = "ask_of_request"

# A system that is away for weeks is asked again all the same, every hour.
ATTEMPTS = 1_000_000

# Ids stand in the address of a call, which not every server takes in any length.
_MOST_IDS = 50

_OPEN = text("""
    SELECT forwarding.jurisdiction_id, destination, min(polled_datetime) AS asked
    FROM forwarding JOIN service_request USING (jurisdiction_id, number)
    WHERE external_id IS NOT NULL AND service_request.status = 'open'
    GROUP BY forwarding.jurisdiction_id, destination
""")

# Asked after as long as a tenth of its age: soon at first, in the end every hour.
_WITHOUT_ID = text("""
    SELECT jurisdiction_id, number
    FROM forwarding JOIN service_request USING (jurisdiction_id, number)
    WHERE external_id IS NULL AND service_request_id IS NULL
      AND polled_datetime <= now() - least(
          greatest((polled_datetime - requested_datetime) / 10, interval '50 seconds'),
          interval '1 hour'
      )
""")

_DUE = text("""
    SELECT number, external_id, forwarding.status
    FROM forwarding JOIN service_request USING (jurisdiction_id, number)
    WHERE jurisdiction_id = :jurisdiction_id AND destination = :destination
      AND external_id IS NOT NULL AND service_request.status = 'open'
      AND polled_datetime <= :before
    ORDER BY polled_datetime, number LIMIT :most
""")

# One that fails waits for its next attempt.
_QUEUED = text("SELECT FROM job WHERE lock = :lock AND dead_datetime IS NULL LIMIT 1")

_LAST_NOTES = text("""
    SELECT DISTINCT ON (number) number, description FROM request_event
    WHERE jurisdiction_id = :jurisdiction_id AND number = ANY(:numbers)
      AND actor = :destination AND description IS NOT NULL
    ORDER BY number, event_id DESC
""")


@dataclass(frozen=True)
class Calling:
    """Calls other systems, but not one that did not answer a moment ago.

    Attributes:
        web: makes the calls.
        patience: that of deliveries, so that each learns from the other.
    """

    web: Web
    patience: Patience

    @contextmanager
    def endpoint(self, jurisdiction_id: str, destination: Destination) -> Iterator[Endpoint]:
        """Let an endpoint be asked; see `Patience`."""
        with self.patience.with_(("georeport", jurisdiction_id, destination.code)):
            yield Endpoint(self.web, destination)


def find_due(connection: Connection, registry: Registry) -> None:
    """Have the other systems asked for what is due; done every minute.

    Args:
        connection: in a transaction, which the caller commits.
        registry: the catalogues in force.
    """
    for row in connection.execute(_OPEN).all():
        destination = georeport_of(
            still_catalogue(connection, registry, row.jurisdiction_id), row.destination
        )
        minutes = destination and destination.poll_minutes
        if minutes and row.asked <= _before(minutes):
            _queue_list(connection, row.jurisdiction_id, row.destination)
    for row in connection.execute(_WITHOUT_ID).all():
        _queue_one(connection, row.jurisdiction_id, row.number)


def ask_list(
    connection: Connection,
    registry: Registry,
    calling: Calling,
    *,
    jurisdiction_id: str,
    destination: str,
) -> None:
    """Ask another system for the requests that are due, as many as go into one call.

    Args:
        connection: in a transaction, which the caller commits.
        registry: the catalogues in force.
        calling: calls it.
        jurisdiction_id: the city whose requests they are.
        destination: code of the system.

    Raises:
        DeliveryFailed: it cannot be reached, or gives no answer. They remain due.
    """
    found = georeport_of(still_catalogue(connection, registry, jurisdiction_id), destination)
    if found is None or not found.poll_minutes:
        return
    key = {"jurisdiction_id": jurisdiction_id, "destination": destination}
    limits = {"before": _before(found.poll_minutes), "most": _MOST_IDS}
    rows = connection.execute(_DUE, key | limits).all()
    if not rows:
        return
    with calling.endpoint(jurisdiction_id, found) as endpoint:
        told = endpoint.news(row.external_id for row in rows)
    numbers = [row.number for row in rows]
    notes = _last_notes(connection, jurisdiction_id, destination, numbers)
    for row in rows:
        if _is_new(told.get(row.external_id), row.status, notes.get(row.number)):
            _queue_one(connection, jurisdiction_id, row.number)
    _note_asked(connection, jurisdiction_id, numbers)
    if len(rows) == _MOST_IDS:
        queue(connection, ASK_LIST, key, lock=_lock(ASK_LIST, *key.values()))


def ask_one(
    connection: Connection,
    registry: Registry,
    render: Render,
    calling: Calling,
    *,
    jurisdiction_id: str,
    number: int,
) -> None:
    """Ask another system for one request: for its id, or else for what is new.

    Args:
        connection: in a transaction, which the caller commits.
        registry: the catalogues in force.
        render: writes the public record.
        calling: calls it.
        jurisdiction_id: where the request is.
        number: of the request.

    Raises:
        DeliveryFailed: it cannot be reached, or gives no answer.
    """
    row = forwarding_of(connection, jurisdiction_id, number)
    if row is None:
        return
    catalogue = still_catalogue(connection, registry, jurisdiction_id)
    destination = georeport_of(catalogue, row.destination)
    if destination is None:
        # Nobody can be asked any more. Who holds a token gets an id all the same.
        assign_id(connection, registry, render, jurisdiction_id=jurisdiction_id, number=number)
    elif row.external_id is None:
        with calling.endpoint(jurisdiction_id, destination) as endpoint:
            external_id = endpoint.id_of_token(row.token)
        if external_id:
            _take_id(connection, registry, render, row, external_id)
        else:
            _note_asked(connection, jurisdiction_id, [number])
    else:
        with calling.endpoint(jurisdiction_id, destination) as endpoint:
            told = endpoint.news([row.external_id])
        if row.external_id in told:
            _take_news(connection, registry, render, row, told[row.external_id])


def _take_id(
    connection: Connection, registry: Registry, render: Render, row: Any, external_id: str
) -> None:
    locked = lock_request(connection, registry, row.jurisdiction_id, row.number)
    table = tables.forwarding
    is_theirs = (table.c.jurisdiction_id == row.jurisdiction_id) & (
        table.c.destination == row.destination
    )
    taken = select(table.c.number).where(is_theirs, table.c.external_id == external_id)
    if connection.execute(taken).first():
        raise DeliveryFailed(f"{row.destination} gave an id that another request has there.")
    _update(connection, row, external_id=external_id, polled_datetime=func.now())
    settle(connection, locked, row.destination, external_id, render)


def _take_news(
    connection: Connection, registry: Registry, render: Render, row: Any, told: News
) -> None:
    locked = lock_request(connection, registry, row.jurisdiction_id, row.number)
    notes = _last_notes(connection, row.jurisdiction_id, row.destination, [row.number])
    if not _is_new(told, row.status, notes.get(row.number)):
        return
    _update(connection, row, status=told.status)
    if is_closed(locked.request.state):
        return
    author = Author("system", row.destination)
    # What was closed there before, and opened again here since, is not closed by that again.
    if told.status == "closed" and row.status != "closed":
        change = Change("state_changed", state="resolved", note=told.notes, is_public=True)
    elif told.notes and told.notes != notes.get(row.number):
        change = Change("noted", note=told.notes, is_public=True)
    else:
        return
    apply_change(connection, locked, change, author, render)


def _is_new(told: News | None, status: str | None, notes: str | None) -> bool:
    """Tell whether something is said that was not known: a status, or other notes than the last."""
    if told is None:
        return False
    return told.status != (status or "open") or bool(told.notes and told.notes != notes)


def _last_notes(
    connection: Connection, jurisdiction_id: str, destination: str, numbers: Collection[int]
) -> dict[int, str]:
    """Return what the other system said last of each request, by its number."""
    key = {"jurisdiction_id": jurisdiction_id, "destination": destination}
    rows = connection.execute(_LAST_NOTES, key | {"numbers": list(numbers)})
    return {row.number: row.description for row in rows}


def _note_asked(connection: Connection, jurisdiction_id: str, numbers: Collection[int]) -> None:
    table = tables.forwarding
    connection.execute(
        table.update()
        .where(table.c.jurisdiction_id == jurisdiction_id, table.c.number.in_(numbers))
        .values(polled_datetime=func.now())
    )


def _update(connection: Connection, row: Any, **values: Any) -> None:
    table = tables.forwarding
    connection.execute(
        table.update()
        .where(table.c.jurisdiction_id == row.jurisdiction_id, table.c.number == row.number)
        .values(values)
    )


def _queue_list(connection: Connection, jurisdiction_id: str, destination: str) -> None:
    arguments = {"jurisdiction_id": jurisdiction_id, "destination": destination}
    _queue_if_none(connection, ASK_LIST, arguments, _lock(ASK_LIST, jurisdiction_id, destination))


def _queue_one(connection: Connection, jurisdiction_id: str, number: int) -> None:
    arguments = {"jurisdiction_id": jurisdiction_id, "number": number}
    _queue_if_none(connection, ASK_ONE, arguments, _lock(ASK_ONE, jurisdiction_id, number))


def _queue_if_none(connection: Connection, name: str, arguments: dict[str, Any], lock: str) -> None:
    if connection.execute(_QUEUED, {"lock": lock}).first() is None:
        queue(connection, name, arguments, lock=lock)


def _lock(name: str, jurisdiction_id: str, about: str | int) -> str:
    return f"{name}/{jurisdiction_id}/{about}"


def _before(minutes: int) -> datetime:
    """Return when what is due now was asked for at the latest.

    It is looked for what is due every minute, so some seconds must not make it a minute more.
    """
    return datetime.now(UTC) - timedelta(minutes=minutes, seconds=-10)
