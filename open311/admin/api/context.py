"""What a call is about: the parts that serve it, who calls, which revision they go by."""

import re
from dataclasses import dataclass

from flask import current_app, g, request
from sqlalchemy import Engine

from open311.access.rights import Actor
from open311.access.using import use_key
from open311.catalogue.registry import Registry
from open311.database.reading import Reader
from open311.errors import (
    BadRequest,
    Forbidden,
    PreconditionRequired,
    Unauthorized,
    echo,
)
from open311.messages import accepted, spoken
from open311.people.keyring import Keyring
from open311.reports.photos import Photos
from open311.reports.publication import Render

# A proxy that compresses makes an ETag weak; the revision in it is the same.
_REVISION = re.compile(r'(?:W/)?"([1-9]\d{0,8})"')


@dataclass(frozen=True)
class AdminParts:
    """What `app.py` joins to serve administrators.

    Attributes:
        engine: for transactions.
        keys: looks API keys up and counts their use.
        render: writes the public record of a request.
        require_https: whether a call over plain http is refused.
        registry: the catalogues in force.
        photos: keeps the photos of requests.
        keyring: opens who reported.
        max_upload_bytes: how much a form with photos may have.
    """

    engine: Engine
    keys: Reader
    render: Render
    require_https: bool
    registry: Registry
    photos: Photos
    keyring: Keyring
    max_upload_bytes: int


def parts() -> AdminParts:
    """Return the parts of the application that answers this call."""
    found: AdminParts = current_app.extensions["admin"]
    return found


def authenticate() -> None:
    """Find out who calls, before anything else of the call is looked at.

    Raises:
        Unauthorized: no key was sent, or one that is unknown, revoked or expired.
        Forbidden: the key is of nobody's account; or it came over plain http.
        TooManyCalls: it was used as often in this minute as it may be.
    """
    if parts().require_https and not request.is_secure:
        raise Forbidden.of("admin-https")
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Unauthorized.of("bearer-missing")
    used = use_key(parts().keys, key.strip())
    if used is None:
        raise Unauthorized.of("bearer-invalid")
    if used.actor is None:
        raise Forbidden.of("bearer-reports")
    g.actor = used.actor


def actor() -> Actor:
    """Return who calls."""
    found: Actor = g.actor
    return found


def error_language() -> str:
    """Return the language for what goes wrong: that of Accept-Language, else English."""
    return spoken(accepted(request.accept_languages))


def expected_revision() -> int:
    """Return the revision, or version of a request, that who calls goes by (`If-Match`).

    Raises:
        PreconditionRequired: it was not sent.
        BadRequest: it names no revision.
    """
    sent = request.headers.get("If-Match")
    if sent is None:
        raise PreconditionRequired.of("if-match-missing")
    named = _REVISION.fullmatch(sent.strip())
    if named is None:
        raise BadRequest.of("if-match", value=echo(sent))
    return int(named[1])
