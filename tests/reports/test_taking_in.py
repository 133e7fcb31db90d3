"""Reports that come in at once all count, and a failure of one spoils none that follow."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from tests.clients import CheckingClient
from tests.conftest import JURISDICTIONS, app_on
from tests.reporting import BATCH, post_report, reported, rows
from tests.rows import found, stale_records

EACH = 50


@pytest.fixture(scope="module")
def threaded_app(engine: Engine) -> Flask:
    """The application as a process of two threads runs it."""
    return app_on(engine, OPEN311_THREADS="2")


def changes(engine: Engine) -> dict[tuple[str, str], int]:
    """Return how often each endpoint has changed."""
    query = text(
        "SELECT jurisdiction_id, endpoint_type, sum(changes) FROM change_counter GROUP BY 1, 2"
    )
    with engine.connect() as connection:
        return {(city, stage): number for city, stage, number in connection.execute(query)}


@contextmanager
def refusing_events(engine: Engine) -> Iterator[None]:
    """Have the database refuse what is written last of a report."""
    with engine.begin() as connection:
        rule = "ALTER TABLE request_event ADD CONSTRAINT full_up CHECK (false) NOT VALID"
        connection.execute(text(rule))
    yield
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE request_event DROP CONSTRAINT full_up"))


def test_reports_at_once_get_an_id_each_and_are_all_found(
    threaded_app: Flask, key: str, engine: Engine
) -> None:
    before = changes(engine)

    def post_some(city: str) -> list[str]:
        client = threaded_app.test_client()
        return [reported(client, key, city) for _ in range(EACH)]

    with ThreadPoolExecutor(2) as pool:
        posted = dict(zip(JURISDICTIONS, pool.map(post_some, JURISDICTIONS), strict=True))
    client = threaded_app.test_client()
    for city in JURISDICTIONS:
        assert len(set(posted[city])) == EACH
        assert set(found(client, city)) == set(posted[city])
        assert changes(engine)[city, "production"] == before[city, "production"] + EACH
        assert changes(engine)[city, "test"] == before[city, "test"]


def test_reports_to_one_city_at_once_get_an_id_each_and_are_all_found(
    threaded_app: Flask, key: str, engine: Engine
) -> None:
    def post_some(_: int) -> list[str]:
        client = threaded_app.test_client()
        return [reported(client, key, "krakow.pl") for _ in range(EACH)]

    with ThreadPoolExecutor(2) as pool:
        posted = [one for some in pool.map(post_some, range(2)) for one in some]
    assert len(set(posted)) == 2 * EACH
    assert set(found(threaded_app.test_client(), "krakow.pl")) == set(posted)
    assert stale_records(engine, "krakow.pl") == 0
    kept = rows(engine)
    assert kept["service_request"] == kept["reporter"] == kept["request_event"] == 2 * EACH


def test_numbers_are_never_given_twice_not_even_in_two_cities(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    for city in JURISDICTIONS * 5:
        reported(client, key, city)
        post_report(client, key, city, **BATCH)
    query = text("SELECT count(DISTINCT number) FROM service_request")
    with engine.connect() as connection:
        assert connection.scalar(query) == 20


def test_a_report_that_failed_can_be_sent_again_with_the_same_key(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    form = {"jurisdiction_id": "krakow.pl", "api_key": key, "service_code": "graffiti"}
    form |= {"address_string": "Rynek 1"}
    send = {"data": form, "headers": {"Idempotency-Key": "of Anna"}}
    with refusing_events(engine):
        assert client.post("/open311/v2/requests.json", **send).status_code == 500
    answers = [client.post("/open311/v2/requests.json", **send) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data
    assert len(found(client, "krakow.pl")) == 1


def test_after_a_failure_the_next_report_is_taken_in(
    client: CheckingClient, key: str, engine: Engine, city: str
) -> None:
    before = changes(engine)
    with refusing_events(engine):
        assert post_report(client, key, city).status_code == 500
    assert changes(engine) == before
    taken = reported(client, key, city)
    assert found(client, city) == [taken]
