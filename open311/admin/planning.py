"""What a configuration would change, for whom, and what speaks against it: seen beforehand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from open311.catalogue.breaking import breaking
from open311.catalogue.checking import Finding
from open311.catalogue.comparing import Change, compare, undone
from open311.catalogue.loading import Configuration
from open311.catalogue.revisions import (
    Revision,
    base_revision,
    find_revision,
    list_revisions,
    read_files,
)

# Two cities' files seldom agree on their common border to the metre: what is less than this share
# of the smaller of the two is such a difference, not a claim.
SLIVER = 0.005


@dataclass(frozen=True)
class FromFolder:
    """A configuration that lies in a folder, which may be older than the revision in force.

    Attributes:
        base: digest of the configuration that the folder was last the same as, if it says so.
    """

    base: str | None


@dataclass(frozen=True)
class Plan:
    """What would happen.

    Attributes:
        jurisdiction_id: where.
        in_force: the revision in force; None: there is none yet.
        changes: what differs from it.
        breaking: what clients that are out there would stumble over, a sentence each.
        open_requests: number of open requests of each service that is changed or retired.
        handed_over: number of open requests that go to the successor of their unit, by unit.
        undone: changes made elsewhere since the folder was last the same, which it would undo.
        undone_revisions: the revisions that made them.
        refusals: what speaks against it, by file and line.
    """

    jurisdiction_id: str
    in_force: Revision | None
    changes: list[Change]
    breaking: list[str]
    open_requests: dict[str, int]
    handed_over: dict[str, int]
    undone: list[Change]
    undone_revisions: list[Revision]
    refusals: list[Finding]

    def as_document(self) -> dict[str, Any]:
        """Return the plan for JSON."""
        return {
            "jurisdiction_id": self.jurisdiction_id,
            "revision": self.in_force and self.in_force.revision,
            "changes": [change.as_document() for change in self.changes],
            "breaking": self.breaking,
            "open_requests": self.open_requests,
            "handed_over": self.handed_over,
            "undone": [change.as_document() for change in self.undone],
            "undone_revisions": [one.revision for one in self.undone_revisions],
            "refusals": [str(finding) for finding in self.refusals],
        }


def make_plan(
    connection: Connection, configuration: Configuration, folder: FromFolder | None = None
) -> Plan:
    """Find out what putting a configuration in force would do.

    Args:
        connection: in a transaction.
        configuration: the checked folder.
        folder: when it lies in a folder, whether that is up to date.
    """
    jurisdiction_id = configuration.jurisdiction_id
    in_force = find_revision(connection, jurisdiction_id)
    before = in_force and read_files(connection, jurisdiction_id, in_force.revision)
    changes = compare(before or {}, configuration.files)
    lost, by = [], []
    if folder and in_force and in_force.digest != configuration.digest:
        base = base_revision(connection, jurisdiction_id, folder.base)
        lost = _undone(connection, configuration, base, before or {})
        newer = list_revisions(connection, jurisdiction_id) if lost else []
        by = [one for one in newer if base is None or one.revision > base]
    return Plan(
        jurisdiction_id=jurisdiction_id,
        in_force=in_force,
        changes=changes,
        # What is new breaks nobody.
        breaking=breaking(changes) if in_force else [],
        open_requests=_open_requests(connection, jurisdiction_id, _touched_services(changes)),
        handed_over=_open_requests_of_units(
            connection,
            jurisdiction_id,
            [unit["code"] for unit in configuration.units if "successor" in unit],
        ),
        undone=lost,
        undone_revisions=by,
        refusals=[
            *_taken(connection, configuration),
            *_new_prefix(connection, configuration),
            *_overlaps(connection, configuration),
            *_orphans(connection, configuration),
        ],
    )


def _undone(
    connection: Connection, configuration: Configuration, base: int | None, in_force: Any
) -> list[Change]:
    """Return what the folder would undo of what came in force since it was last the same."""
    known = read_files(connection, configuration.jurisdiction_id, base) if base else None
    return undone(compare(known or {}, in_force), configuration.files)


def _touched_services(changes: Sequence[Change]) -> list[str]:
    entries = [one.path for one in changes if one.path[:2] == ("services.yaml", "services")]
    return list(dict.fromkeys(path[2] for path in entries if len(path) > 2))


_OPEN = text("""
    SELECT service_code AS code, count(*) AS number FROM service_request
    WHERE jurisdiction_id = :id AND status = 'open' AND service_code = ANY(:codes)
    GROUP BY service_code ORDER BY service_code
""")

_OPEN_OF_UNITS = text("""
    SELECT unit_code AS code, count(*) AS number FROM service_request
    WHERE jurisdiction_id = :id AND status = 'open' AND unit_code = ANY(:codes)
    GROUP BY unit_code ORDER BY unit_code
