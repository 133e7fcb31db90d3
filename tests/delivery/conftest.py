"""A city with other systems that are told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import app_on
from tests.delivery.forwarded import CITY, Here
from tests.delivery.receiving import City, Receiver, bystra_on, receiving
from tests.folders import copy_city
from tests.keys import new_key


@pytest.fixture
def bystra(own_engine: Engine, tmp_path: Path) -> City:
    """Bystra, in force."""
    return bystra_on(own_engine, tmp_path)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A system that takes all that it is told."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def here(own_engine: Engine, tmp_path: Path) -> Here:
    """Wrocław, which forwards nothing yet."""
    with own_engine.begin() as connection:
        key = new_key(connection, [CITY])
    client = app_on(own_engine).test_client()
    return Here(own_engine, copy_city("wroclaw", tmp_path), client, key)
