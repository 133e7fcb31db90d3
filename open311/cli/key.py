"""`open311 key`: the API keys with which clients send reports."""

import sys

import click

from open311.access import keys
from open311.database.engine import transaction_engine
from open311.database.location import database_url
from open311.settings import read_settings


@click.group()
def key() -> None:
    """API keys: hand out, list, revoke."""


@key.command()
@click.option(
    "--jurisdiction", "jurisdictions", multiple=True, required=True, metavar="ID",
    help="Where the key may be used; may be given several times.",
)  # fmt: skip
@click.option("--label", required=True, help="Who has it, for your own list.")
def issue(jurisdictions: tuple[str, ...], label: str) -> None:
    """Make a key and print it, once: only its hash is kept."""
    try:
        with transaction_engine(database_url(read_settings())).begin() as connection:
            new_key = keys.issue(connection, jurisdictions, label)
    except keys.UnknownJurisdictionError as error:
        click.echo(f"open311: there is no jurisdiction {error}", err=True)
        sys.exit(1)
    click.echo(new_key)


@key.command("list")
def list_() -> None:
    """List the keys: number, state, jurisdictions, day of issue, label."""
    with transaction_engine(database_url(read_settings())).connect() as connection:
        for one in keys.list_keys(connection):
            state = "revoked" if one.revoked else "valid"
            where = ",".join(one.jurisdiction_ids)
            click.echo(f"{one.api_key_id}\t{state}\t{where}\t{one.created:%Y-%m-%d}\t{one.label}")


@key.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """Make the key with NUMBER (see `list`) useless from now on."""
    with transaction_engine(database_url(read_settings())).begin() as connection:
        revoked = keys.revoke(connection, number)
    if not revoked:
        click.echo(f"open311: there is no valid key {number}", err=True)
        sys.exit(1)
    click.echo(f"The key {number} is revoked.")
