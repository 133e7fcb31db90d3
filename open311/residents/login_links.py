"""Links by mail to the list of one's own requests: asked for, sent, used once, forgotten.

Whether there is anything to send is found out by the job that sends, never while somebody waits
for the answer: neither what they are told nor how long it takes depends on the address.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text

from open311.database import tables
from open311.delivery.mail.composing import AddressError, Envelope, compose, message_id_of
from open311.delivery.mail.letters import Labelled, Letter
from open311.errors import Conflict, Problem, TooManyCalls
from open311.jobs.queueing import queue
from open311.messages import translate
from open311.outbound.failures import MailRefused, MailUnavailable
from open311.outbound.mail import Mailer
from open311.people.keyring import Keyring, SealError, email_form
from open311.people.links import Links
from open311.residents.own_requests import has_requests
from open311.settings import Settings

SEND_LOGIN_LINK = "send_login_link"
LOGIN = "login"

GOOD_FOR = timedelta(minutes=30)

# To one address in an hour; and from all together, so that nobody fills the table.
MOST_TO_ONE = 3
MOST_IN_ALL = 1000
_HOUR = timedelta(hours=1)

_CONTEXT = "login_link"

log = logging.getLogger(__name__)

# Backwards along the primary key.
_ASKED_LATELY = text("""
    SELECT created_datetime > now() - cast(:hour AS interval) FROM login_link
    ORDER BY login_link_id DESC OFFSET :most - 1 LIMIT 1
""")

_FORGET = text("DELETE FROM login_link WHERE created_datetime < now() - interval '1 day'")


def ask_for_link(connection: Connection, keyring: Keyring, email: str, language: str) -> None:
    """Have a link sent, if there is anything that it could show.

    Args:
        connection: in a transaction, which the caller commits.
        keyring: seals the address.
        email: the address.
        language: of the mail.

    Raises:
        TooManyCalls: everybody together has asked for too many within the hour.
    """
    if connection.scalar(_ASKED_LATELY, {"hour": _HOUR, "most": MOST_IN_ALL}):
        raise TooManyCalls([Problem("my-many")], seconds=600)
    table = tables.login_link
    row = {"sealed": keyring.seal(email.encode(), _CONTEXT), "language": language}
    login_link_id = connection.scalar(table.insert().returning(table.c.login_link_id), row)
    queue(connection, SEND_LOGIN_LINK, {"login_link_id": login_link_id})


def use_link(connection: Connection, login_link_id: int) -> None:
    """Use a link up.

    Args:
        connection: in a transaction, which the caller commits.
        login_link_id: what the link says.

    Raises:
        Conflict: it was used before.
    """
    table = tables.login_link
    used = connection.execute(
        table.update()
        .where(table.c.login_link_id == login_link_id, table.c.used_datetime.is_(None))
        .values(used_datetime=func.now())
    )
    if used.rowcount == 0:
        raise Conflict.of("my-used")


def email_of(connection: Connection, keyring: Keyring, login_link_id: int) -> str | None:
    """Return whose link was used; None: it is forgotten, or they have left.

    Raises:
        SealError: the address cannot be opened.
    """
    table = tables.login_link
    query = select(table.c.sealed).where(
        table.c.login_link_id == login_link_id, table.c.used_datetime.is_not(None)
    )
    sealed = connection.scalar(query)
    return None if sealed is None else keyring.unseal(bytes(sealed), _CONTEXT).decode()


def forget_link(connection: Connection, login_link_id: int) -> None:
    """Forget a link: who came by it has to ask for a new one."""
    table = tables.login_link
    connection.execute(table.delete().where(table.c.login_link_id == login_link_id))


def forget_links(connection: Connection) -> None:
    """Forget all that are a day old; none of them is good for anything any more."""
    connection.execute(_FORGET)


class LoginLinks:
    """Sends links.

    Args:
        settings: who sends, and where our pages are.
        keyring: opens addresses, and signs links.
        mailer: hands over.
    """

    def __init__(self, settings: Settings, keyring: Keyring, mailer: Mailer) -> None:
        self._settings = settings
        self._keyring = keyring
        self._mailer = mailer

    def send(self, connection: Connection, login_link_id: int) -> None:
        """Send a link, unless there is nothing that it could show.

        Args:
            connection: in the transaction of the job.
            login_link_id: which.

        Raises:
            MailUnavailable: it cannot be sent for now; or mail or our address is not set.
            SealError: the address cannot be opened.
        """
        if not self._settings.smtp_host:
            raise MailUnavailable("No mail server is set: OPEN311_SMTP_HOST.")
        if not self._settings.public_url:
            raise MailUnavailable("Mail needs addresses of our pages: OPEN311_PUBLIC_URL.")
        table = tables.login_link
        query = select(table).where(table.c.login_link_id == login_link_id)
        row = connection.execute(query).one_or_none()
        if row is None or row.used_datetime:
            return
        email = self._keyring.unseal(bytes(row.sealed), _CONTEXT).decode()
        if (
            self._asked_before(connection, row.created_datetime, login_link_id, email)
            >= MOST_TO_ONE
        ):
            log.warning("The login link %s is not sent: too many to one address.", login_link_id)
        elif has_requests(connection, self._keyring, email):
            self._hand_over(email, row.language, login_link_id)

    def _asked_before(
        self, connection: Connection, created: datetime, login_link_id: int, email: str
    ) -> int:
        """Count how often a link to an address was asked for in the hour before this one.

        There are few, since so many are taken in an hour, and nothing but the key can tell whose
        they are.
        """
        table = tables.login_link
        query = select(table.c.sealed).where(
            table.c.login_link_id < login_link_id, table.c.created_datetime > created - _HOUR
        )
        asked = [self._address(bytes(one)) for one in connection.scalars(query)]
        return asked.count(email_form(email))

    def _address(self, sealed: bytes) -> str | None:
        """Return an address as it is compared; None: one whose key is lost is nobody's."""
        with suppress(SealError):
            return email_form(self._keyring.unseal(sealed, _CONTEXT).decode())
        return None

    def _hand_over(self, email: str, language: str, login_link_id: int) -> None:
        token = Links(self._keyring).sign(LOGIN, [login_link_id])
        letter = _letter(language, f"{self._settings.public_url}/my/login/{token}")
        ours, delivery = self._settings.mail_from, f"{LOGIN}/{login_link_id}"
        envelope = Envelope(
            to=email,
            sender=ours,
            sender_name=translate(language, "my-brand"),
            message_id=message_id_of(delivery, ours),
            delivery=delivery,
        )
        try:
            self._mailer.send(compose(letter, envelope))
        except (AddressError, MailRefused) as refusal:
            # For good: who typed it has to look at what they typed.
            log.warning("The login link %s cannot be sent: %s", login_link_id, refusal)


def _letter(language: str, address: str) -> Letter:
    minutes = int(GOOD_FOR.total_seconds() // 60)
    return Letter(
        language=language,
        subject=translate(language, "my-mail-subject"),
        greeting=translate(language, "my-mail-greeting"),
        text=translate(language, "my-mail-text"),
        facts=[
            Labelled(
                translate(language, "my-mail-good-for"),
                translate(language, "my-mail-minutes", minutes=minutes),
            )
        ],
        quotations=(),
        pages=[Labelled(translate(language, "my-mail-page"), address)],
        reason=translate(language, "my-mail-reason"),
    )
