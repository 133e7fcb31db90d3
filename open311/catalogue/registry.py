"""The catalogues in force, kept in memory and renewed the moment a revision is applied."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select, text

from open311.catalogue.model import Catalogue, jurisdiction_from, service_from, unit_from
from open311.catalogue.routing import routing_from
from open311.database import tables
from open311.database.reading import Reader
from open311.places.locating import Point, holders

# One row, by primary key: what every answer from a catalogue costs to be up to date.
_REVISION = "SELECT revision FROM jurisdiction WHERE jurisdiction_id = $1"
_REVISION_WITHIN = text("SELECT revision FROM jurisdiction WHERE jurisdiction_id = :id")


@dataclass(frozen=True)
class Entry:
    """A jurisdiction by name: what is needed before, or without, its catalogue."""

    jurisdiction_id: str
    slug: str
    languages: tuple[str, ...]


class Registry:
    """The catalogues of the jurisdictions that a database holds.

    Args:
        engine: where they are read from, whole, when they are new.
        reader: what asks for the revision in force.
    """

    def __init__(self, engine: Engine, reader: Reader) -> None:
        self._engine = engine
        self._reader = reader
        self._catalogues: dict[str, Catalogue] = {}
        self._by_id: dict[str, Entry] = {}
        self._by_slug: dict[str, Entry] = {}

    def entry(self, jurisdiction_id: str) -> Entry | None:
        """Return a jurisdiction by its id, in any case (D-66)."""
        wanted = jurisdiction_id.lower()
        if wanted not in self._by_id:
            # Unknown names are rare, and a new jurisdiction must be found at once.
            self._read_entries()
        return self._by_id.get(wanted)

    def entry_of_slug(self, slug: str) -> Entry | None:
        """Return a jurisdiction by its part of the paths."""
        if slug not in self._by_slug:
            self._read_entries()
        return self._by_slug.get(slug)

    def jurisdiction_ids(self) -> list[str]:
        """Return the ids of all jurisdictions, in order."""
        self._read_entries()
        return sorted(entry.jurisdiction_id for entry in self._by_slug.values())

    def jurisdictions_at(self, point: Point) -> list[str]:
        """Return the ids of the jurisdictions that hold a point, in order."""
        with self._engine.connect() as connection:
            return holders(connection, point)

    def catalogue(self, jurisdiction_id: str) -> Catalogue:
        """Return the revision in force of a jurisdiction's catalogue.

        Args:
            jurisdiction_id: of a jurisdiction that exists.
        """
        [(revision,)] = self._reader.rows(_REVISION, (jurisdiction_id,))
        known = self._catalogues.get(jurisdiction_id)
        if known is None or known.revision != revision:
            known = self._read(jurisdiction_id)
            self._catalogues[jurisdiction_id] = known
            self._read_entries()
        return known

    def catalogue_within(self, connection: Connection, jurisdiction_id: str) -> Catalogue:
        """Return the revision that a transaction sees, which it must hold (`hold_catalogue`).

        Args:
            connection: in that transaction.
            jurisdiction_id: of a jurisdiction that exists.
        """
        revision = connection.scalar(_REVISION_WITHIN, {"id": jurisdiction_id})
        known = self._catalogues.get(jurisdiction_id)
        if known is None or known.revision != revision:
            known = read_catalogue(connection, jurisdiction_id)
            self._catalogues[jurisdiction_id] = known
        return known

    def _read(self, jurisdiction_id: str) -> Catalogue:
        # One snapshot for all the statements, or a revision applied between them would be mixed in.
        with self._engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            return read_catalogue(connection, jurisdiction_id)

    def _read_entries(self) -> None:
        table = tables.jurisdiction
        languages = table.c.document["languages"].label("languages")
        query = select(table.c.jurisdiction_id, table.c.slug, languages)
        with self._engine.connect() as connection:
            entries = [
                Entry(row.jurisdiction_id, row.slug, tuple(row.languages))
                for row in connection.execute(query)
            ]
        self._by_id = {entry.jurisdiction_id.lower(): entry for entry in entries}
        self._by_slug = {entry.slug: entry for entry in entries}


def find_catalogue(connection: Connection, jurisdiction_id: str) -> Catalogue | None:
    """Read the revision in force of a jurisdiction, if there is such a jurisdiction.

    Args:
        connection: in a transaction.
        jurisdiction_id: of a jurisdiction that may exist.
    """
    known = connection.scalar(_REVISION_WITHIN, {"id": jurisdiction_id})
    return None if known is None else read_catalogue(connection, jurisdiction_id)


def read_catalogue(connection: Connection, jurisdiction_id: str) -> Catalogue:
    """Read the revision in force from the database.

    Args:
        connection: in a transaction.
        jurisdiction_id: of a jurisdiction that exists.
    """
    row = connection.execute(
        select(tables.jurisdiction).where(tables.jurisdiction.c.jurisdiction_id == jurisdiction_id)
    ).one()
    units = connection.execute(
        select(tables.unit).where(tables.unit.c.jurisdiction_id == jurisdiction_id)
    )
    services = connection.execute(
        select(tables.service)
        .where(tables.service.c.jurisdiction_id == jurisdiction_id)
        .order_by(tables.service.c.position, tables.service.c.service_code)
    ).all()
    jurisdiction = jurisdiction_from(row.document)
    groups: Mapping[str, Mapping[str, str]] = {
        group["code"]: group["name"] for group in row.document["groups"]
    }
    return Catalogue(
        jurisdiction=jurisdiction,
        revision=row.revision,
        changeset=row.changeset,
        services={
            service.service_code: service_from(
                service.document,
                groups,
                jurisdiction.languages,
                retired=service.retired_datetime is not None,
            )
            for service in services
        },
        units={unit.unit_code: unit_from(unit.document) for unit in units},
        # A catalogue from before there was routing has none in its document.
        routing=routing_from(
            (service.document for service in services), row.document.get("routing", {})
        ),
    )
