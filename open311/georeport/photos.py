"""Photos as they are sent: by addresses that never change and never show anything else."""

import logging

import orjson
from flask import Blueprint, Response, request

from open311.errors import NotFound, echo
from open311.georeport.context import base_url, parts, take_endpoint
from open311.georeport.encoding import escape
from open311.reports.photos import HOST, PHOTOS_PATH, THUMBNAIL, WHOLE

log = logging.getLogger(__name__)

_HOST = HOST.encode()
_YEAR = 365 * 24 * 60 * 60


def at_this_host(body: bytes, format: str) -> bytes:
    """Return an answer with the addresses of photos as who asks can reach them.

    Args:
        body: of records as they are stored.
        format: `json` or `xml`.
    """
    if _HOST not in body:
        return body
    base = base_url()
    written = orjson.dumps(base)[1:-1] if format == "json" else escape(base).encode()
    return body.replace(_HOST, written)


def photos_blueprint() -> Blueprint:
    """Return what answers below `/open311/photos`."""
    blueprint = Blueprint("photos", __name__)
    blueprint.url_value_preprocessor(take_endpoint)
    blueprint.add_url_rule(f"{PHOTOS_PATH}/<jurisdiction_id>/<name>.jpg", "photo", get_photo)
    return blueprint


def get_photo(jurisdiction_id: str, name: str) -> Response:
    """Send a photo of a public request, or its thumbnail; ours."""
    photo_id = name.removesuffix(THUMBNAIL)
    size = WHOLE if photo_id == name else THUMBNAIL
    digest = parts().photos.public_digest(jurisdiction_id, photo_id)
    if digest is None:
        raise NotFound.of("photo-unknown", value=echo(name))
    etag = digest[:32] + size
    response = Response(content_type="image/jpeg")
    response.set_etag(etag)
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR
    response.cache_control.immutable = True
    # A picture is all that it can be, whatever somebody finds a way to put into one.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if request.if_none_match.contains_weak(etag):
        response.status_code = 304
        return response
    content = parts().photos.content(jurisdiction_id, photo_id, size)
    if content is None:
        log.error("The file of the photo %s of %s is lost.", photo_id, jurisdiction_id)
        raise NotFound.of("photo-unknown", value=echo(name))
    response.set_data(content)
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response
