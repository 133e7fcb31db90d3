"""From a folder under `jurisdictions/` to a checked configuration."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from jsonschema import Draft202012Validator
from shapely.geometry import MultiPolygon

from open311.catalogue.checking import Finding, check_jurisdiction, check_services, check_units
from open311.catalogue.shapes import Shape, ShapeError, read_shapes
from open311.catalogue.yaml_source import Source, SourceError, read_source
from open311.settings import CHECKOUT

_SCHEMAS = CHECKOUT / "schemas" / "configuration"


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
        boundary: the whole area, WGS 84, longitude first.
        areas: its divisions.
        digest: of all the files, to tell when nothing changed.
    """

    jurisdiction: dict[str, Any]
    units: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    services: list[dict[str, Any]]
    boundary: MultiPolygon
    areas: list[AreaKind]
    digest: str


def jurisdiction_folders(directory: Path) -> list[Path]:
    """Return the folders of the jurisdictions in a directory, by name."""
    return sorted(file.parent for file in directory.glob("*/jurisdiction.yaml"))


def load(folder: Path) -> Configuration:
    """Read and check a jurisdiction's folder.

    Args:
        folder: one folder under `jurisdictions/`.

    Returns:
        The configuration, complete and consistent.

    Raises:
        ConfigurationError: with everything that is wrong, by file and line.
    """
    findings: list[Finding] = []
    jurisdiction = _read(folder, "jurisdiction", findings)
    units = _read(folder, "units", findings)
    services = _read(folder, "services", findings)
    if jurisdiction is None or units is None or services is None:
        raise ConfigurationError(findings)
    languages = jurisdiction.value["languages"]
    findings += check_jurisdiction(jurisdiction)
    findings += check_units(units, languages)
    findings += check_services(services, languages, {u["code"] for u in units.value["units"]})
    shapes = _ShapeFiles(folder, jurisdiction, findings)
    boundary = shapes.read(("boundary",), jurisdiction.value["boundary"]["file"])
    areas = [
        AreaKind(entry["kind"], shapes.read(("areas", place), entry["file"]))
        for place, entry in enumerate(jurisdiction.value.get("areas", []))
    ]
    if findings:
        raise ConfigurationError(findings)
    return Configuration(
        jurisdiction=jurisdiction.value,
        units=units.value["units"],
        groups=services.value["groups"],
        services=services.value["services"],
        boundary=_as_multipolygon(shapely.union_all([shape.geometry for shape in boundary])),
        areas=areas,
        digest=_digest([jurisdiction.file, units.file, services.file, *shapes.files]),
    )


class _ShapeFiles:
    """Reads the polygons that a jurisdiction names, keeping findings instead of stopping."""

    def __init__(self, folder: Path, source: Source, findings: list[Finding]) -> None:
        self.folder = folder
        self.source = source
        self.findings = findings
        self.files: list[Path] = []

    def read(self, path: tuple[str | int, ...], name: str) -> list[Shape]:
        file = self.folder / name
        line = self.source.line((*path, "file"))
        try:
            if not file.resolve().is_relative_to(self.folder.resolve()):
                raise ShapeError(f"{name} lies outside the jurisdiction's folder")
            self.files.append(file)
            return read_shapes(file)
        except OSError as error:
            problem = f"{name} cannot be read: {error.strerror}"
            self.findings.append(Finding(self.source.file, line, problem))
        except ShapeError as error:
            self.findings.append(Finding(self.source.file, line, f"{name}: {error}"))
        return []


def _read(folder: Path, name: str, findings: list[Finding]) -> Source | None:
    """Read one YAML file; what is wrong with it goes to the findings."""
    file = folder / f"{name}.yaml"
    try:
        source = read_source(file)
    except OSError as error:
        findings.append(Finding(file, 1, f"cannot be read: {error.strerror}"))
        return None
    except SourceError as error:
        findings.append(Finding(file, error.line, error.text))
        return None
    against_schema = list(_schema_findings(name, source))
    findings += against_schema
    return None if against_schema else source


def _schema_findings(name: str, source: Source) -> Iterator[Finding]:
    for error in sorted(_validator(name).iter_errors(source.value), key=lambda e: list(e.path)):
        path = tuple(error.absolute_path)
        place = ".".join(str(step) for step in path) or "the file"
        yield Finding(source.file, source.line(path), f"{place}: {error.message}")


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def _as_multipolygon(geometry: Any) -> MultiPolygon:
    return geometry if isinstance(geometry, MultiPolygon) else MultiPolygon([geometry])


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
