"""Both ways to each city, at the running service; and a browser."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from selenium.webdriver import Chrome

from tests.live.browsing import chromium
from tests.reporting import SLUG


@dataclass(frozen=True)
class Entry:
    """A way to a city.

    Attributes:
        city: its jurisdiction_id.
        url: of the endpoint.
        jurisdiction_id: what must be sent there; None at the city's own endpoint.
    """

    city: str
    url: str
    jurisdiction_id: str | None

    @property
    def query(self) -> dict[str, str]:
        """What every call has to say."""
        return {"jurisdiction_id": self.jurisdiction_id} if self.jurisdiction_id else {}


@pytest.fixture(params=("shared", "own"))
def entry(request: pytest.FixtureRequest, server: str, city: str) -> Entry:
    """The shared endpoint, and the city's own."""
    if request.param == "own":
        return Entry(city, f"{server}/{SLUG[city]}/open311/v2", None)
    return Entry(city, f"{server}/open311/v2", city)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Chromium."""
    with chromium(tmp_path_factory.mktemp("browser")) as browser:
        yield browser
