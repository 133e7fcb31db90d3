"""Where a point lies, answered by PostGIS.

Edges belong to what they bound: a point on the boundary is inside the city, and a point on the
edge of two areas, or in an overlap, belongs to the one with the lower code.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True)
class Point:
    """A point on the globe: WGS 84, degrees."""

    lat: float
    long: float

    @property
    def swapped(self) -> "Point | None":
        """The point with latitude and longitude exchanged, if that is one."""
        return Point(self.long, self.lat) if abs(self.long) <= 90 else None


@dataclass(frozen=True)
class Place:
    """Where a point lies within its jurisdiction.

    Attributes:
        inside: whether the jurisdiction's boundary covers it.
        areas: of each kind of areas, the code of the one that holds it, where one does.
        has_register: whether the jurisdiction has an address register, asked on the way.
    """

    inside: bool
    areas: Mapping[str, str]
    has_register: bool = False


@dataclass(frozen=True)
class Outside:
    """Where a point lies that is not in the jurisdiction.

    Attributes:
        jurisdiction_ids: other jurisdictions that hold it.
        metres: distance to the boundary.
        direction: from the boundary, one of N, NE, E, SE, S, SW, W, NW.
    """

    jurisdiction_ids: list[str]
    metres: int
    direction: str


# Both look-ups walk a GiST index to one or two small polygons.
_PLACE = text("""
    SELECT EXISTS (
               SELECT FROM jurisdiction_boundary
               WHERE jurisdiction_id = :jurisdiction_id AND ST_Covers(geometry, point)
           ) AS inside,
           (
               -- Of two areas of a kind, the later key wins: the lower code.
               SELECT jsonb_object_agg(kind, area_code ORDER BY area_code DESC) FROM area
               WHERE jurisdiction_id = :jurisdiction_id AND ST_Covers(geometry, point)
           ) AS areas,
           EXISTS (
               SELECT FROM address WHERE jurisdiction_id = :jurisdiction_id
           ) AS has_register
    FROM ST_SetSRID(ST_MakePoint(:long, :lat), 4326) AS point
""")

_HOLDERS = text("""
    SELECT DISTINCT jurisdiction_id FROM jurisdiction_boundary
    WHERE ST_Covers(geometry, ST_SetSRID(ST_MakePoint(:long, :lat), 4326))
    ORDER BY jurisdiction_id
""")

_DISTANCE = text("""
    SELECT ST_Distance(boundary::geography, point::geography) AS metres,
           degrees(ST_Azimuth(ST_ClosestPoint(boundary, point)::geography, point::geography))
               AS azimuth
    FROM ST_SetSRID(ST_MakePoint(:long, :lat), 4326) AS point,
         (SELECT ST_Collect(geometry) AS boundary FROM jurisdiction_boundary
          WHERE jurisdiction_id = :jurisdiction_id) AS whole
""")

_DIRECTIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def locate(connection: Connection, jurisdiction_id: str, point: Point) -> Place:
    """Say whether a point lies in a jurisdiction, and in which of its areas of each kind."""
    row = connection.execute(
        _PLACE, {"jurisdiction_id": jurisdiction_id, "lat": point.lat, "long": point.long}
    ).one()
    return Place(row.inside, row.areas or {}, row.has_register)


def holders(connection: Connection, point: Point) -> list[str]:
    """Return the ids of the jurisdictions that hold a point, in order."""
    rows = connection.execute(_HOLDERS, {"lat": point.lat, "long": point.long})
    return [row.jurisdiction_id for row in rows]


def describe_outside(connection: Connection, jurisdiction_id: str, point: Point) -> Outside:
    """Say where a point lies that is not in a jurisdiction."""
    row = connection.execute(
        _DISTANCE, {"jurisdiction_id": jurisdiction_id, "lat": point.lat, "long": point.long}
    ).one()
    direction = _DIRECTIONS[round((row.azimuth or 0) / 45) % 8]
    return Outside(holders(connection, point), round(row.metres), direction)
