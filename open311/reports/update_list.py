"""The public updates of requests: what happened to them, as other systems ask for it."""

from datetime import UTC, datetime
from typing import Any

from open311.catalogue.model import Catalogue
from open311.database.reading import Reader, Row
from open311.reports.redaction import redact
from open311.reports.search import MOST, Search
from open311.reports.states import STATES

# The counter moves with every event that the public sees; the first event in the window names what
# has left it by the passing of time: one that it sees, as who moves the window would find others.
_STATE = """
    SELECT concat(
        (SELECT sum(changes) FROM change_counter WHERE jurisdiction_id = $1 AND endpoint_type = $2),
        '-',
        (SELECT event.event_id
         FROM request_event AS event JOIN service_request AS one USING (jurisdiction_id, number)
         WHERE event.jurisdiction_id = $1 AND event.visibility = 'public'
           AND event.event_datetime >= $3
           AND one.endpoint_type = $2 AND one.public_json IS NOT NULL
         ORDER BY event.event_datetime, event.event_id LIMIT 1)
    )
"""

# A receipt is no update, nor is what tells nothing. The plan relied on: the index of public events
# is walked from the start of the window until the page is full, and each request is looked up. An
# imported request has no event of its first state.
_FIND = """
    SELECT event.event_id, one.service_request_id, event.event_datetime, event.description,
        event.media_urls, COALESCE(
            event.state,
            (SELECT before.state FROM request_event AS before
             WHERE before.jurisdiction_id = event.jurisdiction_id
               AND before.number = event.number AND before.event_id < event.event_id
               AND before.state IS NOT NULL
             ORDER BY before.event_id DESC LIMIT 1),
            CASE WHEN EXISTS (
                SELECT FROM request_event AS later
                WHERE later.jurisdiction_id = event.jurisdiction_id
                  AND later.number = event.number AND later.event_id > event.event_id
                  AND later.state IS NOT NULL
            ) THEN 'received' ELSE one.state END
        )
    FROM request_event AS event
    JOIN service_request AS one USING (jurisdiction_id, number)
    WHERE event.jurisdiction_id = $1 AND event.visibility = 'public'
      AND event.event_datetime >= $3 AND event.kind <> 'received'
      AND (event.state IS NOT NULL OR event.description IS NOT NULL OR event.media_urls IS NOT NULL)
      AND one.endpoint_type = $2 AND one.public_json IS NOT NULL {conditions}
    ORDER BY event.event_datetime, event.event_id
    LIMIT {most}
"""


def updates_state(reader: Reader, jurisdiction_id: str, endpoint_type: str, search: Search) -> str:
    """Name what a search for updates would find, without finding it.

    Args:
        reader: where they are read.
        jurisdiction_id: where the requests are.
        endpoint_type: `production` or `test`.
        search: see `find_updates`.
    """
    start, _ = search.window(datetime.now(UTC))
    [(state,)] = reader.rows(_STATE, (jurisdiction_id, endpoint_type, start))
    return f"updates-{state.decode()}"


def find_updates(
    reader: Reader, catalogue: Catalogue, endpoint_type: str, search: Search
) -> list[dict[str, Any]]:
    """Find public updates of public requests, oldest first, at most as many as requests.

    Args:
        reader: where they are read.
        catalogue: of the jurisdiction.
        endpoint_type: `production` or `test`.
        search: its window is of the updates; of its other conditions only the ids count.
    """
    start, end = search.window(datetime.now(UTC))
    parameters: list[Any] = [catalogue.jurisdiction.jurisdiction_id, endpoint_type, start]
    conditions = ""
    if end:
        parameters.append(end)
        conditions += f"AND event.event_datetime <= ${len(parameters)} "
    if search.service_request_ids:
        parameters.append(list(search.service_request_ids))
        conditions += f"AND one.service_request_id = ANY(${len(parameters)}::text[])"
    rows = reader.rows(_FIND.format(conditions=conditions, most=MOST), parameters)
    return [_update(row, catalogue) for row in rows]


def _update(row: Row, catalogue: Catalogue) -> dict[str, Any]:
    event_id, service_request_id, moment, description, media_urls, state = row
    return {
        "update_id": str(event_id),
        "service_request_id": service_request_id.decode(),
        "status": STATES[state.decode()].update_status,
        "updated_datetime": moment.astimezone(catalogue.jurisdiction.time_zone),
        "description": description and redact(description.decode()),
        "media_url": media_urls or [],
    }
