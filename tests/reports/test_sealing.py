"""Who reported before there was a keyring is sealed, and nothing plain is left."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from open311.database import migrating, tables
from open311.database.cluster import Cluster
from open311.reports import reporters
from open311.reports.reporters import (
    ReporterKey,
    is_anybody_unsealed,
    seal_unsealed,
    unseal_reporter,
)
from open311.reports.submission import Reporter
from open311.settings import CHECKOUT
from tests.cli.running import run, url_of
from tests.clients import CheckingClient
from tests.folders import put_in_force
from tests.reporting import reported
from tests.reports.lives import CITY, KEYRING
from tests.rows import add_requests, days_ago

PEOPLE = [
    Reporter("anna@example.org", "Anna", "Nowak", "600100200", "device", "account"),
    Reporter(phone="600100200"),
    Reporter(),
]


@pytest.fixture
def upgraded(cluster: Cluster) -> Iterator[Engine]:
    """A database of today into which people reported before there was a keyring."""
    cluster.create_database("sealing")
    engine = create_engine(cluster.url("sealing"))
    migrating.upgrade(engine)
    put_in_force(engine, CHECKOUT / "jurisdictions" / "wroclaw")
    add_requests(engine, CITY, [days_ago(1)] * len(PEOPLE))
    migrating.downgrade(engine, "0004")
    with engine.begin() as connection:
        numbers = connection.scalars(text("SELECT number FROM service_request ORDER BY number"))
        for number, person in zip(numbers.all(), PEOPLE, strict=True):
            connection.execute(
                text("""
                    INSERT INTO reporter (jurisdiction_id, number, language, email, first_name,
                        last_name, phone, device_id, account_id)
                    VALUES (:place, :number, 'pl', :email, :first_name, :last_name, :phone,
                        :device_id, :account_id)
                """),
                {"place": CITY, "number": number, **vars(person)},
            )
    migrating.upgrade(engine)
    yield engine
    engine.dispose()
    cluster.drop_database("sealing")


def people(engine: Engine) -> list[Reporter]:
    """Return who reported, opened, in the order of their reports."""
    table = tables.reporter
    with engine.connect() as connection:
        rows = connection.execute(table.select().order_by(table.c.number)).all()
    assert [row.unsealed for row in rows] == [None] * len(rows)
    assert bytes(rows[0].email_index) == KEYRING.index("anna@example.org")
    return [
        unseal_reporter(KEYRING, ReporterKey(CITY, row.number), row.sealed and bytes(row.sealed))
        for row in rows
    ]


def test_everybody_is_sealed_in_batches(upgraded: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporters, "_BATCH", 1)
    assert seal_unsealed(upgraded, KEYRING) == 2
    assert people(upgraded) == PEOPLE
    assert seal_unsealed(upgraded, KEYRING) == 0


def test_an_upgrade_seals_and_says_so(upgraded: Engine) -> None:
    ended = run("db", "upgrade", DATABASE_URL=url_of(upgraded))
    assert "Sealed who made 2 reports." in ended.out
    assert people(upgraded) == PEOPLE
    assert "Sealed" not in run("db", "upgrade", DATABASE_URL=url_of(upgraded)).out


def test_who_reports_today_is_left_alone_by_the_next_upgrade(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    reported(client, key, CITY, email="anna@example.org")
    assert not is_anybody_unsealed(engine)
    assert seal_unsealed(engine, KEYRING) == 0
