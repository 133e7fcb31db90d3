"""Whether shapes lie where the jurisdiction says it is: latitude and longitude not swapped."""

import math
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

import shapely
from shapely.geometry.base import BaseGeometry

from open311.catalogue.checking import Finding
from open311.catalogue.shapes import Shape
from open311.catalogue.yaml_source import Source

EARTH_KILOMETRES = 6371

# Farther from the place that gives a time zone its name than any city of that zone should be.
FAR_KILOMETRES = 1500

# ISO 6709 without separators: ±DDMM±DDDMM or ±DDMMSS±DDDMMSS.
_COORDINATES = re.compile(r"([+-])(\d\d)(\d\d)(?:\d\d)?([+-])(\d{3})(\d\d)")


def check_place(source: Source, boundary: BaseGeometry) -> list[Finding]:
    """Find a boundary whose coordinates are latitude first.

    Swapped, a polygon is as valid as before, and somewhere else. It shows by the time zone: far
    from the place that the zone is named after, and near it when swapped back.

    Args:
        source: `jurisdiction.yaml`, checked.
        boundary: WGS 84, longitude first as it should be.
    """
    zone = _places().get(source.value["time_zone"])
    if zone is None:
        return []
    middle = boundary.representative_point()
    here = _kilometres(zone, (middle.y, middle.x))
    swapped = _kilometres(zone, (middle.x, middle.y))
    if here < FAR_KILOMETRES or swapped > here / 3:
        return []
    text = (
        f"{source.value['boundary']['file']}: longitude must come first: as it is, the boundary "
        f"lies {here:,.0f} km from {source.value['time_zone']}, swapped {swapped:,.0f} km"
    )
    return [Finding.at(source, ("boundary", "file"), text)]


def check_areas(
    source: Source, boundary: BaseGeometry, divisions: Sequence[Sequence[Shape]]
) -> list[Finding]:
    """Find areas that lie outside the boundary altogether, as swapped ones do.

    Args:
        source: `jurisdiction.yaml`, checked.
        boundary: WGS 84, longitude first.
        divisions: the areas of each entry of `areas`.
    """
    shapely.prepare(boundary)
    findings = []
    for place, areas in enumerate(divisions):
        outside = [one.code for one in areas if not boundary.intersects(one.geometry)]
        if outside:
            name = source.value["areas"][place]["file"]
            text = f"{name}: outside the boundary: {', '.join(outside)}; longitude must come first"
            findings.append(Finding.at(source, ("areas", place, "file"), text))
    return findings


@cache
def _places() -> dict[str, tuple[float, float]]:
    """Return latitude and longitude of the places that time zones are named after."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    places = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            _, coordinates, name, *_ = line.split("\t")
            north, lat, lat_minutes, east, long, long_minutes = _parts(coordinates)
            places[name] = (
                float(f"{north}1") * (int(lat) + int(lat_minutes) / 60),
                float(f"{east}1") * (int(long) + int(long_minutes) / 60),
            )
    return places


def _parts(coordinates: str) -> tuple[str, ...]:
    found = _COORDINATES.match(coordinates)
    if found is None:
        raise ValueError(f"{coordinates} is not ISO 6709")
    return found.groups()


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two points: latitude first, degrees."""
    lat, long = map(math.radians, one)
    other_lat, other_long = map(math.radians, other)
    haversine = (
        math.sin((other_lat - lat) / 2) ** 2
        + math.cos(lat) * math.cos(other_lat) * math.sin((other_long - long) / 2) ** 2
    )
    return 2 * EARTH_KILOMETRES * math.asin(min(1, math.sqrt(haversine)))
