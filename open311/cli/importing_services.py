"""`open311 import services`: another system's catalogue as a beginning of ours."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

import click

from open311.admin.describing import describe_plan
from open311.admin.jurisdictions import Proposal
from open311.admin.planning import make_plan
from open311.admin.revisions import read_configuration, revision_in_force
from open311.catalogue.folders import FolderInMemory
from open311.catalogue.loading import Configuration, load_folder
from open311.cli.jurisdiction import put_in_force_or_end
from open311.cli.shell import end, our_engine, shell_actor
from open311.importing.mapping import ImportMap, read_map
from open311.importing.services import OldDefinition, OldService, read_definition, read_services
from open311.importing.sources import Source, UnreadableError, is_address, open_source, plain_name
from open311.importing.taking_services import Wish, take_services

T = TypeVar("T")


@click.command()
@click.argument("source", metavar="FILE_OR_URL")
@click.option("--jurisdiction", "jurisdiction_id", required=True, metavar="ID")
@click.option(
    "--definition", "definition_files", multiple=True, metavar="FILE_OR_URL",
    help="A service definition; of a URL that ends in services.xml or .json, they are fetched.",
)  # fmt: skip
@click.option(
    "--map", "map_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Our codes for theirs.",
)  # fmt: skip
@click.option("--unit", help="Who gets the requests; needed where there is no duty unit.")
@click.option("--language", help="Of their texts; the jurisdiction's first when not given.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def services(
    source: str,
    jurisdiction_id: str,
    definition_files: tuple[str, ...],
    map_file: Path | None,
    unit: str | None,
    language: str | None,
    dry_run: bool,
) -> None:
    """Add the services in FILE_OR_URL, GeoReport v2 in XML or JSON, to a city as a new revision.

    Services that are there already stay as they are, so it can be repeated. Write the outcome to
    its folder with `open311 jurisdiction export`, and refine it there.
    """
    engine = our_engine()
    import_map = read_map(map_file) if map_file else ImportMap()
    listed = _read(source, lambda opened: list(read_services(opened)))
    definitions = _definitions(source, listed, definition_files)
    with engine.connect() as connection:
        expected = revision_in_force(connection, jurisdiction_id).revision
        before = read_configuration(connection, jurisdiction_id, expected)
        wish = Wish(language or before.jurisdiction["languages"][0], unit, import_map)
        taken = take_services(before.files, listed, definitions, wish)
        now = load_folder(FolderInMemory(taken.files))
        plan = make_plan(connection, now)
    for theirs, reason in taken.refused.items():
        click.echo(f"not taken: {theirs}: {reason}")
    click.echo(f"{len(taken.added)} services new, {len(taken.known)} there already.")
    if dry_run or not taken.added:
        click.echo("\n".join(describe_plan(plan)))
        return
    put_in_force_or_end(engine, _proposal(now, source, expected))


def _proposal(configuration: Configuration, source: str, expected: int) -> Proposal:
    reason = f"Services imported from {plain_name(source)}"
    return Proposal(configuration, shell_actor(), reason, "import", expected=expected)


def _definitions(
    source: str, listed: Iterable[OldService], files: Iterable[str]
) -> dict[str, OldDefinition]:
    """Return the definitions by service code: those named, and those of a server, fetched."""
    named = [_read(file, read_definition) for file in files]
    definitions = {definition.service_code: definition for definition in named}
    if is_address(source):
        asking = [service.service_code for service in listed if service.metadata]
        with click.progressbar(asking, label="Definitions", file=sys.stderr) as codes:
            for code in codes:
                if code not in definitions:
                    definitions[code] = _read(_definition_address(source, code), read_definition)
    return definitions


def _definition_address(list_address: str, service_code: str) -> str:
    """Return where a definition is on the server of a list: `services.xml` has `services/A.xml`."""
    parts = urlsplit(list_address)
    stem, dot, suffix = parts.path.rpartition(".")
    path = f"{stem}/{quote(service_code, safe='')}{dot}{suffix}"
    return urlunsplit(parts._replace(path=path))


def _read(name: str, reader: Callable[[Source], T]) -> T:
    try:
        with open_source(name) as opened:
            return reader(opened)
    except UnreadableError as error:
        end(f"{name} {error}.")
