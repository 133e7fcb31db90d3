"""POST Service Request: what is answered, and what is kept."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from open311.georeport.fields import SERVICE_REQUESTS, SUBMITTED
from tests.clients import CheckingClient
from tests.reading import content
from tests.reporting import (
    BATCH,
    BLACKBOX,
    MIDDLE,
    SLUG,
    only_row,
    post_report,
    report_row,
    reported,
    reporter_of,
    rows,
)

PREFIX = {"wroclaw.pl": "WRO", "krakow.pl": "KRK"}
REPORTS = ("service_request", "reporter", "request_event")


def test_a_realtime_report_is_answered_with_its_id_and_nothing_else_that_is_not_told(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    response = post_report(client, key, city, format)
    assert response.status_code == 200
    [told] = content(response, SUBMITTED)
    assert list(told) == ["service_request_id", "service_notice", "account_id"]
    assert told["service_request_id"].startswith(f"{PREFIX[city]}-")
    assert told["service_notice"].startswith("Przewidywany termin załatwienia: ")
    assert told["account_id"] is None


def test_the_answer_names_its_media_type_and_utf8(
    client: CheckingClient, key: str, format: str
) -> None:
    response = post_report(client, key, "krakow.pl", format)
    assert (
        response.content_type
        == {
            "json": "application/json; charset=utf-8",
            "xml": "text/xml; charset=utf-8",
        }[format]
    )


def test_a_notice_is_told_and_kept(client: CheckingClient, key: str, city: str) -> None:
    [told] = post_report(client, key, city, service_code="manhole_cover").json
    assert told["service_notice"]
    path = f"/{SLUG[city]}/open311/v2/requests/{told['service_request_id']}.json"
    assert client.get(path).json[0]["service_notice"] == told["service_notice"]


@pytest.mark.parametrize(
    "body",
    [
        "attribute[carriageway_blocked]=no",
        "attribute%5Bcarriageway_blocked%5D=no",
    ],
)
def test_the_example_of_the_specification_is_understood(
    client: CheckingClient, key: str, body: str
) -> None:
    sent = (
        f"api_key={key}&jurisdiction_id=wroclaw.pl&service_code=pothole&lat=51.11&long=17.0319"
        "&address_string=1234+5th+street&email=smit333%40sfgov.edu&device_id=tt222111"
        "&account_id=123456&first_name=john&last_name=smith&phone=111111111"
        f"&description=A+large+sinkhole+is+destroying+the+street&media_url=http%3A%2F%2Fa.io%2F1&{body}"
    )
    response = client.post(
        "/open311/v2/requests.xml", data=sent, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 200


def test_a_report_is_shown_as_it_was_sent(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    service_request_id = reported(
        client,
        key,
        city,
        description="Zażółć gęślą jaźń 🕳️\nдруга лінія",
        address_string="Rynek 1",
        address_id="0264011",
        media_url="https://photos.example/1.jpg",
    )
    path = f"/{SLUG[city]}/open311/v2/requests/{service_request_id}.{format}"
    [request] = content(client.get(path), SERVICE_REQUESTS)
    assert request["description"] == "Zażółć gęślą jaźń 🕳️\nдруга лінія"
    assert request["address"] == "Rynek 1"
    assert request["address_id"] == "0264011"
    assert request["media_url"] == "https://photos.example/1.jpg"
    assert (request["lat"], request["long"]) == tuple(map(float, MIDDLE[city].values()))
    assert request["status"] == "open"
    assert request["agency_responsible"]


def test_a_report_says_when_it_came_and_when_it_should_be_done_in_the_citys_time(
    client: CheckingClient, key: str, city: str
) -> None:
    service_request_id = reported(client, key, city)
    path = f"/{SLUG[city]}/open311/v2/requests/{service_request_id}.json"
    [request] = client.get(path).json
    requested = datetime.fromisoformat(request["requested_datetime"])
    assert request["updated_datetime"] == request["requested_datetime"]
    assert requested.utcoffset() in (timedelta(hours=1), timedelta(hours=2))
    assert timedelta(0) <= datetime.now(UTC) - requested < timedelta(minutes=1)
    assert datetime.fromisoformat(request["expected_datetime"]) > requested


def test_report_reporter_and_event_are_written_together(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    service_request_id = reported(
        client, key, city, email="anna@example.com", phone="+48 600 000 000", last_name="Nowak"
    )
    request = report_row(engine)
    assert (request.jurisdiction_id, request.service_request_id) == (city, service_request_id)
    reporter, event = only_row(engine, "reporter"), only_row(engine, "request_event")
    for row in (reporter, event):
        assert (row.jurisdiction_id, row.number) == (city, request.number)
    who = reporter_of(engine)
    assert (who.email, who.last_name) == ("anna@example.com", "Nowak")
    assert event.kind == "received"
    assert event.detail["service_request_id"] == service_request_id


@pytest.mark.parametrize("table", ["reporter", "request_event"])
def test_a_report_of_which_a_part_cannot_be_written_is_not_kept_at_all(
    own_engine: Engine, own_client: CheckingClient, own_key: str, table: str
) -> None:
    with own_engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT shut CHECK (false)"))
    assert post_report(own_client, own_key, "krakow.pl").status_code == 500
    with own_engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT shut"))
    assert not any(rows(own_engine)[table] for table in REPORTS)


def test_a_batch_report_is_answered_with_a_token(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    response = post_report(client, key, city, format, **BATCH)
    assert response.status_code == 200
    [told] = content(response, SUBMITTED)
    assert list(told) == ["token", "service_notice", "account_id"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{20,}", told["token"])


def test_a_blackbox_report_is_answered_with_a_notice_alone(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    response = post_report(client, key, city, format, **BLACKBOX)
    assert response.status_code == 200
    [told] = content(response, SUBMITTED)
    assert list(told) == ["service_notice", "account_id"]
    assert told["service_notice"]


@pytest.mark.parametrize("fields", [BATCH, BLACKBOX])
def test_a_report_without_an_id_is_kept_but_not_listed(
    own_client: CheckingClient, own_key: str, own_engine: Engine, city: str, fields: dict[str, str]
) -> None:
    assert post_report(own_client, own_key, city, **fields).status_code == 200
    kept = rows(own_engine)
    assert {table: kept[table] for table in REPORTS} == dict.fromkeys(REPORTS, 1)
    for format in ("json", "xml"):
        response = own_client.get(f"/{SLUG[city]}/open311/v2/requests.{format}")
        assert content(response, SERVICE_REQUESTS) == []


@pytest.mark.parametrize("city_path", [False, True])
def test_a_report_to_the_test_endpoint_says_so_in_its_id(
    client: CheckingClient, key: str, city: str, city_path: bool, format: str
) -> None:
    start = f"/{SLUG[city]}" if city_path else ""
    form = {"api_key": key, "jurisdiction_id": city, "service_code": "graffiti", **MIDDLE[city]}
    response = client.post(f"{start}/open311/test/v2/requests.{format}", data=form)
    [told] = content(response, SUBMITTED)
    assert told["service_request_id"].startswith(f"{PREFIX[city]}-TEST-")


@pytest.fixture
def post_to(client: CheckingClient, key: str) -> Callable[..., dict[str, str]]:
    """Post a report to a stage of Wrocław's endpoint, and return what is told."""

    def post(stage: str, **fields: str) -> dict[str, str]:
        form = {"api_key": key, "service_code": "graffiti", **MIDDLE["wroclaw.pl"], **fields}
        response = client.post(f"/wroclaw/open311/{stage}/requests.json", data=form)
        assert response.status_code == 200
        return response.json[0]

    return post


