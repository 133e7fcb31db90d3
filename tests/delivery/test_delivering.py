"""How deliveries are made: each for itself, again when they fail, never lost, seldom twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, text

from open311.catalogue.registry import Registry
from open311.database.reading import Reader
from open311.delivery.channels import DeliveryDropped, Planned
from open311.delivery.delivering import (
    DELIVER,
    MOST_ATTEMPTS,
    Deliveries,
    try_again,
    wait_after,
)
from open311.delivery.patience import Patience
from open311.delivery.webhooks import WebhookChannel
from open311.jobs.handlers import Handler
from open311.jobs.queueing import queue
from open311.outbound.web import Web
from open311.settings import CHECKOUT
from tests.cli.running import url_of
from tests.conftest import KEYRING, KEYRING_FILE
from tests.delivery.posting import deliveries, delivery_jobs
from tests.delivery.receiving import PUBLIC_URL, City, Receiver, receiving, webhook
from tests.folders import BYSTRA, change, put_in_force
from tests.working import do_due, do_queued, queued


def again(engine: Engine, delivery_id: int) -> bool:
    with engine.begin() as connection:
        return try_again(connection, BYSTRA, delivery_id)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_fails_is_tried_again_under_the_same_id_until_it_arrives(bystra: City) -> None:
    with receiving(500, 500, 200) as receiver:
        secret = bystra.configure(webhook("ledger", receiver.url))["ledger"]
        bystra.report()
        for _ in range(4):
            bystra.work(soon=True)
    [delivery] = deliveries(bystra.engine)
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 3, None)
    assert len(receiver.told) == 3
    assert len({told.id for told in receiver.told}) == 1
    assert len({told.verified(secret)["timestamp"] for told in receiver.told}) == 1
    assert queued(bystra.engine) == []


def test_what_failed_waits_before_it_is_tried_again(bystra: City) -> None:
    with receiving(500) as receiver:
        bystra.configure(webhook("ledger", receiver.url))
        bystra.report()
        bystra.work()
        assert bystra.work() == 0
    [job] = delivery_jobs(bystra.engine)
    wait = job.run_datetime - datetime.now(UTC)
    assert timedelta(seconds=15) < wait <= wait_after(1)


def test_the_wait_doubles_up_to_six_hours() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert waits[0] == timedelta(seconds=30)
    for before, after in pairwise(waits):
        assert after == min(2 * before, timedelta(hours=6))
    assert timedelta(days=2) < sum(waits, timedelta()) < timedelta(days=4)


def test_each_destination_is_told_for_itself(bystra: City, receiver: Receiver) -> None:
    with receiving(500) as failing, receiving(410) as leaving:
        secrets = bystra.configure(
            webhook("failing", failing.url),
            webhook("leaving", leaving.url),
            webhook("ledger", receiver.url),
        )
        bystra.report()
        bystra.work()
        bystra.work(soon=True)
    states = {one.destination: (one.state, one.attempts) for one in deliveries(bystra.engine)}
    assert states == {"failing": ("waiting", 2), "leaving": ("dead", 1), "ledger": ("delivered", 1)}
    [told] = receiver.told
    assert told.verified(secrets["ledger"])
    assert told.id != failing.told[0].id


def test_after_the_last_attempt_it_lies_there_as_dead(bystra: City) -> None:
    with receiving(503) as receiver:
        bystra.configure(webhook("ledger", receiver.url))
        bystra.report()
        for _ in range(MOST_ATTEMPTS + 2):
            bystra.work(soon=True)
    [dead] = deliveries(bystra.engine)
    assert (dead.state, dead.attempts, dead.error) == ("dead", MOST_ATTEMPTS, "It answered 503.")
    assert len(receiver.told) == MOST_ATTEMPTS
    assert queued(bystra.engine) == []


def test_what_is_dead_is_tried_again_by_hand_as_often_as_something_new(bystra: City) -> None:
    with receiving(410, 500, 200) as receiver:
        bystra.configure(webhook("ledger", receiver.url))
        bystra.report()
        bystra.work()
        [dead] = deliveries(bystra.engine)
        assert again(bystra.engine, dead.delivery_id)
        bystra.work()
        [waiting] = deliveries(bystra.engine)
        assert (waiting.state, waiting.attempts) == ("waiting", 1)
        bystra.work(soon=True)
    [delivered] = deliveries(bystra.engine)
    assert (delivered.state, delivered.attempts) == ("delivered", 2)


def test_what_has_arrived_can_be_sent_again_and_is_known_by_its_id(
    bystra: City, receiver: Receiver
) -> None:
    bystra.configure(webhook("ledger", receiver.url))
    bystra.report()
    bystra.work()
    [delivered] = deliveries(bystra.engine)
    assert again(bystra.engine, delivered.delivery_id)
    bystra.work()
    first, second = receiver.told
    assert first.id == second.id
    assert deliveries(bystra.engine)[0].state == "delivered"


def test_what_waits_is_hurried_and_not_doubled(bystra: City) -> None:
    with receiving(500) as receiver:
        bystra.configure(webhook("ledger", receiver.url))
        bystra.report()
        bystra.work()
        [waiting] = deliveries(bystra.engine)
        for _ in range(3):
            assert again(bystra.engine, waiting.delivery_id)
        assert bystra.work() == 1
    assert len(receiver.told) == 2
    assert len(delivery_jobs(bystra.engine)) == 1


def test_one_whose_clock_is_lost_gets_a_new_one(bystra: City, receiver: Receiver) -> None:
    bystra.configure(webhook("ledger", receiver.url))
    bystra.report()
    bystra.work(OPEN311_PRIVATE_DESTINATIONS="")
    with bystra.engine.begin() as connection:
        connection.execute(text("UPDATE delivery SET state = 'waiting'"))
    assert bystra.work(soon=True) == 0
    [waiting] = deliveries(bystra.engine)
    assert again(bystra.engine, waiting.delivery_id)
    bystra.work()
    assert deliveries(bystra.engine)[0].state == "delivered"


def test_what_is_not_there_cannot_be_tried(bystra: City) -> None:
    assert not again(bystra.engine, 7_000_000)


def test_an_event_that_is_followed_up_twice_is_told_once(bystra: City, receiver: Receiver) -> None:
    bystra.configure(webhook("ledger", receiver.url))
    bystra.report()
    [job] = queued(bystra.engine)
    bystra.work()
    with bystra.engine.begin() as connection:
        queue(connection, "follow_up", job.arguments)
    assert bystra.work() == 1
    assert len(receiver.told) == 1


def test_events_of_a_request_arrive_in_their_order(bystra: City, receiver: Receiver) -> None:
    bystra.configure(webhook("ledger", receiver.url))
    request_id = bystra.report() or ""
    for state in ("in_review", "in_progress", "resolved"):
        bystra.change(request_id, "state_changed", state=state)
    bystra.work()
    moments = [told.payload["timestamp"] for told in receiver.told]
    assert moments == sorted(moments)
    assert [told.payload["type"] for told in receiver.told] == [
        "service_request.created", "service_request.updated", "service_request.updated",
        "service_request.closed",
    ]  # fmt: skip


def test_who_is_gone_is_not_waited_for(bystra: City) -> None:
    class Gone:
        kind = "mail"

        def plan(self, *_: Any) -> Iterator[Planned]:
            yield Planned("reporter:0", "received")

        def send(self, *_: Any) -> None:
            raise DeliveryDropped("They unsubscribed.")

    registry = Registry(bystra.engine, Reader(bystra.engine))
    doing = Deliveries(registry, [Gone()])
    bystra.report()
    do_due(bystra.engine, Handler("follow_up", doing.follow_up), Handler(DELIVER, doing.deliver))
    [dropped] = deliveries(bystra.engine)
    assert (dropped.state, dropped.error) == ("dropped", "They unsubscribed.")


def test_a_slow_receiver_keeps_no_configuration_waiting(bystra: City) -> None:
    with receiving(0) as stalling:
        bystra.configure(webhook("ledger", stalling.url))
        bystra.report()
        working = threading.Thread(target=bystra.work)
        working.start()
        until(lambda: bool(stalling.told))
        change(bystra.folder, "services.yaml", "en: Dark lamp", "en: Lamp out")
        before = time.monotonic()
        put_in_force(bystra.engine, bystra.folder)
        bystra.report()
        assert time.monotonic() - before < 5
        assert len(stalling.told) == 1
        stalling.is_over.set()
        working.join()


def deliver_patiently(bystra: City, slow: float, pause: float) -> Callable[[], int]:
    """Return what does all that is queued, with receivers that have 0.3 s."""
    web, keyring = Web(["127.0.0.1"]), KEYRING
    registry = Registry(bystra.engine, Reader(bystra.engine))
    channel = WebhookChannel(web, keyring, PUBLIC_URL, seconds=0.3)
    doing = Deliveries(registry, [channel], Patience(slow, pause))
    handlers = Handler("follow_up", doing.follow_up), Handler(DELIVER, doing.deliver)
    return lambda: do_queued(bystra.engine, *handlers)


def test_who_does_not_answer_is_asked_once_and_keeps_nobody_else_waiting(
    bystra: City, receiver: Receiver
) -> None:
    with receiving(0) as stalling:
        bystra.configure(webhook("stalling", stalling.url), webhook("ledger", receiver.url))
        for _ in range(4):
            bystra.report()
        deliver_patiently(bystra, slow=0.2, pause=60)()
    assert (len(stalling.told), len(receiver.told)) == (1, 4)
    tried = deliveries(bystra.engine, destination="stalling")
    assert [one.attempts for one in tried] == [1, 0, 0, 0]
    assert [one.error for one in tried] == [
        "127.0.0.1 did not answer in time.",
        *["Not tried: it did not answer in time a moment ago."] * 3,
    ]


def test_who_answers_again_after_a_pause_is_told_all(bystra: City) -> None:
    with receiving(0, 200) as receiver:
        bystra.configure(webhook("ledger", receiver.url))
        for _ in range(3):
            bystra.report()
        work = deliver_patiently(bystra, slow=0.2, pause=1)
        work()
        assert len(receiver.told) == 1
        time.sleep(1)
        work()
    assert [one.state for one in deliveries(bystra.engine)] == ["delivered"] * 3


def test_who_fails_at_once_is_asked_each_time(bystra: City) -> None:
    with receiving(500) as receiver:
        bystra.configure(webhook("ledger", receiver.url))
        for _ in range(3):
            bystra.report()
        deliver_patiently(bystra, slow=5, pause=60)()
    assert len(receiver.told) == 3


def test_what_is_being_tried_cannot_be_tried_at_the_same_time(bystra: City) -> None:
    with receiving(0) as stalling:
        bystra.configure(webhook("ledger", stalling.url))
        bystra.report()
        working = threading.Thread(target=bystra.work)
        working.start()
        until(lambda: bool(stalling.told))
        [delivery] = deliveries(bystra.engine)
        assert not again(bystra.engine, delivery.delivery_id)
        stalling.is_over.set()
        working.join()


@contextmanager
def worker(engine: Engine, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker in which a delivery that was made takes so long to be committed."""
    variables = {"PATH": os.environ["PATH"], "OPEN311_DATABASE_URL": url_of(engine),
                 "OPEN311_KEYRING_FILE": KEYRING_FILE, "DAWDLE": str(seconds),
                 "OPEN311_PRIVATE_DESTINATIONS": "127.0.0.1"}  # fmt: skip
    command = [sys.executable, "-m", "tests.delivery.dawdling", "work"]
    with subprocess.Popen(command, env=variables, cwd=CHECKOUT) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_worker_that_is_killed_after_sending_loses_nothing_and_tells_it_again(
    bystra: City, receiver: Receiver
) -> None:
    bystra.configure(webhook("ledger", receiver.url))
    bystra.report()
    with worker(bystra.engine, 60) as first:
        until(lambda: len(receiver.told) == 1)
        os.kill(first.pid, signal.SIGKILL)
        assert first.wait(10) == -signal.SIGKILL
    [waiting] = deliveries(bystra.engine)
    assert (waiting.state, waiting.attempts) == ("waiting", 0)
    with worker(bystra.engine, 0):
        until(lambda: deliveries(bystra.engine)[0].state == "delivered")
    assert [told.id for told in receiver.told] == [receiver.told[0].id] * 2
    assert queued(bystra.engine) == []
