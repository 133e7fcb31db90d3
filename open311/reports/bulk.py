"""Many requests at once, by COPY: samples, measurements, what another system hands over."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

from open311.catalogue.model import Catalogue
from open311.database import tables
from open311.database.copying import EncodedRows, copy_rows, encode_rows
from open311.reports.model import ServiceRequest
from open311.reports.publication import Render, count_change, fragments_of


def copy_requests(
    connection: Connection,
    catalogue: Catalogue,
    requests: Iterable[ServiceRequest],
    render: Render,
) -> int:
    """Write requests of one jurisdiction with their public records, and count the change.

    They are rendered while the database stores those before them.

    Args:
        connection: in a transaction, which the caller commits; `requests` must not use it.
        catalogue: of the jurisdiction.
        requests: complete, with numbers of the sequence.
        render: writes the public record.

    Returns:
        How many were written.
    """
    endpoint_types: set[str] = set()
    rows = _rows(requests, catalogue, render, endpoint_types)
    number = copy_rows(connection, tables.service_request, rows)
    for endpoint_type in sorted(endpoint_types):
        count_change(connection, catalogue.jurisdiction.jurisdiction_id, endpoint_type, 0)
    return number


def encode_requests(
    catalogue: Catalogue, requests: Iterable[ServiceRequest], render: Render
) -> EncodedRows:
    """Make requests ready to be written as `copy_requests` does; who writes them counts the change.

    Args:
        catalogue: of the jurisdiction; who writes them makes sure that it is still in force.
        requests: complete, with numbers of the sequence.
        render: writes the public record.
    """
    return encode_rows(tables.service_request, _rows(requests, catalogue, render, set()))


def next_numbers(connection: Connection, number: int) -> list[int]:
    """Take numbers for new requests from the sequence."""
    query = text("SELECT nextval('service_request_number') FROM generate_series(1, :number)")
    return list(connection.scalars(query, {"number": number}))


def _rows(
    requests: Iterable[ServiceRequest],
    catalogue: Catalogue,
    render: Render,
    endpoint_types: set[str],
) -> Iterator[dict[str, Any]]:
    """Yield the columns of each request, and note the endpoints that they are of."""
    for request in requests:
        endpoint_types.add(request.endpoint_type)
        point = request.point
        json, xml = fragments_of(request, catalogue, render)
        yield vars(request) | {
            "status": request.status,
            "geometry": point and (point.long, point.lat),
            "media_urls": request.media_urls or None,
            "attributes": request.attributes or None,
            "public_json": json,
            "public_xml": xml,
        }
