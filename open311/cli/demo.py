"""`open311 demo`: something to look at."""

import click

from open311.catalogue.locking import hold_catalogue
from open311.catalogue.registry import jurisdiction_ids, read_catalogue
from open311.cli.shell import our_engine
from open311.georeport.encoding import render_request
from open311.reports.samples import SamplesError, has_requests, load_samples


@click.group()
def demo() -> None:
    """Sample requests, labelled as such."""


@demo.command()
@click.option(
    "--number", type=click.IntRange(1), default=2000, show_default=True,
    help="Requests for each jurisdiction.",
)  # fmt: skip
def load(number: int) -> None:
    """Load samples into every jurisdiction that has phrases for them and no request yet."""
    engine = our_engine()
    for jurisdiction_id in jurisdiction_ids(engine):
        with engine.begin() as connection:
            if has_requests(connection, jurisdiction_id):
                click.echo(f"{jurisdiction_id}: has requests, nothing loaded.")
                continue
            hold_catalogue(connection, jurisdiction_id)
            catalogue = read_catalogue(connection, jurisdiction_id)
            try:
                loaded = load_samples(connection, catalogue, number, render_request)
            except SamplesError as error:
                click.echo(f"{jurisdiction_id}: {error}.")
                continue
        click.echo(f"{jurisdiction_id}: {loaded} sample requests loaded.")
