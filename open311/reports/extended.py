"""What the public may know of a request beyond the seventeen members of GeoReport v2.

It is not stored ready to be sent: few ask for it, and it changes with every event. It is read for
all requests of an answer at once, in two statements.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from open311.catalogue.model import Catalogue
from open311.database.reading import Reader, Row
from open311.reports.redaction import redact, redact_answer
from open311.reports.states import STATES

_REQUESTS = """
    SELECT one.service_request_id, one.number, one.service_code, one.state, one.media_urls,
        one.attributes, target.service_request_id
    FROM service_request AS one
    LEFT JOIN service_request AS target
        ON target.jurisdiction_id = one.jurisdiction_id AND target.number = one.duplicate_of
        AND target.public_json IS NOT NULL
    WHERE one.jurisdiction_id = $1 AND one.service_request_id = ANY($2::text[])
        AND one.public_json IS NOT NULL
"""

# Along the primary key, a few rows for each request.
_EVENTS = """
    SELECT number, event_datetime, kind, state, description, media_urls FROM request_event
    WHERE jurisdiction_id = $1 AND number = ANY($2::bigint[]) AND visibility = 'public'
    ORDER BY number, event_id
"""


def extended_state(state: str, catalogue: Catalogue) -> str:
    """Name an extended answer: questions are of the catalogue, and no plain answer has them.

    Args:
        state: what names the plain one.
        catalogue: in force.
    """
    return f"{state}-extended-{catalogue.revision}"


def extended_attributes(
    reader: Reader, catalogue: Catalogue, service_request_ids: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the extended attributes of public requests by their ids.

    Args:
        reader: where they are read.
        catalogue: of the jurisdiction, which gives questions and time zone.
        service_request_ids: of requests that are public; what is not any more is left out.
    """
    jurisdiction_id = catalogue.jurisdiction.jurisdiction_id
    requests = reader.rows(_REQUESTS, (jurisdiction_id, list(service_request_ids)))
    events: dict[int, list[Row]] = {}
    for number, *event in reader.rows(_EVENTS, (jurisdiction_id, [row[1] for row in requests])):
        events.setdefault(number, []).append(tuple(event))
    return {row[0].decode(): _extended(catalogue, row, events.get(row[1], ())) for row in requests}


def _extended(catalogue: Catalogue, request: Row, events: Sequence[Row]) -> dict[str, Any]:
    _, _, service_code, state, media_urls, answers, duplicate_of = request
    zone = catalogue.jurisdiction.time_zone
    said = [url for *_, urls in events for url in urls or ()]
    return {
        "detailed_status": STATES[state.decode()].detailed_status,
        "state": state.decode(),
        "media_urls": list(dict.fromkeys([*(media_urls or ()), *said])),
        "notes": [
            {
                "datetime": moment.astimezone(zone),
                "type": (state_then or kind).decode(),
                "description": description and redact(description.decode()),
            }
            for moment, kind, state_then, description, _ in events
        ],
        "attributes": list(_answers(catalogue, service_code.decode(), answers or {})),
        "duplicate_of": duplicate_of and duplicate_of.decode(),
    }


def _answers(
    catalogue: Catalogue, service_code: str, answers: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, str]]:
    """Yield an entry for each value, as a list has several: keys may contain any separator."""
    for attribute in catalogue.services[service_code].attributes:
        if attribute.variable:
            label = catalogue.jurisdiction.text(attribute.description)
            for value in answers.get(attribute.code, ()):
                shown = value if attribute.is_list else redact_answer(label, value)
                yield {"code": attribute.code, "label": label, "value": shown}
