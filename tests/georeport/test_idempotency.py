"""The same report sent twice: the header Idempotency-Key gives the first answer again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from tests.clients import CheckingClient
from tests.conftest import JURISDICTIONS
from tests.keys import new_key
from tests.reporting import BATCH, BLACKBOX, MIDDLE, SLUG, errors, rows


def post(
    client: CheckingClient,
    key: str,
    city: str,
    idempotency_key: str = "first try",
    **fields: Any,
) -> TestResponse:
    """Post a report at a city's own endpoint; `stage` and `format` say to which one."""
    stage, format = fields.pop("stage", "v2"), fields.pop("format", "json")
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE[city], **fields}
    return client.post(
        f"/{SLUG[city]}/open311/{stage}/requests.{format}",
        data=form,
        headers={"Idempotency-Key": idempotency_key, "Accept-Language": "en"},
    )


@pytest.mark.parametrize("fields", [{}, BATCH, BLACKBOX])
def test_the_same_report_again_gives_the_first_answer_and_no_second_request(
    client: CheckingClient, key: str, city: str, format: str, fields: dict[str, str], engine: Engine
) -> None:
    first = post(client, key, city, format=format, **fields)
    again = post(client, key, city, format=format, **fields)
    assert first.status_code == again.status_code == 200
    assert again.data == first.data
    kept = rows(engine)
    assert kept["service_request"] == kept["reporter"] == kept["idempotent_answer"] == 1


def test_the_first_answer_can_be_had_in_the_other_format(client: CheckingClient, key: str) -> None:
    told = post(client, key, "krakow.pl").json[0]["service_request_id"]
    again = post(client, key, "krakow.pl", format="xml")
    assert f"<service_request_id>{told}</service_request_id>" in again.text


