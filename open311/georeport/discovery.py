"""Where the endpoints are: Service Discovery, for clients and for people; and our jurisdictions."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, render_template, request

from open311.catalogue.model import Catalogue
from open311.georeport.answering import answer, answer_ready, etag_of
from open311.georeport.arguments import read_point
from open311.georeport.bodies import discovery_value, jurisdictions_value
from open311.georeport.context import (
    base_url,
    error_language,
    own_jurisdiction,
    parts,
    wanted_languages,
)
from open311.georeport.fields import DISCOVERY, JURISDICTIONS
from open311.georeport.inputs import Fields, read_query
from open311.messages import LANGUAGES, translate


def get_discovery(format: str) -> Response:
    """Describe the endpoints: Service Discovery. The document knows no arguments."""
    response = answer(DISCOVERY, _discovery(_language(read_query(request))), format)
    response.headers["Vary"] = "Accept-Language"
    return response


def get_jurisdictions(format: str) -> Response:
    """List the cities that are served; with `lat` and `long`, those that hold the point."""
    point = read_point(read_query(request))
    registry = parts().registry
    ids = registry.jurisdictions_at(point) if point else registry.jurisdiction_ids()
    catalogues = [registry.catalogue(jurisdiction_id) for jurisdiction_id in ids]
    return answer(JURISDICTIONS, jurisdictions_value(base_url(), catalogues), format)


def get_page() -> Response:
    """Show people what is served here and how to call it."""
    language = _language(read_query(request))
    page = render_template(
        "georeport/discovery.html",
        language=language if language in LANGUAGES else "en",
        languages=LANGUAGES,
        t=translate,
        discovery=_discovery(language),
        city=_own_catalogue(),
        catalogues=_catalogues(),
        base=base_url(),
    )
    body = page.encode()
    response = answer_ready(body, etag_of(body), "html")
    response.headers["Vary"] = "Accept-Language"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    return response


def _discovery(language: str) -> Mapping[str, Any]:
    prefix = f"/{g.slug}" if g.slug else ""
    return discovery_value(base_url(), prefix, _catalogues(), language)


def _catalogues() -> list[Catalogue]:
    registry = parts().registry
    own = _own_catalogue()
    return [own] if own else [registry.catalogue(one) for one in registry.jurisdiction_ids()]


def _own_catalogue() -> Catalogue | None:
    """Return the catalogue of a city's own endpoint; None at the shared one."""
    own = own_jurisdiction()
    return None if own is None else parts().registry.catalogue(own.jurisdiction_id)


def _language(query: Fields) -> str:
    known = {one for catalogue in _catalogues() for one in catalogue.jurisdiction.languages}
    return next((one for one in wanted_languages(query) if one in known), error_language())
