"""The application: the one place where the parts are joined, in the order in which they act."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Response
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from open311.admin.api.application import create_admin_api
from open311.admin.api.blueprint import PREFIX as ADMIN_PREFIX
from open311.admin.api.context import AdminParts
from open311.catalogue.registry import Registry
from open311.database.engine import counting_engine, read_engine, transaction_engine
from open311.database.location import database_url
from open311.database.reading import Reader
from open311.georeport.blueprint import register_georeport
from open311.georeport.context import Parts
from open311.georeport.encoding import render_request
from open311.georeport.failures import register_failures
from open311.georeport.openapi import create_api
from open311.georeport.transport import Transport
from open311.media.location import photo_store
from open311.people.keyring import Keyring
from open311.people.location import keyring
from open311.reports.intake import Intake
from open311.reports.photos import Photos
from open311.reports.search import RequestSearch
from open311.reports.updates import Updates
from open311.residents.application import create_residents_app
from open311.residents.context import PREFIX as RESIDENTS_PREFIX
from open311.residents.context import ResidentParts
from open311.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Application(Flask):
    """Flask, with the answer to OPTIONS that D-21 wants."""

    def make_default_options_response(self) -> Response:
        """Answer OPTIONS: the methods of the resource, for pages of other origins too."""
        response: Response = super().make_default_options_response()
        response.status_code = 204
        response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
        response.headers["Access-Control-Allow-Headers"] = (
            "Accept-Language, Content-Type, Idempotency-Key, If-None-Match"
        )
        response.headers["Access-Control-Max-Age"] = "86400"
        return response


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application.

    Args:
        settings: those of the environment when not given.

    Raises:
        SettingsError: the environment cannot be used.
    """
    settings = settings or read_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
    app = Application("open311", static_folder=None)
    # A second slash is a slip of a client that joins paths; a redirect would lose its POST (D-14).
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    url = database_url(settings)
    engine = transaction_engine(url, settings.threads)
    keys = Reader(counting_engine(url, settings.threads))
    ring = keyring(settings)
    georeport = _georeport_parts(settings, engine, keys, ring)
    app.extensions["georeport"] = georeport
    register_georeport(app, create_api(app))
    register_failures(app)
    admin = create_admin_api(_admin_parts(settings, engine, georeport, ring))
    residents = create_residents_app(_resident_parts(settings, engine, georeport, ring))
    app.wsgi_app = _side_by_side(  # type: ignore[assignment, method-assign]
        {ADMIN_PREFIX: admin, RESIDENTS_PREFIX: residents}, Transport(app.wsgi_app)
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    return app


def _georeport_parts(settings: Settings, engine: Engine, keys: Reader, ring: Keyring) -> Parts:
    # The catalogue and the keys decide what is accepted: they are never read from a replica.
    primary = Reader(read_engine(database_url(settings), settings.threads))
    replica_url = settings.database_read_url
    replica = Reader(read_engine(replica_url, settings.threads)) if replica_url else primary
    registry = Registry(engine, primary)
    photos = Photos(photo_store(settings), replica)
    return Parts(
        registry=registry,
        search=RequestSearch(replica),
        intake=Intake(
            engine,
            registry,
            render_request,
            timedelta(seconds=settings.assignment_seconds),
            photos,
            ring,
        ),
        keys=keys,
        public_url=settings.public_url,
        require_https=settings.require_https,
        max_body_bytes=settings.max_body_bytes,
        max_upload_bytes=settings.max_upload_bytes,
        photos=photos,
        updates=Updates(engine, registry, render_request, photos),
        reader=replica,
    )


def _admin_parts(settings: Settings, engine: Engine, georeport: Parts, ring: Keyring) -> AdminParts:
    return AdminParts(
        engine=engine,
        keys=georeport.keys,
        render=render_request,
        require_https=settings.require_https,
        registry=georeport.registry,
        photos=georeport.photos,
        keyring=ring,
        max_upload_bytes=settings.max_upload_bytes,
    )


def _resident_parts(
    settings: Settings, engine: Engine, georeport: Parts, ring: Keyring
) -> ResidentParts:
    return ResidentParts(
        engine=engine,
        registry=georeport.registry,
        keyring=ring,
        render=render_request,
        photos=georeport.photos,
        require_https=settings.require_https,
        public_url=settings.public_url,
    )


def _side_by_side(
    others: Mapping[str, "WSGIApplication"], georeport: "WSGIApplication"
) -> "WSGIApplication":
    """Return what hands each call to the application that it is for.

    Args:
        others: applications by what their paths begin with.
        georeport: what answers all else.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        path = f"{environ['PATH_INFO']}/"
        chosen = next((one for start, one in others.items() if path.startswith(f"{start}/")), None)
        return (chosen or georeport)(environ, start_response)

    return answer
