"""Where many points lie at once: the answers of `locating`, without asking PostGIS for each.

For ten thousand points 1 µs each, where a statement about all of them took 25.
"""

from collections.abc import Sequence

import shapely
from sqlalchemy import Connection, text

from open311.places.locating import Place, Point

# Small pieces let a look-up compare few corners, as the boundary's do.
_BOUNDARY = text("""
    SELECT ST_AsBinary(geometry) AS piece FROM jurisdiction_boundary WHERE jurisdiction_id = :id
""")
_AREAS = text("""
    SELECT kind, area_code, ST_AsBinary(ST_Subdivide(geometry, 64)) AS piece
    FROM area WHERE jurisdiction_id = :id
    -- Of two areas of a kind, the later wins: the lower code.
    ORDER BY area_code DESC
""")


class Shapes:
    """The boundary and the areas of a jurisdiction, kept at hand.

    Args:
        connection: any.
        jurisdiction_id: of a jurisdiction that exists.
    """

    def __init__(self, connection: Connection, jurisdiction_id: str) -> None:
        boundary = connection.execute(_BOUNDARY, {"id": jurisdiction_id}).all()
        areas = connection.execute(_AREAS, {"id": jurisdiction_id}).all()
        self._boundary = _tree([row.piece for row in boundary])
        self._areas = _tree([row.piece for row in areas])
        self._names = [(row.kind, row.area_code) for row in areas]

    def places(self, points: Sequence[Point]) -> list[Place]:
        """Say of each point whether it lies in the jurisdiction, and in which of its areas."""
        geometries = shapely.points([p.long for p in points], [p.lat for p in points])
        inside = set(self._boundary.query(geometries, predicate="intersects")[0].tolist())
        areas: list[dict[str, str]] = [{} for _ in points]
        found = self._areas.query(geometries, predicate="intersects")
        # In the order of the pieces, so that the later may win.
        for place, piece in found.T[found[1].argsort()].tolist():
            kind, area_code = self._names[piece]
            areas[place][kind] = area_code
        return [Place(place in inside, held_by) for place, held_by in enumerate(areas)]


def _tree(pieces: Sequence[memoryview]) -> shapely.STRtree:
    return shapely.STRtree(shapely.from_wkb([bytes(piece) for piece in pieces]))
