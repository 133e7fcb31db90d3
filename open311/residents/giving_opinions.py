"""The form in which somebody says whether a closed request is done, and how well."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import Response
from sqlalchemy import Connection

from open311.errors import Conflict
from open311.reports.model import ServiceRequest
from open311.reports.opinions import LONGEST_COMMENT, RATINGS, Opinion, Opinions
from open311.reports.personal_links import OPINION, follow_path
from open311.reports.reading import read_request
from open311.reports.states import is_closed
from open311.residents.context import Person, language, parts, read_person
from open311.residents.pages import page, sent
from open311.residents.showing import title_of


@dataclass(frozen=True)
class _Asked:
    """Who is asked, about which request and which closing."""

    person: Person
    request: ServiceRequest
    closed: datetime


def get_opinion(token: str) -> Response:
    """Ask; if the request is not closed as it was when the link was made, say so."""
    with parts().engine.connect() as connection:
        asked = _read_asked(connection, token)
        handled = asked.request
        if handled.duplicate_of is not None:
            handled = read_request(connection, handled.jurisdiction_id, handled.duplicate_of)
    if not is_closed(handled.state) or int(handled.updated_datetime.timestamp()) != int(
        asked.closed.timestamp()
    ):
        raise Conflict.of("my-earlier")
    return _form(asked)


def post_opinion(token: str) -> Response:
    """Take an opinion, and say what became of it."""
    resolved, rating, comment = sent("resolved"), sent("rating"), sent("comment")
    with parts().engine.connect() as connection:
        asked = _read_asked(connection, token)
    wrong = {
        "resolved": resolved not in ("yes", "no"),
        "rating": rating not in ("", *map(str, RATINGS)),
        "comment": len(comment) > LONGEST_COMMENT,
    }
    if any(wrong.values()):
        return _form(asked, 400, wrong=[name for name, is_wrong in wrong.items() if is_wrong])
    opinion = Opinion(resolved == "yes", int(rating) if rating else None, comment or None)
    opinions = Opinions(parts().registry, parts().render)
    with parts().engine.begin() as connection:
        outcome = opinions.give(connection, asked.person.key, asked.closed, opinion)
    follow = follow_path(parts().links, asked.person.key)
    return page("thanks", outcome=outcome, follow=follow)


def _read_asked(connection: Connection, token: str) -> _Asked:
    person = read_person(connection, OPINION, token)
    # Beside whose it is, such a link says of which closing.
    closed = cast(int, parts().links.read(OPINION, token)[-1])
    request = read_request(connection, person.key.jurisdiction_id, person.key.number)
    return _Asked(person, request, datetime.fromtimestamp(closed, UTC))


def _form(asked: _Asked, status: int = 200, wrong: list[str] | None = None) -> Response:
    catalogue = parts().registry.catalogue(asked.request.jurisdiction_id)
    return page(
        "opinion",
        status,
        title=title_of(asked.request, catalogue, language()),
        ratings=RATINGS,
        most=LONGEST_COMMENT,
        typed={name: sent(name) for name in ("resolved", "rating", "comment")},
        wrong=wrong or [],
    )
