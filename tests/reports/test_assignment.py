"""Batch requests wait for their id, get it in their turn, and get it once.

In a database of their own, where no worker of another test gives ids too.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from sqlalchemy import Engine, text

from open311.georeport.encoding import render_request
from open311.reports.assignment import assign_ids
from tests.clients import CheckingClient
from tests.reporting import BATCH, post_report, reported
from tests.rows import add_waiting, days_ago, found, stale_records

WAITED = timedelta(seconds=3)


def assign(engine: Engine, waited: timedelta = WAITED) -> int:
    with engine.begin() as connection:
        return assign_ids(connection, render_request, waited)


def requests(engine: Engine) -> list[Any]:
    query = text("SELECT * FROM service_request ORDER BY requested_datetime")
    with engine.connect() as connection:
        return list(connection.execute(query))


def events(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT * FROM request_event ORDER BY event_id")))


def test_a_request_gets_its_id_and_is_public_from_then_on(
    own_client: CheckingClient, own_engine: Engine, city: str
) -> None:
    [token] = add_waiting(own_engine, city, [days_ago(1)])
    assert found(own_client, city) == []
    assert assign(own_engine) == 1
    [record] = own_client.get(
        f"/open311/v2/tokens/{token}.json", query_string={"jurisdiction_id": city}
    ).json
    assert found(own_client, city) == [record["service_request_id"]]
    assert stale_records(own_engine, city) == 0


def test_the_giving_of_an_id_is_remembered(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)])
    assign(own_engine)
    [request], [event] = requests(own_engine), events(own_engine)
    assert (event.kind, event.number) == ("id_assigned", request.number)
    assert event.detail == {"service_request_id": request.service_request_id}


def test_a_request_of_the_test_endpoint_gets_an_id_that_says_so(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)], endpoint_type="test")
    assign(own_engine)
    assert requests(own_engine)[0].service_request_id.startswith("KRK-TEST-")


def test_a_request_waits_as_long_as_it_must(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [datetime.now(UTC) - timedelta(minutes=1)])
    assert assign(own_engine, timedelta(hours=1)) == 0
    assert assign(own_engine, timedelta(seconds=50)) == 1


def test_a_request_gets_its_id_once(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)])
    assert [assign(own_engine), assign(own_engine)] == [1, 0]
    assert len(events(own_engine)) == 1


def test_requests_that_have_an_id_or_never_get_one_are_left_alone(
    own_client: CheckingClient, own_key: str, own_engine: Engine
) -> None:
    reported(own_client, own_key, "krakow.pl")
    tip = post_report(own_client, own_key, "krakow.pl", service_code="anonymous_tip")
    assert tip.status_code == 200
    before = requests(own_engine)
    assert assign(own_engine, timedelta()) == 0
    assert requests(own_engine) == before


def test_who_waits_longest_is_first(own_engine: Engine) -> None:
    [newest] = add_waiting(own_engine, "wroclaw.pl", [days_ago(1)])
    add_waiting(own_engine, "krakow.pl", [days_ago(2)] * 100)
    [oldest] = add_waiting(own_engine, "wroclaw.pl", [days_ago(3)])
    assert assign(own_engine) == 100
    id_of = {request.token: request.service_request_id for request in requests(own_engine)}
    assert id_of[oldest] is not None
    assert id_of[newest] is None
    assert assign(own_engine) == 2


def test_two_workers_at_once_take_different_requests(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)] * 150)
    taken, go_on = Event(), Event()

    def slow_worker() -> int:
        with own_engine.begin() as connection:
            assigned = assign_ids(connection, render_request, WAITED)
            taken.set()
            go_on.wait(10)
        return assigned

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(slow_worker)
        assert taken.wait(10)
        quick = pool.submit(assign, own_engine)
        go_on.set()
        assert (slow.result(), quick.result()) == (100, 50)
    assert len({request.service_request_id for request in requests(own_engine)}) == 150
    assert len(events(own_engine)) == 150


def test_what_a_worker_did_not_finish_is_done_by_the_next(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)])
    with own_engine.connect() as connection:
        assert assign_ids(connection, render_request, WAITED) == 1
        connection.rollback()
    assert requests(own_engine)[0].service_request_id is None
    assert assign(own_engine) == 1


def test_a_posted_batch_report_gets_the_id_with_its_own_number(
    own_client: CheckingClient, own_key: str, own_engine: Engine, city: str
) -> None:
    [posted] = post_report(own_client, own_key, city, **BATCH).json
    assert assign(own_engine, timedelta()) == 1
    [request] = requests(own_engine)
    assert request.token == posted["token"]
    assert f"-{request.number}-" in request.service_request_id
