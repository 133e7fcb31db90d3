"""`open311 places`: the address registers of the cities."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from sqlalchemy import Engine

from open311.admin.addresses import import_addresses
from open311.admin.revisions import revision_in_force
from open311.cli.shell import end, our_engine, shell_actor
from open311.places import addresses
from open311.places.addresses import Address
from open311.places.locating import Point
from open311.places.register_files import RegisterError

_JURISDICTION = click.option(
    "--jurisdiction", "jurisdiction_id", required=True, metavar="ID", help="Whose register."
)


@click.group()
def places() -> None:
    """Address registers: import them, and try what they answer."""


@places.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JURISDICTION
@click.option(
    "--bad-rows", "percent", type=click.IntRange(0, 100), default=5, show_default=True,
    help="Refuse a FILE of whose rows more percent than this cannot be used.",
)  # fmt: skip
def import_(file: Path, jurisdiction_id: str, percent: int) -> None:
    """Put the address register in FILE in the place of the one before.

    FILE is CSV or GeoJSON with the columns of OpenAddresses: LON, LAT, STREET, and perhaps NUMBER,
    UNIT, CITY, POSTCODE, ID, HASH. Rows that cannot be used are told and left out.
    """
    engine = _engine_of(jurisdiction_id)
    size = file.stat().st_size
    with click.progressbar(length=size, label="Reading", file=sys.stderr) as bar:

        def progress(bytes_read: int) -> None:
            bar.update(bytes_read - bar.pos)
            if bytes_read == size:
                click.echo("\nComparing with the register …", err=True)

        try:
            imported = import_addresses(
                engine, jurisdiction_id, file, shell_actor(), percent / 100, progress
            )
        except RegisterError as error:
            end(f"{file}: {error}. Nothing has changed.", *error.details)
    for line in imported.details:
        click.echo(f"{file}: {line}", err=True)
    same = imported.after - imported.added - imported.changed
    click.echo(
        f"{jurisdiction_id}: {imported.after} addresses: {imported.added} added, "
        f"{imported.changed} changed, {imported.removed} removed, {same} as before; "
        f"{imported.bad} rows left out."
    )


@places.command()
@click.argument("text")
@_JURISDICTION
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many."
)
def search(text: str, jurisdiction_id: str, limit: int) -> None:
    """List the addresses that TEXT may mean, the likeliest first; exit 1 if there are none.

    First those that a report with this address_string would be given.
    """
    with _engine_of(jurisdiction_id).connect() as connection:
        _show(addresses.find_addresses(connection, jurisdiction_id, text, limit))


@places.command()
@click.option("--lat", type=click.FloatRange(-90, 90), required=True, help="Latitude, WGS 84.")
@click.option("--long", type=click.FloatRange(-180, 180), required=True, help="Longitude.")
@click.option(
    "--within", "metres", type=click.IntRange(1, 2000), default=100, show_default=True,
    help="No farther away, in metres.",
)  # fmt: skip
@_JURISDICTION
def nearest(lat: float, long: float, metres: int, jurisdiction_id: str) -> None:
    """Show the address nearest to a point; exit 1 if there is none."""
    with _engine_of(jurisdiction_id).connect() as connection:
        found = addresses.nearest(connection, jurisdiction_id, Point(lat, long), metres)
    _show([found] if found else [])


def _engine_of(jurisdiction_id: str) -> Engine:
    """Return the engine, if the jurisdiction is in force.

    Raises:
        NotFound: it is not.
    """
    engine = our_engine()
    with engine.connect() as connection:
        revision_in_force(connection, jurisdiction_id)
    return engine


def _show(found: Iterable[Address]) -> None:
    """Print addresses, or say that there are none and end."""
    lines = [
        f"{one.address_id}\t{one}\t{one.zipcode or ''}\t{one.city or ''}"
        f"\t{one.point.lat}\t{one.point.long}"
        for one in found
    ]
    if not lines:
        end("no such address is in the register")
    click.echo("\n".join(lines))
