"""GeoReport Bulk: requests as CSV with a header, and the ways in which it is written."""

import csv
import io
from collections.abc import Iterator

from open311.errors import echo
from open311.importing.sources import Record, Source, UnreadableError

# Other names of a column: the page of the standard has one in its table and one in its examples.
_NAMES = {
    "closed_datetime": "closed_date",
    "status_description": "status",
    "latitude": "lat",
    "longitude": "long",
    "lng": "long",
    "lon": "long",
}
_REQUIRED = ("service_request_id", "requested_datetime")


def read_requests(source: Source) -> Iterator[Record]:
    """Yield the rows of a CSV file, with the names of GeoReport; what is empty is None.

    Raises:
        UnreadableError: it has no header with the columns that are needed, or is broken.
    """
    text = io.TextIOWrapper(source.content, "utf-8-sig", newline="")
    rows = _rows(text)
    _, header = next(rows, (1, []))
    names = [_name(column) for column in header]
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        columns = echo(", ".join(header))
        raise UnreadableError(f"is no CSV of requests: no {', '.join(missing)} among {columns}")
    for line, row in rows:
        members = dict(zip(names, row, strict=False))
        if len(row) == len(names):
            yield Record(line, members)
        else:
            yield Record(line, members, f"it has {len(row)} columns, the header {len(names)}")
    # The file is not ours to close.
    text.detach()


def _rows(text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not blank, each with the number of its first line."""
    line = 1
    try:
        first = text.readline()
        text.seek(0)
        reader = csv.reader(text, delimiter=max(",;\t", key=first.count))
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 after line {line - 1}") from error
    except (csv.Error, OSError, EOFError) as error:
        raise UnreadableError(f"cannot be read after line {line - 1}: {error}") from error


def _name(column: str) -> str:
    name = column.strip().lower().replace(" ", "_")
    return _NAMES.get(name, name)
