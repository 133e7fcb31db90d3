"""The worker as a process, ended at any moment; and what operators see of jobs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.jobs.handlers import Handler
from open311.jobs.listing import Job
from open311.reports.assignment import ASSIGN_ID
from open311.settings import CHECKOUT
from tests.cli.running import Ended, run, run_process, url_of
from tests.conftest import KEYRING_FILE
from tests.rows import add_waiting, days_ago, stale_records
from tests.working import do_due, do_queued, queue_jobs, queued

GIVEN = text("SELECT count(*) FROM service_request WHERE service_request_id IS NOT NULL")
EVENTS = text("SELECT count(*) FROM request_event WHERE kind = 'id_assigned'")


def jobs(engine: Engine, *arguments: str) -> Ended:
    return run("jobs", *arguments, DATABASE_URL=url_of(engine))


def fail(connection: object, it: object) -> None:
    raise RuntimeError("The other side is away.")


@contextmanager
def dawdling_worker(
    engine: Engine, seconds: float, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run a worker in which giving an id takes so long; it says when an id is given."""
    variables = {"PATH": os.environ["PATH"], "OPEN311_DATABASE_URL": url_of(engine)}
    variables |= {"OPEN311_KEYRING_FILE": KEYRING_FILE, "DAWDLE": str(seconds), **environment}
    command = [sys.executable, "-m", "tests.cli.dawdling", "work"]
    with subprocess.Popen(
        command, env=variables, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def number(engine: Engine, query: Any) -> int:
    with engine.connect() as connection:
        return connection.scalar(query) or 0


def waiting(engine: Engine) -> list[Job]:
    """Return the jobs that give ids."""
    return [job for job in queued(engine) if job.name == ASSIGN_ID]


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_nothing(
    own_engine: Engine,
) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)] * 3)
    for _ in range(2):
        with dawdling_worker(own_engine, 60) as worker:
            # One that was taken a moment before the last was killed is due a moment later.
            assert worker.stdout and worker.stdout.readline() == "given\n"
            os.kill(worker.pid, signal.SIGKILL)
            assert worker.wait(10) == -signal.SIGKILL
        assert number(own_engine, GIVEN) == 0
        assert len(waiting(own_engine)) == 3
    with dawdling_worker(own_engine, 0) as worker:
        until(lambda: waiting(own_engine) == [])
    assert number(own_engine, GIVEN) == number(own_engine, EVENTS) == 3
    assert stale_records(own_engine, "krakow.pl") == 0


def test_a_worker_that_is_asked_to_end_finishes_what_is_under_way(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)] * 5)
    with dawdling_worker(own_engine, 2, OPEN311_JOB_THREADS="2") as worker:
        assert worker.stdout
        for _ in range(2):
            worker.stdout.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
        assert worker.stdout.read() == ""
    assert number(own_engine, GIVEN) == 2
    assert len(waiting(own_engine)) == 3


def test_what_takes_too_long_is_cut_off_and_left_to_the_next(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)])
    with dawdling_worker(own_engine, 60, GRACE="1") as worker:
        assert worker.stdout and worker.stdout.readline() == "given\n"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == -signal.SIGALRM
    assert number(own_engine, GIVEN) == 0
    do_queued(own_engine)
    assert number(own_engine, GIVEN) == 1


def test_a_job_that_was_queued_for_now_is_done_within_moments(own_engine: Engine) -> None:
    with dawdling_worker(own_engine, 0) as worker:
        add_waiting(own_engine, "krakow.pl", [days_ago(1)])
        assert worker.stdout and worker.stdout.readline() == "given\n"
        # From here on it is awake, and looks once a second.
        before = time.monotonic()
        add_waiting(own_engine, "krakow.pl", [days_ago(1)])
        assert worker.stdout.readline() == "given\n"
        assert time.monotonic() - before < 5


def test_a_thousand_jobs_are_done_by_two_workers(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)] * 1000)
    with dawdling_worker(own_engine, 0):
        assert run_process("work", "--once", DATABASE_URL=url_of(own_engine)).code == 0
        until(lambda: number(own_engine, GIVEN) == 1000)
    assert number(own_engine, EVENTS) == 1000


def test_what_waits_and_what_failed_is_listed(own_engine: Engine) -> None:
    queue_jobs(own_engine, "mail", 1)
    do_due(own_engine, Handler("mail", fail))
    queue_jobs(own_engine, "call", 2)
    listed = [line.split("\t") for line in jobs(own_engine, "list").out.splitlines()]
    call, mail = listed
    assert call[1:4] == ["waiting", "call", "0"]
    assert call[5:] == ['{"it":2}', "-"]
    assert mail[1:4] == ["waiting", "mail", "1"]
    assert mail[5:] == ['{"it":1}', "RuntimeError: The other side is away."]
    assert jobs(own_engine, "list", "--limit", "1").out.count("\n") == 1


def test_what_is_dead_is_listed_alone_and_tried_again_when_asked_to(own_engine: Engine) -> None:
    handler = Handler("mail", fail, attempts=2)
    queue_jobs(own_engine, "mail", 1)
    for _ in range(2):
        do_queued(own_engine, handler)
    queue_jobs(own_engine, "mail", 2)
    [dead] = jobs(own_engine, "list", "--dead").out.splitlines()
    name, state, *_ = dead.split("\t")
    assert state == "dead"
    assert jobs(own_engine, "list", "--waiting").out.count("\n") == 1
    assert jobs(own_engine, "retry", name) == Ended(0, f"The job {name} will be tried now.\n", "")
    assert jobs(own_engine, "list", "--dead").out == ""
    assert jobs(own_engine, "list", "--waiting").out.count("\n") == 2


def test_a_job_is_told_whole_as_json(own_engine: Engine) -> None:
    queue_jobs(own_engine, "mail", "Łódź", lock="request 5")
    told = json.loads(jobs(own_engine, "list", "--json").out)
    assert told["arguments"] == {"it": "Łódź"}
    assert (told["state"], told["lock"], told["is_periodic"]) == ("waiting", "request 5", False)
    assert told.keys() >= {"job_id", "queued_datetime", "run_datetime", "attempts", "error"}


@pytest.mark.parametrize("number", ["7000", "9223372036854775808"])
def test_a_job_that_is_not_there_cannot_be_tried(own_engine: Engine, number: str) -> None:
    ended = jobs(own_engine, "retry", number)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"open311: there is no job {number}")
