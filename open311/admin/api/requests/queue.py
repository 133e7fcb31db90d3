"""The queue: which requests are to be dealt with, by whom, and by when."""

from datetime import UTC, datetime
from typing import Any

from open311.admin.api.applying import Answer
from open311.admin.api.context import actor, parts
from open311.admin.api.paging import next_page
from open311.admin.api.requests.describing import describe
from open311.admin.revisions import revision_in_force
from open311.reports.queue import Queue, read_queue
from open311.reports.states import OPEN_STATES, STATES


def get_requests(query: dict[str, Any], jurisdiction_id: str) -> Answer:
    """List requests: the open ones by when they are due, or whichever you ask for."""
    queue = _queue(query, _unit_codes(query, jurisdiction_id))
    with parts().engine.connect() as connection:
        revision_in_force(connection, jurisdiction_id)
        found = read_queue(connection, jurisdiction_id, queue, query["limit"], query.get("after"))
    # After the requests: it has every service that they can name.
    catalogue = parts().registry.catalogue(jurisdiction_id)
    numbers = [one.number for one in found]
    documents = [describe(one, catalogue) for one in found]
    return {"requests": documents, "next": next_page(query, "after", numbers)}


def _unit_codes(query: dict[str, Any], jurisdiction_id: str) -> frozenset[str] | None:
    """Return the units whose requests are listed: those asked for, or all that may be read."""
    asked = query.get("unit_code")
    if asked is None:
        return actor().units("read_requests", jurisdiction_id)
    actor().require("read_requests", jurisdiction_id, asked)
    return frozenset({asked})


def _queue(query: dict[str, Any], unit_codes: frozenset[str] | None) -> Queue:
    states = _states(query)
    due_before = query.get("due_before")
    if query.get("due") == "overdue":
        now = datetime.now(UTC)
        due_before = min(now, due_before) if due_before else now
    return Queue(
        endpoint_type=query["endpoint_type"],
        states=states,
        unit_codes=unit_codes,
        service_code=query.get("service_code"),
        publication=query.get("publication"),
        due_before=due_before,
        area_code=query.get("area_code"),
        order=query.get("order") or ("due" if OPEN_STATES.issuperset(states) else "newest"),
    )


def _states(query: dict[str, Any]) -> list[Any]:
    """Return the states asked for; when nothing is said of them, those that are open."""
    named, status = query.get("state"), query.get("status")
    if not named and status is None:
        status = "open"
    return [
        name
        for name, state in STATES.items()
        if (not named or name in named) and status in (None, state.status)
    ]
