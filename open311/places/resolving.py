"""Where a report is: what was sent, and what the address register adds to it.

What was sent is kept as it is (D-31). A point counts before an address_id, that before an
address_string. A jurisdiction without a register is asked whether it has one, and nothing more.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from open311.places.addresses import address_of, has_register, match, nearest
from open311.places.locating import Place, Point, locate

# Farther from every house, a zip code would be a guess.
_NEAR_METRES = 100


@dataclass(frozen=True)
class Location:
    """Where a report is, as far as it is known.

    Attributes:
        point: as sent, or that of the one address.
        place: where the point lies.
        address: as sent, or as the register writes the address whose id was sent.
        address_id: as sent, or that of the one address.
        zipcode: of the address, or of the one nearest to the point sent.
        address_match: how many addresses of the register were meant; None: it was not asked.
        is_id_unknown: there is a register, and it does not have the address_id.
    """

    point: Point | None = None
    place: Place | None = None
    address: str | None = None
    address_id: str | None = None
    zipcode: str | None = None
    address_match: Literal["one", "several", "none"] | None = None
    is_id_unknown: bool = False


def resolve(
    connection: Connection,
    jurisdiction_id: str,
    point: Point | None,
    address: str | None,
    address_id: str | None,
) -> Location:
    """Find out where a report is.

    Args:
        connection: any.
        jurisdiction_id: where it came in.
        point: as sent; or
        address: an address_string; or
        address_id: a key of the register, only looked up without a point (D-34).

    Returns:
        What is known. A point of the register may lie outside the boundary, if that was changed
        after the import.
    """
    if point:
        place = locate(connection, jurisdiction_id, point)
        near = place.has_register and nearest(connection, jurisdiction_id, point, _NEAR_METRES)
        zipcode = near.zipcode if near else None
        return Location(point, place, address, address_id, zipcode)
    if not has_register(connection, jurisdiction_id):
        return Location(address=address, address_id=address_id)
    if address_id:
        known = address_of(connection, jurisdiction_id, address_id)
        if not known:
            return Location(address=address, address_id=address_id, is_id_unknown=True)
        found = [known]
    else:
        found = match(connection, jurisdiction_id, address or "")
    if len(found) != 1:
        return Location(address=address, address_match="several" if found else "none")
    [one] = found
    return Location(
        one.point,
        locate(connection, jurisdiction_id, one.point),
        address or str(one),
        one.address_id,
        one.zipcode,
        "one",
    )
