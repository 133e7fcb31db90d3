"""One batch of another system's requests, written in one transaction.

What is there already, by the id that the other system gave it, is left as it is when it says the
same, and follows the other system when that has news. So a batch can be written again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, func, select, text

from open311.catalogue.model import Service
from open311.database import tables
from open311.database.copying import copy_rows
from open311.importing.batches import Refusal
from open311.importing.city import City
from open311.importing.cleaning import OldRequest
from open311.importing.mapping import ImportMap
from open311.places.locating import Place
from open311.reports.bulk import copy_requests, next_numbers
from open311.reports.identifiers import service_request_id
from open311.reports.model import ServiceRequest, request_from_row, row_from_request
from open311.reports.publication import Render, count_change, fragments_of

ENDPOINT_TYPE = "production"

# Of two imports, the second waits for each batch of the first, and sees what it wrote.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('import'), hashtext(:id))")

_NOWHERE = Place(inside=True, areas={})


@dataclass(frozen=True)
class Target:
    """Where requests are imported to, and how.

    Attributes:
        jurisdiction_id: the city.
        system: what the other system is called.
        import_map: what its words mean.
        render: writes the public record.
    """

    jurisdiction_id: str
    system: str
    import_map: ImportMap
    render: Render


@dataclass
class Written:
    """What became of the requests of a batch.

    Attributes:
        new: how many were not here before.
        changed: how many follow what is new there.
        same: how many said nothing new.
        taken: all of these.
        refused: the others.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    taken: list[OldRequest] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class _Arrival:
    """A request with its place and service in the city."""

    old: OldRequest
    service: Service
    place: Place

    @property
    def members(self) -> dict[str, Any]:
        """What the other system decides of it."""
        return self.old.members | {"service_code": self.service.service_code}


def write_batch(
    connection: Connection, target: Target, city: City, requests: Sequence[OldRequest]
) -> Written:
    """Write requests with their public records, references and events.

    Args:
        connection: in a transaction that holds the catalogue; the caller commits.
        target: where to.
        city: by the revision in force.
        requests: of the other system, in its order.
    """
    connection.execute(_ONE_AT_A_TIME, {"id": target.jurisdiction_id})
    written = Written()
    arrivals: dict[str, _Arrival] = {}
    for arrival in _arrivals(target, city, requests, written):
        first = arrivals.get(arrival.old.external_id)
        # Of two with one id the last wins, unless it is the older.
        if first is None or not _is_older(arrival.old, first.old.members["updated_datetime"]):
            arrivals[arrival.old.external_id] = arrival
        written.same += first is not None
        written.taken.append(arrival.old)
    kept = _kept(connection, target, list(arrivals))
    new = [arrival for external_id, arrival in arrivals.items() if external_id not in kept]
    news = [i for i, request in kept.items() if _has_news(arrivals[i], request)]
    _write_new(connection, target, city, new)
    # What is changed is read again, locked, as somebody else may be changing it too.
    for external_id, request in _kept(connection, target, news, lock=True).items():
        if _has_news(arrivals[external_id], request):
            _write_change(connection, target, city, request, arrivals[external_id])
            written.changed += 1
    if written.changed:
        count_change(connection, target.jurisdiction_id, ENDPOINT_TYPE, 0)
    written.new = len(new)
    written.same += len(kept) - written.changed
    return written


def _arrivals(
    target: Target, city: City, requests: Sequence[OldRequest], written: Written
) -> Iterator[_Arrival]:
    """Find service and place of each request; what has none in the city is refused."""
    points = [old.members["point"] for old in requests]
    places = iter(city.places([point for point in points if point]))
    for old, point in zip(requests, points, strict=True):
        service = city.service_for(old, target.import_map)
        place = next(places) if point else _NOWHERE
        if service is None:
            theirs = f"{old.service_code or 'no code'} ({old.service_name or 'no name'})"
            reason = f"there is no service for their {theirs}"
            written.refused.append(Refusal(old.place, old.external_id, reason))
        elif place.inside or target.import_map.keep_outside:
            yield _Arrival(old, service, place)
        else:
            reason = "its point lies outside the jurisdiction"
            value = f"{point.lat} {point.long}"
            written.refused.append(Refusal(old.place, old.external_id, reason, value))