""")


def _open_requests(
    connection: Connection, jurisdiction_id: str, services: list[str]
) -> dict[str, int]:
    rows = connection.execute(_OPEN, {"id": jurisdiction_id, "codes": services})
    return {row.code: row.number for row in rows}


def _open_requests_of_units(
    connection: Connection, jurisdiction_id: str, units: list[str]
) -> dict[str, int]:
    rows = connection.execute(_OPEN_OF_UNITS, {"id": jurisdiction_id, "codes": units})
    return {row.code: row.number for row in rows}


_TAKEN = text("""
    SELECT jurisdiction_id, slug FROM jurisdiction
    WHERE jurisdiction_id <> :id AND (slug = :slug OR prefix = :prefix)
    ORDER BY jurisdiction_id
""")


def _taken(connection: Connection, configuration: Configuration) -> Iterator[Finding]:
    """Find a slug or a prefix that another jurisdiction has."""
    names = {name: configuration.jurisdiction[name] for name in ("id", "slug", "prefix")}
    for row in connection.execute(_TAKEN, names):
        name = "slug" if row.slug == names["slug"] else "prefix"
        problem = f"the {name} {names[name]!r} is taken by {row.jurisdiction_id}"
        yield configuration.finding("jurisdiction.yaml", (name,), problem)


def _new_prefix(connection: Connection, configuration: Configuration) -> Iterator[Finding]:
    """Find a prefix that is not the one with which ids that people hold begin."""
    query = text("SELECT prefix FROM jurisdiction WHERE jurisdiction_id = :id")
    prefix = connection.scalar(query, {"id": configuration.jurisdiction_id})
    if prefix not in (None, configuration.jurisdiction["prefix"]):
        problem = f"the prefix stays {prefix!r}: ids that people hold begin with it"
        yield configuration.finding("jurisdiction.yaml", ("prefix",), problem)


# Only the pieces of others that touch this boundary are compared; a GiST index finds them.
_OVERLAPS = text("""
    WITH mine AS (SELECT ST_GeomFromText(:boundary, 4326) AS geometry),
    common AS (
        SELECT theirs.jurisdiction_id,
               sum(ST_Area(ST_Intersection(theirs.geometry, mine.geometry)::geography)) AS area
        FROM jurisdiction_boundary AS theirs, mine
        WHERE theirs.jurisdiction_id <> :id AND ST_Intersects(theirs.geometry, mine.geometry)
        GROUP BY theirs.jurisdiction_id
    )
    SELECT common.jurisdiction_id, common.area / 1e6 AS square_kilometres
    FROM common
    JOIN jurisdiction USING (jurisdiction_id)
    JOIN LATERAL (
        SELECT sum(ST_Area(geometry::geography)) AS area FROM jurisdiction_boundary AS whole
        WHERE whole.jurisdiction_id = common.jurisdiction_id
    ) AS theirs ON true, mine
    WHERE common.area > :sliver * least(theirs.area, ST_Area(mine.geometry::geography))
      AND NOT coalesce(document #> '{boundary,overlaps}' ? :id, false)
      AND common.jurisdiction_id <> ALL(:declared)
    ORDER BY common.jurisdiction_id
""")


def _overlaps(connection: Connection, configuration: Configuration) -> Iterator[Finding]:
    """Find jurisdictions that this one overlaps though neither says that it may."""
    rows = connection.execute(
        _OVERLAPS,
        {
            "boundary": configuration.boundary.wkt,
            "id": configuration.jurisdiction_id,
            "sliver": SLIVER,
            "declared": configuration.jurisdiction["boundary"].get("overlaps", []),
        },
    )
    for row in rows:
        problem = (
            f"overlaps {row.jurisdiction_id} by {row.square_kilometres:,.1f} km²; if that is "
            f"meant, add {row.jurisdiction_id} to boundary.overlaps"
        )
        yield configuration.finding("jurisdiction.yaml", ("boundary", "file"), problem)


_UNITS = text("SELECT unit_code FROM unit WHERE jurisdiction_id = :id")


def _orphans(connection: Connection, configuration: Configuration) -> Iterator[Finding]:
    """Find units that are taken out while open requests still lie with them."""
    kept = {unit["code"] for unit in configuration.units}
    known = connection.scalars(_UNITS, {"id": configuration.jurisdiction_id})
    gone = [code for code in known if code not in kept]
    counted = _open_requests_of_units(connection, configuration.jurisdiction_id, gone)
    for code, number in counted.items():
        problem = (
            f"unit {code} is taken out, but open requests lie with it: {number}; "
            "keep it, with a successor that takes them over"
        )
        yield configuration.finding("units.yaml", ("units",), problem)
