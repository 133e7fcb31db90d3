"""Requests that another system handles: handed over once, with nothing of who reported."""

import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.delivery import endpoint
from open311.delivery.delivering import MOST_ATTEMPTS
from open311.settings import CHECKOUT
from tests.changes import change
from tests.conftest import KEYRING_FILE
from tests.delivery.forwarded import (
    ALLOWED,
    CITY,
    PUBLIC_URL,
    Call,
    Crm,
    Here,
    Ledger,
    crm_that,
)
from tests.folders import change as change_file
from tests.live.serving import until, url_of
from tests.pictures import picture
from tests.reporting import report_row, reporter_of
from tests.rows import stale_records

PERSON = {"email": "anna@home.example", "first_name": "Anna", "last_name": "Nowak",
          "phone": "600700800", "device_id": "d-1", "account_id": "a-1"}  # fmt: skip


@pytest.fixture
def crm() -> Iterator[Crm]:
    """A system that takes what it is sent."""
    with crm_that(Ledger()) as crm:
        yield crm


@pytest.fixture
def forwarding(here: Here, crm: Crm) -> Here:
    """The city, which forwards to that system."""
    here.forward_to(crm.destination())
    here.set_key("their-key")
    return here


def second_instance(server: str, more: str = "") -> str:
    """Return the second instance of this service as `destinations.yaml` has it."""
    return f"code: crm, url: '{server}/open311/v2', jurisdiction_id: {CITY}, poll_minutes: 1{more}"


def delivery(here: Here) -> Any:
    [row] = [one for one in here.rows("delivery") if one.kind == "georeport"]
    return row


# To another instance of this service, as it is run.


def test_a_request_is_handed_over_and_has_its_own_id_then(
    here: Here, server: str, key: str, engine: Engine
) -> None:
    here.forward_to(second_instance(server, ", services: {abandoned_vehicle: graffiti}"))
    here.set_key(key)
    token = here.report(**PERSON)
    assert here.id_of(token) is None
    here.work()
    there, [known] = report_row(engine), here.rows("forwarding")
    assert (there.service_code, there.description) == ("graffiti", "A wreck.")
    assert (there.lat, there.long) == (51.11, 17.0319)
    assert there.attributes == {"plates": ["none"]}
    assert set(vars(reporter_of(engine)).values()) == {None}
    assert known.external_id == there.service_request_id
    own_id = here.id_of(token)
    assert own_id and f"-{known.number}-" in own_id
    assert here.record(own_id)["status"] == "open"
    assert report_row(here.engine).state == "forwarded"
    assert here.events() == [("forwarded", "forwarded", None)]
    assert (delivery(here).state, delivery(here).attempts) == ("delivered", 1)
    assert stale_records(here.engine, CITY) == 0


def test_a_token_there_becomes_an_id_here_when_it_has_become_one_there(
    here: Here, server: str, key: str, engine: Engine
) -> None:
    here.forward_to(second_instance(server))
    here.set_key(key)
    token = here.report()
    here.work()
    [known] = here.rows("forwarding")
    assert (known.token, known.external_id) == (report_row(engine).token, None)
    assert here.id_of(token) is None
    until(lambda: report_row(engine).service_request_id)
    here.work_later()
    [known] = here.rows("forwarding")
    assert known.external_id == report_row(engine).service_request_id
    assert here.id_of(token)
    assert report_row(here.engine).state == "forwarded"


def test_what_is_closed_there_is_resolved_here(
    here: Here, server: str, key: str, engine: Engine
) -> None:
    here.forward_to(second_instance(server, ", services: {abandoned_vehicle: graffiti}"))
    here.set_key(key)
    token = here.report()
    here.work()
    external_id = report_row(engine).service_request_id
    here.work_later()
    assert report_row(here.engine).state == "forwarded"
    closed = {"state": "resolved", "note": "Towed.", "is_public": True}
    change(engine, CITY, external_id, "state_changed", **closed)
    here.work_later()
    record = here.record(here.id_of(token) or "")
    assert (record["status"], record["status_notes"]) == ("closed", "Towed.")
    assert here.events()[1:] == [("state_changed", "resolved", "Towed.")]
    assert [one.actor for one in here.rows("request_event")][-1] == "crm"
    # It is not asked for any more.
    before = here.rows("forwarding")
    here.work_later()
    assert len(here.events()) == 2
    assert here.rows("forwarding")[0].status == before[0].status == "closed"


