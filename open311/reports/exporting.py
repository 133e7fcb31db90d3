"""What is kept of one person about one request, as they are handed it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from open311.catalogue.model import Catalogue
from open311.database import tables
from open311.people.keyring import Keyring
from open311.reports.model import ServiceRequest, public_record
from open311.reports.photos import HOST, kept_photo, photo_address, shown_photos
from open311.reports.reading import read_request
from open311.reports.redaction import redact
from open311.reports.reporters import ReporterKey, unseal_reporter


def exported(
    connection: Connection, catalogue: Catalogue, keyring: Keyring, key: ReporterKey
) -> dict[str, Any]:
    """Return what is kept of somebody who reported a request, or joined it.

    What others wrote is masked as for the public, since it may tell of others.

    Args:
        connection: any.
        catalogue: of the jurisdiction.
        keyring: opens who it is.
        key: of their row.

    Raises:
        SealError: what is sealed cannot be opened.
    """
    request = read_request(connection, key.jurisdiction_id, key.number)
    row = connection.execute(_of(tables.reporter, key, by_position=True)).one()
    reporter = unseal_reporter(keyring, key, row.sealed and bytes(row.sealed))
    has_reported = key.position == 0
    events = connection.execute(_of(tables.request_event, key)).all()
    return {
        "jurisdiction_id": key.jurisdiction_id,
        "service_request_id": request.service_request_id,
        "token": request.token if has_reported else None,
        "part": "reported" if has_reported else "joined",
        "person": {name: value for name, value in vars(reporter).items() if value is not None},
        "language": row.language,
        "unsubscribed_datetime": row.unsubscribed_datetime,
        "request": _sent(request, catalogue) if has_reported else _public(request, catalogue),
        "events": [
            _event(event)
            for event in events
            if event.visibility == "public" or _is_theirs(event, key)
        ],
        "opinions": [
            _some(row, "closed_datetime", "is_resolved", "rating", "comment", "created_datetime")
            for row in connection.execute(_of(tables.opinion, key, by_position=True))
        ],
        "photos": _photos(connection, request, events) if has_reported else [],
        "deliveries": _deliveries(connection, key, request.duplicate_of),
    }


def _of(table: Table, key: ReporterKey, *, by_position: bool = False) -> Select[Any]:
    query = select(table).where(
        table.c.jurisdiction_id == key.jurisdiction_id, table.c.number == key.number
    )
    if by_position:
        query = query.where(table.c.position == key.position)
    return query.order_by(*table.primary_key)


def _sent(request: ServiceRequest, catalogue: Catalogue) -> Mapping[str, Any]:
    names = (
        "endpoint_type", "service_code", "description", "address", "address_id", "zipcode",
        "attributes", "requested_datetime", "updated_datetime", "state", "status",
        "service_notice",
    )  # fmt: skip
    service = catalogue.services[request.service_code]
    point = request.point
    return {
        **{name: getattr(request, name) for name in names},
        "service_name": catalogue.jurisdiction.text(service.name),
        "lat": point and point.lat,
        "long": point and point.long,
        "media_urls": [url.replace(HOST, "") for url in request.media_urls],
    }


def _public(request: ServiceRequest, catalogue: Catalogue) -> Mapping[str, Any] | None:
    if request.publication != "published":
        return None
    record = public_record(request, catalogue)
    return record | {"media_url": record["media_url"] and record["media_url"].replace(HOST, "")}


def _event(event: Any) -> Mapping[str, Any]:
    description = event.description
    return {
        **_some(event, "event_datetime", "kind", "state"),
        "description": description and redact(description),
        "media_urls": [url.replace(HOST, "") for url in event.media_urls or ()],
    }


def _is_theirs(event: Any, key: ReporterKey) -> bool:
    theirs: Mapping[str, dict[str, Any]] = {
        "joined": {"position": key.position},
        "opinion_given": {"reporter": [key.number, key.position]},
    }
    return event.kind in theirs and theirs[event.kind].items() <= event.detail.items()


def _photos(connection: Connection, request: ServiceRequest, events: Sequence[Any]) -> list[str]:
    key = ReporterKey(request.jurisdiction_id, request.number)
    photos = [kept_photo(row) for row in connection.execute(_of(tables.photo, key))]
    return [
        photo_address(request.jurisdiction_id, photo).replace(HOST, "")
        for photo in shown_photos(request, events, photos)
    ]


def _deliveries(
    connection: Connection, key: ReporterKey, original: int | None
) -> list[Mapping[str, Any]]:
    """Return what was sent to them, of that into which their request was merged as well."""
    table = tables.delivery
    query = select(table).where(
        table.c.jurisdiction_id == key.jurisdiction_id,
        table.c.number.in_([key.number, original or key.number]),
        table.c.destination == key.destination,
    )
    names = ("kind", "subject", "state", "created_datetime", "delivered_datetime")
    rows = connection.execute(query.order_by(table.c.delivery_id))
    return [_some(row, *names) for row in rows]


def _some(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
