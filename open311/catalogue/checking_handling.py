"""What a schema cannot say of how a service's requests are handled: published, kept, passed on."""

from collections.abc import Iterator, Mapping
from typing import Any

from open311.catalogue.checking import Finding, Wrong
from open311.catalogue.model import REOPEN_DAYS, RETENTION_DAYS
from open311.catalogue.yaml_source import Source


def check_handling(
    source: Source, destinations: Mapping[str, Any], retention_days: int | None
) -> list[Finding]:
    """Check how requests are handled by `services.yaml`, which its schema has accepted.

    Args:
        source: the file.
        destinations: `destinations.yaml`; empty when a jurisdiction has none.
        retention_days: of `jurisdiction.yaml`, if it says any.
    """
    kinds = {entry["code"]: entry["kind"] for entry in destinations.get("destinations", ())}
    findings = []
    for place, service in enumerate(source.value["services"]):
        wrong = [*_wrong_openness(service), *_wrong_forward(service, kinds)]
        doubtful = [*_doubtful_days(service, retention_days or RETENTION_DAYS)]
        for warning, problems in ((False, wrong), (True, doubtful)):
            for path, text in problems:
                where, told = ("services", place, *path), f"service {service['code']}: {text}"
                findings.append(Finding.at(source, where, told, warning=warning))
    return findings


def _wrong_openness(service: Mapping[str, Any]) -> Iterator[Wrong]:
    """Find what is to be seen of a service, or of its reporters, though it cannot be."""
    if service["type"] == "blackbox" and service.get("publication", "never") != "never":
        yield ("publication",), "a blackbox service is never published"
    preset = service["term"].get("preset")
    if preset and service.get("reporter") == "anonymous":
        text = f"the preset {preset} is of Polish law, which leaves anonymous ones unexamined"
        yield ("reporter",), text


def _wrong_forward(service: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[Wrong]:
    code = service.get("forward")
    if code is None:
        return
    if code not in kinds:
        yield ("forward",), f"there is no destination {code!r} in destinations.yaml"
    elif kinds[code] != "georeport":
        yield ("forward",), f"destination {code!r} takes no requests: it is no georeport"
    if service["type"] != "batch":
        text = f"only a batch service can be forwarded, and this one is {service['type']}"
        yield ("forward",), text


def _doubtful_days(service: Mapping[str, Any], retention_days: int) -> Iterator[Wrong]:
    kept = service.get("retention_days", retention_days)
    reopened = service.get("reopen_days", REOPEN_DAYS)
    if reopened > kept:
        text = (
            f"requests can be opened again for {reopened} days after their closing, but who "
            f"reported them is kept for {kept}"
        )
        yield ("reopen_days",) if "reopen_days" in service else ("retention_days",), text
