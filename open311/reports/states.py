"""The states of a request: one table of what each means here and to others, and what may follow.

GeoReport knows two words, `open` and `closed`; CitySDK five, as `detailed_status`; FixMyStreet and
what speaks with it about a dozen, in `servicerequestupdates`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from open311.errors import Conflict

StateName = Literal[
    "received",
    "in_review",
    "accepted",
    "assigned",
    "scheduled",
    "in_progress",
    "on_hold",
    "forwarded",
    "reopened",
    "resolved",
    "rejected",
    "duplicate",
    "not_ours",
]
Part = Literal["officer", "reporter", "system"]

STATE_NAMES: tuple[StateName, ...] = get_args(StateName)


@dataclass(frozen=True)
class State:
    """What a state means.

    Attributes:
        status: to GeoReport v2.
        detailed_status: to CitySDK.
        update_status: in `servicerequestupdates`, in lower case as FixMyStreet reads it.
    """

    status: Literal["open", "closed"]
    detailed_status: Literal["RECEIVED", "IN_PROCESS", "PROCESSED", "REJECTED"]
    update_status: str


STATES: Mapping[StateName, State] = {
    "received": State("open", "RECEIVED", "open"),
    "in_review": State("open", "RECEIVED", "investigating"),
    "accepted": State("open", "RECEIVED", "open"),
    "assigned": State("open", "IN_PROCESS", "investigating"),
    "scheduled": State("open", "IN_PROCESS", "action_scheduled"),
    "in_progress": State("open", "IN_PROCESS", "in_progress"),
    "on_hold": State("open", "IN_PROCESS", "planned"),
    "forwarded": State("open", "IN_PROCESS", "internal_referral"),
    "reopened": State("open", "RECEIVED", "open"),
    "resolved": State("closed", "PROCESSED", "fixed"),
    "rejected": State("closed", "REJECTED", "no_further_action"),
    "duplicate": State("closed", "REJECTED", "duplicate"),
    "not_ours": State("closed", "REJECTED", "not_councils_responsibility"),
}

# What a client's word asks for; None: nothing, the state stays. To a closed request, `open` is
# another word for `reopen`.
ASKED_STATES: Mapping[str, StateName | None] = {
    "open": None,
    "unchanged": None,
    "reopen": "reopened",
    "closed": "resolved",
    "fixed": "resolved",
    "investigating": "in_review",
    "for_triage": "in_review",
    "action_scheduled": "scheduled",
    "in_progress": "in_progress",
    "planned": "on_hold",
    "internal_referral": "forwarded",
    "no_further_action": "rejected",
    "cancelled": "rejected",
    "not_councils_responsibility": "not_ours",
    "duplicate": "duplicate",
}

OPEN_STATES = frozenset(name for name, state in STATES.items() if state.status == "open")

# Nobody makes a request new again, and only what was closed is reopened.
_ENTERED_ONCE: frozenset[StateName] = frozenset({"received", "reopened"})
_REOPENED: frozenset[StateName] = frozenset({"reopened"})

# What may follow on a state. Officers correct each other, so there is no order among the open ones.
NEXT: Mapping[StateName, frozenset[StateName]] = {
    name: frozenset(STATES) - _ENTERED_ONCE - {name} if name in OPEN_STATES else _REOPENED
    for name in STATES
}

# Who reported can say that it is not resolved, and no more.
_OF_PART: Mapping[Part, frozenset[StateName]] = {
    "officer": frozenset(STATES),
    "system": frozenset(STATES),
    "reporter": _REOPENED,
}


def is_closed(state: str) -> bool:
    """Tell whether a state is one of those that GeoReport calls closed."""
    return state not in OPEN_STATES


def may_follow(state: StateName, following: StateName, part: Part) -> bool:
    """Tell whether somebody may bring a request from one state into another."""
    return following in NEXT[state] and following in _OF_PART[part]


def require_may_follow(state: StateName, following: StateName, part: Part) -> None:
    """Let pass a change of state that is allowed.

    Args:
        state: as it is.
        following: as it is to be.
        part: what who changes it is to the request.

    Raises:
        Conflict: it is not allowed.
    """
    if not may_follow(state, following, part):
        allowed = [name for name in STATES if may_follow(state, name, part)]
        values = {"state": state, "following": following, "allowed": ", ".join(allowed)}
        raise Conflict.of("state-not-allowed", **values)
