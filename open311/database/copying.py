"""COPY in PostgreSQL's binary format: many rows, streamed.

Nothing is quoted or escaped, so no text can be taken for something else, and neither side has to
look through it. The formats are those of the types' `…_recv` functions.
"""

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import orjson
from geoalchemy2 import Geometry
from sqlalchemy import ARRAY, BigInteger, Connection, DateTime, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_CHUNK = 65536

_int32 = struct.Struct(">i").pack
_count = struct.Struct(">h").pack
_four_bytes = struct.Struct(">ii").pack
_eight_bytes = struct.Struct(">iq").pack
_text_array = struct.Struct(">iiiii").pack
_point = struct.Struct(">ibIIdd").pack

_TEXT_OID = 25
_POINT_WITH_SRID = 0x20000001
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def copy_rows(
    connection: Connection,
    table: Table,
    rows: Iterable[Mapping[str, Any]],
    generated: Collection[str] = (),
) -> int:
    """Write rows while they are made: the server stores some as the next are asked for.

    Args:
        connection: in a transaction, which the caller commits; `rows` must not use it.
        table: where to.
        rows: a value for every column; other names are passed over. Moments are aware, JSON is
            what orjson takes, a point is a pair of longitude and latitude, WGS 84.
        generated: columns that the database fills in.

    Returns:
        How many were written.
    """
    stream = _Stream(table, rows, generated)
    with closing(connection.connection.cursor()) as cursor:
        cursor.copy_expert(stream.statement, stream)
    return stream.number


@dataclass(frozen=True)
class EncodedRows:
    """Rows that are ready to be written, by another thread perhaps."""

    statement: str
    content: bytes
    number: int


def encode_rows(
    table: Table, rows: Iterable[Mapping[str, Any]], generated: Collection[str] = ()
) -> EncodedRows:
    """Make rows ready to be written; see `copy_rows`."""
    stream = _Stream(table, rows, generated)
    content = b"".join(iter(lambda: stream.read(0), b""))
    return EncodedRows(stream.statement, content, stream.number)


def copy_encoded(connection: Connection, rows: EncodedRows) -> None:
    """Write rows that are ready; meanwhile other threads have the interpreter to themselves.

    Args:
        connection: in a transaction, which the caller commits.
        rows: of `encode_rows`.
    """
    with closing(connection.connection.cursor()) as cursor:
        # In one piece: between two, this thread would have to wait for its turn.
        cursor.copy_expert(rows.statement, BytesIO(rows.content), len(rows.content))


class _Stream:
    """What psycopg2 reads from."""

    def __init__(
        self, table: Table, rows: Iterable[Mapping[str, Any]], generated: Collection[str]
    ) -> None:
        columns = [column for column in table.c if column.name not in generated]
        names = ", ".join(column.name for column in columns)
        self.statement = f"COPY {table.name} ({names}) FROM STDIN (FORMAT binary)"
        self.number = 0
        self._chunks = self._write(rows, [(one.name, _writer_of(one.type)) for one in columns])

    def read(self, _size: int) -> bytes:
        """Return the next piece, whatever its size; nothing at the end."""
        return next(self._chunks, b"")

    def _write(
        self,
        rows: Iterable[Mapping[str, Any]],
        writers: Sequence[tuple[str, Callable[[Any], bytes] | None]],
    ) -> Iterator[bytes]:
        count = _count(len(writers))
        chunk, size = [_HEADER], 0
        for row in rows:
            chunk.append(count)
            for name, write in writers:
                value = row[name]
                if value is None:
                    chunk.append(_NULL)
                elif write is None:
                    # Text, as most columns are: a call for each would take half the time again.
                    encoded = value.encode()
                    chunk += (_int32(len(encoded)), encoded)
                    size += len(encoded)
                else:
                    chunk.append(write(value))
            self.number += 1
            if size > _CHUNK:
                yield b"".join(chunk)
                chunk, size = [], 0
        yield b"".join([*chunk, _END])


def _writer_of(kind: Any) -> Callable[[Any], bytes] | None:  # noqa: PLR0911
    """Return what writes a value with its length in front; None: text, which needs nothing."""
    match kind:
        case Text():
            return None
        case BigInteger():
            return lambda number: _eight_bytes(8, number)
        case Integer():
            return lambda number: _four_bytes(4, number)
        case DateTime():
            return lambda moment: _eight_bytes(8, (moment - _EPOCH) // _MICROSECOND)
        case JSONB():
            return _write_json
        case ARRAY():
            return _write_texts
        case Geometry():
            return lambda point: _point(25, 0, _POINT_WITH_SRID, kind.srid, *point)
    raise TypeError(f"{kind} cannot be copied")


def _write_json(value: Any) -> bytes:
    encoded = orjson.dumps(value)
    return _int32(len(encoded) + 1) + b"\x01" + encoded


def _write_texts(texts: Sequence[str]) -> bytes:
    encoded = [text.encode() for text in texts]
    items = b"".join([_int32(len(item)) + item for item in encoded])
    # One dimension, no NULL in it, counted from one.
    return _int32(20 + len(items)) + _text_array(1, 0, _TEXT_OID, len(encoded), 1) + items
