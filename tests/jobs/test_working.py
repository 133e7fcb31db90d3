"""Jobs are done, each at least once and its rows once; what fails is tried again, and then dead."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from open311.jobs.handlers import LONGEST_WAIT, Handler
from open311.jobs.listing import retry
from tests.reporting import only_row
from tests.working import do_due, do_queued, let_be_due, queue_jobs, queued, worker_on


class Noted(list[Any]):
    """A handler that notes what it is given; `then` may fail."""

    def __init__(self, then: Callable[[Any], object] = lambda it: None) -> None:
        super().__init__()
        self.then = then

    def __call__(self, connection: Connection, it: Any = None) -> None:
        self.append(it)
        self.then(it)


def fail(it: Any) -> None:
    raise RuntimeError(f"{it} cannot be done")


def wait_of(engine: Engine) -> timedelta:
    """Return how long the only job waits from now."""
    run_datetime: datetime = only_row(engine, "job").run_datetime
    return run_datetime - datetime.now(UTC)


def test_jobs_are_done_once_in_the_order_in_which_they_are_due(own_engine: Engine) -> None:
    noted = Noted()
    queue_jobs(own_engine, "note", 1, 2)
    queue_jobs(own_engine, "note", 0, run_at=datetime.now(UTC) - timedelta(hours=1))
    assert do_due(own_engine, Handler("note", noted)) == 3
    assert noted == [0, 1, 2]
    assert queued(own_engine) == []


def test_a_job_for_later_is_not_done_before(own_engine: Engine) -> None:
    noted = Noted()
    queue_jobs(own_engine, "note", 1, run_at=datetime.now(UTC) + timedelta(minutes=1))
    assert do_due(own_engine, Handler("note", noted)) == 0
    assert do_queued(own_engine, Handler("note", noted)) == 1


def test_what_a_worker_does_not_know_is_left_to_another(own_engine: Engine) -> None:
    """As while a new version is put in place."""
    noted = Noted()
    queue_jobs(own_engine, "new", 1)
    queue_jobs(own_engine, "note", 2)
    assert do_due(own_engine, Handler("note", noted)) == 1
    assert [job.name for job in queued(own_engine)] == ["new"]
    assert queued(own_engine)[0].attempts == 0


def test_two_workers_at_once_do_different_jobs(own_engine: Engine) -> None:
    begun, go_on = Event(), Event()

    def dawdle(it: int) -> None:
        begun.set()
        assert go_on.wait(10)

    slow, quick = Noted(dawdle), Noted()
    queue_jobs(own_engine, "note", *range(20))
    with ThreadPoolExecutor() as threads:
        doing = threads.submit(do_due, own_engine, Handler("note", slow, first_wait=timedelta()))
        assert begun.wait(10)
        # Though its time for another attempt has come, nobody else takes the first.
        assert do_due(own_engine, Handler("note", quick)) == 19
        go_on.set()
        assert doing.result(10) == 1
    assert sorted([*slow, *quick]) == list(range(20))


def test_workers_that_look_at_the_same_moment_do_not_keep_each_other_from_it(
    own_engine: Engine,
) -> None:
    noted = Noted()
    queue_jobs(own_engine, "note", *range(500))
    with ThreadPoolExecutor(5) as threads:
        for doing in [threads.submit(do_due, own_engine, Handler("note", noted)) for _ in range(5)]:
            doing.result()
    # None was passed over, to be tried again later.
    assert queued(own_engine) == []
    assert sorted(noted) == list(range(500))


def test_what_fails_leaves_nothing_and_is_tried_again(own_engine: Engine) -> None:
    def insert_and_fail(connection: Connection, it: str) -> None:
        connection.execute(text("UPDATE jurisdiction SET revision = -1"))
        raise RuntimeError("not today")

    queue_jobs(own_engine, "note", "all")
    assert do_due(own_engine, Handler("note", insert_and_fail)) == 1
    with own_engine.connect() as connection:
        changed = text("SELECT count(*) FROM jurisdiction WHERE revision = -1")
        assert connection.scalar(changed) == 0
    [job] = queued(own_engine)
    assert (job.state, job.attempts, job.error) == ("waiting", 1, "RuntimeError: not today")
    noted = Noted()
    assert do_due(own_engine, Handler("note", noted)) == 0
    assert do_queued(own_engine, Handler("note", noted)) == 1
    assert noted == ["all"]


def test_each_wait_is_twice_as_long_give_or_take_a_fifth(own_engine: Engine) -> None:
    handler = Handler("note", Noted(fail), first_wait=timedelta(seconds=100))
    queue_jobs(own_engine, "note", 1)
    for seconds in (100, 200, 400):
        do_queued(own_engine, handler)
        # What the test itself takes counts, too.
        assert seconds * 0.8 - 5 < wait_of(own_engine).total_seconds() <= seconds * 1.2


def test_no_wait_is_longer_than_an_hour_or_so() -> None:
    handler = Handler("note", Noted(), first_wait=timedelta(seconds=5))
    waits = [handler.wait_after(attempt) for attempt in range(1, 5000)]
    assert max(waits) <= LONGEST_WAIT * 1.2
    assert len({*waits[20:40]}) > 10, "all together again"


def test_what_failed_as_often_as_it_may_is_dead_until_it_is_revived(own_engine: Engine) -> None:
    noted = Noted(fail)
    handler = Handler("note", noted, attempts=3)
    queue_jobs(own_engine, "note", "it")
    assert [do_queued(own_engine, handler) for _ in range(5)] == [1, 1, 1, 0, 0]
    [job] = queued(own_engine)
    assert (job.state, job.attempts) == ("dead", 3)
    assert job.error == "RuntimeError: it cannot be done"
    with own_engine.begin() as connection:
        assert retry(connection, job.job_id)
    noted.then = lambda it: None
    assert do_due(own_engine, handler) == 1
    assert queued(own_engine) == []


def test_a_job_that_is_being_done_is_not_revived(own_engine: Engine) -> None:
    def revive(connection: Connection, it: str) -> None:
        with own_engine.begin() as other:
            revived.append(retry(other, queued(own_engine)[0].job_id))

    revived: list[bool] = []
    queue_jobs(own_engine, "note", 1)
    assert do_due(own_engine, Handler("note", revive)) == 1
    assert revived == [False]
    assert queued(own_engine) == []


def test_what_the_database_refuses_is_kept_without_the_values(own_engine: Engine) -> None:
    def insert_twice(connection: Connection, it: str) -> None:
        account = "INSERT INTO account (email, name) VALUES ('marker@example.org', 'Marker')"
        connection.execute(text(f"{account}; {account}"))

    queue_jobs(own_engine, "note", 1)
    do_due(own_engine, Handler("note", insert_twice))
    error = queued(own_engine)[0].error or ""
    assert "account_email_key" in error
    assert "marker" not in error.lower()


def test_a_connection_that_breaks_in_the_middle_leaves_the_job_for_later(
    own_engine: Engine,
) -> None:
    def cut(connection: Connection, it: str) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    queue_jobs(own_engine, "note", 1)
    with pytest.raises(OperationalError):
        worker_on(own_engine, Handler("note", cut)).do_next()
    noted = Noted()
    assert do_due(own_engine, Handler("note", noted)) == 0
    assert do_queued(own_engine, Handler("note", noted)) == 1


def test_what_ends_every_worker_is_given_up(own_engine: Engine) -> None:
    """A job in which the process ends has counted its attempt, and told nothing of it."""
    handler = Handler("note", Noted(), attempts=2)
    queue_jobs(own_engine, "note", 1)
    with own_engine.begin() as connection:
        connection.execute(text("UPDATE job SET attempts = 2"))
    do_due(own_engine, handler)
    [job] = queued(own_engine)
    assert job.state == "dead"
    assert "The worker ended" in (job.error or "")
    assert handler.run == []


def test_jobs_with_the_same_lock_are_done_one_after_the_other(own_engine: Engine) -> None:
    tried: list[int] = []

    def fail_at_first(it: int) -> None:
        tried.append(it)
        if tried == [1]:
            raise RuntimeError("not yet")

    handler = Handler("note", Noted(fail_at_first))
    queue_jobs(own_engine, "note", 1, 2, lock="request 5")
    queue_jobs(own_engine, "note", 3, lock="request 6")
    queue_jobs(own_engine, "note", 4)
    # The second waits for the first; nobody else does.
    assert do_due(own_engine, handler) == 3
    assert tried == [1, 3, 4]
    do_queued(own_engine, handler)
    assert tried == [1, 3, 4, 1, 2]


def test_a_dead_job_keeps_none_waiting(own_engine: Engine) -> None:
    noted = Noted(lambda it: fail(it) if it == 1 else None)
    queue_jobs(own_engine, "note", 1, 2, lock="request 5")
    assert do_due(own_engine, Handler("note", noted, attempts=1)) == 2
    assert noted == [1, 2]


def test_what_is_periodic_is_done_at_once_and_then_ever_again(own_engine: Engine) -> None:
    noted = Noted()
    worker = worker_on(own_engine, Handler("note", noted, every=timedelta(hours=2)))
    # Every worker that starts says so.
    worker.schedule()
    worker.schedule()
    assert [worker.do_next(), worker.do_next()] == [True, False]
    assert timedelta(minutes=119) < wait_of(own_engine) < timedelta(hours=2)
    worker.schedule()
    assert worker.do_next() is False
    let_be_due(own_engine)
    assert worker.do_next() is True
    assert len(noted) == 2


def test_what_is_periodic_never_dies(own_engine: Engine) -> None:
    noted = Noted(fail)
    handler = Handler("note", noted, attempts=1, every=timedelta(minutes=1))
    worker_on(own_engine, handler).schedule()
    for _ in range(8):
        assert do_queued(own_engine, handler) == 1
    job = only_row(own_engine, "job")
    assert (job.dead_datetime, job.attempts) == (None, 8)
    assert wait_of(own_engine) < timedelta(minutes=1.2)
    noted.then = lambda it: None
    do_queued(own_engine, handler)
    job = only_row(own_engine, "job")
    assert (job.attempts, job.error) == (0, None)
