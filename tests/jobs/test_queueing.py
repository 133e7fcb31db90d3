"""A job is queued if and only if the transaction that causes it commits."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from open311.jobs.queueing import queue
from open311.reports import intake
from tests.clients import CheckingClient
from tests.reporting import BATCH, post_report, report_row, reported, rows
from tests.working import queued


def test_a_job_is_there_when_its_transaction_has_committed(own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        queue(connection, "greet", {"whom": "Łódź", "times": 3})
        assert queued(own_engine) == []
    [job] = queued(own_engine)
    assert (job.name, job.arguments) == ("greet", {"whom": "Łódź", "times": 3})
    assert (job.state, job.attempts, job.error) == ("waiting", 0, None)
    assert job.run_datetime == job.queued_datetime


def test_there_is_no_job_when_its_transaction_was_undone(own_engine: Engine) -> None:
    with own_engine.connect() as connection:
        queue(connection, "greet", {})
        connection.rollback()
    assert queued(own_engine) == []


def test_a_job_may_be_for_later(own_engine: Engine) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with own_engine.begin() as connection:
        queue(connection, "greet", {}, run_at=tomorrow)
    assert queued(own_engine)[0].run_datetime == tomorrow


def test_a_batch_report_comes_with_the_job_that_gives_its_id(
    own_client: CheckingClient, own_key: str, own_engine: Engine, city: str
) -> None:
    assert post_report(own_client, own_key, city, **BATCH).status_code == 200
    jobs, request = queued(own_engine), report_row(own_engine)
    [job] = [job for job in jobs if job.name == "assign_id"]
    assert job.arguments == {"jurisdiction_id": city, "number": request.number}
    assert job.run_datetime == request.requested_datetime + timedelta(seconds=3)


def test_other_reports_come_without_one(
    own_client: CheckingClient, own_key: str, own_engine: Engine, city: str
) -> None:
    reported(own_client, own_key, city)
    tip = post_report(own_client, own_key, city, service_code="anonymous_tip")
    assert tip.status_code == 200
    assert {job.name for job in queued(own_engine)} == {"follow_up"}


def test_a_report_that_could_not_be_written_leaves_no_job(
    own_client: CheckingClient,
    own_key: str,
    own_engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(intake, "record", fail)
    assert post_report(own_client, own_key, "krakow.pl", **BATCH).status_code == 500
    assert rows(own_engine)["service_request"] == rows(own_engine)["job"] == 0


def test_a_report_sent_twice_has_one_job(
    own_client: CheckingClient, own_key: str, own_engine: Engine
) -> None:
    form = {"jurisdiction_id": "krakow.pl", "api_key": own_key, "address_string": "Rynek 1"}
    send = {"data": form | BATCH, "headers": {"Idempotency-Key": "once"}}
    answers = [own_client.post("/open311/v2/requests.json", **send).json for _ in range(2)]
    assert answers[0] == answers[1]
    assert {job.name for job in queued(own_engine)} == {"assign_id", "follow_up"}
    assert len(queued(own_engine)) == 2
