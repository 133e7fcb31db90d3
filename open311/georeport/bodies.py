"""The answers that follow from what is in force alone, encoded once a revision."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from open311.catalogue.model import Attribute, Catalogue, Jurisdiction, Service
from open311.catalogue.registry import Directory
from open311.georeport.answering import etag_of
from open311.georeport.encoding import encode
from open311.georeport.fields import JURISDICTIONS, SERVICE_DEFINITION, SERVICES, SPECIFICATION
from open311.georeport.keeping import kept_with_first
from open311.messages import DEFAULT, LANGUAGES, translate

JURISDICTIONS_PATH = "/open311/v2/jurisdictions.json"


class Body(NamedTuple):
    """An encoded answer and its ETag."""

    content: bytes
    etag: str


@kept_with_first
def services_body(catalogue: Catalogue, language: str, format: str) -> Body:
    """Return the service list: GeoReport v2, "GET Service List".

    Args:
        catalogue: one revision of it, with which the list is kept.
        language: one of the jurisdiction's.
        format: `json` or `xml`.
    """
    services = [_service(service, language) for service in catalogue.offered]
    body = encode(SERVICES, services, format)
    return Body(body, etag_of(body))


@kept_with_first
def definition_body(service: Service, language: str, format: str) -> Body:
    """Return a service's definition: GeoReport v2, "GET Service Definition".

    A service without attributes has one too, and it is empty (D-64).
    """
    value = {
        "service_code": service.service_code,
        "attributes": [_attribute(attribute, language) for attribute in service.attributes],
    }
    body = encode(SERVICE_DEFINITION, value, format)
    return Body(body, etag_of(body))


def _service(service: Service, language: str) -> dict[str, Any]:
    return {
        "service_code": service.service_code,
        "service_name": service.name[language],
        "description": service.description[language],
        "metadata": bool(service.attributes),
        "type": service.type,
        # Without blanks: some clients split at the bare comma (D-09).
        "keywords": ",".join(service.keywords[language]),
        "group": service.group[language],
    }


def _attribute(attribute: Attribute, language: str) -> dict[str, Any]:
    return {
        "variable": attribute.variable,
        "code": attribute.code,
        "datatype": attribute.datatype,
        "required": attribute.required,
        "datatype_description": attribute.datatype_description.get(language),
        "order": attribute.order,
        "description": attribute.description[language],
        "values": [
            {"key": choice.key, "name": choice.name[language]} for choice in attribute.values
        ],
    }


def discovery_value(
    base: str, prefix: str, directory: Directory, language: str
) -> Mapping[str, Any]:
    """Return the content of a discovery document: Service Discovery.

    Args:
        base: scheme and host.
        prefix: path in front of `/open311`; empty for the shared endpoint.
        directory: the jurisdictions that the endpoint serves.
        language: for the texts, where a jurisdiction has it.
    """
    # Sortable as text, and moving with every revision, even two in one second.
    newest = directory.changeset or datetime.min.replace(tzinfo=UTC)
    changeset = newest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "changeset": changeset,
        "contact": _of_all(base, directory, "contact", language),
        "key_service": _of_all(base, directory, "key_service", language),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{base}{prefix}/open311{stage}/v2",
                "changeset": changeset,
                "type": endpoint_type,
                "formats": ["text/xml", "application/json"],
            }
            for endpoint_type, stage in (("production", ""), ("test", "/test"))
        ],
    }


def _of_all(base: str, directory: Directory, name: str, language: str) -> str:
    """Join a text of few jurisdictions, each with its city's name; of many, say where it stands."""
    if not directory.is_short:
        told = language if language in LANGUAGES else DEFAULT
        count, url = len(directory.jurisdictions), f"{base}{JURISDICTIONS_PATH}"
        return translate(told, f"discovery-{name}", count=count, url=url)
    texts = []
    for jurisdiction in directory.jurisdictions.values():
        own = jurisdiction.language_of([language])
        text = getattr(jurisdiction, name)[own]
        alone = len(directory.jurisdictions) == 1
        texts.append(text if alone else f"{jurisdiction.name[own]}: {text}")
    return " | ".join(texts)


# Few, as each keeps a directory; each host by which a client calls has links of its own.
@lru_cache(maxsize=8)
def jurisdictions_body(base: str, directory: Directory, format: str) -> Body:
    """Return our list of all jurisdictions.

    Args:
        base: scheme and host.
        directory: one state of it; another is another key of the cache.
        format: `json` or `xml`.
    """
    body = encode(
        JURISDICTIONS, jurisdictions_value(base, directory.jurisdictions.values()), format
    )
    return Body(body, etag_of(body))


def jurisdictions_value(base: str, jurisdictions: Iterable[Jurisdiction]) -> list[dict[str, Any]]:
    """Return the content of our list of jurisdictions.

    Args:
        base: scheme and host.
        jurisdictions: to list.
    """
    return [
        {
            "jurisdiction_id": jurisdiction.jurisdiction_id,
            "name": jurisdiction.text(jurisdiction.name),
            "slug": jurisdiction.slug,
            "url": f"{base}/{jurisdiction.slug}/open311/v2",
            "languages": jurisdiction.languages,
        }
        for jurisdiction in jurisdictions
    ]
