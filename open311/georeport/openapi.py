"""The description of the API in OpenAPI, made from the field tables and the argument schemas."""

from collections.abc import Iterable
from typing import Any

import orjson
from flask import Flask, Response
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint
from marshmallow import Schema

from open311 import __version__
from open311.georeport.argument_kinds import TEXT, CodeList
from open311.georeport.encoding import encode
from open311.georeport.examples import ANSWER_EXAMPLES, ERROR_EXAMPLES
from open311.georeport.fields import (
    ANSWERS,
    ERRORS,
    EXTENDED,
    SUBMITTED,
    UPDATE_TAKEN,
    Element,
)
from open311.georeport.openapi_forms import (
    JURISDICTION,
    SERVICE_CODE,
    kind_schema,
    report_body,
    update_body,
)
from open311.georeport.schemas import json_schema

PREFIX = "/open311/v2"

_MEDIA_TYPES = {"json": "application/json", "xml": "text/xml"}

_ABOUT = """\
Open311 GeoReport v2 for many cities. `jurisdiction_id` tells the city. Each city also has an
endpoint of its own, `/{slug}/open311/v2`, where the id may be left out, and every endpoint has a
twin for trying, `…/open311/test/v2`, whose requests are kept apart.

An argument that is empty counts as not sent, and one that is not described here is passed over.
Everything that can be got can also be asked for with HEAD; methods that are not described are
answered with 405, and a URL of more than 8,000 bytes with 414. Errors are in the language of
Accept-Language, if that is Polish, English or German.
"""

_ABOUT_UPDATES = """\
What another system says of a request. A key of an account that may update requests of the unit
changes the state; what comes with any other key is kept as a note, with the status that was asked
for. The same update_id again gives the same answer again, and nothing is done twice. Who says it
(email, phone, first_name, last_name, title) is not kept.
"""

LOCALE = {
    "name": "locale",
    "in": "query",
    "description": "Extension: language of the texts; else Accept-Language, else the city's first",
    "schema": TEXT,
    "example": "en",
}
EXTENSIONS = {
    "name": "extensions",
    "in": "query",
    "description": "Extension: `true` adds extended_attributes to each request",
    "schema": TEXT,
    "example": "true",
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of an answer that the client has",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Extension: the same key and body within 24 hours give the first answer again",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
}
_PATH_PARAMETERS = {
    "service_code": {
        "description": "Code of a service",
        "schema": SERVICE_CODE,
        "example": "pothole",
    },
    "service_request_id": {
        "description": "Id of a request",
        "schema": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]+$"},
        "example": "WRO-104273-7",
    },
    "token": {
        "description": "What a batch service gave in place of an id",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        "example": "q1T4hvWjT0mBM1vUBsS2xg8T",
    },
}
_STATUSES = {
    400: "An argument is missing or cannot be used",
    403: "The api_key is missing or not valid here, or the report was not sent over https",
    404: "There is no such jurisdiction, service, request or token",
    413: "The body or the number of fields is too large",
    415: "The body is no form in UTF-8",
    429: "The api_key was used as often in this minute as it may be; nothing is stored",
    500: "A fault of the service; its log tells more under the reference in the description",
    503: "The service cannot answer for now",
}
# What a client may try again after `Retry-After`.
_TO_BE_REPEATED = (429, 503)
# What can happen to every call.
_ANYWHERE = (400, 413, 500, 503)

