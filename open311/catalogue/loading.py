"""From a folder under `jurisdictions/` to a checked configuration."""

import hashlib
from dataclasses import dataclass, field
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import orjson
import shapely
from shapely.geometry import MultiPolygon

from open311.catalogue.checking import Finding, check_jurisdiction, check_services, check_units
from open311.catalogue.checking_destinations import check_destinations
from open311.catalogue.checking_handling import check_handling
from open311.catalogue.checking_messages import check_messages
from open311.catalogue.checking_place import check_areas, check_place
from open311.catalogue.checking_routing import Surroundings, check_routing
from open311.catalogue.checking_schema import check_schema
from open311.catalogue.checking_terms import check_hours, check_terms
from open311.catalogue.folders import Folder, FolderOnDisk
from open311.catalogue.shapes import Shape, ShapeError, collection_of
from open311.catalogue.yaml_source import Source, SourceError, Steps


class ConfigurationError(Exception):
    """A jurisdiction's folder that cannot be used.

    Args:
        findings: all that is wrong with it.
    """

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))


@dataclass(frozen=True)
class AreaKind:
    """One division of a jurisdiction, such as its districts."""

    kind: str
    areas: list[Shape]


@dataclass(frozen=True)
class Configuration:
    """A checked folder.

    Attributes:
        jurisdiction: content of `jurisdiction.yaml`.
        units: entries of `units.yaml`.
        groups: entries of `services.yaml` under `groups`.
        services: entries of `services.yaml` under `services`.
        routing: content of `routing.yaml`; empty when there is none.
        destinations: content of `destinations.yaml`; empty when there is none.
        messages: content of `messages.yaml`; empty when there is none.
        boundary: the whole area, WGS 84, longitude first.
        areas: its divisions.
        files: all of it by file name, GeoJSON in its one form: what is compared, kept, exported.
        digest: of the files, to tell when nothing changed.
        sources: the YAML files by name, to say where something stands.
        warnings: what is not as it should be, but can be used.
    """

    jurisdiction: dict[str, Any]
    units: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    services: list[dict[str, Any]]
    routing: dict[str, Any]
    destinations: dict[str, Any]
    messages: dict[str, Any]
    boundary: MultiPolygon
    areas: list[AreaKind]
    files: dict[str, Any]
    digest: str
    sources: dict[str, Source] = field(repr=False)
    warnings: list[Finding] = field(repr=False)

    @property
    def jurisdiction_id(self) -> str:
        """The id of the jurisdiction."""
        jurisdiction_id: str = self.jurisdiction["id"]
        return jurisdiction_id

    def finding(self, name: str, path: Steps, text: str) -> Finding:
        """Return a finding about a value of one of the YAML files."""
        return Finding.at(self.sources[name], path, text)


def jurisdiction_folders(directory: Path) -> list[Path]:
    """Return the folders of the jurisdictions in a directory, by name."""
    return sorted(file.parent for file in directory.glob("*/jurisdiction.yaml"))


def load(path: Path) -> Configuration:
    """Read and check a folder under `jurisdictions/`; see `load_folder`."""
    folder = FolderOnDisk(path)
    if not folder.has("jurisdiction.yaml"):
        problem = "this is no folder of a jurisdiction: there is no jurisdiction.yaml"
        raise ConfigurationError([Finding(path, 0, problem)])
    return load_folder(folder)


