"""The catalogue of a jurisdiction as plain values.

The same documents are read from the folders under `jurisdictions/` and from the database, so that
there is one function from document to value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from open311.catalogue.routing import Routing, route

# By language. Where a jurisdiction's text lacks one of its languages, another stands in already.
Translations = Mapping[str, str]
T = TypeVar("T")

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60

# How long what is kept of a request stays, where the city says nothing else.
RETENTION_DAYS = 365

# How long after its closing a request can be opened again, where its service says nothing else.
REOPEN_DAYS = 14

# Parts of a day, in minutes after its midnight, in order.
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Jurisdiction:
    """A city: its id on the wire, its names, and its languages, of which the first is default.

    The first of `area_kinds` are the districts by which requests are kept. Mail to residents comes
    from `mail_from`, if there is one. `retention_days` counts for services that say nothing.
    """

    jurisdiction_id: str
    slug: str
    prefix: str
    name: Translations
    languages: tuple[str, ...]
    time_zone: ZoneInfo
    contact: Translations
    key_service: Translations
    area_kinds: tuple[str, ...] = ()
    holidays: str | None = None
    mail_from: str | None = None
    retention_days: int = RETENTION_DAYS

    def language_of(self, wanted: Iterable[str]) -> str:
        """Return the first wanted language that the jurisdiction has, else its default."""
        return next((w for w in wanted if w in self.languages), self.languages[0])

    def text(self, translations: Translations, language: str | None = None) -> str:
        """Return a text in a language that is wanted, else in the default one."""
        return translations.get(language or "") or translations[self.languages[0]]


@dataclass(frozen=True)
class Unit:
    """An organisation that handles requests.

    Attributes:
        unit_code: its code.
        name: the official one, not translated.
        hours: when it is open, for each weekday from Monday on; None: round the clock.
        email: its mailbox, never shown in public.
    """

    unit_code: str
    name: str
    hours: tuple[Spans, ...] | None = None
    email: str | None = None


@dataclass(frozen=True)
class Choice:
    """One value of a list attribute."""

    key: str
    name: Translations


# Datatypes of attributes that are answered by choosing.
LISTS = ("singlevaluelist", "multivaluelist")


@dataclass(frozen=True)
class Attribute:
    """A question of a service, or, when not variable, a line to read."""

    code: str
    order: int
    variable: bool
    datatype: str
    required: bool
    description: Translations
    datatype_description: Translations
    values: tuple[Choice, ...]

    @property
    def is_list(self) -> bool:
        """Whether the answers are chosen from the values."""
        return self.datatype in LISTS


@dataclass(frozen=True)
class Term:
    """The time in which a service is to be done; `terms.due` tells when it ends.

    Attributes:
        measure: what is counted: hours by the clock, days of the calendar, working days, hours in
            which the unit is open, or months as the Polish code counts them.
        number: how many.
    """

    measure: Literal["hours", "days", "working_days", "working_hours", "statutory_months"]
    number: int


# Terms that Polish law sets, in the code of administrative procedure (k.p.a.): complaints, art. 237
# § 1; motions, art. 244 § 1. Both are counted by art. 57 § 3 and 4.
PRESETS = {
    "complaint": Term("statutory_months", 1),
    "motion": Term("statutory_months", 1),
}


@dataclass(frozen=True)
class DuplicateRule:
    """Which open requests of a service may be about the same matter.

    Attributes:
        metres: at most so far away.
        days: received at most so long ago.
    """

    metres: int
    days: int


@dataclass(frozen=True, eq=False)
class Service:
    """A kind of request: what is asked, and by when it is to be done.

    Attributes:
        publication: when a request is shown in public; a blackbox service never shows any.
        reporter: whether reporters say who they are; `anonymous`: nothing of it is taken.
        retention_days: how long personal data stay after the request was closed.
        duplicates: None: no duplicates are looked for.
        reopen_days: how long after its closing a request can be opened again; 0: never.
        forward_to: code of the destination that gets the requests. A retired service may name one
            that is gone.
    """

    service_code: str
    group: Translations
    name: Translations
    description: Translations
    keywords: Mapping[str, Sequence[str]]
    type: str
    term: Term
    notice: Translations
    attributes: tuple[Attribute, ...]
    retired: bool = False
    publication: Literal["at_once", "after_review", "never"] = "at_once"
    reporter: Literal["anonymous", "optional", "required"] = "optional"
    retention_days: int = RETENTION_DAYS
    duplicates: DuplicateRule | None = None
    reopen_days: int = REOPEN_DAYS
    forward_to: str | None = None


@dataclass(frozen=True)
class Destination:
    """Another system that is told of requests, or does them.

    Attributes:
        code: its code; its secret is kept under it.
        kind: `webhook`: it is told of events. `georeport`: requests are posted to it.
        url: of the webhook, or the base of the endpoint, without a slash at its end.
        events: what a webhook is told of.
        jurisdiction_id: what the other endpoint calls the city; None: it needs none.
        service_codes: our service codes to theirs; a service that is not named keeps its code.
        poll_minutes: how often the other endpoint is asked for news; None: never.
    """

    code: str
    kind: Literal["webhook", "georeport"]
    url: str
    events: tuple[str, ...] = ("created", "updated", "closed")
    jurisdiction_id: str | None = None
    service_codes: Mapping[str, str] = field(default_factory=dict)
    poll_minutes: int | None = None


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The applied revision of a jurisdiction: one object, so that caches can go by it.

    `services` holds the retired ones too, because old requests still name them. `messages` are the
    city's own texts of mail, by language and key.
    """

    jurisdiction: Jurisdiction
    revision: int
    changeset: datetime
    services: Mapping[str, Service]
    units: Mapping[str, Unit]
    routing: Routing
    destinations: Mapping[str, Destination]
    messages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def offered(self) -> list[Service]:
        """The services that can be asked for, in the order of the catalogue."""
        return [service for service in self.services.values() if not service.retired]

    def unit_for(
        self, service: Service, answers: Mapping[str, Sequence[str]], areas: Mapping[str, str]
    ) -> Unit:
        """Return the unit that gets a request.

        Args:
            service: what is reported; one that is offered.
            answers: attribute code to its values.
            areas: kind to the code of the area that holds the place.
        """
        return self.units[route(self.routing, service.service_code, answers, areas).unit_code]

    def area_code(self, areas: Mapping[str, str]) -> str | None:
        """Return the district among the areas that hold a place."""
        kinds = self.jurisdiction.area_kinds
        return areas.get(kinds[0]) if kinds else None

    def offered_service(self, service_code: str) -> Service | None:
        """Return a service that can be asked for."""
        service = self.services.get(service_code)
        return None if service is None or service.retired else service


