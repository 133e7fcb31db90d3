"""What tests of imports need: a source of some text, a city at hand, and a whole import."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from open311.access.rights import shell
from open311.georeport.encoding import render_request
from open311.importing.batches import Refusal
from open311.importing.mapping import ImportMap
from open311.importing.preparing import Target
from open311.importing.requests import Imported, Watcher, import_requests
from open311.importing.sources import Source, open_source
from open311.settings import CHECKOUT

RECORDED = CHECKOUT / "fixtures" / "recorded"
SYSTEM = "old.example"

# In the middle of Kraków.
REQUEST = {
    "service_request_id": "A-1",
    "status": "open",
    "service_code": "graffiti",
    "description": "Bazgroły",
    "requested_datetime": "2026-03-01T10:00:00+01:00",
    "updated_datetime": "2026-03-01T11:00:00+01:00",
    "lat": 50.0617,
    "long": 19.9373,
}


def request(**members: Any) -> dict[str, Any]:
    """Return a request of another system; `members` add to it, None takes away."""
    given = REQUEST | members
    return {name: value for name, value in given.items() if value is not None}


@contextmanager
def opened(folder: Path, content: str | bytes, name: str = "old") -> Iterator[Source]:
    """Write a file and open it as a source."""
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_source(str(file)) as source:
        yield source


class Import:
    """An import of a file into a city, and who was told what.

    Args:
        engine: where.
        city: into which.
        import_map: what the words of the other system mean.
    """

    def __init__(
        self, engine: Engine, city: str = "krakow.pl", import_map: ImportMap | None = None
    ) -> None:
        self.engine = engine
        self.target = Target(city, SYSTEM, import_map or ImportMap(), render_request)
        self.refused: list[Refusal] = []
        self.altered: list[tuple[int, str, str]] = []

    def of_file(self, file: Path) -> Imported:
        """Import a file."""
        watcher = Watcher(
            lambda _: None, self.refused.append, lambda *told: self.altered.append(told)
        )
        with open_source(str(file)) as source:
            return import_requests(self.engine, source, self.target, shell("tests"), watcher)

    def of(self, folder: Path, *requests: Any) -> Imported:
        """Import a file of some requests, in JSON."""
        file = folder / "old.json"
        file.write_text(json.dumps(requests))
        return self.of_file(file)


def kept(engine: Engine) -> dict[str, Any]:
    """Return the rows of imported requests by what the other system called them."""
    query = """
        SELECT external_id, service_request.*, ST_Y(geometry) AS lat, ST_X(geometry) AS long
        FROM service_request JOIN external_reference USING (jurisdiction_id, number)
    """
    with engine.connect() as connection:
        return {row.external_id: row for row in connection.execute(text(query))}
