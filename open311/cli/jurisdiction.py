"""`open311 jurisdiction`: the cities and their catalogues."""

import sys
from pathlib import Path

import click
import orjson
from sqlalchemy import Engine, func, select

from open311.admin.describing import describe_plan
from open311.admin.jurisdictions import (
    Proposal,
    StaleError,
    UndoneError,
    apply_configuration,
)
from open311.admin.planning import FromFolder, make_plan
from open311.admin.starting import Start, StartError, first_files
from open311.catalogue.checking import check_together
from open311.catalogue.folders import FolderInMemory
from open311.catalogue.loading import (
    Configuration,
    ConfigurationError,
    jurisdiction_folders,
    load,
    load_folder,
)
from open311.catalogue.writing import read_base, write_base, write_folder
from open311.cli.shell import end, our_engine, shell_actor
from open311.database import tables
from open311.georeport.encoding import render_request
from open311.settings import read_settings

_FOLDERS = click.argument(
    "folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@click.group()
def jurisdiction() -> None:
    """The cities: make, check, plan and apply their folders; history, rollback, export.

    FOLDERS are folders of jurisdictions; when none is given, all under `jurisdictions/`.
    """


@jurisdiction.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--id", "jurisdiction_id", required=True, help="Such as poznan.pl.")
@click.option("--prefix", required=True, help="Begins the ids of requests: 2 to 4 capitals.")
@click.option("--name", required=True, help="The city's name, in its own language.")
@click.option(
    "--boundary", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="GeoJSON of its area, as a drawing tool saves it.",
)  # fmt: skip
@click.option(
    "--language", "languages", multiple=True, default=("pl", "en"), show_default=True,
    help="The first is the default; may be given several times.",
)  # fmt: skip
@click.option("--time-zone", default="Europe/Warsaw", show_default=True)
@click.option("--contact", default="", help="How to reach the city; its id when not given.")
@click.option(
    "--like", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of a city whose services are taken over, all given to one unit at first.",
)  # fmt: skip
def new(
    folder: Path,
    jurisdiction_id: str,
    prefix: str,
    name: str,
    boundary: Path,
    languages: tuple[str, ...],
    time_zone: str,
    contact: str,
    like: Path | None,
) -> None:
    """Make FOLDER for a new city, ready to be applied and then to be filled in."""
    if folder.exists():
        raise click.UsageError(f"{folder} exists already.")
    start = Start(
        jurisdiction_id=jurisdiction_id,
        slug=folder.name,
        prefix=prefix,
        name=name,
        languages=languages,
        time_zone=time_zone,
        contact=contact or jurisdiction_id,
    )
    try:
        files = first_files(start, boundary, load_or_end([like])[0] if like else None)
        # Checked before it is written: what is refused leaves no folder behind.
        load_folder(FolderInMemory(files))
        write_folder(files, folder)
    except (StartError, ConfigurationError) as error:
        end(f"{folder} cannot be made of that:\n{error}")
    except OSError as error:
        end(f"{error.filename}: {error.strerror}")
    click.echo(f"{folder}: ready. `open311 jurisdiction plan {folder}` shows what it brings.")


@jurisdiction.command()
@_FOLDERS
def check(folders: tuple[Path, ...]) -> None:
    """Say what is wrong with FOLDERS, by file and line; exit 1 if anything is."""
    for configuration in load_or_end(_chosen(folders)):
        for finding in configuration.warnings:
            click.echo(str(finding))
        services, examples = configuration.services, configuration.routing.get("examples", [])
        routed = f", examples routed as they should be: {len(examples)}" if examples else ""
        click.echo(
            f"{configuration.jurisdiction_id}: {len(services)} services{routed}, nothing wrong."
        )


@jurisdiction.command()
@_FOLDERS
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def plan(folders: tuple[Path, ...], as_json: bool) -> None:
    """Show what applying FOLDERS would change, and for whom; exit 1 if it would be refused."""
    engine = our_engine()
    chosen = _chosen(folders)
    plans = []
    with engine.connect() as connection:
        for folder, configuration in zip(chosen, load_or_end(chosen), strict=True):
            plans.append(make_plan(connection, configuration, FromFolder(read_base(folder))))
    if as_json:
        click.echo(orjson.dumps([one.as_document() for one in plans], option=orjson.OPT_INDENT_2))
    else:
        for one in plans:
            click.echo("\n".join(describe_plan(one)))
    sys.exit(any(one.undone or one.refusals for one in plans))


@jurisdiction.command()
@_FOLDERS
@click.option("--reason", default="", help="Why, for the history.")
@click.option("--force", is_flag=True, help="Overwrite what came in force elsewhere.")
def apply(folders: tuple[Path, ...], reason: str, force: bool) -> None:
    """Check FOLDERS and put them in force, each in one transaction; a running server notices."""
    engine = our_engine()
    chosen = _chosen(folders)
    for folder, configuration in zip(chosen, load_or_end(chosen), strict=True):
        base = FromFolder(read_base(folder))
        proposal = Proposal(
            configuration, shell_actor(), reason, "folder", folder=base, force=force
        )
        put_in_force_or_end(engine, proposal)
        _note_base(folder, configuration)


@jurisdiction.command("list")
def list_() -> None:
    """List the jurisdictions in force: id, slug, revision, number of services."""
    engine = our_engine()
    place, service = tables.jurisdiction.c, tables.service.c
    offered = (
        select(func.count())
        .where(service.jurisdiction_id == place.jurisdiction_id, service.retired_datetime.is_(None))
        .scalar_subquery()
    )
    query = select(place.jurisdiction_id, place.slug, place.revision, offered)
    with engine.connect() as connection:
        for row in connection.execute(query.order_by(place.jurisdiction_id)):
            click.echo("\t".join(map(str, row)))


def put_in_force_or_end(engine: Engine, proposal: Proposal) -> None:
    """Put a configuration in force; if it is not the time for it, say so and end.

    Raises:
        ConfigurationError: something speaks against it, by file and line.
    """
    try:
        applied = apply_configuration(engine, proposal, render_request)
    except UndoneError as error:
        click.echo("\n".join(describe_plan(error.plan)), err=True)
        export = f"open311 jurisdiction export {error.plan.jurisdiction_id} --to FOLDER"
        click.echo("open311: nothing was changed.", err=True)
        click.echo(f"`{export}` writes what is in force; or apply with --force.", err=True)
        sys.exit(1)
    except StaleError as error:
        end(f"{error}, nothing was changed.")
    what = "now in force" if applied.changed else "in force as before"
    click.echo(f"{applied.jurisdiction_id}: revision {applied.revision} is {what}.")


def load_or_end(folders: list[Path]) -> list[Configuration]:
    """Load every folder, or say of all of them what is wrong and end."""
    configurations, wrong = [], False
    for folder in folders:
        try:
            configurations.append(load(folder))
        except ConfigurationError as error:
            wrong = True
            click.echo(str(error), err=True)
    for problem in check_together([one.jurisdiction for one in configurations]):
        wrong = True
        click.echo(f"open311: {problem}", err=True)
    if wrong:
        sys.exit(1)
    return configurations


def _chosen(folders: tuple[Path, ...]) -> list[Path]:
    directory = read_settings().jurisdictions_directory
    chosen = list(folders) or jurisdiction_folders(directory)
    if not chosen:
        raise click.UsageError(f"There is no jurisdiction under {directory}.")
    return chosen


def _note_base(folder: Path, configuration: Configuration) -> None:
    try:
        write_base(folder, configuration.digest)
    except OSError as error:
        # What is in force is in force; only the next plan knows less.
        click.echo(f"open311: {folder} cannot be marked as applied: {error.strerror}", err=True)
