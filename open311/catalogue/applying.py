"""Making a checked configuration the one that is in force."""

import time
from dataclasses import dataclass
from typing import Any

from geoalchemy2.shape import from_shape
from sqlalchemy import Connection, Table, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from open311.catalogue.comparing import Change
from open311.catalogue.loading import Configuration
from open311.catalogue.revisions import Signature, record_revision
from open311.database import tables

# More stripes let more POSTs of one city commit side by side; a reader adds them up.
STRIPES = 8

# Small enough that a point's look-up compares few corners, large enough that pieces stay few.
CORNERS_A_PIECE = 64


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


def apply(
    connection: Connection,
    configuration: Configuration,
    signature: Signature,
    changes: list[Change],
) -> Applied:
    """Make a configuration the revision in force.

    A service or unit that is no longer in the folder is retired, never deleted; one that comes
    back is offered again.

    Args:
        connection: in a transaction that holds the lock of the catalogue; the caller commits.
        configuration: the checked folder, which nothing speaks against (`admin.planning`).
        signature: who, why, from where.
        changes: from the revision before.
    """
    jurisdiction_id = configuration.jurisdiction_id
    table = tables.jurisdiction
    before = connection.execute(
        select(table.c.revision, table.c.digest).where(table.c.jurisdiction_id == jurisdiction_id)
    ).one_or_none()
    if before and before.digest == configuration.digest:
        return Applied(jurisdiction_id, before.revision, changed=False)
    revision = before.revision + 1 if before else 1
    _write_jurisdiction(connection, configuration, revision)
    record_revision(connection, configuration, revision, signature, changes)
    _write_units(connection, configuration)
    _write_services(connection, configuration)
    _write_shapes(connection, jurisdiction_id, configuration)
    _write_counters(connection, jurisdiction_id)
    return Applied(jurisdiction_id, revision, changed=True)


def _write_jurisdiction(
    connection: Connection, configuration: Configuration, revision: int
) -> None:
    document = configuration.jurisdiction
    beside = {
        "groups": configuration.groups,
        "routing": configuration.routing,
        "destinations": configuration.destinations,
        "messages": configuration.messages,
    }
    values = {
        "jurisdiction_id": document["id"],
        "slug": document["slug"],
        "prefix": document["prefix"],
        "document": document | beside,
        "digest": configuration.digest,
        "revision": revision,
        # Sortable and moving with every revision, even two within a second.
        "changeset": func.clock_timestamp(),
    }
    statement = insert(tables.jurisdiction).values(values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["jurisdiction_id"], set_=values)
    )


def _write_units(connection: Connection, configuration: Configuration) -> None:
    rows = [
        {
            "jurisdiction_id": configuration.jurisdiction_id,
            "unit_code": document["code"],
            "document": document,
            "retired_datetime": None,
        }
        for document in configuration.units
    ]
    _put_in_place_of(connection, tables.unit, rows)


def _write_services(connection: Connection, configuration: Configuration) -> None:
    rows = [
        {
            "jurisdiction_id": configuration.jurisdiction_id,
            "service_code": document["code"],
            "position": position,
            "document": document,
            "retired_datetime": None,
        }
        for position, document in enumerate(configuration.services, 1)
    ]
    _put_in_place_of(connection, tables.service, rows)


def _put_in_place_of(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Write the rows of a jurisdiction, and retire those that are no longer among them."""
    jurisdiction, code = table.primary_key.columns
    written = insert(table)
    connection.execute(
        written.on_conflict_do_update(
            index_elements=[jurisdiction, code],
            set_={
                column.name: written.excluded[column.name]
                for column in table.c
                if not column.primary_key
            },
        ),
        rows,
    )
    connection.execute(
        table.update()
        .where(
            jurisdiction == rows[0][jurisdiction.name],
            code.not_in([row[code.name] for row in rows]),
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
