"""Files of address registers, row by row: CSV and GeoJSON with the columns of OpenAddresses.

Files may be larger than memory and come from anywhere, so a row that cannot be used is a value
like one that can; only a file that is none of these formats is an error.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from typing import Any, BinaryIO, NamedTuple

import ijson
import orjson

from open311.errors import echo
from open311.places.spelling import number_key, street_key

# How long a text may be. What is compared is indexed, and an index takes 2,700 bytes a row.
_LONGEST = {"STREET": 150, "NUMBER": 20, "UNIT": 20, "CITY": 100, "POSTCODE": 20,
            "ID": 100, "HASH": 100}  # fmt: skip
_COLUMNS = ("LON", "LAT", *_LONGEST)
_REQUIRED = ("LON", "LAT", "STREET")
_LONGEST_LINE = 100_000
_BLANKS = str.maketrans("\u00a0\u2007\u202f", "   ")


class RegisterError(Exception):
    """A file cannot be used as an address register.

    Args:
        message: why.
        details: a line each, if there is more to say.
    """

    def __init__(self, message: str, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.details = details


@dataclass(frozen=True)
class Fault:
    """A row that cannot be used.

    Attributes:
        place: number of its line or feature, from one.
        reason: what is wrong, the same words each time.
        value: what is wrong there.
    """

    place: int
    reason: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" + (f": {echo(self.value)}" if self.value else "")


class Row(NamedTuple):
    """An address of a file: the columns of the table, after the place in the file."""

    place: int
    address_id: str
    street: str
    house_number: str | None
    zipcode: str | None
    city: str | None
    street_key: str
    number_key: str
    geometry: str


@dataclass(frozen=True)
class RegisterFile:
    """What a file holds.

    Attributes:
        unit: what is counted in it, `line` or `feature`.
        rows: each read when it is asked for.
    """

    unit: str
    rows: Iterator[Row | Fault]


class _UnusableError(Exception):
    """The row at hand cannot be used: reason and value."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


def open_register(file: BinaryIO) -> RegisterFile:
    """Tell by its beginning what a file is, and read it.

    Args:
        file: at its beginning; it must be one that can be read again from there.

    Raises:
        RegisterError: it has no header with the columns that are needed. Reading the rows of a
            FeatureCollection raises it as well, where the JSON is broken.
    """
    first = file.readline(_LONGEST_LINE)
    file.seek(0)
    if not first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return RegisterFile("line", _rows_of_csv(file))
    if _is_feature(first):
        return RegisterFile("line", _rows_of_lines(file))
    return RegisterFile("feature", _rows_of_collection(file))


def _rows_of_csv(file: BinaryIO) -> Iterator[Row | Fault]:
    lines = _lines(file)
    header: list[str] = []
    for place, line in lines:
        try:
            header = [name.strip().upper() for name in _fields(_decoded(line).lstrip("\ufeff"))]
        except _UnusableError as error:
            raise RegisterError(f"line {place}: {error.reason}") from None
        break
    missing = [name for name in _REQUIRED if name not in header]
    if missing:
        raise RegisterError(
            f"the header has no {', '.join(missing)}; it has: {echo(', '.join(header))}"
        )
    # A column that is not there is read from the empty field that is put after the others.
    chosen = itemgetter(*(header.index(n) if n in header else len(header) for n in _COLUMNS))
    for place, line in lines:
        try:
            fields = _fields(_decoded(line))
            if len(fields) != len(header):
                raise _UnusableError(
                    "it has not as many fields as the header", f"{len(fields)}, not {len(header)}"
                )
            yield _row(place, *chosen([*fields, ""]))
        except _UnusableError as error:
            yield Fault(place, error.reason, error.value)


def _rows_of_lines(file: BinaryIO) -> Iterator[Row | Fault]:
    for place, line in _lines(file):
        try:
            feature = orjson.loads(line)
        except orjson.JSONDecodeError:
            yield Fault(place, "it is no JSON")
        else:
            yield _row_of_feature(place, feature)


