"""Asking again cheaply: every GET has a strong ETag, which moves when, and only when, it must."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.reporting import SLUG, post_report, reported
from tests.rows import add_request, add_waiting, close_request, days_ago, found, search
from tests.working import do_due

RESOURCES = {
    "services": "/krakow/open311/v2/services",
    "definition": "/krakow/open311/v2/services/pothole",
    "list": "/krakow/open311/v2/requests",
    "page": "/krakow/open311/v2/requests.{format}?page_size=1&status=open",
    "single": "/krakow/open311/v2/requests/{id}",
    "token": "/krakow/open311/v2/tokens/{token}",
    "discovery": "/open311/discovery",
    "discovery of a city": "/krakow/open311/v2/discovery",
    "jurisdictions": "/open311/v2/jurisdictions",
}


@pytest.fixture(params=RESOURCES)
def address(request: pytest.FixtureRequest, engine: Engine, format: str) -> str:
    """Each resource that can be got, in each format."""
    one = add_request(engine, "krakow.pl", days_ago(2))
    [token] = add_waiting(engine, "krakow.pl", [days_ago(-1)])
    path = RESOURCES[request.param].format(id=one, token=token, format=format)
    return path if "?" in path else f"{path}.{format}"


def etag(client: CheckingClient, city: str, format: str = "json", **arguments: str) -> str:
    """Return the ETag of a list of requests."""
    return search(client, city, format, **arguments).headers["ETag"]


def test_every_answer_has_a_strong_etag_and_may_be_kept(
    client: CheckingClient, address: str
) -> None:
    response = client.get(address)
    tag, weak = response.get_etag()
    assert tag
    assert weak is False
    assert response.headers["Cache-Control"] == "no-cache"
    assert client.get(address).headers["ETag"] == response.headers["ETag"]


def test_who_has_the_answer_already_is_told_so(client: CheckingClient, address: str) -> None:
    tag = client.get(address).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"of another time", {tag}', "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b""), known
        assert again.headers["ETag"] == tag
        assert again.headers["Cache-Control"] == "no-cache"


def test_who_has_another_answer_gets_this_one(client: CheckingClient, address: str) -> None:
    again = client.get(address, headers={"If-None-Match": '"of another time"'})
    assert again.status_code == 200
    assert again.data == client.get(address).data


def test_a_head_call_has_the_etag_and_no_content(client: CheckingClient, address: str) -> None:
    head = client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == client.get(address).headers["ETag"]
    assert client.head(address, headers={"If-None-Match": head.headers["ETag"]}).status_code == 304


def test_an_answer_in_another_language_has_another_etag(client: CheckingClient) -> None:
    path = "/krakow/open311/v2/services.json"
    polish, ukrainian = (client.get(path, query_string={"locale": one}) for one in ("pl", "uk"))
    assert polish.headers["ETag"] != ukrainian.headers["ETag"]
    assert "Accept-Language" in polish.headers["Vary"]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [({"status": "fixed"}, 400), ({"jurisdiction_id": "atlantis.example"}, 404)],
)
def test_a_call_that_is_wrong_is_refused_whatever_the_client_has(
    client: CheckingClient, arguments: dict[str, str], status: int
) -> None:
    query = {"jurisdiction_id": "krakow.pl", **arguments}
    path = "/open311/v2/requests.json"
    refusal = client.get(path, query_string=query, headers={"If-None-Match": "*"})
    assert refusal.status_code == status
    assert "ETag" not in refusal.headers


def test_an_answer_to_a_post_is_not_to_be_kept(client: CheckingClient, key: str, city: str) -> None:
    assert "ETag" not in post_report(client, key, city).headers


def test_the_lists_etag_moves_after_a_report(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    before = etag(client, city, format)
    reported(client, key, city)
    assert etag(client, city, format) != before
    again = client.get(
        f"/open311/v2/requests.{format}",
        query_string={"jurisdiction_id": city},
        headers={"If-None-Match": before},
    )
    assert again.status_code == 200


def test_every_one_of_many_reports_moves_the_lists_etag(
    client: CheckingClient, key: str, city: str
) -> None:
    seen = {etag(client, city)}
    for _ in range(20):
        reported(client, key, city)
        seen.add(etag(client, city))
    assert len(seen) == 21


def test_a_refused_report_leaves_the_lists_etag(
    client: CheckingClient, key: str, city: str
) -> None:
    before = etag(client, city)
    assert post_report(client, key, city, lat="52.23", long="21.01").status_code == 400
    assert etag(client, city) == before


def test_a_report_in_the_other_city_leaves_the_lists_etag(client: CheckingClient, key: str) -> None:
    before = etag(client, "wroclaw.pl")
    reported(client, key, "krakow.pl")
    assert etag(client, "wroclaw.pl") == before


def test_a_report_at_the_test_endpoint_leaves_the_real_lists_etag(
    client: CheckingClient, key: str, city: str
) -> None:
    before = etag(client, city)
    trial = {"jurisdiction_id": city, "api_key": key, "service_code": "graffiti"}
    trial |= {"address_string": "Rynek 1"}
    assert client.post("/open311/test/v2/requests.json", data=trial).status_code == 200
    assert etag(client, city) == before


def test_the_etags_move_when_a_request_is_closed(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    one = add_request(engine, city)
    path = f"/{SLUG[city]}/open311/v2/requests/{one}.{format}"
    before = etag(client, city, format), client.get(path).headers["ETag"]
    close_request(engine, city, one, days_ago(0))
    after = etag(client, city, format), client.get(path).headers["ETag"]
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_the_etags_move_when_an_id_is_given(
    own_client: CheckingClient, own_engine: Engine, city: str, format: str
) -> None:
    [token] = add_waiting(own_engine, city, [days_ago(1)])
    path = f"/{SLUG[city]}/open311/v2/tokens/{token}.{format}"
    before = etag(own_client, city, format), own_client.get(path).headers["ETag"]
    do_due(own_engine)
    after = etag(own_client, city, format), own_client.get(path).headers["ETag"]
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_the_lists_etag_moves_when_a_request_leaves_the_window_of_ninety_days(
    client: CheckingClient, engine: Engine
) -> None:
    leaves_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    leaving = add_request(engine, "krakow.pl", leaves_at - timedelta(days=90))
    staying = add_request(engine, "krakow.pl", days_ago(80))
    before = search(client, "krakow.pl")
    assert found(client, "krakow.pl") == [staying, leaving]
    assert etag(client, "krakow.pl") == before.headers["ETag"]
    time.sleep((leaves_at - datetime.now(UTC)).total_seconds() + 0.01)
    again = client.get(
        "/krakow/open311/v2/requests.json", headers={"If-None-Match": before.headers["ETag"]}
    )
    assert again.status_code == 200
    assert found(client, "krakow.pl") == [staying]


def test_time_that_passes_without_a_change_leaves_the_lists_etag(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    add_request(engine, city)
    before = etag(client, city)
    time.sleep(1.1)
    assert etag(client, city) == before
