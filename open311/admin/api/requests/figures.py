"""What residents think of what was done, in figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

from open311.admin.api.applying import Answer
from open311.admin.api.context import actor, parts
from open311.admin.revisions import revision_in_force
from open311.errors import BadRequest
from open311.reports.figures import figures

_USUAL = timedelta(days=90)


def get_figures(query: dict[str, Any], jurisdiction_id: str) -> Answer:
    """Count closings, opinions and reopenings of each service and unit; of the own units alone."""
    end = query.get("end") or datetime.now(UTC)
    start = query.get("start") or _before(end)
    if start >= end:
        raise BadRequest.of("period-order")
    units = actor().units("read_requests", jurisdiction_id)
    with parts().engine.connect() as connection:
        revision_in_force(connection, jurisdiction_id)
        found = figures(connection, jurisdiction_id, start, end)
    shown = [one for one in found if units is None or one.unit_code in units]
    return {"start": start, "end": end, "figures": shown}


def _before(end: datetime) -> datetime:
    """Return where a period begins of which only the end is said."""
    try:
        return end - _USUAL
    except OverflowError:
        # There are no earlier days.
        return datetime.min.replace(tzinfo=UTC)
