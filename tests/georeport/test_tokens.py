"""GET service_request_id from a token: first the token alone, later the id.

In a database of their own, where no worker of another test gives ids too.
"""

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from open311.georeport.fields import TOKENS
from tests.clients import CheckingClient
from tests.conftest import JURISDICTIONS, app_on
from tests.keys import new_key
from tests.reading import content
from tests.reporting import BATCH, MIDDLE, SLUG, errors, post_report, report_row, reported
from tests.working import do_due, do_queued, queued


@pytest.fixture(scope="module")
def engine(spare: Engine) -> Engine:
    return spare


@pytest.fixture(scope="module")
def app(engine: Engine) -> Flask:
    return app_on(engine)


@pytest.fixture(scope="module")
def key(engine: Engine) -> str:
    with engine.begin() as connection:
        return new_key(connection, JURISDICTIONS)


@pytest.fixture
def token(client: CheckingClient, key: str, city: str) -> str:
    """The token of an abandoned car, reported in the city."""
    return post_report(client, key, city, description="Wrak", **BATCH).json[0]["token"]


def test_a_token_without_an_id_yet_is_answered_without_the_ids_element(
    client: CheckingClient, city: str, token: str, format: str
) -> None:
    response = client.get(f"/{SLUG[city]}/open311/v2/tokens/{token}.{format}")
    assert response.status_code == 200
    assert content(response, TOKENS) == [{"token": token}]
    assert "service_request_id" not in response.text


def test_a_token_is_answered_with_the_id_once_there_is_one(
    client: CheckingClient, city: str, token: str, format: str, engine: Engine
) -> None:
    do_queued(engine)
    response = client.get(f"/{SLUG[city]}/open311/v2/tokens/{token}.{format}")
    [told] = content(response, TOKENS)
    assert list(told) == ["service_request_id", "token"]
    assert told["token"] == token


def test_the_id_behind_a_token_leads_to_the_request(
    client: CheckingClient, city: str, token: str, engine: Engine
) -> None:
    do_queued(engine)
    base = f"/{SLUG[city]}/open311/v2"
    told = client.get(f"{base}/tokens/{token}.json").json[0]["service_request_id"]
    [request] = client.get(f"{base}/requests/{told}.json").json
    assert request["description"] == "Wrak"
    assert [one["service_request_id"] for one in client.get(f"{base}/requests.json").json] == [told]


def test_an_id_is_given_once_and_stays(
    client: CheckingClient, city: str, token: str, engine: Engine
) -> None:
    do_queued(engine)
    first = report_row(engine).service_request_id
    do_queued(engine)
    assert report_row(engine).service_request_id == first


def test_an_id_is_given_only_after_the_wait(key: str, city: str, engine: Engine) -> None:
    client = app_on(engine, OPEN311_ASSIGNMENT_SECONDS="3600").test_client()
    assert post_report(client, key, city, **BATCH).status_code == 200
    do_due(engine)
    [job] = queued(engine)
    assert job.name == "assign_id"
    wait = job.run_datetime - report_row(engine).requested_datetime
    assert wait.total_seconds() == 3600
    do_queued(engine)
    assert report_row(engine).service_request_id


@pytest.mark.usefixtures("token")
def test_that_an_id_was_given_is_an_event(engine: Engine) -> None:
    do_queued(engine)
    with engine.connect() as connection:
        kinds = connection.scalars(text("SELECT kind FROM request_event ORDER BY event_id")).all()
    assert kinds == ["received", "id_assigned"]


def test_only_batch_reports_wait_for_an_id(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    reported(client, key, city)
    post_report(client, key, city, service_code="anonymous_tip")
    assert {job.name for job in queued(engine)} == {"follow_up"}


@pytest.mark.parametrize("assigned", [False, True])
def test_a_token_of_production_is_unknown_to_the_test_endpoint(
    client: CheckingClient, city: str, token: str, assigned: bool, format: str, engine: Engine
) -> None:
    if assigned:
        do_queued(engine)
    response = client.get(f"/{SLUG[city]}/open311/test/v2/tokens/{token}.{format}")
    assert response.status_code == 404
    assert errors(response)[0].startswith("token")


def test_a_token_of_the_test_endpoint_is_known_there_alone(
    client: CheckingClient, key: str, city: str, format: str, engine: Engine
) -> None:
    form = {"api_key": key, **BATCH, **MIDDLE[city]}
    base = f"/{SLUG[city]}/open311"
    token = client.post(f"{base}/test/v2/requests.json", data=form).json[0]["token"]
    do_queued(engine)
    assert client.get(f"{base}/v2/tokens/{token}.{format}").status_code == 404
    [told] = content(client.get(f"{base}/test/v2/tokens/{token}.{format}"), TOKENS)
    assert "-TEST-" in told["service_request_id"]


@pytest.mark.parametrize("city", ["wroclaw.pl"], indirect=True)
def test_a_token_of_one_city_is_unknown_to_the_other(
    client: CheckingClient, token: str, format: str
) -> None:
    response = client.get(f"/krakow/open311/v2/tokens/{token}.{format}")
    assert response.status_code == 404


def test_an_id_is_no_token(client: CheckingClient, key: str, city: str, format: str) -> None:
    told = reported(client, key, city)
    response = client.get(f"/{SLUG[city]}/open311/v2/tokens/{told}.{format}")
    assert response.status_code == 404


@pytest.mark.parametrize(
    "sent", ["none", "0", "' OR 1=1 --", "<b>", "%00", "a%00b", "%FF%FE", "%ED%A0%80", "%zz",
             "%0A", "żółw", "x" * 4000],
)  # fmt: skip
def test_an_unknown_token_is_not_found(client: CheckingClient, sent: str, format: str) -> None:
    response = client.get(f"/krakow/open311/v2/tokens/{sent}.{format}")
    assert response.status_code == 404
    assert errors(response)


def test_a_token_in_other_letters_is_another(client: CheckingClient, city: str, token: str) -> None:
    path = f"/{SLUG[city]}/open311/v2/tokens/{token.swapcase()}.json"
    assert client.get(path).status_code == 404


def test_a_token_needs_no_key_and_ignores_one(
    client: CheckingClient, city: str, token: str, format: str
) -> None:
    path = f"/open311/v2/tokens/{token}.{format}?jurisdiction_id={city}&api_key=wrong&x=y"
    assert client.get(path).status_code == 200
