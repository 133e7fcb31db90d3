"""The api_key of a report: where it may stand, and which are refused."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from open311.access import accounts, keys
from tests.clients import CheckingClient
from tests.keys import SHELL, new_key, use_up
from tests.reporting import MIDDLE, SLUG, errors, post_report, rows


def issue(engine: Engine, *cities: str) -> str:
    with engine.begin() as connection:
        return new_key(connection, cities)


def revoke_newest(engine: Engine) -> None:
    with engine.begin() as connection:
        newest = keys.list_keys(connection, actor=SHELL)[-1]
        keys.revoke(connection, newest.api_key_id, actor=SHELL)


@pytest.mark.parametrize("sent", [None, "", " ", "\t\r\n"])
def test_a_report_without_a_key_is_refused(
    english: CheckingClient, city: str, format: str, sent: str | None, nothing_kept: None
) -> None:
    response = post_report(english, "", city, format, api_key=sent)
    assert response.status_code == 403
    assert errors(response) == ["api_key is missing."]


@pytest.mark.parametrize("sent", ["wrong", "0", "null", "' OR '1'='1", "klucz-żółw", "x" * 9000])
def test_a_report_with_an_unknown_key_is_refused(
    client: CheckingClient, city: str, format: str, sent: str, nothing_kept: None
) -> None:
    response = post_report(client, sent, city, format)
    assert response.status_code == 403
    [told] = errors(response)
    assert told.startswith("api_key")
    assert city in told
    assert sent not in told, "a key that is almost right must not be repeated"


def test_a_key_in_other_letters_is_another(
    client: CheckingClient, key: str, city: str, nothing_kept: None
) -> None:
    assert post_report(client, key.swapcase(), city).status_code == 403


def test_a_revoked_key_is_refused_from_then_on(
    client: CheckingClient, city: str, format: str, engine: Engine
) -> None:
    key = issue(engine, city)
    assert post_report(client, key, city, format).status_code == 200
    revoke_newest(engine)
    response = post_report(client, key, city, format)
    assert response.status_code == 403
    assert errors(response)[0].startswith("api_key")


USELESS = {
    "expired": "UPDATE api_key SET expires_datetime = now()",
    "expired long ago": "UPDATE api_key SET expires_datetime = '2001-01-01Z'",
    "not for reports": "UPDATE api_key SET scopes = '{update,read_personal,administer}'",
    "of no scope": "UPDATE api_key SET scopes = '{}'",
    "of a disabled account": "UPDATE account SET disabled_datetime = now()",
    "of an unknown rate class": "UPDATE api_key SET rate_class = 'lightning'",
}


@pytest.mark.parametrize("change", USELESS.values(), ids=USELESS)
def test_a_key_that_is_good_for_nothing_here_is_refused_like_one_that_never_was(
    own_client: CheckingClient, own_engine: Engine, change: str, format: str
) -> None:
    with own_engine.begin() as connection:
        account_id = accounts.create(connection, "anna@example.org", "Anna", actor=SHELL)
        key = new_key(connection, ["krakow.pl"], account_id=account_id)
    assert post_report(own_client, key, "krakow.pl", format).status_code == 200
    with own_engine.begin() as connection:
        connection.execute(text(change))
    before = rows(own_engine)
    refused = post_report(own_client, key, "krakow.pl", format)
    unknown = post_report(own_client, "unknown", "krakow.pl", format)
    assert refused.status_code == unknown.status_code == 403
    assert refused.data == unknown.data
    assert rows(own_engine) == before


def test_a_key_that_expires_later_is_good_until_then(
    client: CheckingClient, engine: Engine
) -> None:
    with engine.begin() as connection:
        key = new_key(connection, ["krakow.pl"], expires=datetime.now(UTC) + timedelta(hours=1))
    assert post_report(client, key, "krakow.pl").status_code == 200


@pytest.mark.parametrize(("of", "at"), [("wroclaw.pl", "krakow.pl"), ("krakow.pl", "wroclaw.pl")])
def test_a_key_of_the_other_city_is_refused(
    client: CheckingClient, of: str, at: str, format: str, engine: Engine
) -> None:
    key = issue(engine, of)
    response = post_report(client, key, at, format)
    assert response.status_code == 403
    assert at in errors(response)[0]
    assert post_report(client, key, of, format).status_code == 200


def test_a_key_of_one_city_is_refused_at_the_other_citys_own_endpoint(
    client: CheckingClient, engine: Engine
) -> None:
    form = {"api_key": issue(engine, "wroclaw.pl"), "service_code": "graffiti"}
    path = "/krakow/open311/v2/requests.json"
    assert client.post(path, data=form | MIDDLE["krakow.pl"]).status_code == 403


@pytest.mark.parametrize("stage", ["v2", "test/v2"])
def test_a_key_is_good_for_production_and_test(
    client: CheckingClient, key: str, city: str, stage: str
) -> None:
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE[city]}
    path = f"/{SLUG[city]}/open311/{stage}/requests.json"
    assert client.post(path, data=form).status_code == 200


@pytest.mark.parametrize("in_body", [None, "", " "])
def test_a_key_may_stand_in_the_query(
    client: CheckingClient, key: str, city: str, format: str, in_body: str | None
) -> None:
    form = {"service_code": "graffiti", **MIDDLE[city]}
    form |= {} if in_body is None else {"api_key": in_body}
    path = f"/{SLUG[city]}/open311/v2/requests.{format}?api_key={key}"
    assert client.post(path, data=form).status_code == 200


@pytest.mark.parametrize(
    ("in_body", "in_query", "status"), [("right", "wrong", 200), ("wrong", "right", 403)]
)
def test_the_key_in_the_body_counts_before_that_in_the_query(
    client: CheckingClient, key: str, in_body: str, in_query: str, status: int
) -> None:
    sent = {"right": key, "wrong": "wrong"}
    form = {"api_key": sent[in_body], "service_code": "graffiti", **MIDDLE["krakow.pl"]}
    path = f"/krakow/open311/v2/requests.json?api_key={sent[in_query]}"
    assert client.post(path, data=form).status_code == status


@pytest.mark.parametrize(("sent", "status"), [(("right", "right"), 200), (("right", "wrong"), 400)])
def test_a_key_sent_twice_must_be_the_same(
    client: CheckingClient, key: str, sent: Sequence[str], status: int, format: str
) -> None:
    given = [key if one == "right" else one for one in sent]
    assert post_report(client, key, "krakow.pl", format, api_key=given).status_code == status


@pytest.mark.parametrize("path", ["services", "services/pothole", "requests"])
def test_reading_needs_no_key_and_ignores_one(
    client: CheckingClient, city: str, path: str, format: str
) -> None:
    base = f"/{SLUG[city]}/open311/v2/{path}.{format}"
    assert client.get(base).data == client.get(f"{base}?api_key=wrong").data


def test_no_answer_tells_who_has_a_key(
    own_client: CheckingClient, own_engine: Engine, format: str
) -> None:
    with own_engine.begin() as connection:
        account_id = accounts.create(connection, "marker@example.org", "Marker", actor=SHELL)
        accounts.grant(connection, "marker@example.org", "inter_city_administrator", actor=SHELL)
        terms = {"account_id": account_id, "rate_class": "standard"}
        key = new_key(connection, ["krakow.pl"], "marker", **terms)
    answers = [
        post_report(own_client, key, "krakow.pl", format),
        post_report(own_client, key, "krakow.pl", format, lat="north"),
        post_report(own_client, key, "wroclaw.pl", format),
    ]
    use_up(own_engine, key)
    answers.append(post_report(own_client, key, "krakow.pl", format))
    for path in ("discovery", "services", "requests"):
        answers.append(own_client.get(f"/krakow/open311/v2/{path}.{format}?api_key={key}"))
    assert [answer.status_code for answer in answers] == [200, 400, 403, 429, 200, 200, 200]
    for answer in answers:
        assert "marker" not in f"{answer.text} {answer.headers}".lower()
        assert key not in answer.text