def test_the_order_of_the_fields_does_not_matter(client: CheckingClient, key: str) -> None:
    sent = {"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"]}
    answers = [
        client.post(
            "/krakow/open311/v2/requests.json", data=form, headers={"Idempotency-Key": "1"}
        ).data
        for form in (sent, dict(reversed(sent.items())))
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("change", [{"description": "x"}, {"lat": "50.07"}, {"attribute[x]": "1"}])
def test_another_report_with_the_same_key_is_refused(
    client: CheckingClient, key: str, change: dict[str, str], format: str, engine: Engine
) -> None:
    post(client, key, "krakow.pl")
    before = rows(engine)
    response = post(client, key, "krakow.pl", format=format, **change)
    assert response.status_code == 400
    assert errors(response)[0].startswith("Idempotency-Key: ")
    assert rows(engine) == before


def test_a_report_that_was_refused_may_be_mended_and_sent_with_the_same_key(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    assert post(client, key, "krakow.pl", lat="north").status_code == 400
    assert post(client, key, "krakow.pl", **MIDDLE["wroclaw.pl"]).status_code == 400
    assert rows(engine)["idempotent_answer"] == 0
    assert post(client, key, "krakow.pl").status_code == 200


def test_without_a_key_the_same_report_is_another_request(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    for _ in range(2):
        assert post(client, key, "krakow.pl", idempotency_key=" ").status_code == 200
    assert rows(engine)["service_request"] == 2


@pytest.mark.parametrize(("hours", "requests"), [(23.9, 1), (24.1, 2)])
def test_a_key_is_new_again_after_a_day(
    client: CheckingClient, key: str, hours: float, requests: int, engine: Engine
) -> None:
    first = post(client, key, "krakow.pl")
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE idempotent_answer SET created_datetime = now() - make_interval(secs => :s)"
            ),
            {"s": hours * 3600},
        )
    again = post(client, key, "krakow.pl")
    assert (again.data == first.data) == (requests == 1)
    assert rows(engine)["service_request"] == requests


def test_a_key_that_is_new_again_may_come_with_another_report_and_repeats_that(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    post(client, key, "krakow.pl")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE idempotent_answer SET created_datetime = now() - interval '25 hours'")
        )
    second = post(client, key, "krakow.pl", description="x")
    assert post(client, key, "krakow.pl", description="x").data == second.data
    assert rows(engine)["service_request"] == 2


def test_the_first_answer_stands_though_the_service_was_retired_since(
    client: CheckingClient, key: str, retire_graffiti: Callable[[], None]
) -> None:
    first = post(client, key, "krakow.pl")
    retire_graffiti()
    assert post(client, key, "krakow.pl").data == first.data
    assert post(client, key, "krakow.pl", idempotency_key="second").status_code == 404


@pytest.mark.parametrize(
    "other", [{"idempotency_key": "second"}, {"stage": "test/v2"}, {"city": "wroclaw.pl"}]
)
def test_another_key_or_endpoint_is_another_request(
    client: CheckingClient, key: str, other: dict[str, str], engine: Engine
) -> None:
    first = post(client, key, "krakow.pl")
    again = post(client, key, **{"city": "krakow.pl"} | other)
    assert again.status_code == 200
    assert again.data != first.data
    assert rows(engine)["service_request"] == 2


def test_two_apps_may_use_the_same_key_for_different_reports(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        other = new_key(connection, JURISDICTIONS)
    assert post(client, key, "krakow.pl").status_code == 200
    assert post(client, other, "krakow.pl", description="x").status_code == 200


@pytest.mark.parametrize("sent", ["x" * 256, "kl\u00f3dka", "a\tb", "a\x7fb"], ids=ascii)
def test_a_key_that_cannot_be_kept_is_refused(
    client: CheckingClient, key: str, sent: str, format: str, nothing_kept: None
) -> None:
    response = post(client, key, "krakow.pl", idempotency_key=sent, format=format)
    assert response.status_code == 400
    assert errors(response)[0].startswith("Idempotency-Key: ")


@pytest.mark.parametrize("sent", ["x" * 255, "'; DROP TABLE service_request; --", "0", "null"])
def test_any_printable_key_is_one(client: CheckingClient, key: str, sent: str) -> None:
    first = post(client, key, "krakow.pl", idempotency_key=sent)
    assert post(client, key, "krakow.pl", idempotency_key=sent).data == first.data


@pytest.fixture
def at_once(client_with: Callable[..., CheckingClient]) -> Callable[..., list[Any]]:
    """Send reports at the same time, each from a thread and a connection of its own."""

    def send(key: str, reports: list[dict[str, str]]) -> list[TestResponse]:
        clients = [client_with() for _ in reports]
        together = Barrier(len(reports))

        def one(client: CheckingClient, report: dict[str, str]) -> TestResponse:
            together.wait(10)
            return post(client, key, "krakow.pl", **report)

        with ThreadPoolExecutor(len(reports)) as pool:
            return list(pool.map(one, clients, reports))

    return send


def test_the_same_report_several_times_at_once_makes_one_request(
    key: str, at_once: Callable[..., list[Any]], engine: Engine
) -> None:
    answers = at_once(key, [{}] * 4)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert rows(engine)["service_request"] == 1


def test_of_different_reports_with_one_key_at_once_one_is_taken(
    key: str, at_once: Callable[..., list[Any]], engine: Engine
) -> None:
    answers = at_once(key, [{"description": str(one)} for one in range(4)])
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert rows(engine)["service_request"] == 1


def test_a_report_waits_for_the_same_one_that_is_still_being_written(
    key: str, at_once: Callable[..., list[Any]], engine: Engine
) -> None:
    with engine.begin() as connection, ThreadPoolExecutor(1) as pool:
        # The writers stop at the last step of their transactions until this one ends.
        connection.execute(text("LOCK TABLE change_counter IN EXCLUSIVE MODE"))
        sending = pool.submit(at_once, key, [{}] * 2)
        _wait_until_two_wait(engine)
        connection.commit()
        answers = sending.result(30)
    assert len({answer.data for answer in answers}) == 1
    assert rows(engine)["service_request"] == 1


def _wait_until_two_wait(engine: Engine) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(2000):
            if connection.scalar(waiting) >= 2:
                return
            connection.execute(text("SELECT pg_sleep(0.005)"))
    pytest.fail("nobody waits")
