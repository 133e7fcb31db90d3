"""`open311 person`: what is kept of one person, handed out or erased."""

import os
from pathlib import Path

import click
import orjson

from open311.catalogue.registry import Registry
from open311.cli.shell import end, our_engine, shell_actor
from open311.database.engine import read_engine
from open311.database.location import database_url
from open311.database.reading import Reader
from open311.georeport.encoding import render_request
from open311.people.keyring import SealError
from open311.people.location import keyring
from open311.reports.persons import Asked, Persons
from open311.settings import read_settings

_EMAIL = click.argument("email")
_JURISDICTION = click.option("--jurisdiction", metavar="ID", help="Where; without, everywhere.")


@click.group()
def person() -> None:
    """All that is kept of one person, found by an e-mail address: hand it out, or erase it.

    The audit log tells that it was done and why, and not whose address it was.
    """


@person.command()
@_EMAIL
@_JURISDICTION
@click.option("--reason", help="Why, for the audit log.")
@click.option(
    "--output", required=True, metavar="FILE", help="A new file for the JSON; - is the screen."
)
def export(email: str, jurisdiction: str | None, reason: str | None, output: str) -> None:
    """Write all that is kept of EMAIL into a file that only you can read."""
    if output != "-" and Path(output).exists():
        end(f"There is a file {output} already.")
    asked = Asked(email, jurisdiction, shell_actor(), reason)
    try:
        with our_engine().begin() as connection:
            found = _persons().export(connection, asked)
    except SealError as error:
        end(f"What is kept cannot be opened: {error}.")
    document = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if output == "-":
        click.echo(document, nl=False)
        return
    try:
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        end(f"{output} cannot be written: {error.strerror}.")
    with os.fdopen(file, "wb") as stream:
        stream.write(document)
    click.echo(f"{len(found['requests'])} requests are in {output}.")


@person.command()
@_EMAIL
@_JURISDICTION
@click.option("--reason", required=True, help="Why, for the audit log.")
@click.confirmation_option(prompt="What is erased cannot be brought back. Go on?")
def erase(email: str, jurisdiction: str | None, reason: str) -> None:
    """Erase who EMAIL is, now, in open requests too: they stay, as anybody's."""
    with our_engine().begin() as connection:
        asked = Asked(email, jurisdiction, shell_actor(), reason)
        number = _persons().erase(connection, asked)
    click.echo(f"Erased; requests: {number}.")


def _persons() -> Persons:
    settings = read_settings()
    registry = Registry(our_engine(), Reader(read_engine(database_url(settings))))
    return Persons(registry, keyring(settings), render_request)
