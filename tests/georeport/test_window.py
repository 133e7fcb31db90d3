"""The window of GET requests: which times it spans, and how a time may be written."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.reporting import errors
from tests.rows import add_request, add_requests, days_ago, found, ids, search

SECOND = timedelta(seconds=1)
START = datetime.fromisoformat("2026-01-10T12:00:00+01:00")


def window(**bounds: datetime) -> dict[str, str]:
    return {f"{name}_date": moment.isoformat() for name, moment in bounds.items()}


def test_without_bounds_the_last_ninety_days_are_searched(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-49
    now, recent, _ = add_requests(engine, city, [days_ago(0), days_ago(89.9), days_ago(90.1)])
    assert found(client, city) == [now, recent]


def test_with_both_bounds_the_window_is_as_given_however_long_ago(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-49
    times = [days_ago(700), days_ago(701), days_ago(699), days_ago(650)]
    inside, *_ = add_requests(engine, city, times)
    bounds = window(start=days_ago(700.5), end=days_ago(699.5))
    assert found(client, city, **bounds) == [inside]


def test_a_start_alone_spans_ninety_days_from_there(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-49
    start = days_ago(300)
    offsets = [-SECOND, 0 * SECOND, timedelta(90), timedelta(90) + SECOND]
    _, first, last, _ = add_requests(engine, city, [start + offset for offset in offsets])
    assert found(client, city, **window(start=start)) == [last, first]


def test_a_start_within_the_last_ninety_days_spans_until_now(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-49
    _, inside, now = add_requests(engine, city, [days_ago(11), days_ago(9), days_ago(0)])
    assert found(client, city, **window(start=days_ago(10))) == [now, inside]


def test_an_end_alone_spans_the_ninety_days_before_it(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-49
    end = days_ago(300)
    offsets = [-timedelta(90) - SECOND, -timedelta(90), 0 * SECOND, SECOND]
    _, first, last, _ = add_requests(engine, city, [end + offset for offset in offsets])
    assert found(client, city, **window(end=end)) == [last, first]


def test_both_bounds_belong_to_the_window(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:  # D-51
    end = START + timedelta(days=3)
    times = [START - SECOND, START, end, end + SECOND]
    _, first, last, _ = add_requests(engine, city, times)
    assert ids(search(client, city, format, **window(start=START, end=end))) == [last, first]


def test_a_window_may_be_a_single_second(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-52
    times = [START - SECOND, START, START + SECOND]
    _, at_noon, _ = add_requests(engine, city, times)
    assert found(client, city, **window(start=START, end=START)) == [at_noon]


def test_a_fraction_of_a_second_counts(client: CheckingClient, engine: Engine, city: str) -> None:
    _, after = add_requests(engine, city, [START, START + SECOND])
    half_past = (START + SECOND / 2).isoformat()
    assert found(client, city, start_date=half_past) == [after]


@pytest.mark.parametrize(
    "span",
    [timedelta(days=90), timedelta(days=90, hours=1), timedelta(days=89, hours=23)],
    ids=["90 days", "90 days over the change of the clocks", "an hour less"],
)
def test_a_span_of_ninety_days_is_searched_whole(
    client: CheckingClient, engine: Engine, span: timedelta
) -> None:  # D-50
    first, last = add_requests(engine, "wroclaw.pl", [START, START + span])
    bounds = window(start=START, end=START + span)
    assert found(client, "wroclaw.pl", **bounds) == [last, first]


def test_ninety_days_by_the_clock_of_the_city_are_ninety_days(client: CheckingClient) -> None:
    # Noon to noon over the night in which the clocks go back: an hour more than 90 times 24.
    bounds = {"start_date": "2026-09-01T12:00:00+02:00", "end_date": "2026-11-30T12:00:00+01:00"}
    assert search(client, "wroclaw.pl", **bounds).status_code == 200


@pytest.mark.parametrize(
    "span", [timedelta(days=90, hours=1, seconds=1), timedelta(days=92), timedelta(days=4000)]
)
def test_a_span_of_more_than_ninety_days_is_refused(
    client: CheckingClient, span: timedelta
) -> None:  # D-50
    refusal = search(client, "wroclaw.pl", **window(start=START, end=START + span))
    assert refusal.status_code == 400
    [text] = errors(refusal)
    assert "start_date" in text
    assert "end_date" in text
    assert " 90" in text


def test_a_span_that_is_a_little_too_long_is_not_told_to_be_as_long_as_allowed(
    client: CheckingClient,
) -> None:
    bounds = window(start=START, end=START + timedelta(days=90, hours=2))
    assert " 91 " in errors(search(client, "wroclaw.pl", **bounds))[0]


def test_a_start_after_the_end_is_refused(client: CheckingClient) -> None:  # D-52
    refusal = search(client, "wroclaw.pl", **window(start=START + SECOND, end=START))
    assert refusal.status_code == 400
    [text] = errors(refusal)
    assert "start_date" in text
    assert "end_date" in text


def test_start_and_end_are_compared_as_moments_not_as_text(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    one = add_request(engine, city, START)
    bounds = {"start_date": "2026-01-10T13:00:00+02:00", "end_date": "2026-01-10T11:00:00Z"}
    assert found(client, city, **bounds) == [one]


@pytest.mark.parametrize(
    "noon",
    [
        "2026-01-10T11:00:00Z",
        "2026-01-10T11:00:00z",
        "2026-01-10T11:00Z",
        "2026-01-10T12:00:00+01:00",
        "2026-01-10T12:00:00+0100",
        "2026-01-10T12:00+01:00",
        "2026-01-10T06:30:00-04:30",
        "2026-01-10T12:00:00 01:00",
        "2026-01-10T12:00:00 0100",
        "2026-01-10T12:00 01:00",
        "2026-01-10T11:00:00.000Z",
        "2026-01-10T11:00:00.000000Z",
        "2026-01-10T11:00:00.000000000Z",
        "2026-01-10T12:00:00.0+01:00",
        "  2026-01-10T11:00:00Z ",
        "2026-01-10T11:00:00-00:00",
    ],
)
def test_a_moment_may_be_written_in_these_ways(
    client: CheckingClient, engine: Engine, noon: str
) -> None:  # D-53
    _, at_noon, _ = add_requests(engine, "krakow.pl", [START - SECOND, START, START + SECOND])
    assert found(client, "krakow.pl", start_date=noon, end_date=noon) == [at_noon]


def test_a_plus_that_was_not_escaped_is_understood(
    client: CheckingClient, engine: Engine
) -> None:  # D-53
    one = add_request(engine, "krakow.pl", START)
    noon = "2026-01-10T12:00:00+01:00"
    path = f"/krakow/open311/v2/requests.json?start_date={noon}&end_date={noon}"
    assert ids(client.get(path)) == [one]


@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize(
    "text",
    [
        "2026-01-10",
        "2026-01",
        "2026",
        "2026-01-10T12:00:00",
        "2026-01-10T12:00",
        "2026-01-10 12:00:00Z",
        "2026-01-10T12Z",
        "20260110T120000Z",
        "2026-W02-6T12:00:00Z",
        "2026-01-10T12:00:00,5Z",
        "2026-01-10T12:00:00.Z",
        "2026-01-10T12:00:00+01",
        "2026-01-10T12:00:00 CET",
        "2026-1-10T12:00:00Z",
        "٢٠٢٦-01-10T12:00:00Z",
        "10.01.2026",
        "1768042800",
        "now",
        "2026-02-31T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-01-10T24:00:00Z",
        "2026-01-10T12:60:00Z",
        "2026-01-10T12:00:61Z",
        "2026-01-10T12:00:00+24:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_what_is_no_moment_with_a_zone_is_refused_and_named(
    client: CheckingClient, name: str, text: str
) -> None:  # D-53
    refusal = search(client, "krakow.pl", **{name: text})
    assert refusal.status_code == 400
    [told] = errors(refusal)
    assert told.startswith(f"{name}: ")
    assert text in told


def test_a_bound_sent_twice_must_be_the_same(
    client: CheckingClient, engine: Engine
) -> None:  # D-20
    one = add_request(engine, "krakow.pl", START)
    noon = START.isoformat()
    assert found(client, "krakow.pl", start_date=[noon, noon]) == [one]
    refusal = search(client, "krakow.pl", start_date=[noon, "2026-01-11T00:00:00Z"])
    assert refusal.status_code == 400
    assert "start_date" in errors(refusal)[0]
