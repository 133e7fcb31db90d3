"""The first folder of a new city: complete, so that it can be checked and applied at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from open311.catalogue.loading import Configuration
from open311.catalogue.shapes import ShapeError, read_geojson

# Who handles everything until the city says otherwise.
FIRST_UNIT = "office"

_WORDS = {
    "pl": {
        "unit": "Przyjmuje wszystkie zgłoszenia",
        "group": "Ulice i porządek",
        "service": "Inne zgłoszenie",
        "description": "Wszystko, czym miasto powinno się zająć.",
        "keyword": "inne",
    },
    "en": {
        "unit": "Takes all reports",
        "group": "Streets and order",
        "service": "Other report",
        "description": "Anything that the city should take care of.",
        "keyword": "other",
    },
    "de": {
        "unit": "Nimmt alle Meldungen an",
        "group": "Straßen und Ordnung",
        "service": "Andere Meldung",
        "description": "Alles, worum sich die Stadt kümmern soll.",
        "keyword": "anderes",
    },
}


class StartError(Exception):
    """A folder cannot be made of what was given."""


@dataclass(frozen=True)
class Start:
    """What is known of a new city.

    Attributes:
        jurisdiction_id: such as `poznan.pl`.
        slug: its part of the paths.
        prefix: begins the ids of its requests.
        name: in its own language.
        languages: two letters each, the first is the default.
        time_zone: an IANA name.
        contact: how to reach it.
    """

    jurisdiction_id: str
    slug: str
    prefix: str
    name: str
    languages: Sequence[str]
    time_zone: str
    contact: str


def first_files(start: Start, boundary: Path, like: Configuration | None = None) -> dict[str, Any]:
    """Return the files of a new city.

    Args:
        start: what is known of it.
        boundary: GeoJSON of the area: a polygon, a feature or features, as drawing tools save it.
        like: a city whose services are taken over, all given to the first unit.

    Raises:
        StartError: the boundary holds no features, or nothing can be said in the languages.
        OSError: it cannot be read.
    """
    files: dict[str, Any] = {
        "jurisdiction.yaml": _jurisdiction(start, boundary),
        "units.yaml": {"units": [_unit(start)]},
        "services.yaml": _services_like(start, like) if like else _one_service(start),
        "boundary.geojson": _boundary(start, boundary),
    }
    if like and "holidays" in like.jurisdiction:
        files["jurisdiction.yaml"]["holidays"] = like.jurisdiction["holidays"]
    return files


def _jurisdiction(start: Start, boundary: Path) -> dict[str, Any]:
    def everywhere(text: str) -> dict[str, str]:
        return dict.fromkeys(start.languages, text)

    return {
        "id": start.jurisdiction_id,
        "slug": start.slug,
        "prefix": start.prefix,
        "name": everywhere(start.name),
        "languages": list(start.languages),
        "time_zone": start.time_zone,
        "contact": everywhere(start.contact),
        "key_service": everywhere(start.contact),
        "boundary": {"file": "boundary.geojson", "source": f"Taken from {boundary.name}."},
    }


def _unit(start: Start) -> dict[str, Any]:
    return {"code": FIRST_UNIT, "name": start.name, "description": _words(start, "unit")}


def _one_service(start: Start) -> dict[str, Any]:
    service = {
        "code": "other",
        "group": "streets",
        "name": _words(start, "service"),
        "description": _words(start, "description"),
        "keywords": {code: [word] for code, word in _words(start, "keyword").items()},
        "type": "realtime",
        "unit": FIRST_UNIT,
        "term": {"days": 30},
    }
    groups = [{"code": "streets", "name": _words(start, "group")}]
    return {"groups": groups, "services": [service]}


def _services_like(start: Start, like: Configuration) -> dict[str, Any]:
    known = [one for one in start.languages if one in like.jurisdiction["languages"]]
    if not known:
        raise StartError(f"{like.jurisdiction_id} has none of the languages")
    services = [
        {
            # What is forwarded goes to systems of that city alone.
            **{key: value for key, value in service.items() if key != "forward"},
            "unit": FIRST_UNIT,
            "term": _by_the_calendar(service["term"]),
        }
        for service in like.services
    ]
    content = {"groups": like.groups, "services": services}
    translated: dict[str, Any] = _only(content, known, like.jurisdiction["languages"])
    return translated


def _by_the_calendar(term: Mapping[str, Any]) -> dict[str, Any]:
    """Return a term that needs no opening hours, which the first unit has not."""
    if "working_hours" in term:
        return {"hours": term["working_hours"]}
    return dict(term)


def _only(value: Any, kept: Sequence[str], languages: Sequence[str]) -> Any:
    """Return a document without the texts in languages that are not kept."""
    if isinstance(value, list):
        return [_only(entry, kept, languages) for entry in value]
    if isinstance(value, dict):
        if value and all(key in languages for key in value):
            chosen = {key: entry for key, entry in value.items() if key in kept}
            # A text that is in none of them is better read than missing.
            return chosen or {kept[0]: next(iter(value.values()))}
        return {key: _only(entry, kept, languages) for key, entry in value.items()}
    return value


def _words(start: Start, name: str) -> dict[str, str]:
    words = {code: _WORDS[code][name] for code in start.languages if code in _WORDS}
    # A language of the city that we have no words for begins with English ones.
    return words or {start.languages[0]: _WORDS["en"][name]}


def _boundary(start: Start, file: Path) -> dict[str, Any]:
    try:
        features = _features(read_geojson(file))
    except ShapeError as error:
        raise StartError(f"{file}: {error}") from error
    if not features:
        raise StartError(f"{file}: there is no polygon in it")
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": start.slug if len(features) == 1 else f"{start.slug}-{place}",
                "properties": {"name": start.name},
                "geometry": geometry,
            }
            for place, geometry in enumerate(features, 1)
        ],
    }


def _features(document: Any) -> list[Any]:
    """Return the geometries of whatever GeoJSON a drawing tool has saved."""
    match document:
        case {"type": "FeatureCollection", "features": list(features)}:
            return [geometry for feature in features for geometry in _features(feature)]
        case {"type": "Feature", "geometry": geometry}:
            return [geometry]
        case {"type": "Polygon" | "MultiPolygon"}:
            return [document]
        case _:
            return []
