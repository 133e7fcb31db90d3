"""The application that answers administrators: its own, beside that of GeoReport.

It has its own errors, limits and description, and nothing of it acts on a call of GeoReport.
"""

from typing import Any

import orjson
from flask import Flask, Response
from flask.json.provider import JSONProvider
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

from open311 import __version__
from open311.admin.api.blueprint import PREFIX, JurisdictionId, register_calls
from open311.admin.api.context import AdminParts
from open311.admin.api.failures import register_failures
from open311.admin.api.requests.finding import RequestName
from open311.admin.api.schemas import Errors

_ABOUT = """\
What the `open311` command does, for pages and other tools. Every call takes the key of an account,
made with the scope `administer`: `Authorization: Bearer o311_…`. What it may do follows from the
roles of the account. To change requests it needs the scope `update`, and to see who reported them
`read_personal`.

Errors are in the language of Accept-Language, if that is Polish, English or German; what is wrong
with a configuration is told in English.
"""


class _Json(JSONProvider):
    """Flask's JSON, by orjson."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)


class _AdminApi(Api):  # type: ignore[misc]
    """flask-smorest's Api, which describes our errors for every call."""

    ERROR_SCHEMA = Errors


def create_admin_api(parts: AdminParts) -> Flask:
    """Return the application.

    Args:
        parts: what serves its calls.
    """
    app = Flask("open311.admin.api", static_folder=None)
    app.json = _Json(app)
    app.url_map.strict_slashes = False
    app.url_map.converters["jurisdiction"] = JurisdictionId
    app.url_map.converters["request"] = RequestName
    app.extensions["admin"] = parts
    app.config.update(
        API_TITLE="Open311 administration",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        API_SPEC_OPTIONS={
            "info": {"description": _ABOUT, "license": {"name": "Apache-2.0"}},
            "servers": [{"url": "/"}],
            "security": [{"key": []}],
        },
    )
    api = _AdminApi(app)
    api.register_converter(JurisdictionId, _described)
    api.register_converter(RequestName, _described_name)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    register_calls(api)
    app.register_blueprint(
        get_swaggerui_blueprint(f"{PREFIX}/docs", f"{PREFIX}/openapi.json", {"validatorUrl": None})
    )
    register_failures(app)
    app.after_request(_protect)
    return app


def _described(_: JurisdictionId) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{JurisdictionId.regex}$", "example": "wroclaw.pl"}


def _described_name(_: RequestName) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{RequestName.regex}$", "example": "WRO-104273-7"}


def _protect(response: Response) -> Response:
    """Let nobody keep an answer, and no browser take it for what it is not."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self' 'unsafe-inline'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    )
    return response
