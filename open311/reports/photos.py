"""The photos of requests: taken in with a report, shown when the request is public, swept."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Engine, select

from open311.database import tables
from open311.database.reading import Reader
from open311.errors import Problem
from open311.media.cleaning import Photo, Picture, UnusableError, clean
from open311.media.storing import PhotoStore
from open311.reports.model import ServiceRequest

# Stands for scheme and host in what is stored, since these are known only when somebody asks.
# DEL is in no text: whatever takes texts in refuses it.
HOST = "\x7f"

# Neither the city's part of the paths nor the endpoint is in it: an address is good for ever.
PHOTOS_PATH = "/open311/photos"

WHOLE, THUMBNAIL = "", ".thumb"

_KEY = re.compile(r"([^/]+)/[0-9a-f]{2}/([0-9a-f]{32})(?:\.thumb)?\.jpg")
_BATCH = 1000

# What came with a note for officers alone is not shown, though its request is.
_PUBLIC = """
    SELECT digest FROM photo JOIN service_request USING (jurisdiction_id, number)
    WHERE jurisdiction_id = $1 AND photo_id = $2 AND public_json IS NOT NULL
      AND ($3 = ANY(media_urls) OR EXISTS (
          SELECT FROM request_event AS event
          WHERE event.jurisdiction_id = $1 AND event.number = photo.number
            AND event.visibility = 'public' AND $3 = ANY(event.media_urls)
      ))
"""


@dataclass(frozen=True)
class KeptPhoto:
    """A photo that is stored: what the database says of it, but for its request."""

    photo_id: str
    width: int
    height: int
    bytes: int
    digest: str


class Photos:
    """Keeps the files of photos, and finds those that are public.

    Args:
        store: where the files are.
        reader: where it is read whether a photo is public.
    """

    def __init__(self, store: PhotoStore, reader: Reader) -> None:
        self._store = store
        self._reader = reader

    def keep(self, jurisdiction_id: str, photos: Iterable[Photo]) -> list[KeptPhoto]:
        """Store photos. When this returns, they are durable, and nobody can see them yet.

        Raises:
            Unavailable: the storage is away; what is there already is swept later.
        """
        kept = []
        for photo in photos:
            digest = hashlib.sha256(photo.content).hexdigest()
            # Not to be guessed: photos of requests that are not public lie beside the others.
            one = KeptPhoto(
                secrets.token_hex(16), photo.width, photo.height, len(photo.content), digest
            )
            self._store.put(_key(jurisdiction_id, one.photo_id, WHOLE), photo.content)
            self._store.put(_key(jurisdiction_id, one.photo_id, THUMBNAIL), photo.thumbnail)
            kept.append(one)
        return kept

    def discard(self, jurisdiction_id: str, kept: Iterable[KeptPhoto]) -> None:
        """Delete the files of photos that no request has come to have."""
        self._store.delete(
            _key(jurisdiction_id, one.photo_id, size) for one in kept for size in (WHOLE, THUMBNAIL)
        )

    def public_digest(self, jurisdiction_id: str, photo_id: str) -> str | None:
        """Return what names the content of a photo; None: there is none in public."""
        address = _address(jurisdiction_id, photo_id)
        rows = self._reader.rows(_PUBLIC, (jurisdiction_id, photo_id, address))
        return rows[0][0].decode() if rows else None

    def content(self, jurisdiction_id: str, photo_id: str, size: str) -> bytes | None:
        """Return a file of a photo; None: it has been lost.

        Args:
            jurisdiction_id: where the request is.
            photo_id: of a photo that is public, which is for the caller to see to.
            size: `WHOLE` or `THUMBNAIL`.

        Raises:
            Unavailable: the storage is away.
        """
        return self._store.get(_key(jurisdiction_id, photo_id, size))


def clean_all(pictures: Iterable[Picture]) -> tuple[list[Photo], list[Problem]]:
    """Make photos of pictures, and tell of each that is none."""
    photos, problems = [], []
    for picture in pictures:
        try:
            photos.append(clean(picture))
        except UnusableError as error:
            problems.append(error.problem(picture.name))
    return photos, problems


def photo_address(jurisdiction_id: str, photo: KeptPhoto) -> str:
    """Return the URL of a photo as it is stored, with `HOST` in the place of scheme and host."""
    return _address(jurisdiction_id, photo.photo_id)


def shown_photos(
    request: ServiceRequest, events: Iterable[Any], photos: Iterable[KeptPhoto]
) -> list[KeptPhoto]:
    """Return the photos of a request that did not come with a note for officers alone.

    Args:
        request: the request.
        events: rows of `request_event`, all that it has.
        photos: all that it has.
    """
    shown = set(request.media_urls)
    for event in events:
        if event.visibility == "public":
            shown |= {*(event.media_urls or ())}
    return [one for one in photos if photo_address(request.jurisdiction_id, one) in shown]


def kept_photo(row: Any) -> KeptPhoto:
    """Return the value of a row of `photo`."""
    return KeptPhoto(row.photo_id, row.width, row.height, row.bytes, row.digest)


def photo_rows(
    jurisdiction_id: str, number: int, photos: Sequence[KeptPhoto], first: int = 0
) -> list[dict[str, Any]]:
    """Return the rows of photos of a request; `first` is the position of the first of them."""
    key = {"jurisdiction_id": jurisdiction_id, "number": number}
    return [key | {"position": place} | asdict(photo) for place, photo in enumerate(photos, first)]


def sweep(engine: Engine, store: PhotoStore, *, delete: bool) -> int:
    """Find files that belong to no request, since a process was killed or the database went away.

    Args:
        engine: of the database that knows all photos of this storage.
        store: where the files are. What is not named like a photo's is left alone.
        delete: whether to delete them.

    Returns:
        How many there were that are older than a day; younger ones may be about to be written.
    """
    number = 0
    files = _old_files(store)
    while batch := list(islice(files, _BATCH)):
        known = _known(engine, batch)
        orphans = [file.key for file in batch if (file.jurisdiction_id, file.photo_id) not in known]
        if delete:
            store.delete(orphans)
        number += len(orphans)
    return number


class _File(NamedTuple):
    key: str
    jurisdiction_id: str
    photo_id: str


def _old_files(store: PhotoStore) -> Iterator[_File]:
    before = datetime.now(UTC) - timedelta(days=1)
    for key, written in store.listed():
        found = _KEY.fullmatch(key)
        if found and written < before:
            yield _File(key, found[1], found[2])


def _known(engine: Engine, files: Iterable[_File]) -> set[tuple[str, str]]:
    """Return which of the photos with these files the database knows: jurisdiction and id."""
    table = tables.photo
    asked: dict[str, set[str]] = {}
    for file in files:
        asked.setdefault(file.jurisdiction_id, set()).add(file.photo_id)
    known = set()
    with engine.connect() as connection:
        for jurisdiction_id, ids in asked.items():
            query = select(table.c.photo_id).where(
                table.c.jurisdiction_id == jurisdiction_id, table.c.photo_id.in_(ids)
            )
            known |= {(jurisdiction_id, one) for one in connection.scalars(query)}
    return known


def _address(jurisdiction_id: str, photo_id: str) -> str:
    return f"{HOST}{PHOTOS_PATH}/{jurisdiction_id}/{photo_id}.jpg"


def _key(jurisdiction_id: str, photo_id: str, size: str) -> str:
    return f"{jurisdiction_id}/{photo_id[:2]}/{photo_id}{size}.jpg"
