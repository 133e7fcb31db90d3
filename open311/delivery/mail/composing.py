"""From what a mail says to the message: one layout, in plain text and in HTML."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy
from hashlib import sha256
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from open311.delivery.mail.letters import Labelled, Letter

# What stands on either side of the sign in an address that is written to: no brackets, commas or
# quotation marks, with which one address could be made two.
_ADDRESS = re.compile(r"""([^\s"(),:;<>@\[\]\\\x00-\x1f\x7f-\x9f]{1,64})@([\w-]+(?:\.[\w-]+)*)""")
LONGEST_ADDRESS = 254

# A subject of more is cut by most programs.
_LONGEST_SUBJECT = 200

_layout = Environment(
    loader=PackageLoader("open311.delivery.mail"), autoescape=True, undefined=StrictUndefined
).get_template("layout.html")


class AddressError(ValueError):
    """An address that cannot be written to. It is not quoted."""


class Envelope(NamedTuple):
    """What a message has besides what it says.

    Attributes:
        to: the address.
        sender: the sender's address.
        sender_name: and name.
        message_id: see `message_id_of`.
        delivery: names the delivery.
    """

    to: str
    sender: str
    sender_name: str
    message_id: str
    delivery: str


def message_id_of(delivery: str, sender: str) -> str:
    """Return what a message is known by: the same whenever it is sent again.

    Args:
        delivery: names it among all of this sender.
        sender: the address that sends for the service, whoever it sends for.
    """
    digest = sha256(delivery.encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def compose(letter: Letter, envelope: Envelope) -> EmailMessage:
    """Return the message of a letter.

    Raises:
        AddressError: it cannot be sent to that address.
    """
    message = EmailMessage(_POLICY)
    message["Subject"] = _line(letter.subject)[:_LONGEST_SUBJECT]
    message["From"] = Address(_line(envelope.sender_name), addr_spec=envelope.sender)
    message["To"] = address_of(envelope.to)
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Open311-Delivery"] = envelope.delivery
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe.value}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_clean("\n\n".join(_plain(letter))) + "\n")
    message.add_alternative(_clean(_layout.render(letter=letter)), subtype="html")
    message["Content-Language"] = letter.language
    return message


def address_of(text: str) -> Address:
    """Return an address that somebody has given as theirs.

    Raises:
        AddressError: it is none, or more than one.
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or len(found[0]) > LONGEST_ADDRESS:
        raise AddressError("The e-mail address is none.")
    return Address(username=found[1], domain=found[2])


def _plain(letter: Letter) -> list[str]:
    """Return the parts of the plain text."""
    facts = "\n".join(f"{fact.label}: {_line(fact.value)}" for fact in letter.facts)
    end = letter.reason
    if letter.unsubscribe:
        end += f"\n{letter.unsubscribe.label}: {letter.unsubscribe.value}"
    return [
        letter.greeting,
        letter.text,
        facts,
        *(f"{one.label}:\n{_quoted(one)}" for one in letter.quotations),
        *(f"{page.label}:\n{page.value}" for page in letter.pages),
        f"-- \n{end}",
    ]


def _quoted(quotation: Labelled) -> str:
    return "\n".join(f"> {line}" for line in quotation.value.splitlines())


def _line(text: str) -> str:
    """Return a text as one line of what can be read; a header cannot be ended in it."""
    return _clean(" ".join(text.split()))


def _clean(text: str) -> str:
    """Leave out what is no text: control characters, such as the mark of our own host, DEL."""
    blank = ("\n" if one == "\n" else " " if one.isspace() else one for one in text)
    return "".join(one for one in blank if one == "\n" or one.isprintable())


class _Whole:
    """A header that is neither broken nor encoded, however long it is: what it holds is no text."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds |= {"parse_tree": None, "decoded": value}

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
for _name in ("list-unsubscribe", "x-open311-delivery"):
    _headers.map_to_type(_name, _Whole)  # type: ignore[arg-type]
_POLICY = EmailPolicy(header_factory=_headers)
