"""People who follow requests: what they typed, their links, and what officers do meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from open311.database import tables
from open311.georeport.encoding import render_request
from open311.people.links import Links
from open311.reports.joining import Joining
from open311.reports.personal_links import follow_path, opinion_path, unsubscribe_path
from open311.reports.reporters import ReporterKey
from open311.reports.submission import Reporter
from tests import changes
from tests.changes import registry_of
from tests.conftest import KEYRING

# Words that nobody would use otherwise.
ANNA = {
    "email": "markeremail@example.com",
    "device_id": "markerdevice",
    "account_id": "markeraccount",
    "first_name": "Markerfirst",
    "last_name": "Markerlast",
    "phone": "+48 600 311 311",
}
JAN = Reporter(email="jan@example.com", first_name="Markerjan")


@dataclass(frozen=True)
class Followed:
    """A request, and who follows it."""

    request_id: str
    key: ReporterKey
    links: Links

    @property
    def page(self) -> str:
        return follow_path(self.links, self.key)

    @property
    def unsubscribe(self) -> str:
        return unsubscribe_path(self.links, self.key)

    def opinion(self, engine: Engine) -> str:
        """Return the path of the form for the present closing."""
        return opinion_path(self.links, self.key, row_of(engine, self.key).updated_datetime)


def only_key(engine: Engine, city: str) -> ReporterKey:
    """Return the key of who reported last in a city."""
    table = tables.reporter
    query = select(table.c.number).where(table.c.jurisdiction_id == city)
    with engine.connect() as connection:
        return ReporterKey(city, max(connection.scalars(query)))


def joined(engine: Engine, key: ReporterKey, who: Reporter = JAN) -> ReporterKey:
    """Have somebody join a request."""
    joining = Joining(registry_of(engine), KEYRING, render_request)
    with engine.begin() as connection:
        return joining.join(connection, key.jurisdiction_id, key.number, who, "en")


def change(engine: Engine, key: ReporterKey, kind: Any = "noted", **values: Any) -> None:
    """Change a request as an officer does, in public if nothing else is said."""
    said = {"is_public": True} | values
    changes.change(engine, key.jurisdiction_id, key.number, kind, **said)


def close(engine: Engine, key: ReporterKey, state: Any = "resolved") -> None:
    """Close a request."""
    change(engine, key, "state_changed", state=state, note="It is mended.")


def row_of(engine: Engine, key: ReporterKey) -> Any:
    """Return the row of a request."""
    table = tables.service_request
    query = select(table).where(
        table.c.jurisdiction_id == key.jurisdiction_id, table.c.number == key.number
    )
    with engine.connect() as connection:
        return connection.execute(query).one()


def reporter_row_of(engine: Engine, key: ReporterKey) -> Any:
    """Return the row of who follows a request."""
    table = tables.reporter
    query = select(table).where(
        table.c.jurisdiction_id == key.jurisdiction_id,
        table.c.number == key.number,
        table.c.position == key.position,
    )
    with engine.connect() as connection:
        return connection.execute(query).one()


def erase(engine: Engine, key: ReporterKey) -> None:
    """Erase who reported, as the end of the time does."""
    table = tables.reporter
    with engine.begin() as connection:
        connection.execute(
            table.update()
            .where(table.c.jurisdiction_id == key.jurisdiction_id, table.c.number == key.number)
            .values(sealed=None, email_index=None, erased_datetime=func.now())
        )


def says(response: TestResponse, *texts: str, status: int = 200) -> None:
    """Check an answer: a page that says so."""
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    for text in texts:
        assert text in response.text, response.text


def is_silent_on(response: TestResponse, texts: Sequence[str]) -> None:
    """Check that an answer does not say something."""
    for text in texts:
        assert text not in response.text
