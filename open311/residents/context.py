"""What a call is about: the parts that serve it, whose link it came by, in which language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, g, request
from sqlalchemy import Connection, Engine

from open311.catalogue.registry import Registry
from open311.errors import Forbidden, NotFound
from open311.messages import NOTICE_LANGUAGES, accepted, language_of, spoken
from open311.people.keyring import Keyring
from open311.people.links import Links
from open311.reports.photos import Photos
from open311.reports.publication import Render
from open311.reports.reporters import ReporterKey, find_reporter

PREFIX = "/my"


@dataclass(frozen=True)
class ResidentParts:
    """What `app.py` joins to serve residents.

    Attributes:
        engine: for transactions.
        registry: the catalogues in force.
        keyring: seals who joins, and signs links.
        render: writes the public record of a request.
        photos: the files of photos.
        require_https: whether a call over plain http is refused.
        public_url: scheme and host of our pages; empty: those of each call.
    """

    engine: Engine
    registry: Registry
    keyring: Keyring
    render: Render
    photos: Photos
    require_https: bool
    public_url: str

    @property
    def links(self) -> Links:
        """What signs links and reads them."""
        return Links(self.keyring)


@dataclass(frozen=True)
class Person:
    """Somebody who follows a request: the row of `reporter` that their link is of.

    Attributes:
        key: of the row.
        has_email: whether mail can be sent to them.
        is_unsubscribed: whether none is to be.
    """

    key: ReporterKey
    has_email: bool
    is_unsubscribed: bool


def parts() -> ResidentParts:
    """Return the parts of the application that answers this call."""
    found: ResidentParts = current_app.extensions["residents"]
    return found


def look_at_call() -> None:
    """Look at what every call has: its way, its path, its language.

    Raises:
        Forbidden: it came over plain http, and must not.
        NotFound: the path has a NUL, which no text in the database has.
    """
    g.language = spoken([*_asked(), *_accepted()], NOTICE_LANGUAGES)
    if parts().require_https and not request.is_secure:
        raise Forbidden.of("my-https")
    if "\0" in request.path:
        raise NotFound.of("my-unknown")


def speak(languages: Iterable[str], *, rather: bool = False) -> None:
    """Answer in one of these languages, unless `locale=` names another.

    Args:
        languages: the best first.
        rather: whether they count more than those of the browser.
    """
    wanted = [*languages, *_accepted()] if rather else [*_accepted(), *languages]
    g.language = spoken([*_asked(), *wanted], NOTICE_LANGUAGES)


def language() -> str:
    """Return the language of the answer, one of `NOTICE_LANGUAGES`."""
    found: str = g.language
    return found


def to(path: str) -> str:
    """Return a path of ours with the language that was chosen, if one was."""
    return f"{path}?locale={language()}" if language() in _asked() else path


def read_person(connection: Connection, purpose: str, token: str) -> Person:
    """Return whose link it is, and answer in their language.

    Args:
        connection: any.
        purpose: of the link.
        token: what stands in it.

    Raises:
        BadRequest: the link was not made here for that purpose.
        NotFound: their data are erased.
    """
    said = cast(list[Any], parts().links.read(purpose, token))
    key = ReporterKey(*said[:3])
    row = find_reporter(connection, key)
    if row is None or row.erased_datetime:
        raise NotFound.of("my-gone")
    speak([row.language], rather=True)
    return Person(
        key=key,
        has_email=row.email_index is not None,
        is_unsubscribed=row.unsubscribed_datetime is not None,
    )


def _asked() -> list[str]:
    return [*map(language_of, request.args.getlist("locale"))]


def _accepted() -> list[str]:
    return accepted(request.accept_languages)
