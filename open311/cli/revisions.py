"""`open311 jurisdiction history`, `diff`, `rollback` and `export`: the revisions of a city."""

from pathlib import Path

import click
import orjson

from open311.admin.describing import describe_changes, describe_revision
from open311.admin.jurisdictions import Proposal
from open311.admin.revisions import files_of, read_configuration, revision_in_force
from open311.catalogue.comparing import compare
from open311.catalogue.loading import ConfigurationError, digest_of
from open311.catalogue.revisions import list_revisions, mark_exported
from open311.catalogue.writing import write_base, write_folder
from open311.catalogue.yaml_source import SourceError, read_source
from open311.cli.jurisdiction import put_in_force_or_end
from open311.cli.shell import end, our_engine, shell_actor
from open311.settings import read_settings

_ID = click.argument("jurisdiction_id", metavar="ID")

# As many as the database counts.
_NUMBER = click.IntRange(1, 2**31 - 1)


@click.command()
@_ID
@click.option("--json", "as_json", is_flag=True, help="For programs, with what each changed.")
def history(jurisdiction_id: str, as_json: bool) -> None:
    """List the revisions of the city with ID, the newest first."""
    with our_engine().connect() as connection:
        revision_in_force(connection, jurisdiction_id)
        revisions = list_revisions(connection, jurisdiction_id)
    if as_json:
        click.echo(orjson.dumps(revisions, option=orjson.OPT_INDENT_2))
        return
    for one in revisions:
        number = len(one.changes)
        click.echo(f"{describe_revision(one)} [{number} change{'s' * (number != 1)}]")


@click.command()
@_ID
@click.argument("before", type=_NUMBER)
@click.argument("after", type=_NUMBER, required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def diff(jurisdiction_id: str, before: int, after: int | None, as_json: bool) -> None:
    """Show what differs from revision BEFORE to AFTER, or to the one in force."""
    with our_engine().connect() as connection:
        newer = after or revision_in_force(connection, jurisdiction_id).revision
        old, new = (files_of(connection, jurisdiction_id, one) for one in (before, newer))
    changes = compare(old, new)
    if as_json:
        documents = [change.as_document() for change in changes]
        click.echo(orjson.dumps(documents, option=orjson.OPT_INDENT_2))
        return
    for line in describe_changes(changes):
        click.echo(line)


@click.command()
@_ID
@click.argument("revision", type=_NUMBER)
@click.option("--reason", required=True, help="Why, for the history.")
def rollback(jurisdiction_id: str, revision: int, reason: str) -> None:
    """Put REVISION of the city with ID in force again, as a new revision."""
    engine = our_engine()
    with engine.connect() as connection:
        expected = revision_in_force(connection, jurisdiction_id).revision
        try:
            configuration = read_configuration(connection, jurisdiction_id, revision)
        except ConfigurationError as error:
            end(f"by today's rules, revision {revision} cannot be in force:\n{error}")
    proposal = Proposal(configuration, shell_actor(), reason, "rollback", expected=expected)
    put_in_force_or_end(engine, proposal)


@click.command()
@_ID
@click.option("--revision", type=_NUMBER, help="Another than the one in force.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path),
    help="The folder; under `jurisdictions/` when not given.",
)  # fmt: skip
def export(jurisdiction_id: str, revision: int | None, folder: Path | None) -> None:
    """Write the city with ID as a folder: loaded, it is the same configuration."""
    settings = read_settings()
    with our_engine().begin() as connection:
        number = revision or revision_in_force(connection, jurisdiction_id).revision
        # Not checked by today's rules: what they refuse can be mended in the folder.
        files = files_of(connection, jurisdiction_id, number)
        target = folder or settings.jurisdictions_directory / files["jurisdiction.yaml"]["slug"]
        _require_own(target, jurisdiction_id)
        try:
            touched = write_folder(files, target)
            write_base(target, digest_of(files))
        except OSError as error:
            end(f"{error.filename}: {error.strerror}")
        mark_exported(connection, jurisdiction_id, number)
    written = ", ".join(touched) or "nothing had to be written"
    click.echo(f"{target}: revision {number} of {jurisdiction_id}: {written}.")


def _require_own(folder: Path, jurisdiction_id: str) -> None:
    """Refuse a folder in which something else would be overwritten."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        document = read_source(folder / "jurisdiction.yaml").value
    except (OSError, SourceError):
        document = None
    if not isinstance(document, dict) or document.get("id") != jurisdiction_id:
        raise click.UsageError(f"{folder} holds something else than {jurisdiction_id}.")
