"""Putting a revision in force: what it changes at once, and what it leaves alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.catalogue.loading import ConfigurationError
from tests.clients import CheckingClient
from tests.conftest import app_on
from tests.folders import BYSTRA, change, copy_city, put_in_force, write_bystra, write_shapes
from tests.keys import new_key
from tests.rows import add_request, days_ago, found, search, stale_records

HOME = "/bystra/open311/v2"


@pytest.fixture
def folder(own_engine: Engine, tmp_path: Path) -> Path:
    """The folder of a made-up city that is in force."""
    folder = write_bystra(tmp_path)
    put_in_force(own_engine, folder)
    return folder


@pytest.fixture
def running(own_engine: Engine, folder: Path) -> CheckingClient:
    """Talks to a service that has answered from the first revision already."""
    client = app_on(own_engine).test_client()
    assert len(client.get(f"{HOME}/services.json").json) == 3
    return client


def changeset(client: CheckingClient, slug: str) -> str:
    return client.get(f"/{slug}/open311/discovery.json").json["endpoints"][0]["changeset"]


def etags(client: CheckingClient, slug: str) -> list[str]:
    paths = ("services.json", "requests.json", "requests.xml", "discovery.json")
    return [client.get(f"/{slug}/open311/v2/{path}").headers["ETag"] for path in paths]


def record(client: CheckingClient, request_id: str) -> Any:
    return search(client, BYSTRA, service_request_id=request_id).json[0]


def test_a_folder_applied_again_is_in_force_as_before(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    before = changeset(running, "bystra"), etags(running, "bystra")
    again = put_in_force(own_engine, folder)
    assert (again.changed, again.revision) == (False, 1)
    assert (changeset(running, "bystra"), etags(running, "bystra")) == before


def test_a_changed_folder_is_the_next_revision(own_engine: Engine, folder: Path) -> None:
    change(folder, "units.yaml", "Bystra Works", "Bystra Streets")
    second = put_in_force(own_engine, folder)
    assert (second.changed, second.revision) == (True, 2)


def test_the_same_folder_applied_by_several_at_once_is_one_revision(
    own_engine: Engine, folder: Path
) -> None:
    change(folder, "units.yaml", "Bystra Works", "Bystra Streets")
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: put_in_force(own_engine, folder), range(4)))
    assert {one.revision for one in applied} == {2}
    assert [one.changed for one in applied].count(True) == 1


def test_the_changeset_moves_with_each_revision_and_sorts_after_the_last(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    seen = [changeset(running, "bystra")]
    names = ["Bystra Works", "Bystra Streets", "Bystra Roads", "Bystra Ways"]
    for old, new in pairwise(names):
        change(folder, "units.yaml", old, new)
        put_in_force(own_engine, folder)
        seen.append(changeset(running, "bystra"))
    assert seen == sorted(set(seen))
    assert running.get("/open311/discovery.json").json["changeset"] == seen[-1]


def test_a_renamed_service_is_renamed_in_all_its_requests(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    old = add_request(own_engine, BYSTRA, days_ago(400), service_code="lamp", status="closed")
    trial = add_request(own_engine, BYSTRA, service_code="lamp", endpoint_type="test")
    change(folder, "services.yaml", "{en: Dark lamp,", "{en: Broken <lamp>,")
    put_in_force(own_engine, folder)
    assert running.get(f"{HOME}/services.json").json[0]["service_name"] == "Broken <lamp>"
    assert record(running, old)["service_name"] == "Broken <lamp>"
    assert "Broken &lt;lamp&gt;" in running.get(f"{HOME}/requests/{old}.xml").text
    there = running.get(f"/bystra/open311/test/v2/requests/{trial}.json")
    assert there.json[0]["service_name"] == "Broken <lamp>"


def test_a_renamed_service_moves_what_clients_keep_of_that_city_alone(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    for city in (BYSTRA, "wroclaw.pl"):
        add_request(own_engine, city, service_code={BYSTRA: "lamp"}.get(city, "graffiti"))
    before = etags(running, "bystra"), changeset(running, "bystra")
    elsewhere = etags(running, "wroclaw"), changeset(running, "wroclaw")
    change(folder, "services.yaml", "{en: Dark lamp,", "{en: Broken lamp,")
    put_in_force(own_engine, folder)
    after = etags(running, "bystra"), changeset(running, "bystra")
    assert all(one != other for one, other in zip(before[0], after[0], strict=True))
    assert before[1] < after[1]
    assert (etags(running, "wroclaw"), changeset(running, "wroclaw")) == elsewhere


def test_a_change_that_shows_in_no_request_leaves_the_lists_etag(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    add_request(own_engine, BYSTRA, service_code="lamp")
    before = running.get(f"{HOME}/requests.json").headers["ETag"]
    change(folder, "services.yaml", "{en: A lamp is dark.,", "{en: It is dark.,")
    put_in_force(own_engine, folder)
    assert running.get(f"{HOME}/requests.json").headers["ETag"] == before


SHOWN = {
    "name of a unit": (
        ("units.yaml", "Bystra Works", "Bystra Streets"),
        ("agency_responsible", "Bystra Streets"),
    ),
    "time zone": (
        ("jurisdiction.yaml", "Asia/Kathmandu", "Europe/Warsaw"),
        ("requested_datetime", "2026-01-10T12:00:00+01:00"),
    ),
    "first language": (
        ("jurisdiction.yaml", "[en, pl]", "[pl, en]"),
        ("service_name", "Ciemna lampa"),
    ),
}


@pytest.mark.parametrize(("changed", "shown"), SHOWN.values(), ids=SHOWN)
def test_requests_show_a_changed(
    running: CheckingClient,
    own_engine: Engine,
    folder: Path,
    changed: tuple[str, str, str],
    shown: tuple[str, str],
) -> None:
    noon = datetime(2026, 1, 10, 11, tzinfo=UTC)
    one = add_request(own_engine, BYSTRA, noon, service_code="lamp", unit_code="works")
    change(folder, *changed)
    put_in_force(own_engine, folder)
    member, text_now = shown
    assert record(running, one)[member] == text_now
    assert stale_records(own_engine, BYSTRA) == 0


def test_a_moved_boundary_decides_at_once(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    with own_engine.begin() as connection:
        key = new_key(connection, [BYSTRA])
    report = {"api_key": key, "service_code": "lamp", "lat": "47.05", "long": "10.25"}
    assert running.post(f"{HOME}/requests.json", data=report).status_code == 400
    write_shapes(folder / "boundary.geojson", bystra=(10.0, 47.0, 10.3, 47.1))
    put_in_force(own_engine, folder)
    assert running.post(f"{HOME}/requests.json", data=report).status_code == 200


def test_a_second_process_serves_the_same_revision(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    other = app_on(own_engine).test_client()
    assert etags(other, "bystra") == etags(running, "bystra")
    change(folder, "services.yaml", "{en: Dark lamp,", "{en: Broken lamp,")
    put_in_force(own_engine, folder)
    assert etags(other, "bystra") == etags(running, "bystra")
    assert other.get(f"{HOME}/services.json").json[0]["service_name"] == "Broken lamp"


def test_what_fails_on_the_way_leaves_the_revision_before(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    add_request(own_engine, BYSTRA, service_code="lamp")
    before = etags(running, "bystra"), running.get(f"{HOME}/services.json").json
    change(folder, "services.yaml", "{en: Dark lamp,", "{en: Broken lamp,")
    # The last step, writing the records anew, is refused by the database.
    with own_engine.begin() as connection:
        connection.execute(
            text("""
            ALTER TABLE service_request
            ADD CONSTRAINT dark CHECK (public_json NOT LIKE '%Broken%')
        """)
        )
    try:
        with pytest.raises(Exception, match="violates check constraint"):
            put_in_force(own_engine, folder)
    finally:
        with own_engine.begin() as connection:
            connection.execute(text("ALTER TABLE service_request DROP CONSTRAINT dark"))
    assert (etags(running, "bystra"), running.get(f"{HOME}/services.json").json) == before


@pytest.mark.parametrize("name", ["slug", "prefix"])
def test_what_another_city_has_is_not_given_twice(
    running: CheckingClient, own_engine: Engine, folder: Path, tmp_path: Path, name: str
) -> None:
    other = copy_city("krakow", tmp_path)
    taken = {"slug": ("slug: krakow", "slug: bystra"), "prefix": ("prefix: KRK", "prefix: BYS")}
    change(other, "jurisdiction.yaml", *taken[name])
    with pytest.raises(ConfigurationError, match=f"the {name} .* is taken by {BYSTRA}"):
        put_in_force(own_engine, other)
    assert len(running.get("/krakow/open311/v2/services.json").json) == 37


def test_a_revision_can_be_taken_back(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    one = add_request(own_engine, BYSTRA, service_code="lamp")
    before = record(running, one), running.get(f"{HOME}/services.json").json
    change(folder, "services.yaml", "{en: Dark lamp,", "{en: Broken lamp,")
    put_in_force(own_engine, folder)
    change(folder, "services.yaml", "{en: Broken lamp,", "{en: Dark lamp,")
    assert put_in_force(own_engine, folder).revision == 3
    assert (record(running, one), running.get(f"{HOME}/services.json").json) == before
    assert found(running, BYSTRA, service_code="lamp") == [one]
