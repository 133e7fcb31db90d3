"""Making a checked configuration the one that is in force."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from geoalchemy2.shape import from_shape
from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from open311.catalogue.checking import check_together
from open311.catalogue.loading import Configuration
from open311.catalogue.locking import lock_catalogue
from open311.database import tables

# More stripes let more POSTs of one city commit side by side; a reader adds them up.
STRIPES = 8

# Small enough that a point's look-up compares few corners, large enough that pieces stay few.
CORNERS_A_PIECE = 64


class TakenError(Exception):
    """A jurisdiction wants a slug or a prefix that another one has."""


@dataclass(frozen=True)
class Applied:
    """What an application did.

    Attributes:
        jurisdiction_id: the jurisdiction.
        revision: the one now in force.
        changed: whether it differs from the one before.
    """

    jurisdiction_id: str
    revision: int
    changed: bool


def apply(connection: Connection, configuration: Configuration) -> Applied:
    """Make a configuration the revision in force.

    A service that is no longer in the folder is retired, never deleted; one that comes back is
    offered again. Units stay for the requests that name them.

    Args:
        connection: in a transaction, which the caller commits.
        configuration: the checked folder.

    Raises:
        TakenError: its slug or prefix is another jurisdiction's.
    """
    jurisdiction_id = configuration.jurisdiction["id"]
    lock_catalogue(connection, jurisdiction_id)
    table = tables.jurisdiction
    before = connection.execute(
        select(table.c.revision, table.c.digest).where(table.c.jurisdiction_id == jurisdiction_id)
    ).one_or_none()
    if before and before.digest == configuration.digest:
        return Applied(jurisdiction_id, before.revision, changed=False)
    _refuse_taken(connection, configuration.jurisdiction)
    revision = before.revision + 1 if before else 1
    _write_jurisdiction(connection, configuration, revision)
    _write_documents(connection, jurisdiction_id, configuration)
    _write_shapes(connection, jurisdiction_id, configuration)
    _write_counters(connection, jurisdiction_id)
    return Applied(jurisdiction_id, revision, changed=True)


def _refuse_taken(connection: Connection, document: dict[str, Any]) -> None:
    table = tables.jurisdiction
    others = connection.execute(
        select(table.c.document).where(table.c.jurisdiction_id != document["id"])
    )
    problems = check_together([*(other.document for other in others), document])
    if problems:
        raise TakenError("; ".join(problems))


def _write_jurisdiction(
    connection: Connection, configuration: Configuration, revision: int
) -> None:
    document = configuration.jurisdiction
    values = {
        "jurisdiction_id": document["id"],
        "slug": document["slug"],
        "prefix": document["prefix"],
        "document": document | {"groups": configuration.groups},
        "digest": configuration.digest,
        "revision": revision,
        # Sortable and moving with every revision, even two within a second.
        "changeset": func.clock_timestamp(),
    }
    statement = insert(tables.jurisdiction).values(values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["jurisdiction_id"], set_=values)
    )


def _write_documents(
    connection: Connection, jurisdiction_id: str, configuration: Configuration
) -> None:
    for document in configuration.units:
        unit = {
            "jurisdiction_id": jurisdiction_id,
            "unit_code": document["code"],
            "document": document,
        }
        connection.execute(
            insert(tables.unit)
            .values(unit)
            .on_conflict_do_update(
                index_elements=["jurisdiction_id", "unit_code"], set_={"document": document}
            )
        )
    for position, document in enumerate(configuration.services, 1):
        offered = {"position": position, "document": document, "retired_datetime": None}
        service = {"jurisdiction_id": jurisdiction_id, "service_code": document["code"], **offered}
        connection.execute(
            insert(tables.service)
            .values(service)
            .on_conflict_do_update(index_elements=["jurisdiction_id", "service_code"], set_=offered)
        )
    _retire_others(connection, jurisdiction_id, [entry["code"] for entry in configuration.services])


def _retire_others(
    connection: Connection, jurisdiction_id: str, service_codes: Collection[str]
) -> None:
    table = tables.service
    connection.execute(
        table.update()
        .where(
            table.c.jurisdiction_id == jurisdiction_id,
            table.c.service_code.not_in(service_codes),
            table.c.retired_datetime.is_(None),
        )
        .values(retired_datetime=func.now())
    )


def _write_shapes(
    connection: Connection, jurisdiction_id: str, configuration: Configuration
) -> None:
    for table in (tables.jurisdiction_boundary, tables.area):
        connection.execute(delete(table).where(table.c.jurisdiction_id == jurisdiction_id))
    connection.execute(
        text("""
            INSERT INTO jurisdiction_boundary (jurisdiction_id, piece, geometry)
            SELECT :jurisdiction_id, row_number() OVER (), piece
            FROM ST_Subdivide(ST_GeomFromText(:boundary, 4326), :corners) AS piece
        """),
        {
            "jurisdiction_id": jurisdiction_id,
            "boundary": configuration.boundary.wkt,
            "corners": CORNERS_A_PIECE,
        },
    )
    areas = [
        {
            "jurisdiction_id": jurisdiction_id,
            "kind": division.kind,
            "area_code": area.code,
            "name": area.name,
            "geometry": from_shape(area.geometry, srid=tables.WGS84),
        }
        for division in configuration.areas
        for area in division.areas
    ]
    if areas:
        connection.execute(tables.area.insert(), areas)


def _write_counters(connection: Connection, jurisdiction_id: str) -> None:
    counters = [
        {
            "jurisdiction_id": jurisdiction_id,
            "endpoint_type": endpoint_type,
            "stripe": stripe,
            # From the clock, not from nought, or a database made anew would name what it holds
            # as the one before it did.
            "changes": time.time_ns() // 1_000_000 if stripe == 0 else 0,
        }
        for endpoint_type in ("production", "test")
        for stripe in range(STRIPES)
    ]
    connection.execute(insert(tables.change_counter).on_conflict_do_nothing(), counters)
