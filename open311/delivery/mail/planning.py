"""Who is told of an event by mail, and what it is to them."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from open311.delivery.channels import Event, Occasion, Planned
from open311.reports.reporters import ReporterKey
from open311.reports.states import is_closed

UNIT = "unit"

# Along the key of reporter; what was merged, along service_request_duplicate_idx. Who reported the
# request itself comes first, so that somebody who also joined is written to as that.
_PEOPLE = text("""
    SELECT number, position, email_index, unsubscribed_datetime IS NOT NULL AS is_unsubscribed
    FROM reporter
    WHERE jurisdiction_id = :jurisdiction_id
      AND number = ANY(
          ARRAY(
              SELECT number FROM service_request
              WHERE jurisdiction_id = :jurisdiction_id AND duplicate_of = :number
          ) || cast(:number AS bigint)
      )
      AND email_index IS NOT NULL AND sealed IS NOT NULL AND erased_datetime IS NULL
    ORDER BY number <> :number, number, position
""")


def residents_told(connection: Connection, occasion: Occasion) -> Iterator[Planned]:
    """Return what is sent to who reported, who joined, and whose requests were merged into it."""
    subject = _subject_for_residents(occasion)
    if subject is None:
        return
    for key in _people(connection, occasion):
        if _concerns(occasion, subject, key):
            yield Planned(key.destination, subject)


def unit_told(occasion: Occasion) -> Iterator[Planned]:
    """Return what is sent to the unit that handles the request."""
    event, request = occasion.event, occasion.request
    unit = occasion.catalogue.units.get(event.detail.get("unit_code") or request.unit_code or "")
    if unit is None or unit.email is None:
        return
    if event.kind in ("due_soon", "overdue"):
        yield Planned(f"{UNIT}:{unit.unit_code}", event.kind)
    elif _is_assigned(occasion):
        yield Planned(f"{UNIT}:{unit.unit_code}", "assigned")


def _people(connection: Connection, occasion: Occasion) -> Iterator[ReporterKey]:
    """Return who follows a request, everybody once; nobody who has unsubscribed."""
    place, number = occasion.jurisdiction_id, occasion.request.number
    rows = connection.execute(_PEOPLE, {"jurisdiction_id": place, "number": number}).all()
    done = {bytes(row.email_index) for row in rows if row.is_unsubscribed}
    for row in rows:
        if bytes(row.email_index) not in done:
            done.add(bytes(row.email_index))
            yield ReporterKey(place, row.number, row.position)


def _concerns(occasion: Occasion, subject: str, key: ReporterKey) -> bool:
    is_own = key.number == occasion.request.number
    match subject:
        case "received":
            return is_own and key.position == 0
        case "joined":
            return is_own and key.position == occasion.event.detail.get("position")
        case "id_assigned" | "merged":
            return is_own
        case _:
            return True


def _subject_for_residents(occasion: Occasion) -> str | None:
    event = occasion.event
    if event.kind in ("received", "joined", "id_assigned"):
        return event.kind
    if not event.is_public:
        return None
    if event.state:
        return _subject_of_state(event, event.state)
    is_note = event.description and not is_closed(occasion.request.state)
    return "updated" if is_note else None


def _subject_of_state(event: Event, state: str) -> str:
    if event.kind == "merged":
        return "merged"
    if is_closed(state):
        return "closed"
    return "reopened" if state == "reopened" else "updated"


def _is_assigned(occasion: Occasion) -> bool:
    event, service = occasion.event, occasion.catalogue.services[occasion.request.service_code]
    # A batch request is of use to a unit once it has an id.
    is_new = event.kind == ("id_assigned" if service.type == "batch" else "received")
    return is_new or event.kind == "assigned" or _is_moved(event)


def _is_moved(event: Event) -> bool:
    return event.kind != "received" and "unit_code" in event.detail
