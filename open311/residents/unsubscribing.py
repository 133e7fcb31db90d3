"""No more mail about a request, with one click and without cookies (RFC 8058); and mail again."""

from flask import Response, request
from sqlalchemy import Connection, func, null

from open311.database import tables
from open311.reports.personal_links import UNSUBSCRIBE, unsubscribe_path
from open311.reports.reading import read_request
from open311.residents.context import Person, language, parts, read_person
from open311.residents.pages import page
from open311.residents.showing import title_of


def get_question(token: str) -> Response:
    """Show a button: those who look through mail for malice follow links, and nothing more."""
    with parts().engine.connect() as connection:
        person = read_person(connection, UNSUBSCRIBE, token)
    return _page("unsubscribed" if person.is_unsubscribed else "unsubscribe", person)


def post_unsubscribe(token: str) -> Response:
    """Send no more mail. What the body says is not looked at: a program may have sent it."""
    with parts().engine.begin() as connection:
        person = read_person(connection, UNSUBSCRIBE, token)
        _write(connection, person, is_unsubscribed=True)
    return _page("unsubscribed", person)


def undo(token: str) -> Response:
    """Send mail again."""
    if request.method != "POST":
        return get_question(token)
    with parts().engine.begin() as connection:
        person = read_person(connection, UNSUBSCRIBE, token)
        _write(connection, person, is_unsubscribed=False)
    return _page("subscribed", person)


def _write(connection: Connection, person: Person, *, is_unsubscribed: bool) -> None:
    """Write it down; when somebody says it again, the first time stays."""
    table = tables.reporter
    since = table.c.unsubscribed_datetime
    connection.execute(
        table.update()
        .where(person.key.rows(table), table.c.erased_datetime.is_(None))
        .values(
            unsubscribed_datetime=func.coalesce(since, func.now()) if is_unsubscribed else null()
        )
    )


def _page(what: str, person: Person) -> Response:
    key = person.key
    with parts().engine.connect() as connection:
        about = read_request(connection, key.jurisdiction_id, key.number)
    catalogue = parts().registry.catalogue(key.jurisdiction_id)
    title = title_of(about, catalogue, language())
    return page("unsubscribe", what=what, title=title, path=unsubscribe_path(parts().links, key))
