"""What a mail says, before it has a form: to who reported, and to a unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from open311.catalogue.model import Catalogue, Unit
from open311.delivery.channels import Occasion
from open311.messages import spoken
from open311.messages.overriding import MAIL_LANGUAGES, Wording
from open311.people.links import Links
from open311.reports.model import ServiceRequest, public_record
from open311.reports.notices import expected_in_words
from open311.reports.personal_links import follow_path, opinion_path, unsubscribe_path
from open311.reports.redaction import redact
from open311.reports.reporters import ReporterKey
from open311.reports.states import is_closed


@dataclass(frozen=True)
class Labelled:
    """Something, and what it is called: a value, a quotation, or the address of a page."""

    label: str
    value: str


@dataclass(frozen=True)
class Letter:
    """What a mail says, in the order in which it says it.

    Attributes:
        language: it is written in.
        subject: of the mail.
        greeting: how it begins.
        text: what happened.
        facts: about the request.
        quotations: what somebody wrote.
        pages: what can be done next.
        reason: why it was sent.
        unsubscribe: where to be told no more; None: a unit is told all.
    """

    language: str
    subject: str
    greeting: str
    text: str
    facts: Sequence[Labelled]
    quotations: Sequence[Labelled]
    pages: Sequence[Labelled]
    reason: str
    unsubscribe: Labelled | None = None


@dataclass(frozen=True)
class Followed:
    """What somebody is written to about.

    Attributes:
        key: of the row of who is written to.
        language: theirs.
        own: the request of that row; another than that of the occasion if it was merged.
        original: that into which it was merged, if it was.
    """

    key: ReporterKey
    language: str
    own: ServiceRequest
    original: ServiceRequest | None


def letter_to_resident(
    occasion: Occasion, subject: str, followed: Followed, links: Links, base: str
) -> Letter:
    """Write to somebody who follows a request.

    Args:
        occasion: what happened.
        subject: what is told of it.
        followed: who is written to, about what.
        links: what signs.
        base: scheme and host of the pages.
    """
    speech = _Speech(occasion.catalogue, followed.language)
    about = _Resident(occasion, followed, speech)
    values = speech.values(followed.own) | {"other": about.other()}
    key = followed.key
    pages = [Labelled(speech.say("mail-follow"), base + follow_path(links, key))]
    if subject == "closed":
        request = occasion.request
        # Should it be closed anew by now, that is what can be judged.
        closed = request.updated_datetime if is_closed(request.state) else occasion.event.moment
        opinion = base + opinion_path(links, key, closed)
        pages.insert(0, Labelled(speech.say("mail-opinion"), opinion))
    return Letter(
        language=speech.language,
        subject=speech.say(f"mail-{subject}-subject", **values),
        greeting=speech.say("mail-greeting"),
        text=speech.say(f"mail-{subject}-text", **values),
        facts=[*about.facts()],
        quotations=[*about.quotations()],
        pages=pages,
        reason=speech.say("mail-reason", **values),
        unsubscribe=Labelled(speech.say("mail-unsubscribe"), base + unsubscribe_path(links, key)),
    )


def letter_to_unit(occasion: Occasion, subject: str, unit: Unit) -> Letter:
    """Write to a unit: what the public may know, and what it is due.

    Args:
        occasion: what happened.
        subject: what is told of it.
        unit: who is written to.
    """
    speech = _Speech(occasion.catalogue, None)
    request = occasion.request
    name = request.service_request_id or str(request.number)
    values = speech.values(request, name) | {"unit": unit.name}
    address = public_record(request, occasion.catalogue)["address"]
    facts = {"number": name, "service": speech.service_of(request), "address": address}
    facts |= {"expected": speech.expected(request)}
    return Letter(
        language=speech.language,
        subject=speech.say(f"mail-unit-{subject}-subject", **values),
        greeting=speech.say("mail-greeting"),
        text=speech.say(f"mail-unit-{subject}-text", **values),
        facts=[*speech.labelled(facts)],
        quotations=(),
        pages=(),
        reason=speech.say("mail-unit-reason", **values),
    )


class _Resident:
    """What somebody may know of the request that they follow."""

    def __init__(self, occasion: Occasion, followed: Followed, speech: "_Speech") -> None:
        self._event, self._handled = occasion.event, occasion.request
        self._own, self._original, self._speech = followed.own, followed.original, speech
        self._reported_own = followed.key.position == 0
        self._reported_handled = self._reported_own and self._own.number == self._handled.number
        self._public = public_record(self._own, occasion.catalogue)

    def facts(self) -> Iterator[Labelled]:
        speech = self._speech
        state = self._event.state or self._handled.state
        address = self._own.address if self._reported_own else self._public["address"]
        facts = {
            "number": self._own.service_request_id,
            "service": speech.service_of(self._own),
            "address": address,
            "state": speech.say("mail-state-of", state=state),
            "expected": None if is_closed(state) else speech.expected(self._handled),
        }
        yield from speech.labelled(facts)

    def quotations(self) -> Iterator[Labelled]:
        # Of a request that is not public, only who reported it is told what was said.
        note = self._event.description if self._event.is_public else None
        if note and (self._reported_handled or self._handled.is_public):
            yield Labelled(self._speech.say("mail-note"), redact(note))
        if self._reported_own and self._own.description:
            yield Labelled(self._speech.say("mail-wrote"), self._own.description)
        elif self._own.is_public and self._public["description"]:
            yield Labelled(self._speech.say("mail-reported"), self._public["description"])

    def other(self) -> str:
        """Return what the request is called that this one was merged into."""
        original = self._original
        if original and original.service_request_id and original.is_public:
            return original.service_request_id
        return self._speech.say("mail-other")


class _Speech:
    """A language of mail, the city's own words in it, and what they name."""

    def __init__(self, catalogue: Catalogue, wanted: str | None) -> None:
        self._catalogue = catalogue
        city = catalogue.jurisdiction
        self.language = spoken([wanted, *city.languages], MAIL_LANGUAGES)
        self._wording = Wording(self.language, catalogue.messages.get(self.language, {}))
        self._city = city.text(city.name, self.language)

    def say(self, key: str, **values: str) -> str:
        return self._wording.text(key, **values)

    def values(self, request: ServiceRequest, name: str | None = None) -> dict[str, str]:
        """Return what texts can name of a request."""
        service = self.service_of(request)
        name = name or request.service_request_id
        title = f"{service}, {name}" if name else service
        return {"city": self._city, "service": service, "title": title}

    def service_of(self, request: ServiceRequest) -> str:
        name = self._catalogue.services[request.service_code].name
        return self._catalogue.jurisdiction.text(name, self.language)

    def expected(self, request: ServiceRequest) -> str | None:
        """Say by when a request is to be done."""
        return expected_in_words(request, self._catalogue, self.language)

    def labelled(self, facts: Mapping[str, Any]) -> Iterator[Labelled]:
        return (Labelled(self.say(f"mail-{name}"), it) for name, it in facts.items() if it)
