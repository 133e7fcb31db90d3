"""A third city is a folder: put in force, it is served at once by a service that was running."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.clients import CheckingClient
from tests.folders import (
    BYSTRA,
    WEST_END,
    change,
    put_in_force,
    write_bystra,
    write_shapes,
)
from tests.keys import new_key
from tests.reporting import MIDDLE, errors, only_row
from tests.rows import found
from tests.working import do_queued

HOME = "/bystra/open311/v2"
IN_THE_WEST = {"lat": "47.05", "long": "10.05"}


@pytest.fixture
def bystra(own_client: CheckingClient, own_engine: Engine, tmp_path: Path) -> CheckingClient:
    """Talks to a service that was running when the city was added, and had been asked for it."""
    assert own_client.get(f"{HOME}/services.json").status_code == 404
    assert BYSTRA not in own_client.get("/open311/v2/requests.json").text
    put_in_force(own_engine, write_bystra(tmp_path))
    return own_client


@pytest.fixture
def report(bystra: CheckingClient, own_engine: Engine) -> dict[str, str]:
    """What to post: a dark lamp in the west of the city."""
    with own_engine.begin() as connection:
        key = new_key(connection, [BYSTRA])
    return {"api_key": key, "service_code": "lamp", **IN_THE_WEST}


def test_it_is_listed_beside_the_others(bystra: CheckingClient) -> None:
    listed = bystra.get("/open311/v2/jurisdictions.json").json
    assert [one["jurisdiction_id"] for one in listed] == [BYSTRA, "krakow.pl", "wroclaw.pl"]
    assert listed[0] == {
        "jurisdiction_id": BYSTRA,
        "name": "Bystra",
        "slug": "bystra",
        "url": f"http://localhost{HOME}",
        "languages": ["en", "pl"],
    }


def test_it_is_found_by_a_point_in_it(bystra: CheckingClient) -> None:
    listed = bystra.get("/open311/v2/jurisdictions.json", query_string=IN_THE_WEST).json
    assert [one["jurisdiction_id"] for one in listed] == [BYSTRA]


def test_where_cities_overlap_a_point_is_in_both(
    bystra: CheckingClient, own_engine: Engine, tmp_path: Path
) -> None:
    write_shapes(tmp_path / "bystra/boundary.geojson", bystra=(17.0, 51.1, 17.1, 51.2))
    write_shapes(tmp_path / "bystra/areas/quarters.geojson", west=(17.0, 51.1, 17.1, 51.2))
    boundary = "file: boundary.geojson\n"
    overlaps = f"{boundary}  overlaps: [wroclaw.pl]\n"
    change(tmp_path / "bystra", "jurisdiction.yaml", boundary, overlaps)
    put_in_force(own_engine, tmp_path / "bystra")
    square = MIDDLE["wroclaw.pl"]
    listed = bystra.get("/open311/v2/jurisdictions.json", query_string=square).json
    assert [one["jurisdiction_id"] for one in listed] == [BYSTRA, "wroclaw.pl"]


def test_it_offers_its_own_services_in_its_own_languages(bystra: CheckingClient) -> None:
    services = bystra.get(f"{HOME}/services.json").json
    assert [one["service_name"] for one in services] == ["Dark lamp", "Full bin", "Tip"]
    polish = bystra.get(f"{HOME}/services.json", query_string={"locale": "pl"}).json
    assert polish[0]["service_name"] == "Ciemna lampa"
    definition = bystra.get(f"{HOME}/services/lamp.json").json
    assert [one["code"] for one in definition["attributes"]] == ["colour", "pole"]
    shared = bystra.get("/open311/v2/services.json", query_string={"jurisdiction_id": BYSTRA})
    assert shared.json == services


def test_it_has_its_own_discovery(bystra: CheckingClient) -> None:
    document = bystra.get("/bystra/open311/discovery.json").json
    assert document["contact"] == "At the town hall"
    assert document["endpoints"][0]["url"] == f"http://localhost{HOME}"
    assert "Bystra: At the town hall" in bystra.get("/open311/discovery.json").json["contact"]


def test_a_report_to_it_is_taken_in_and_found(
    bystra: CheckingClient, report: dict[str, str], own_engine: Engine
) -> None:
    posted = bystra.post(f"{HOME}/requests.json", data=report).json
    [record] = bystra.get(f"{HOME}/requests.json").json
    assert record["service_request_id"] == posted[0]["service_request_id"]
    assert record["service_request_id"].startswith("BYS-")
    assert record["agency_responsible"] == "Bystra Works"
    assert record["requested_datetime"].endswith("+05:45")
    assert only_row(own_engine, "service_request").area_code == "west"
    assert found(bystra, BYSTRA) == [record["service_request_id"]]
    assert found(bystra, "krakow.pl") == []


def test_a_report_from_elsewhere_is_refused(bystra: CheckingClient, report: dict[str, str]) -> None:
    refusal = bystra.post(f"{HOME}/requests.json", data=report | MIDDLE["krakow.pl"])
    assert refusal.status_code == 400
    assert "krakow.pl" in errors(refusal)[0]
    swapped = {"lat": report["long"], "long": report["lat"]}
    refusal = bystra.post(f"{HOME}/requests.json", data=report | swapped)
    assert "exchanged" in errors(refusal)[0]


def test_the_keys_of_the_other_cities_do_not_open_it(
    bystra: CheckingClient, report: dict[str, str], own_key: str
) -> None:
    refusal = bystra.post(f"{HOME}/requests.json", data=report | {"api_key": own_key})
    assert refusal.status_code == 403


def test_its_batch_service_gives_a_token_and_then_an_id(
    bystra: CheckingClient, report: dict[str, str], own_engine: Engine
) -> None:
    [posted] = bystra.post(f"{HOME}/requests.json", data=report | {"service_code": "bin"}).json
    assert "service_request_id" not in posted
    token = f"{HOME}/tokens/{posted['token']}.json"
    assert "service_request_id" not in bystra.get(token).json[0]
    do_queued(own_engine)
    assert found(bystra, BYSTRA) == [bystra.get(token).json[0]["service_request_id"]]


def test_its_blackbox_service_gives_a_notice_alone(
    bystra: CheckingClient, report: dict[str, str]
) -> None:
    tip = report | {"service_code": "tip"}
    [posted] = bystra.post(f"{HOME}/requests.json", data=tip).json
    assert posted == {"service_notice": "Thank you.", "account_id": None}
    assert found(bystra, BYSTRA) == []


def test_a_city_without_districts_can_be_reported_to(
    bystra: CheckingClient, report: dict[str, str], own_engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "bystra/jurisdiction.yaml"
    file.write_text(file.read_text().partition("areas:")[0])
    put_in_force(own_engine, tmp_path / "bystra")
    assert bystra.post(f"{HOME}/requests.json", data=report).status_code == 200
    assert only_row(own_engine, "service_request").area_code is None


def test_its_districts_need_not_fill_it(
    bystra: CheckingClient, report: dict[str, str], own_engine: Engine, tmp_path: Path
) -> None:
    write_shapes(tmp_path / "bystra/areas/quarters.geojson", west=WEST_END)
    put_in_force(own_engine, tmp_path / "bystra")
    assert bystra.post(f"{HOME}/requests.json", data=report | {"long": "10.15"}).status_code == 200
    assert only_row(own_engine, "service_request").area_code is None


def test_the_other_cities_are_as_before(bystra: CheckingClient, own_engine: Engine) -> None:
    with own_engine.connect() as connection:
        revisions = connection.execute(
            text("SELECT jurisdiction_id, revision FROM jurisdiction ORDER BY 1")
        )
        assert revisions.all() == [(BYSTRA, 1), ("krakow.pl", 1), ("wroclaw.pl", 1)]
    assert len(bystra.get("/wroclaw/open311/v2/services.json").json) == 36
