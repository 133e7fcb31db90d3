"""Sample requests: invented, labelled, spread over time, districts and services.

The phrases they are made of lie in `fixtures/samples/`. The same number gives the same samples,
but for the days, which count back from now.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import yaml
from sqlalchemy import Connection, text

from open311.catalogue.model import Catalogue, Service, Unit
from open311.catalogue.terms import due
from open311.places.locating import Point
from open311.reports.bulk import copy_requests, next_numbers
from open311.reports.identifiers import service_request_id
from open311.reports.model import ServiceRequest
from open311.reports.notices import notice_for
from open311.reports.publication import Render
from open311.settings import CHECKOUT

LABEL = "[PRZYKŁAD / SAMPLE]"
DAYS = 425  # fourteen months

_SEED = 311

_AREAS = text("SELECT count(*) FROM area WHERE jurisdiction_id = :jurisdiction_id AND kind = :kind")

_POINTS = text("""
    SELECT area_code, ST_Y(point.geom) AS lat, ST_X(point.geom) AS long
    FROM area, ST_DumpPoints(ST_GeneratePoints(area.geometry, :number, :seed)) AS point
    WHERE jurisdiction_id = :jurisdiction_id AND kind = :kind
    ORDER BY area_code, point.path
""")


class SamplesError(Exception):
    """There is nothing to make samples of."""


@dataclass(frozen=True)
class Phrases:
    """What samples of a jurisdiction are made of."""

    streets: list[str]
    services: dict[str, dict[str, list[str]]]


def has_requests(connection: Connection, jurisdiction_id: str) -> bool:
    """Tell whether a jurisdiction has any request, so that samples never mix with real ones."""
    query = text("SELECT EXISTS (SELECT FROM service_request WHERE jurisdiction_id = :id)")
    return bool(connection.scalar(query, {"id": jurisdiction_id}))


def load_samples(connection: Connection, catalogue: Catalogue, number: int, render: Render) -> int:
    """Load sample requests into a jurisdiction.

    Args:
        connection: in a transaction, which the caller commits.
        catalogue: of the jurisdiction.
        number: how many.
        render: writes the public record.

    Returns:
        How many were loaded.

    Raises:
        SamplesError: there are no phrases for the jurisdiction, or it has no areas.
    """
    phrases = _read_phrases(catalogue)
    places = _places(connection, catalogue, number)
    numbers = next_numbers(connection, number)
    samples = _samples(catalogue, phrases, places, numbers, datetime.now(UTC))
    return copy_requests(connection, catalogue, samples, render)


def _read_phrases(catalogue: Catalogue) -> Phrases:
    file = CHECKOUT / "fixtures" / "samples" / f"{catalogue.jurisdiction.slug}.yaml"
    if not file.exists():
        raise SamplesError("there are no phrases for samples, nothing loaded")
    document = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return Phrases(document["streets"], document["services"])


def _places(connection: Connection, catalogue: Catalogue, number: int) -> list[tuple[str, Point]]:
    """Return places, the same number in each district."""
    jurisdiction = catalogue.jurisdiction
    if not jurisdiction.area_kinds:
        raise SamplesError("there are no areas to put samples in, nothing loaded")
    where = {"jurisdiction_id": jurisdiction.jurisdiction_id, "kind": jurisdiction.area_kinds[0]}
    areas = connection.scalar(_AREAS, where)
    rows = connection.execute(_POINTS, where | {"number": number // areas + 1, "seed": _SEED})
    return [(row.area_code, Point(round(row.lat, 6), round(row.long, 6))) for row in rows]


def _samples(
    catalogue: Catalogue,
    phrases: Phrases,
    places: list[tuple[str, Point]],
    numbers: list[int],
    now: datetime,
) -> Iterator[ServiceRequest]:
    """Make samples, the newest first, evenly over the months and at random in all else."""
    chance = random.Random(_SEED)  # noqa: S311
    services = [
        service
        for service in catalogue.offered
        if service.type != "blackbox" and service.service_code in phrases.services
    ]
    chance.shuffle(places)
    for place, (number, (area_code, point)) in enumerate(zip(numbers, places, strict=False)):
        age = timedelta(days=DAYS) * (place + chance.random()) / len(numbers)
        service = chance.choice(services)
        texts = phrases.services[service.service_code]
        areas = {catalogue.jurisdiction.area_kinds[0]: area_code}
        unit = catalogue.unit_for(service, {}, areas)
        requested = (now - age).replace(microsecond=0)
        request = _open_request(catalogue, service, unit, number, requested)
        request = replace(
            request,
            description=f"{LABEL} {chance.choice(texts['descriptions'])}",
            address=f"{chance.choice(phrases.streets)} {chance.randint(1, 150)}",
            area_code=area_code,
            point=point,
        )
        yield _perhaps_closed(request, texts["closed_notes"], chance, now)


def _open_request(
    catalogue: Catalogue, service: Service, unit: Unit, number: int, requested: datetime
) -> ServiceRequest:
    jurisdiction = catalogue.jurisdiction
    expected = due(service.term, requested, unit, jurisdiction)
    return ServiceRequest(
        jurisdiction_id=jurisdiction.jurisdiction_id,
        number=number,
        endpoint_type="production",
        service_request_id=service_request_id(jurisdiction.prefix, number, "production"),
        service_code=service.service_code,
        state="received",
        unit_code=unit.unit_code,
        service_notice=notice_for(service, jurisdiction.languages[0], expected, jurisdiction),
        requested_datetime=requested,
        updated_datetime=requested,
        expected_datetime=expected,
    )


def _perhaps_closed(
    request: ServiceRequest, notes: list[str], chance: random.Random, now: datetime
) -> ServiceRequest:
    """Close most of the older requests, about when they were expected to be."""
    assert request.expected_datetime is not None  # noqa: S101
    term = request.expected_datetime - request.requested_datetime
    closed = request.requested_datetime + term * chance.uniform(0.2, 1.6)
    if closed > now or chance.random() < 0.1:
        return request
    closed = closed.replace(microsecond=0)
    return replace(
        request, state="resolved", status_notes=chance.choice(notes), updated_datetime=closed
    )
