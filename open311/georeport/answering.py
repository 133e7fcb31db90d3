"""Answers on their way out: media type, ETag, 304."""

import hashlib
from functools import lru_cache
from typing import Any

from flask import Response, request

from open311.georeport.encoding import CONTENT_TYPES, encode
from open311.georeport.fields import Element

# A cached answer may be used after asking whether it is still right, never without asking.
_CACHING = "no-cache"


def answer(element: Element, value: Any, format: str, status: int = 200) -> Response:
    """Encode an answer and send it."""
    body = encode(element, value, format)
    if status != 200 or request.method == "POST":
        return Response(body, status, content_type=CONTENT_TYPES[format])
    return answer_ready(body, etag_of(body), format)


def answer_ready(body: bytes, etag: str, format: str) -> Response:
    """Send an answer that is encoded already, or 304 when the client has it.

    Args:
        body: the whole answer.
        etag: names exactly this body.
        format: `json` or `xml`.
    """
    return not_modified(etag) or with_etag(Response(body, content_type=CONTENT_TYPES[format]), etag)


def not_modified(etag: str) -> Response | None:
    """Return a 304 if the client has what the ETag names, for the answer to be left unmade."""
    if request.if_none_match.contains_weak(etag):
        return with_etag(Response(status=304), etag)
    return None


def with_etag(response: Response, etag: str) -> Response:
    """Add what lets a client ask again cheaply."""
    response.headers["ETag"] = f'"{etag}"'
    response.headers["Cache-Control"] = _CACHING
    return response


@lru_cache(maxsize=256)
def etag_of(body: bytes) -> str:
    """Return a strong ETag for a body."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()
