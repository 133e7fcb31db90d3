"""What is no longer in a folder is retired: not offered, never lost."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.conftest import app_on
from tests.folders import BYSTRA, change, put_in_force, write_bystra
from tests.keys import new_key
from tests.rows import add_request, found, search, stale_records

HOME = "/bystra/open311/v2"


def without(folder: Path, code: str, following: str) -> None:
    """Take a service out of the folder: its entry up to the following one."""
    content = (folder / "services.yaml").read_text()
    entry = content[content.index(f"  - code: {code}") : content.index(f"  - code: {following}")]
    change(folder, "services.yaml", entry, "")


@pytest.fixture
def folder(own_engine: Engine, tmp_path: Path) -> Path:
    """The folder of a made-up city, in force; afterwards the service `lamp` is taken out of it."""
    folder = write_bystra(tmp_path)
    put_in_force(own_engine, folder)
    without(folder, "lamp", "bin")
    return folder


@pytest.fixture
def running(own_engine: Engine, folder: Path) -> CheckingClient:
    """Talks to a service that has answered from the first revision already."""
    client = app_on(own_engine).test_client()
    assert client.get(f"{HOME}/services/lamp.json").status_code == 200
    return client


def test_a_retired_service_is_not_offered(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:  # D-65
    put_in_force(own_engine, folder)
    assert [one["service_code"] for one in running.get(f"{HOME}/services.json").json] == [
        "bin",
        "tip",
    ]
    assert running.get(f"{HOME}/services/lamp.json").status_code == 404


def test_a_report_of_a_retired_service_is_refused(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:  # D-65
    with own_engine.begin() as connection:
        key = new_key(connection, [BYSTRA])
    report = {"api_key": key, "service_code": "lamp", "address_string": "Main Street 1"}
    assert running.post(f"{HOME}/requests.json", data=report).status_code == 200
    put_in_force(own_engine, folder)
    assert running.post(f"{HOME}/requests.json", data=report).status_code == 404


def test_requests_of_a_retired_service_keep_showing_its_code_and_name(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:  # D-65
    one = add_request(own_engine, BYSTRA, service_code="lamp", unit_code="works")
    before = search(running, BYSTRA).json
    put_in_force(own_engine, folder)
    assert search(running, BYSTRA).json == before
    assert before[0]["service_name"] == "Dark lamp"
    assert found(running, BYSTRA, service_code="lamp") == [one]
    assert stale_records(own_engine, BYSTRA) == 0


def test_a_retired_service_may_lose_its_group_and_its_unit(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    add_request(own_engine, BYSTRA, service_code="bin", unit_code="cleaning", status="closed")
    before = search(running, BYSTRA).json
    without(folder, "bin", "tip")
    change(folder, "services.yaml", "  - code: waste\n    name: {en: Waste, pl: Odpady}\n", "")
    units = (folder / "units.yaml").read_text()
    (folder / "units.yaml").write_text(units[: units.index("  - code: cleaning")])
    put_in_force(own_engine, folder)
    assert search(running, BYSTRA).json == before
    assert before[0]["agency_responsible"] == "Bystra Cleaning"


def test_a_retired_service_need_not_know_a_language_that_the_city_learns_later(
    running: CheckingClient, own_engine: Engine, folder: Path
) -> None:
    one = add_request(own_engine, BYSTRA, service_code="lamp")
    put_in_force(own_engine, folder)
    for file in ("jurisdiction.yaml", "services.yaml", "units.yaml"):
        content = (folder / file).read_text().replace("en: ", "de: ")
        (folder / file).write_text(content.replace("[en, pl]", "[de, pl]"))
    put_in_force(own_engine, folder)
    [record] = search(running, BYSTRA, service_request_id=one).json
    assert record["service_name"] in ("Dark lamp", "Ciemna lampa")


def test_a_service_that_comes_back_is_offered_again_at_its_place(
    running: CheckingClient, own_engine: Engine, folder: Path, tmp_path: Path
) -> None:
    one = add_request(own_engine, BYSTRA, service_code="lamp")
    put_in_force(own_engine, folder)
    (tmp_path / "again").mkdir()
    put_in_force(own_engine, write_bystra(tmp_path / "again"))
    offered = [service["service_code"] for service in running.get(f"{HOME}/services.json").json]
    assert offered == ["lamp", "bin", "tip"]
    assert running.get(f"{HOME}/services/lamp.json").status_code == 200
    assert found(running, BYSTRA) == [one]
