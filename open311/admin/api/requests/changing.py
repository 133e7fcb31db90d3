"""What officers do to a request: each call locks it, asks for the right on it, and changes it once.

Who did what stands in the events of the request, which are as lasting as the audit log; there is
no second entry of it there.
"""

from typing import Any

from sqlalchemy import Connection, select

from open311.admin.api.applying import Answer, Headers, etag
from open311.admin.api.context import parts
from open311.admin.api.requests.describing import describe
from open311.admin.api.requests.finding import (
    author,
    expected_version,
    lock_named,
    number_named,
    require,
)
from open311.catalogue.model import Catalogue
from open311.database import tables
from open311.errors import BadRequest, Conflict, echo
from open311.reports.changing import Change, Changed, LockedRequest, apply_change, require_version
from open311.reports.merging import lock_for_merging, merge
from open311.reports.states import StateName

# Those in which nobody has begun: with a unit, somebody has.
_BEFORE_ASSIGNED: frozenset[StateName] = frozenset(
    {"received", "in_review", "accepted", "reopened"}
)


def post_state(body: dict[str, Any], jurisdiction_id: str, name: str) -> tuple[Answer, Headers]:
    """Bring a request into another state."""
    change = Change("state_changed", body["state"], body.get("note"), body["public"])
    expected = expected_version()
    with parts().engine.begin() as connection:
        locked = lock_named(connection, jurisdiction_id, name, expected)
        return _changed(_apply(connection, locked, change), locked.catalogue)


def post_note(body: dict[str, Any], jurisdiction_id: str, name: str) -> tuple[Answer, Headers]:
    """Say something about a request, to the public or to officers only."""
    change = Change("noted", note=body["note"], is_public=body["public"])
    expected = expected_version()
    with parts().engine.begin() as connection:
        locked = lock_named(connection, jurisdiction_id, name, expected)
        return _changed(_apply(connection, locked, change), locked.catalogue)


def post_assigned(body: dict[str, Any], jurisdiction_id: str, name: str) -> tuple[Answer, Headers]:
    """Hand a request over to a unit. If it is not yours, it is out of your reach from then on."""
    expected = expected_version()
    with parts().engine.begin() as connection:
        locked = lock_named(connection, jurisdiction_id, name, expected)
        request = locked.request
        unit_code = _unit_in_service(connection, jurisdiction_id, body["unit_code"])
        change = Change(
            "assigned",
            "assigned" if request.state in _BEFORE_ASSIGNED else None,
            body.get("note"),
            body["public"],
            unit_code=unit_code,
            detail={"unit_code": unit_code, "before": request.unit_code},
        )
        return _changed(_apply(connection, locked, change), locked.catalogue)


def post_moderated(body: dict[str, Any], jurisdiction_id: str, name: str) -> tuple[Answer, Headers]:
    """Decide whether the public may see a request, or how it is described to it."""
    publication, description = body.get("publication"), body.get("public_description")
    if publication is None and description is None:
        raise BadRequest.of("moderation-empty")
    change = Change(
        "moderated",
        publication=publication,
        public_description=description,
        detail={name: value for name, value in body.items() if value is not None},
    )
    expected = expected_version()
    with parts().engine.begin() as connection:
        locked = lock_named(connection, jurisdiction_id, name, expected)
        service = locked.catalogue.services[locked.request.service_code]
        # That nothing of it is shown was promised to whoever reported it.
        if publication == "published" and service.publication == "never":
            raise Conflict.of("publication-never", service=service.service_code)
        return _changed(_apply(connection, locked, change), locked.catalogue)


def post_merged(body: dict[str, Any], jurisdiction_id: str, name: str) -> tuple[Answer, Headers]:
    """Merge a request into another that is about the same matter, and close it."""
    expected = expected_version()
    with parts().engine.begin() as connection:
        number = number_named(connection, jurisdiction_id, name)
        into = number_named(connection, jurisdiction_id, body["into"])
        merger = lock_for_merging(connection, parts().registry, jurisdiction_id, number, into)
        require("update_requests", merger.duplicate.request)
        require("read_requests", merger.original.request)
        require_version(merger.duplicate.request, expected)
        changed = merge(connection, merger, body.get("note"), author(), parts().render)
        return _changed(changed, merger.duplicate.catalogue)


def _apply(connection: Connection, locked: LockedRequest, change: Change) -> Changed:
    return apply_change(connection, locked, change, author(), parts().render)


def _changed(changed: Changed, catalogue: Catalogue) -> tuple[Answer, Headers]:
    return describe(changed.request, catalogue), etag(changed.request.version)


def _unit_in_service(connection: Connection, jurisdiction_id: str, unit_code: str) -> str:
    """Return a unit that can be given work.

    Raises:
        BadRequest: there is none, or it is retired.
    """
    table = tables.unit
    query = select(table.c.unit_code).where(
        table.c.jurisdiction_id == jurisdiction_id,
        table.c.unit_code == unit_code,
        table.c.retired_datetime.is_(None),
    )
    found: str | None = connection.scalar(query)
    if found is None:
        raise BadRequest.of("no-unit", value=echo(unit_code), jurisdiction=jurisdiction_id)
    return found
