"""What tests about reports need: places in each city, and a report posted in one line."""

from typing import Any

from werkzeug.test import TestResponse

from tests.clients import CheckingClient

# A point in the middle of each city: the market squares.
MIDDLE = {
    "wroclaw.pl": {"lat": "51.1100", "long": "17.0319"},
    "krakow.pl": {"lat": "50.0617", "long": "19.9373"},
}
SLUG = {"wroclaw.pl": "wroclaw", "krakow.pl": "krakow"}


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
    """Return the descriptions of a JSON error answer, whose codes must be its status."""
    assert {error["code"] for error in response.json} == {response.status_code}
    return [error["description"] for error in response.json]