def _kept(
    connection: Connection, target: Target, external_ids: Sequence[str], *, lock: bool = False
) -> dict[str, ServiceRequest]:
    """Return the requests that are here already, by what the other system calls them."""
    request, reference = tables.service_request, tables.external_reference
    query = (
        select(
            reference.c.external_id,
            request,
            func.ST_Y(request.c.geometry).label("lat"),
            func.ST_X(request.c.geometry).label("long"),
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


def _is_older(old: OldRequest, updated: Any) -> bool:
    return bool(old.members["updated_datetime"] < updated)


def _has_news(arrival: _Arrival, kept: ServiceRequest) -> bool:
    """Tell whether the other system says something else, and not something older."""
    return not _is_older(arrival.old, kept.updated_datetime) and bool(_differing(arrival, kept))


def _differing(arrival: _Arrival, kept: ServiceRequest) -> list[str]:
    here = vars(kept) | {"media_urls": list(kept.media_urls)}
    return [name for name, value in arrival.members.items() if here[name] != value]


def _write_new(
    connection: Connection, target: Target, city: City, arrivals: Sequence[_Arrival]
) -> None:
    numbers = next_numbers(connection, len(arrivals))
    requests = [
        ServiceRequest(
            jurisdiction_id=target.jurisdiction_id,
            number=number,
            endpoint_type=ENDPOINT_TYPE,
            **arrival.members,
            **_placed(city, arrival, number),
        )
        for number, arrival in zip(numbers, arrivals, strict=True)
    ]
    copy_requests(connection, city.catalogue, requests, target.render)
    keys = [
        {"jurisdiction_id": target.jurisdiction_id, "number": request.number}
        for request in requests
    ]
    references = (
        key | {"system": target.system, "external_id": arrival.old.external_id}
        for key, arrival in zip(keys, arrivals, strict=True)
    )
    copy_rows(connection, tables.external_reference, references)
    events = (
        key | _event(target, arrival, request)
        for key, arrival, request in zip(keys, arrivals, requests, strict=True)
    )
    copy_rows(connection, tables.request_event, events, generated=("event_id", "event_datetime"))


def _write_change(
    connection: Connection, target: Target, city: City, kept: ServiceRequest, arrival: _Arrival
) -> None:
    differing = _differing(arrival, kept)
    request = replace(kept, **arrival.members)
    if {"service_code", "point"} & set(differing):
        request = replace(request, **_placed(city, arrival, kept.number))
    json, xml = fragments_of(request, city.catalogue, target.render)
    table = tables.service_request
    connection.execute(
        table.update()
        .where(table.c.jurisdiction_id == kept.jurisdiction_id, table.c.number == kept.number)
        .values(row_from_request(request) | {"public_json": json, "public_xml": xml})
    )
    key = {"jurisdiction_id": kept.jurisdiction_id, "number": kept.number}
    event = _event(target, arrival, request, changed=differing)
    connection.execute(tables.request_event.insert(), key | event)


def _placed(city: City, arrival: _Arrival, number: int) -> dict[str, Any]:
    """Return what follows from the service and the place of a request."""
    prefix = city.catalogue.jurisdiction.prefix
    public = arrival.service.type != "blackbox"
    return {
        # The number of batch requests is known at once: nobody holds a token for them.
        "service_request_id": (
            service_request_id(prefix, number, ENDPOINT_TYPE) if public else None
        ),
        "unit_code": city.unit_code(arrival.service, arrival.place.areas),
        "area_code": city.catalogue.area_code(arrival.place.areas),
    }


def _event(
    target: Target, arrival: _Arrival, request: ServiceRequest, **more: Any
) -> dict[str, Any]:
    detail: Mapping[str, Any] = {
        "system": target.system,
        "external_id": arrival.old.external_id,
        "status": request.status,
        "service_code": request.service_code,
        "unit_code": request.unit_code,
        "service_request_id": request.service_request_id,
    }
    return {"kind": "imported", "detail": {**detail, **more}}
