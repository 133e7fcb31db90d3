"""Who joins what somebody else has reported."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine

from open311.database import tables
from open311.errors import BadRequest, Conflict, NotFound
from open311.georeport.encoding import render_request
from open311.reports.joining import MOST, Joining
from open311.reports.reporters import ReporterKey, unseal_reporter
from open311.reports.submission import Reporter
from tests.reports.lives import (
    CITY,
    KEYRING,
    add_reporter,
    merge_into,
    new_number,
    registry_of,
    rows,
    set_service,
)

ANNA = Reporter(email="anna@example.org", first_name="Anna")
JAN = Reporter(email="jan@example.org")


def join(engine: Engine, number: int, reporter: Reporter = ANNA) -> ReporterKey:
    """Join a request."""
    joining = Joining(registry_of(engine), KEYRING, render_request)
    with engine.begin() as connection:
        return joining.join(connection, CITY, number, reporter, "pl")


def test_who_joins_is_kept_sealed_beside_who_reported(engine: Engine) -> None:
    request = new_number(engine)
    key = join(engine, request)
    assert key == ReporterKey(CITY, request, 1)
    [row] = rows(engine, tables.reporter, request)
    assert unseal_reporter(KEYRING, key, bytes(row.sealed)) == ANNA
    assert row.language == "pl"


def test_each_who_joins_has_the_next_position(engine: Engine) -> None:
    request = new_number(engine)
    assert [join(engine, request, who).position for who in (ANNA, JAN)] == [1, 2]


def test_who_joins_twice_keeps_the_position(engine: Engine) -> None:
    request = new_number(engine)
    join(engine, request)
    again = Reporter(email=" Anna@Example.org")
    assert join(engine, request, again).position == 1
    assert len(rows(engine, tables.reporter, request)) == 1
    assert len(rows(engine, tables.request_event, request)) == 1


def test_two_who_join_at_once_have_positions_of_their_own(engine: Engine) -> None:
    request = new_number(engine)
    people = [Reporter(email=f"{place}@example.org") for place in range(6)]
    with ThreadPoolExecutor(6) as pool:
        keys = pool.map(lambda who: join(engine, request, who), people)
        assert sorted(key.position for key in keys) == [1, 2, 3, 4, 5, 6]


def test_that_somebody_joined_is_an_event_that_only_officers_see(engine: Engine) -> None:
    request = new_number(engine)
    join(engine, request)
    [event] = rows(engine, tables.request_event, request)
    assert (event.kind, event.visibility, event.detail) == ("joined", "internal", {"position": 1})


def test_who_joins_what_was_merged_joins_that_into_which_it_was(engine: Engine) -> None:
    original, duplicate = new_number(engine), new_number(engine)
    merge_into(engine, duplicate, original)
    assert join(engine, duplicate) == ReporterKey(CITY, original, 1)


def test_what_is_closed_is_not_joined(engine: Engine) -> None:
    with pytest.raises(Conflict, match="join-closed"):
        join(engine, new_number(engine, state="resolved"))


@pytest.mark.parametrize(
    "members",
    [
        {"publication": "awaiting_review"},
        {"endpoint_type": "test"},
        {"service_request_id": None, "service_code": "abandoned_vehicle"},
    ],
)
def test_what_the_public_does_not_see_is_not_there(engine: Engine, members: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        join(engine, new_number(engine, **members))


def test_what_is_full_is_not_joined(engine: Engine) -> None:
    request = new_number(engine)
    add_reporter(engine, request, JAN, position=MOST)
    with pytest.raises(Conflict):
        join(engine, request)
    assert len(rows(engine, tables.reporter, request)) == 1


def test_nobody_joins_without_an_address(engine: Engine) -> None:
    with pytest.raises(BadRequest, match="join-email"):
        join(engine, new_number(engine), Reporter(phone="600100200"))


def test_an_anonymous_report_is_not_joined(own_engine: Engine) -> None:
    request = new_number(own_engine)
    with own_engine.begin() as connection:
        set_service(connection, reporter="anonymous")
    with pytest.raises(Conflict, match="join-anonymous"):
        join(own_engine, request)
