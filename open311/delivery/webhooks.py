"""Webhooks: other systems are told what happens to requests, signed as Standard Webhooks are.

See <https://www.standardwebhooks.com/>. What is told is what the public may know, and no more, also
of a request that the public does not see.
"""

import base64
import hmac
import time
from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Connection

from open311.catalogue.model import Destination
from open311.delivery.channels import (
    DeliveryDropped,
    DeliveryFailed,
    DeliveryKind,
    Event,
    Occasion,
    Planned,
)
from open311.delivery.secrets import secret_of, webhook_key
from open311.outbound.failures import AddressRefused, OutboundError
from open311.outbound.web import Web
from open311.people.keyring import Keyring
from open311.reports.model import public_record
from open311.reports.photos import HOST
from open311.reports.redaction import redact
from open311.reports.states import STATES, is_closed

# How long a receiver has, and how much of what it answers is read. Standard Webhooks: 15 to 30 s.
SECONDS = 20
_LONGEST_ANSWER = 65_536

_GONE = 410

# What officers alone see, and yet changes the public record.
_SEEN_IN_RECORD = frozenset({"assigned", "moderated", "id_assigned"})

# What comes from who reported, perhaps not looked at yet: not told before the public sees it.
_OF_REPORTER = (
    "status_notes", "description", "address", "address_id", "zipcode", "lat", "long", "media_url",
)  # fmt: skip


class WebhookChannel:
    """Tells other systems.

    Args:
        web: calls them.
        keyring: opens their secrets.
        public_url: scheme and host by which photos of ours are reached; empty: not known.
        seconds: how long a receiver has.
    """

    kind: DeliveryKind = "webhook"

    def __init__(
        self, web: Web, keyring: Keyring, public_url: str, seconds: float = SECONDS
    ) -> None:
        self._web = web
        self._keyring = keyring
        self._public_url = public_url
        self._seconds = seconds

    def plan(self, connection: Connection, occasion: Occasion) -> Iterator[Planned]:
        """Say which webhooks are told of an event; see `Channel`."""
        subject = subject_of(occasion.event)
        for destination in occasion.catalogue.destinations.values():
            if destination.kind == "webhook" and subject in destination.events:
                yield Planned(destination.code, subject)

    def send(self, connection: Connection, occasion: Occasion, planned: Planned) -> None:
        """Tell a webhook; see `Channel`."""
        destination = occasion.catalogue.destinations.get(planned.destination)
        if destination is None or destination.kind != "webhook":
            raise DeliveryDropped("The city has no such webhook any more.")
        key = self._key(connection, occasion, destination)
        told = payload(occasion, planned.subject, self._public_url)
        body = orjson.dumps(told, option=orjson.OPT_OMIT_MICROSECONDS)
        # The same for every attempt, so that a receiver can tell what it has already.
        name = f"evt_{occasion.event.event_id}_{destination.code}"
        try:
            answer = self._web.call(
                "POST",
                destination.url,
                headers=signed(key, name, int(time.time()), body),
                body=body,
                seconds=self._seconds,
                longest=_LONGEST_ANSWER,
            )
        except AddressRefused as error:
            raise DeliveryFailed(str(error), is_final=True) from None
        except OutboundError as error:
            raise DeliveryFailed(str(error)) from None
        if answer.status == _GONE:
            raise DeliveryFailed("It answered 410: it wants no more.", is_final=True)
        if not 200 <= answer.status < 300:
            raise DeliveryFailed(f"It answered {answer.status}.")

    def _key(self, connection: Connection, occasion: Occasion, destination: Destination) -> bytes:
        whose = occasion.jurisdiction_id, destination.code
        secret = secret_of(connection, self._keyring, *whose)
        if secret is None:
            command = "open311 delivery secret {} {} --generate".format(*whose)
            raise DeliveryFailed(f"No secret is set: {command}")
        return webhook_key(secret)


def subject_of(event: Event) -> str | None:
    """Return what a webhook is told of an event; None: nothing."""
    if event.kind == "received":
        return "created"
    if event.state and is_closed(event.state):
        return "closed"
    if event.state or event.is_public or event.kind in _SEEN_IN_RECORD:
        return "updated"
    return None


def payload(occasion: Occasion, subject: str, public_url: str) -> dict[str, Any]:
    """Return what is told of an event: the request as it is now, as far as the public may know it.

    Args:
        occasion: what happened.
        subject: `created`, `updated` or `closed`.
        public_url: see `WebhookChannel`.
    """
    request, event = occasion.request, occasion.event
    record = public_record(request, occasion.catalogue)
    if not request.is_public:
        record |= dict.fromkeys(_OF_REPORTER)
    said = event.description if event.is_public and request.is_public else None
    zone = occasion.catalogue.jurisdiction.time_zone
    return {
        "type": f"service_request.{subject}",
        "timestamp": event.moment.astimezone(zone),
        "data": {
            **record,
            "media_url": _reachable(record["media_url"], public_url),
            "jurisdiction_id": occasion.jurisdiction_id,
            "number": request.number,
            "state": request.state,
            "detailed_status": STATES[request.state].detailed_status,
            "note": said and redact(said),
            "is_published": request.is_public,
        },
    }


def signed(key: bytes, name: str, moment: int, body: bytes) -> list[tuple[str, str]]:
    """Return the headers of a webhook.

    Args:
        key: signs it.
        name: of the delivery.
        moment: of this attempt, in seconds since 1970.
        body: what is sent.
    """
    digest = hmac.digest(key, f"{name}.{moment}.".encode() + body, "sha256")
    return [
        ("Content-Type", "application/json"),
        ("webhook-id", name),
        ("webhook-timestamp", str(moment)),
        ("webhook-signature", f"v1,{base64.b64encode(digest).decode()}"),
    ]


def _reachable(media_url: str | None, public_url: str) -> str | None:
    """Return the address of a picture as others reach it; None: that is not known."""
    if media_url is None or HOST not in media_url:
        return media_url
    return media_url.replace(HOST, public_url) if public_url else None
