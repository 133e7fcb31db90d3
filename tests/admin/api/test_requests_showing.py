"""One request as an officer sees it, and who reported it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, text

from open311.database import tables
from open311.places.locating import Point
from open311.reports.reporters import ReporterKey, reporter_row
from open311.reports.states import NEXT, STATES
from open311.reports.submission import Reporter
from tests.admin.api.conftest import API, REQUESTS, ROADS, WASTE, Standing
from tests.admin.api.handling import (
    KRAKOW_ID,
    change,
    changed,
    id_of,
    request_of,
    row_of,
    shown,
)
from tests.conftest import KEYRING
from tests.rows import add_request, add_waiting, days_ago

ANNA = Reporter(email="anna@example.org", first_name="Anna", phone="+48 600 100 200")


def add_reporter(desk: Standing, request_id: str, reporter: Reporter, position: int = 0) -> None:
    key = ReporterKey(KRAKOW_ID, row_of(desk, request_id).number, position)
    row = reporter_row(KEYRING, key, reporter, "pl")
    with desk.engine.begin() as connection:
        connection.execute(insert(tables.reporter), row)


def test_a_request_is_shown_with_its_state_and_what_may_follow(desk: Standing) -> None:
    due = datetime(2031, 5, 1, tzinfo=UTC)
    path = request_of(desk, state="on_hold", expected_datetime=due, description="Green paint.")
    seen = shown(desk.people["roads"], path)
    assert (seen["state"], seen["status"], seen["unit_code"]) == ("on_hold", "open", ROADS)
    assert seen["next_states"] == [one for one in STATES if one in NEXT["on_hold"]]
    assert (seen["expected_datetime"], seen["is_overdue"]) == (due.isoformat(), False)
    assert (seen["publication"], seen["is_public"]) == ("published", True)
    assert seen["description"] == seen["shown_description"] == "Green paint."
    assert seen["unit_name"]


@pytest.mark.parametrize(("state", "is_overdue"), [("received", True), ("resolved", False)])
def test_only_what_is_open_is_overdue(desk: Standing, state: str, is_overdue: bool) -> None:
    path = request_of(desk, state=state, expected_datetime=days_ago(1))
    assert shown(desk.people["roads"], path)["is_overdue"] is is_overdue


def test_answers_are_shown_with_the_words_of_the_questions(desk: Standing) -> None:
    answers = {"carriageway_blocked": ["yes"], "gone": ["7"]}
    path = request_of(desk, service_code="pothole", attributes=answers)
    seen = desk.people["roads"].get(path, Accept_Language="pl").json
    blocked, gone = seen["attributes"]
    assert blocked["code"] == "carriageway_blocked"
    assert blocked["label"] not in ("", "carriageway_blocked")
    assert blocked["values"][0]["value"] == "yes"
    assert gone == {"code": "gone", "label": "gone", "values": [{"value": "7", "label": "7"}]}
    english = desk.people["roads"].get(path, Accept_Language="en, pl;q=0.5").json
    assert english["attributes"][0]["label"] != blocked["label"]
    assert english["service_name"] != seen["service_name"]


def test_a_request_without_an_id_is_reached_by_its_number(desk: Standing) -> None:
    add_waiting(desk.engine, KRAKOW_ID, [days_ago(1)], unit_code=ROADS)
    roads = desk.people["roads"]
    [listed] = roads.get(REQUESTS).json["requests"]
    assert listed["service_request_id"] is None
    path = f"{REQUESTS}/{listed['number']}"
    assert shown(roads, path)["is_public"] is False
    assert changed(roads, path, "state", state="resolved")["state"] == "resolved"


def test_a_request_of_the_test_endpoint_is_reached_too(desk: Standing) -> None:
    request_id = id_of(desk, endpoint_type="test")
    assert "TEST" in request_id
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    assert shown(roads, path)["endpoint_type"] == "test"
    changed(roads, path, "state", state="in_review")
    with desk.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM job WHERE name = 'follow_up'")) == 0


def test_number_and_id_name_the_same_request(desk: Standing) -> None:
    request_id = id_of(desk)
    roads, number = desk.people["roads"], row_of(desk, request_id).number
    by_id, by_number = (shown(roads, f"{REQUESTS}/{one}") for one in (request_id, number))
    assert by_id == by_number


def test_deliveries_and_opinions_are_shown(desk: Standing) -> None:
    request_id = id_of(desk, state="resolved")
    key = {"jurisdiction_id": KRAKOW_ID, "number": row_of(desk, request_id).number}
    delivery = {"event_id": 7, "kind": "mail", "destination": "reporter:0", "subject": "closed",
                "state": "dead", "attempts": 12, "error": "no such mailbox"}  # fmt: skip
    opinion = {"position": 0, "closed_datetime": days_ago(1), "is_resolved": False, "rating": 2,
               "comment": "Still green."}  # fmt: skip
    with desk.engine.begin() as connection:
        connection.execute(insert(tables.delivery), key | delivery)
        connection.execute(insert(tables.opinion), key | opinion)
    seen = shown(desk.people["roads"], f"{REQUESTS}/{request_id}")
    [told] = seen["deliveries"]
    assert told.items() >= delivery.items()
    [said] = seen["opinions"]
    assert (said["rating"], said["comment"]) == (2, "Still green.")


def test_personal_data_are_shown_by_their_own_call_and_the_log_says_who_looked(
    desk: Standing,
) -> None:
    request_id = id_of(desk)
    add_reporter(desk, request_id, ANNA)
    add_reporter(desk, request_id, Reporter(email="bob@example.org"), 1)
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    assert "anna@" not in roads.get(path).text
    logged = _log(desk)
    answer = roads.get(f"{path}/personal").json
    assert answer["number"] == row_of(desk, request_id).number
    anna, bob = answer["reporters"]
    assert (anna["position"], anna["language"]) == (0, "pl")
    assert (anna["email"], anna["first_name"]) == ("anna@example.org", "Anna")
    assert anna["last_name"] is None
    assert (bob["position"], bob["email"]) == (1, "bob@example.org")
    [entry] = _log(desk)[len(logged) :]
    assert (entry.actor, entry.act) == ("roads@example.org", "read_personal")
    assert (entry.subject, entry.jurisdiction_id) == (f"request {answer['number']}", KRAKOW_ID)
    assert "anna" not in str(entry).lower()


def test_what_was_kept_before_there_was_a_keyring_is_shown_too(desk: Standing) -> None:
    request_id = id_of(desk)
    key = {"jurisdiction_id": KRAKOW_ID, "number": row_of(desk, request_id).number}
    row = key | {"language": "en", "unsealed": {"email": "old@example.org"}}
    with desk.engine.begin() as connection:
        connection.execute(insert(tables.reporter), row)
    answer = desk.people["roads"].get(f"{REQUESTS}/{request_id}/personal").json
    assert answer["reporters"][0]["email"] == "old@example.org"


def test_of_who_was_erased_nothing_is_left(desk: Standing) -> None:
    request_id = id_of(desk)
    add_reporter(desk, request_id, ANNA)
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE reporter SET sealed = NULL, erased_datetime = now()"))
    answer = desk.people["roads"].get(f"{REQUESTS}/{request_id}/personal")
    assert "anna" not in answer.text.lower()
    assert answer.json["reporters"][0]["erased_datetime"]


def test_what_an_officer_does_to_a_request_is_in_its_events_and_not_twice(desk: Standing) -> None:
    path, roads = request_of(desk), desk.people["roads"]
    logged = len(_log(desk))
    changed(roads, path, "state", state="in_review")
    assert len(_log(desk)) == logged


# A tenth of a second of latitude is about three metres.
NEAR, FAR = 0.0001, 0.01


def lamp(desk: Standing, north: float = 0, unit_code: str = ROADS, **members: Any) -> str:
    point = Point(50.0617 + north, 19.9373)
    return id_of(desk, unit_code, service_code="street_lamp", point=point, **members)


def test_open_requests_near_by_may_be_duplicates(desk: Standing) -> None:
    request_id = lamp(desk)
    near, hidden = lamp(desk, NEAR), lamp(desk, NEAR / 2, publication="withheld")
    lamp(desk, FAR)
    lamp(desk, state="resolved")
    foreign = lamp(desk, NEAR, WASTE)
    found = desk.people["roads"].get(f"{REQUESTS}/{request_id}/duplicates").json["requests"]
    assert [one["service_request_id"] for one in found] == [hidden, near]
    assert 10 < found[1]["metres"] < 12
    for name in ("krakow", "both"):
        answer = desk.people[name].get(f"{REQUESTS}/{request_id}/duplicates").json["requests"]
        assert [one["service_request_id"] for one in answer] == [hidden, near, foreign]


def test_of_a_service_without_a_rule_nothing_is_a_duplicate(desk: Standing) -> None:
    id_of(desk, service_code="road_sign")
    path = request_of(desk, service_code="road_sign")
    assert desk.people["roads"].get(f"{path}/duplicates").json == {"requests": []}


def test_nobody_may_keep_what_officers_see(desk: Standing) -> None:
    answer = desk.people["roads"].get(request_of(desk))
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_request_of_wroclaw_is_no_request_of_krakow(desk: Standing) -> None:
    request_id = add_request(desk.engine, "wroclaw.pl")
    krakow = desk.people["owner"]
    assert krakow.get(f"{REQUESTS}/{request_id}").status_code == 404
    assert krakow.get(f"{API}/jurisdictions/wroclaw.pl/requests/{request_id}").status_code == 200
    into = change(krakow, request_of(desk), "merge", into=request_id)
    assert into.status_code == 404


def _log(desk: Standing) -> list[Any]:
    with desk.engine.connect() as connection:
        table = tables.audit_entry
        return list(connection.execute(table.select().order_by(table.c.audit_entry_id)))
