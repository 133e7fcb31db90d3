"""Requests that another system handles: posted to its GeoReport endpoint.

They have an id of ours as soon as the other system has one for them; see
`docs/decisions/0029-forwarded-requests.md`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func
from sqlalchemy.dialects.postgresql import insert

from open311.catalogue.model import Catalogue, Destination
from open311.catalogue.registry import Registry
from open311.database import tables
from open311.delivery.channels import (
    DeliveryDropped,
    DeliveryFailed,
    DeliveryKind,
    Occasion,
    Planned,
)
from open311.delivery.endpoint import Endpoint, Posted
from open311.delivery.secrets import secret_of
from open311.outbound.web import Web
from open311.people.keyring import Keyring
from open311.reports.assignment import assign_id, give_id
from open311.reports.changing import Author, Change, LockedRequest, apply_change, lock_request
from open311.reports.fetching import waits_for_media
from open311.reports.model import ServiceRequest
from open311.reports.photos import HOST
from open311.reports.publication import Render
from open311.reports.states import may_follow

SUBJECT = "forward"

# For so long, a request waits for copies of the pictures that it points to.
_LONGEST_WAIT = timedelta(minutes=10)


class GeoReportChannel:
    """Hands requests over to other systems.

    Args:
        registry: the catalogues in force.
        render: writes the public record.
        web: calls the other systems.
        keyring: opens the keys that they have given us.
        public_url: of this service, by which others reach photos; empty: none is known.
    """

    kind: DeliveryKind = "georeport"

    def __init__(
        self, registry: Registry, render: Render, web: Web, keyring: Keyring, public_url: str
    ) -> None:
        self._registry = registry
        self._render = render
        self._web = web
        self._keyring = keyring
        self._public_url = public_url

    def plan(self, connection: Connection, occasion: Occasion) -> Iterable[Planned]:
        """Hand a request over that was received for another system; see `Channel`."""
        # Intake has noted it: whatever the service says by now, nobody else gives it an id.
        code = occasion.event.detail.get("forward_to")
        return [Planned(code, SUBJECT)] if occasion.event.kind == "received" and code else []

    def send(self, connection: Connection, occasion: Occasion, planned: Planned) -> None:
        """Post a request; see `Channel`. What the other system has already stays as it is."""
        request = occasion.request
        key: dict[str, Any] = {
            "jurisdiction_id": request.jurisdiction_id,
            "number": request.number,
        }
        if forwarding_of(connection, **key) is not None:
            return
        destination = georeport_of(occasion.catalogue, planned.destination)
        if destination is None:
            assign_id(connection, self._registry, self._render, **key)
            raise DeliveryDropped("There is no such destination any more: it got its id here.")
        if _is_young(request) and waits_for_media(connection, **key):
            raise DeliveryFailed("The pictures that it points to are copied first.")
        # The other system may need none.
        whose = request.jurisdiction_id, destination.code
        api_key = secret_of(connection, self._keyring, *whose)
        form = _form(occasion, destination, api_key, self._public_url)
        posted = Endpoint(self._web, destination).post(
            list(form), f"{request.jurisdiction_id}/{request.number}/{occasion.event.event_id}"
        )
        locked = lock_request(connection, self._registry, **key)
        _note(connection, key, destination, posted)
        if posted.external_id:
            settle(connection, locked, destination.code, posted.external_id, self._render)


def forwarding_of(connection: Connection, jurisdiction_id: str, number: int) -> Any:
    """Return what is known of a request in another system; None: it was not handed over."""
    table = tables.forwarding
    query = table.select().where(
        table.c.jurisdiction_id == jurisdiction_id, table.c.number == number
    )
    return connection.execute(query).one_or_none()


def georeport_of(catalogue: Catalogue, code: str) -> Destination | None:
    """Return the endpoint with a code; None: the city has none any more."""
    destination = catalogue.destinations.get(code)
    return destination if destination and destination.kind == "georeport" else None


def settle(
    connection: Connection, locked: LockedRequest, code: str, external_id: str, render: Render
) -> None:
    """Give a request that another system has taken its id here, and say that it was forwarded.

    Args:
        connection: in the transaction in which it was locked; let this be its last statement for
            the request.
        locked: the request.
        code: of the destination.
        external_id: the id that it has there.
        render: writes the public record.
    """
    author = Author("system", code)
    if locked.request.service_request_id is None:
        locked = give_id(connection, locked, render, author)
    if may_follow(locked.request.state, "forwarded", author.part):
        detail = {"destination": code, "external_id": external_id}
        change = Change("forwarded", state="forwarded", is_public=True, detail=detail)
        apply_change(connection, locked, change, author, render)


def _is_young(request: ServiceRequest) -> bool:
    return datetime.now(UTC) - request.requested_datetime < _LONGEST_WAIT


def _note(
    connection: Connection, key: dict[str, Any], destination: Destination, posted: Posted
) -> None:
    row = key | {"destination": destination.code, **posted._asdict()}
    table = tables.forwarding
    written = connection.execute(
        insert(table)
        .values(row | {"polled_datetime": func.now()})
        .on_conflict_do_nothing()
        .returning(table.c.number)
    ).first()
    if written is None:
        raise DeliveryFailed(f"{destination.code} gave an id that another request has there.")


def _form(
    occasion: Occasion, destination: Destination, api_key: str | None, public_url: str
) -> Iterator[tuple[str, str]]:
    """Say what was reported, and nothing of who reported it.

    It is the same at each attempt, as far as can be: the other system compares what is repeated.
    """
    request = occasion.request
    yield "service_code", destination.service_codes.get(request.service_code, request.service_code)
    if api_key:
        yield "api_key", api_key
    if request.point:
        # Never as 1e-05.
        yield "lat", f"{request.point.lat:.8f}"
        yield "long", f"{request.point.long:.8f}"
    if request.address:
        yield "address_string", request.address
    if request.description:
        yield "description", request.description
    yield from _answers(occasion)
    for url in _media_urls(request, public_url):
        yield "media_url", url


def _answers(occasion: Occasion) -> Iterator[tuple[str, str]]:
    service = occasion.catalogue.services[occasion.request.service_code]
    datatypes = {attribute.code: attribute.datatype for attribute in service.attributes}
    for code, values in occasion.request.attributes.items():
        brackets = "[]" if datatypes.get(code) == "multivaluelist" or len(values) > 1 else ""
        for value in values:
            yield f"attribute[{code}]{brackets}", value


def _media_urls(request: ServiceRequest, public_url: str) -> Iterator[str]:
    for url in request.media_urls:
        if not url.startswith(HOST):
            yield url
        elif public_url and request.publication == "published":
            yield public_url + url.removeprefix(HOST)
