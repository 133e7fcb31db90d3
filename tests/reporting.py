"""What tests about reports need: places in each city, and a report posted in one line."""

from typing import Any

from lxml import etree
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from open311.database.tables import metadata
from open311.reports.reporters import ReporterKey, unseal_reporter
from open311.reports.submission import Reporter
from tests.clients import CheckingClient
from tests.conftest import KEYRING

# A point in the middle of each city: the market squares.
MIDDLE = {
    "wroclaw.pl": {"lat": "51.1100", "long": "17.0319"},
    "krakow.pl": {"lat": "50.0617", "long": "19.9373"},
}
SLUG = {"wroclaw.pl": "wroclaw", "krakow.pl": "krakow"}

# Fields of a report that is answered with a token, and of one that is answered with neither.
BATCH = {"service_code": "abandoned_vehicle", "attribute[plates]": "none"}
BLACKBOX = {"service_code": "anonymous_tip"}


def post_report(
    client: CheckingClient, key: str, city: str, format: str = "json", **fields: Any
) -> TestResponse:
    """Post a report about graffiti in the middle of a city; `fields` add to it, None takes away."""
    form = {"jurisdiction_id": city, "api_key": key, "service_code": "graffiti", **MIDDLE[city]}
    form |= fields
    sent = {name: value for name, value in form.items() if value is not None}
    return client.post(f"/open311/v2/requests.{format}", data=sent)


def reported(client: CheckingClient, key: str, city: str, **fields: Any) -> str:
    """Post a report and return its id."""
    response = post_report(client, key, city, **fields)
    assert response.status_code == 200, response.text
    return response.json[0]["service_request_id"]


def errors(response: TestResponse) -> list[str]:
    """Return the descriptions of an error answer, whose codes must be its status."""
    if response.mimetype == "application/json":
        told = [(error["code"], error["description"]) for error in response.json]
    else:
        told = [(int(error[0].text), error[1].text) for error in etree.fromstring(response.data)]
    assert {code for code, _ in told} == {response.status_code}
    return [description for _, description in told]


def rows(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has, but for that which counts the uses of keys."""
    names = metadata.tables.keys() - {"api_key_use"}
    counts = [f"SELECT '{name}' AS name, count(*) AS rows FROM {name}" for name in names]
    with engine.connect() as connection:
        return {row.name: row.rows for row in connection.execute(text(" UNION ALL ".join(counts)))}


def only_row(engine: Engine, table: str) -> Any:
    """Return the one row that a table has."""
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT * FROM {table}")).one()


def reporter_of(engine: Engine) -> Reporter:
    """Return who sent the one report that is kept, unsealed."""
    row = only_row(engine, "reporter")
    key = ReporterKey(row.jurisdiction_id, row.number, row.position)
    return unseal_reporter(KEYRING, key, row.sealed and bytes(row.sealed))


def report_row(engine: Engine) -> Any:
    """Return the one report that is kept, with its coordinates."""
    position = "ST_Y(geometry) AS lat, ST_X(geometry) AS long"
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT *, {position} FROM service_request")).one()
