"""A client that checks every answer it sees against the schemas in `schemas/georeport-v2/`."""

import json
import re
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from lxml import etree
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request

from open311.settings import CHECKOUT

SCHEMAS = CHECKOUT / "schemas" / "georeport-v2"

_SCHEMA_OF_PATH = (
    (r"/discovery", "discovery"),
    (r"/jurisdictions", "jurisdictions"),
    (r"/services", "services"),
    (r"/services/.+", "service_definition"),
    (r"/requests(/.+)?", "service_requests"),
    (r"/tokens/.+", "tokens"),
    (r"/servicerequestupdates", "updates"),
)


class CheckingClient(FlaskClient):
    """Flask's test client; an answer that does not fit its schema fails the test."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        request = response.request
        # A large body lies in a file of the client's, which would be closed by chance.
        request.environ["wsgi.input"].close()
        name, _, format = re.sub("/+", "/", request.path).rpartition(".")
        if request.method != "HEAD" and response.status_code not in (204, 304):
            if response.status_code >= 400:
                check_answer("errors", response.data, format if format == "json" else "xml")
            elif format in ("json", "xml"):
                schema = _schema_name(request.method, name, _is_extended(request, kwargs))
                check_answer(schema, response.data, format)
        return response


def check_answer(schema: str, body: bytes, format: str) -> None:
    """Check a body against the JSON Schema or the XSD of an answer."""
    if format == "json":
        _json_validator(schema).validate(json.loads(body))
    else:
        _xsd(schema).assertValid(etree.fromstring(body))


def _is_extended(request: Request, sent: dict[str, Any]) -> bool:
    """Tell whether a call asks for extensions, in its query or its form."""
    form = sent.get("data")
    asked = [request.args.get("extensions"), isinstance(form, dict) and form.get("extensions")]
    return "true" in [str(word).lower() for word in asked]


def _schema_name(method: str, path: str, extended: bool = False) -> str:
    name = _plain_name(method, path)
    return f"{name}_extended" if extended and name in ("service_requests", "submitted") else name


def _plain_name(method: str, path: str) -> str:
    if method == "POST":
        return "update_taken" if path.endswith("/servicerequestupdates") else "submitted"
    found = [
        name for rule, name in _SCHEMA_OF_PATH if re.search(f"/(v2|test|open311){rule}$", path)
    ]
    if not found:
        raise AssertionError(f"{path} has no schema")
    return found[-1]


@cache
def _json_validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text()))


@cache
def _xsd(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMAS / f"{name}.xsd")))
