"""The queue of officers: what is in it, in which order, page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.admin.api.conftest import API, REQUESTS, ROADS, WASTE, Caller, Standing, descriptions
from tests.admin.api.handling import id_of
from tests.rows import NOW, add_request, days_ago


def listed(caller: Caller, **query: Any) -> list[str]:
    """Return the ids of what is listed."""
    answer = caller.get(f"{REQUESTS}?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200, answer.text
    return [one["service_request_id"] for one in answer.json["requests"]]


def due_in(days: float) -> datetime:
    return NOW + timedelta(days=days)


def test_what_is_due_soonest_comes_first_and_what_has_no_term_last(desk: Standing) -> None:
    never = id_of(desk)
    late, soon = id_of(desk, expected_datetime=due_in(9)), id_of(desk, expected_datetime=due_in(1))
    over = id_of(desk, expected_datetime=due_in(-1))
    id_of(desk, state="resolved", expected_datetime=due_in(0))
    assert listed(desk.people["roads"]) == [over, soon, late, never]


def test_an_officer_is_shown_the_own_units_alone(desk: Standing) -> None:
    roads, waste, none = id_of(desk), id_of(desk, WASTE), id_of(desk, None)
    add_request(desk.engine, "wroclaw.pl")
    assert listed(desk.people["roads"]) == [roads]
    assert listed(desk.people["both"]) == [roads, waste]
    assert listed(desk.people["both"], unit_code=WASTE) == [waste]
    assert listed(desk.people["krakow"]) == [roads, waste, none]
    assert listed(desk.people["auditor"], unit_code=ROADS) == [roads]
    refused = desk.people["roads"].get(f"{REQUESTS}?unit_code={WASTE}")
    assert refused.status_code == 403


def test_the_pages_hold_every_request_once(desk: Standing) -> None:
    terms = [due_in(1), None, due_in(2), due_in(1), None, due_in(3), due_in(2), None]
    for term in terms:
        id_of(desk, expected_datetime=term)
    whole = listed(desk.people["roads"])
    assert len(whole) == len(terms)
    for order in ("due", "newest"):
        for limit in range(1, len(terms) + 2):
            path, found = f"{REQUESTS}?limit={limit}&order={order}", []
            while path:
                answer = desk.people["roads"].get(path).json
                found += [one["service_request_id"] for one in answer["requests"]]
                path = answer["next"]
            assert found == (whole if order == "due" else sorted(found, reverse=True))
            assert len(found) == len(terms)


def test_a_page_goes_on_where_the_last_one_ended_though_that_request_is_closed_by_now(
    desk: Standing,
) -> None:
    first, second, third = (id_of(desk, expected_datetime=due_in(day)) for day in (1, 2, 3))
    page = desk.people["roads"].get(f"{REQUESTS}?limit=2").json
    path = f"{REQUESTS}/{second}/state"
    assert desk.people["roads"].post(path, {"state": "resolved"}, If_Match='"1"').status_code == 200
    rest = desk.people["roads"].get(page["next"]).json["requests"]
    assert [one["service_request_id"] for one in rest] == [third]
    assert first


def test_the_filters_are_kept_from_page_to_page(desk: Standing) -> None:
    wanted = [id_of(desk, state=state) for state in ("on_hold", "scheduled", "on_hold")]
    for state in ("received", "resolved"):
        id_of(desk, state=state)
    query = {"state": ["on_hold", "scheduled"], "limit": 1}
    path, found = f"{REQUESTS}?{urlencode(query, doseq=True)}", []
    while path:
        answer = desk.people["roads"].get(path).json
        found += [one["service_request_id"] for one in answer["requests"]]
        path = answer["next"]
    assert found == wanted


@pytest.mark.parametrize(
    ("query", "states"),
    [
        ({}, ["received", "on_hold"]),
        ({"status": "open"}, ["received", "on_hold"]),
        ({"status": "closed"}, ["rejected", "resolved"]),
        ({"state": "resolved"}, ["resolved"]),
        ({"state": ["on_hold", "resolved"]}, ["resolved", "on_hold"]),
        ({"state": ["on_hold", "resolved"], "order": "due"}, ["on_hold", "resolved"]),
        ({"state": "on_hold", "status": "closed"}, []),
        ({"order": "newest"}, ["on_hold", "received"]),
    ],
)
def test_states_are_chosen_by_their_own_words_and_those_of_the_standard(
    desk: Standing, query: dict[str, Any], states: list[str]
) -> None:
    for state in ("received", "on_hold", "resolved", "rejected"):
        id_of(desk, state=state)
    answer = desk.people["roads"].get(f"{REQUESTS}?{urlencode(query, doseq=True)}").json
    assert [one["state"] for one in answer["requests"]] == states


def test_requests_are_chosen_by_service_district_publication_and_endpoint(desk: Standing) -> None:
    roads, id_ = desk.people["roads"], id_of
    lamp, there = id_(desk, service_code="street_lamp"), id_(desk, area_code="01")
    waiting = id_(desk, publication="awaiting_review")
    trial = id_(desk, endpoint_type="test")
    assert listed(roads, service_code="street_lamp") == [lamp]
    assert listed(roads, area_code="01") == [there]
    assert listed(roads, publication="awaiting_review") == [waiting]
    assert listed(roads, endpoint_type="test") == [trial]
    assert listed(roads) == [lamp, there, waiting]
    assert listed(roads, service_code="nothing") == []


def test_what_is_overdue_or_due_before_a_moment_is_chosen(desk: Standing) -> None:
    roads = desk.people["roads"]
    over, soon, late = (id_of(desk, expected_datetime=due_in(day)) for day in (-1, 1, 9))
    id_of(desk)
    assert listed(roads, due="overdue") == [over]
    assert listed(roads, due_before=due_in(5).isoformat()) == [over, soon]
    assert listed(roads, due_before=due_in(5).isoformat(), due="overdue") == [over]
    assert listed(roads, due_before=due_in(-5).isoformat(), due="overdue") == []
    assert listed(roads, due_before=due_in(10).isoformat()) == [over, soon, late]


@pytest.mark.parametrize(
    "query",
    ["status=done", "state=done", "due=soon", "due_before=2026-01-01", "due_before=tomorrow",
     "limit=0", "limit=1001", "after=0", "after=x", "after=1", "publication=secret", "more=1",
     "endpoint_type=other", "order=oldest"],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused(desk: Standing, query: str) -> None:
    answer = desk.people["roads"].get(f"{REQUESTS}?{query}")
    assert answer.status_code == 400
    assert descriptions(answer)


def test_a_request_in_the_queue_tells_what_is_needed_to_choose_it(desk: Standing) -> None:
    request_id = id_of(
        desk, expected_datetime=days_ago(1), description="Green.", requested=days_ago(9)
    )
    [one] = desk.people["roads"].get(REQUESTS, Accept_Language="pl").json["requests"]
    assert one["service_request_id"] == request_id
    assert (one["is_overdue"], one["version"], one["status"]) == (True, 1, "open")
    assert one["requested_datetime"] == days_ago(9).astimezone(UTC).isoformat()
    assert "resolved" in one["next_states"]


def test_there_is_no_queue_where_there_is_no_city(desk: Standing) -> None:
    answer = desk.people["owner"].get(f"{API}/jurisdictions/nowhere.example/requests")
    assert answer.status_code == 404
