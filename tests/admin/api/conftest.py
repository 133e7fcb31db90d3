"""People with keys of their own, at the API of administrators."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine
from werkzeug.test import TestResponse

from open311.access import accounts
from open311.catalogue.loading import load
from open311.database.cluster import Cluster
from tests.conftest import FORGET, JURISDICTIONS, app_on
from tests.folders import write_bystra
from tests.keys import SHELL, new_key

API = "/admin/api"
REQUESTS = f"{API}/jurisdictions/krakow.pl/requests"
KRAKOW = f"{API}/jurisdictions/krakow.pl"
BYSTRA = f"{API}/jurisdictions/bystra.example"

# Who is what, and what their key is for; Kraków is home.
ADMINISTER = ["administer"]
PEOPLE: dict[str, tuple[list[tuple[str, ...]], list[str]]] = {
    "owner": ([("inter_city_administrator",)], ADMINISTER),
    "krakow": ([("city_administrator", "krakow.pl")], ADMINISTER),
    "officer": ([("unit_officer", "krakow.pl", "zdmk")], ADMINISTER),
    "auditor": ([("auditor", "krakow.pl")], ADMINISTER),
    "nobody": ([], ADMINISTER),
    "updater": ([("city_administrator", "krakow.pl")], ["update"]),
}

# Those who handle requests; two units of Kraków.
ROADS, WASTE = "zdmk", "mpo"
HANDLING = ["update", "read_personal"]
OFFICERS: dict[str, tuple[list[tuple[str, ...]], list[str]]] = {
    "roads": ([("unit_officer", "krakow.pl", ROADS)], HANDLING),
    "waste": ([("unit_officer", "krakow.pl", WASTE)], HANDLING),
    "both": ([("unit_officer", "krakow.pl", one) for one in (ROADS, WASTE)], HANDLING),
    "krakow": ([("city_administrator", "krakow.pl")], HANDLING),
    "wroclaw": ([("city_administrator", "wroclaw.pl")], HANDLING),
    "owner": ([("inter_city_administrator",)], [*ADMINISTER, *HANDLING]),
    "auditor": ([("auditor", "krakow.pl")], [*ADMINISTER, *HANDLING]),
    # The role would do; the key is for something else.
    "clerk": ([("city_administrator", "krakow.pl")], ADMINISTER),
    "updater": ([("city_administrator", "krakow.pl")], ["update"]),
    "looker": ([("city_administrator", "krakow.pl")], ["read_personal"]),
    "nobody": ([], HANDLING),
}


@dataclass(frozen=True)
class Caller:
    """Somebody, or nobody, who calls with a key."""

    client: FlaskClient
    key: str | None

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Call; a body that is no bytes is sent as JSON, `if_match=7` as If-Match."""
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        data = body if isinstance(body, bytes | None) else json.dumps(body)
        return self.client.open(path, method=method, headers=sent, data=data)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self("PUT", path, body, **headers)


def client_of(app: Flask) -> FlaskClient:
    """Return a client that does not take the answers for GeoReport's."""
    return FlaskClient(app, app.response_class)


def descriptions(response: TestResponse) -> str:
    """Return what the errors of an answer tell, after a look at their form."""
    assert response.json is not None
    for error in response.json["errors"]:
        assert error["code"] == response.status_code
        assert error.keys() <= {"code", "description", "file"}
    return "\n".join(error["description"] for error in response.json["errors"])


def people_of(
    engine: Engine,
    app: Flask,
    people: dict[str, tuple[list[tuple[str, ...]], list[str]]] = PEOPLE,
) -> dict[str, Caller]:
    """Make all of them.

    `reporter` has a key of no account, `stranger` a wrong one, `none` has none.
    """
    keys: dict[str, str | None] = {"stranger": "o311_wrong", "none": None}
    with engine.begin() as connection:
        for name, (roles, scopes) in people.items():
            email = f"{name}@example.org"
            account_id = accounts.create(connection, email, name.title(), actor=SHELL)
            for role in roles:
                accounts.grant(connection, email, *role, actor=SHELL)
            keys[name] = new_key(connection, [], name, scopes=scopes, account_id=account_id)
        keys["reporter"] = new_key(connection, JURISDICTIONS, "reporter")
    return {name: Caller(client_of(app), key) for name, key in keys.items()}


@pytest.fixture
def app(own_engine: Engine) -> Flask:
    """The application on the test's own database."""
    return app_on(own_engine)


@pytest.fixture
def people(own_engine: Engine, app: Flask) -> dict[str, Caller]:
    """Everybody, in the test's own database."""
    return people_of(own_engine, app)


@dataclass(frozen=True)
class Standing:
    """A database of its own for tests that change nothing, and who calls there."""

    engine: Engine
    app: Flask
    people: dict[str, Caller]


@pytest.fixture(scope="session")
def standing(cluster: Cluster, template: str) -> Iterator[Standing]:
    """Everybody, for tests of what is refused or only read."""
    cluster.create_database("standing", template)
    engine = create_engine(cluster.url("standing"))
    app = app_on(engine)
    yield Standing(engine, app, people_of(engine, app))
    engine.dispose()


@pytest.fixture(scope="session")
def office(cluster: Cluster, template: str) -> Iterator[Standing]:
    """The officers, in a database of their own."""
    cluster.create_database("office", template)
    engine = create_engine(cluster.url("office"))
    app = app_on(engine)
    yield Standing(engine, app, people_of(engine, app, OFFICERS))
    engine.dispose()


@pytest.fixture
def desk(office: Standing) -> Iterator[Standing]:
    """The officers, and no requests at first."""
    yield office
    with office.engine.begin() as connection:
        connection.execute(FORGET)


@pytest.fixture
def own_desk(own_engine: Engine, app: Flask) -> Standing:
    """The officers, in the test's own database."""
    return Standing(own_engine, app, people_of(own_engine, app, OFFICERS))


@pytest.fixture
def owner(people: dict[str, Caller]) -> Caller:
    """An inter-city administrator."""
    return people["owner"]


@pytest.fixture
def krakow(people: dict[str, Caller]) -> Caller:
    """The administrator of Kraków."""
    return people["krakow"]


@pytest.fixture
def bystra(tmp_path: Path) -> dict[str, Any]:
    """The files of a small city that is not in force."""
    return load(write_bystra(tmp_path)).files
