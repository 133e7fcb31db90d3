"""What somebody may see of a request that they follow, in words.

Who reported it sees what they sent, published or not. Who joined it sees what the public does.
Nobody sees who reported.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from open311.catalogue.model import Attribute, Catalogue, Translations
from open311.messages import translate
from open311.messages.overriding import Wording
from open311.reports.case import Case
from open311.reports.model import ServiceRequest, public_record
from open311.reports.notices import expected_in_words
from open311.reports.photos import HOST
from open311.reports.redaction import redact, redact_answer
from open311.reports.states import is_closed
from open311.residents.own_requests import OwnRequest

_TITLES = {"received": "my-received", "attached": "my-attached"}


@dataclass(frozen=True)
class Labelled:
    """A value, and what it is called."""

    label: str
    value: str


@dataclass(frozen=True)
class Happened:
    """Something that happened to a request, as the public may know it."""

    moment: str
    title: str
    text: str | None


@dataclass(frozen=True)
class Shown:
    """A request as a page shows it.

    Attributes:
        title: its service and, once there is one, its id.
        is_public: whether everybody may see it.
        is_hidden: whether who looks may see less than they could once.
        facts: about it.
        quotation: what was reported.
        answers: to the questions of the service.
        photos: their ids.
        addresses: of pictures and pages elsewhere.
        history: the oldest first.
    """

    title: str
    is_public: bool
    is_hidden: bool
    facts: Sequence[Labelled]
    quotation: Labelled | None = None
    answers: Sequence[Labelled] = ()
    photos: Sequence[str] = ()
    addresses: Sequence[str] = ()
    history: Sequence[Happened] = ()


def show(case: Case, catalogue: Catalogue, language: str, *, is_own: bool) -> Shown:
    """Return what somebody may see of a request.

    Args:
        case: the request, and what belongs to it.
        catalogue: of its city.
        language: of the page.
        is_own: whether it is who reported it.
    """
    request = case.request
    showing = _Showing(case, catalogue, language, is_own=is_own)
    if not showing.may_see:
        return Shown(
            title=showing.service,
            is_public=False,
            is_hidden=True,
            facts=[*showing.facts()],
        )
    return Shown(
        title=title_of(request, catalogue, language),
        is_public=request.is_public,
        is_hidden=False,
        facts=[*showing.facts()],
        quotation=showing.quotation(),
        answers=[*showing.answers()],
        photos=[photo.photo_id for photo in case.shown_photos],
        addresses=showing.addresses(),
        history=[*showing.history()],
    )


def title_of(request: ServiceRequest | OwnRequest, catalogue: Catalogue, language: str) -> str:
    """Return what a request is called: its service and, once there is one, its id."""
    name = catalogue.services[request.service_code].name
    service = catalogue.jurisdiction.text(name, language)
    return ", ".join(filter(None, (service, request.service_request_id)))


def state_in_words(catalogue: Catalogue, state: str, language: str) -> str:
    """Return what a state is called in mail and on pages."""
    key, texts = "mail-state-of", catalogue.messages.get(language, {})
    # To read a city's own words takes a millisecond, and most have none for this.
    wording = Wording(language, texts).text if key in texts else partial(translate, language)
    return wording(key, state=state)


def moment_in_words(catalogue: Catalogue, moment: datetime, language: str) -> str:
    """Return a moment by the clock of the city."""
    wall = moment.astimezone(catalogue.jurisdiction.time_zone).replace(tzinfo=None)
    return translate(language, "notice-time", moment=wall)


class _Showing:
    def __init__(self, case: Case, catalogue: Catalogue, language: str, *, is_own: bool) -> None:
        self._case, self._request = case, case.request
        self._catalogue, self._language, self._is_own = catalogue, language, is_own
        self._service = catalogue.services[case.request.service_code]
        self._public = public_record(case.request, catalogue)
        self.may_see = is_own or case.request.is_public
        self.service = self._text(self._service.name)

    def facts(self) -> Iterator[Labelled]:
        request, catalogue = self._request, self._catalogue
        closed = is_closed(request.state)
        state = state_in_words(catalogue, request.state, self._language)
        city = self._text(catalogue.jurisdiction.name)
        facts = {
            "number": self._number(),
            "city": city,
            "state": state,
            "unit": self._public["agency_responsible"],
            "address": self._address(),
            "requested": self._moment(request.requested_datetime),
            "updated": self._moment(request.updated_datetime),
            "expected": None if closed else expected_in_words(request, catalogue, self._language),
        }
        for name, value in facts.items():
            if value:
                yield Labelled(self._say(f"my-{name}"), value)

    def quotation(self) -> Labelled | None:
        if self._is_own:
            text = self._request.description
            return Labelled(self._say("my-wrote"), text) if text else None
        text = self._public["description"]
        return Labelled(self._say("my-reported"), text) if text else None

    def answers(self) -> Iterator[Labelled]:
        for attribute in self._service.attributes:
            if attribute.variable and (values := self._request.attributes.get(attribute.code)):
                label = self._text(attribute.description)
                yield Labelled(label, "; ".join(self._value(attribute, one) for one in values))

    def addresses(self) -> list[str]:
        """Return those of media that are not our own photos."""
        said = [url for event in self._public_events() for url in event.media_urls or ()]
        elsewhere = [
            url
            for url in [*self._request.media_urls, *said]
            if not url.startswith(HOST) and url.startswith(("http://", "https://"))
        ]
        return list(dict.fromkeys(elsewhere))

    def history(self) -> Iterator[Happened]:
        for event in self._public_events():
            text = event.description and redact(event.description)
            yield Happened(self._moment(event.event_datetime), self._title(event), text)

    def _public_events(self) -> list[Any]:
        return [event for event in self._case.events if event.visibility == "public"]

    def _title(self, event: Any) -> str:
        if event.state and event.kind != "received":
            return state_in_words(self._catalogue, event.state, self._language)
        return self._say(_TITLES.get(event.kind, "my-note"))

    def _number(self) -> str | None:
        if not self.may_see:
            return None
        # Without a token it never gets an id, as those of blackbox services.
        is_waiting = self._request.token and not is_closed(self._request.state)
        waiting = self._say("my-waiting") if is_waiting else None
        return self._request.service_request_id or waiting

    def _address(self) -> str | None:
        if self._is_own:
            return self._request.address
        address: str | None = self._public["address"] if self.may_see else None
        return address

    def _value(self, attribute: Attribute, value: str) -> str:
        if attribute.is_list:
            names: Mapping[str, Translations] = {one.key: one.name for one in attribute.values}
            return self._text(names[value]) if value in names else value
        if self._is_own:
            return value
        return redact_answer(self._catalogue.jurisdiction.text(attribute.description), value)

    def _moment(self, moment: datetime) -> str:
        return moment_in_words(self._catalogue, moment, self._language)

    def _text(self, translations: Translations) -> str:
        return self._catalogue.jurisdiction.text(translations, self._language)

    def _say(self, key: str) -> str:
        return translate(self._language, key)
