"""`open311 jurisdiction history`, `diff`, `rollback` and `export`: the revisions of a city."""

import sys
from pathlib import Path

import click
import orjson
from sqlalchemy import Connection

from open311.admin.describing import describe_changes, describe_revision
from open311.admin.jurisdictions import (
    Proposal,
    UnknownRevisionError,
    read_configuration,
)
from open311.catalogue.comparing import compare
from open311.catalogue.loading import Configuration, ConfigurationError
from open311.catalogue.revisions import (
    find_revision,
    list_revisions,
    mark_exported,
)
from open311.catalogue.writing import write_base, write_folder
from open311.cli.acting import shell_actor
from open311.cli.jurisdiction import put_in_force_or_end
from open311.database.engine import transaction_engine
from open311.database.location import database_url
from open311.settings import read_settings

_ID = click.argument("jurisdiction_id", metavar="ID")


@click.command()
@_ID
@click.option("--json", "as_json", is_flag=True, help="For programs, with what each changed.")
def history(jurisdiction_id: str, as_json: bool) -> None:
    """List the revisions of the city with ID, the newest first."""
    with transaction_engine(database_url(read_settings())).connect() as connection:
        _in_force(connection, jurisdiction_id)
        revisions = list_revisions(connection, jurisdiction_id)
    if as_json:
        click.echo(orjson.dumps(revisions, option=orjson.OPT_INDENT_2))
        return
    for one in revisions:
        click.echo(f"{describe_revision(one)} [{len(one.changes)} changes]")


@click.command()
@_ID
@click.argument("before", type=int)
@click.argument("after", type=int, required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def diff(jurisdiction_id: str, before: int, after: int | None, as_json: bool) -> None:
    """Show what differs from revision BEFORE to AFTER, or to the one in force."""
    with transaction_engine(database_url(read_settings())).connect() as connection:
        newer = after or _in_force(connection, jurisdiction_id)
        old = _configuration(connection, jurisdiction_id, before)
        new = _configuration(connection, jurisdiction_id, newer)
    changes = compare(old.files, new.files)
    if as_json:
        documents = [change.as_document() for change in changes]
        click.echo(orjson.dumps(documents, option=orjson.OPT_INDENT_2))
        return
    for line in describe_changes(changes):
        click.echo(line)


@click.command()
@_ID
@click.argument("revision", type=int)
@click.option("--reason", required=True, help="Why, for the history.")
def rollback(jurisdiction_id: str, revision: int, reason: str) -> None:
    """Put REVISION of the city with ID in force again, as a new revision."""
    engine = transaction_engine(database_url(read_settings()))
    with engine.connect() as connection:
        expected = _in_force(connection, jurisdiction_id)
        configuration = _configuration(connection, jurisdiction_id, revision)
    proposal = Proposal(configuration, shell_actor(), reason, "rollback", expected=expected)
    put_in_force_or_end(engine, proposal)


@click.command()
@_ID
@click.option("--revision", type=int, help="Another than the one in force.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path),
    help="The folder; under `jurisdictions/` when not given.",
)  # fmt: skip
def export(jurisdiction_id: str, revision: int | None, folder: Path | None) -> None:
    """Write the city with ID as a folder: loaded, it is the same configuration."""
    settings = read_settings()
    with transaction_engine(database_url(settings)).begin() as connection:
        number = revision or _in_force(connection, jurisdiction_id)
        configuration = _configuration(connection, jurisdiction_id, number)
        slug = configuration.jurisdiction["slug"]
        target = folder or settings.jurisdictions_directory / slug
        if target.exists() and any(target.iterdir()) and not _is_jurisdiction(target):
            raise click.UsageError(f"{target} holds other things than a jurisdiction.")
        touched = write_folder(configuration.files, target)
        write_base(target, configuration.digest)
        mark_exported(connection, jurisdiction_id, number)
    written = ", ".join(touched) or "nothing had to be written"
    click.echo(f"{target}: revision {number} of {jurisdiction_id}: {written}.")


def _is_jurisdiction(folder: Path) -> bool:
    return (folder / "jurisdiction.yaml").exists()


def _in_force(connection: Connection, jurisdiction_id: str) -> int:
    """Return the revision in force, or say that there is none and end."""
    found = find_revision(connection, jurisdiction_id)
    if found is None:
        click.echo(f"open311: there is no revision of {jurisdiction_id!r}", err=True)
        sys.exit(1)
    return found.revision


def _configuration(connection: Connection, jurisdiction_id: str, revision: int) -> Configuration:
    try:
        return read_configuration(connection, jurisdiction_id, revision)
    except (UnknownRevisionError, ConfigurationError) as error:
        click.echo(f"open311: {error}", err=True)
        sys.exit(1)
