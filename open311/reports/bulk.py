"""Many requests at once, by COPY: samples, measurements, what another system hands over."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, text

from open311.catalogue.model import Catalogue
from open311.reports.model import ServiceRequest, row_from_request
from open311.reports.publication import Render, fragments_of

# A few megabytes of text at a time: memory stays flat however many there are.
_BATCH = 2000


def copy_requests(
    connection: Connection,
    catalogue: Catalogue,
    requests: Iterable[ServiceRequest],
    render: Render,
) -> int:
    """Write requests of one jurisdiction with their public records.

    Args:
        connection: in a transaction, which the caller commits.
        catalogue: of the jurisdiction.
        requests: complete, with numbers of the sequence.
        render: writes the public record.

    Returns:
        How many were written.
    """
    number = 0
    with closing(connection.connection.cursor()) as cursor:
        for batch in _batches(requests):
            rows = [_row(request, catalogue, render) for request in batch]
            columns = ", ".join(rows[0])
            cursor.copy_expert(
                f"COPY service_request ({columns}) FROM STDIN (FORMAT csv)", _as_csv(rows)
            )
            number += len(rows)
    connection.execute(
        text("UPDATE change_counter SET changes = changes + 1 WHERE jurisdiction_id = :id"),
        {"id": catalogue.jurisdiction.jurisdiction_id},
    )
    return number


def next_numbers(connection: Connection, number: int) -> list[int]:
    """Take numbers for new requests from the sequence."""
    query = text("SELECT nextval('service_request_number') FROM generate_series(1, :number)")
    return list(connection.scalars(query, {"number": number}))


def _row(request: ServiceRequest, catalogue: Catalogue, render: Render) -> dict[str, Any]:
    row = row_from_request(request)
    row["attributes"] = row["attributes"] and json.dumps(row["attributes"], ensure_ascii=False)
    row["media_urls"] = row["media_urls"] and _array(row["media_urls"])
    row["public_json"], row["public_xml"] = fragments_of(request, catalogue, render)
    return row


def _array(texts: list[str]) -> str:
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


def _as_csv(rows: list[dict[str, Any]]) -> io.StringIO:
    """Write rows as CSV; what is None stays empty without quotes, which COPY reads as NULL."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_MINIMAL)
    writer.writerows(row.values() for row in rows)
    stream.seek(0)
    return stream


def _batches(requests: Iterable[ServiceRequest]) -> Iterator[list[ServiceRequest]]:
    batch: list[ServiceRequest] = []
    for request in requests:
        batch.append(request)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
