"""Merging requests that are about the same matter."""

from itertools import pairwise
from typing import Any

import pytest

from tests.admin.api.conftest import REQUESTS, ROADS, WASTE, Standing, descriptions
from tests.admin.api.handling import (
    KRAKOW_ID,
    change,
    changed,
    id_of,
    in_public,
    row_of,
    shown,
)
from tests.concurrency import at_once
from tests.rows import add_waiting, days_ago


def path_of(name: object) -> str:
    return f"{REQUESTS}/{name}"


def merge(desk: Standing, one: str, into: str, version: int = 1, **body: Any) -> Any:
    """Merge as the roads department, which must succeed."""
    return changed(desk.people["roads"], path_of(one), "merge", version, into=into, **body)


def test_what_is_merged_is_closed_and_says_where_it_is_followed_up(desk: Standing) -> None:
    one, other = id_of(desk), id_of(desk)
    after = merge(desk, one, other, note="Dziękujemy.")
    assert (after["state"], after["status"]) == ("duplicate", "closed")
    public = in_public(desk, one)
    assert public["status"] == "closed"
    # In the first language of the city, whoever calls.
    assert public["status_notes"].startswith("To zgłoszenie dotyczy tej samej sprawy")
    assert other in public["status_notes"]
    assert public["status_notes"].endswith(" Dziękujemy.")
    seen = shown(desk.people["roads"], path_of(one))
    assert seen["duplicate_of"]["service_request_id"] == other
    assert (seen["events"][-1]["kind"], seen["events"][-1]["visibility"]) == ("merged", "public")
    original = shown(desk.people["roads"], path_of(other))
    assert [merged["service_request_id"] for merged in original["merged"]] == [one]
    # It stays as it is, so that who is at work on it is not told of a change.
    assert (original["version"], original["state"]) == (1, "received")


def test_what_the_public_cannot_look_up_is_not_named_to_it(desk: Standing) -> None:
    one, other = id_of(desk), id_of(desk, publication="withheld")
    merge(desk, one, other)
    notes = in_public(desk, one)["status_notes"]
    assert notes.startswith("To zgłoszenie dotyczy tej samej sprawy co inne")
    assert other not in notes


def test_a_request_without_an_id_is_merged_by_numbers(desk: Standing) -> None:
    add_waiting(desk.engine, KRAKOW_ID, [days_ago(1)] * 2, unit_code=ROADS)
    listed = desk.people["roads"].get(f"{REQUESTS}").json["requests"]
    one, other = (request["number"] for request in listed)
    after = changed(desk.people["roads"], path_of(one), "merge", into=str(other))
    assert after["state"] == "duplicate"


def test_chains_never_form(desk: Standing) -> None:
    first, second, third, last = (id_of(desk) for _ in range(4))
    merge(desk, first, second)
    merge(desk, third, second)
    before = in_public(desk, first)
    merge(desk, second, last)
    number = row_of(desk, last).number
    for one in (first, second, third):
        assert row_of(desk, one).duplicate_of == number
    seen = shown(desk.people["roads"], path_of(first))
    assert (seen["events"][-1]["kind"], seen["events"][-1]["visibility"]) == ("merged", "internal")
    # It stays closed as of then.
    assert in_public(desk, first)["updated_datetime"] == before["updated_datetime"]
    merged = shown(desk.people["roads"], path_of(last))["merged"]
    assert [one["service_request_id"] for one in merged] == [first, second, third]


def test_nothing_is_merged_into_a_duplicate_and_the_original_is_named(desk: Standing) -> None:
    one, duplicate, original = (id_of(desk) for _ in range(3))
    merge(desk, duplicate, original)
    answer = change(desk.people["roads"], path_of(one), "merge", into=duplicate)
    assert answer.status_code == 409
    assert original in descriptions(answer)


def test_nothing_is_merged_into_itself_or_across_endpoints(desk: Standing) -> None:
    one, trial = id_of(desk), id_of(desk, endpoint_type="test")
    for into in (one, str(row_of(desk, one).number), trial):
        answer = change(desk.people["roads"], path_of(one), "merge", into=into)
        assert answer.status_code == 409
    assert row_of(desk, one).version == 1


@pytest.mark.parametrize("into", ["KRK-1-1", "1", "x" * 40])
def test_what_it_is_merged_into_must_be_there(desk: Standing, into: str) -> None:
    answer = change(desk.people["roads"], path_of(id_of(desk)), "merge", into=into)
    assert answer.status_code == 404


def test_a_closed_request_is_not_merged(desk: Standing) -> None:
    one, other = id_of(desk, state="resolved"), id_of(desk)
    answer = change(desk.people["roads"], path_of(one), "merge", into=other)
    assert answer.status_code == 409
    assert "reopened" in descriptions(answer)


def test_an_officer_merges_only_into_what_they_may_see(desk: Standing) -> None:
    one, foreign = id_of(desk), id_of(desk, WASTE)
    assert change(desk.people["roads"], path_of(one), "merge", into=foreign).status_code == 403
    assert change(desk.people["waste"], path_of(one), "merge", into=foreign).status_code == 403
    after = changed(desk.people["both"], path_of(one), "merge", into=foreign)
    assert after["state"] == "duplicate"


def test_what_is_opened_again_is_no_duplicate_any_more(desk: Standing) -> None:
    one, other = id_of(desk), id_of(desk)
    merge(desk, one, other)
    changed(desk.people["roads"], path_of(one), "state", 2, state="reopened")
    assert row_of(desk, one).duplicate_of is None
    assert shown(desk.people["roads"], path_of(other))["merged"] == []
    merge(desk, other, one)


def test_of_two_who_merge_each_into_the_other_one_wins_and_the_other_is_told(
    desk: Standing,
) -> None:
    for _ in range(5):
        one, other = id_of(desk), id_of(desk)
        answers = at_once(
            lambda one=one, other=other: change(
                desk.people["roads"], path_of(one), "merge", into=other
            ),
            lambda one=one, other=other: change(
                desk.people["krakow"], path_of(other), "merge", into=one
            ),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        [told] = [descriptions(answer) for answer in answers if answer.status_code == 409]
        assert one in told
        assert other in told
        assert {row_of(desk, one).state, row_of(desk, other).state} == {"duplicate", "received"}


def test_many_who_merge_along_a_chain_at_once_leave_none(desk: Standing) -> None:
    ids = [id_of(desk) for _ in range(6)]
    acts = [
        lambda one=one, other=other: change(
            desk.people["krakow"], path_of(one), "merge", into=other
        )
        for one, other in pairwise(ids)
    ]
    answers = at_once(*acts)
    assert {answer.status_code for answer in answers} <= {200, 409}
    rows = {row.number: row for row in (row_of(desk, one) for one in ids)}
    originals = {row.duplicate_of for row in rows.values()} - {None}
    assert originals
    assert all(rows[number].duplicate_of is None for number in originals)
