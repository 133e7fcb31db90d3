"""Batch requests wait for their id, get it when it is time, and get it once.

In a database of their own, where no worker of another test gives ids too.
"""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from open311.admin.jurisdictions import apply_within
from open311.georeport.encoding import render_request
from tests.clients import CheckingClient
from tests.folders import change, copy_city, proposal
from tests.reporting import BATCH, post_report, report_row
from tests.rows import add_waiting, days_ago, found, search, stale_records
from tests.working import do_due, do_queued, queued


def events(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT * FROM request_event ORDER BY event_id")))


def test_a_request_gets_its_id_and_is_public_from_then_on(
    own_client: CheckingClient, own_engine: Engine, city: str
) -> None:
    [token] = add_waiting(own_engine, city, [days_ago(1)])
    assert found(own_client, city) == []
    do_due(own_engine)
    [record] = own_client.get(
        f"/open311/v2/tokens/{token}.json", query_string={"jurisdiction_id": city}
    ).json
    assert found(own_client, city) == [record["service_request_id"]]
    assert stale_records(own_engine, city) == 0


def test_the_giving_of_an_id_is_remembered(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)])
    do_due(own_engine)
    request, [event] = report_row(own_engine), events(own_engine)
    assert (event.kind, event.number) == ("id_assigned", request.number)
    assert event.detail == {"service_request_id": request.service_request_id}


def test_a_request_of_the_test_endpoint_gets_an_id_that_says_so(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)], endpoint_type="test")
    do_due(own_engine)
    assert report_row(own_engine).service_request_id.startswith("KRK-TEST-")


def test_a_job_that_comes_twice_gives_one_id(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)])
    with own_engine.begin() as connection:
        again = "INSERT INTO job (name, arguments) SELECT name, arguments FROM job"
        connection.execute(text(again))
    do_due(own_engine)
    assert len(events(own_engine)) == 1


def test_a_request_that_is_gone_needs_no_id(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)])
    with own_engine.begin() as connection:
        connection.execute(text("DELETE FROM service_request"))
    assert do_due(own_engine) == 1
    assert queued(own_engine) == []


def test_two_workers_at_once_give_each_request_one_id(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)] * 100)
    with ThreadPoolExecutor(3) as threads:
        done = [threads.submit(do_due, own_engine) for _ in range(3)]
    for one in done:
        one.result()
    assert len(events(own_engine)) == 100
    assert len({event.detail["service_request_id"] for event in events(own_engine)}) == 100


def test_a_posted_batch_report_gets_the_id_with_its_own_number(
    own_client: CheckingClient, own_key: str, own_engine: Engine, city: str
) -> None:
    [posted] = post_report(own_client, own_key, city, **BATCH).json
    do_queued(own_engine)
    request = report_row(own_engine)
    assert request.token == posted["token"]
    assert f"-{request.number}-" in request.service_request_id


def test_an_id_that_is_given_during_an_application_comes_with_the_new_names(
    own_engine: Engine, own_client: CheckingClient, tmp_path: Path
) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)], service_code="abandoned_vehicle")
    folder = copy_city("krakow", tmp_path)
    change(folder, "services.yaml", "Porzucony pojazd", "Wrak")
    with ThreadPoolExecutor() as threads:
        with own_engine.begin() as connection:
            apply_within(connection, proposal(folder), render_request)
            giving = threads.submit(do_due, own_engine)
            assert wait([giving], timeout=0.5).not_done, "it did not wait"
        assert giving.result(10)
    assert search(own_client, "krakow.pl").json[0]["service_name"].startswith("Wrak")
