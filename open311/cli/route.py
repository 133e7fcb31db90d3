"""`open311 route`: which unit gets what."""

import click

from open311.admin.explaining import explain_route
from open311.cli.shell import our_engine
from open311.places.locating import Point


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
    point = None if lat is None or long is None else Point(lat, long)
    answers = _answers(attributes)
    with our_engine().connect() as connection:
        found = explain_route(connection, jurisdiction_id, service_code, answers, point)
    for number, step in enumerate(found.steps, 1):
        click.echo(f"{number}. {step}")
    click.echo(f"{found.unit.unit_code}: {found.unit.name}")


def _answers(attributes: tuple[str, ...]) -> dict[str, list[str]]:
    answers: dict[str, list[str]] = {}
    for text in attributes:
        code, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"--attribute {text}: write CODE=VALUE.")
        answers.setdefault(code, []).append(value)
    return answers
