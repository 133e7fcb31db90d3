"""Addresses of a jurisdiction's register: by id, by what was written, by a point."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from sqlalchemy import Connection, text

from open311.places.locating import Point
from open311.places.spelling import is_zipcode, plain, spell


@dataclass(frozen=True)
class Address:
    """An address as the register writes it.

    Attributes:
        address_id: its key in the register.
        street: with its kind: `ul. Świdnicka`, `pl. Grunwaldzki`.
        house_number: with letter and flat, where there are any.
        zipcode: as the country writes it.
        city: the place it belongs to.
        point: where it is.
    """

    address_id: str
    street: str
    house_number: str | None
    zipcode: str | None
    city: str | None
    point: Point

    def __str__(self) -> str:
        number = f" {self.house_number}" if self.house_number else ""
        return f"{self.street}{number}"


_COLUMNS = """
    address_id, street, house_number, zipcode, address.city,
    ST_Y(geometry) AS lat, ST_X(geometry) AS long
"""

_BY_ID = text(f"""
    SELECT {_COLUMNS} FROM address
    WHERE jurisdiction_id = :jurisdiction_id AND address_id = :address_id
""")

_IS_THERE = text("SELECT EXISTS (SELECT FROM address WHERE jurisdiction_id = :jurisdiction_id)")

# One step into the index on street and number for each reading.
_MATCHES = text(f"""
    SELECT {_COLUMNS}, place
    FROM unnest(CAST(:streets AS text[]), CAST(:numbers AS text[]))
             WITH ORDINALITY AS reading (street_key, number_key, place)
    JOIN address USING (street_key, number_key)
    WHERE jurisdiction_id = :jurisdiction_id
    ORDER BY place, address_id LIMIT 200
""")

# The trigram index finds the streets that have something like the words in them, or are like them
# as a whole; the most alike come first. Their addresses come from the index on street and number.
_LIKE = text(f"""
    WITH street AS (
        SELECT street_key,
               max(word_similarity(asked, street_key) + similarity(asked, street_key)) AS score
        FROM unnest(CAST(:streets AS text[])) AS asked
        JOIN address ON asked <% street_key OR asked % street_key
        WHERE jurisdiction_id = :jurisdiction_id
        GROUP BY street_key
        ORDER BY score DESC, street_key LIMIT :limit
    )
    SELECT {_COLUMNS}
    FROM street JOIN address USING (street_key)
    WHERE jurisdiction_id = :jurisdiction_id
    ORDER BY score DESC, street_key, array_position(CAST(:numbers AS text[]), number_key),
             CAST(substring(number_key FROM '^[0-9]{{1,9}}') AS integer), number_key, address_id
    LIMIT :limit
""")

# The index hands out those in a box around the point, the nearest in degrees first. Degrees of
# longitude are the shorter ones, so the nearest on the ground is only among the first of them.
_NEAREST = text(f"""
    SELECT {_COLUMNS}
    FROM (
        SELECT address.*,
               power((ST_X(geometry) - :long) * :shrink, 2) + power(ST_Y(geometry) - :lat, 2)
                   AS squared
        FROM address, ST_SetSRID(ST_MakePoint(:long, :lat), 4326) AS point
        WHERE jurisdiction_id = :jurisdiction_id
            AND geometry && ST_Expand(point, :degrees / :shrink, :degrees)
        ORDER BY geometry <-> point LIMIT 30
    ) AS address
    WHERE squared <= power(:degrees, 2)
    ORDER BY squared, address_id LIMIT 1
""")
_METRES_OF_A_DEGREE = 111_195


def has_register(connection: Connection, jurisdiction_id: str) -> bool:
    """Tell whether a register was imported for a jurisdiction."""
    return bool(connection.scalar(_IS_THERE, {"jurisdiction_id": jurisdiction_id}))


def address_of(connection: Connection, jurisdiction_id: str, address_id: str) -> Address | None:
    """Return the address that has an id."""
    row = connection.execute(
        _BY_ID, {"jurisdiction_id": jurisdiction_id, "address_id": address_id}
    ).one_or_none()
    return _address(row) if row else None


def match(connection: Connection, jurisdiction_id: str, written: str) -> list[Address]:
    """Return the addresses that a text names: one, several that it does not tell apart, or none.

    Street and house number must be the same but for spelling, see `spelling.py`; of a number with
    a flat, the house is enough. A zip code must fit. A city decides between addresses that are
    otherwise alike; other words do not count, since people add how to find the place.
    """
    asked = spell(written)
    rows = connection.execute(
        _MATCHES,
        {
            "jurisdiction_id": jurisdiction_id,
            "streets": [reading.street_key for reading in asked.readings],
            "numbers": [reading.number_key for reading in asked.readings],
        },
    ).all()
    fitting = [row for row in rows if _zipcode_fits(row.zipcode, asked.zipcodes)]
    likeliest = [row for row in fitting if row.place == fitting[0].place]
    in_city = [row for row in likeliest if f" {plain(row.city or '')} " in f" {asked.words} "]
    return [_address(row) for row in in_city or likeliest]


def find_addresses(
    connection: Connection, jurisdiction_id: str, written: str, limit: int = 20
) -> list[Address]:
    """Return addresses that a text may mean, the likeliest first.

    Those that it names, then those on the streets most like the one it names, by house number.

    Args:
        connection: any.
        jurisdiction_id: whose register.
        written: a street, or part of its name, and perhaps a number.
        limit: at most so many.
    """
    named = match(connection, jurisdiction_id, written)
    readings = spell(written).readings
    rows = connection.execute(
        _LIKE,
        {
            "jurisdiction_id": jurisdiction_id,
            "streets": [reading.street_key for reading in readings],
            "numbers": [reading.number_key for reading in readings],
            "limit": limit,
        },
    )
    return list(dict.fromkeys([*named, *(_address(row) for row in rows)]))[:limit]


def nearest(
    connection: Connection, jurisdiction_id: str, point: Point, within_metres: float
) -> Address | None:
    """Return the address nearest to a point.

    Args:
        connection: any.
        jurisdiction_id: whose register.
        point: WGS 84.
        within_metres: no address is farther away.
    """
    row = connection.execute(
        _NEAREST,
        {
            "jurisdiction_id": jurisdiction_id,
            "lat": point.lat,
            "long": point.long,
            "degrees": within_metres / _METRES_OF_A_DEGREE,
            "shrink": cos(radians(point.lat)),
        },
    ).one_or_none()
    return _address(row) if row else None


def _zipcode_fits(zipcode: str | None, written: Sequence[str]) -> bool:
    return not written or zipcode is None or not is_zipcode(zipcode) or zipcode in written


def _address(row: Any) -> Address:
    return Address(
        row.address_id,
        row.street,
        row.house_number,
        row.zipcode,
        row.city,
        Point(row.lat, row.long),
    )
