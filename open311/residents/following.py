"""The page of a request for somebody who follows it, and its photos."""

import logging

from flask import Response
from sqlalchemy import Connection

from open311.errors import NotFound
from open311.reports.case import Case, read_case
from open311.reports.model import ServiceRequest
from open311.reports.personal_links import FOLLOW, opinion_path, unsubscribe_path
from open311.reports.photos import THUMBNAIL, WHOLE
from open311.reports.reading import read_request
from open311.reports.states import is_closed
from open311.residents.context import PREFIX, Person, language, parts, read_person
from open311.residents.pages import page
from open311.residents.showing import show

log = logging.getLogger(__name__)


def get_request(token: str) -> Response:
    """Show a request to somebody who follows it, and that into which it was merged."""
    with parts().engine.connect() as connection:
        # All of one moment.
        connection.execution_options(isolation_level="REPEATABLE READ")
        person = read_person(connection, FOLLOW, token)
        case = read_case(connection, _request_of(connection, person))
        original = read_case(connection, case.original) if case.original else None
        catalogue = parts().registry.catalogue_within(connection, person.key.jurisdiction_id)
    return page(
        "request",
        shown=show(case, catalogue, language(), is_own=person.key.position == 0),
        original=original and show(original, catalogue, language(), is_own=False),
        person=person,
        photos=f"{PREFIX}/requests/{token}/photos",
        opinion=_opinion_path(person, case, original),
        unsubscribe=unsubscribe_path(parts().links, person.key),
    )


def get_photo(token: str, name: str) -> Response:
    """Send a photo of a request, public or not, to somebody who may see it; or its thumbnail."""
    photo_id = name.removesuffix(".jpg").removesuffix(THUMBNAIL)
    size = WHOLE if photo_id == name.removesuffix(".jpg") else THUMBNAIL
    with parts().engine.connect() as connection:
        person = read_person(connection, FOLLOW, token)
        request = _request_of(connection, person)
        may_see = person.key.position == 0 or request.is_public
        shown = read_case(connection, request).shown_photos if may_see else ()
        is_known = photo_id in {photo.photo_id for photo in shown}
    content = parts().photos.content(request.jurisdiction_id, photo_id, size) if is_known else None
    if content is None:
        if is_known:
            log.error("The file of the photo %s of %s is lost.", photo_id, request.jurisdiction_id)
        raise NotFound.of("my-unknown")
    response = Response(content, content_type="image/jpeg")
    # A picture is all that it can be, whatever somebody finds a way to put into one.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _request_of(connection: Connection, person: Person) -> ServiceRequest:
    return read_request(connection, person.key.jurisdiction_id, person.key.number)


def _opinion_path(person: Person, case: Case, original: Case | None) -> str | None:
    """Return where to say whether it is done: of one that was merged, whether the other is."""
    handled = (original or case).request
    if not is_closed(handled.state):
        return None
    return opinion_path(parts().links, person.key, handled.updated_datetime)