def test_a_worker_killed_before_it_has_noted_the_answer_makes_one_request_there(
    here: Here, server: str, key: str, engine: Engine, tmp_path: Path
) -> None:
    here.forward_to(second_instance(server, ", services: {abandoned_vehicle: graffiti}"))
    here.set_key(key)
    token = here.report()
    environment = ALLOWED | {
        "PATH": "/usr/bin:/bin",
        "OPEN311_DATABASE_URL": url_of(here.engine),
        "OPEN311_KEYRING_FILE": KEYRING_FILE,
        "OPEN311_MEDIA_DIRECTORY": str(tmp_path / "media"),
    }
    command = [sys.executable, "-m", "open311", "work"]
    with here.engine.connect() as connection:
        # It has the answer, and waits for the request.
        connection.execute(text("SELECT FROM service_request FOR NO KEY UPDATE"))
        with subprocess.Popen(command, env=environment, cwd=CHECKOUT) as worker:
            try:
                until(lambda: _count(engine) == 1, worker)
                until(lambda: _is_waiting(here.engine), worker)
            finally:
                worker.kill()
    assert here.rows("forwarding") == []
    until(lambda: _all_alone(here.engine))
    with here.engine.begin() as connection:
        connection.execute(text("UPDATE job SET run_datetime = now() WHERE NOT is_periodic"))
    here.work()
    assert _count(engine) == 1
    [known] = here.rows("forwarding")
    assert known.external_id == report_row(engine).service_request_id
    assert here.id_of(token)


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM service_request")) or 0


def _is_waiting(engine: Engine) -> bool:
    waiting = """
        SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND wait_event_type = 'Lock')
    """
    with engine.connect() as connection:
        return bool(connection.scalar(text(waiting)))


def _all_alone(engine: Engine) -> bool:
    others = """
        SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid())
    """
    with engine.connect() as connection:
        return bool(connection.scalar(text(others)))


# To systems that behave as a test says.


def test_what_is_sent_is_what_was_reported_and_the_key(forwarding: Here, crm: Crm) -> None:
    address = "Rynek 1"
    forwarding.report(**PERSON, address_string=address)
    forwarding.work()
    [call] = crm.calls
    assert call.path == "/georeport/requests.json"
    assert call.form == [
        ("service_code", "abandoned_vehicle"),
        ("api_key", "their-key"),
        ("lat", "51.11000000"),
        ("long", "17.03190000"),
        ("address_string", address),
        ("description", "A wreck."),
        ("attribute[plates]", "none"),
    ]


def test_a_city_and_codes_are_called_as_they_are_there(here: Here, crm: Crm) -> None:
    more = 'jurisdiction_id: city.example, services: {abandoned_vehicle: "0042"}'
    here.forward_to(crm.destination(more=more))
    here.report()
    here.work()
    form = dict(crm.calls[0].form)
    assert (form["jurisdiction_id"], form["service_code"]) == ("city.example", "0042")
    assert "api_key" not in form


def test_what_was_reported_in_words_alone_goes_in_words(forwarding: Here, crm: Crm) -> None:
    forwarding.report(lat=None, long=None, address_string="Rynek 1")
    forwarding.work()
    form = dict(crm.calls[0].form)
    assert form["address_string"] == "Rynek 1"
    assert not {"lat", "long", "address_id"} & form.keys()


def test_photos_go_as_addresses(forwarding: Here, crm: Crm) -> None:
    forwarding.report(media=(BytesIO(picture()), "photo.jpg"))
    forwarding.work()
    [url] = [value for name, value in crm.calls[0].form if name == "media_url"]
    assert url.startswith(f"{PUBLIC_URL}/open311/photos/{CITY}/")
    answer = forwarding.client.get(url.removeprefix(PUBLIC_URL))
    assert answer.mimetype == "image/jpeg"


