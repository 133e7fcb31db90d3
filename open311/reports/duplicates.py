"""Open requests that may be about the same matter: of the same service, near, and not old."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians

from sqlalchemy import Connection, text

from open311.catalogue.model import DuplicateRule
from open311.places.locating import Point
from open311.reports.redaction import redact

# A degree of latitude is nowhere shorter than 110 574 metres.
_METRES_A_DEGREE = 110_500
# No city lies so near to a pole that a degree of longitude is shorter than this part of it.
_LEAST_PART = 0.05

# The box finds a handful in service_request_open_place_idx, however many requests there are; only
# of these the distance on the globe is worked out.
_FIND = text("""
    SELECT number, service_request_id, requested_datetime, description, metres
    FROM (
        SELECT number, service_request_id, requested_datetime,
               coalesce(public_description, description) AS description,
               ST_Distance(geometry::geography, place.point::geography) AS metres
        FROM service_request,
             (SELECT ST_SetSRID(ST_MakePoint(:long, :lat), 4326) AS point) AS place
        WHERE geometry && ST_Expand(place.point, :degrees_east, :degrees_north)
          AND status = 'open' AND jurisdiction_id = :jurisdiction_id
          AND endpoint_type = :endpoint_type AND service_code = :service_code
          AND requested_datetime >= now() - cast(:age AS interval)
          AND number IS DISTINCT FROM cast(:number AS bigint)
          AND (public_json IS NOT NULL OR NOT :only_published)
    ) AS near
    WHERE metres <= :metres
    ORDER BY metres, number LIMIT :limit
""")


@dataclass(frozen=True)
class Matter:
    """What others may have reported already.

    Attributes:
        jurisdiction_id: where.
        endpoint_type: `production` or `test`.
        service_code: what is reported.
        point: where it is.
        number: of the request, if there is one already.
    """

    jurisdiction_id: str
    endpoint_type: str
    service_code: str
    point: Point
    number: int | None = None


@dataclass(frozen=True)
class Duplicate:
    """A request that may be about the same matter.

    Attributes:
        number: its number.
        service_request_id: its id; None: it has none yet.
        requested_datetime: when it was reported.
        description: as the public may read it.
        metres: how far away.
    """

    number: int
    service_request_id: str | None
    requested_datetime: datetime
    description: str | None
    metres: float


def find_duplicates(
    connection: Connection,
    rule: DuplicateRule,
    matter: Matter,
    *,
    only_published: bool = True,
    limit: int = 10,
) -> list[Duplicate]:
    """Return open requests that may be about the same matter, the nearest first.

    Args:
        connection: any.
        rule: of the service: how near, and how new.
        matter: what it is about.
        only_published: whether to leave out what the public does not see.
        limit: at most so many.
    """
    point, north = matter.point, rule.metres / _METRES_A_DEGREE
    parameters = {
        "jurisdiction_id": matter.jurisdiction_id,
        "endpoint_type": matter.endpoint_type,
        "service_code": matter.service_code,
        "number": matter.number,
        "lat": point.lat,
        "long": point.long,
        "degrees_north": north,
        "degrees_east": north / max(cos(radians(point.lat)), _LEAST_PART),
        "metres": rule.metres,
        "age": timedelta(days=rule.days),
        "only_published": only_published,
        "limit": limit,
    }
    return [
        Duplicate(
            row.number,
            row.service_request_id,
            row.requested_datetime,
            row.description and redact(row.description),
            row.metres,
        )
        for row in connection.execute(_FIND, parameters)
    ]
