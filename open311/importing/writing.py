"""One batch of another system's requests, written in one transaction.

What is there already, by the id that the other system gave it, is left as it is when it says the
same, and follows the other system when that has news. So a batch can be written again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select, text

from open311.catalogue.locking import hold_catalogue
from open311.database import tables
from open311.database.copying import copy_encoded
from open311.importing.batches import Refusal
from open311.importing.city import City, city_in_force
from open311.importing.cleaning import OldRequest
from open311.importing.preparing import (
    ENDPOINT_TYPE,
    Arrival,
    Prepared,
    Target,
    event_of,
    kept_members,
    known_ids,
    placed,
    prepare,
)
from open311.reports.model import ServiceRequest, request_from_row, row_from_request
from open311.reports.publication import count_change, fragments_of
from open311.reports.reading import REQUEST_COLUMNS

# Of two imports, the second waits for each batch of the first, and sees what it wrote.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('import'), hashtext(:id))")


@dataclass(frozen=True)
class Written:
    """What became of the requests of a batch.

    Attributes:
        new: how many were not here before.
        changed: how many follow what is new there.
        taken: all that were not refused; those that are neither new nor changed said nothing new.
        refused: the others.
    """

    new: int
    changed: int
    taken: Sequence[OldRequest]
    refused: Sequence[Refusal]


def write_batch(connection: Connection, target: Target, prepared: Prepared) -> Written:
    """Write requests with their public records, references and events.

    Args:
        connection: in a new transaction, which the caller commits.
        target: where to.
        prepared: the batch.
    """
    hold_catalogue(connection, target.jurisdiction_id)
    connection.execute(_ONE_AT_A_TIME, {"id": target.jurisdiction_id})
    city = city_in_force(connection, target.jurisdiction_id, prepared.city)
    if city is not prepared.city or known_ids(connection, target, prepared.new):
        # Another catalogue has come into force since, or the batch before brought some of these.
        prepared = prepare(connection, target, city, prepared.requests)
    for rows in prepared.rows:
        copy_encoded(connection, rows)
    changed = _follow(connection, target, prepared)
    if prepared.new or changed:
        count_change(connection, target.jurisdiction_id, ENDPOINT_TYPE, 0)
    return Written(len(prepared.new), changed, prepared.taken, prepared.refused)


def _follow(connection: Connection, target: Target, prepared: Prepared) -> int:
    """Change the requests of which the other system has news; return how many these are."""
    arrivals = prepared.arrivals
    new = set(prepared.new)
    known = [external_id for external_id in arrivals if external_id not in new]
    kept = _kept(connection, target, known)
    news = [i for i, request in kept.items() if _has_news(arrivals[i], request)]
    changed = 0
    # Read again, locked, as somebody else may be changing them too.
    for external_id, request in _kept(connection, target, news, lock=True).items():
        if _has_news(arrivals[external_id], request):
            _write_change(connection, target, prepared.city, request, arrivals[external_id])
            changed += 1
    return changed


def _kept(
    connection: Connection, target: Target, external_ids: Sequence[str], *, lock: bool = False
) -> dict[str, ServiceRequest]:
    """Return requests that are here, by what the other system calls them."""
    if not external_ids:
        return {}
    request, reference = tables.service_request, tables.external_reference
    query = (
        select(
            reference.c.external_id,
            *REQUEST_COLUMNS,
        )
        .join_from(reference, request)
        .where(
            reference.c.jurisdiction_id == target.jurisdiction_id,
            reference.c.system == target.system,
            reference.c.external_id == func.any(list(external_ids)),
        )
    )
    if lock:
        query = query.order_by(request.c.number).with_for_update(of=request)
    return {row.external_id: request_from_row(row) for row in connection.execute(query)}


def _has_news(arrival: Arrival, kept: ServiceRequest) -> bool:
    """Tell whether the other system says something else, and not something older."""
    return arrival.old.updated >= kept.updated_datetime and bool(_differing(arrival, kept))


def _differing(arrival: Arrival, kept: ServiceRequest) -> list[str]:
    here = vars(kept) | {"media_urls": list(kept.media_urls), "status": kept.status}
    return [name for name, value in arrival.members.items() if here[name] != value]


def _write_change(
    connection: Connection, target: Target, city: City, kept: ServiceRequest, arrival: Arrival
) -> None:
    differing = _differing(arrival, kept)
    request = replace(kept, **kept_members(arrival, "reopened"), version=kept.version + 1)
    if "status" not in differing:
        # Which of the open, or of the closed ones, only we know.
        request = replace(request, state=kept.state)
    if {"service_code", "point"} & set(differing):
        request = replace(request, **placed(city, arrival, kept.number))
    json, xml = fragments_of(request, city.catalogue, target.render)
    table = tables.service_request
    connection.execute(
        table.update()
        .where(table.c.jurisdiction_id == kept.jurisdiction_id, table.c.number == kept.number)
        .values(row_from_request(request) | {"public_json": json, "public_xml": xml})
    )
    key = {"jurisdiction_id": kept.jurisdiction_id, "number": kept.number}
    event = event_of(target, arrival, request, changed=differing)
    connection.execute(tables.request_event.insert(), key | event)
