"""Pictures that a client only pointed to: fetched later, and kept like those that are sent.

What is not fetched, or is no picture, stays a link. A link of a stranger that leads nowhere is no
fault of ours, so it ends no job as dead.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

import orjson
from sqlalchemy import Connection, select, text

from open311.catalogue.registry import Registry
from open311.database import tables
from open311.errors import Unavailable
from open311.jobs.queueing import queue
from open311.media.cleaning import MOST_BYTES, Photo, Picture, UnusableError, clean
from open311.outbound.failures import AddressRefused, OutboundError, TooLong
from open311.outbound.web import Web
from open311.reports.attaching import add_photos
from open311.reports.changing import Author, Change, apply_change, lock_if_there
from open311.reports.model import ServiceRequest
from open311.reports.photos import HOST, KeptPhoto, Photos
from open311.reports.publication import Render

log = logging.getLogger(__name__)

FETCH_MEDIA = "fetch_media"

_SECONDS = 30
_REDIRECTS = 3
_HEADERS = 16_384

# Asked again after as long each time; then it stays a link.
_WAIT = timedelta(minutes=10)
_ATTEMPTS = 4

# One after the other, and so are those that are asked again: links to servers that say nothing
# would otherwise hold all threads. As each waits as long, none waits for one that is due later.
_FIRST, _AGAIN = FETCH_MEDIA, f"{FETCH_MEDIA} again"

_FETCHED = text("""
    SELECT FROM job WHERE lock = :lock AND arguments @> cast(:key AS jsonb) LIMIT 1
""")


def queue_fetches(connection: Connection, request: ServiceRequest) -> None:
    """Have all that a request points to fetched, if it is of the production endpoint.

    Args:
        connection: in the transaction that writes the request.
        request: as it is written.
    """
    if request.endpoint_type == "test":
        return
    key = {"jurisdiction_id": request.jurisdiction_id, "number": request.number}
    for position, url in enumerate(request.media_urls):
        if not url.startswith(HOST):
            queue(connection, FETCH_MEDIA, key | {"position": position}, lock=_FIRST)


def waits_for_media(connection: Connection, jurisdiction_id: str, number: int) -> bool:
    """Tell whether something that a request points to is still to be asked for, or is just now."""
    key = orjson.dumps({"jurisdiction_id": jurisdiction_id, "number": number}).decode()
    return connection.execute(_FETCHED, {"lock": _FIRST, "key": key}).first() is not None


@dataclass(frozen=True)
class Fetching:
    """Fetches what requests point to.

    Attributes:
        registry: the catalogues in force.
        render: writes the public record.
        web: calls the addresses.
        photos: keeps what is a picture.
        public_url: of this service, where nothing is fetched; empty: not known.
    """

    registry: Registry
    render: Render
    web: Web
    photos: Photos
    public_url: str

    def fetch(
        self,
        connection: Connection,
        *,
        jurisdiction_id: str,
        number: int,
        position: int,
        attempt: int = 1,
    ) -> None:
        """Fetch what a request points to, and put a photo in its place if it is a picture.

        Args:
            connection: in a transaction, which the caller commits.
            jurisdiction_id: where the request is.
            number: of the request.
            position: of the URL among those of the request.
            attempt: which this is.

        Raises:
            Unavailable: the storage of photos is away.
        """
        url = _url_of(connection, jurisdiction_id, number, position)
        if url is None or (self.public_url and url.startswith(f"{self.public_url}/")):
            return
        try:
            photo = self._photo_at(url)
        except _AgainError:
            if attempt < _ATTEMPTS:
                key = {"jurisdiction_id": jurisdiction_id, "number": number, "position": position}
                again = key | {"attempt": attempt + 1}
                run_at = datetime.now(UTC) + _WAIT
                queue(connection, FETCH_MEDIA, again, run_at=run_at, lock=_AGAIN)
            return
        if photo is None:
            return
        # Before the request is locked: a slow storage keeps nobody else waiting.
        [kept] = self.photos.keep(jurisdiction_id, [photo])
        if not self._replace(connection, kept, url, jurisdiction_id, number, position):
            with suppress(Unavailable):
                self.photos.discard(jurisdiction_id, [kept])

    def _photo_at(self, url: str) -> Photo | None:
        """Return the picture at an address; None: it stays a link."""
        try:
            answer = self.web.fetch(
                url, redirects=_REDIRECTS, seconds=_SECONDS, longest=MOST_BYTES + _HEADERS
            )
        except (AddressRefused, TooLong) as error:
            log.info("A link of a report stays a link: %s", error)
            return None
        except OutboundError:
            raise _AgainError from None
        if answer.status != 200:
            raise _AgainError
        try:
            # Whatever the server says that it is.
            return clean(Picture("", len(answer.body), BytesIO(answer.body)))
        except UnusableError:
            return None

    def _replace(
        self,
        connection: Connection,
        kept: KeptPhoto,
        url: str,
        jurisdiction_id: str,
        number: int,
        position: int,
    ) -> bool:
        """Put a photo in the place of a URL; nothing happens if that is not there any more."""
        locked = lock_if_there(connection, self.registry, jurisdiction_id, number)
        if locked is None:
            return False
        urls = list(locked.request.media_urls)
        if urls[position : position + 1] != [url]:
            return False
        urls[position : position + 1] = add_photos(connection, locked.request, [kept])
        change = Change("attached", media_urls=urls)
        apply_change(connection, locked, change, Author("system"), self.render)
        return True


class _AgainError(Exception):
    """It may be there later."""


def _url_of(connection: Connection, jurisdiction_id: str, number: int, position: int) -> str | None:
    """Return a URL that a request points to; None: there is none, or a photo of ours."""
    table = tables.service_request
    query = select(table.c.media_urls).where(
        table.c.jurisdiction_id == jurisdiction_id, table.c.number == number
    )
    urls = connection.scalar(query) or ()
    found = urls[position] if position < len(urls) else None
    return None if found is None or found.startswith(HOST) else found
