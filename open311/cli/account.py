"""`open311 account`: the people who administer, and their roles."""

from collections.abc import Callable
from typing import Any

import click

from open311.access import accounts
from open311.access.rights import ROLES, Role
from open311.cli.shell import our_engine, shell_actor

_EMAIL = click.argument("email")


def _role(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the arguments that name an account's role."""
    for parameter in (
        click.option("--unit", metavar="CODE", help="Of which unit, for a unit_officer."),
        click.option("--jurisdiction", metavar="ID", help="Where; without, in all."),
        click.argument("role", type=click.Choice(ROLES)),
        _EMAIL,
    ):
        command = parameter(command)
    return command


@click.group()
def account() -> None:
    """Accounts of those who administer: make, list, disable; give and take roles.

    An inter_city_administrator may do everything everywhere; a city_administrator everything in
    one jurisdiction, but make new ones and overwrite what was edited elsewhere; a unit_officer
    sees and handles the requests of one unit; an auditor reads, but no personal data.
    """


@account.command()
@_EMAIL
@click.option("--name", required=True, help="Of the person.")
def create(email: str, name: str) -> None:
    """Make an account for EMAIL, without a role."""
    with our_engine().begin() as connection:
        accounts.create(connection, email, name, actor=shell_actor())
        made = accounts.account_of(connection, email)
    click.echo(f"There is an account {made.email} now.")


@account.command("list")
def list_() -> None:
    """List the accounts: e-mail address, state, roles, name."""
    with our_engine().connect() as connection:
        for one in accounts.list_accounts(connection, actor=shell_actor()):
            state = "disabled" if one.disabled else "enabled"
            roles = ",".join(map(_told, one.roles)) or "-"
            click.echo(f"{one.email}\t{state}\t{roles}\t{one.name}")


@account.command()
@_role
def grant(email: str, role: str, jurisdiction: str | None, unit: str | None) -> None:
    """Give the account EMAIL a ROLE."""
    with our_engine().begin() as connection:
        accounts.grant(connection, email, role, jurisdiction, unit, actor=shell_actor())
    click.echo(f"{email} has the role {role} now.")


@account.command()
@_role
def revoke(email: str, role: str, jurisdiction: str | None, unit: str | None) -> None:
    """Take a ROLE away from the account EMAIL."""
    with our_engine().begin() as connection:
        accounts.revoke(connection, email, role, jurisdiction, unit, actor=shell_actor())
    click.echo(f"{email} does not have the role {role} any more.")


@account.command()
@_EMAIL
def disable(email: str) -> None:
    """Let the account EMAIL and its keys do nothing from now on."""
    with our_engine().begin() as connection:
        accounts.disable(connection, email, actor=shell_actor())
    click.echo(f"The account {email} is disabled.")


@account.command()
@_EMAIL
def enable(email: str) -> None:
    """Let the disabled account EMAIL and its keys do again what they could."""
    with our_engine().begin() as connection:
        accounts.enable(connection, email, actor=shell_actor())
    click.echo(f"The account {email} is enabled.")


def _told(role: Role) -> str:
    return ":".join(part for part in (role.role, role.jurisdiction_id, role.unit_code) if part)