def test_photos_that_nobody_could_see_do_not_go(forwarding: Here, crm: Crm) -> None:
    forwarding.report(media=(BytesIO(picture()), "photo.jpg"))
    forwarding.work(OPEN311_PUBLIC_URL="")
    services = "type: batch\n    unit: straz_miejska\n    term: {days: 60}"
    change_file(
        forwarding.folder, "services.yaml", services, f"publication: after_review\n    {services}"
    )
    forwarding.forward_to(crm.destination())
    forwarding.report(media=(BytesIO(picture()), "photo.jpg"))
    forwarding.work()
    assert [dict(call.form).get("media_url") for call in crm.posts()] == [None, None]


def test_a_picture_that_was_pointed_to_goes_as_its_copy(forwarding: Here, crm: Crm) -> None:
    ledger = crm.behave
    crm.behave = lambda call: (200, picture()) if "photo" in call.path else ledger(call)
    forwarding.report(media_url=f"{crm.url}/photo.jpg")
    forwarding.work()
    [post] = crm.posts()
    assert dict(post.form)["media_url"].startswith(PUBLIC_URL)


def test_it_waits_for_a_copy_but_not_for_long(forwarding: Here, crm: Crm) -> None:
    forwarding.report(media_url=f"{crm.url}/photo.jpg")
    with forwarding.engine.begin() as connection:
        later = "UPDATE job SET run_datetime = now() + interval '1 hour' WHERE name = 'fetch_media'"
        connection.execute(text(later))
    forwarding.work()
    assert delivery(forwarding).error == "The pictures that it points to are copied first."
    with forwarding.engine.begin() as connection:
        older = "UPDATE service_request SET requested_datetime = now() - interval '1 hour'"
        connection.execute(text(older))
        connection.execute(text("UPDATE job SET run_datetime = now() WHERE name = 'deliver'"))
    forwarding.work()
    assert dict(crm.posts()[0].form)["media_url"] == f"{crm.url}/photo.jpg"


def test_a_link_that_leads_nowhere_goes_as_it_is(forwarding: Here, crm: Crm) -> None:
    ledger = crm.behave
    crm.behave = lambda call: (404, []) if "photo" in call.path else ledger(call)
    forwarding.report(media_url=f"{crm.url}/photo.jpg")
    forwarding.work()
    [post] = crm.posts()
    assert dict(post.form)["media_url"] == f"{crm.url}/photo.jpg"


def test_what_comes_in_at_the_test_endpoint_stays_here(forwarding: Here, crm: Crm) -> None:
    forwarding.report("test/v2")
    with forwarding.engine.begin() as connection:
        connection.execute(text("UPDATE job SET run_datetime = now()"))
    forwarding.work()
    assert crm.calls == []
    assert "-TEST-" in report_row(forwarding.engine).service_request_id


REFUSALS: dict[str, tuple[int, Any, str]] = {
    "wrong": (400, [{"code": 400, "description": "No such code."}], "answered 400: No such code."),
    "key": (403, [{"code": 403, "description": "Who\x00\nare you?"}], "answered 403: Who are you?"),
    "unknown": (404, {"errors": [{"description": "x" * 5000}]}, "answered 404: " + "x" * 200),
    "broken": (500, b"<html>anna@home.example</html>", "answered 500."),
    "elsewhere": (302, b"", "answered 302."),
    "no list": (200, 42, "answered what is no list of requests."),
    "no JSON": (200, b"\xff{", "answered what is no list of requests."),
    "deep": (200, b"[" * 100_000, "answered what is no list of requests."),
    "nothing": (200, [], "gave neither an id nor a token."),
    "no id": (200, [{"service_request_id": ["1"], "token": {}}], "gave neither"),
    "odd ids": (200, [{"service_request_id": "a\x00b", "token": True}], "gave neither"),
    "an endless id": (200, [{"service_request_id": "1" * 1000}], "gave neither"),
}


