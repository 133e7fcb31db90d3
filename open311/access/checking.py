"""What is wrong with what an administrator sent."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from open311.database import tables
from open311.errors import Problem, echo

LONGEST_LINE = 200


def check_line(name: str, value: str) -> Iterator[Problem]:
    """Say whether a value is a line for people: printable, neither blank nor very long."""
    if not value.strip() or not value.isprintable() or len(value) > LONGEST_LINE:
        yield Problem("no-line", {"name": name, "longest": LONGEST_LINE})


def check_choice(name: str, value: str, choices: Iterable[str]) -> Iterator[Problem]:
    """Say whether a value is one of those that there are."""
    if value not in choices:
        known = {"name": name, "value": echo(value), "choices": ", ".join(choices)}
        yield Problem("none-of", known)


def unknown_jurisdictions(connection: Connection, ids: Iterable[str]) -> Iterator[Problem]:
    """Say which jurisdictions do not exist."""
    known = set(connection.scalars(select(tables.jurisdiction.c.jurisdiction_id)))
    for one in ids:
        if one not in known:
            yield Problem("no-jurisdiction", {"value": echo(one)})
