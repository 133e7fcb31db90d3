"""What a schema cannot say of `routing.yaml`: references, and whether the examples come true."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import MultiPolygon

from open311.catalogue.checking import Finding, Wrong, successors_of, wrong_unit
from open311.catalogue.model import LISTS
from open311.catalogue.routing import route, routing_from
from open311.catalogue.shapes import Shape
from open311.catalogue.yaml_source import Source, Steps


@dataclass(frozen=True)
class Surroundings:
    """What the rules refer to.

    Attributes:
        units: entries of `units.yaml`.
        services: entries of `services.yaml`.
        areas: the areas of each kind.
        boundary: the whole city.
    """

    units: list[dict[str, Any]]
    services: list[dict[str, Any]]
    areas: Mapping[str, list[Shape]]
    boundary: MultiPolygon


def check_routing(source: Source, surroundings: Surroundings) -> list[Finding]:
    """Check `routing.yaml`, which its schema has accepted; then try its examples.

    Args:
        source: the file.
        surroundings: the rest of the folder, checked.
    """
    problems = [*_wrong_references(source.value, surroundings)]
    if not problems:
        problems = [*_wrong_examples(source.value, surroundings)]
    return [Finding.at(source, *wrong) for wrong in problems]


def _wrong_references(document: dict[str, Any], surroundings: Surroundings) -> Iterator[Wrong]:
    units = successors_of(surroundings.units)
    services = {service["code"]: service for service in surroundings.services}
    if "duty_unit" in document:
        yield from _wrong_units({"duty_unit": document["duty_unit"]}, (), units)
    for place, rule in enumerate(document.get("by_attribute", [])):
        path = ("by_attribute", place)
        yield from _wrong_units(rule["units"], (*path, "units"), units)
        yield from _wrong_attribute(rule, path, services)
    for place, rule in enumerate(document.get("by_area", [])):
        path = ("by_area", place)
        yield from _wrong_units(rule["units"], (*path, "units"), units)
        for number, code in enumerate(rule["services"]):
            if code not in services:
                yield (*path, "services", number), f"there is no service {code!r}"
        yield from _wrong_areas(rule, path, surroundings.areas)
    for place, example in enumerate(document.get("examples", [])):
        path = ("examples", place)
        yield from _wrong_units({"unit": example["unit"]}, path, units)
        service = services.get(example["service"])
        if service is None:
            yield (*path, "service"), f"there is no service {example['service']!r}"
            continue
        for code, value in example.get("attributes", {}).items():
            yield from _wrong_answer(service, code, value, (*path, "attributes", code))


def _wrong_units(
    named: Mapping[str, str], path: Steps, units: Mapping[str, str | None]
) -> Iterator[Wrong]:
    for key, code in named.items():
        for text in wrong_unit(code, units):
            yield (*path, key), text


def _wrong_attribute(
    rule: dict[str, Any], path: Steps, services: Mapping[str, dict[str, Any]]
) -> Iterator[Wrong]:
    service = services.get(rule["service"])
    if service is None:
        yield (*path, "service"), f"there is no service {rule['service']!r}"
        return
    attribute = _attribute(service, rule["attribute"])
    if attribute is None or attribute["datatype"] not in LISTS:
        text = f"service {rule['service']} has no list {rule['attribute']!r} to choose from"
        yield (*path, "attribute"), text
        return
    for key in rule["units"]:
        yield from _wrong_answer(service, rule["attribute"], key, (*path, "units", key))


def _wrong_answer(
    service: Mapping[str, Any], code: str, value: str, path: Steps
) -> Iterator[Wrong]:
    attribute = _attribute(service, code)
    if attribute is None:
        yield path, f"service {service['code']} does not ask for {code!r}"
    elif "values" in attribute and value not in {one["key"] for one in attribute["values"]}:
        yield path, f"{code} has no value {value!r}"


def _attribute(service: Mapping[str, Any], code: str) -> Mapping[str, Any] | None:
    return next((one for one in service.get("attributes", ()) if one["code"] == code), None)


def _wrong_areas(
    rule: dict[str, Any], path: Steps, areas: Mapping[str, list[Shape]]
) -> Iterator[Wrong]:
    if rule["kind"] not in areas:
        yield (*path, "kind"), f"there are no areas of the kind {rule['kind']!r}"
        return
    codes = {area.code for area in areas[rule["kind"]]}
    for code in rule["units"]:
        if code not in codes:
            yield (*path, "units", code), f"there is no {rule['kind']} {code!r}"


def _wrong_examples(document: dict[str, Any], surroundings: Surroundings) -> Iterator[Wrong]:
    routing = routing_from(surroundings.services, document)
    for place, example in enumerate(document.get("examples", [])):
        path = ("examples", place)
        areas: dict[str, str] = {}
        if "lat" in example:
            point = shapely.Point(example["long"], example["lat"])
            if not surroundings.boundary.covers(point):
                yield (*path, "lat"), f"example {example['name']!r} lies outside the boundary"
                continue
            areas = areas_at(surroundings.areas, point)
        answers = {code: [value] for code, value in example.get("attributes", {}).items()}
        found = route(routing, example["service"], answers, areas)
        if found.unit_code != example["unit"]:
            steps = "; ".join(found.steps)
            text = f"example {example['name']!r} goes to {found.unit_code}, since {steps}"
            yield (*path, "unit"), text


def areas_at(areas: Mapping[str, list[Shape]], point: shapely.Point) -> dict[str, str]:
    """Return the area of each kind that holds a point, as PostGIS answers: the lower code wins."""
    holding = {
        kind: [one.code for one in shapes if one.geometry.covers(point)]
        for kind, shapes in areas.items()
    }
    return {kind: min(codes) for kind, codes in holding.items() if codes}
