"""`open311 import`: moving in from another system."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from open311.admin.revisions import revision_in_force
from open311.catalogue.checking import zone_of
from open311.cli.shell import end, our_engine, shell_actor
from open311.georeport.encoding import render_request
from open311.importing.mapping import ImportMap, read_map
from open311.importing.preparing import Target
from open311.importing.requests import Imported, Watcher, import_requests
from open311.importing.sources import (
    Source,
    UnreadableError,
    is_address,
    open_source,
    system_of,
)
from open311.importing.template import template_of

# The others are in the report.
_SHOWN_REASONS = 20


@click.group("import")
def import_() -> None:
    """Move in: take over what another system has."""


@import_.command()
@click.argument("source", metavar="FILE_OR_URL")
@click.option(
    "--jurisdiction", "jurisdiction_id", required=True, metavar="ID", help="Where they are put."
)
@click.option(
    "--map", "map_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the words of the other system mean in ours.",
)  # fmt: skip
@click.option("--map-template", is_flag=True, help="Only print the beginning of such a map.")
@click.option("--system", help="What the other system is called; else by the map, host or file.")
@click.option(
    "--time-zone", "zone", callback=lambda *given: _zone(given[-1]),
    help="Of dates that name none; else by the map, or the zone of the jurisdiction.",
)  # fmt: skip
@click.option(
    "--rejects", type=click.Path(dir_okay=False, path_type=Path),
    help="Where to list what was not taken; else beside FILE, or in this folder.",
)  # fmt: skip
def requests(
    source: str,
    jurisdiction_id: str,
    map_file: Path | None,
    map_template: bool,
    system: str | None,
    zone: ZoneInfo | None,
    rejects: Path | None,
) -> None:
    """Import the requests in FILE_OR_URL: GeoReport v2 in JSON or XML, or GeoReport Bulk in CSV.

    Can be repeated: what is here already follows what is new there, and stays if nothing is. Ended
    in the middle, it can be run again. Exit 1 if SOURCE cannot be read to its end, or if nothing in
    it could be taken.
    """
    import_map = read_map(map_file) if map_file else ImportMap()
    import_map = replace(import_map, time_zone=zone or import_map.time_zone)
    system = system or import_map.system or system_of(source)
    try:
        with open_source(source) as opened:
            if map_template:
                click.echo(template_of(opened, system), nl=False)
                return
            target = Target(jurisdiction_id, system, import_map, render_request)
            imported = _import(opened, target, rejects or _beside(source))
    except UnreadableError as error:
        end(f"{source} {error}.")
    if imported.broken:
        before = " What came before is here; run it again with a whole one."
        end(f"{source} {imported.broken}.{before if imported.taken else ''}")
    if imported.refused and not imported.taken:
        end("nothing could be taken.")


def _import(source: Source, target: Target, rejects: Path) -> Imported:
    engine = our_engine(connections=2)
    with engine.connect() as connection:
        revision_in_force(connection, target.jurisdiction_id)
    with (
        _list_of_rejects(rejects, source.unit) as listed,
        click.progressbar(length=source.bytes, label="Importing", file=sys.stderr) as bar,
    ):
        watcher = Watcher(
            progress=lambda bytes_read: bar.update(bytes_read - bar.pos),
            refused=lambda one: listed(one.place, one.external_id, "no", one.reason, one.value),
            altered=lambda place, theirs, change: listed(place, theirs, "yes", change, ""),
        )
        imported = import_requests(engine, source, target, shell_actor(), watcher)
    click.echo(
        f"{target.jurisdiction_id}: {imported.taken} requests of {target.system} taken: "
        f"{imported.new} new, {imported.changed} changed, {imported.same} as before; "
        f"{imported.refused.total()} not taken. Dates without a zone count as {imported.zone}."
    )
    _show(imported.refused, "not taken")
    _show(imported.altered, "taken, but")
    if imported.refused or imported.altered:
        click.echo(f"Each of them is listed in {rejects}.")
    return imported


def _show(reasons: Counter[str], what: str) -> None:
    for reason, number in reasons.most_common(_SHOWN_REASONS):
        click.echo(f"  {number} {what}: {reason}")
    if len(reasons) > _SHOWN_REASONS:
        click.echo(f"  and {len(reasons) - _SHOWN_REASONS} reasons more")


@contextmanager
def _list_of_rejects(file: Path, unit: str) -> Iterator[Any]:
    """Write a CSV file; without a line, leave none."""
    empty = True
    try:
        stream = file.open("w", encoding="utf-8", newline="")
    except OSError as error:
        end(f"{file} cannot be written: {error.strerror}. Name another with --rejects.")
    writer = csv.writer(stream)
    writer.writerow([unit, "service_request_id", "taken", "reason", "value"])

    def add(*row: Any) -> None:
        nonlocal empty
        empty = False
        writer.writerow(row)

    try:
        with stream:
            yield add
    finally:
        if empty:
            file.unlink()


def _beside(source: str) -> Path:
    folder = Path() if is_address(source) else Path(source).parent
    return folder / f"{system_of(source)}-not-taken.csv"


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return zone_of(name) if name else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
