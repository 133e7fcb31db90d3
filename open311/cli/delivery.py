"""`open311 delivery`: what waits to leave the house, tried again; and the secrets of others."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import get_args

import click
import orjson

from open311.cli.shell import our_engine, shell_actor
from open311.delivery.channels import DeliveryKind
from open311.delivery.listing import (
    STUCK_AFTER,
    Listed,
    Unplanned,
    Which,
    list_deliveries,
    list_unplanned,
    retry_all,
)
from open311.delivery.listing import retry as retry_delivery
from open311.delivery.secrets import destination_of, set_secret
from open311.people.location import keyring
from open311.settings import read_settings


@click.group()
def delivery() -> None:
    """What leaves the house: list it, have it tried again, set the secrets of other systems."""


@delivery.command("list")
@click.option("--jurisdiction", metavar="ID", help="Only of this one.")
@click.option(
    "--stuck", is_flag=True,
    help="Only what is dead, waits for long, or waits while nothing would try it; and events of "
    "which nobody could be told.",
)  # fmt: skip
@click.option("--kind", type=click.Choice(get_args(DeliveryKind)), help="Only what goes this way.")
@click.option(
    "--hours", type=click.FloatRange(0, 10_000), default=STUCK_AFTER / timedelta(hours=1),
    show_default=True, help="With --stuck: how long is long.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many."
)
@click.option("--json", is_flag=True, help="An object a line, with all that is known.")
def list_(
    jurisdiction: str | None,
    stuck: bool,
    kind: DeliveryKind | None,
    hours: float,
    limit: int,
    json: bool,
) -> None:
    """List deliveries, the newest first, with - for what is not there.

    Number, jurisdiction, request, kind, destination, subject, state, attempts, since when, error.
    """
    ids = None if jurisdiction is None else [jurisdiction]
    after = timedelta(hours=hours)
    with our_engine().connect() as connection:
        unplanned = list_unplanned(connection, ids, after, limit) if stuck else []
        which = Which(ids, kind, stuck_after=after if stuck else None)
        found = list_deliveries(connection, which, limit)
    for one in unplanned:
        click.echo(_object(one) if json else _unplanned_line(one))
    for each in found:
        click.echo(_object(each) if json else _line(each))


@delivery.command()
@click.argument("jurisdiction")
@click.argument("number", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option("--all-dead", is_flag=True, help="All that nothing would try any more.")
@click.option("--all-waiting", is_flag=True, help="These, and all that waits for its next time.")
@click.option("--destination", metavar="CODE", help="With --all-…: only what is for this one.")
def retry(
    jurisdiction: str,
    number: int | None,
    all_dead: bool,
    all_waiting: bool,
    destination: str | None,
) -> None:
    """Have the delivery with NUMBER (see `list`) tried now, even one that has arrived.

    Its webhook-id stays, so that a receiver may know that it has it already.
    """
    ways = [number is not None, all_dead, all_waiting]
    if sum(ways) != 1 or (destination and number is not None):
        raise click.UsageError(
            "Give NUMBER, --all-dead or --all-waiting; with the last two perhaps --destination."
        )
    with our_engine().begin() as connection:
        if number is not None:
            retry_delivery(connection, jurisdiction, number, actor=shell_actor())
            click.echo(f"The delivery {number} will be tried now.")
        else:
            count = retry_all(
                connection, jurisdiction, destination, waiting=all_waiting, actor=shell_actor()
            )
            click.echo(f"Will be tried now: {count}.")


@delivery.command()
@click.argument("jurisdiction")
@click.argument("code")
@click.option("--generate", is_flag=True, help="Make one for a webhook, and print it, once.")
@click.option("--value-from-stdin", is_flag=True, help="Read it; do not ask for it.")
def secret(jurisdiction: str, code: str, generate: bool, value_from_stdin: bool) -> None:
    """Set the secret of the destination CODE, in the place of the one before.

    Of a webhook, what signs what it is told; of a georeport, the api_key that we have there. It is
    never an argument, as others on this machine can see those.
    """
    if generate and value_from_stdin:
        raise click.UsageError("Give --generate or --value-from-stdin, not both.")
    engine, keys = our_engine(), keyring(read_settings())
    with engine.connect() as connection:
        # Nobody types a secret for what is not there.
        destination_of(connection, jurisdiction, code)
    value = None if generate else _given(value_from_stdin)
    with engine.begin() as connection:
        made = set_secret(connection, keys, jurisdiction, code, value, actor=shell_actor())
    click.echo(made if made else f"The secret of {code} is set.")


def _given(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().strip()
    asked: str = click.prompt("Secret", hide_input=True, err=True)
    return asked.strip()


def _line(one: Listed) -> str:
    columns = (
        one.delivery_id,
        one.jurisdiction_id,
        one.service_request_id or one.number,
        one.kind,
        one.destination,
        one.subject,
        one.state,
        one.attempts,
        _moment(one.since),
        one.error or "-",
    )
    return "\t".join(map(str, columns))


def _unplanned_line(one: Unplanned) -> str:
    columns = (
        f"job {one.job_id}",
        one.jurisdiction_id,
        one.number,
        "-",
        "-",
        "-",
        "unplanned",
        one.attempts,
        _moment(one.since),
        one.error or "-",
    )
    return "\t".join(map(str, columns))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _object(one: Listed | Unplanned) -> str:
    return orjson.dumps(asdict(one)).decode()
