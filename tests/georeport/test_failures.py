"""When something fails on our side, and when only https will do."""

import logging
import re
from collections.abc import Callable, Sequence

import psycopg2
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from open311.database.cluster import Cluster
from tests.clients import CheckingClient
from tests.conftest import app_on
from tests.reporting import MIDDLE, errors, post_report, rows

READING = ("discovery", "jurisdictions", "services", "services/pothole", "tokens/x", "requests")


Damage = Callable[[str], tuple[CheckingClient, str]]


def test_a_database_that_is_away_without_a_word_is_told_all_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say_nothing(*_: object) -> None:
        raise psycopg2.OperationalError("")

    monkeypatch.setattr(app.extensions["georeport"].registry, "entry", say_nothing)
    response = app.test_client().get("/open311/v2/services.json?jurisdiction_id=krakow.pl")
    assert response.status_code == 503
    assert errors(response)


def test_a_failure_of_ours_is_told_by_a_reference_that_the_log_explains(
    damaged: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    client, key = damaged("DROP TABLE service_request CASCADE")
    answers = [
        client.get(f"/krakow/open311/v2/tokens/x.{format}", headers={"Accept-Language": "en"})
        for format in ("json", "xml")
    ]
    answers.append(post_report(client, key, "krakow.pl"))
    for response in answers:
        assert response.status_code == 500
        [told] = errors(response)
        [reference] = re.findall(r"\b[0-9a-f]{8}\b", told)
        assert reference in caplog.text
        for secret in ("service_request", "SELECT", "Traceback", "psycopg2", "/open311/", ".py"):
            assert secret not in response.text
    assert 'UndefinedTable 42P01 relation "service_request" does not exist' in caplog.text
    assert "views.py" in caplog.text
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


def test_a_failure_of_ours_is_told_in_each_language(damaged: Damage) -> None:
    client, _ = damaged("DROP TABLE service_request CASCADE")
    for language, word in (("pl", "błąd"), ("en", "mistake"), ("de", "Fehler")):
        response = client.get(
            "/krakow/open311/v2/tokens/x.json", headers={"Accept-Language": language}
        )
        assert word in errors(response)[0]


@pytest.fixture(scope="module")
def without_database(cluster: Cluster) -> CheckingClient:
    """Talks to an application whose database is not there."""
    return app_on(create_engine(cluster.url("gone"))).test_client()


@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_while_the_database_is_away_every_call_may_be_tried_again_later(
    without_database: CheckingClient,
    language: str,
    format: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    headers = {"Accept-Language": language}
    answers = [
        without_database.get(f"/krakow/open311/v2/{path}.{format}", headers=headers)
        for path in READING
    ]
    form = {"api_key": "x", **MIDDLE["krakow.pl"]}
    answers.append(
        without_database.post(f"/krakow/open311/v2/requests.{format}", data=form, headers=headers)
    )
    for response in answers:
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert len(errors(response)) == 1
        assert "gone" not in response.text
    assert 'database "gone" does not exist' in caplog.text


SECURE: Sequence[tuple[dict[str, str], str, dict[str, str], int]] = (
    ({}, "http://localhost", {}, 200),
    ({"require_https": "true"}, "http://localhost", {}, 403),
    ({"require_https": "true"}, "https://localhost", {}, 200),
    ({"require_https": "true"}, "http://localhost", {"X-Forwarded-Proto": "https"}, 403),
    (
        {"require_https": "true", "trusted_proxies": "1"},
        "http://localhost",
        {"X-Forwarded-Proto": "https"},
        200,
    ),
)


@pytest.mark.parametrize(("settings", "base", "headers", "status"), SECURE)
def test_where_https_is_required_a_report_over_http_is_refused(
    client_with: Callable[..., CheckingClient],
    key: str,
    settings: dict[str, str],
    base: str,
    headers: dict[str, str],
    status: int,
) -> None:
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"]}
    response = client_with(**settings).post(
        "/krakow/open311/v2/requests.xml",
        data=form,
        base_url=base,
        headers={"Accept-Language": "en", **headers},
    )
    assert response.status_code == status
    if status == 403:
        assert errors(response) == ["Reports are only taken over https."]


def test_where_https_is_required_http_may_still_be_read(
    client_with: Callable[..., CheckingClient],
) -> None:
    client = client_with(require_https="true")
    assert client.get("/krakow/open311/v2/services.xml").status_code == 200


def test_what_is_too_large_is_a_setting(
    client_with: Callable[..., CheckingClient], key: str, engine: Engine
) -> None:
    client = client_with(max_body_bytes="1000")
    assert post_report(client, key, "krakow.pl", legacy="x" * 1000).status_code == 413
    assert post_report(client, key, "krakow.pl", legacy="x" * 500).status_code == 200
    assert rows(engine)["service_request"] == 1
