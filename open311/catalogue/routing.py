"""Which unit gets a request: what was answered, where it lies, the service's own unit, duty.

The first of these four that names a unit decides. All of it is data of the jurisdiction:
`routing.yaml` has the rules, `services.yaml` each service's own unit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AttributeRule:
    """The answer to a question of a service decides.

    Attributes:
        service_code: the service that asks.
        attribute: code of the question.
        units: unit codes by answer.
    """

    service_code: str
    attribute: str
    units: Mapping[str, str]


@dataclass(frozen=True)
class AreaRule:
    """The area in which a request lies decides.

    Attributes:
        service_codes: the services for which it does.
        kind: of the areas, such as `osiedle`.
        units: unit codes by area code.
    """

    service_codes: frozenset[str]
    kind: str
    units: Mapping[str, str]


@dataclass(frozen=True)
class Routing:
    """The rules of a jurisdiction, in the order in which they are tried.

    Attributes:
        by_attribute: tried first.
        by_area: tried then.
        own_units: then the unit of the service, by service code.
        duty_unit: takes what nothing else gives away.
    """

    by_attribute: Sequence[AttributeRule]
    by_area: Sequence[AreaRule]
    own_units: Mapping[str, str]
    duty_unit: str | None


@dataclass(frozen=True)
class Route:
    """The outcome, and how it came about.

    Attributes:
        unit_code: the unit that gets the request.
        steps: what was tried, the last of them decided; each a sentence.
    """

    unit_code: str
    steps: Sequence[str]


def routing_from(services: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> Routing:
    """Return the rules of checked documents.

    Args:
        services: the entries of `services.yaml`.
        document: `routing.yaml`; empty when a jurisdiction has none.
    """
    return Routing(
        by_attribute=tuple(
            AttributeRule(rule["service"], rule["attribute"], rule["units"])
            for rule in document.get("by_attribute", ())
        ),
        by_area=tuple(
            AreaRule(frozenset(rule["services"]), rule["kind"], rule["units"])
            for rule in document.get("by_area", ())
        ),
        own_units={entry["code"]: entry["unit"] for entry in services if "unit" in entry},
        duty_unit=document.get("duty_unit"),
    )


def route(
    routing: Routing,
    service_code: str,
    answers: Mapping[str, Sequence[str]],
    areas: Mapping[str, str],
) -> Route:
    """Find the unit for a request.

    Args:
        routing: of the jurisdiction.
        service_code: what is reported.
        answers: attribute code to its values.
        areas: kind to the code of the area that holds the place; empty when there is no place.
    """
    steps: list[str] = []
    for unit_code, step in _tried(routing, service_code, answers, areas):
        steps.append(step)
        if unit_code:
            return Route(unit_code, steps)
    # The checks of a configuration leave no service without a unit; a retired one may have lost it.
    raise LookupError(f"no unit for {service_code}")


def _tried(
    routing: Routing,
    service_code: str,
    answers: Mapping[str, Sequence[str]],
    areas: Mapping[str, str],
) -> Iterable[tuple[str | None, str]]:
    for rule in routing.by_attribute:
        if rule.service_code == service_code:
            given = answers.get(rule.attribute, ())
            unit = next((rule.units[value] for value in given if value in rule.units), None)
            answered = ", ".join(given) or "not answered"
            yield unit, f"by_attribute: {rule.attribute} is {answered}: {_gives(unit)}"
    for area_rule in routing.by_area:
        if service_code in area_rule.service_codes:
            area = areas.get(area_rule.kind)
            unit = area_rule.units.get(area) if area else None
            yield unit, f"by_area: {area_rule.kind} is {area or 'unknown'}: {_gives(unit)}"
    own = routing.own_units.get(service_code)
    yield own, f"services: the unit of {service_code}: {own or 'it has none of its own'}"
    yield routing.duty_unit, f"duty_unit: {routing.duty_unit or 'there is none'}"


def _gives(unit_code: str | None) -> str:
    return unit_code or "no unit for that"
