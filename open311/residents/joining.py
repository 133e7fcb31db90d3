"""The form in which somebody joins a request that others have reported."""

from collections.abc import Mapping

from flask import Response
from sqlalchemy import Connection

from open311.delivery.mail.composing import LONGEST_ADDRESS
from open311.errors import Conflict, NotFound
from open311.reports.joining import Joining
from open311.reports.model import ServiceRequest, public_record
from open311.reports.reading import number_of, read_request
from open311.reports.states import is_closed
from open311.reports.submission import Reporter
from open311.residents.context import language, parts, speak
from open311.residents.pages import is_email, page, sent
from open311.residents.showing import title_of

_LONGEST_NAME = 200
_FIELDS = ("email", "first_name", "last_name")


def get_join(place: str, service_request_id: str) -> Response:
    """Ask who joins a public request that is open."""
    return _form(_joined(place, service_request_id))


def post_join(place: str, service_request_id: str) -> Response:
    """Have somebody told too. The answer is the same for who was told already.

    The link goes to the address alone: who types it need not be whose it is.
    """
    request = _joined(place, service_request_id)
    typed = {name: sent(name) for name in _FIELDS}
    wrong = [name for name in _FIELDS if len(typed[name]) > _LONGEST_NAME and name != "email"]
    if not is_email(typed["email"]):
        wrong.append("email")
    if wrong:
        return _form(request, 400, wrong)
    reporter = Reporter(**{name: value for name, value in typed.items() if value})
    known = parts().registry.catalogue(request.jurisdiction_id).jurisdiction
    joining = Joining(parts().registry, parts().keyring, parts().render)
    with parts().engine.begin() as connection:
        where = request.jurisdiction_id, request.number
        joining.join(connection, *where, reporter, known.language_of([language()]))
    return page("joined")


def _joined(place: str, service_request_id: str) -> ServiceRequest:
    """Return the request that somebody joins: of one that was merged, the other.

    Args:
        place: slug or id of the city.
        service_request_id: of the request.

    Raises:
        NotFound: the public sees no such request.
        Conflict: it is closed, or reports of its service are anonymous.
    """
    registry = parts().registry
    entry = registry.entry_of_slug(place) or registry.entry(place)
    if entry is None:
        raise NotFound.of("my-unknown")
    speak(entry.languages)
    with parts().engine.connect() as connection:
        request = _handled(connection, entry.jurisdiction_id, service_request_id)
    if not request.is_public or request.endpoint_type != "production":
        raise NotFound.of("my-unknown")
    service = registry.catalogue(entry.jurisdiction_id).services[request.service_code]
    if is_closed(request.state) or service.reporter == "anonymous":
        raise Conflict.of("my-closed")
    return request


def _handled(
    connection: Connection, jurisdiction_id: str, service_request_id: str
) -> ServiceRequest:
    number = number_of(connection, jurisdiction_id, service_request_id)
    request = read_request(connection, jurisdiction_id, number)
    if request.is_public and request.duplicate_of is not None:
        return read_request(connection, jurisdiction_id, request.duplicate_of)
    return request


def _form(request: ServiceRequest, status: int = 200, wrong: list[str] | None = None) -> Response:
    catalogue = parts().registry.catalogue(request.jurisdiction_id)
    public: Mapping[str, str | None] = public_record(request, catalogue)
    return page(
        "join",
        status,
        title=title_of(request, catalogue, language()),
        description=public["description"],
        address=public["address"],
        typed={name: sent(name) for name in _FIELDS},
        longest={"email": LONGEST_ADDRESS, "name": _LONGEST_NAME},
        wrong=wrong or [],
    )
