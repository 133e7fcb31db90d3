"""GET requests and GET request: what is found, in which order, and how a record reads."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.reporting import SLUG, errors, reported
from tests.rows import (
    add_request,
    add_requests,
    add_waiting,
    close_request,
    days_ago,
    found,
    ids,
    search,
)

MEMBERS = (
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
)  # fmt: skip


def single(client: CheckingClient, city: str, request_id: str, format: str = "json") -> list[str]:
    path = f"/open311/v2/requests/{request_id}.{format}"
    return ids(client.get(path, query_string={"jurisdiction_id": city}))


def test_a_city_without_requests_answers_an_empty_list(
    client: CheckingClient, city: str
) -> None:  # D-08
    assert search(client, city).data == b"[]"
    assert search(client, city, "xml").data.endswith(b"<service_requests/>")


def test_a_single_request_is_a_list_of_one(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:  # D-07
    one = add_request(engine, city)
    add_request(engine, city)
    assert single(client, city, one, format) == [one]


def test_the_same_request_reads_the_same_alone_and_in_the_list(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    one = add_request(engine, city, description="Ławka & <kosz>", address="Rynek 1")
    path = f"/open311/v2/requests/{one}.{format}"
    alone = client.get(path, query_string={"jurisdiction_id": city})
    assert alone.data == search(client, city, format).data


def test_a_record_has_all_members_in_the_order_of_the_standard_in_both_formats(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    add_request(engine, city)
    [json] = search(client, city).json
    [xml] = etree.fromstring(search(client, city, "xml").data)
    assert tuple(json) == MEMBERS
    assert tuple(element.tag for element in xml) == MEMBERS
    unknown = [name for name in MEMBERS if json[name] is None]
    assert unknown == [element.tag for element in xml if element.text is None]
    assert {"description", "address_id", "lat", "media_url", "zipcode"} <= set(unknown)


def test_the_newest_request_comes_first_and_of_equal_ones_the_later_number(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:  # D-55
    moment = days_ago(5)
    times = [moment, days_ago(9), moment, days_ago(1), moment]
    first, oldest, second, newest, third = add_requests(engine, city, times)
    expected = [newest, third, second, first, oldest]
    assert ids(search(client, city, format)) == expected


def test_no_more_than_a_thousand_requests_are_listed_and_they_are_the_newest(
    client: CheckingClient, engine: Engine
) -> None:
    times = [days_ago(1) - timedelta(minutes=n) for n in range(1001)]
    added = add_requests(engine, "krakow.pl", times)
    assert found(client, "krakow.pl") == added[:1000]
    assert ids(search(client, "krakow.pl", "xml", status="open")) == added[:1000]


def test_one_city_never_shows_the_requests_of_another(
    client: CheckingClient, engine: Engine
) -> None:
    here, there = add_request(engine, "wroclaw.pl"), add_request(engine, "krakow.pl")
    assert found(client, "wroclaw.pl") == [here]
    assert found(client, "wroclaw.pl", service_request_id=f"{here},{there}") == [here]
    path = f"/open311/v2/requests/{there}.json"
    assert client.get(path, query_string={"jurisdiction_id": "wroclaw.pl"}).status_code == 404


def test_requests_of_the_test_endpoint_are_kept_apart(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    real, trial = add_request(engine, city), add_request(engine, city, endpoint_type="test")
    assert found(client, city) == [real]
    assert found(client, city, service_request_id=trial) == []
    there = client.get("/open311/test/v2/requests.json", query_string={"jurisdiction_id": city})
    assert ids(there) == [trial]


def test_a_city_has_an_endpoint_that_needs_no_jurisdiction(
    client: CheckingClient, engine: Engine
) -> None:
    add_request(engine, "krakow.pl")
    one = add_request(engine, "wroclaw.pl")
    assert ids(client.get("/wroclaw/open311/v2/requests.json")) == [one]
    assert ids(client.get(f"/wroclaw/open311/v2/requests/{one}.xml")) == [one]
    assert client.get(f"/krakow/open311/v2/requests/{one}.json").status_code == 404


def test_a_request_that_waits_for_its_id_is_not_listed(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-28
    add_waiting(engine, city, [days_ago(-1)])
    assert found(client, city) == []


def test_a_request_that_is_not_public_is_unknown_as_one_that_never_was(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-61
    one = add_request(engine, city)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE service_request SET public_json = NULL, public_xml = NULL"
        )
    hidden, never = (
        client.get(f"/{slug}/open311/v2/requests/{name}.json")
        for slug in [SLUG[city]]
        for name in (one, "XYZ-1")
    )
    assert (hidden.status_code, never.status_code) == (404, 404)
    assert errors(hidden)[0].replace(one, "XYZ-1") == errors(never)[0]
    assert found(client, city) == found(client, city, service_request_id=one) == []


def test_a_single_request_is_shown_however_old_it_is(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:  # D-60
    old = add_request(engine, city, days_ago(2000))
    assert single(client, city, old, format) == [old]
    assert found(client, city) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "open closed"),
        (["open"], "open"),
        (["closed"], "closed"),
        (["OPEN"], "open"),
        (["Closed"], "closed"),
        (["open,closed"], "open closed"),
        (["closed, open"], "open closed"),
        (["open", "closed"], "open closed"),
        (["closed,", ""], "closed"),
        (["  "], "open closed"),
        ([","], "open closed"),
    ],
)
def test_requests_are_found_by_status(
    client: CheckingClient, engine: Engine, words: list[str], expected: str
) -> None:  # D-56, D-58
    by_status = {
        "open": add_request(engine, "krakow.pl", days_ago(1)),
        "closed": add_request(engine, "krakow.pl", days_ago(2), status="closed"),
    }
    assert found(client, "krakow.pl", status=words) == [by_status[one] for one in expected.split()]


@pytest.mark.parametrize("word", ["fixed", "in_progress", "open;closed", "open,fixed", "0"])
def test_a_status_that_the_standard_does_not_know_is_refused(
    client: CheckingClient, word: str
) -> None:  # D-56
    refusal = search(client, "krakow.pl", status=word)
    assert refusal.status_code == 400
    [text] = errors(refusal)
    assert "status" in text
    assert "open, closed" in text


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["graffiti"], "graffiti"),
        (["graffiti,pothole"], "graffiti pothole"),
        (["graffiti", "pothole"], "graffiti pothole"),
        (["graffiti,pothole", "litter_bin"], "graffiti pothole litter_bin"),
        (["graffiti", "graffiti"], "graffiti"),
        ([" pothole , graffiti "], "graffiti pothole"),
        (["pothole,,"], "pothole"),
        ([""], "graffiti pothole litter_bin"),
        (["no_such_service"], ""),
        (["no_such_service,pothole"], "pothole"),
        (["GRAFFITI"], ""),
    ],
)
def test_requests_are_found_by_repeated_and_listed_service_codes(
    client: CheckingClient, engine: Engine, codes: list[str], expected: str
) -> None:  # D-20, D-57
    by_code = {
        code: add_request(engine, "krakow.pl", days_ago(place), service_code=code)
        for place, code in enumerate(("graffiti", "pothole", "litter_bin"), 1)
    }
    wanted = [by_code[code] for code in expected.split()]
    assert found(client, "krakow.pl", service_code=codes) == wanted


def test_filters_narrow_each_other(client: CheckingClient, engine: Engine, city: str) -> None:
    add_request(engine, city, status="closed")
    add_request(engine, city, service_code="pothole")
    wanted = add_request(engine, city, service_code="pothole", status="closed")
    add_request(engine, city, days_ago(20), service_code="pothole", status="closed")
    since = days_ago(10).isoformat()
    arguments = {"status": "closed", "service_code": "pothole", "start_date": since}
    assert found(client, city, **arguments) == [wanted]


def test_a_list_of_ids_finds_these_and_leaves_out_what_is_unknown(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:  # D-54
    newer, older, _ = add_requests(engine, city, [days_ago(1), days_ago(2), days_ago(3)])
    asked = [f" {older} ,{newer},{newer}", f"XYZ-1,{older}", ""]
    assert ids(search(client, city, format, service_request_id=asked)) == [newer, older]
    assert ids(search(client, city, format, service_request_id="XYZ-1")) == []


def test_a_list_of_ids_overrides_the_window_of_ninety_days(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-54
    old = add_request(engine, city, days_ago(500))
    assert found(client, city, service_request_id=old) == [old]


@pytest.mark.parametrize(
    "others",
    [
        {"status": "closed"},
        {"status": "nonsense"},
        {"service_code": "pothole"},
        {"start_date": "2001-01-01T00:00:00Z", "end_date": "2001-01-02T00:00:00Z"},
        {"start_date": "yesterday", "end_date": "31 February"},
        {"start_date": "2026-02-01T00:00:00Z", "end_date": "2001-01-01T00:00:00Z"},
        {"page": "7", "page_size": "1"},
        {"page": "0", "page_size": "many", "after": "XYZ-1"},
    ],
    ids=str,
)
def test_a_list_of_ids_overrides_all_other_arguments_and_they_are_not_looked_at(
    client: CheckingClient, engine: Engine, others: dict[str, str]
) -> None:  # D-54
    both = add_requests(engine, "krakow.pl", [days_ago(1), days_ago(2)])
    asked = {"service_request_id": ",".join(both), **others}
    assert found(client, "krakow.pl", **asked) == both


def test_a_list_of_ids_without_any_id_counts_as_not_sent(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-19
    one = add_request(engine, city)
    assert found(client, city, service_request_id=" , ") == [one]
    assert search(client, city, service_request_id=",", status="nonsense").status_code == 400


def test_a_list_of_ids_still_needs_its_jurisdiction(
    client: CheckingClient, engine: Engine
) -> None:  # D-54
    query = {"service_request_id": add_request(engine, "krakow.pl")}
    path = "/open311/v2/requests.json"
    assert client.get(path, query_string=query).status_code == 400
    query["jurisdiction_id"] = "atlantis.example"
    assert client.get(path, query_string=query).status_code == 404


def test_a_thousand_ids_can_be_asked_for_at_once(client: CheckingClient, engine: Engine) -> None:
    times = [days_ago(100) - timedelta(minutes=n) for n in range(1000)]
    added = add_requests(engine, "krakow.pl", times)
    assert found(client, "krakow.pl", service_request_id=",".join(reversed(added))) == added


@pytest.mark.parametrize(
    "arguments",
    [
        {"legacy": "false", "callback": "f", "_": "1"},
        {"api_key": "of another time"},
        {"start_date": "", "end_date": "  ", "status": "", "page": "", "after": ""},
    ],
    ids=str,
)
def test_arguments_that_are_unknown_or_empty_change_nothing(
    client: CheckingClient, engine: Engine, arguments: dict[str, str]
) -> None:  # D-18, D-19, D-45
    one = add_request(engine, "wroclaw.pl")
    assert search(client, "wroclaw.pl", **arguments).data == search(client, "wroclaw.pl").data
    assert found(client, "wroclaw.pl", **arguments) == [one]


def test_all_that_is_wrong_with_a_search_is_told_at_once(client: CheckingClient) -> None:  # D-46
    wrong = {"status": "fixed", "start_date": "yesterday", "page": "0", "page_size": "none"}
    refusal = search(client, "wroclaw.pl", **wrong)
    assert refusal.status_code == 400
    assert {text.partition(":")[0] for text in errors(refusal)} == set(wrong)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-01-15T12:00:00", "2026-01-15T13:00:00+01:00"),
        ("2026-07-15T12:00:00", "2026-07-15T14:00:00+02:00"),
        ("2025-12-31T23:30:00", "2026-01-01T00:30:00+01:00"),
        # The clocks go forward on 29 March 2026 at 2 and back on 25 October at 3.
        ("2026-03-29T00:59:59", "2026-03-29T01:59:59+01:00"),
        ("2026-03-29T01:00:00", "2026-03-29T03:00:00+02:00"),
        ("2026-10-25T00:30:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T01:30:00", "2026-10-25T02:30:00+01:00"),
    ],
)
def test_dates_are_shown_in_the_citys_time_with_its_offset(
    client: CheckingClient, engine: Engine, city: str, moment: str, shown: str
) -> None:
    utc = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    one = add_request(engine, city, utc, expected_datetime=utc)
    [record] = search(client, city, service_request_id=one).json
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert record[name] == shown
    assert (
        f"<requested_datetime>{shown}<" in search(client, city, "xml", service_request_id=one).text
    )


def test_a_closed_request_was_updated_when_it_was_closed(
    client: CheckingClient, engine: Engine, city: str
) -> None:  # D-59
    one = add_request(engine, city, datetime(2026, 1, 10, 12, tzinfo=UTC))
    close_request(engine, city, one, datetime(2026, 7, 1, 12, tzinfo=UTC))
    [record] = search(client, city, service_request_id=one).json
    assert record["status"] == "closed"
    assert record["requested_datetime"] == "2026-01-10T13:00:00+01:00"
    assert record["updated_datetime"] == "2026-07-01T14:00:00+02:00"


def test_a_request_shows_the_address_as_it_was_posted(
    client: CheckingClient, key: str, city: str
) -> None:  # D-62
    one = reported(client, key, city, address_string="pod zegarem, Rynek")
    [record] = search(client, city, service_request_id=one).json
    assert record["address"] == "pod zegarem, Rynek"


def test_half_a_request_path_is_no_list(client: CheckingClient, city: str) -> None:
    slug = SLUG[city]
    for path in ("requests", "requests.csv", "requests/.json", "requests/XYZ-1"):
        assert client.get(f"/{slug}/open311/v2/{path}").status_code == 404
