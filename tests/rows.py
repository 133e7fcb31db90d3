"""Requests of chosen times and states, written as imports are, and the ids that a search finds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from open311.catalogue.registry import read_catalogue
from open311.database import tables
from open311.georeport.encoding import render_request
from open311.reports.assignment import queue_assignment
from open311.reports.bulk import copy_requests, next_numbers
from open311.reports.identifiers import service_request_id
from open311.reports.model import ServiceRequest
from open311.reports.publication import count_change, fragments_of, render_again
from open311.reports.reading import number_of, read_request
from tests.clients import CheckingClient

NOW = datetime.now(UTC).replace(microsecond=0)


def days_ago(days: float) -> datetime:
    """Return a moment so many days before the tests began."""
    return NOW - timedelta(days=days)


def add_request(
    engine: Engine, city: str, requested: datetime | None = None, **members: Any
) -> str:
    """Add one request, of yesterday when no time is given; return its id."""
    return add_requests(engine, city, [requested or days_ago(1)], **members)[0]


def add_requests(
    engine: Engine, city: str, requested: Iterable[datetime], **members: Any
) -> list[str]:
    """Add a request for each time, in this order; return their ids."""
    added = _add(engine, city, requested, members)
    return [request.service_request_id or "" for request in added]


def add_waiting(
    engine: Engine, city: str, requested: Iterable[datetime], **members: Any
) -> list[str]:
    """Add a batch request for each time, when it is to get its id; return their tokens.

    With times to come where no worker may give them an id meanwhile.
    """
    waiting = {"service_request_id": None, "service_code": "abandoned_vehicle", **members}
    added = _add(engine, city, requested, waiting)
    with engine.begin() as connection:
        for request in added:
            queue_assignment(connection, city, request.number, request.requested_datetime)
    return [request.token or "" for request in added]


def _add(
    engine: Engine, city: str, requested: Iterable[datetime], members: dict[str, Any]
) -> list[ServiceRequest]:
    moments = list(requested)
    stage = members.get("endpoint_type", "production")
    with engine.begin() as connection:
        catalogue = read_catalogue(connection, city)
        requests = []
        for number, moment in zip(next_numbers(connection, len(moments)), moments, strict=True):
            new_id = service_request_id(catalogue.jurisdiction.prefix, number, stage)
            row = {
                "jurisdiction_id": city,
                "number": number,
                "endpoint_type": stage,
                "service_request_id": new_id,
                "service_code": "graffiti",
                "state": "received",
                "requested_datetime": moment,
                "updated_datetime": moment,
            } | _in_state(members)
            if row["service_request_id"] is None:
                row |= {"token": f"token-of-{number}"}
            requests.append(ServiceRequest(**row))
        copy_requests(connection, catalogue, requests, render_request)
    return requests


def _in_state(members: dict[str, Any]) -> dict[str, Any]:
    """Let tests that know GeoReport's two words alone use them."""
    states = {"open": "received", "closed": "resolved"}
    return {
        "state" if name == "status" else name: states[value] if name == "status" else value
        for name, value in members.items()
    }


def close_request(engine: Engine, city: str, request_id: str, closed: datetime) -> None:
    """Close a request, as whoever changes one must: row, record and counter in one transaction."""
    table = tables.service_request
    mine = (table.c.jurisdiction_id == city) & (table.c.service_request_id == request_id)
    with engine.begin() as connection:
        found = read_request(connection, city, number_of(connection, city, request_id))
        request = replace(found, state="resolved", updated_datetime=closed)
        json, xml = fragments_of(request, read_catalogue(connection, city), render_request)
        changed = {"status": "closed", "state": "resolved", "updated_datetime": closed}
        changed |= {"public_json": json, "public_xml": xml}
        connection.execute(table.update().where(mine).values(changed))
        count_change(connection, city, request.endpoint_type, request.number)


def stale_records(engine: Engine, city: str) -> int:
    """Count stored records that differ from fresh renderings; they are fresh afterwards."""
    with engine.begin() as connection:
        return render_again(connection, read_catalogue(connection, city), render_request)


def search(
    client: CheckingClient, city: str, format: str = "json", **arguments: Any
) -> TestResponse:
    """Ask for requests of a city; an argument may be a list, and is then repeated."""
    arguments = {"jurisdiction_id": city, **arguments}
    return client.get(f"/open311/v2/requests.{format}", query_string=arguments)


def found(client: CheckingClient, city: str, **arguments: Any) -> list[str]:
    """Return the ids of the requests that a search finds, in its order."""
    return ids(search(client, city, **arguments))


def ids(response: TestResponse) -> list[str]:
    """Return the ids of the requests in an answer, in its order."""
    assert response.status_code == 200, response.text
    if response.mimetype == "application/json":
        return [request["service_request_id"] for request in response.json]
    found = etree.fromstring(response.data).iterfind("request/service_request_id")
    return [element.text or "" for element in found]
