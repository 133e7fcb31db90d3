"""What all commands share: who types them, which database they are for, how they end."""

import getpass
import os
import sys
from typing import NoReturn

import click
from sqlalchemy import Engine

from open311.access.rights import Actor, shell
from open311.database.engine import transaction_engine
from open311.database.location import database_url
from open311.settings import read_settings


def shell_actor() -> Actor:
    """Return the person at the shell: who called sudo, else who is logged in.

    Who can run these commands can reach the database itself, so nothing is kept from them; the
    name is for the audit log.
    """
    return shell(os.environ.get("SUDO_USER") or _login_name())


def our_engine(connections: int = 1) -> Engine:
    """Return the engine for what a command does in the database; see `transaction_engine`."""
    return transaction_engine(database_url(read_settings()), connections)


def end(*lines: str) -> NoReturn:
    """Say why something could not be done, and end."""
    for line in lines:
        click.echo(f"open311: {line}", err=True)
    sys.exit(1)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container, a user may be a number alone.
        return str(os.getuid())
