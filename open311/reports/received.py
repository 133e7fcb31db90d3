"""What a client is told of its report, and how that is kept to be told again."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from open311.catalogue.model import Catalogue
from open311.people.keyring import Keyring
from open311.reports.duplicates import Matter, find_duplicates
from open311.reports.model import ServiceRequest


@dataclass(frozen=True)
class Nearby:
    """An open request that may be about the same matter, as the public may know it.

    Attributes:
        service_request_id: its id.
        requested_datetime: when it was reported, in the zone of the city.
        description: what was reported.
        distance: in whole metres.
    """

    service_request_id: str
    requested_datetime: datetime
    description: str | None
    distance: int


@dataclass(frozen=True)
class Received:
    """What the client is told: an id, or a token, or, of a blackbox service, neither.

    Attributes:
        service_request_id: the id.
        token: with which the id is asked for later.
        service_notice: what the reporter may expect.
        follow_path: of the page for who reported, if the client asked for more.
        duplicates: what may be about the same matter, if it did.
    """

    service_request_id: str | None
    token: str | None
    service_notice: str | None
    follow_path: str | None = None
    duplicates: Sequence[Nearby] = ()


def nearby(connection: Connection, catalogue: Catalogue, request: ServiceRequest) -> list[Nearby]:
    """Return public requests that may be about the same matter, where the service looks for them.

    Args:
        connection: in the transaction that writes the request.
        catalogue: of its jurisdiction.
        request: new, and perhaps not written yet.
    """
    rule = catalogue.services[request.service_code].duplicates
    if rule is None or request.point is None:
        return []
    matter = Matter(
        request.jurisdiction_id,
        request.endpoint_type,
        request.service_code,
        request.point,
        request.number,
    )
    zone = catalogue.jurisdiction.time_zone
    return [
        Nearby(
            one.service_request_id,
            one.requested_datetime.astimezone(zone),
            one.description,
            round(one.metres),
        )
        for one in find_duplicates(connection, rule, matter)
        if one.service_request_id
    ]


def kept_answer(keyring: Keyring, jurisdiction_id: str, received: Received) -> dict[str, Any]:
    """Return what is kept of an answer: the link is sealed, as who has it may see the request.

    Args:
        keyring: what seals.
        jurisdiction_id: where it was given.
        received: the answer.
    """
    kept: dict[str, Any] = {
        name: getattr(received, name) for name in ("service_request_id", "token", "service_notice")
    }
    if received.follow_path:
        sealed = keyring.seal(received.follow_path.encode(), _context(jurisdiction_id))
        near = [
            vars(one) | {"requested_datetime": one.requested_datetime.isoformat()}
            for one in received.duplicates
        ]
        kept |= {"follow": b64encode(sealed).decode(), "duplicates": near}
    return kept


def answer_again(keyring: Keyring, jurisdiction_id: str, kept: Mapping[str, Any]) -> Received:
    """Return the answer that was kept.

    Args:
        keyring: what opens.
        jurisdiction_id: where it was given.
        kept: by `kept_answer`.
    """
    told = {name: kept[name] for name in ("service_request_id", "token", "service_notice")}
    if "follow" not in kept:
        return Received(**told)
    path = keyring.unseal(b64decode(kept["follow"]), _context(jurisdiction_id)).decode()
    near = [
        Nearby(**one | {"requested_datetime": datetime.fromisoformat(one["requested_datetime"])})
        for one in kept["duplicates"]
    ]
    return Received(**told, follow_path=path, duplicates=near)


def _context(jurisdiction_id: str) -> str:
    return f"follow link of an answer of {jurisdiction_id}"
