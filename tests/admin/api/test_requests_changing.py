"""What officers do to a request: states, notes, units, and what the public may see."""

from datetime import UTC, datetime

import pytest

from open311.reports.states import NEXT, STATE_NAMES
from tests.admin.api.conftest import REQUESTS, ROADS, WASTE, Standing, descriptions
from tests.admin.api.handling import (
    change,
    changed,
    id_of,
    in_public,
    request_of,
    row_of,
    shown,
)
from tests.concurrency import at_once
from tests.rows import days_ago


def test_a_state_with_a_note_is_told_to_the_public(desk: Standing) -> None:
    request_id = id_of(desk)
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    after = changed(roads, path, "state", state="resolved", note="Painted over.")
    assert (after["state"], after["status"], after["version"]) == ("resolved", "closed", 2)
    assert after["next_states"] == ["reopened"]
    public = in_public(desk, request_id)
    assert (public["status"], public["status_notes"]) == ("closed", "Painted over.")
    [*_, event] = shown(roads, path)["events"]
    assert event["actor"] == "roads@example.org"
    assert (event["kind"], event["visibility"]) == ("state_changed", "public")
    assert (event["state"], event["description"]) == ("resolved", "Painted over.")


def test_a_note_with_a_state_that_is_not_public_is_for_officers(desk: Standing) -> None:
    request_id = id_of(desk)
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    changed(roads, path, "state", state="on_hold", note="Who pays?", public=False)
    assert in_public(desk, request_id)["status_notes"] is None
    assert shown(roads, path)["events"][-1]["visibility"] == "internal"


@pytest.mark.parametrize("state", STATE_NAMES)
def test_a_request_comes_into_the_states_that_its_state_allows_and_into_no_other(
    desk: Standing, state: str
) -> None:
    roads = desk.people["roads"]
    for following in STATE_NAMES:
        answer = change(roads, request_of(desk, state=state), "state", state=following)
        assert answer.status_code == (200 if following in NEXT[state] else 409), following
        if answer.status_code == 409:
            for allowed in NEXT[state]:
                assert allowed in descriptions(answer)


def test_there_is_no_other_state(desk: Standing) -> None:
    answer = change(desk.people["roads"], request_of(desk), "state", state="done")
    assert answer.status_code == 400
    assert "reopened" in descriptions(answer)


def test_a_closed_request_stays_updated_at_its_closing_and_a_reopened_one_does_not(
    desk: Standing,
) -> None:
    closed = days_ago(3).isoformat()
    request_id = id_of(desk, state="resolved", updated_datetime=days_ago(3))
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    for version, (act, body) in enumerate(
        [
            ("note", {"note": "It holds.", "public": True}),
            ("assign", {"unit_code": ROADS}),
            ("moderate", {"public_description": "A wall."}),
        ],
        start=1,
    ):
        after = changed(roads, path, act, version, **body)
        assert after["updated_datetime"] == closed, act
    after = changed(roads, path, "state", 4, state="reopened")
    assert after["updated_datetime"] > closed


def test_a_note_for_officers_changes_nothing_that_the_public_sees(desk: Standing) -> None:
    request_id = id_of(desk)
    client = desk.people["none"].client
    pages = [
        f"/krakow/open311/v2/requests{one}.{format}"
        for one in ("", f"/{request_id}")
        for format in ("json", "xml")
    ]

    def seen() -> list[tuple[bytes, str | None]]:
        answers = [client.get(page) for page in pages]
        return [(answer.data, answer.headers["ETag"]) for answer in answers]

    before = seen()
    note = {"note": "Anna looks at it on Monday.", "public": False}
    after = changed(desk.people["roads"], f"{REQUESTS}/{request_id}", "note", **note)
    assert after["version"] == 2
    assert seen() == before


def test_a_note_for_the_public_moves_the_update_and_is_no_reason_of_the_state(
    desk: Standing,
) -> None:
    request_id = id_of(desk)
    before = in_public(desk, request_id)
    note = {"note": "We have seen it.", "public": True}
    changed(desk.people["roads"], f"{REQUESTS}/{request_id}", "note", **note)
    public = in_public(desk, request_id)
    assert public["updated_datetime"] > before["updated_datetime"]
    assert public["status_notes"] is None


@pytest.mark.parametrize("state", ["received", "in_review", "accepted", "reopened"])
def test_what_nobody_has_begun_is_assigned_with_its_unit(desk: Standing, state: str) -> None:
    path = request_of(desk, state=state)
    after = changed(desk.people["krakow"], path, "assign", unit_code=WASTE)
    assert (after["state"], after["unit_code"]) == ("assigned", WASTE)


@pytest.mark.parametrize("state", ["scheduled", "in_progress", "on_hold", "forwarded", "resolved"])
def test_another_state_stays_when_the_unit_changes(desk: Standing, state: str) -> None:
    path = request_of(desk, state=state)
    after = changed(desk.people["krakow"], path, "assign", unit_code=WASTE)
    assert (after["state"], after["unit_code"]) == (state, WASTE)


def test_who_hands_a_request_over_has_no_more_right_to_it(desk: Standing) -> None:
    path = request_of(desk)
    roads, waste = desk.people["roads"], desk.people["waste"]
    assert waste.get(path).status_code == 403
    after = changed(roads, path, "assign", unit_code=WASTE, note="Rubbish, not paint.")
    assert after["unit_code"] == WASTE
    assert roads.get(path).status_code == 403
    assert change(roads, path, "note", 2, note="Hm.", public=False).status_code == 403
    # Whoever may not change it is not told either that somebody else has.
    assert change(roads, path, "note", 1, note="Hm.", public=False).status_code == 403
    assert shown(waste, path)["events"][-1]["description"] == "Rubbish, not paint."
    changed(waste, path, "state", 2, state="in_progress")


