"""The audit log: what was before and after, complete for each city, never changed, no secrets."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from open311.access import accounts, audit, keys
from open311.errors import NotFound
from tests.access.conftest import World, email
from tests.conftest import JURISDICTIONS
from tests.keys import SHELL, new_key


def test_a_key_is_logged_as_it_was_and_as_it_is(world: World) -> None:
    terms = {"account_id": world.id_of("officer"), "scopes": ["update"], "rate_class": "bulk"}
    new_key(world.connection, ["krakow.pl"], "Jan", **terms)
    key = keys.list_keys(world.connection, actor=SHELL)[-1]
    known = {
        "label": "Jan",
        "jurisdiction_ids": ["krakow.pl"],
        "scopes": ["update"],
        "rate_class": "bulk",
        "account": email("officer"),
        "expires": None,
        "state": "valid",
    }
    made = world.logged()[0]
    assert (made.actor, made.act, made.subject) == (
        "shell:tests",
        "manage_keys",
        f"key {key.api_key_id}",
    )
    assert (made.jurisdiction_id, made.before, made.after) == ("krakow.pl", None, known)
    keys.revoke(world.connection, key.api_key_id, actor=world.actors["krakow"])
    revoked = world.logged()[0]
    assert revoked.actor == email("krakow")
    assert (revoked.before, revoked.after) == (known, known | {"state": "revoked"})


def test_an_account_is_logged_as_it_was_and_as_it_is(world: World) -> None:
    role = ("unit_officer", "krakow.pl", "zdmk")
    kept = dict(zip(("role", "jurisdiction_id", "unit_code"), role, strict=True))
    accounts.create(world.connection, "anna@example.org", "Anna", actor=SHELL)
    accounts.grant(world.connection, "anna@example.org", *role, actor=SHELL)
    accounts.disable(world.connection, "anna@example.org", actor=SHELL)
    accounts.enable(world.connection, "anna@example.org", actor=SHELL)
    accounts.revoke(world.connection, "anna@example.org", *role, actor=SHELL)
    entries = world.logged()[4::-1]
    assert [(one.jurisdiction_id, one.before, one.after) for one in entries] == [
        (None, None, {"email": "anna@example.org", "name": "Anna"}),
        ("krakow.pl", None, kept),
        ("krakow.pl", {"disabled": False}, {"disabled": True}),
        ("krakow.pl", {"disabled": True}, {"disabled": False}),
        ("krakow.pl", kept, None),
    ]
    number = accounts.account_of(world.connection, "anna@example.org").account_id
    assert {(one.act, one.subject) for one in entries} == {("manage_accounts", f"account {number}")}


def test_what_concerns_two_cities_is_in_the_log_of_each(world: World) -> None:
    new_key(world.connection, JURISDICTIONS, "both")
    accounts.disable(world.connection, email("eva"), actor=SHELL)
    for city in JURISDICTIONS:
        newest = audit.read(world.connection, actor=SHELL, jurisdiction_id=city, limit=2)
        assert [written.entry.act for written in newest] == ["manage_accounts", "manage_keys"]


def test_nothing_in_the_log_opens_anything(world: World) -> None:
    key = new_key(world.connection, ["krakow.pl"])
    log = str(world.content()["audit_entry"])
    assert key not in log
    assert "hash" not in log


def test_an_act_that_is_taken_back_leaves_no_entry(world: World) -> None:
    before = world.content()
    with world.connection.begin_nested() as savepoint:
        new_key(world.connection, ["krakow.pl"])
        savepoint.rollback()
    assert world.content() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'nobody'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_entries_are_neither_changed_nor_deleted(world: World, statement: str) -> None:
    with pytest.raises(DatabaseError, match="the table audit_entry is append-only"):
        world.connection.execute(text(statement))


def test_the_log_is_read_newest_first_in_pieces(world: World) -> None:
    for number in range(5):
        new_key(world.connection, ["krakow.pl"], f"key {number}")
    labels, before = [], None
    for _ in range(3):
        piece = audit.read(
            world.connection, actor=SHELL, jurisdiction_id="krakow.pl", before_id=before, limit=2
        )
        labels += [written.entry.after["label"] for written in piece if written.entry.after]
        before = piece[-1].audit_entry_id
    assert labels[:5] == ["key 4", "key 3", "key 2", "key 1", "key 0"]


def test_who_may_read_the_log_of_a_city_reads_nothing_else(world: World) -> None:
    read = audit.read(world.connection, actor=world.actors["wroclaw"], limit=1000)
    assert {written.entry.jurisdiction_id for written in read} == {"wroclaw.pl"}
    everything = audit.read(world.connection, actor=world.actors["auditor"], limit=1000)
    seen = {written.entry.jurisdiction_id for written in everything}
    assert {None, "krakow.pl", "wroclaw.pl"} <= seen


def test_a_slip_of_the_pen_is_no_empty_log(world: World) -> None:
    with pytest.raises(NotFound):
        audit.read(world.connection, actor=SHELL, jurisdiction_id="krakow")
