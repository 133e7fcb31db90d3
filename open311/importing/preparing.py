"""A batch of another system's requests made ready to be written, while the one before is written.

What takes time here, and only here, is Python; what takes time in `writing` is the database.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from open311.catalogue.model import Service
from open311.database import tables
from open311.database.copying import EncodedRows, encode_rows
from open311.importing.batches import Refusal
from open311.importing.city import City
from open311.importing.cleaning import OldRequest
from open311.importing.mapping import ImportMap
from open311.places.locating import Place
from open311.reports.bulk import encode_requests, next_numbers
from open311.reports.identifiers import service_request_id
from open311.reports.model import ServiceRequest
from open311.reports.publication import Render, first_publication
from open311.reports.states import StateName

ENDPOINT_TYPE = "production"

_EVENT = {
    "kind": "imported",
    "visibility": "internal",
    "description": None,
    "actor": None,
    "media_urls": None,
    "api_key_id": None,
    "update_id": None,
}

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


@dataclass(frozen=True)
class Arrival:
    """A request with its service and place in the city."""

    old: OldRequest
    service: Service
    place: Place

    @property
    def members(self) -> dict[str, Any]:
        """What the other system decides of it."""
        return self.old.members | {"service_code": self.service.service_code}


@dataclass(frozen=True)
class Prepared:
    """A batch that is ready.

    Attributes:
        city: by the revision that it was prepared for.
        requests: all of the batch.
        taken: those that are not refused.
        arrivals: the same by their old ids, each once.
        refused: what has no service, or lies outside the city.
        new: old ids of those that were not known yet.
        rows: of these: the requests, their references, their first events.
    """

    city: City
    requests: Sequence[OldRequest]
    taken: list[OldRequest]
    arrivals: dict[str, Arrival]
    refused: list[Refusal]
    new: list[str]
    rows: tuple[EncodedRows, ...]


def prepare(
    connection: Connection, target: Target, city: City, requests: Sequence[OldRequest]
) -> Prepared:
    """Make a batch ready.

    Args:
        connection: any; it need not hold the catalogue if who writes looks at the revision again.
        target: where to.
        city: by the revision in force.
        requests: of the other system, in its order.
    """
    refused: list[Refusal] = []
    taken = []
    arrivals: dict[str, Arrival] = {}
    for arrival in _arrivals(target, city, requests, refused):
        first = arrivals.get(arrival.old.external_id)
        # Of two with one id the last wins, unless it is the older.
        if first is None or arrival.old.updated >= first.old.updated:
            arrivals[arrival.old.external_id] = arrival
        taken.append(arrival.old)
    known = known_ids(connection, target, list(arrivals))
    new = [external_id for external_id in arrivals if external_id not in known]
    rows = _rows(connection, target, city, [arrivals[external_id] for external_id in new])
    return Prepared(city, requests, taken, arrivals, refused, new, rows)


def known_ids(connection: Connection, target: Target, external_ids: Sequence[str]) -> set[str]:
    """Return those of a system's ids that are here already."""
    table = tables.external_reference
    query = select(table.c.external_id).where(
        table.c.jurisdiction_id == target.jurisdiction_id,
        table.c.system == target.system,
        table.c.external_id == func.any(list(external_ids)),
    )
    return set(connection.scalars(query))


def placed(city: City, arrival: Arrival, number: int) -> dict[str, Any]:
    """Return what follows from the service and the place of a request."""
    prefix = city.catalogue.jurisdiction.prefix
    public = arrival.service.type != "blackbox"
    return {
        # A batch request has its id at once: nobody holds a token for it.
        "service_request_id": (
            service_request_id(prefix, number, ENDPOINT_TYPE) if public else None
        ),
        "unit_code": city.unit_code(arrival.service, arrival.place.areas),
        "area_code": city.catalogue.area_code(arrival.place.areas),
        "publication": first_publication(arrival.service),
    }


def kept_members(arrival: Arrival, open_state: StateName) -> dict[str, Any]:
    """Return what is kept of what the other system says.

    Args:
        arrival: the request.
        open_state: the state that it is in if it is open.
    """
    members = dict(arrival.members)
    is_closed = members.pop("status") == "closed"
    return members | {"state": "resolved" if is_closed else open_state}


def event_of(
    target: Target, arrival: Arrival, request: ServiceRequest, **more: Any
) -> dict[str, Any]:
    """Return the event of an import: where the request came from, and its state since."""
    detail = {
        "system": target.system,
        "external_id": arrival.old.external_id,
        "status": request.status,
        "service_code": request.service_code,
        "unit_code": request.unit_code,
        "service_request_id": request.service_request_id,
    }
    # COPY wants every column.
    return _EVENT | {"state": request.state, "detail": detail | more}


def _arrivals(
    target: Target, city: City, requests: Sequence[OldRequest], refused: list[Refusal]
) -> Iterator[Arrival]:
    """Find service and place of each request; what has none in the city is refused."""
    points = [old.members["point"] for old in requests]
    places = iter(city.places([point for point in points if point]))
    for old, point in zip(requests, points, strict=True):
        service = city.service_for(old, target.import_map)
        place = next(places) if point else _NOWHERE
        if service is None:
            theirs = f"{old.service_code or 'no code'} ({old.service_name or 'no name'})"
            reason = f"there is no service for their {theirs}"
            refused.append(Refusal(old.place, old.external_id, reason))
        elif place.inside or target.import_map.keep_outside:
            yield Arrival(old, service, place)
        else:
            reason = "its point lies outside the jurisdiction"
            refused.append(Refusal(old.place, old.external_id, reason, f"{point.lat} {point.long}"))


def _rows(
    connection: Connection, target: Target, city: City, arrivals: Sequence[Arrival]
) -> tuple[EncodedRows, ...]:
    numbers = next_numbers(connection, len(arrivals))
    requests = [
        ServiceRequest(
            jurisdiction_id=target.jurisdiction_id,
            number=number,
            endpoint_type=ENDPOINT_TYPE,
            **kept_members(arrival, "received"),
            **placed(city, arrival, number),
        )
        for number, arrival in zip(numbers, arrivals, strict=True)
    ]
    keys = [{"jurisdiction_id": target.jurisdiction_id, "number": number} for number in numbers]
    references = (
        key | {"system": target.system, "external_id": arrival.old.external_id}
        for key, arrival in zip(keys, arrivals, strict=True)
    )
    events = (
        key | event_of(target, arrival, request)
        for key, arrival, request in zip(keys, arrivals, requests, strict=True)
    )
    return (
        encode_requests(city.catalogue, requests, target.render),
        encode_rows(tables.external_reference, references),
        encode_rows(tables.request_event, events, generated=("event_id", "event_datetime")),
    )
