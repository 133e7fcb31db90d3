"""Lists in pages: numbered ones, and the Link header that leads through all of them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from tests.clients import CheckingClient
from tests.reporting import errors
from tests.rows import add_request, add_requests, days_ago, found, ids, search


def seven_requests(engine: Engine, city: str) -> list[str]:
    """Add requests, newest first; three of them are of the same second."""
    shared = days_ago(4)
    times = [days_ago(9), days_ago(8), days_ago(7), shared, shared, shared, days_ago(1)]
    return add_requests(engine, city, times)[::-1]


def next_link(response: TestResponse) -> str | None:
    """Return the address of the next page (RFC 8288)."""
    header = response.headers.get("Link")
    if header is None:
        return None
    link = re.fullmatch('<http://localhost(/[^>]*)>; rel="next"', header)
    assert link, header
    return link[1]


def pages_from(client: CheckingClient, response: TestResponse) -> list[list[str]]:
    """Follow the Link header to the end; return the ids on each page."""
    pages = [ids(response)]
    while address := next_link(response):
        assert len(pages) < 50, "the pages never end"
        response = client.get(address)
        pages.append(ids(response))
    return pages


def test_pages_hold_what_the_list_holds(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    all_of_them = seven_requests(engine, city)
    pages = [
        ids(search(client, city, format, page=page, page_size=3)) for page in (1, 2, 3, 4, 1000)
    ]
    assert pages == [all_of_them[:3], all_of_them[3:6], all_of_them[6:], [], []]


def test_a_page_after_the_last_is_empty_not_wrong(client: CheckingClient, city: str) -> None:
    assert found(client, city, page=2) == []
    assert search(client, city, "xml", page=2).data.endswith(b"<service_requests/>")


def test_a_page_holds_a_thousand_unless_told_otherwise(
    client: CheckingClient, engine: Engine
) -> None:
    times = [days_ago(1) - timedelta(minutes=n) for n in range(1002)]
    added = add_requests(engine, "krakow.pl", times)
    assert found(client, "krakow.pl", page=2) == added[1000:]
    assert found(client, "krakow.pl", page_size=2) == added[:2]


def test_paging_keeps_to_the_window_and_the_filters(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    add_request(engine, city, days_ago(91), status="closed")
    add_request(engine, city, days_ago(2))
    closed = add_requests(engine, city, [days_ago(3), days_ago(5)], status="closed")
    pages = [found(client, city, status="closed", page=page, page_size=1) for page in (1, 2, 3)]
    assert pages == [[closed[0]], [closed[1]], []]


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize(
    "text", ["0", "-1", "+1", "1.5", "1e2", "one", "٣", "0x10", "1 0", "9" * 40]
)
def test_a_page_that_cannot_be_counted_is_refused_and_named(
    client: CheckingClient, name: str, text: str
) -> None:
    refusal = search(client, "krakow.pl", **{name: text})
    assert refusal.status_code == 400
    assert errors(refusal)[0].startswith(f"{name}: ")


def test_a_page_is_never_larger_than_the_standard_allows(client: CheckingClient) -> None:
    assert search(client, "krakow.pl", page_size=1000).status_code == 200
    refusal = search(client, "krakow.pl", page_size=1001)
    assert refusal.status_code == 400
    assert "1000" in errors(refusal)[0]


def test_a_plain_call_has_no_link(client: CheckingClient, engine: Engine, city: str) -> None:
    seven_requests(engine, city)
    assert next_link(search(client, city)) is None


def test_a_page_that_is_not_full_is_the_last(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    seven_requests(engine, city)
    assert next_link(search(client, city, page_size=8)) is None
    assert next_link(search(client, city, page=3, page_size=3)) is None
    assert next_link(search(client, city, page=2, page_size=3)) is not None


@pytest.mark.parametrize("page_size", [1, 2, 3, 7, 8])
def test_the_links_lead_past_every_request_once(
    client: CheckingClient, engine: Engine, format: str, page_size: int
) -> None:
    all_of_them = seven_requests(engine, "wroclaw.pl")
    first = search(client, "wroclaw.pl", format, page_size=page_size)
    pages = pages_from(client, first)
    assert [one for page in pages for one in page] == all_of_them
    assert {len(page) for page in pages[:-1]} <= {page_size}


def test_the_links_lead_past_every_request_once_while_new_ones_arrive(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    all_of_them = seven_requests(engine, city)
    response = search(client, city, page_size=2)
    seen = ids(response)
    while address := next_link(response):
        add_requests(engine, city, [days_ago(0)] * 3)
        response = client.get(address)
        seen += ids(response)
    assert seen == all_of_them


def test_the_links_lead_on_from_the_page_that_was_asked_for(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    all_of_them = seven_requests(engine, city)
    first = search(client, city, page=2, page_size=2)
    assert pages_from(client, first) == [all_of_them[2:4], all_of_them[4:6], all_of_them[6:]]


def test_the_links_keep_the_filters_and_the_endpoint(
    client: CheckingClient, engine: Engine
) -> None:
    closed = add_requests(engine, "krakow.pl", [days_ago(n) for n in (1, 2, 3)], status="closed")
    add_requests(engine, "krakow.pl", [days_ago(n) for n in (1, 2, 3)])
    since = "2001-01-01T00:00:00+01:00", days_ago(20).isoformat()
    query = {"status": ["closed", "CLOSED"], "page_size": 1, "start_date": since[1]}
    first = client.get("/krakow/open311/v2/requests.xml", query_string=query)
    address = next_link(first)
    assert address is not None
    assert address.startswith("/krakow/open311/v2/requests.xml?")
    assert [one for page in pages_from(client, first) for one in page] == closed


def test_a_search_can_begin_after_a_known_request(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    all_of_them = seven_requests(engine, city)
    assert found(client, city, after=all_of_them[3]) == all_of_them[4:]
    assert found(client, city, after=all_of_them[3], page_size=2) == all_of_them[4:6]
    assert found(client, city, after=all_of_them[-1]) == []


def test_what_comes_after_a_request_that_left_the_window_is_nothing(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    seven_requests(engine, city)
    assert found(client, city, after=add_request(engine, city, days_ago(200))) == []


def test_a_search_after_a_request_that_no_one_knows_here_is_refused(
    client: CheckingClient, engine: Engine
) -> None:
    elsewhere = add_request(engine, "wroclaw.pl")
    for unknown in ("XYZ-1", elsewhere):
        refusal = search(client, "krakow.pl", after=unknown)
        assert refusal.status_code == 400
        [text] = errors(refusal)
        assert text.startswith("after: ")
        assert unknown in text
