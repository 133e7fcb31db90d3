"""Mail as a way out of the house."""

from collections.abc import Iterable

from sqlalchemy import Connection

from open311.delivery.channels import (
    DeliveryDropped,
    DeliveryFailed,
    DeliveryKind,
    Occasion,
    Planned,
)
from open311.delivery.mail.composing import AddressError, Envelope, compose, message_id_of
from open311.delivery.mail.letters import (
    Followed,
    Letter,
    letter_to_resident,
    letter_to_unit,
)
from open311.delivery.mail.planning import UNIT, residents_told, unit_told
from open311.outbound.failures import MailRefused, MailUnavailable
from open311.outbound.mail import Mailer
from open311.people.keyring import Keyring, SealError
from open311.people.links import Links
from open311.reports.reading import find_request
from open311.reports.reporters import ReporterKey, find_reporter, unseal_reporter
from open311.reports.states import is_closed
from open311.settings import Settings


class MailChannel:
    """Writes to who reported, who joined, and to units.

    Args:
        settings: who sends, and where our pages are.
        keyring: opens who reported, and signs links.
        mailer: hands over.
    """

    kind: DeliveryKind = "mail"

    def __init__(self, settings: Settings, keyring: Keyring, mailer: Mailer) -> None:
        self._settings = settings
        self._keyring = keyring
        self._links = Links(keyring)
        self._mailer = mailer

    def plan(self, connection: Connection, occasion: Occasion) -> Iterable[Planned]:
        return [*residents_told(connection, occasion), *unit_told(occasion)]

    def send(self, connection: Connection, occasion: Occasion, planned: Planned) -> None:
        if not self._settings.smtp_host:
            raise DeliveryFailed("No mail server is set: OPEN311_SMTP_HOST.")
        if planned.destination.startswith(f"{UNIT}:"):
            to, letter = self._to_unit(occasion, planned)
        else:
            to, letter = self._to_resident(connection, occasion, planned)
        try:
            self._mailer.send(compose(letter, self._envelope(occasion, planned, to)))
        except (AddressError, MailRefused) as refusal:
            raise DeliveryFailed(str(refusal), is_final=True) from None
        except MailUnavailable as failure:
            raise DeliveryFailed(str(failure)) from None

    def _to_unit(self, occasion: Occasion, planned: Planned) -> tuple[str, Letter]:
        unit = occasion.catalogue.units.get(planned.destination.removeprefix(f"{UNIT}:"))
        if unit is None or unit.email is None:
            raise DeliveryDropped("The unit has no mailbox any more.")
        if planned.subject != "assigned" and is_closed(occasion.request.state):
            raise DeliveryDropped("The request is closed by now.")
        return unit.email, letter_to_unit(occasion, planned.subject, unit)

    def _to_resident(
        self, connection: Connection, occasion: Occasion, planned: Planned
    ) -> tuple[str, Letter]:
        if not self._settings.public_url:
            raise DeliveryFailed("Mail names pages of ours; where they are: OPEN311_PUBLIC_URL.")
        key = ReporterKey.of_destination(occasion.jurisdiction_id, planned.destination)
        row = find_reporter(connection, key)
        if row is None or row.sealed is None or row.erased_datetime:
            raise DeliveryDropped("Who it was for is erased.")
        if row.unsubscribed_datetime:
            raise DeliveryDropped("Who it was for has unsubscribed.")
        try:
            email = unseal_reporter(self._keyring, key, bytes(row.sealed)).email
        except SealError as error:
            raise DeliveryFailed(f"Who it is for cannot be unsealed: {error}.") from None
        if not email:
            raise DeliveryDropped("Who it was for has no e-mail address.")
        followed = _followed(connection, occasion, key, row.language)
        letter = letter_to_resident(
            occasion, planned.subject, followed, self._links, self._settings.public_url
        )
        return email, letter

    def _envelope(self, occasion: Occasion, planned: Planned, to: str) -> Envelope:
        city = occasion.catalogue.jurisdiction
        place, event = occasion.jurisdiction_id, occasion.event.event_id
        delivery = f"{place}/{event}/{planned.destination}/{planned.subject}"
        ours = self._settings.mail_from
        return Envelope(
            to=to,
            sender=city.mail_from or ours,
            sender_name=city.text(city.name),
            message_id=message_id_of(delivery, ours),
            delivery=delivery,
        )


def _followed(
    connection: Connection, occasion: Occasion, key: ReporterKey, language: str
) -> Followed:
    """Return what somebody follows.

    Raises:
        DeliveryDropped: their request is handled apart from that of the occasion by now.
    """
    request, own = occasion.request, occasion.request
    if key.number != request.number:
        found = find_request(connection, key.jurisdiction_id, key.number)
        if found is None or found.duplicate_of != request.number:
            raise DeliveryDropped("Their request is handled by itself by now.")
        own = found
    merged = own.duplicate_of
    original = None if merged is None else find_request(connection, key.jurisdiction_id, merged)
    return Followed(key, language, own, original)
