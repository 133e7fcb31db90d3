"""What clients need below the protocol: slashes that do not matter, and CORS."""

import re
from typing import TYPE_CHECKING

from flask import Flask, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SLASHES = re.compile("/{2,}")


class OneSlash:
    """Middleware that reads several slashes in a path as one (D-14).

    Args:
        application: what answers.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        if "//" in environ["PATH_INFO"]:
            environ["PATH_INFO"] = _SLASHES.sub("/", environ["PATH_INFO"])
        return self._application(environ, start_response)


def add_cors(app: Flask) -> None:
    """Let pages of any origin call the API, without credentials (D-22)."""

    @app.after_request
    def allow_any_origin(response: Response) -> Response:
        headers = response.headers
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = "ETag, Link"
        headers["X-Content-Type-Options"] = "nosniff"
        if response.status_code == 204:
            headers["Access-Control-Allow-Methods"] = headers.get("Allow", "")
            headers["Access-Control-Allow-Headers"] = (
                "Accept-Language, Content-Type, Idempotency-Key, If-None-Match"
            )
            headers["Access-Control-Max-Age"] = "86400"
        return response
