"""The description of the API in OpenAPI, made from the field tables and the argument schemas."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Response
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint
from marshmallow import Schema

from open311 import __version__
from open311.georeport.argument_kinds import CodeList
from open311.georeport.arguments import SubmissionArguments
from open311.georeport.fields import ANSWERS, Element
from open311.georeport.schemas import json_schema

PREFIX = "/open311/v2"

_MEDIA_TYPES = {"json": "application/json", "xml": "text/xml"}

_ABOUT = """\
Open311 GeoReport v2 for many cities. `jurisdiction_id` tells the city. Each city also has an
endpoint of its own, `/{slug}/open311/v2`, where the id may be left out, and every endpoint has a
twin for trying, `…/open311/test/v2`, whose requests are kept apart.
"""

_JURISDICTION = {
    "name": "jurisdiction_id",
    "in": "query",
    "required": True,
    "description": "The city, such as wroclaw.pl or krakow.pl",
    "schema": {"type": "string"},
}
LOCALE = {
    "name": "locale",
    "in": "query",
    "description": "Extension: language of the texts; else Accept-Language, else the city's first",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Extension: the same key and body within 24 hours give the first answer again",
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
}
_STATUSES = {
    400: "An argument is missing or cannot be used",
    403: "The api_key is missing or not valid here",
    404: "There is no such jurisdiction, service, request or token",
    405: "The resource has no such method",
    413: "The body or the number of fields is too large",
    415: "The body is no form",
}


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
    api = Api(app)
    for name, element in ANSWERS.items():
        api.spec.components.schema(name, json_schema(element, xml=True))
    page = get_swaggerui_blueprint(
        f"{PREFIX}/docs", f"{PREFIX}/openapi.json", {"validatorUrl": None}
    )
    page.after_request(_keep_to_this_host)
    app.register_blueprint(page)
    return api


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
    arguments: Iterable[dict[str, Any]] = (),
    query: type[Schema] | None = None,
    statuses: Iterable[int] = (400, 404),
    of_jurisdiction: bool = True,
) -> dict[str, Any]:
    """Return the description of one method in one format.

    Args:
        answer: the field table of the answer.
        format: `json` or `xml`.
        arguments: parameters beside the jurisdiction's.
        query: the schema of the query's arguments.
        statuses: of its errors.
        of_jurisdiction: whether it takes `jurisdiction_id`.
    """
    parameters = [_JURISDICTION] if of_jurisdiction else []
    parameters += list(arguments)
    if query:
        parameters += _query_parameters(query())
    responses: dict[str, Any] = {"200": _response("The answer", answer, format)}
    for status in statuses:
        responses[str(status)] = _response(_STATUSES[status], ANSWERS["errors"], format)
    return {"parameters": parameters, "responses": responses}


def describe_post(answer: Element, format: str) -> dict[str, Any]:
    """Return the description of POST requests in one format."""
    form = {
        "type": "object",
        "required": ["api_key", "service_code"],
        "properties": {
            "api_key": {"type": "string"},
            **{name: _kind_schema(kind) for name, kind in SubmissionArguments().fields.items()},
        },
        # attribute[CODE]=value, and attribute[CODE][]=value for several
        "additionalProperties": {"type": "string"},
        "anyOf": [
            {"required": ["lat", "long"]},
            {"required": ["address_string"]},
            {"required": ["address_id"]},
        ],
    }
    description = describe(
        answer, format, arguments=[_IDEMPOTENCY_KEY, LOCALE], statuses=(400, 403, 404, 413, 415)
    )
    content = {"schema": form}
    description["requestBody"] = {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": content,
            "multipart/form-data": content,
        },
    }
    return description


def _response(description: str, element: Element, format: str) -> dict[str, Any]:
    name = next(name for name, one in ANSWERS.items() if one is element)
    reference = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    return {"description": description, "content": {_MEDIA_TYPES[format]: reference}}


def _query_parameters(schema: Schema) -> list[dict[str, Any]]:
    parameters = []
    for name, kind in schema.fields.items():
        parameter: dict[str, Any] = {"name": name, "in": "query", "schema": _kind_schema(kind)}
        description = kind.metadata.get("description")
        if description:
            parameter["description"] = description
        if isinstance(kind, CodeList):
            parameter |= {"style": "form", "explode": False}
        parameters.append(parameter)
    return parameters


def _kind_schema(kind: Any) -> dict[str, Any]:
    schema: dict[str, Any] = dict(kind.openapi)
    if "description" in kind.metadata:
        schema["description"] = kind.metadata["description"]
    return schema