@pytest.mark.parametrize(("status", "told", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_what_was_not_taken_waits_and_says_why(
    here: Here, status: int, told: Any, reason: str
) -> None:
    with crm_that(lambda _: (status, told)) as crm:
        here.forward_to(crm.destination())
        token = here.report()
        here.work()
    row = delivery(here)
    assert row.state == "waiting"
    assert row.error.startswith("crm ") and reason in row.error
    assert len(row.error) < 250
    assert here.id_of(token) is None
    assert here.rows("forwarding") == []


def test_a_refusal_that_repeats_what_was_sent_tells_nobody_of_it(
    here: Here, caplog: pytest.LogCaptureFixture
) -> None:
    said = "Jan Nowak of number five left a wreck."

    def behave(call: Call) -> tuple[int, Any]:
        form = dict(call.form)
        words = f"{form['api_key']} may not: {call.body.decode()}, {form['description'][:20]}…"
        return 403, [{"code": 403, "description": f"{words} {form['service_code']}, 600 700 800"}]

    with crm_that(behave) as crm:
        here.forward_to(crm.destination())
        here.set_key("their-key/ß")
        here.report(description=said)
        for _ in range(MOST_ATTEMPTS):
            here.work_later()
    row = delivery(here)
    assert (row.state, row.error.partition(":")[0]) == ("dead", "crm answered 403")
    assert "abandoned_vehicle" in row.error
    for told in (row.error, caplog.text):
        for secret in ("their-key", "their", "Nowak", "wreck", "600"):
            assert secret not in told


def test_a_wrong_mapping_can_be_mended(here: Here) -> None:
    def behave(call: Call) -> tuple[int, Any]:
        if dict(call.form)["service_code"] == "0042":
            return 201, {"service_requests": [{"request": {}, "service_request_id": 638344}]}
        return 404, [{"code": 404, "description": "No such service."}]

    with crm_that(behave) as crm:
        here.forward_to(crm.destination())
        token = here.report()
        here.work()
        assert here.id_of(token) is None
        here.forward_to(crm.destination(more='services: {abandoned_vehicle: "0042"}'))
        here.work_later()
    assert here.rows("forwarding")[0].external_id == "638344"
    assert here.id_of(token)


def test_a_system_that_stalls_is_tried_again(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "SECONDS", 0.5)
    with crm_that(lambda _: None) as crm:
        here.forward_to(crm.destination())
        here.report()
        here.work()
    assert delivery(here).state == "waiting"
    assert delivery(here).error == "127.0.0.1 did not answer in time."


def test_an_answer_that_got_lost_makes_one_request_there(forwarding: Here, crm: Crm) -> None:
    ledger = crm.behave
    crm.behave = lambda call: (ledger(call), (502, b""))[1]
    token = forwarding.report()
    forwarding.work()
    assert forwarding.id_of(token) is None
    crm.behave = ledger
    forwarding.work_later()
    assert len({call.headers["Idempotency-Key"] for call in crm.posts()}) == 1
    assert len({call.body for call in crm.posts()}) == 1
    assert forwarding.rows("forwarding")[0].external_id == "C/1"


def test_an_id_that_another_request_has_is_not_believed(here: Here) -> None:
    with crm_that(lambda _: (200, [{"service_request_id": "1"}])) as crm:
        here.forward_to(crm.destination())
        tokens = [here.report(), here.report()]
        here.work()
    assert [bool(here.id_of(token)) for token in tokens] == [True, False]
    errors = [row.error for row in here.rows("delivery") if row.kind == "georeport"]
    assert errors == [None, "crm gave an id that another request has there."]


def test_a_destination_that_is_gone_leaves_the_request_to_the_city(forwarding: Here) -> None:
    token = forwarding.report()
    forwarding.forward_no_more()
    forwarding.work()
    assert forwarding.id_of(token)
    assert report_row(forwarding.engine).state == "received"
    assert delivery(forwarding).state == "dropped"


def test_a_delivery_that_is_tried_again_by_hand_sends_nothing_twice(
    forwarding: Here, crm: Crm
) -> None:
    forwarding.report()
    forwarding.work()
    with forwarding.engine.begin() as connection:
        connection.execute(text("UPDATE delivery SET state = 'waiting'"))
        again = """
            INSERT INTO job (name, arguments)
            SELECT 'deliver', jsonb_build_object(
                'jurisdiction_id', jurisdiction_id, 'delivery_id', delivery_id)
            FROM delivery WHERE kind = 'georeport'
        """
        connection.execute(text(again))
    forwarding.work()
    assert len(crm.posts()) == 1
    assert delivery(forwarding).state == "delivered"