def jurisdiction_from(document: Mapping[str, Any]) -> Jurisdiction:
    """Return the value of a checked `jurisdiction.yaml`."""
    languages = tuple(document["languages"])
    return Jurisdiction(
        jurisdiction_id=document["id"],
        slug=document["slug"],
        prefix=document["prefix"],
        name=_filled(document["name"], languages),
        languages=languages,
        time_zone=ZoneInfo(document["time_zone"]),
        contact=_filled(document["contact"], languages),
        key_service=_filled(document["key_service"], languages),
        area_kinds=tuple(entry["kind"] for entry in document.get("areas", ())),
        holidays=document.get("holidays"),
        mail_from=document.get("mail_from"),
        retention_days=document.get("retention_days", RETENTION_DAYS),
    )


def unit_from(document: Mapping[str, Any]) -> Unit:
    """Return the value of a checked entry of `units.yaml`."""
    hours = document.get("hours")
    return Unit(
        unit_code=document["code"],
        name=document["name"],
        hours=hours and tuple(spans_of(hours.get(weekday, "")) for weekday in WEEKDAYS),
        email=document.get("email"),
    )


def spans_of(text: str) -> Spans:
    """Return the spans of a day: `07:30-12:00, 13:00-24:00`; none of an empty text."""
    return tuple(
        (_minutes(opens), _minutes(closes))
        for opens, closes in (span.split("-") for span in text.split(", ") if span)
    )


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def service_from(
    document: Mapping[str, Any],
    groups: Mapping[str, Translations],
    languages: Sequence[str],
    *,
    retired: bool = False,
    retention_days: int = RETENTION_DAYS,
) -> Service:
    """Return the value of a checked entry of `services.yaml`.

    Args:
        document: the entry.
        groups: names of the groups by code.
        languages: of the jurisdiction, in the order in which they stand in for a missing one.
        retired: whether the service is no longer offered.
        retention_days: of the jurisdiction, where the service says nothing.
    """
    blackbox = document["type"] == "blackbox"
    duplicates = document.get("duplicates")
    return Service(
        service_code=document["code"],
        # A retired service may name a group that is gone; nobody is shown it any more.
        group=_filled(groups.get(document["group"], {}), languages),
        name=_filled(document["name"], languages),
        description=_filled(document["description"], languages),
        keywords=_filled(document["keywords"], languages),
        type=document["type"],
        term=_term_from(document["term"]),
        # Not filled in: the words for the term must be in the language that the notice is in.
        notice=document.get("notice", {}),
        attributes=tuple(
            _attribute_from(entry, languages) for entry in document.get("attributes", ())
        ),
        retired=retired,
        publication="never" if blackbox else document.get("publication", "at_once"),
        reporter=document.get("reporter", "optional"),
        retention_days=document.get("retention_days", retention_days),
        duplicates=duplicates and DuplicateRule(duplicates["metres"], duplicates["days"]),
        reopen_days=document.get("reopen_days", REOPEN_DAYS),
        forward_to=document.get("forward"),
    )


def destinations_from(document: Mapping[str, Any]) -> Mapping[str, Destination]:
    """Return the values of a checked `destinations.yaml` by code; none of an empty document."""
    return {entry["code"]: _destination_from(entry) for entry in document.get("destinations", ())}


def _destination_from(document: Mapping[str, Any]) -> Destination:
    kind, url = document["kind"], document["url"]
    return Destination(
        code=document["code"],
        kind=kind,
        url=url.rstrip("/") if kind == "georeport" else url,
        events=tuple(document.get("events", Destination.events)),
        jurisdiction_id=document.get("jurisdiction_id"),
        service_codes=document.get("services", {}),
        poll_minutes=document.get("poll_minutes"),
    )


def _term_from(document: Mapping[Any, Any]) -> Term:
    [(measure, value)] = document.items()
    return PRESETS[value] if measure == "preset" else Term(measure, value)


def _attribute_from(document: Mapping[str, Any], languages: Sequence[str]) -> Attribute:
    return Attribute(
        code=document["code"],
        order=document["order"],
        variable=document.get("variable", True),
        datatype=document["datatype"],
        required=document.get("required", False),
        description=_filled(document["description"], languages),
        datatype_description=_filled(document.get("datatype_description", {}), languages),
        values=tuple(
            Choice(entry["key"], _filled(entry["name"], languages))
            for entry in document.get("values", ())
        ),
    )


def _filled(translations: Mapping[str, T], languages: Sequence[str]) -> Mapping[str, T]:
    """Return a text in every language: where it has none, in the first of the order that it has.

    What was retired before the jurisdiction had its languages is given in another; a text that
    there is not stays away.
    """
    if not translations:
        return translations
    known = [one for one in languages if one in translations] or list(translations)
    return {one: translations.get(one, translations[known[0]]) for one in languages}
