"""What a schema cannot say of a configuration: references, uniqueness, order, languages."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from open311.catalogue.yaml_source import Source, Step

Path_ = tuple[Step, ...]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where."""

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


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
        Finding(source.file, source.line(path), text)
        for path, text in _jurisdiction_problems(source.value)
    ]


def check_units(source: Source, languages: Sequence[str]) -> list[Finding]:
    """Check `units.yaml`, which its schema has accepted.

    Args:
        source: the file.
        languages: those of the jurisdiction, in which every text must exist.
    """
    units = source.value["units"]
    problems = [*_repeated(units, ("units",), "code"), *_untranslated(units, ("units",), languages)]
    return [Finding(source.file, source.line(path), text) for path, text in problems]


def check_services(
    source: Source, languages: Sequence[str], unit_codes: Collection[str]
) -> list[Finding]:
    """Check `services.yaml`, which its schema has accepted.

    Args:
        source: the file.
        languages: those of the jurisdiction, in which every text must exist.
        unit_codes: the units that a service may name.
    """
    groups, services = source.value["groups"], source.value["services"]
    problems = [
        *_repeated(groups, ("groups",), "code"),
        *_repeated(services, ("services",), "code"),
        *_untranslated(groups, ("groups",), languages),
        *_untranslated(services, ("services",), languages),
    ]
    group_codes = {group["code"] for group in groups}
    for place, service in enumerate(services):
        problems += _service_problems(service, ("services", place), group_codes, unit_codes)
    return [Finding(source.file, source.line(path), text) for path, text in problems]


def _jurisdiction_problems(document: dict[str, Any]) -> Iterator[tuple[Path_, str]]:
    try:
        ZoneInfo(document["time_zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" names a folder
        yield ("time_zone",), f"there is no time zone {document['time_zone']!r}"
    yield from _untranslated(document, (), document["languages"])
    yield from _repeated(document.get("areas", []), ("areas",), "kind")


def _service_problems(
    service: dict[str, Any], path: Path_, group_codes: Collection[str], unit_codes: Collection[str]
) -> Iterator[tuple[Path_, str]]:
    code = service["code"]
    if service["group"] not in group_codes:
        yield (*path, "group"), f"service {code}: there is no group {service['group']!r}"
    if service["unit"] not in unit_codes:
        yield (*path, "unit"), f"service {code}: there is no unit {service['unit']!r}"
    attributes = service.get("attributes", [])
    yield from _repeated(attributes, (*path, "attributes"), "code")
    for place, attribute in enumerate(attributes):
        where = (*path, "attributes", place)
        name = f"service {code}, attribute {attribute['code']}"
        if attribute["order"] != place + 1:
            text = f"{name}: order is {attribute['order']}, but it stands at place {place + 1}"
            yield (*where, "order"), text
        yield from _repeated(attribute.get("values", []), (*where, "values"), "key")


def _repeated(
    entries: Sequence[dict[str, Any]], path: Path_, key: str
) -> Iterator[tuple[Path_, str]]:
    """Find entries of a list that have the same key."""
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if entry[key] in seen:
            yield (*path, place, key), f"the {key} {entry[key]!r} stands twice in {path[-1]}"
        seen.add(entry[key])


def _untranslated(value: Any, path: Path_, languages: Sequence[str]) -> Iterator[tuple[Path_, str]]:
    """Find translated texts in which a language of the jurisdiction is missing."""
    if isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _untranslated(entry, (*path, place), languages)
    elif isinstance(value, dict) and value and all(len(key) == 2 for key in value):
        missing = [language for language in languages if language not in value]
        if missing:
            yield path, f"{path[-1]} is missing in {', '.join(missing)}"
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _untranslated(entry, (*path, key), languages)
