"""`open311 keyring`: the keys of personal data, and that nothing runs without them."""

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from open311.database.sealed import sealed_values
from open311.people.keyring import KeyringError, add_key, is_there
from open311.people.keyring import create as create_keyring
from open311.people.location import keyring as keyring_of
from open311.people.location import keyring_file
from open311.settings import Settings, read_settings


@click.group()
def keyring() -> None:
    """The keys that personal data are sealed with: make them, add one."""


@keyring.command()
def create() -> None:
    """Make the file of the keys, with one key; never in the place of another."""
    file = keyring_file(read_settings())
    create_keyring(file)
    click.echo(_made(file))


@keyring.command()
def add() -> None:
    """Put a new key in front, to seal with from the next start of the service on."""
    file = keyring_file(read_settings())
    add_key(file)
    click.echo(f"The keyring {file} has a new key. Copy it, then restart the service.")


def create_keyring_if_new(settings: Settings, engine: Engine) -> None:
    """Make the keyring of a database for which none was ever needed.

    Raises:
        KeyringError: it cannot be written.
    """
    file = keyring_file(settings)
    if is_there(file):
        return
    with engine.connect() as connection:
        is_new = not sealed_values(connection)
    if is_new:
        create_keyring(file)
        click.echo(_made(file))


def check_keyring(settings: Settings, engine: Engine) -> None:
    """See that the keyring is there, and has the keys of what the database holds.

    Raises:
        KeyringError: it is not, cannot be used, or has not.
    """
    keys = keyring_of(settings)
    try:
        with engine.connect() as connection:
            sealed = sealed_values(connection)
    except OperationalError:
        # The service may be started before its database.
        return
    if not all(map(keys.has_key_of, sealed)):
        raise KeyringError(
            f"The keyring {keyring_file(settings)} does not have the key that personal data in "
            "this database are sealed with. Bring the file back from its copy, or name the right "
            "one in OPEN311_KEYRING_FILE."
        )


def _made(file: object) -> str:
    return f"The keyring {file} is made. Keep a copy of it, apart from those of the database."
