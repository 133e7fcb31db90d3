"""Which status each method answers each situation with: the matrix of the protocol, row by row."""

import pytest
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.keys import new_key, use_up
from tests.reporting import BATCH, MIDDLE, errors, post_report, reported

METHODS = ("discovery", "services", "definition", "post", "token", "list", "single")
# Where a method knows the situation; None where it does not.
MATRIX = {
    "all is well": (200, 200, 200, 200, 200, 200, 200),
    "jurisdiction missing": (None, 400, 400, 400, 400, 400, 400),
    "jurisdiction blank": (None, 400, 400, 400, 400, 400, 400),
    "jurisdiction unknown": (None, 404, 404, 404, 404, 404, 404),
    "key missing": (200, 200, 200, 403, 200, 200, 200),
    "key wrong": (200, 200, 200, 403, 200, 200, 200),
    "key used too often": (200, 200, 200, 429, 200, 200, 200),
    "service missing": (None, None, 404, 400, None, None, None),
    "service unknown": (None, None, 404, 404, None, 200, None),
    "token or id unknown": (None, None, None, None, 404, 200, 404),
    "argument wrong": (200, 200, 200, 400, 200, 400, 200),
    "suffix absent": (404, 404, 404, 404, 404, 404, 404),
    "suffix unknown": (404, 404, 404, 404, 404, 404, 404),
    "method wrong": (405, 405, 405, 405, 405, 405, 405),
}
CELLS = [
    (situation, method, status)
    for situation, row in MATRIX.items()
    for method, status in zip(METHODS, row, strict=True)
    if status
]


@pytest.fixture
def known(client: CheckingClient, key: str) -> dict[str, str]:
    """A key, an id and a token that Kraków has."""
    token = post_report(client, key, "krakow.pl", **BATCH).json[0]["token"]
    return {"key": key, "id": reported(client, key, "krakow.pl"), "token": token}


def tired_key(engine: Engine) -> str:
    """Return a key that was used as often in this minute as it may be."""
    with engine.begin() as connection:
        key = new_key(connection, ["krakow.pl"], rate_class="standard")
    use_up(engine, key)
    return key


def path_of(method: str, situation: str, known: dict[str, str]) -> str:
    service = {"service missing": "", "service unknown": "dragon"}.get(situation, "pothole")
    unknown = situation == "token or id unknown"
    return {
        "discovery": "discovery",
        "services": "services",
        "definition": f"services/{service}",
        "post": "requests",
        "token": f"tokens/{'none' if unknown else known['token']}",
        "list": "requests",
        "single": f"requests/{'none' if unknown else known['id']}",
    }[method]


def arguments_of(method: str, situation: str, key: str) -> dict[str, str]:
    arguments = {"jurisdiction_id": "krakow.pl", "api_key": key}
    if method == "post":
        arguments |= {"service_code": "graffiti", **MIDDLE["krakow.pl"]}
    arguments |= {
        "jurisdiction blank": {"jurisdiction_id": ""},
        "jurisdiction unknown": {"jurisdiction_id": "atlantis.gov"},
        "key wrong": {"api_key": "wrong"},
        "service unknown": {"service_code": "dragon"},
        "token or id unknown": {"service_request_id": "none"},
        "argument wrong": {"lat": "north", "start_date": "yesterday"},
    }.get(situation, {})
    missing = {"jurisdiction missing": "jurisdiction_id", "key missing": "api_key",
               "service missing": "service_code"}.get(situation)  # fmt: skip
    return {name: value for name, value in arguments.items() if name != missing}


@pytest.mark.parametrize(("situation", "method", "status"), CELLS)
def test_each_situation_has_its_status(
    client: CheckingClient,
    engine: Engine,
    known: dict[str, str],
    situation: str,
    method: str,
    status: int,
) -> None:
    path = f"/open311/v2/{path_of(method, situation, known)}"
    key = tired_key(engine) if situation == "key used too often" else known["key"]
    arguments = arguments_of(method, situation, key)
    for format in ("json", "xml"):
        suffix = {"suffix absent": "", "suffix unknown": ".html"}.get(situation, f".{format}")
        if method == "discovery" and suffix == ".html":
            suffix = ".txt"
        verb = "DELETE" if situation == "method wrong" else "POST" if method == "post" else "GET"
        sent = {"data": arguments} if verb == "POST" else {"query_string": arguments}
        response = client.open(path + suffix, method=verb, **sent)
        assert response.status_code == status
        if status != 200:
            assert errors(response)
