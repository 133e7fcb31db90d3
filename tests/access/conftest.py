"""People of every role, their accounts in the database, and keys to be taken away."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from open311.access import accounts, keys
from open311.access.rights import Actor
from tests.conftest import JURISDICTIONS
from tests.keys import SHELL, new_key

# Who is what; Eva has roles in both cities, Olga makes two inter-city administrators.
PEOPLE: dict[str, list[tuple[str, ...]]] = {
    "owner": [("inter_city_administrator",)],
    "olga": [("inter_city_administrator",)],
    "krakow": [("city_administrator", "krakow.pl")],
    "wroclaw": [("city_administrator", "wroclaw.pl")],
    "eva": [("city_administrator", "krakow.pl"), ("auditor", "wroclaw.pl")],
    "officer": [("unit_officer", "krakow.pl", "zdmk")],
    "auditor": [("auditor",)],
    "nobody": [],
}

# Whose accounts are disabled; no actor can be made of them.
FORMER: dict[str, list[tuple[str, ...]]] = {
    "former": [("unit_officer", "krakow.pl", "zdmk")],
    "gone": [("city_administrator", "krakow.pl"), ("auditor", "wroclaw.pl")],
}

_CONTENT = "SELECT coalesce(json_agg(t ORDER BY t::text), '[]') FROM {} AS t"
_TABLES = ("account", "account_role", "api_key", "api_key_jurisdiction", "audit_entry")


def email(name: str) -> str:
    """Return the address of one of these people."""
    return f"{name}@example.org"


@dataclass(frozen=True)
class World:
    """A transaction in which there are these people, and a key of Kraków, of both, of no city."""

    connection: Connection
    actors: dict[str, Actor]
    key_numbers: dict[str, int]

    def id_of(self, name: str) -> int:
        """Return the number of somebody's account."""
        return accounts.account_of(self.connection, email(name)).account_id

    def content(self) -> dict[str, Any]:
        """Return all that is stored of accounts and keys, and the audit log."""
        return {table: self.connection.scalar(text(_CONTENT.format(table))) for table in _TABLES}

    def logged(self) -> list[Any]:
        """Return the entries of the audit log, newest first."""
        order = "SELECT * FROM audit_entry ORDER BY audit_entry_id DESC"
        return list(self.connection.execute(text(order)))


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    """That, taken back at the end."""
    with engine.connect() as connection:
        yield make_world(connection)


def make_world(connection: Connection) -> World:
    """Make these people and keys."""
    actors = {"shell": SHELL}
    for name, roles in (PEOPLE | FORMER).items():
        account_id = accounts.create(connection, email(name), name.title(), actor=SHELL)
        for role in roles:
            accounts.grant(connection, email(name), *role, actor=SHELL)
        if name in FORMER:
            accounts.disable(connection, email(name), actor=SHELL)
        else:
            held = accounts.account_of(connection, email(name)).roles
            actors[name] = Actor(email(name), account_id, held)
    new_key(connection, ["krakow.pl"], "of Kraków")
    new_key(connection, JURISDICTIONS, "of both")
    owner = actors["owner"].account_id
    new_key(connection, [], "of no city", account_id=owner, scopes=["administer"])
    numbers = {one.label: one.api_key_id for one in keys.list_keys(connection, actor=SHELL)}
    return World(connection, actors, numbers)
