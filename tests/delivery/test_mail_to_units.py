"""Units are told by mail what is theirs to do, and when its time is nearly or wholly over."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.catalogue.registry import Registry
from open311.database.reading import Reader
from open311.georeport.encoding import render_request
from open311.reports.deadlines import find_deadlines, tell_deadline
from tests.changes import change
from tests.clients import CheckingClient
from tests.delivery.posting import ANNA, deliveries, html_of, send_due_mail, send_mail
from tests.mailbox import Mailbox, Received
from tests.reporting import BATCH, BLACKBOX, only_row, post_report, report_row, reported
from tests.rows import add_request, stale_records
from tests.working import queued

CITY = "wroclaw.pl"
DAY = timedelta(days=1)


def mailbox_of(engine: Engine, unit_code: str) -> str:
    query = text("SELECT document ->> 'email' FROM unit WHERE unit_code = :code "
                 "AND jurisdiction_id = :city")  # fmt: skip
    with engine.connect() as connection:
        return connection.scalar(query, {"code": unit_code, "city": CITY})


def to_units(messages: list[Received]) -> list[Received]:
    return [one for one in messages if one.recipients[0].endswith("@wroclaw.example.org")]


def test_a_unit_is_told_of_what_comes_in(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    name = reported(client, key, CITY, address_string="Rynek 1")
    [received] = send_mail(engine, mailbox)
    assert received.recipients == [mailbox_of(engine, report_row(engine).unit_code)]
    assert received.message["Subject"] == f"Przydzielono zgłoszenie: Graffiti, {name}"
    for part in (received.text, html_of(received)):
        assert name in part
        assert "Rynek 1" in part
        assert "Termin" in part
    assert received.message["List-Unsubscribe"] is None
    assert "http" not in received.text


def test_a_unit_is_told_nothing_of_who_reported(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    person = {"email": ANNA, "first_name": "Anna-Marker", "last_name": "Nowak-Marker"}
    person |= {"phone": "601234567", "description": "Words-Marker"}
    reported(client, key, CITY, **person)
    [received] = to_units(send_mail(engine, mailbox))
    for mark in ("Marker", ANNA, "601234567", "/my/"):
        assert mark not in received.text + html_of(received) + str(received.message)


def test_a_unit_hears_of_a_batch_request_once_it_has_an_id(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    post_report(client, key, CITY, **BATCH)
    assert send_due_mail(engine, mailbox) == []
    [received] = send_mail(engine, mailbox)
    assert report_row(engine).service_request_id in received.text


def test_a_unit_hears_of_what_is_never_public(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    post_report(client, key, CITY, **BLACKBOX)
    [received] = send_mail(engine, mailbox)
    assert str(report_row(engine).number) in received.text


def test_the_unit_to_which_a_request_is_moved_is_told(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    name = reported(client, key, CITY)
    send_mail(engine, mailbox)
    change(engine, CITY, name, "assigned", unit_code="mpwik", detail={"unit_code": "mpwik"})
    [received] = send_mail(engine, mailbox)
    assert received.recipients == [mailbox_of(engine, "mpwik")]
    assert "Wodociągów" in received.text


def test_what_changes_otherwise_is_not_told_to_units(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    name = reported(client, key, CITY)
    send_mail(engine, mailbox)
    change(engine, CITY, name, "state_changed", "in_progress", is_public=True)
    assert send_mail(engine, mailbox) == []


def look(engine: Engine) -> int:
    """Look for deadlines, as is done every ten minutes; return how many were found."""
    before = len(queued(engine))
    with engine.begin() as connection:
        find_deadlines(connection)
    return len(queued(engine)) - before


def due_in(engine: Engine, left: timedelta, term: timedelta = 8 * DAY, **members: Any) -> str:
    """Add a request whose time will be over then; return its id."""
    expected = datetime.now(UTC) + left
    members = {"unit_code": "zdium", "expected_datetime": expected} | members
    return add_request(engine, CITY, expected - term, **members)


@pytest.fixture(params=["due_soon", "overdue"])
def near(request: pytest.FixtureRequest, engine: Engine) -> Iterator[tuple[str, str]]:
    """A request with a deadline, and what is to be said of it."""
    left = {"due_soon": DAY / 2, "overdue": -DAY / 2}[request.param]
    yield due_in(engine, left), request.param


def test_a_deadline_is_told_to_the_unit_once(
    near: tuple[str, str], engine: Engine, mailbox: Mailbox
) -> None:
    name, kind = near
    assert look(engine) == 1
    [received] = send_mail(engine, mailbox)
    assert received.recipients == [mailbox_of(engine, "zdium")]
    says = {"due_soon": "Zbliża się termin", "overdue": "Po terminie"}[kind]
    assert received.message["Subject"] == f"{says}: Graffiti, {name}"
    event = only_row(engine, "request_event")
    assert (event.kind, event.visibility, event.actor) == (kind, "internal", "system")
    assert look(engine) == 0
    assert send_mail(engine, mailbox) == []


def test_a_deadline_that_was_found_twice_is_told_once(
    near: tuple[str, str], engine: Engine, mailbox: Mailbox
) -> None:
    assert look(engine) == look(engine) == 1
    assert len(send_mail(engine, mailbox)) == 1


def test_two_workers_tell_a_deadline_once(near: tuple[str, str], engine: Engine) -> None:
    registry = Registry(engine, Reader(engine))
    number = report_row(engine).number

    def tell(_: int) -> None:
        with engine.begin() as connection:
            arguments = {"jurisdiction_id": CITY, "number": number}
            tell_deadline(connection, registry, render_request, **arguments)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(tell, range(4)))
    assert only_row(engine, "request_event").kind == near[1]
    assert stale_records(engine, CITY) == 0


def test_a_deadline_says_nothing_to_the_public(near: tuple[str, str], engine: Engine) -> None:
    before = report_row(engine)
    look(engine)
    after = report_row(engine)
    assert (before.public_json, before.updated_datetime) == (
        after.public_json,
        after.updated_datetime,
    )


def test_what_was_told_to_be_due_soon_is_told_to_be_overdue_later(
    engine: Engine, mailbox: Mailbox
) -> None:
    due_in(engine, DAY / 2)
    look(engine)
    send_mail(engine, mailbox)
    with engine.begin() as connection:
        earlier = "expected_datetime - interval '1 day'"
        connection.execute(text(f"UPDATE service_request SET expected_datetime = {earlier}"))
    look(engine)
    [received] = send_mail(engine, mailbox)
    assert received.message["Subject"].startswith("Po terminie")


@pytest.mark.parametrize(("hours", "found"), [(2.1, 0), (1.9, 1)])
def test_of_a_short_term_the_last_quarter_is_soon(engine: Engine, hours: float, found: int) -> None:
    due_in(engine, timedelta(hours=hours), timedelta(hours=8))
    assert look(engine) == found


@pytest.mark.parametrize(
    "members",
    [
        {"state": "resolved"},
        {"endpoint_type": "test"},
        {"unit_code": None},
        {"expected_datetime": None},
        {"expected_datetime": datetime.now(UTC) + 2 * DAY},
        {"expected_datetime": datetime.now(UTC) - 8 * DAY},
    ],
    ids=["closed", "a test", "of no unit", "without a term", "not yet", "long ago"],
)
def test_no_deadline_is_told_of(engine: Engine, members: dict[str, Any]) -> None:
    due_in(engine, DAY / 2, **members)
    assert look(engine) == 0


def test_what_is_closed_by_then_is_not_told(
    near: tuple[str, str], engine: Engine, mailbox: Mailbox
) -> None:
    look(engine)
    mailbox.answer(451)
    send_mail(engine, mailbox)
    change(engine, CITY, near[0], "state_changed", "resolved")
    assert send_mail(engine, mailbox) == []
    assert [row.error for row in deliveries(engine)] == ["The request is closed by now."]


def test_a_unit_without_a_mailbox_is_not_written_to(own_engine: Engine, mailbox: Mailbox) -> None:
    with own_engine.begin() as connection:
        connection.execute(text("UPDATE unit SET document = document - 'email'"))
        connection.execute(text("UPDATE jurisdiction SET revision = revision + 1"))
    due_in(own_engine, DAY / 2)
    assert look(own_engine) == 1
    assert send_mail(own_engine, mailbox) == []
    assert deliveries(own_engine) == []