def load_folder(folder: Folder) -> Configuration:
    """Read and check the files of a jurisdiction.

    Args:
        folder: where they lie.

    Returns:
        The configuration, complete and consistent.

    Raises:
        ConfigurationError: with everything that is wrong, by file and line.
    """
    reading = _Reading(folder)
    jurisdiction = reading.yaml("jurisdiction.yaml")
    units = reading.yaml("units.yaml")
    services = reading.yaml("services.yaml")
    routing = reading.optional_yaml("routing.yaml")
    destinations = reading.optional_yaml("destinations.yaml")
    messages = reading.optional_yaml("messages.yaml")
    reading.stop_if_wrong()
    assert jurisdiction and units and services  # noqa: S101
    languages = jurisdiction.value["languages"]
    rules = routing.value if routing else {}
    others = destinations.value if destinations else {}
    reading.findings += check_jurisdiction(jurisdiction)
    reading.findings += check_units(units, languages)
    reading.findings += check_services(
        services, languages, units.value["units"], rules.get("duty_unit")
    )
    reading.findings += check_hours(units)
    reading.findings += check_terms(
        services, units.value["units"], rules, jurisdiction.value.get("holidays")
    )
    reading.findings += check_handling(services, others, jurisdiction.value.get("retention_days"))
    if destinations:
        reading.findings += check_destinations(destinations, services.value["services"])
    if messages:
        reading.findings += check_messages(messages, languages)
    shapes = reading.shapes(jurisdiction, ("boundary",))
    areas = [
        AreaKind(entry["kind"], reading.shapes(jurisdiction, ("areas", place)))
        for place, entry in enumerate(jurisdiction.value.get("areas", []))
    ]
    reading.stop_if_wrong()
    boundary = _as_multipolygon(shapely.union_all([shape.geometry for shape in shapes]))
    misplaced = check_place(jurisdiction, boundary)
    # Where the boundary is swapped, all areas lie outside it.
    reading.findings += misplaced or check_areas(
        jurisdiction, boundary, [division.areas for division in areas]
    )
    if routing:
        by_kind = {division.kind: division.areas for division in areas}
        surroundings = Surroundings(
            units.value["units"], services.value["services"], by_kind, boundary
        )
        reading.findings += check_routing(routing, surroundings)
    reading.stop_if_wrong()
    return Configuration(
        jurisdiction=jurisdiction.value,
        units=units.value["units"],
        groups=services.value["groups"],
        services=services.value["services"],
        routing=rules,
        destinations=others,
        messages=messages.value if messages else {},
        boundary=boundary,
        areas=areas,
        files=reading.files,
        digest=digest_of(reading.files),
        sources=reading.sources,
        warnings=reading.findings,
    )


def digest_of(value: Any) -> str:
    """Return what names a document: the same for the same content, in whatever order of keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


class _Reading:
    """Reads the files of a folder, keeping what is wrong instead of stopping at it."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.findings: list[Finding] = []
        self.files: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}

    def stop_if_wrong(self) -> None:
        """Raise what is wrong so far, unless it is only warnings."""
        if not all(finding.warning for finding in self.findings):
            raise ConfigurationError(self.findings)

    def yaml(self, name: str) -> Source | None:
        """Read a YAML file and check it against its schema."""
        file = self.folder.path / name
        try:
            source = self.folder.source(name)
        except OSError as error:
            self.findings.append(Finding(file, 1, f"cannot be read: {error.strerror}"))
            return None
        except SourceError as error:
            self.findings.append(Finding(file, error.line, error.text))
            return None
        against_schema = list(check_schema(name.removesuffix(".yaml"), source))
        self.findings += against_schema
        self.files[name] = source.value
        self.sources[name] = source
        return None if against_schema else source

    def optional_yaml(self, name: str) -> Source | None:
        """Read a YAML file that a folder need not have."""
        return self.yaml(name) if self.folder.has(name) else None

    def shapes(self, source: Source, path: Steps) -> list[Shape]:
        """Read the GeoJSON file that an entry of `jurisdiction.yaml` names."""
        name = reduce(getitem, path, source.value)["file"]
        try:
            shapes = self.folder.shapes(name)
        except OSError as error:
            problem = f"cannot be read: {error.strerror}"
        except ShapeError as error:
            problem = str(error)
        else:
            self.files[name] = collection_of(shapes)
            return shapes
        self.findings.append(Finding.at(source, (*path, "file"), f"{name}: {problem}"))
        return []


def _as_multipolygon(geometry: Any) -> MultiPolygon:
    return geometry if isinstance(geometry, MultiPolygon) else MultiPolygon([geometry])
