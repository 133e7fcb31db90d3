"""`open311 records`: the public records that are stored ready to be sent."""

import sys

import click

from open311.catalogue.locking import lock_catalogue
from open311.catalogue.registry import jurisdiction_ids, read_catalogue
from open311.cli.shell import our_engine
from open311.georeport.encoding import render_request
from open311.reports.publication import render_again, stale_records


@click.group()
def records() -> None:
    """Public records: check that what is stored is what would be rendered now."""


@records.command()
def check() -> None:
    """Count the stored records that would come out differently now; exit 1 if any would."""
    engine = our_engine()
    stale = 0
    for jurisdiction_id in jurisdiction_ids(engine):
        with engine.connect() as connection:
            catalogue = read_catalogue(connection, jurisdiction_id)
            number = sum(map(len, stale_records(connection, catalogue, render_request)))
        click.echo(f"{jurisdiction_id}: {number} records would come out differently.")
        stale += number
    sys.exit(1 if stale else 0)


@records.command()
def render() -> None:
    """Render anew what would come out differently: after an upgrade that adds a member, say."""
    engine = our_engine()
    for jurisdiction_id in jurisdiction_ids(engine):
        with engine.begin() as connection:
            lock_catalogue(connection, jurisdiction_id)
            catalogue = read_catalogue(connection, jurisdiction_id)
            number = render_again(connection, catalogue, render_request)
        click.echo(f"{jurisdiction_id}: {number} records rendered anew.")
