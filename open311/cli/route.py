"""`open311 route`: which unit gets what."""

import sys
from typing import NoReturn

import click

from open311.catalogue.model import Service
from open311.catalogue.registry import find_catalogue
from open311.catalogue.routing import route as find_route
from open311.database.engine import transaction_engine
from open311.database.location import database_url
from open311.places.locating import Point, locate
from open311.settings import read_settings


@click.group()
def route() -> None:
    """Which unit gets which requests."""


@route.command()
@click.option("--jurisdiction", "jurisdiction_id", required=True, metavar="ID")
@click.option("--service", "service_code", required=True, metavar="CODE")
@click.option("--lat", type=click.FloatRange(-90, 90), help="Degrees, WGS 84.")
@click.option("--long", type=click.FloatRange(-180, 180), help="Degrees, WGS 84.")
@click.option(
    "--attribute", "attributes", multiple=True, metavar="CODE=VALUE",
    help="An answer; may be given several times.",
)  # fmt: skip
def explain(
    jurisdiction_id: str,
    service_code: str,
    lat: float | None,
    long: float | None,
    attributes: tuple[str, ...],
) -> None:
    """Say which unit would get a request, and why: what was tried, and what decided."""
    if (lat is None) != (long is None):
        raise click.UsageError("--lat and --long go together.")
    with transaction_engine(database_url(read_settings())).connect() as connection:
        catalogue = find_catalogue(connection, jurisdiction_id)
        if catalogue is None:
            _end(f"there is no jurisdiction {jurisdiction_id!r}")
        service = catalogue.offered_service(service_code)
        if service is None:
            _end(f"{jurisdiction_id} offers no service {service_code!r}")
        answers = _answers(attributes, service)
        areas = {}
        if lat is not None and long is not None:
            place = locate(connection, jurisdiction_id, Point(lat, long))
            if not place.inside:
                _end(f"{lat}, {long} lies outside {jurisdiction_id}")
            areas = dict(place.areas)
    found = find_route(catalogue.routing, service_code, answers, areas)
    for number, step in enumerate(found.steps, 1):
        click.echo(f"{number}. {step}")
    click.echo(f"{found.unit_code}: {catalogue.units[found.unit_code].name}")


def _answers(attributes: tuple[str, ...], service: Service) -> dict[str, list[str]]:
    answers: dict[str, list[str]] = {}
    known = {one.code: [choice.key for choice in one.values] for one in service.attributes}
    for text in attributes:
        code, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"--attribute {text}: write CODE=VALUE.")
        if code not in known:
            _end(f"{service.service_code} does not ask for {code!r}, but for: {', '.join(known)}")
        if known[code] and value not in known[code]:
            _end(f"{code} has no value {value!r}, but: {', '.join(known[code])}")
        answers.setdefault(code, []).append(value)
    return answers


def _end(text: str) -> NoReturn:
    click.echo(f"open311: {text}", err=True)
    sys.exit(1)
