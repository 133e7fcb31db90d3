"""What a schema cannot say of `destinations.yaml`: references, and what an address may hold."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from open311.catalogue.checking import Finding, Wrong, repeated
from open311.catalogue.yaml_source import Source

_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f:.]+")


def check_destinations(source: Source, services: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Check `destinations.yaml`, which its schema has accepted.

    Args:
        source: the file.
        services: entries of `services.yaml`, which a destination may name.
    """
    destinations = source.value["destinations"]
    codes = {service["code"] for service in services}
    findings = [
        Finding.at(source, *wrong) for wrong in repeated(destinations, ("destinations",), "code")
    ]
    for place, destination in enumerate(destinations):
        path, name = ("destinations", place), f"destination {destination['code']}"
        problems = [*_wrong_url(destination), *_wrong_services(destination, codes)]
        for where, text in problems:
            findings.append(Finding.at(source, (*path, *where), f"{name}: {text}"))
        if not problems and _is_in_the_clear(urlsplit(destination["url"])):
            text = f"{name}: http is not encrypted: what is sent can be read on its way; use https"
            findings.append(Finding.at(source, (*path, "url"), text, warning=True))
    return findings


# The address itself is not told: it may hold a password.
def _wrong_url(destination: Mapping[str, Any]) -> Iterator[Wrong]:
    url, path = destination["url"], ("url",)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        yield path, "the url is no web address"
        return
    if "@" in parts.netloc:
        yield path, "the url holds credentials; `open311 delivery secret` keeps a secret"
    elif not _HOST.fullmatch(host):
        yield path, "the url names no host"
    if "#" in url:
        yield path, "the url has a fragment, which is never sent"
    if "?" in url and destination["kind"] == "georeport":
        yield path, "the url has a query, but the paths of the endpoint are put behind it"


def _wrong_services(destination: Mapping[str, Any], codes: Collection[str]) -> Iterator[Wrong]:
    for code in destination.get("services", ()):
        if code not in codes:
            yield ("services", code), f"there is no service {code!r}"


def _is_in_the_clear(url: SplitResult) -> bool:
    """Tell whether what is sent to an address can be read on its way."""
    host = url.hostname or ""
    if url.scheme == "https" or host == "localhost":
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return True
