"""The map that an administrator writes: what the words of another system mean in ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from open311.catalogue.checking import Finding, zone_of
from open311.catalogue.checking_schema import check_schema
from open311.catalogue.loading import ConfigurationError
from open311.catalogue.model import Catalogue
from open311.catalogue.yaml_source import Source, SourceError, Steps, read_source


@dataclass(frozen=True)
class ImportMap:
    """What the words of another system mean.

    Attributes:
        services: our service codes by the codes, or the names, of the other system.
        statuses: `open` or `closed` by its statuses, in lower case.
        system: what it is called; None: nobody said.
        time_zone: of dates without one; None: nobody said.
        default_service: our service code for all that is not known; None: it is not taken.
        keep_outside: whether points outside the jurisdiction are kept.
        source: where it was written, to say where something is wrong; None: nowhere.
    """

    services: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    system: str | None = None
    time_zone: ZoneInfo | None = None
    default_service: str | None = None
    keep_outside: bool = False
    source: Source | None = None


def read_map(file: Path) -> ImportMap:
    """Read a map and check it against its schema.

    Raises:
        ConfigurationError: with everything that is wrong, by line.
    """
    try:
        source = read_source(file)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise ConfigurationError([Finding(file, 1, problem)]) from error
    except SourceError as error:
        raise ConfigurationError([Finding(file, error.line, error.text)]) from error
    findings = list(check_schema("import_map", source))
    if findings:
        raise ConfigurationError(findings)
    document: dict[str, Any] = source.value
    return ImportMap(
        services=document.get("services", {}),
        statuses=document.get("statuses", {}),
        system=document.get("system"),
        time_zone=_zone(source),
        default_service=document.get("default_service"),
        keep_outside=document.get("outside") == "keep",
        source=source,
    )


def check_map(import_map: ImportMap, catalogue: Catalogue) -> None:
    """Check that a map names services that there are; retired ones are, for old requests.

    Raises:
        ConfigurationError: with each that there is not, by line.
    """
    source = import_map.source
    if source is None:
        return
    named: list[tuple[Steps, str]] = [
        (("services", theirs), ours) for theirs, ours in import_map.services.items()
    ]
    if import_map.default_service is not None:
        named.append((("default_service",), import_map.default_service))
    jurisdiction_id = catalogue.jurisdiction.jurisdiction_id
    findings = [
        Finding.at(source, path, f"{jurisdiction_id} has no service {code!r}")
        for path, code in named
        if code not in catalogue.services
    ]
    if findings:
        raise ConfigurationError(findings)


def _zone(source: Source) -> ZoneInfo | None:
    name = source.value.get("time_zone")
    try:
        return zone_of(name) if name else None
    except ValueError as error:
        raise ConfigurationError([Finding.at(source, ("time_zone",), str(error))]) from error