@pytest.mark.parametrize(("stage", "other"), [("v2", "test/v2"), ("test/v2", "v2")])
def test_production_and_test_never_mix_in_a_list(
    client: CheckingClient, post_to: Callable[..., dict[str, str]], stage: str, other: str
) -> None:
    told = post_to(stage)["service_request_id"]
    for start, argument in (("/wroclaw", ""), ("", "?jurisdiction_id=wroclaw.pl")):
        listed = client.get(f"{start}/open311/{stage}/requests.json{argument}").json
        assert [one["service_request_id"] for one in listed] == [told]
        assert client.get(f"{start}/open311/{other}/requests.json{argument}").json == []


@pytest.mark.parametrize(("stage", "other"), [("v2", "test/v2"), ("test/v2", "v2")])
def test_production_and_test_never_mix_by_id(
    client: CheckingClient,
    post_to: Callable[..., dict[str, str]],
    stage: str,
    other: str,
    format: str,
) -> None:
    told = post_to(stage)["service_request_id"]
    assert client.get(f"/wroclaw/open311/{stage}/requests/{told}.{format}").status_code == 200
    assert client.get(f"/wroclaw/open311/{other}/requests/{told}.{format}").status_code == 404


def test_a_request_of_one_city_is_not_found_in_the_other(
    client: CheckingClient, key: str, format: str
) -> None:
    told = reported(client, key, "wroclaw.pl")
    assert client.get(f"/krakow/open311/v2/requests/{told}.{format}").status_code == 404


def test_a_blackbox_report_is_kept_without_id_and_token(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    post_report(client, key, city, description="Krzyki", **BLACKBOX)
    row = report_row(engine)
    assert (row.service_request_id, row.token, row.public_json) == (None, None, None)
    assert row.description == "Krzyki"
