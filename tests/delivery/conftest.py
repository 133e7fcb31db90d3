"""A city with other systems that are told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.delivery.receiving import City, Receiver, bystra_on, receiving


@pytest.fixture
def bystra(own_engine: Engine, tmp_path: Path) -> City:
    """Bystra, in force."""
    return bystra_on(own_engine, tmp_path)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A system that takes all that it is told."""
    with receiving() as receiver:
        yield receiver
