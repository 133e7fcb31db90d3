"""What is in force: catalogues, and jurisdictions by name; kept in memory, never out of date.

Every answer from a catalogue begins with a look at the revision in force, one row by its key, so
that each process serves what was applied a moment ago. A name may be two seconds behind.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from time import monotonic

import orjson
from sqlalchemy import Connection, Engine, select, text

from open311.catalogue.model import (
    Catalogue,
    Jurisdiction,
    destinations_from,
    jurisdiction_from,
    service_from,
    unit_from,
)
from open311.catalogue.routing import routing_from
from open311.database import tables
from open311.database.reading import Reader
from open311.places.locating import Point

# How many a process keeps, each of 0.4 MB with its answers (decision 0016). One that was
# put away is read again when it is asked for.
CATALOGUES = 256

# More cities than these are not told of one after the other, but where they are listed.
FEW = 5

# How long a name counts as known, in seconds: it is looked up once in that time, not once a call.
# Not longer, since a name that is given up may be another jurisdiction's next.
NAMES = 2.0

_REVISION = "SELECT revision FROM jurisdiction WHERE jurisdiction_id = $1"
_REVISION_WITHIN = text("SELECT revision FROM jurisdiction WHERE jurisdiction_id = :id")

_ENTRY = "SELECT jurisdiction_id, slug, document -> 'languages' FROM jurisdiction"
_BY_ID = f"{_ENTRY} WHERE jurisdiction_id = $1"
_BY_SLUG = f"{_ENTRY} WHERE slug = $1"

# Passes over every row, in 0.2 ms for 2,477 of them. The sum moves with every revision, also with
# one that commits after another that began later.
_STATE = "SELECT count(*), coalesce(sum(revision), 0), max(changeset) FROM jurisdiction"

_LIGHT = "document - ARRAY['groups', 'routing', 'destinations']"

# Documents only where the revision is another than the known one.
_DIRECTORY = f"""
    SELECT jurisdiction_id, revision, changeset,
           CASE WHEN revision IS DISTINCT FROM ($1::jsonb ->> jurisdiction_id)::integer
                THEN {_LIGHT} END
    FROM jurisdiction ORDER BY jurisdiction_id COLLATE "C"
"""

# Walks the GiST index of the boundaries to one or two small pieces, however many there are.
JURISDICTIONS_AT = f"""
    SELECT {_LIGHT} FROM jurisdiction
    WHERE jurisdiction_id IN (
        SELECT jurisdiction_id FROM jurisdiction_boundary
        WHERE ST_Covers(geometry, ST_SetSRID(ST_MakePoint($1, $2), 4326))
    )
    ORDER BY jurisdiction_id COLLATE "C"
