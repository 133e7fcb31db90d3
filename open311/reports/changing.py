"""The one door through which a request changes: locked, checked, written, shown, followed up.

Whoever changes a request locks it first, decides by what it is then, and applies one `Change`. Row,
public record, event, counter and the job that tells others are written in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from open311.catalogue.locking import hold_catalogue
from open311.catalogue.model import Catalogue
from open311.catalogue.registry import Registry
from open311.database import tables
from open311.errors import NotFound, PreconditionFailed
from open311.jobs.queueing import queue
from open311.reports.model import Publication, ServiceRequest, row_from_request
from open311.reports.publication import Render, count_change, fragments_of
from open311.reports.reading import find_request
from open311.reports.states import Part, StateName, is_closed, require_may_follow

FOLLOW_UP = "follow_up"

EventKind = Literal[
    "state_changed", "noted", "assigned", "moderated", "merged", "joined", "attached",
    "forwarded", "opinion_given", "due_soon", "overdue", "erased", "id_assigned",
]  # fmt: skip


@dataclass(frozen=True)
class Author:
    """Who changes a request.

    Attributes:
        part: what they are to the request, which decides what they may do to its state.
        name: an officer's account, or the other system's name; never shown in public.
        api_key_id: with which a client sent it.
        update_id: as that client calls its update.
    """

    part: Part
    name: str | None = None
    api_key_id: int | None = None
    update_id: str | None = None


@dataclass(frozen=True)
class Change:
    """What is done to a request. What is None stays as it is.

    Attributes:
        kind: of the event.
        state: the new one; must be allowed after the present one.
        note: what is said about it, as it is written; with a new state and in public, it becomes
            `status_notes`.
        is_public: whether the public may see that it was done.
        unit_code: the unit that handles it from now on.
        publication: whether the public may see it.
        public_description: instead of the description, for the public.
        duplicate_of: number of the request that it is merged into.
        media_urls: all that there are from now on.
        said_media_urls: those that came with what is said.
        detail: what else belongs to the event.
    """

    kind: EventKind
    state: StateName | None = None
    note: str | None = None
    is_public: bool = False
    unit_code: str | None = None
    publication: Publication | None = None
    public_description: str | None = None
    duplicate_of: int | None = None
    media_urls: Sequence[str] | None = None
    said_media_urls: Sequence[str] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LockedRequest:
    """A request that nobody else changes until the transaction ends, and its city's catalogue."""

    request: ServiceRequest
    catalogue: Catalogue


@dataclass(frozen=True)
class Changed:
    """What a request is after a change, and the number of the event."""

    request: ServiceRequest
    event_id: int


def lock_request(
    connection: Connection, registry: Registry, jurisdiction_id: str, number: int
) -> LockedRequest:
    """Keep a request still until the transaction ends. Two who want to change it queue up here.

    Args:
        connection: in a transaction that holds no request of a higher number, since two could then
            wait for each other.
        registry: the catalogues in force.
        jurisdiction_id: where it is.
        number: of the request.

    Raises:
        NotFound: there is none.
    """
    locked = lock_if_there(connection, registry, jurisdiction_id, number)
    if locked is None:
        raise NotFound.of("request-unknown", value=str(number))
    return locked


def lock_if_there(
    connection: Connection, registry: Registry, jurisdiction_id: str, number: int
) -> LockedRequest | None:
    """Keep a request still as `lock_request` does; None: there is none, as jobs may find."""
    hold_catalogue(connection, jurisdiction_id)
    catalogue = registry.catalogue_within(connection, jurisdiction_id)
    request = find_request(connection, jurisdiction_id, number, lock=True)
    return None if request is None else LockedRequest(request, catalogue)


def require_version(request: ServiceRequest, expected: int) -> None:
    """Let pass who wants to change a request as it is.

    Args:
        request: locked.
        expected: the version that they have seen.

    Raises:
        PreconditionFailed: somebody else has changed it since.
    """
    if request.version != expected:
        raise PreconditionFailed.of("request-changed", version=str(request.version))


def apply_change(
    connection: Connection, locked: LockedRequest, change: Change, author: Author, render: Render
) -> Changed:
    """Change a request.

    Args:
        connection: in the transaction in which it was locked; let this be its last statement for
            the request.
        locked: the request.
        change: what is done to it.
        author: who does it.
        render: writes the public record.

    Raises:
        Conflict: the state may not follow on the present one.
    """
    before = locked.request
    if change.state:
        require_may_follow(before.state, change.state, author.part)
    now = datetime.now(UTC).replace(microsecond=0)
    after = _after(before, change, now)
    json, xml = fragments_of(after, locked.catalogue, render)
    table = tables.service_request
    connection.execute(
        table.update()
        .where(table.c.jurisdiction_id == before.jurisdiction_id, table.c.number == before.number)
        .values(row_from_request(after) | {"public_json": json, "public_xml": xml})
    )
    event_id = write_event(connection, after, change, author, now)
    if after.endpoint_type != "test":
        queue_follow_up(connection, after, event_id)
    # What only officers see leaves the public's ETags as they are.
    if change.is_public or replace(after, version=before.version) != before:
        count_change(connection, after.jurisdiction_id, after.endpoint_type, after.number)
    return Changed(after, event_id)


def _after(before: ServiceRequest, change: Change, now: datetime) -> ServiceRequest:
    new = {
        name: value
        for name in (
            "state", "unit_code", "publication", "public_description", "duplicate_of", "media_urls"
        )
        if (value := getattr(change, name)) is not None
    }  # fmt: skip
    if change.state:
        new["status_notes"] = change.note if change.is_public else None
        # What was merged and is opened again is a matter of its own.
        if change.state != "duplicate":
            new["duplicate_of"] = None
    # Of a closed request it stays the moment of closing, whatever is done to it later (D-59).
    stays = is_closed(before.state) and not change.state
    if not stays and (change.is_public or change.state or change.unit_code):
        new["updated_datetime"] = max(now, before.updated_datetime)
    return replace(before, version=before.version + 1, **new)


def write_event(
    connection: Connection, request: ServiceRequest, change: Change, author: Author, now: datetime
) -> int:
    """Add an event to a request and return its number.

    Args:
        connection: in the transaction of the change.
        request: as it is after it.
        change: what was done.
        author: who did it.
        now: when.
    """
    event = {
        "jurisdiction_id": request.jurisdiction_id,
        "number": request.number,
        "event_datetime": now,
        "kind": change.kind,
        "detail": dict(change.detail),
        "visibility": "public" if change.is_public else "internal",
        "state": change.state,
        "description": change.note,
        "actor": author.name or author.part,
        "media_urls": list(change.said_media_urls) or None,
        "api_key_id": author.api_key_id,
        "update_id": author.update_id,
    }
    table = tables.request_event
    event_id: int = connection.scalar(table.insert().returning(table.c.event_id), event)
    return event_id


def queue_follow_up(connection: Connection, request: ServiceRequest, event_id: int) -> None:
    """Have others told of an event: one after the other for each request."""
    key = {"jurisdiction_id": request.jurisdiction_id, "number": request.number}
    lock = f"{request.jurisdiction_id}/{request.number}"
    queue(connection, FOLLOW_UP, key | {"event_id": event_id}, lock=lock)
