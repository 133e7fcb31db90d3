"""The public record of a request, rendered when the request changes and read as it is.

A public record changes rarely and is read often, so its JSON and XML are written once, in the
transaction of the change, by the one encoder. `docs/decisions/0004-stored-records.md` has the
figures. What renders is handed in by `app.py`: this room knows no format.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select, text

from open311.catalogue.applying import STRIPES
from open311.catalogue.model import Catalogue, Service
from open311.database import tables
from open311.reports.model import (
    Publication,
    ServiceRequest,
    public_record,
    request_from_row,
)
from open311.reports.reading import REQUEST_COLUMNS

_BATCH = 1000


class Fragments(NamedTuple):
    """A public record as it is sent, in each format."""

    json: str
    xml: str


_FIRST: Mapping[str, Publication] = {
    "at_once": "published",
    "after_review": "awaiting_review",
    "never": "withheld",
}

Render = Callable[[Mapping[str, Any]], Fragments]

_COUNT = text("""
    UPDATE change_counter SET changes = changes + 1
    WHERE jurisdiction_id = :jurisdiction_id AND endpoint_type = :endpoint_type AND stripe = :stripe
""")

_RENDERED = text("""
    UPDATE service_request SET public_json = :json, public_xml = :xml
    WHERE jurisdiction_id = :jurisdiction_id AND number = :number
""")


def fragments_of(
    request: ServiceRequest, catalogue: Catalogue, render: Render
) -> Fragments | tuple[None, None]:
    """Render the public record of a request; one that is not public has none."""
    return render(public_record(request, catalogue)) if request.is_public else (None, None)


def first_publication(service: Service) -> Publication:
    """Return whether the public may see a new request of a service."""
    return _FIRST[service.publication]


def count_change(
    connection: Connection, jurisdiction_id: str, endpoint_type: str, number: int
) -> None:
    """Say that what an endpoint shows has changed, so that its ETags do.

    Call it last: the counter stays locked until the transaction ends. Requests count on
    different stripes, so that those of one city seldom wait for each other.

    Args:
        connection: in the transaction of the change.
        jurisdiction_id: where it changed.
        endpoint_type: `production` or `test`.
        number: of the request that changed.
    """
    connection.execute(
        _COUNT,
        {
            "jurisdiction_id": jurisdiction_id,
            "endpoint_type": endpoint_type,
            "stripe": number % STRIPES,
        },
    )


def render_again(
    connection: Connection,
    catalogue: Catalogue,
    render: Render,
    service_codes: Collection[str] | None = None,
) -> int:
    """Render stored records anew, after a service, unit or time zone was changed.

    Args:
        connection: in the transaction of the change.
        catalogue: of the jurisdiction, as it is now.
        render: the encoder.
        service_codes: only requests of these services; all when not given.

    Returns:
        How many records came out differently.
    """
    changed = 0
    for renderings in stale_records(connection, catalogue, render, service_codes):
        connection.execute(_RENDERED, renderings)
        changed += len(renderings)
    if changed:
        for endpoint_type in ("production", "test"):
            count_change(connection, catalogue.jurisdiction.jurisdiction_id, endpoint_type, 0)
    return changed


def stale_records(
    connection: Connection,
    catalogue: Catalogue,
    render: Render,
    service_codes: Collection[str] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Find stored records that would come out differently now, in batches.

    Args:
        connection: in a transaction.
        catalogue: of the jurisdiction, as it is now.
        render: the encoder.
        service_codes: only requests of these services; all when not given.

    Returns:
        For each: the key of its row, and its `json` and `xml` as they should be.
    """
    jurisdiction_id = catalogue.jurisdiction.jurisdiction_id
    for rows in _batches(connection, _public_requests(jurisdiction_id, service_codes)):
        stale = []
        for row in rows:
            fragments = fragments_of(request_from_row(row), catalogue, render)
            if fragments != (row.public_json, row.public_xml):
                key = {"jurisdiction_id": jurisdiction_id, "number": row.number}
                stale.append(key | {"json": fragments[0], "xml": fragments[1]})
        if stale:
            yield stale


def _public_requests(jurisdiction_id: str, service_codes: Collection[str] | None) -> Select[Any]:
    table = tables.service_request
    query = select(*REQUEST_COLUMNS, table.c.public_json, table.c.public_xml).where(
        table.c.jurisdiction_id == jurisdiction_id, table.c.public_json.is_not(None)
    )
    if service_codes is not None:
        query = query.where(table.c.service_code.in_(service_codes))
    return query.order_by(table.c.number)


def _batches(connection: Connection, query: Select[Any]) -> Iterator[list[Any]]:
    """Read a query in batches, each by key after the last, so that nothing large is held."""
    number = tables.service_request.c.number
    last = -1
    while rows := list(connection.execute(query.where(number > last).limit(_BATCH))):
        yield rows
        last = rows[-1].number
