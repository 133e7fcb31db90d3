"""Which unit would get a request, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from open311.catalogue.model import Service, Unit
from open311.catalogue.registry import find_catalogue
from open311.catalogue.routing import route
from open311.errors import BadRequest, NotFound, Problem, echo
from open311.places.locating import Point, locate


@dataclass(frozen=True)
class Explanation:
    """The outcome, and how it came about.

    Attributes:
        unit: the unit that would get the request.
        steps: what was tried, the last of them decided; each a sentence.
    """

    unit: Unit
    steps: Sequence[str]


def explain_route(
    connection: Connection,
    jurisdiction_id: str,
    service_code: str,
    answers: Mapping[str, Sequence[str]],
    point: Point | None,
) -> Explanation:
    """Say which unit would get a request, by the revision in force.

    Args:
        connection: in a transaction.
        jurisdiction_id: of a jurisdiction that may exist.
        service_code: what is reported.
        answers: attribute code to its values.
        point: where; None: it is not known.

    Raises:
        NotFound: there is no such jurisdiction, or it offers no such service.
        BadRequest: the point lies outside, or the service does not ask what was answered.
    """
    catalogue = find_catalogue(connection, jurisdiction_id)
    if catalogue is None:
        raise NotFound.of("no-jurisdiction", value=echo(jurisdiction_id))
    service = catalogue.offered_service(service_code)
    if service is None:
        raise NotFound.of("service-unknown", value=echo(service_code))
    if problems := [*_wrong_answers(service, answers)]:
        raise BadRequest(problems)
    areas: Mapping[str, str] = {}
    if point:
        place = locate(connection, jurisdiction_id, point)
        if not place.inside:
            where = {"lat": str(point.lat), "long": str(point.long)}
            raise BadRequest.of("point-not-inside", jurisdiction=jurisdiction_id, **where)
        areas = place.areas
    found = route(catalogue.routing, service_code, answers, areas)
    return Explanation(catalogue.units[found.unit_code], found.steps)


def _wrong_answers(service: Service, answers: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Find answers that no report could have: here they are slips of the pen."""
    known = {one.code: [choice.key for choice in one.values] for one in service.attributes}
    for code, values in answers.items():
        if code not in known:
            codes = ", ".join(known) or "–"
            yield Problem("attribute-unknown", {"code": echo(code), "codes": codes})
            continue
        for value in values:
            if known[code] and value not in known[code]:
                keys = ", ".join(known[code])
                yield Problem(
                    "attribute-choice", {"code": code, "value": echo(value), "keys": keys}
                )