_HEADERS = {
    "ETag": {
        "description": "Names this answer; to be sent back as If-None-Match",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[!#-~]+"$'},
    },
    "Cache-Control": {
        "description": "An answer may be kept, and used after asking whether it is still right",
        "required": True,
        "schema": {"type": "string", "const": "no-cache"},
    },
    "Link": {
        "description": "Extension: the next page (RFC 8288), when there may be one",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds after which it is worth trying again",
        "required": True,
        "schema": {"type": "integer"},
    },
}
_CACHING = ("ETag", "Cache-Control")


def create_api(app: Flask) -> Api:
    """Return flask-smorest's Api, which collects the description, and its browsable page.

    Args:
        app: the application; the description is at `/open311/v2/openapi.json`, the page beside it.
    """
    app.config.update(
        API_TITLE="Open311 GeoReport v2",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        API_SPEC_OPTIONS={
            "info": {"description": _ABOUT, "license": {"name": "Apache-2.0"}},
            "servers": [{"url": "/"}],
        },
    )
    api = _GeoReportApi(app)
    _add_components(api)
    page = get_swaggerui_blueprint(
        f"{PREFIX}/docs", f"{PREFIX}/openapi.json", {"validatorUrl": None}
    )
    page.after_request(_keep_to_this_host)
    app.register_blueprint(page)
    return api


class _GeoReportApi(Api):  # type: ignore[misc]
    """flask-smorest's Api without its own answer to errors."""

    DEFAULT_ERROR_RESPONSE_NAME = None


def _add_components(api: Api) -> None:
    """Add what the paths refer to, in place of flask-smorest's own errors and pages."""
    components = api.spec.components
    components.schemas.clear()
    for name, element in ANSWERS.items():
        components.schema(name, json_schema(element, xml=True))
    for name, header in _HEADERS.items():
        components.header(name, header)
    for format in _MEDIA_TYPES:
        for status, description in _STATUSES.items():
            response = _response(description, ERRORS, format, ERROR_EXAMPLES[status])
            if status in _TO_BE_REPEATED:
                response["headers"] = _header_references("Retry-After")
            components.response(_error_name(status, format), response)
    unchanged = {
        "description": "The answer that the client has is still right",
        "headers": _header_references(*_CACHING),
    }
    components.response("unchanged", unchanged)


def _keep_to_this_host(response: Response) -> Response:
    """Let the page load from here alone; it starts by a script of its own, and draws with data:."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:"
    )
    return response


def describe(
    answer: Element,
    format: str,
    *,
    arguments: Iterable[dict[str, Any]] = (JURISDICTION,),
    query: type[Schema] | None = None,
    statuses: Iterable[int] = (404,),
    headers: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the description of a GET in one format.

    Args:
        answer: the field table of the answer.
        format: `json` or `xml`.
        arguments: parameters.
        query: the schema of further arguments in the query.
        statuses: of its errors, beside those that any call may have.
        headers: of the answer, beside those for caching.
    """
    searched = _query_parameters(query()) if query else []
    if answer in EXTENDED:
        searched.append(EXTENSIONS)
    success = _response("The answer", answer, format)
    success["headers"] = _header_references(*_CACHING, *headers)
    responses = {"200": success, "304": _reference("responses", "unchanged")}
    return {
        "parameters": [*arguments, *searched, _IF_NONE_MATCH],
        "responses": responses | _errors(statuses, format),
    }


def describe_report(format: str) -> dict[str, Any]:
    """Return the description of POST requests in one format."""
    success = _response("The report is taken in, and will not be lost", SUBMITTED, format)
    return {
        "parameters": [_IDEMPOTENCY_KEY, LOCALE, EXTENSIONS],
        "requestBody": report_body(),
        "responses": {"200": success} | _errors((403, 404, 415, 429), format),
    }


def describe_update(format: str) -> dict[str, Any]:
    """Return the description of POST servicerequestupdates in one format."""
    success = _response("The update is taken in, and will not be lost", UPDATE_TAKEN, format)
    return {
        "description": _ABOUT_UPDATES,
        "requestBody": update_body(),
        "responses": {"200": success} | _errors((403, 404, 415, 429), format),
    }


def path_parameters(rule: str) -> list[dict[str, Any]]:
    """Return the descriptions of the parameters that a path has.

    Args:
        rule: the path, as Flask writes it.
    """
    return [
        {"in": "path", "name": name, **description}
        for name, description in _PATH_PARAMETERS.items()
        if f"<{name}>" in rule
    ]


def _response(description: str, element: Element, format: str, shown: Any = None) -> dict[str, Any]:
    name = _name_of(element)
    written = encode(element, shown or ANSWER_EXAMPLES[name], format)
    example = orjson.loads(written) if format == "json" else written.decode()
    schema: dict[str, Any] = _reference("schemas", name)
    if element in EXTENDED:
        schema = {"anyOf": [schema, _reference("schemas", _name_of(EXTENDED[element]))]}
    content = {"schema": schema, "example": example}
    return {"description": description, "content": {_MEDIA_TYPES[format]: content}}


def _name_of(element: Element) -> str:
    return next(name for name, one in ANSWERS.items() if one is element)


def _errors(statuses: Iterable[int], format: str) -> dict[str, Any]:
    return {
        str(status): _reference("responses", _error_name(status, format))
        for status in sorted({*_ANYWHERE, *statuses})
    }


def _error_name(status: int, format: str) -> str:
    return f"{status}-{format}"


def _header_references(*names: str) -> dict[str, Any]:
    return {name: _reference("headers", name) for name in names}


def _reference(kind: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _query_parameters(schema: Schema) -> list[dict[str, Any]]:
    parameters = []
    for name, kind in schema.fields.items():
        parameter = {"name": name, "in": "query", "schema": kind_schema(kind), **kind.metadata}
        if isinstance(kind, CodeList):
            parameter |= {"style": "form", "explode": False}
        parameters.append(parameter)
    return parameters
