"""Who reports: sealed before it is written, opened only for who may know it."""

from dataclasses import asdict
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, select, text

from open311.catalogue.model import Service
from open311.database import tables
from open311.errors import Problem
from open311.people.keyring import Keyring, email_form
from open311.reports.submission import Reporter


class ReporterKey(NamedTuple):
    """The key of a row of `reporter`; `position` 0 is who reported it, others joined later."""

    jurisdiction_id: str
    number: int
    position: int = 0

    @property
    def context(self) -> str:
        """What it is sealed for: the row alone."""
        return f"reporter {self.jurisdiction_id} {self.number} {self.position}"

    @property
    def destination(self) -> str:
        """What deliveries to them name, in their jurisdiction: `reporter:1001:0`."""
        return f"reporter:{self.number}:{self.position}"

    @classmethod
    def of_destination(cls, jurisdiction_id: str, destination: str) -> "ReporterKey":
        """Return the key that the destination of a delivery names."""
        _, number, position = destination.split(":")
        return cls(jurisdiction_id, int(number), int(position))

    def rows(self, table: Table) -> ColumnElement[bool]:
        """Return the condition that a row is theirs: of `reporter` or of `opinion`."""
        return and_(
            table.c.jurisdiction_id == self.jurisdiction_id,
            table.c.number == self.number,
            table.c.position == self.position,
        )


NOBODY = Reporter()

_BATCH = 1000

_ANY_UNSEALED = text("SELECT FROM reporter WHERE unsealed IS NOT NULL LIMIT 1")

# Along the primary key, from where the last batch ended.
_UNSEALED = text("""
    SELECT jurisdiction_id, number, position, language, unsealed FROM reporter
    WHERE unsealed IS NOT NULL
      AND (jurisdiction_id, number, position) > (:jurisdiction_id, :number, :position)
    ORDER BY jurisdiction_id, number, position LIMIT :batch
    FOR UPDATE
""")

_SEAL = text("""
    UPDATE reporter SET sealed = one.sealed, email_index = one.email_index, unsealed = NULL
    FROM unnest(
        cast(:jurisdiction_id AS text[]), cast(:number AS bigint[]),
        cast(:position AS smallint[]), cast(:sealed AS bytea[]), cast(:email_index AS bytea[])
    ) AS one (jurisdiction_id, number, position, sealed, email_index)
    WHERE reporter.jurisdiction_id = one.jurisdiction_id
      AND reporter.number = one.number AND reporter.position = one.position
""")


def find_reporter(connection: Connection, key: ReporterKey) -> Any:
    """Return the row of somebody; None: there is none."""
    table = tables.reporter
    return connection.execute(select(table).where(key.rows(table))).one_or_none()


def reporter_row(
    keyring: Keyring, key: ReporterKey, reporter: Reporter, language: str
) -> dict[str, Any]:
    """Return the row of a reporter.

    Args:
        keyring: what seals.
        key: of the row.
        reporter: who it is.
        language: in which they are answered.
    """
    known = {name: value for name, value in asdict(reporter).items() if value is not None}
    return {
        **key._asdict(),
        "language": language,
        "sealed": keyring.seal(orjson.dumps(known), key.context) if known else None,
        "email_index": keyring.index(email_form(reporter.email)) if reporter.email else None,
    }


def unseal_reporter(keyring: Keyring, key: ReporterKey, sealed: bytes | None) -> Reporter:
    """Return who it is; nobody when it is unknown or erased.

    Args:
        keyring: what opens.
        key: of the row.
        sealed: of the row.

    Raises:
        SealError: it cannot be opened.
    """
    if sealed is None:
        return NOBODY
    return Reporter(**orjson.loads(keyring.unseal(sealed, key.context)))


def is_anybody_unsealed(engine: Engine) -> bool:
    """Tell whether somebody has reported before there was a keyring, and is not sealed yet."""
    with engine.connect() as connection:
        return connection.execute(_ANY_UNSEALED).first() is not None


def seal_unsealed(engine: Engine, keyring: Keyring) -> int:
    """Seal who has reported before there was a keyring, and return how many these were.

    It goes by batches, each durable by itself, and can be repeated.

    Args:
        engine: where they are.
        keyring: what seals.
    """
    number, last = 0, ReporterKey("", 0)
    while True:
        with engine.begin() as connection:
            sealed = _seal_batch(connection, keyring, last)
        if not sealed:
            return number
        number, last = number + len(sealed), sealed[-1]


def _seal_batch(connection: Connection, keyring: Keyring, last: ReporterKey) -> list[ReporterKey]:
    """Seal the next after one of them, and return who these were."""
    found = connection.execute(_UNSEALED, last._asdict() | {"batch": _BATCH}).all()
    keys = [ReporterKey(row.jurisdiction_id, row.number, row.position) for row in found]
    rows = [
        reporter_row(keyring, key, Reporter(**row.unsealed), row.language)
        for key, row in zip(keys, found, strict=True)
    ]
    if rows:
        names = ("jurisdiction_id", "number", "position", "sealed", "email_index")
        connection.execute(_SEAL, {name: [row[name] for row in rows] for name in names})
    return keys


def allowed_reporter(service: Service, reporter: Reporter) -> Reporter:
    """Return what of a reporter is kept: of a service for anonymous reports, nothing."""
    return NOBODY if service.reporter == "anonymous" else reporter


def reporter_problems(service: Service, reporter: Reporter) -> list[Problem]:
    """Say what is missing of a reporter whom the service must be able to answer."""
    if service.reporter != "required":
        return []
    missing = [name for name in ("first_name", "last_name") if not getattr(reporter, name)]
    if not (reporter.email or reporter.phone):
        missing.append("email")
    return [Problem("reporter-required", {"parameter": name}) for name in missing]
