"""How long personal data are kept, and how they go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text

from open311.database import tables
from open311.georeport.encoding import render_request
from open311.jobs.handlers import Handler
from open311.reports.retention import ERASE_EXPIRED, erase_expired, find_expired
from open311.reports.submission import Reporter
from tests.clients import CheckingClient
from tests.reports.lives import (
    CITY,
    add_reporter,
    change,
    kinds,
    merge_into,
    new_number,
    registry_of,
    request_of,
    rows,
    set_service,
)
from tests.rows import days_ago, search
from tests.working import do_due

ANNA = Reporter(email="anna@example.org", first_name="Anna")
LONG_AGO = days_ago(366)


def closed(engine: Engine, moment: datetime = LONG_AGO, **members: Any) -> int:
    """Add a request that Anna reported and that was closed then."""
    number = new_number(engine, state="resolved", updated_datetime=moment, **members)
    add_reporter(engine, number, ANNA)
    return number


def pass_an_hour(engine: Engine) -> None:
    """Do what is done every hour, and what follows."""
    with engine.begin() as connection:
        find_expired(connection)
    do_due(engine, Handler(ERASE_EXPIRED, lambda connection, **key: erase_expired(
        connection, registry_of(engine), render_request, **key)))  # fmt: skip


def is_known(engine: Engine, number: int, position: int = 0) -> bool:
    """Tell whether it is known who reported a request."""
    row = rows(engine, tables.reporter, number)[position]
    assert (row.erased_datetime is None) == (row.sealed is not None)
    return row.sealed is not None


def test_who_reported_is_forgotten_a_year_after_the_closing(engine: Engine) -> None:
    old, recent = closed(engine), closed(engine, days_ago(364))
    pass_an_hour(engine)
    assert (is_known(engine, old), is_known(engine, recent)) == (False, True)
    [row] = rows(engine, tables.reporter, old)
    assert (row.email_index, row.unsealed) == (None, None)


def test_an_open_request_is_left_alone_however_old(engine: Engine) -> None:
    number = new_number(engine, updated_datetime=LONG_AGO)
    add_reporter(engine, number, ANNA)
    pass_an_hour(engine)
    assert is_known(engine, number)


def test_a_test_request_is_forgotten_though_nobody_closes_it(engine: Engine) -> None:
    number = new_number(engine, updated_datetime=LONG_AGO, endpoint_type="test")
    add_reporter(engine, number, ANNA)
    pass_an_hour(engine)
    assert not is_known(engine, number)


def test_a_city_says_how_long(own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        set_service(connection, retention_days=30)
    number = closed(own_engine, days_ago(31))
    pass_an_hour(own_engine)
    assert not is_known(own_engine, number)


def test_what_says_nothing_of_its_own_is_kept_as_long_as_the_city_says(own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        column = tables.jurisdiction.c.document
        document = column.op("||")({"retention_days": 30})
        connection.execute(tables.jurisdiction.update().values(document=document))
    number = closed(own_engine, days_ago(31))
    pass_an_hour(own_engine)
    assert not is_known(own_engine, number)


def test_everybody_who_joined_is_forgotten_too(engine: Engine) -> None:
    number = closed(engine)
    add_reporter(engine, number, Reporter(email="jan@example.org"), position=1)
    pass_an_hour(engine)
    assert [is_known(engine, number, position) for position in (0, 1)] == [False, False]


def test_a_merged_request_counts_by_itself(engine: Engine) -> None:
    original, duplicate = new_number(engine), new_number(engine)
    add_reporter(engine, original, ANNA)
    add_reporter(engine, duplicate, ANNA)
    merge_into(engine, duplicate, original)
    with engine.begin() as connection:
        table = tables.service_request
        connection.execute(
            table.update().where(table.c.number == duplicate).values(updated_datetime=LONG_AGO)
        )
    pass_an_hour(engine)
    assert (is_known(engine, original), is_known(engine, duplicate)) == (True, False)


def test_what_was_imported_without_anybody_is_masked_once(engine: Engine) -> None:
    number = new_number(
        engine, state="resolved", updated_datetime=LONG_AGO, description="Call 600 100 200"
    )
    pass_an_hour(engine)
    pass_an_hour(engine)
    assert request_of(engine, number).description == "Call [***]"
    assert kinds(engine, number) == ["erased"]


def test_what_was_opened_again_meanwhile_is_not_touched(engine: Engine) -> None:
    number = closed(engine)
    with engine.begin() as connection:
        find_expired(connection)
    change(engine, number, state="reopened")
    pass_an_hour(engine)
    assert is_known(engine, number)
    assert kinds(engine, number) == ["state_changed"]


def test_the_closing_stays_the_moment_of_the_last_change(engine: Engine) -> None:
    number = closed(engine)
    pass_an_hour(engine)
    assert request_of(engine, number).updated_datetime == LONG_AGO


def test_two_workers_erase_a_request_once(engine: Engine) -> None:
    numbers = [closed(engine) for _ in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(pass_an_hour, [engine] * 3))
    assert [kinds(engine, number) for number in numbers] == [["erased"]] * 6


def test_nothing_is_queued_twice(engine: Engine) -> None:
    closed(engine)
    with engine.begin() as connection:
        find_expired(connection)
        find_expired(connection)
        queued = connection.scalar(text("SELECT count(*) FROM job WHERE name = 'erase_expired'"))
    assert queued == 1


def test_the_words_of_the_public_stay_masked_and_those_of_officers_go(engine: Engine) -> None:
    number = closed(
        engine,
        description="Call 600 100 200",
        status_notes="Ask anna@example.org",
        address="Rynek 1, tel. 600 100 200",
        attributes={"ACCESS": ["600 100 200"]},
    )
    change(engine, number, "noted", note="Told anna@example.org", is_public=True)
    change(engine, number, "noted", note="A friend of Anna's")
    pass_an_hour(engine)
    request = request_of(engine, number)
    assert (request.description, request.status_notes) == ("Call [***]", "Ask [***]")
    assert (request.address, request.attributes) == ("Rynek 1, tel. [***]", {"ACCESS": ["[***]"]})
    said = [event.description for event in rows(engine, tables.request_event, number)]
    assert said == ["Told [***]", None, None]


def test_of_what_was_moderated_the_words_of_the_moderator_stay(engine: Engine) -> None:
    number = closed(engine, description="Mr Nowak did it", public_description="Somebody did it")
    pass_an_hour(engine)
    request = request_of(engine, number)
    assert (request.description, request.public_description) == ("Somebody did it", None)


def test_what_was_chosen_from_a_list_stays(engine: Engine) -> None:
    answers = {"carriageway_blocked": ["600100200"]}
    number = closed(engine, service_code="pothole", attributes=answers)
    pass_an_hour(engine)
    assert request_of(engine, number).attributes == answers


def test_the_public_sees_a_request_as_before(engine: Engine, client: CheckingClient) -> None:
    closed(engine, requested=days_ago(1), description="Call 600 100 200", address="Rynek 1")
    before = search(client, CITY)
    pass_an_hour(engine)
    assert search(client, CITY).json == before.json
    assert len(before.json) == 1


def test_what_has_nothing_to_mask_leaves_the_etags_as_they_are(
    engine: Engine, client: CheckingClient
) -> None:
    closed(engine, requested=days_ago(1), description="A lamp is out")
    before = search(client, CITY)
    pass_an_hour(engine)
    assert search(client, CITY).headers["ETag"] == before.headers["ETag"]
