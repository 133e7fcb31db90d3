"""One request: all that is known of it, who reported it, its photos."""

import logging
from typing import Any

from flask import Response
from sqlalchemy import Connection, select

from open311.access import audit
from open311.admin.api.applying import Answer, Headers, etag
from open311.admin.api.context import actor, parts
from open311.admin.api.requests.describing import describe, describe_case
from open311.admin.api.requests.finding import read_named
from open311.database import tables
from open311.errors import NotFound, echo
from open311.reports.case import read_case
from open311.reports.duplicates import Matter, find_duplicates
from open311.reports.model import ServiceRequest
from open311.reports.photos import THUMBNAIL, WHOLE
from open311.reports.reading import read_request
from open311.reports.reporters import ReporterKey, unseal_reporter
from open311.reports.submission import Reporter

log = logging.getLogger(__name__)


def get_request(jurisdiction_id: str, name: str) -> tuple[Answer, Headers]:
    """Show a request with all that belongs to it, but for who reported it."""
    with parts().engine.connect() as connection:
        # All of one moment: the version tells of what is shown with it.
        connection.execution_options(isolation_level="REPEATABLE READ")
        request = read_named(connection, "read_requests", jurisdiction_id, name)
        case = read_case(connection, request)
        catalogue = parts().registry.catalogue_within(connection, jurisdiction_id)
        return describe_case(case, catalogue), etag(request.version)


def get_personal(jurisdiction_id: str, name: str) -> Answer:
    """Show who reported a request, and who joined; that you looked is in the audit log."""
    # Committed before anything is answered: nobody looks without a trace.
    with parts().engine.begin() as connection:
        request = read_named(connection, "read_personal", jurisdiction_id, name)
        entry = audit.Entry(
            actor().name, "read_personal", f"request {request.number}", jurisdiction_id
        )
        audit.write(connection, entry)
        reporters = _reporters(connection, request)
    return {"number": request.number, "reporters": reporters}


def get_duplicates(jurisdiction_id: str, name: str) -> Answer:
    """List open requests of the same service near by, which may be about the same matter."""
    with parts().engine.connect() as connection:
        request = read_named(connection, "read_requests", jurisdiction_id, name)
        catalogue = parts().registry.catalogue(jurisdiction_id)
        rule = catalogue.services[request.service_code].duplicates
        if rule is None or request.point is None:
            return {"requests": []}
        matter = Matter(
            jurisdiction_id, request.endpoint_type, request.service_code, request.point,
            request.number,
        )  # fmt: skip
        found = [
            (read_request(connection, jurisdiction_id, one.number), one.metres)
            for one in find_duplicates(connection, rule, matter, only_published=False)
        ]
    return {
        "requests": [
            {**describe(one, catalogue), "metres": metres}
            for one, metres in found
            if actor().may("read_requests", jurisdiction_id, one.unit_code)
        ]
    }


def get_photo(query: dict[str, Any], jurisdiction_id: str, name: str, photo_id: str) -> Response:
    """Send a photo of a request, public or not; with `size=thumbnail`, a small one."""
    table = tables.photo
    with parts().engine.connect() as connection:
        request = read_named(connection, "read_requests", jurisdiction_id, name)
        ids = select(table.c.photo_id).where(
            table.c.jurisdiction_id == jurisdiction_id, table.c.number == request.number
        )
        # Compared here: what is asked for may be what the database cannot read.
        if photo_id not in connection.scalars(ids).all():
            raise NotFound.of("photo-unknown", value=echo(photo_id))
    size = THUMBNAIL if query["size"] == "thumbnail" else WHOLE
    # Out of the transaction: the storage may be slow.
    content = parts().photos.content(jurisdiction_id, photo_id, size)
    if content is None:
        log.error("The file of the photo %s of %s is lost.", photo_id, jurisdiction_id)
        raise NotFound.of("photo-unknown", value=echo(photo_id))
    response = Response(content, content_type="image/jpeg")
    # A picture is all that it can be, whatever somebody finds a way to put into one.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _reporters(connection: Connection, request: ServiceRequest) -> list[Answer]:
    table = tables.reporter
    query = select(table).where(
        table.c.jurisdiction_id == request.jurisdiction_id, table.c.number == request.number
    )
    return [
        {
            "position": row.position,
            "language": row.language,
            "erased_datetime": row.erased_datetime,
            **vars(_reporter(row)),
        }
        for row in connection.execute(query.order_by(table.c.position))
    ]


def _reporter(row: Any) -> Reporter:
    if row.unsealed is not None:
        return Reporter(**row.unsealed)
    key = ReporterKey(row.jurisdiction_id, row.number, row.position)
    return unseal_reporter(parts().keyring, key, row.sealed and bytes(row.sealed))
