"""Putting an address register in the place of the one before it."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from sqlalchemy import Connection, TextClause, text

from open311.places.register_files import Fault, RegisterError, Row, open_register

MOST_TOLD = 20
# A few megabytes of text at a time: memory stays flat however large the register is.
_BATCH = 10_000

_KEPT = ("street", "house_number", "zipcode", "city", "street_key", "number_key", "geometry")
_STAGED = ", ".join(Row._fields)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('address'), hashtext(:jurisdiction_id))")

_STAGE = text(f"""
    CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS
    SELECT 0 AS place, address_id, {", ".join(_KEPT)} FROM address LIMIT 0
""")

_COUNT = text("SELECT count(*) FROM address WHERE jurisdiction_id = :jurisdiction_id")

_TAKE_OUT = """
    WITH taken AS (
        DELETE FROM incoming WHERE {condition}
        RETURNING place, concat_ws(' ', address_id, street, house_number) AS value
    )
    SELECT place, value, count(*) OVER () AS number FROM taken ORDER BY place LIMIT :most
"""
_OUTSIDE = text(
    _TAKE_OUT.format(
        condition="""NOT EXISTS (
            SELECT FROM jurisdiction_boundary AS piece
            WHERE jurisdiction_id = :jurisdiction_id
                AND ST_Covers(piece.geometry, incoming.geometry)
        )"""
    )
)
# Of several with one id, the first counts.
_DOUBLED = text(
    _TAKE_OUT.format(
        condition="""place IN (
            SELECT place FROM (
                SELECT place, row_number() OVER same_id AS number FROM incoming
                WINDOW same_id AS (PARTITION BY address_id COLLATE "C" ORDER BY place)
            ) AS numbered
            WHERE number > 1
        )"""
    )
)

_REMOVE = text("""
    DELETE FROM address
    WHERE jurisdiction_id = :jurisdiction_id
        AND NOT EXISTS (SELECT FROM incoming WHERE incoming.address_id = address.address_id)
""")
_CHANGE = text(f"""
    UPDATE address SET {", ".join(f"{name} = incoming.{name}" for name in _KEPT)}
    FROM incoming
    WHERE jurisdiction_id = :jurisdiction_id AND address.address_id = incoming.address_id
        AND ({", ".join(f"address.{name}" for name in _KEPT)})
            IS DISTINCT FROM ({", ".join(f"incoming.{name}" for name in _KEPT)})
""")
_ADD = text(f"""
    INSERT INTO address (jurisdiction_id, address_id, {", ".join(_KEPT)})
    SELECT :jurisdiction_id, address_id, {", ".join(_KEPT)} FROM incoming
    WHERE NOT EXISTS (
        SELECT FROM address
        WHERE jurisdiction_id = :jurisdiction_id AND address.address_id = incoming.address_id
    )
""")


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        before: number of addresses there were.
        after: number of addresses there are.
        added: how many were not there.
        changed: how many were there, but not so.
        removed: how many are gone.
        bad: number of rows that were left out.
        details: why, a line each.
    """

    before: int
    after: int
    added: int
    changed: int
    removed: int
    bad: int
    details: list[str]


@dataclass
class _Faults:
    """The rows that were left out: how many for each reason, and the first of them."""

    unit: str
    reasons: Counter[str] = field(default_factory=Counter)
    first: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        self.reasons[fault.reason] += 1
        self.first.append(fault)
        self.first = sorted(self.first, key=lambda one: one.place)[:MOST_TOLD]

    def details(self) -> list[str]:
        """Return what a person may want to read: the reasons, then the first of the rows."""
        counted = [f"{number} × {reason}" for reason, number in self.reasons.most_common()]
        return counted + [f"{self.unit} {fault}" for fault in self.first]


def import_register(
    connection: Connection,
    jurisdiction_id: str,
    file: BinaryIO,
    most_bad: float,
    progress: Callable[[int], None],
) -> Imported:
    """Put a register in the place of the one before it: all of it or nothing.

    What is the same stays untouched. Whoever looks an address up meanwhile finds the old register.

    Args:
        connection: in a transaction, which the caller commits.
        jurisdiction_id: whose register; the addresses must lie within its boundary.
        file: CSV or GeoJSON, see `register_files`.
        most_bad: which share of its rows may be unusable.
        progress: told how many bytes have been read, now and then.

    Raises:
        RegisterError: the file is none of these, has no address that can be used, or too many rows
            that cannot be.
    """
    parameters = {"jurisdiction_id": jurisdiction_id}
    connection.execute(_LOCK, parameters)
    connection.execute(_STAGE)
    faults = _stage(connection, file, progress)
    _take_out(connection, _OUTSIDE, "it lies outside the boundary", parameters, faults)
    _take_out(connection, _DOUBLED, "the id stands in the file before", parameters, faults)
    after = connection.execute(text("SELECT count(*) FROM incoming")).scalar_one()
    bad = faults.reasons.total()
    if not after:
        raise RegisterError("it has no address that can be used", faults.details())
    if bad > most_bad * (bad + after):
        share = f"{bad} of {bad + after} {faults.unit}s cannot be used"
        raise RegisterError(f"{share}, more than {most_bad:.0%}", faults.details())
    before = connection.execute(_COUNT, parameters).scalar_one()
    connection.execute(text("ANALYZE incoming"))
    removed, changed, added = (
        connection.execute(statement, parameters).rowcount for statement in (_REMOVE, _CHANGE, _ADD)
    )
    connection.execute(text("ANALYZE address"))
    return Imported(before, after, added, changed, removed, bad, faults.details())


def _stage(connection: Connection, file: BinaryIO, progress: Callable[[int], None]) -> _Faults:
    """Copy what can be used into a table of this transaction."""
    register = open_register(file)
    faults = _Faults(register.unit)
    rows = _usable(register.rows, faults)
    copying = f"COPY incoming ({_STAGED}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (number_key))"
    with closing(connection.connection.cursor()) as cursor:
        while batch := list(islice(rows, _BATCH)):
            stream = io.StringIO()
            csv.writer(stream).writerows(batch)
            stream.seek(0)
            cursor.copy_expert(copying, stream)
            progress(file.tell())
    return faults


def _usable(rows: Iterable[Row | Fault], faults: _Faults) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Fault):
            faults.add(row)
        else:
            yield row


def _take_out(
    connection: Connection,
    statement: TextClause,
    reason: str,
    parameters: dict[str, str],
    faults: _Faults,
) -> None:
    for row in connection.execute(statement, parameters | {"most": MOST_TOLD}):
        faults.add(Fault(row.place, reason, row.value))
        faults.reasons[reason] = row.number
