"""A browser without a screen, and people who have reported or joined."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import Client

from open311.people.links import Links
from tests.clients import CheckingClient
from tests.conftest import KEYRING
from tests.reporting import reported
from tests.residents.people import ANNA, Followed, joined, only_key


@pytest.fixture
def pages(app: Flask) -> Client:
    """What asks for pages, and keeps cookies."""
    return Client(app)


@pytest.fixture(scope="session")
def links() -> Links:
    """What signs links, as the service does."""
    return Links(KEYRING)


@pytest.fixture
def report(
    client: CheckingClient, key: str, engine: Engine, links: Links
) -> Callable[..., Followed]:
    """Reports something in Kraków; its fields can be others."""

    def report(city: str = "krakow.pl", **fields: Any) -> Followed:
        request_id = reported(client, key, city, **{"locale": "en"} | ANNA | fields)
        return Followed(request_id, only_key(engine, city), links)

    return report


@pytest.fixture
def followed(report: Callable[..., Followed]) -> Followed:
    """A request that Anna has reported, in English."""
    return report()


@pytest.fixture
def join(engine: Engine, links: Links) -> Callable[..., Followed]:
    """Has Jan join a request."""

    def join(followed: Followed) -> Followed:
        return Followed(followed.request_id, joined(engine, followed.key), links)

    return join
