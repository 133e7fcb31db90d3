"""What a schema cannot say of a configuration: references, uniqueness, order, languages."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from open311.catalogue.terms import is_known
from open311.catalogue.yaml_source import Source, Steps

# Where something is wrong, and what.
Wrong = tuple[Steps, str]

# What paths of our own begin with; a city's begin with its slug.
RESERVED = ("admin", "my", "open311")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or, when a warning, not as good as it could be; and where."""

    file: Path
    line: int
    text: str
    warning: bool = False

    @classmethod
    def at(cls, source: Source, path: Steps, text: str, *, warning: bool = False) -> "Finding":
        """Return what is wrong with a value of a file."""
        return cls(source.file, source.line(path), text, warning)

    def __str__(self) -> str:
        # What came as a document, not as a file, has no lines.
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        return f"{place}: {'warning: ' if self.warning else ''}{self.text}"


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        ValueError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # "Europe" names a folder
        raise ValueError(f"there is no time zone {name!r}") from error


def check_together(documents: Sequence[dict[str, Any]]) -> list[str]:
    """Find what only one jurisdiction may have and several do.

    Args:
        documents: their `jurisdiction.yaml`.
    """
    problems = []
    for name in ("id", "slug", "prefix"):
        owners: dict[str, list[str]] = {}
        for document in documents:
            owners.setdefault(document[name], []).append(document["id"])
        problems += [
            f"the {name} {value!r} is given to {len(ids)} jurisdictions: {', '.join(ids)}"
            for value, ids in owners.items()
            if len(ids) > 1
        ]
    return problems


def check_jurisdiction(source: Source) -> list[Finding]:
    """Check `jurisdiction.yaml`, which its schema has accepted."""
    return [
        *(Finding.at(source, *wrong) for wrong in _jurisdiction_problems(source.value)),
        *_untranslated(source, source.value["languages"]),
    ]


def check_units(source: Source, languages: Sequence[str]) -> list[Finding]:
    """Check `units.yaml`, which its schema has accepted.

    Args:
        source: the file.
        languages: those of the jurisdiction, in which every text should exist.
    """
    units = source.value["units"]
    problems = [*repeated(units, ("units",), "code"), *_wrong_successors(units)]
    return [
        *(Finding.at(source, *wrong) for wrong in problems),
        *_untranslated(source, languages),
    ]


def check_services(
    source: Source,
    languages: Sequence[str],
    units: Sequence[dict[str, Any]],
    duty_unit: str | None,
) -> list[Finding]:
    """Check `services.yaml`, which its schema has accepted.

    Args:
        source: the file.
        languages: those of the jurisdiction, in which every text should exist.
        units: entries of `units.yaml`, which a service may name.
        duty_unit: the unit that takes what a service gives to none.
    """
    successors = successors_of(units)
    groups, services = source.value["groups"], source.value["services"]
    problems = [
        *repeated(groups, ("groups",), "code"),
        *repeated(services, ("services",), "code"),
    ]
    group_codes = {group["code"] for group in groups}
    for place, service in enumerate(services):
        problems += _service_problems(service, ("services", place), group_codes, successors)
        if "unit" not in service and duty_unit is None:
            text = f"service {service['code']}: no unit, and routing.yaml names no duty_unit"
            problems.append((("services", place), text))
    return [
        *(Finding.at(source, *wrong) for wrong in problems),
        *_untranslated(source, languages),
    ]


def successors_of(units: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    """Return the codes of units, each with the unit that has taken over from it, if one has."""
    return {unit["code"]: unit.get("successor") for unit in units}


def wrong_unit(code: str, successors: Mapping[str, str | None]) -> Iterator[str]:
    """Say why requests cannot go to a unit, if they cannot."""
    if code not in successors:
        yield f"there is no unit {code!r}"
    elif successors[code] is not None:
        yield f"unit {code!r} gets nothing more: {successors[code]!r} has taken over"


def repeated(entries: Sequence[dict[str, Any]], path: Steps, key: str) -> Iterator[Wrong]:
    """Find entries of a list that have the same key.

    Args:
        entries: the list.
        path: where it stands.
        key: what must differ.
    """
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if entry[key] in seen:
            yield (*path, place, key), f"the {key} {entry[key]!r} stands twice in {path[-1]}"
        seen.add(entry[key])


def _jurisdiction_problems(document: dict[str, Any]) -> Iterator[Wrong]:
    try:
        zone_of(document["time_zone"])
    except ValueError as error:
        yield ("time_zone",), str(error)
    if document["slug"] in RESERVED:
        yield ("slug",), f"the slug {document['slug']!r} is the beginning of paths of our own"
    if "holidays" in document and not is_known(document["holidays"]):
        yield ("holidays",), f"no public holidays are known for {document['holidays']!r}"
    yield from repeated(document.get("areas", []), ("areas",), "kind")


def _service_problems(
    service: dict[str, Any],
    path: Steps,
    group_codes: Collection[str],
    successors: Mapping[str, str | None],
) -> Iterator[Wrong]:
    code = service["code"]
    if service["group"] not in group_codes:
        yield (*path, "group"), f"service {code}: there is no group {service['group']!r}"
    if "unit" in service:
        for text in wrong_unit(service["unit"], successors):
            yield (*path, "unit"), f"service {code}: {text}"
    attributes = service.get("attributes", [])
    yield from repeated(attributes, (*path, "attributes"), "code")
    for place, attribute in enumerate(attributes):
        where = (*path, "attributes", place)
        name = f"service {code}, attribute {attribute['code']}"
        if attribute["order"] != place + 1:
            text = f"{name}: order is {attribute['order']}, but it stands at place {place + 1}"
            yield (*where, "order"), text
        yield from repeated(attribute.get("values", []), (*where, "values"), "key")


def _wrong_successors(units: Sequence[dict[str, Any]]) -> Iterator[Wrong]:
    taking = {unit["code"] for unit in units if "successor" not in unit}
    for place, unit in enumerate(units):
        if "successor" in unit and unit["successor"] not in taking:
            text = f"unit {unit['code']}: there is no unit {unit['successor']!r} to take over"
            yield ("units", place, "successor"), text


def _untranslated(source: Source, languages: Sequence[str]) -> Iterator[Finding]:
    """Find translated texts in which languages of the jurisdiction are missing.

    As long as there is one, it stands in for the others.
    """
    for path, text in _texts(source.value, ()):
        missing = [language for language in languages if language not in text]
        if missing:
            said = f"{path[-1]} is missing in {', '.join(missing)}"
            warning = len(missing) < len(languages)
            yield Finding.at(source, path, said, warning=warning)


def _texts(value: Any, path: Steps) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Find translated texts: objects whose keys are all languages."""
    if isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _texts(entry, (*path, place))
    elif isinstance(value, dict) and value and all(len(key) == 2 for key in value):
        yield path, value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _texts(entry, (*path, key))
