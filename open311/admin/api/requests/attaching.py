"""Photos that officers send: cleaned as those of reports are, stored before anything is said."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import request as call

from open311.admin.api.applying import Answer, Headers, etag
from open311.admin.api.context import parts
from open311.admin.api.requests.describing import describe
from open311.admin.api.requests.finding import (
    author,
    expected_version,
    lock_named,
    read_named,
)
from open311.admin.api.requests.schemas import LONGEST_NOTE
from open311.catalogue.printable import is_printable
from open311.errors import BadRequest, ClientError, Problem, Unavailable, UnsupportedBody
from open311.media.cleaning import Photo
from open311.media.receiving import MOST_FILES, Parts, take_apart
from open311.reports.attaching import attach
from open311.reports.changing import require_version
from open311.reports.photos import clean_all

_MOST_PARTS = 20
# A note in UTF-8, and the names of the parts.
_LONGEST_TEXT = 4 * LONGEST_NOTE + 10_000


def post_photos(jurisdiction_id: str, name: str) -> tuple[Answer, Headers]:
    """Add photos to a request; they are as public as it is."""
    expected = expected_version()
    # Looked at first and changed after: while pictures are cleaned, which takes seconds, nobody
    # waits for a lock.
    with parts().engine.connect() as connection:
        request = read_named(connection, "update_requests", jurisdiction_id, name)
        require_version(request, expected)
    with _form() as form:
        note = _note(form)
        photos = _clean(form)
    kept = parts().photos.keep(jurisdiction_id, photos)
    try:
        with parts().engine.begin() as connection:
            locked = lock_named(connection, jurisdiction_id, name, expected)
            changed = attach(connection, locked, kept, note, author(), parts().render)
    except ClientError:
        # Whatever else goes wrong, they may have been written: the sweep will tell.
        with suppress(Unavailable):
            parts().photos.discard(jurisdiction_id, kept)
        raise
    return describe(changed.request, locked.catalogue), etag(changed.request.version)


@contextmanager
def _form() -> Iterator[Parts]:
    if call.mimetype != "multipart/form-data":
        raise UnsupportedBody.of("body-multipart-type")
    form = take_apart(call, parts().max_upload_bytes, _LONGEST_TEXT, _MOST_PARTS)
    try:
        yield form
    finally:
        for picture in form.files:
            picture.file.close()


def _note(form: Parts) -> str | None:
    texts = [text.replace("\r\n", "\n").strip() for name, text in form.fields if name == "note"]
    note = "\n".join(filter(None, texts))
    if not is_printable(note):
        raise BadRequest.of("control-characters", name="note")
    if len(note) > LONGEST_NOTE:
        values = {"parameter": "note", "length": len(note), "longest": LONGEST_NOTE}
        raise BadRequest.of("too-long", **values)
    return note or None


def _clean(form: Parts) -> list[Photo]:
    if not form.files:
        raise BadRequest.of("picture-missing")
    photos, problems = clean_all(form.files[:MOST_FILES])
    if len(form.files) > MOST_FILES:
        values = {"number": len(form.files), "most": MOST_FILES}
        problems.append(Problem("pictures-too-many", values))
    if problems:
        raise BadRequest(problems)
    return photos
