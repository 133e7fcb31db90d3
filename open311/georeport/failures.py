"""What goes wrong, told in the client's format and language, and never more than it may know."""

import logging
import secrets

import psycopg2
import sqlalchemy.exc
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed as WrongMethod

from open311.database.faults import trace_of
from open311.errors import (
    BadRequest,
    ClientError,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooManyCalls,
    Unavailable,
)
from open311.georeport.answering import answer
from open311.georeport.context import error_language
from open311.georeport.fields import ERRORS
from open311.messages import translate

log = logging.getLogger(__name__)


def register_failures(app: Flask) -> None:
    """Have every failure of the application answered as GeoReport v2, "Errors", wants it."""
    app.register_error_handler(ClientError, _client_error)
    app.register_error_handler(TooManyCalls, _too_many_calls)
    app.register_error_handler(Unavailable, _away)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(psycopg2.OperationalError, _database_away)
    app.register_error_handler(sqlalchemy.exc.OperationalError, _database_away)
    app.register_error_handler(Exception, _our_error)


def _client_error(error: ClientError) -> Response:
    language = error_language()
    texts = [_text(language, problem) for problem in error.problems]
    value = [{"code": error.status, "description": text} for text in texts]
    response = answer(ERRORS, value, _format(), error.status)
    # A cache may keep what is not found.
    response.headers["Vary"] = "Accept-Language"
    return response


def _too_many_calls(error: TooManyCalls) -> Response:
    response = _client_error(error)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _text(language: str, problem: Problem) -> str:
    values = {
        name: value.get(language) or next(iter(value.values()))
        if isinstance(value, dict)
        else value
        for name, value in problem.values.items()
    }
    return translate(language, problem.message, **values)


def _http_error(error: HTTPException) -> Response:
    """Answer what Flask found wrong before any view was asked."""
    if isinstance(error, WrongMethod):
        response = _client_error(MethodNotAllowed.of("method", method=request.method))
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response
    if error.code == 404:
        return _client_error(NotFound.of("path-unknown"))
    if error.code and 400 <= error.code < 500:
        return _client_error(BadRequest.of("http", name=error.name))
    return _our_error(error)


def _database_away(error: Exception) -> Response:
    reason = str(error).partition("\n")[0]
    log.error("%s %s failed, the database is away: %s", request.method, request.path, reason)
    return _away(Unavailable([Problem("unavailable")]))


def _away(error: Unavailable) -> Response:
    """Answer that something needed is away: for now, so that a client may try again."""
    response = _client_error(error)
    response.headers["Retry-After"] = "10"
    return response


def _our_error(error: Exception) -> Response:
    """Answer a fault of ours: the client gets a reference, the log what is behind it."""
    reference = secrets.token_hex(4)
    what = request.method, request.path, reference, trace_of(error)
    log.error("%s %s failed, reference %s\n%s", *what)
    text = translate(error_language(), "internal", reference=reference)
    return answer(ERRORS, [{"code": 500, "description": text}], _format(), 500)


def _format() -> str:
    """Return the format of the suffix; XML is the one that every client reads (D-13)."""
    return "json" if request.path.endswith(".json") else "xml"
