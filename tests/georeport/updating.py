"""Sending and reading updates in one line each."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from open311.georeport.fields import UPDATE_TAKEN, UPDATES
from tests.clients import CheckingClient
from tests.reading import content
from tests.reporting import SLUG

MADE = "2026-03-01T12:00:00+01:00"


def post_update(
    client: CheckingClient,
    key: str,
    city: str,
    request_id: str,
    format: str = "json",
    **fields: Any,
) -> TestResponse:
    """Post an update that says something; `fields` add to it, None takes away."""
    stage = fields.pop("stage", "v2")
    form = {
        "api_key": key,
        "service_request_id": request_id,
        "update_id": "1",
        "updated_datetime": MADE,
        "status": "UNCHANGED",
        "description": "It is still there",
    } | fields
    sent = {name: value for name, value in form.items() if value is not None}
    path = f"/{SLUG[city]}/open311/{stage}/servicerequestupdates.{format}"
    return client.post(path, data=sent, headers={"Accept-Language": "en"})


def updated(*arguments: Any, **fields: Any) -> str:
    """Post an update and return its id."""
    response = post_update(*arguments, **fields)
    assert response.status_code == 200, response.text
    [told] = content(response, UPDATE_TAKEN)
    return told["update_id"]


def get_updates(
    client: CheckingClient, city: str, format: str = "json", stage: str = "v2", **arguments: Any
) -> TestResponse:
    """Ask for the updates of a city."""
    path = f"/{SLUG[city]}/open311/{stage}/servicerequestupdates.{format}"
    return client.get(path, query_string=arguments)


def updates(client: CheckingClient, city: str, format: str = "json", **arguments: Any) -> list[Any]:
    """Return the updates of a city."""
    response = get_updates(client, city, format, **arguments)
    assert response.status_code == 200, response.text
    return content(response, UPDATES)


def events(engine: Engine, kinds: Iterable[str] = ("noted", "state_changed")) -> list[Any]:
    """Return what was done to requests, oldest first."""
    query = text("SELECT * FROM request_event WHERE kind = ANY(:kinds) ORDER BY event_id")
    with engine.connect() as connection:
        return list(connection.execute(query, {"kinds": [*kinds]}))
