"""Where the endpoints are: Service Discovery, for clients and for people; and our jurisdictions."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from flask import Response, g, render_template, request

from open311.catalogue.registry import Directory
from open311.georeport.answering import answer, answer_ready, etag_of
from open311.georeport.arguments import read_point
from open311.georeport.bodies import discovery_value, jurisdictions_body, jurisdictions_value
from open311.georeport.context import (
    base_url,
    error_language,
    own_jurisdiction,
    parts,
    wanted_languages,
)
from open311.georeport.fields import DISCOVERY, JURISDICTIONS
from open311.georeport.inputs import Fields, read_query
from open311.georeport.keeping import kept_with_first
from open311.messages import DEFAULT, LANGUAGES, translate
from open311.places.spelling import plain


class _City(NamedTuple):
    """A city in a long list."""

    spelling: str
    name: str
    language: str
    slug: str


def get_discovery(format: str) -> Response:
    """Describe the endpoints: Service Discovery. The document knows no arguments."""
    directory = _served()
    language = _language(read_query(request), directory)
    document = discovery_value(base_url(), _prefix(), directory, language)
    response = answer(DISCOVERY, document, format)
    response.headers["Vary"] = "Accept-Language"
    return response


def get_jurisdictions(format: str) -> Response:
    """List the cities that are served; with `lat` and `long`, those that hold the point."""
    point = read_point(read_query(request))
    registry = parts().registry
    if point is None:
        return answer_ready(*jurisdictions_body(base_url(), registry.directory(), format), format)
    held = jurisdictions_value(base_url(), registry.jurisdictions_at(point))
    return answer(JURISDICTIONS, held, format)


def get_page() -> Response:
    """Show people what is served here and how to call it."""
    directory = _served()
    language = _language(read_query(request), directory)
    registry = parts().registry
    few = directory.is_short
    page = render_template(
        "georeport/discovery.html",
        language=language if language in LANGUAGES else DEFAULT,
        languages=LANGUAGES,
        t=translate,
        discovery=discovery_value(base_url(), _prefix(), directory, language),
        own=g.slug is not None,
        jurisdictions=list(directory.jurisdictions.values()),
        catalogues=[registry.catalogue(one) for one in directory.jurisdictions] if few else [],
        initials=[] if few else _by_initial(directory, language),
        base=base_url(),
    )
    body = page.encode()
    response = answer_ready(body, etag_of(body), "html")
    response.headers["Vary"] = "Accept-Language"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    return response


def _served() -> Directory:
    """Return the city of a city's own endpoint, all cities at the shared one."""
    registry = parts().registry
    own = own_jurisdiction()
    if own is None:
        return registry.directory()
    name, catalogue = own.jurisdiction_id, registry.catalogue(own.jurisdiction_id)
    return Directory(
        {name: catalogue.jurisdiction}, {name: catalogue.revision}, catalogue.changeset
    )


def _prefix() -> str:
    return f"/{g.slug}" if g.slug else ""


def _language(query: Fields, directory: Directory) -> str:
    wanted = wanted_languages(query)
    return next((one for one in wanted if one in directory.languages), error_language())


@kept_with_first
def _by_initial(directory: Directory, language: str) -> Sequence[tuple[str, Sequence[_City]]]:
    """Return the cities by the first letter of their names: Łódź is found at L."""
    cities = []
    for jurisdiction in directory.jurisdictions.values():
        own = jurisdiction.language_of([language])
        name = jurisdiction.name[own]
        cities.append(_City(plain(name), name, own, jurisdiction.slug))
    return [
        (initial.upper(), list(group))
        for initial, group in groupby(sorted(cities), key=lambda city: city.spelling[:1])
    ]
