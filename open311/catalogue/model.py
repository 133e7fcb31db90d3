"""The catalogue of a jurisdiction as plain values.

The same documents are read from the folders under `jurisdictions/` and from the database, so that
there is one function from document to value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Translations = Mapping[str, str]


@dataclass(frozen=True)
class Jurisdiction:
    """A city: its id on the wire, its names, and its languages, of which the first is default."""

    jurisdiction_id: str
    slug: str
    prefix: str
    name: Translations
    languages: tuple[str, ...]
    time_zone: ZoneInfo
    contact: Translations
    key_service: Translations

    def language_of(self, wanted: Iterable[str]) -> str:
        """Return the first wanted language that the jurisdiction has, else its default."""
        return next((w for w in wanted if w in self.languages), self.languages[0])

    def text(self, translations: Translations) -> str:
        """Return a text in the default language.

        What was retired before the jurisdiction had that language is given in another.
        """
        known = [language for language in self.languages if language in translations]
        return translations[known[0] if known else next(iter(translations))]


@dataclass(frozen=True)
class Unit:
    """An organisation that handles requests."""

    unit_code: str
    name: str


@dataclass(frozen=True)
class Choice:
    """One value of a list attribute."""

    key: str
    name: Translations


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


@dataclass(frozen=True)
class Term:
    """The time in which a service is to be done: days of the calendar, or hours by the clock."""

    days: int = 0
    hours: int = 0

    def due(self, start: datetime, zone: ZoneInfo) -> datetime:
        """Return when it ends; whole days end at the same time of day in the jurisdiction's zone.

        Args:
            start: aware.
            zone: of the jurisdiction.
        """
        # Arithmetic on an aware datetime moves the wall clock, in UTC it moves time itself.
        on_the_day = start.astimezone(zone) + timedelta(days=self.days)
        return (on_the_day.astimezone(UTC) + timedelta(hours=self.hours)).astimezone(zone)


@dataclass(frozen=True, eq=False)
class Service:
    """A kind of request: what is asked, who handles it, by when."""

    service_code: str
    group: Translations
    name: Translations
    description: Translations
    keywords: Mapping[str, Sequence[str]]
    type: str
    unit: Unit
    term: Term
    notice: Translations
    attributes: tuple[Attribute, ...]
    retired: bool = False


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The applied revision of a jurisdiction: one object, so that caches can go by it.

    `services` holds the retired ones too, because old requests still name them.
    """

    jurisdiction: Jurisdiction
    revision: int
    changeset: datetime
    services: Mapping[str, Service]
    units: Mapping[str, Unit]

    @property
    def offered(self) -> list[Service]:
        """The services that can be asked for, in the order of the catalogue."""
        return [service for service in self.services.values() if not service.retired]

    def offered_service(self, service_code: str) -> Service | None:
        """Return a service that can be asked for."""
        service = self.services.get(service_code)
        return None if service is None or service.retired else service


def jurisdiction_from(document: Mapping[str, Any]) -> Jurisdiction:
    """Return the value of a checked `jurisdiction.yaml`."""
    return Jurisdiction(
        jurisdiction_id=document["id"],
        slug=document["slug"],
        prefix=document["prefix"],
        name=document["name"],
        languages=tuple(document["languages"]),
        time_zone=ZoneInfo(document["time_zone"]),
        contact=document["contact"],
        key_service=document["key_service"],
    )


def unit_from(document: Mapping[str, Any]) -> Unit:
    """Return the value of a checked entry of `units.yaml`."""
    return Unit(document["code"], document["name"])


def service_from(
    document: Mapping[str, Any],
    groups: Mapping[str, Translations],
    units: Mapping[str, Unit],
    *,
    retired: bool = False,
) -> Service:
    """Return the value of a checked entry of `services.yaml`.

    Args:
        document: the entry.
        groups: names of the groups by code.
        units: units by code.
        retired: whether the service is no longer offered.
    """
    return Service(
        service_code=document["code"],
        # A retired service may name a group that is gone; nobody is shown it any more.
        group=groups.get(document["group"], {}),
        name=document["name"],
        description=document["description"],
        keywords=document["keywords"],
        type=document["type"],
        unit=units[document["unit"]],
        term=Term(**document["term"]),
        notice=document.get("notice", {}),
        attributes=tuple(_attribute_from(entry) for entry in document.get("attributes", ())),
        retired=retired,
    )


def _attribute_from(document: Mapping[str, Any]) -> Attribute:
    return Attribute(
        code=document["code"],
        order=document["order"],
        variable=document.get("variable", True),
        datatype=document["datatype"],
        required=document.get("required", False),
        description=document["description"],
        datatype_description=document.get("datatype_description", {}),
        values=tuple(Choice(entry["key"], entry["name"]) for entry in document.get("values", ())),
    )
