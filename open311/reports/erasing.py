"""Erasing who somebody is: the row of each, and what of the request tells it.

What the public could read stays as it could read it, masked. What was said to officers alone goes.
Photos stay: they were made anew without metadata, and show what was reported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, text

from open311.catalogue.model import Catalogue, Jurisdiction, Service
from open311.reports.changing import Author, Change, LockedRequest, apply_change
from open311.reports.model import ServiceRequest
from open311.reports.publication import Render, count_change
from open311.reports.redaction import redact, redact_address, redact_answer
from open311.reports.submission import Answers

_ERASE_SOME = text("""
    UPDATE reporter SET sealed = NULL, email_index = NULL, unsealed = NULL, erased_datetime = now()
    WHERE jurisdiction_id = :jurisdiction_id AND number = :number AND position = ANY(:positions)
""")

# A request that was imported has nobody; the row then tells that it was gone through.
_ERASE_ALL = text("""
    INSERT INTO reporter (jurisdiction_id, number, position, language, erased_datetime)
    SELECT :jurisdiction_id, :number, position, :language, now()
    FROM (
        SELECT 0 AS position UNION
        SELECT position FROM reporter
        WHERE jurisdiction_id = :jurisdiction_id AND number = :number
    ) AS everybody
    ON CONFLICT (jurisdiction_id, number, position) DO UPDATE
        SET sealed = NULL, email_index = NULL, unsealed = NULL, erased_datetime = now()
""")

_FORGET_COMMENTS = text("""
    UPDATE opinion SET comment = NULL
    WHERE jurisdiction_id = :jurisdiction_id AND number = :number
      AND (position = ANY(:positions) OR cast(:positions AS smallint[]) IS NULL)
""")

_EVENTS = text("""
    SELECT event_id, visibility, description, detail FROM request_event
    WHERE jurisdiction_id = :jurisdiction_id AND number = :number
      AND (description IS NOT NULL OR detail ? 'public_description')
""")

# The one thing that is ever changed of an event: the words in it.
_REWORD = text("""
    UPDATE request_event
    SET description = :description,
        detail = CASE WHEN cast(:public_description AS text) IS NULL THEN detail
            ELSE detail || jsonb_build_object('public_description', :public_description) END
    WHERE jurisdiction_id = :jurisdiction_id AND number = :number AND event_id = :event_id
""")


def erase_request(
    connection: Connection, locked: LockedRequest, author: Author, render: Render
) -> None:
    """Erase everybody who reported or joined a request, and what it says of anybody.

    Args:
        connection: in the transaction in which it was locked; let this be its last statement for
            the request.
        locked: the request.
        author: who does it.
        render: writes the public record.
    """
    language = locked.catalogue.jurisdiction.languages[0]
    connection.execute(_ERASE_ALL, _key(locked.request) | {"language": language})
    connection.execute(_FORGET_COMMENTS, _key(locked.request) | {"positions": None})
    _record(connection, locked, Change("erased"), author, render)


def erase_reporters(
    connection: Connection,
    locked: LockedRequest,
    positions: Sequence[int],
    author: Author,
    render: Render,
) -> None:
    """Erase some of those who reported or joined a request.

    Of who reported it, what the request says goes too; who joined has said nothing in it.

    Args:
        connection: see `erase_request`, as for the others.
        locked: the request.
        positions: of their rows.
        author: who does it.
        render: writes the public record.
    """
    connection.execute(_ERASE_SOME, _key(locked.request) | {"positions": positions})
    connection.execute(_FORGET_COMMENTS, _key(locked.request) | {"positions": positions})
    _record(connection, locked, Change("erased", detail={"positions": positions}), author, render)


def without_words(request: ServiceRequest, catalogue: Catalogue) -> ServiceRequest:
    """Return a request as it is when it tells nobody who anybody is; the public sees it as before.

    Args:
        request: as it is.
        catalogue: of its jurisdiction.
    """
    description = request.public_description or request.description
    service = catalogue.services[request.service_code]
    return replace(
        request,
        description=description and redact(description),
        public_description=None,
        status_notes=request.status_notes and redact(request.status_notes),
        address=request.address and redact_address(request.address),
        attributes=_masked_answers(request.attributes, service, catalogue.jurisdiction),
    )


def _record(
    connection: Connection, locked: LockedRequest, change: Change, author: Author, render: Render
) -> None:
    request = locked.request
    if 0 not in change.detail.get("positions", [0]):
        apply_change(connection, locked, change, author, render)
        return
    _reword_events(connection, request)
    wordless = without_words(request, locked.catalogue)
    apply_change(connection, LockedRequest(wordless, locked.catalogue), change, author, render)
    # The public sees it as before, unless it was rendered before texts were masked.
    if wordless != request:
        count_change(connection, request.jurisdiction_id, request.endpoint_type, request.number)


def _reword_events(connection: Connection, request: ServiceRequest) -> None:
    reworded = []
    for event in connection.execute(_EVENTS, _key(request)):
        is_public = event.visibility == "public"
        moderated = event.detail.get("public_description")
        words = {
            "description": redact(event.description) if is_public and event.description else None,
            "public_description": moderated and redact(moderated),
        }
        reworded.append(_key(request) | words | {"event_id": event.event_id})
    if reworded:
        connection.execute(_REWORD, reworded)


def _masked_answers(
    answers: Answers, service: Service, jurisdiction: Jurisdiction
) -> Mapping[str, Sequence[str]]:
    """Mask what was typed; what was chosen from a list of the service is nobody's."""
    lists = {one.code for one in service.attributes if one.is_list}
    questions = {one.code: jurisdiction.text(one.description) for one in service.attributes}
    return {
        code: values
        if code in lists
        else [redact_answer(questions.get(code, ""), value) for value in values]
        for code, values in answers.items()
    }


def _key(request: ServiceRequest) -> dict[str, str | int]:
    return {"jurisdiction_id": request.jurisdiction_id, "number": request.number}
