"""The answers that follow from a catalogue alone, encoded once a revision."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from open311.catalogue.model import Attribute, Catalogue, Service
from open311.georeport.answering import etag_of
from open311.georeport.encoding import encode
from open311.georeport.fields import SERVICE_DEFINITION, SERVICES, SPECIFICATION


class Body(NamedTuple):
    """An encoded answer and its ETag."""

    content: bytes
    etag: str


@lru_cache(maxsize=2048)
def services_body(catalogue: Catalogue, language: str, format: str) -> Body:
    """Return the service list: GeoReport v2, "GET Service List".

    Args:
        catalogue: one revision of it; another is another key of the cache.
        language: one of the jurisdiction's.
        format: `json` or `xml`.
    """
    services = [_service(service, language) for service in catalogue.offered]
    body = encode(SERVICES, services, format)
    return Body(body, etag_of(body))


@lru_cache(maxsize=2048)
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
    base: str, prefix: str, catalogues: Iterable[Catalogue], language: str
) -> Mapping[str, Any]:
    """Return the content of a discovery document: Service Discovery.

    Args:
        base: scheme and host.
        prefix: path in front of `/open311`; empty for the shared endpoint.
        catalogues: of the jurisdictions that the endpoint serves.
        language: for the texts, where a jurisdiction has it.
    """
    served = list(catalogues)
    # Sortable as text, and moving with every revision, even two in one second.
    newest = max((one.changeset for one in served), default=datetime.min.replace(tzinfo=UTC))
    changeset = newest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "changeset": changeset,
        "contact": _of_all(served, "contact", language),
        "key_service": _of_all(served, "key_service", language),
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


def jurisdictions_value(base: str, catalogues: Iterable[Catalogue]) -> list[dict[str, Any]]:
    """Return the content of our list of jurisdictions.

    Args:
        base: scheme and host.
        catalogues: of the jurisdictions to list.
    """
    return [
        {
            "jurisdiction_id": jurisdiction.jurisdiction_id,
            "name": jurisdiction.text(jurisdiction.name),
            "slug": jurisdiction.slug,
            "url": f"{base}/{jurisdiction.slug}/open311/v2",
            "languages": jurisdiction.languages,
        }
        for jurisdiction in (catalogue.jurisdiction for catalogue in catalogues)
    ]


def _of_all(catalogues: list[Catalogue], name: str, language: str) -> str:
    """Join a text of the jurisdictions; where there are several, each with its city's name."""
    texts = []
    for catalogue in catalogues:
        jurisdiction = catalogue.jurisdiction
        own = jurisdiction.language_of([language])
        text = getattr(jurisdiction, name)[own]
        texts.append(text if len(catalogues) == 1 else f"{jurisdiction.name[own]}: {text}")
    return " | ".join(texts)
