"""Samples and background work from the command line."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import Engine, text

from open311.settings import CHECKOUT
from tests.cli.running import Ended, run, run_process, url_of
from tests.clients import CheckingClient
from tests.conftest import KEYRING_FILE
from tests.folders import BYSTRA, put_in_force, write_bystra
from tests.reporting import reported, rows
from tests.rows import add_request, add_waiting, days_ago, found


def load(engine: Engine, *arguments: str) -> Ended:
    return run("demo", "load", *arguments, DATABASE_URL=url_of(engine))


def test_samples_are_loaded_once(own_engine: Engine) -> None:
    assert load(own_engine, "--number", "30") == Ended(
        0,
        "krakow.pl: 30 sample requests loaded.\nwroclaw.pl: 30 sample requests loaded.\n",
        "",
    )
    before = rows(own_engine)
    assert load(own_engine, "--number", "30") == Ended(
        0,
        "krakow.pl: has requests, nothing loaded.\nwroclaw.pl: has requests, nothing loaded.\n",
        "",
    )
    assert rows(own_engine) == before
    assert before["service_request"] == 60


def test_samples_never_mix_with_real_requests(
    own_engine: Engine, own_client: CheckingClient, own_key: str
) -> None:
    one = reported(own_client, own_key, "krakow.pl")
    ended = load(own_engine, "--number", "3")
    assert ended.out.splitlines() == [
        "krakow.pl: has requests, nothing loaded.",
        "wroclaw.pl: 3 sample requests loaded.",
    ]
    assert found(own_client, "krakow.pl") == [one]


def test_a_city_without_phrases_is_left_out(own_engine: Engine, tmp_path: Path) -> None:
    put_in_force(own_engine, write_bystra(tmp_path))
    ended = load(own_engine, "--number", "3")
    assert ended.code == 0
    assert f"{BYSTRA}: there are no phrases for samples, nothing loaded.\n" in ended.out
    assert rows(own_engine)["service_request"] == 6


def test_two_thousand_samples_are_loaded_when_no_number_is_given(own_engine: Engine) -> None:
    add_request(own_engine, "wroclaw.pl")
    assert "krakow.pl: 2000 sample requests loaded." in load(own_engine).out


def test_work_gives_the_ids_that_are_due_and_ends(own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(1)] * 150)
    add_waiting(own_engine, "krakow.pl", [days_ago(-1)])
    assert run_process("work", "--once", DATABASE_URL=url_of(own_engine)) == Ended(0, "", "")
    waiting = text("SELECT count(*) FROM service_request WHERE service_request_id IS NULL")
    with own_engine.connect() as connection:
        assert connection.scalar(waiting) == 1


def test_work_forgets_the_answers_kept_for_repetition_after_a_day(
    own_engine: Engine, own_client: CheckingClient, own_key: str
) -> None:
    form = {"jurisdiction_id": "krakow.pl", "api_key": own_key, "service_code": "graffiti"}
    form |= {"address_string": "Rynek 1"}
    for name in ("of yesterday", "of today"):
        send = {"data": form, "headers": {"Idempotency-Key": name}}
        assert own_client.post("/open311/v2/requests.json", **send).status_code == 200
    with own_engine.begin() as connection:
        connection.execute(
            text("""
                UPDATE idempotent_answer SET created_datetime = now() - interval '24 hours 1 second'
                WHERE idempotency_key = 'of yesterday'
            """)
        )
    assert run_process("work", "--once", DATABASE_URL=url_of(own_engine)).code == 0
    with own_engine.connect() as connection:
        kept = connection.scalars(text("SELECT idempotency_key FROM idempotent_answer")).all()
    assert kept == ["of today"]


def test_work_that_finds_no_database_says_so() -> None:
    ended = run_process("work", "--once")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("open311: the database cannot be reached: ")
    assert "Traceback" not in ended.err


def test_work_goes_on_until_it_is_asked_to_end(own_engine: Engine) -> None:
    waiting = text("SELECT count(*) FROM service_request WHERE service_request_id IS NULL")
    environment = {
        "PATH": os.environ["PATH"],
        "OPEN311_DATABASE_URL": url_of(own_engine),
        "OPEN311_KEYRING_FILE": KEYRING_FILE,
    }
    command = [sys.executable, "-m", "open311", "work"]
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment) as process:
        for _ in range(2):
            add_waiting(own_engine, "krakow.pl", [days_ago(1)])
            deadline = time.monotonic() + 20
            with own_engine.connect() as connection:
                while connection.scalar(waiting):
                    assert time.monotonic() < deadline, "no id was given"
                    time.sleep(0.1)
                    connection.rollback()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