def test_a_hand_over_shows_in_public_and_its_note_only_if_that_is_said(desk: Standing) -> None:
    request_id = id_of(desk)
    before = in_public(desk, request_id)
    note = {"unit_code": WASTE, "note": "Not paint."}
    changed(desk.people["roads"], f"{REQUESTS}/{request_id}", "assign", **note)
    public = in_public(desk, request_id)
    assert public["agency_responsible"] not in (None, before["agency_responsible"])
    assert public["status_notes"] is None
    note |= {"public": True, "unit_code": ROADS}
    changed(desk.people["waste"], f"{REQUESTS}/{request_id}", "assign", 2, **note)
    assert shown(desk.people["roads"], f"{REQUESTS}/{request_id}")["events"][-1]["visibility"] == (
        "public"
    )


def test_there_must_be_such_a_unit_still(desk: Standing, own_desk: Standing) -> None:
    roads = desk.people["roads"]
    answer = change(roads, request_of(desk), "assign", unit_code="nowhere")
    assert answer.status_code == 400
    assert "nowhere" in descriptions(answer)
    with own_desk.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE unit SET retired_datetime = now() WHERE unit_code = '{WASTE}'"
        )
    answer = change(own_desk.people["roads"], request_of(own_desk), "assign", unit_code=WASTE)
    assert answer.status_code == 400


def test_what_is_withheld_is_gone_for_the_public_and_comes_back(desk: Standing) -> None:
    request_id = id_of(desk)
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    listed = "/krakow/open311/v2/requests.json"
    client = roads.client
    changed(roads, path, "moderate", publication="withheld")
    assert in_public(desk, request_id) is None
    assert client.get(listed).json == []
    assert row_of(desk, request_id).public_json is None
    after = changed(roads, path, "moderate", 2, publication="published")
    assert after["publication"] == "published"
    assert [one["service_request_id"] for one in client.get(listed).json] == [request_id]


def test_the_public_reads_what_a_moderator_wrote_and_officers_what_was_sent(
    desk: Standing,
) -> None:
    request_id = id_of(desk, description="Mr Nowak has painted it.")
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    changed(roads, path, "moderate", public_description="It is painted.\r\nGreen.")
    assert in_public(desk, request_id)["description"] == "It is painted.\nGreen."
    seen = shown(roads, path)
    assert seen["description"] == "Mr Nowak has painted it."
    assert seen["public_description"] == seen["shown_description"] == "It is painted.\nGreen."


def test_moderating_nothing_is_refused(desk: Standing) -> None:
    assert change(desk.people["roads"], request_of(desk), "moderate").status_code == 400


def test_what_is_never_public_cannot_be_published(desk: Standing) -> None:
    path = request_of(desk, service_code="anonymous_tip", publication="withheld")
    answer = change(desk.people["roads"], path, "moderate", publication="published")
    assert answer.status_code == 409
    assert "anonymous_tip" in descriptions(answer)


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("state", {"state": "in_review"}),
        ("note", {"note": "Hm.", "public": False}),
        ("assign", {"unit_code": WASTE}),
        ("moderate", {"publication": "withheld"}),
        ("merge", {"into": "1"}),
        ("photos", None),
    ],
)
def test_a_change_says_what_it_is_based_on(desk: Standing, act: str, body: object) -> None:
    path, roads = request_of(desk), desk.people["roads"]
    if body and "into" in body:
        body = {"into": id_of(desk)}
    without = roads.post(f"{path}/{act}", body)
    assert without.status_code == 428
    assert "If-Match" in descriptions(without)
    assert roads.post(f"{path}/{act}", body, If_Match="7").status_code == 400
    stale = roads.post(f"{path}/{act}", body, If_Match='"7"')
    assert stale.status_code == 412
    assert "1" in descriptions(stale)


def test_of_two_officers_at_the_same_moment_one_wins_and_the_other_is_told(
    desk: Standing,
) -> None:
    path = request_of(desk)
    answers = at_once(
        lambda: change(desk.people["roads"], path, "state", state="in_progress"),
        lambda: change(desk.people["krakow"], path, "state", state="rejected"),
    )
    assert sorted(one.status_code for one in answers) == [200, 412]
    seen = shown(desk.people["roads"], path)
    [won] = [one.json["state"] for one in answers if one.status_code == 200]
    assert (seen["version"], seen["state"]) == (2, won)


@pytest.mark.parametrize(
    "body",
    [
        {"note": "", "public": True},
        {"note": " \n", "public": True},
        {"note": "x" * 4001, "public": True},
        {"note": "x"},
        {"note": "x", "public": "yes"},
        {"note": "x", "public": 1},
        {"note": 1, "public": True},
        {"note": "x\u0000", "public": True},
        {"note": "x", "public": True, "more": 1},
    ],
)
def test_what_is_no_note_is_refused(desk: Standing, body: dict[str, object]) -> None:
    path = request_of(desk)
    assert change(desk.people["roads"], path, "note", **body).status_code == 400
    assert shown(desk.people["roads"], path)["version"] == 1


def test_what_is_due_stays_due_when_it_is_handed_over(desk: Standing) -> None:
    due = datetime(2031, 5, 1, tzinfo=UTC)
    path = request_of(desk, expected_datetime=due)
    after = changed(desk.people["roads"], path, "assign", unit_code=WASTE)
    assert after["expected_datetime"] == due.isoformat()
