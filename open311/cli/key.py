"""`open311 key`: the API keys with which clients send reports, and programs administer."""

from datetime import UTC, datetime

import click

from open311.access import keys
from open311.access.accounts import account_of
from open311.access.rates import RATES
from open311.access.rights import SCOPES
from open311.cli.shell import our_engine, shell_actor


@click.group()
def key() -> None:
    """API keys: hand out, list, revoke."""


@key.command()
@click.option(
    "--jurisdiction", "jurisdictions", multiple=True, metavar="ID",
    help="Where the key may be used; may be given several times. Only a key of an account that "
    "does not report may go without: it is good wherever the account's roles reach.",
)  # fmt: skip
@click.option("--label", required=True, help="Who has it, for your own list.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=["report"],
    show_default=True, help="What it is for; may be given several times.",
)  # fmt: skip
@click.option(
    "--rate-class", type=click.Choice(list(RATES)), default="standard", show_default=True,
    help=f"How many calls a minute it is good for: {RATES['standard']:,}, {RATES['bulk']:,}, any.",
)  # fmt: skip
@click.option(
    "--expires", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
    help="From this day on (UTC) it is useless: 2027-01-31.",
)  # fmt: skip
@click.option("--account", metavar="EMAIL", help="Whose rights it has; without, it only reports.")
def issue(
    jurisdictions: tuple[str, ...],
    label: str,
    scopes: tuple[str, ...],
    rate_class: str,
    expires: datetime | None,
    account: str | None,
) -> None:
    """Make a key and print it, once: only its hash is kept."""
    with our_engine().begin() as connection:
        terms = keys.Terms(
            scopes=scopes,
            rate_class=rate_class,
            expires=expires and expires.replace(tzinfo=UTC),
            account_id=account_of(connection, account).account_id if account else None,
        )
        new_key = keys.issue(connection, jurisdictions, label, terms, actor=shell_actor())
    click.echo(new_key)


@key.command("list")
def list_() -> None:
    """List the keys, with - for what is not there.

    Number, state, jurisdictions, scopes, rate class, day of issue, day of expiry, last use,
    account, label.
    """
    with our_engine().connect() as connection:
        for one in keys.list_keys(connection, actor=shell_actor()):
            columns = (
                one.api_key_id,
                one.state,
                ",".join(one.jurisdiction_ids) or "-",
                ",".join(one.scopes),
                one.rate_class,
                _day(one.created),
                _day(one.expires),
                f"{one.last_used.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if one.last_used else "-",
                one.email or "-",
                one.label,
            )
            click.echo("\t".join(map(str, columns)))


@key.command()
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """Make the key with NUMBER (see `list`) useless from now on."""
    with our_engine().begin() as connection:
        keys.revoke(connection, number, actor=shell_actor())
    click.echo(f"The key {number} is revoked.")


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}" if moment else "-"
