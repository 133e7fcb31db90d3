"""What clients need below the protocol: slashes that do not matter, and CORS."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SLASHES = re.compile("/{2,}")

# Pages of any origin may call the API, without credentials (D-22).
_OF_EVERY_ANSWER = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Retry-After"),
    ("X-Content-Type-Options", "nosniff"),
]


class Transport:
    """Middleware around the application.

    Several slashes in a path are read as one (D-14). Every answer gets the headers of CORS here,
    where they are two tuples more, and not in Flask, where they took a twentieth of a short answer.

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

        def start(
            status: str, headers: list[tuple[str, str]], error: Any = None
        ) -> "Callable[[bytes], object]":
            return start_response(status, headers + _OF_EVERY_ANSWER, error)

        return self._application(environ, start)
