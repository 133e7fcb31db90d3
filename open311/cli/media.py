"""`open311 media`: the stored photos."""

import click

from open311.database.engine import transaction_engine
from open311.database.location import database_url
from open311.media.location import photo_store
from open311.reports.photos import sweep as sweep_photos
from open311.settings import read_settings


@click.group()
def media() -> None:
    """Photos: delete those that belong to no request."""


@media.command()
@click.option("--dry-run", is_flag=True, help="Only count them.")
def sweep(dry_run: bool) -> None:
    """Delete files older than a day that belong to no request of this database.

    They are left by a process that was killed while it took a report in.
    """
    settings = read_settings()
    engine = transaction_engine(database_url(settings))
    number = sweep_photos(engine, photo_store(settings), delete=not dry_run)
    click.echo(f"{number} files {'would be' if dry_run else 'were'} deleted.")
