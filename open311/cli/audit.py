"""`open311 audit`: the log of administrative acts."""

from dataclasses import asdict
from datetime import UTC

import click
import orjson

from open311.access.audit import Written, read
from open311.cli.shell import our_engine, shell_actor


@click.group()
def audit() -> None:
    """The log of every administrative act: who, what, where, before and after."""


@audit.command("list")
@click.option("--jurisdiction", metavar="ID", help="Only of this one.")
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many."
)
@click.option("--json", is_flag=True, help="An object a line, with before and after.")
def list_(jurisdiction: str | None, limit: int, json: bool) -> None:
    """List entries, newest first: number, moment, who, act, jurisdiction, subject, reason."""
    with our_engine().connect() as connection:
        found = read(connection, actor=shell_actor(), jurisdiction_id=jurisdiction, limit=limit)
    for written in found:
        click.echo(_object(written) if json else _line(written))


def _line(written: Written) -> str:
    entry = written.entry
    columns = (
        str(written.audit_entry_id),
        f"{written.entry_datetime.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        entry.actor,
        entry.act,
        entry.jurisdiction_id or "-",
        entry.subject,
        # A reason may have several lines; here it has one.
        " ".join((entry.reason or "-").split()),
    )
    return "\t".join(columns)


def _object(written: Written) -> str:
    numbered = {"audit_entry_id": written.audit_entry_id, "entry_datetime": written.entry_datetime}
    return orjson.dumps(numbered | asdict(written.entry)).decode()
