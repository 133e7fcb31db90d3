"""Address registers: import, search, what is nearest."""

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import request

from open311.admin.addresses import import_addresses
from open311.admin.api.applying import Answer
from open311.admin.api.bodies import copy_body
from open311.admin.api.context import actor, parts
from open311.admin.revisions import revision_in_force
from open311.errors import UnsupportedBody, echo
from open311.places import addresses
from open311.places.addresses import Address
from open311.places.locating import Point

# The largest cities have a few million addresses, of a few hundred bytes each as GeoJSON.
LARGEST_REGISTER = 1_000_000_000

MEDIA_TYPES = ("text/csv", "application/geo+json", "application/json", "application/octet-stream")


def get_addresses(query: dict[str, Any], jurisdiction_id: str) -> Answer:
    """List the addresses that a text may mean, the likeliest first."""
    with parts().engine.connect() as connection:
        revision_in_force(connection, jurisdiction_id)
        found = addresses.find_addresses(connection, jurisdiction_id, query["q"], query["limit"])
    return {"addresses": [_document(one) for one in found]}


def get_nearest_address(query: dict[str, Any], jurisdiction_id: str) -> Answer:
    """Show the address nearest to a point; a list of one or none."""
    point = Point(query["lat"], query["long"])
    with parts().engine.connect() as connection:
        revision_in_force(connection, jurisdiction_id)
        found = addresses.nearest(connection, jurisdiction_id, point, query["within"])
    return {"addresses": [_document(found)] if found else []}


def put_addresses(query: dict[str, Any], jurisdiction_id: str) -> Answer:
    """Put an address register in the place of the one before: all of it or nothing."""
    if request.mimetype not in MEDIA_TYPES:
        kind = echo(request.mimetype) or "?"
        raise UnsupportedBody.of("register-type", type=kind, types=", ".join(MEDIA_TYPES))
    with parts().engine.connect() as connection:
        revision_in_force(connection, jurisdiction_id)
    # On disk first: as long as it comes in, no transaction is open, and it may be read twice.
    with TemporaryDirectory(prefix="open311-") as directory:
        path = Path(directory) / "upload"
        with path.open("wb") as file:
            copy_body(request, file, LARGEST_REGISTER)
        imported = import_addresses(
            parts().engine,
            jurisdiction_id,
            path,
            actor(),
            query["bad_rows"] / 100,
            lambda _: None,
        )
    return asdict(imported)


def _document(address: Address) -> Answer:
    return asdict(address) | {"lat": address.point.lat, "long": address.point.long}
