"""What goes wrong, as a page in the reader's language."""

import logging
import secrets

import psycopg2
import sqlalchemy.exc
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed as WrongMethod

from open311.database.faults import trace_of
from open311.errors import ClientError, TooManyCalls
from open311.messages import DEFAULT
from open311.residents.context import PREFIX
from open311.residents.pages import page

log = logging.getLogger(__name__)

# What other rooms find wrong, and what a person is told of it; the rest by its status.
_TOLD = {
    "link-invalid": "invalid",
    "link-expired": "expired",
    "opinion-outdated": "earlier",
    "join-closed": "closed",
    "join-anonymous": "closed",
    "meanwhile": "busy",
}
_BY_STATUS = {404: "unknown", 405: "method", 413: "large", 429: "many", 503: "away"}


def register_failures(app: Flask) -> None:
    """Have every failure of the application answered by a page."""
    app.register_error_handler(ClientError, _client_error)
    app.register_error_handler(TooManyCalls, _too_many_calls)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(psycopg2.OperationalError, _database_away)
    app.register_error_handler(sqlalchemy.exc.OperationalError, _database_away)
    app.register_error_handler(Exception, _our_error)


def _failure(what: str, status: int, **values: str) -> Response:
    # What failed may have done so before there was a language.
    g.setdefault("language", DEFAULT)
    return page("failure", status, what=what, values=values)


def _client_error(error: ClientError) -> Response:
    key = error.problems[0].message
    own = key.removeprefix("my-") if key.startswith("my-") else None
    what = own or _TOLD.get(key) or _BY_STATUS.get(error.status, "form")
    return _failure(what, error.status)


def _too_many_calls(error: TooManyCalls) -> Response:
    response = _client_error(error)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _http_error(error: HTTPException) -> Response:
    """Answer what Flask found wrong before any view was asked."""
    if error.code is None or not 400 <= error.code < 500:
        return _our_error(error)
    response = _failure(_BY_STATUS.get(error.code, "form"), error.code)
    if isinstance(error, WrongMethod):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _database_away(error: Exception) -> Response:
    reason = str(error).partition("\n")[0]
    log.error("%s %s failed, the database is away: %s", request.method, _where(), reason)
    response = _failure("away", 503)
    response.headers["Retry-After"] = "10"
    return response


def _our_error(error: Exception) -> Response:
    """Answer a fault of ours: the reader gets a reference, the log what is behind it."""
    reference = secrets.token_hex(4)
    what = request.method, _where(), reference, trace_of(error)
    log.error("%s %s failed, reference %s\n%s", *what)
    return _failure("internal", 500, reference=reference)


def _where() -> str:
    """Return the rule of the path: the path itself has a token, which opens what it is of."""
    return request.url_rule.rule if request.url_rule else f"{PREFIX}/"