"""


@dataclass(frozen=True)
class Entry:
    """A jurisdiction by name: what is needed before, or without, its catalogue."""

    jurisdiction_id: str
    slug: str
    languages: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Directory:
    """Jurisdictions without their catalogues: one object, so that caches can go by it.

    Attributes:
        jurisdictions: by id, in its order.
        revisions: the one in force, by id.
        changeset: when the newest of them came in force; None when there is no jurisdiction.
    """

    jurisdictions: Mapping[str, Jurisdiction]
    revisions: Mapping[str, int]
    changeset: datetime | None

    @property
    def is_short(self) -> bool:
        """Whether each of them can be told of in one text."""
        return len(self.jurisdictions) <= FEW

    @cached_property
    def languages(self) -> frozenset[str]:
        """Every language that one of them has."""
        return frozenset(one for each in self.jurisdictions.values() for one in each.languages)

    @cached_property
    def state(self) -> tuple[int, int, datetime | None]:
        """What differs whenever anything does."""
        return len(self.revisions), sum(self.revisions.values()), self.changeset


class Registry:
    """The catalogues of the jurisdictions that a database holds.

    Args:
        engine: where they are read from, whole, when they are new.
        reader: what asks for the revision in force.
    """

    def __init__(self, engine: Engine, reader: Reader) -> None:
        self._engine = engine
        self._reader = reader
        self._catalogues = _Catalogues()
        self._entries: dict[tuple[str, str], tuple[float, Entry]] = {}
        self._directory = Directory({}, {}, None)

    def entry(self, jurisdiction_id: str) -> Entry | None:
        """Return a jurisdiction by its id, in any case (D-66)."""
        # All ids are in lower case: the schema of the configuration has them so.
        return self._entry(_BY_ID, jurisdiction_id.lower())

    def entry_of_slug(self, slug: str) -> Entry | None:
        """Return a jurisdiction by its part of the paths."""
        return self._entry(_BY_SLUG, slug)

    def directory(self) -> Directory:
        """Return all jurisdictions in force; the same object as long as nothing was applied."""
        known = self._directory
        [state] = self._reader.rows(_STATE)
        if state != known.state:
            known = self._directory = self._read_directory(known)
        return known

    def jurisdictions_at(self, point: Point) -> list[Jurisdiction]:
        """Return the jurisdictions that hold a point, in the order of their ids."""
        rows = self._reader.rows(JURISDICTIONS_AT, (point.long, point.lat))
        return [jurisdiction_from(document) for (document,) in rows]

    def catalogue(self, jurisdiction_id: str) -> Catalogue:
        """Return the revision in force of a jurisdiction's catalogue.

        Args:
            jurisdiction_id: of a jurisdiction that exists.
        """
        [(revision,)] = self._reader.rows(_REVISION, (jurisdiction_id,))
        known = self._catalogues.get(jurisdiction_id, revision)
        if known is None:
            # One snapshot for all the statements, or one applied between them would be mixed in.
            with self._engine.connect() as connection:
                connection.execution_options(isolation_level="REPEATABLE READ")
                known = read_catalogue(connection, jurisdiction_id)
            self._catalogues.put(known)
        return known

    def catalogue_within(self, connection: Connection, jurisdiction_id: str) -> Catalogue:
        """Return the revision that a transaction sees, which it must hold (`hold_catalogue`).

        Args:
            connection: in that transaction.
            jurisdiction_id: of a jurisdiction that exists.
        """
        revision = connection.scalar(_REVISION_WITHIN, {"id": jurisdiction_id})
        known = self._catalogues.get(jurisdiction_id, revision)
        if known is None:
            known = read_catalogue(connection, jurisdiction_id)
            self._catalogues.put(known)
        return known

    def _entry(self, statement: str, name: str) -> Entry | None:
        now = monotonic()
        since, known = self._entries.get((statement, name), (-NAMES, None))
        if now - since < NAMES:
            return known
        rows = self._reader.rows(statement, (name,))
        if not rows:
            # Not kept: a stranger may invent any number of names, and a new one is known at once.
            self._entries.pop((statement, name), None)
            return None
        [(jurisdiction_id, slug, languages)] = rows
        entry = Entry(jurisdiction_id.decode(), slug.decode(), tuple(languages))
        self._entries[statement, name] = now, entry
        return entry

    def _read_directory(self, known: Directory) -> Directory:
        revisions = orjson.dumps(known.revisions).decode()
        rows = [
            (jurisdiction_id.decode(), revision, changeset, document)
            for jurisdiction_id, revision, changeset, document in self._reader.rows(
                _DIRECTORY, (revisions,)
            )
        ]
        return Directory(
            jurisdictions={
                name: jurisdiction_from(document) if document else known.jurisdictions[name]
                for name, _, _, document in rows
            },
            revisions={name: revision for name, revision, _, _ in rows},
            changeset=max((changeset for _, _, changeset, _ in rows), default=None),
        )


class _Catalogues:
    """The catalogues that were asked for last, of each the newest revision; for many threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Catalogue] = OrderedDict()
        self._lock = Lock()

    def get(self, jurisdiction_id: str, revision: int | None) -> Catalogue | None:
        with self._lock:
            known = self._kept.get(jurisdiction_id)
            if known is None or known.revision != revision:
                return None
            self._kept.move_to_end(jurisdiction_id)
            return known

    def put(self, catalogue: Catalogue) -> None:
        with self._lock:
            self._kept[catalogue.jurisdiction.jurisdiction_id] = catalogue
            self._kept.move_to_end(catalogue.jurisdiction.jurisdiction_id)
            if len(self._kept) > CATALOGUES:
                self._kept.popitem(last=False)


def jurisdiction_ids(engine: Engine) -> list[str]:
    """Return the ids of the jurisdictions in force, in order."""
    table = tables.jurisdiction
    with engine.connect() as connection:
        query = select(table.c.jurisdiction_id).order_by(table.c.jurisdiction_id)
        return list(connection.scalars(query))


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
                retention_days=jurisdiction.retention_days,
            )
            for service in services
        },
        units={unit.unit_code: unit_from(unit.document) for unit in units},
        routing=routing_from((service.document for service in services), row.document["routing"]),
        # What was applied before there were destinations and messages has none.
        destinations=destinations_from(row.document.get("destinations", {})),
        messages=row.document.get("messages", {}),
    )
