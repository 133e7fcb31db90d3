"""What residents say of what was closed, and what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from open311.database import tables
from open311.errors import BadRequest, Conflict
from open311.georeport.encoding import render_request
from open311.reports.opinions import Opinion, Opinions, Outcome
from open311.reports.reporters import ReporterKey
from open311.reports.submission import Reporter
from tests.reports.lives import (
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
from tests.rows import days_ago

ANNA = Reporter(email="anna@example.org")
DONE = Opinion(is_resolved=True, rating=5, comment="Thank you")
NOT_DONE = Opinion(is_resolved=False, rating=1)


def closed_days_ago(engine: Engine, days: float, **members: Any) -> tuple[ReporterKey, datetime]:
    """Add a request that was closed so long ago: who reported it, and when it was closed."""
    closed = days_ago(days)
    number = new_number(engine, state="resolved", updated_datetime=closed, **members)
    return add_reporter(engine, number, ANNA), closed


def give(
    engine: Engine, key: ReporterKey, closed: datetime, opinion: Opinion = NOT_DONE
) -> Outcome:
    """Give an opinion."""
    with engine.begin() as connection:
        opinions = Opinions(registry_of(engine), render_request)
        return opinions.give(connection, key, closed, opinion)


def given(engine: Engine, number: int) -> list[tuple[Any, ...]]:
    """Return what is kept of opinions."""
    return [(it.is_resolved, it.rating, it.comment) for it in rows(engine, tables.opinion, number)]


def test_an_opinion_is_kept_and_only_officers_see_that_it_was_given(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    assert give(engine, key, closed, DONE) == "kept"
    assert given(engine, key.number) == [(True, 5, "Thank you")]
    [event] = rows(engine, tables.request_event, key.number)
    assert (event.kind, event.visibility, event.description) == ("opinion_given", "internal", None)


def test_what_is_not_done_is_opened_again_in_public(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    assert give(engine, key, closed) == "reopened"
    assert request_of(engine, key.number).state == "reopened"
    event = rows(engine, tables.request_event, key.number)[-1]
    assert (event.state, event.visibility, event.actor) == ("reopened", "public", "reporter")


def test_what_is_said_too_late_is_kept_alone(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 15)
    assert give(engine, key, closed) == "too_late"
    assert request_of(engine, key.number).state == "resolved"
    assert given(engine, key.number) == [(False, 1, None)]


def test_a_city_says_how_long_a_request_can_be_opened_again(own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        set_service(connection, reopen_days=0)
    key, closed = closed_days_ago(own_engine, 0.001)
    assert give(own_engine, key, closed) == "too_late"


def test_a_second_opinion_takes_the_place_of_the_first(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    give(engine, key, closed, DONE)
    assert give(engine, key, closed) == "reopened"
    assert given(engine, key.number) == [(False, 1, None)]


def test_the_same_opinion_again_is_answered_as_the_first_time(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    assert [give(engine, key, closed) for _ in range(2)] == ["reopened", "reopened"]
    assert kinds(engine, key.number) == ["opinion_given", "state_changed"]


def test_two_at_once_open_a_request_once(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: give(engine, key, closed), range(4)))
    assert set(outcomes) == {"reopened"}
    assert kinds(engine, key.number) == ["opinion_given", "state_changed"]


def test_who_joined_has_an_opinion_of_their_own(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    joined = add_reporter(engine, key.number, Reporter(email="jan@example.org"), position=1)
    give(engine, key, closed, DONE)
    assert give(engine, joined, closed, Opinion(is_resolved=True)) == "kept"
    assert given(engine, key.number) == [(True, 5, "Thank you"), (True, None, None)]


def test_a_link_is_for_one_closing_only(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    change(engine, key.number, state="reopened")
    with pytest.raises(Conflict, match="opinion-outdated"):
        give(engine, key, closed)
    change(engine, key.number, state="resolved")
    with pytest.raises(Conflict, match="opinion-outdated"):
        give(engine, key, closed)
    assert give(engine, key, request_of(engine, key.number).updated_datetime) == "reopened"


def test_a_link_names_a_moment_to_the_second(engine: Engine) -> None:
    closed = days_ago(1) + timedelta(microseconds=345)
    number = new_number(engine, state="resolved", updated_datetime=closed)
    key = add_reporter(engine, number, ANNA)
    assert give(engine, key, days_ago(1), DONE) == "kept"


def test_whose_request_was_merged_judges_the_other(engine: Engine) -> None:
    original, duplicate = new_number(engine), new_number(engine)
    key = add_reporter(engine, duplicate, ANNA)
    merge_into(engine, duplicate, original)
    change(engine, original, state="resolved")
    assert give(engine, key, request_of(engine, original).updated_datetime) == "reopened"
    assert request_of(engine, original).state == "reopened"
    assert request_of(engine, duplicate).state == "duplicate"


@pytest.mark.parametrize(
    ("opinion", "message"),
    [
        (Opinion(True, rating=0), "opinion-rating"),
        (Opinion(True, rating=6), "opinion-rating"),
        (Opinion(True, comment="x" * 2001), "too-long"),
        (Opinion(True, comment="a\x00b"), "control-characters"),
    ],
)
def test_what_cannot_be_kept_is_refused(engine: Engine, opinion: Opinion, message: str) -> None:
    key, closed = closed_days_ago(engine, 1)
    with pytest.raises(BadRequest, match=message):
        give(engine, key, closed, opinion)


def test_a_comment_may_have_lines(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    assert give(engine, key, closed, Opinion(True, comment="a\n\tb" + "x" * 1996)) == "kept"


def test_the_link_of_somebody_erased_is_good_no_more(engine: Engine) -> None:
    key, closed = closed_days_ago(engine, 1)
    with engine.begin() as connection:
        erased = {"sealed": None, "erased_datetime": closed}
        connection.execute(tables.reporter.update().values(erased))
    with pytest.raises(BadRequest, match="link-expired"):
        give(engine, key, closed)
