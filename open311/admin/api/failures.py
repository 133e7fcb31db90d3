"""What goes wrong, in JSON: `{"errors": [{"code": …, "description": …}]}`."""

import logging
import secrets
from typing import Any

import psycopg2
import sqlalchemy.exc
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed as WrongMethod

from open311.admin.api.context import error_language
from open311.admin.api.documents import as_document
from open311.admin.jurisdictions import StaleError
from open311.catalogue.loading import ConfigurationError
from open311.database.faults import trace_of
from open311.errors import (
    BadRequest,
    ClientError,
    Conflict,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    TooManyCalls,
    Unauthorized,
    Unavailable,
)
from open311.messages import translate
from open311.places.register_files import RegisterError

log = logging.getLogger(__name__)

# A configuration may be wrong in more places than anyone would read at once.
MOST_FINDINGS = 200


def register_failures(app: Flask) -> None:
    """Have every failure of the application answered in JSON."""
    app.register_error_handler(ClientError, _client_error)
    app.register_error_handler(Unauthorized, _unauthorized)
    app.register_error_handler(TooManyCalls, _too_many_calls)
    app.register_error_handler(StaleError, _stale)
    app.register_error_handler(ConfigurationError, _wrong_configuration)
    app.register_error_handler(RegisterError, _wrong_register)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(sqlalchemy.exc.IntegrityError, _meanwhile)
    app.register_error_handler(psycopg2.OperationalError, _unavailable)
    app.register_error_handler(sqlalchemy.exc.OperationalError, _unavailable)
    app.register_error_handler(Exception, _our_error)


def _answer(status: int, errors: list[dict[str, Any]]) -> Response:
    response = jsonify({"errors": [{"code": status, **error} for error in errors]})
    response.status_code = status
    return response


def _client_error(error: ClientError) -> Response:
    language = error_language()
    texts = (translate(language, one.message, **one.values) for one in error.problems)
    return _answer(error.status, [{"description": text} for text in texts])


def _unauthorized(error: Unauthorized) -> Response:
    response = _client_error(error)
    response.headers["WWW-Authenticate"] = 'Bearer realm="Open311 administration"'
    return response


def _too_many_calls(error: TooManyCalls) -> Response:
    response = _client_error(error)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _stale(error: StaleError) -> Response:
    """Answer that another revision is in force: who made it, when and why."""
    there = error.plan.in_force
    if there is None:
        return _client_error(NotFound.of("no-jurisdiction", value=error.plan.jurisdiction_id))
    values = {"revision": str(there.revision), "since": there.applied.isoformat(timespec="seconds"),
              "actor": there.actor, "reason": there.reason or "–"}  # fmt: skip
    response = _client_error(PreconditionFailed.of("revision-stale", **values))
    response.headers["ETag"] = f'"{there.revision}"'
    return response


def _wrong_configuration(error: ConfigurationError) -> Response:
    wrong = [as_document(one) for one in error.findings if not one.warning]
    told = [{name: one[name] for name in ("description", "file")} for one in wrong[:MOST_FINDINGS]]
    if more := len(wrong) - len(told):
        told.append({"description": translate(error_language(), "and-more", number=more)})
    return _answer(400, told)


def _wrong_register(error: RegisterError) -> Response:
    return _answer(400, [{"description": text} for text in (str(error), *error.details)])


def _http_error(error: HTTPException) -> Response:
    """Answer what Flask found wrong before any view was asked."""
    if isinstance(error, WrongMethod):
        response = _client_error(MethodNotAllowed.of("method", method=request.method))
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response
    if error.code == 404:
        return _client_error(NotFound.of("admin-path-unknown"))
    if error.code and 400 <= error.code < 500:
        return _client_error(BadRequest.of("http", name=error.name))
    return _our_error(error)


def _meanwhile(error: sqlalchemy.exc.IntegrityError) -> Response:
    """Answer that of two who take the same name at the same moment, this is the second."""
    log.warning("%s %s came second\n%s", request.method, request.path, trace_of(error))
    return _client_error(Conflict.of("meanwhile"))


def _unavailable(error: Exception) -> Response:
    """Answer that the database is away: for now, so that a client may try again."""
    reason = str(error).partition("\n")[0]
    log.error("%s %s failed, the database is away: %s", request.method, request.path, reason)
    response = _client_error(Unavailable.of("unavailable"))
    response.headers["Retry-After"] = "10"
    return response


def _our_error(error: Exception) -> Response:
    """Answer a fault of ours: the client gets a reference, the log what is behind it."""
    reference = secrets.token_hex(4)
    what = request.method, request.path, reference, trace_of(error)
    log.error("%s %s failed, reference %s\n%s", *what)
    text = translate(error_language(), "internal", reference=reference)
    return _answer(500, [{"description": text}])