def _rows_of_collection(file: BinaryIO) -> Iterator[Row | Fault]:
    place = 0
    try:
        for place, feature in enumerate(ijson.items(file, "features.item", use_float=True), 1):
            yield _row_of_feature(place, feature)
    except (ijson.JSONError, ValueError) as error:
        raise RegisterError(f"it is no JSON after feature {place}: {echo(str(error))}") from None


def _row_of_feature(place: int, feature: Any) -> Row | Fault:
    try:
        if not isinstance(feature, Mapping):
            raise _UnusableError("it is no feature")
        geometry, properties = feature.get("geometry"), feature.get("properties")
        if not isinstance(geometry, Mapping) or geometry.get("type") != "Point":
            raise _UnusableError("its geometry is no point")
        position = geometry.get("coordinates")
        if not isinstance(position, list) or len(position) < 2:
            raise _UnusableError("its geometry is no point")
        if not isinstance(properties, Mapping):
            raise _UnusableError("it has no properties")
        values = {name.upper(): value for name, value in properties.items()}
        texts = [_as_text(name, values.get(name)) for name in _LONGEST]
        return _row(place, position[0], position[1], *texts)
    except _UnusableError as error:
        return Fault(place, error.reason, error.value)


def _row(place: int, long: Any, lat: Any, *texts: str) -> Row:
    """Check an address and spell it; `texts` in the order of `_LONGEST`."""
    point = f"SRID=4326;POINT({_degrees('LON', long, 180)!r} {_degrees('LAT', lat, 90)!r})"
    street, number, flat, city, zipcode, own_id, hashed = (
        _checked(name, text, longest)
        for text, (name, longest) in zip(texts, _LONGEST.items(), strict=True)
    )
    # In a village without streets, the houses are numbered through.
    street = street or city
    compared = street_key(street)
    if not compared:
        raise _UnusableError("it has no street")
    if number and flat:
        number = f"{number}/{flat}"
    compared_number = number_key(number)
    return Row(
        place,
        own_id or hashed or _id_of(compared, compared_number, zipcode, city),
        street,
        number or None,
        zipcode or None,
        city or None,
        compared,
        compared_number,
        point,
    )


def _degrees(name: str, value: Any, limit: int) -> float:
    try:
        degrees = float(value)
    except (TypeError, ValueError, OverflowError):
        raise _UnusableError(f"{name} is no number", str(value)[:100]) from None
    if not -limit <= degrees <= limit:
        raise _UnusableError(f"{name} is not between -{limit} and {limit}", str(degrees))
    return degrees


def _checked(name: str, text: str, longest: int) -> str:
    if not text.isprintable():
        text = text.translate(_BLANKS)
        if not text.isprintable():
            raise _UnusableError(f"{name} has control characters", text)
    text = " ".join(text.split())
    if len(text) > longest:
        raise _UnusableError(f"{name} is longer than {longest} characters", text)
    return text


def _as_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _UnusableError(f"{name} is no text")
    # Some tools write every number with decimals.
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _id_of(*parts: str) -> str:
    """Return an id that stays the same as long as the address does."""
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield lines that are not blank, by number; of one without end, only the beginning."""
    place, inside = 1, False
    while line := file.readline(_LONGEST_LINE):
        if not inside and line.strip():
            yield place, line
        inside = not line.endswith(b"\n")
        place += not inside


def _decoded(line: bytes) -> str:
    if len(line) == _LONGEST_LINE:
        raise _UnusableError(f"it is longer than {_LONGEST_LINE} bytes")
    try:
        return line.decode().strip()
    except UnicodeDecodeError:
        raise _UnusableError("it is not UTF-8") from None


def _fields(line: str) -> list[str]:
    """Take a line apart. No address has two lines, so a quote left open costs only its own."""
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        raise _UnusableError("a quotation mark is left open or stands within a field") from None


def _is_feature(line: bytes) -> bool:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return isinstance(value, dict) and value.get("type") == "Feature"
