"""`open311 jurisdiction`: the cities and their catalogues."""

import sys
from pathlib import Path

import click
from sqlalchemy import Engine, select

from open311.admin.jurisdictions import apply_configuration
from open311.catalogue.applying import TakenError
from open311.catalogue.checking import check_together
from open311.catalogue.loading import Configuration, ConfigurationError, jurisdiction_folders, load
from open311.database import tables
from open311.database.engine import transaction_engine
from open311.database.location import database_url
from open311.georeport.encoding import render_request
from open311.settings import read_settings

_FOLDERS = click.argument(
    "folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@click.group()
def jurisdiction() -> None:
    """The cities: check their folders, put them in force, list them.

    FOLDERS are folders of jurisdictions; when none is given, all under `jurisdictions/`.
    """


@jurisdiction.command()
@_FOLDERS
def check(folders: tuple[Path, ...]) -> None:
    """Say what is wrong with FOLDERS, by file and line; exit 1 if anything is."""
    for configuration in _load_all(folders):
        number = len(configuration.services)
        click.echo(f"{configuration.jurisdiction['id']}: {number} services, nothing wrong.")


@jurisdiction.command()
@_FOLDERS
def apply(folders: tuple[Path, ...]) -> None:
    """Check FOLDERS and put them in force, each in one transaction; a running server notices."""
    engine = transaction_engine(database_url(read_settings()))
    for configuration in _load_all(folders):
        try:
            applied = apply_configuration(engine, configuration, render_request)
        except TakenError as error:
            click.echo(f"open311: {error}", err=True)
            sys.exit(1)
        what = "now in force" if applied.changed else "in force as before"
        click.echo(f"{applied.jurisdiction_id}: revision {applied.revision} is {what}.")


@jurisdiction.command("list")
def list_() -> None:
    """List the jurisdictions in force: id, slug, revision, number of services."""
    engine = transaction_engine(database_url(read_settings()))
    place, service = tables.jurisdiction.c, tables.service.c
    with engine.connect() as connection:
        for row in connection.execute(select(tables.jurisdiction).order_by(place.jurisdiction_id)):
            offered = connection.execute(
                select(service.service_code).where(
                    service.jurisdiction_id == row.jurisdiction_id,
                    service.retired_datetime.is_(None),
                )
            ).all()
            click.echo(f"{row.jurisdiction_id}\t{row.slug}\t{row.revision}\t{len(offered)}")


def applied_ids(engine: Engine) -> list[str]:
    """Return the ids of the jurisdictions in force, in order."""
    table = tables.jurisdiction
    with engine.connect() as connection:
        query = select(table.c.jurisdiction_id).order_by(table.c.jurisdiction_id)
        return list(connection.scalars(query))


def _load_all(folders: tuple[Path, ...]) -> list[Configuration]:
    """Load every folder, or say of all of them what is wrong and end."""
    directory = read_settings().jurisdictions_directory
    chosen = list(folders) or jurisdiction_folders(directory)
    if not chosen:
        raise click.UsageError(f"There is no jurisdiction under {directory}.")
    configurations, wrong = [], False
    for folder in chosen:
        try:
            configurations.append(load(folder))
        except ConfigurationError as error:
            wrong = True
            for finding in error.findings:
                click.echo(str(finding), err=True)
    for problem in check_together([one.jurisdiction for one in configurations]):
        wrong = True
        click.echo(f"open311: {problem}", err=True)
    if wrong:
        sys.exit(1)
    return configurations
