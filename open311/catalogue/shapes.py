"""Configured polygons: GeoJSON checked and brought into one form, with Shapely."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, shape

from open311.catalogue.printable import is_printable

# A city's boundary and districts are well under a megabyte.
LARGEST = 50_000_000


class ShapeError(Exception):
    """A GeoJSON file that cannot be used."""


@dataclass(frozen=True)
class Shape:
    """A named multipolygon, WGS 84, coordinates longitude first."""

    code: str
    name: str
    geometry: MultiPolygon


def read_shapes(file: Path) -> list[Shape]:
    """Read the polygons of a GeoJSON file.

    Args:
        file: a FeatureCollection of polygons and multipolygons, longitude first; each feature
            has an `id`, which becomes the code, and a property `name`.

    Returns:
        The shapes, valid and without a third dimension.

    Raises:
        ShapeError: the file is no such collection, or a polygon is empty, invalid or off the globe.
        OSError: the file cannot be read.
    """
    return shapes_from(read_geojson(file))


def read_geojson(file: Path) -> Any:
    """Read a JSON file of a size that shapes may have.

    Raises:
        ShapeError: it is larger, or no JSON.
        OSError: it cannot be read.
    """
    if file.stat().st_size > LARGEST:
        raise ShapeError(f"larger than {LARGEST:,} bytes: simplify the polygons")
    try:
        return json.loads(
            file.read_bytes(), object_pairs_hook=_object, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise ShapeError(f"this is not JSON that can be used: {error}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError(f"a key stands twice among {', '.join(name for name, _ in members)[:80]}")
    return found


def shapes_from(document: Any) -> list[Shape]:
    """Read the polygons of a GeoJSON document; see `read_shapes`."""
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise ShapeError("this is not a FeatureCollection with features")
    shapes = [_read_shape(feature, place) for place, feature in enumerate(features, 1)]
    codes = Counter(one.code for one in shapes)
    twice = sorted(code for code, number in codes.items() if number > 1)
    if twice:
        raise ShapeError(f"feature ids that stand twice: {', '.join(twice)}")
    return shapes


def collection_of(shapes: Sequence[Shape]) -> dict[str, Any]:
    """Return shapes as GeoJSON in its one form: what is read from it is the same shapes."""
    features = [
        {
            "type": "Feature",
            "id": one.code,
            "properties": {"name": one.name},
            "geometry": json.loads(shapely.to_geojson(one.geometry)),
        }
        for one in shapes
    ]
    return {"type": "FeatureCollection", "features": features}


def _read_shape(feature: Any, place: int) -> Shape:
    if not isinstance(feature, dict):
        raise ShapeError(f"feature {place} is not an object")
    code = feature.get("id")
    properties = feature.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    where = f"feature {code or place}"
    if not isinstance(code, str) or not isinstance(name, str) or not code or not name:
        raise ShapeError(f"{where} needs an id and a property name, both text")
    if not is_printable(code + name):
        raise ShapeError(f"feature {place} has an id or a name with characters that are not text")
    try:
        geometry = shapely.force_2d(shape(feature["geometry"]))
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        IndexError,
        RecursionError,
        shapely.errors.ShapelyError,
    ) as error:
        raise ShapeError(f"{where} has no geometry that can be read: {error}") from error
    if isinstance(geometry, Polygon):
        geometry = MultiPolygon([geometry])
    if not isinstance(geometry, MultiPolygon) or geometry.is_empty:
        raise ShapeError(f"{where} must be a polygon or multipolygon with an area")
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise ShapeError(
            f"{where} leaves the globe: coordinates are longitude, latitude in degrees"
        )
    if not geometry.is_valid:
        raise ShapeError(f"{where} is no valid polygon: {shapely.is_valid_reason(geometry)}")
    return Shape(code, name, _mended(geometry))


def _mended(geometry: MultiPolygon) -> MultiPolygon:
    """Mend what does not change the area: repeated corners, and the direction of the rings."""
    return shapely.orient_polygons(shapely.remove_repeated_points(geometry))
