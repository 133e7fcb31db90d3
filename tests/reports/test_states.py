"""The table of states is complete, and agrees with the database and with what others call them."""

from typing import Any, get_args

import pytest

from open311.database.tables import reports
from open311.errors import Conflict
from open311.reports.states import (
    ASKED_STATES,
    NEXT,
    STATE_NAMES,
    STATES,
    Part,
    is_closed,
    may_follow,
    require_may_follow,
)

# GeoReport v2; CitySDK; FixMyStreet and what follows it: what each of them reads.
DETAILED = {"RECEIVED", "IN_PROCESS", "PROCESSED", "REJECTED"}
UPDATES = {
    "open", "investigating", "in_progress", "planned", "action_scheduled", "internal_referral",
    "fixed", "no_further_action", "not_councils_responsibility", "duplicate",
}  # fmt: skip

OPEN = [name for name in STATE_NAMES if not is_closed(name)]
CLOSED = [name for name in STATE_NAMES if is_closed(name)]


def test_every_state_has_its_words_and_what_may_follow() -> None:
    assert tuple(STATES) == STATE_NAMES
    assert NEXT.keys() == STATES.keys()
    for state in STATES.values():
        assert state.detailed_status in DETAILED
        assert state.update_status in UPDATES
        # What CitySDK calls done or refused is closed, and nothing else is.
        assert (state.status == "closed") == (state.detailed_status in ("PROCESSED", "REJECTED"))


def test_the_database_knows_the_same_states() -> None:
    assert reports.STATES == STATE_NAMES
    assert list(reports.CLOSED_STATES) == CLOSED


def test_every_word_of_a_client_asks_for_a_state_or_for_none() -> None:
    assert set(ASKED_STATES.values()) <= {*STATE_NAMES, None}
    # Whatever we tell can be said back.
    assert {state.update_status for state in STATES.values()} <= ASKED_STATES.keys()


@pytest.mark.parametrize("state", OPEN)
def test_an_open_request_comes_into_every_state_but_its_own_and_those_entered_once(
    state: Any,
) -> None:
    assert NEXT[state] == {*STATE_NAMES} - {"received", "reopened", state}


@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_request_can_only_be_opened_again(state: Any) -> None:
    assert NEXT[state] == {"reopened"}


@pytest.mark.parametrize("part", get_args(Part))
def test_who_reported_can_only_open_a_closed_request_again(part: Any) -> None:
    allowed = {
        (state, following)
        for state in STATE_NAMES
        for following in STATE_NAMES
        if may_follow(state, following, part)
    }
    if part == "reporter":
        assert allowed == {(state, "reopened") for state in CLOSED}
    else:
        assert allowed == {(state, one) for state in STATE_NAMES for one in NEXT[state]}


def test_who_asks_for_what_may_not_follow_is_told_what_may() -> None:
    with pytest.raises(Conflict) as caught:
        require_may_follow("resolved", "in_progress", "officer")
    [problem] = caught.value.problems
    assert problem.values == {
        "state": "resolved", "following": "in_progress", "allowed": "reopened"
    }  # fmt: skip
