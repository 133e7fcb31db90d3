"""Merging a request into another that is about the same matter: it is closed, and says where to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from open311.catalogue.applying import STRIPES
from open311.catalogue.registry import Registry
from open311.database import tables
from open311.errors import Conflict
from open311.messages import spoken, translate
from open311.reports.changing import (
    Author,
    Change,
    Changed,
    LockedRequest,
    apply_change,
    lock_request,
)
from open311.reports.model import ServiceRequest
from open311.reports.publication import Render
from open311.reports.reading import read_request


@dataclass(frozen=True)
class Merger:
    """Requests that are locked to be merged.

    Attributes:
        duplicate: what is merged.
        original: that into which it is merged.
        followers: those that were merged into the duplicate before.
    """

    duplicate: LockedRequest
    original: LockedRequest
    followers: Sequence[LockedRequest]


def lock_for_merging(
    connection: Connection, registry: Registry, jurisdiction_id: str, number: int, into: int
) -> Merger:
    """Keep all requests still that a merger concerns.

    All are locked in the order of their numbers, so that two who merge wait for each other, and
    never each for the other.

    Args:
        connection: in a transaction that holds no request.
        registry: the catalogues in force.
        jurisdiction_id: where they are.
        number: of what is merged.
        into: number of the other.

    Raises:
        NotFound: there is no such request.
        Conflict: it is merged into itself; or others were merged into it while this was waiting.
    """
    if number == into:
        raise Conflict.of("merge-itself")
    concerned = {number, into} | _followers(connection, jurisdiction_id, number)
    locked = {
        one: lock_request(connection, registry, jurisdiction_id, one) for one in sorted(concerned)
    }
    # From here on its lock lets no more come.
    followers = _followers(connection, jurisdiction_id, number)
    if followers - concerned:
        raise Conflict.of("meanwhile")
    return Merger(locked[number], locked[into], [locked[one] for one in sorted(followers)])


def merge(
    connection: Connection, merger: Merger, note: str | None, author: Author, render: Render
) -> Changed:
    """Merge a request into another, and with it what was merged into it: chains never form.

    Args:
        connection: in the transaction in which they were locked; let this be its last statement.
        merger: what is merged.
        note: what is said in public beside where the matter is followed up.
        author: who does it.
        render: writes the public record.

    Raises:
        Conflict: they are of different endpoints, the other is a duplicate itself, or the request
            may not become one.
    """
    request, original = merger.duplicate.request, merger.original.request
    if request.endpoint_type != original.endpoint_type:
        raise Conflict.of("merge-endpoint", value=_name(original))
    if original.state == "duplicate":
        values = {"value": _name(original), "original": _original_of(connection, original)}
        raise Conflict.of("merge-duplicate", **values)
    detail = {"into": original.number, "service_request_id": original.service_request_id}
    said = " ".join(filter(None, (_sentence(merger.original), note)))
    closing = Change("merged", "duplicate", said, True, duplicate_of=original.number, detail=detail)
    passing_on = Change(
        "merged", duplicate_of=original.number, detail=detail | {"with": request.number}
    )
    changes = [(merger.duplicate, closing), *((one, passing_on) for one in merger.followers)]
    # In the order in which every merger locks the counters of changes.
    changes.sort(key=lambda one: one[0].request.number % STRIPES)
    done = [apply_change(connection, locked, change, author, render) for locked, change in changes]
    return next(one for one in done if one.request.number == request.number)


def _followers(connection: Connection, jurisdiction_id: str, number: int) -> set[int]:
    table = tables.service_request
    query = select(table.c.number).where(
        table.c.jurisdiction_id == jurisdiction_id, table.c.duplicate_of == number
    )
    return set(connection.scalars(query))


def _sentence(original: LockedRequest) -> str:
    """Say where the matter is followed up, by an id that the public can look up."""
    language = spoken(original.catalogue.jurisdiction.languages)
    request = original.request
    if not request.is_public:
        return translate(language, "merged")
    return translate(language, "merged-into", value=request.service_request_id)


def _name(request: ServiceRequest) -> str:
    return request.service_request_id or str(request.number)


def _original_of(connection: Connection, request: ServiceRequest) -> str:
    """Name what a request was merged into; an officer may call one a duplicate of nothing."""
    if request.duplicate_of is None:
        return "–"
    return _name(read_request(connection, request.jurisdiction_id, request.duplicate_of))
