"""Mail that is not taken: tried again or given up, each by itself, lost never."""

import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.settings import CHECKOUT
from tests.changes import change
from tests.cli.running import url_of
from tests.clients import CheckingClient
from tests.conftest import KEYRING_FILE
from tests.delivery.posting import (
    ANNA,
    BASE,
    delivery_jobs,
    join,
    send_due_mail,
    send_mail,
    to,
    to_reporters,
)
from tests.mailbox import Mailbox
from tests.reporting import reported
from tests.working import queued

CITY = "wroclaw.pl"


@pytest.fixture
def report(client: CheckingClient, key: str) -> str:
    """The id of a report by Anna."""
    return reported(client, key, CITY, email=ANNA, locale="en")


def the_delivery(engine: Engine) -> Any:
    [row] = to_reporters(engine)
    return row


def test_a_refusal_for_good_is_given_up_and_concerns_nobody_else(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    join(engine, CITY, report, "jan@home.example")
    send_mail(engine, mailbox)
    change(engine, CITY, report, "noted", note="Soon.", is_public=True)
    mailbox.answer(550)
    sent = send_mail(engine, mailbox)
    assert [one.recipients for one in sent] == [["jan@home.example"]]
    anna, jan = to_reporters(engine)[-2:]
    assert (anna.state, anna.attempts) == ("dead", 1)
    assert anna.error == "The mail server answered RCPT with 550."
    assert (jan.state, jan.error) == ("delivered", None)
    assert delivery_jobs(engine) == []


@pytest.mark.parametrize("code", [421, 451])
def test_a_refusal_for_now_is_tried_again_later(
    report: str, engine: Engine, mailbox: Mailbox, code: int
) -> None:
    mailbox.answer(code, times=2)
    assert send_mail(engine, mailbox) == []
    waiting = the_delivery(engine)
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert str(code) in waiting.error
    assert min(job.run_datetime for job in delivery_jobs(engine)) > datetime.now(UTC) + timedelta(
        seconds=10
    )
    assert send_due_mail(engine, mailbox) == []
    assert len(to(send_mail(engine, mailbox))) == 1
    done = the_delivery(engine)
    assert (done.state, done.attempts, done.error) == ("delivered", 2, None)


def test_a_server_that_hangs_holds_nobody_for_long(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    mailbox.hang_at("DATA")
    before = datetime.now(UTC)
    assert send_mail(engine, mailbox, OPEN311_SMTP_SECONDS="1") == []
    assert datetime.now(UTC) - before < timedelta(seconds=10)
    assert the_delivery(engine).error == "The mail server is too slow: DATA."
    mailbox.hang_at(None)
    assert len(to(send_mail(engine, mailbox))) == 1


@pytest.mark.parametrize("missing", ["OPEN311_SMTP_HOST", "OPEN311_PUBLIC_URL"])
def test_without_a_setting_mail_waits_and_says_which(
    report: str, engine: Engine, mailbox: Mailbox, missing: str
) -> None:
    without = {missing: ""}
    if missing == "OPEN311_SMTP_HOST":
        without |= {"OPEN311_MAIL_FROM": ""}
    assert to(send_mail(engine, mailbox, **without)) == []
    assert the_delivery(engine).state == "waiting"
    assert missing in the_delivery(engine).error
    assert len(to(send_mail(engine, mailbox))) == 1


def test_what_is_tried_again_has_the_same_message_id(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    [first] = to(send_mail(engine, mailbox))
    with engine.begin() as connection:
        connection.execute(text("UPDATE delivery SET state = 'waiting'"))
        again = "SELECT 'deliver', jsonb_build_object('jurisdiction_id', jurisdiction_id, "
        again += "'delivery_id', delivery_id) FROM delivery"
        connection.execute(text(f"INSERT INTO job (name, arguments) {again}"))
    [second] = to(send_mail(engine, mailbox))
    for name in ("Message-ID", "X-Open311-Delivery"):
        assert first.message[name] == second.message[name]


def test_every_message_has_a_message_id_of_its_own(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    join(engine, CITY, report, "jan@home.example")
    change(engine, CITY, report, "noted", note="Soon.", is_public=True)
    change(engine, CITY, report, "noted", note="Very soon.", is_public=True)
    sent = send_mail(engine, mailbox)
    assert len({one.message["Message-ID"] for one in sent}) == len(sent) >= 6


def test_a_worker_that_is_killed_once_the_server_has_a_message_sends_it_twice_and_never_none(
    own_client: CheckingClient, own_key: str, own_engine: Engine, mailbox: Mailbox
) -> None:
    without_mailboxes = "UPDATE unit SET document = document - 'email'"
    with own_engine.begin() as connection:
        connection.execute(text(without_mailboxes))
        connection.execute(text("UPDATE jurisdiction SET revision = revision + 1"))
    reported(own_client, own_key, CITY, email=ANNA)
    environment = {"PATH": os.environ["PATH"], "OPEN311_DATABASE_URL": url_of(own_engine)}
    environment |= {"OPEN311_KEYRING_FILE": KEYRING_FILE, "OPEN311_PUBLIC_URL": BASE}
    environment |= mailbox.settings
    command = [sys.executable, "-m", "tests.delivery.dawdling", "work"]
    with subprocess.Popen(command, env=environment | {"DAWDLE": "60"}, cwd=CHECKOUT) as worker:
        mailbox.wait_for(1)
        os.kill(worker.pid, signal.SIGKILL)
        assert worker.wait(10) == -signal.SIGKILL
    assert the_delivery(own_engine).state == "waiting"
    with subprocess.Popen(command, env=environment | {"DAWDLE": "0"}, cwd=CHECKOUT) as worker:
        first, second = mailbox.wait_for(2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.recipients == second.recipients == [ANNA]
    assert (the_delivery(own_engine).state, the_delivery(own_engine).attempts) == ("delivered", 1)


def test_who_is_written_to_stands_neither_in_logs_nor_in_jobs_nor_in_deliveries(
    client: CheckingClient,
    key: str,
    engine: Engine,
    mailbox: Mailbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    person = {"email": ANNA, "first_name": "Anna-Marker", "last_name": "Nowak-Marker"}
    person |= {"phone": "601234567", "description": "Words-Marker of Anna-Marker"}
    reported(client, key, CITY, **person)
    mailbox.answer(451, times=2)
    jobs, rows = [], []
    for _ in range(3):
        mailbox.answer(550)
        send_mail(engine, mailbox)
        jobs += [str(job) for job in queued(engine)]
        with engine.connect() as connection:
            found = connection.execute(text("SELECT delivery::text FROM delivery"))
            rows += [row.delivery for row in found]
    # The server of the tests logs what it is told.
    logged = [one.getMessage() for one in caplog.records if one.name != "mail.log"]
    everything = "".join(logged + jobs + rows)
    assert "550" in everything
    for mark in ("Marker", ANNA, "anna.nowak", "601234567"):
        assert mark not in everything
