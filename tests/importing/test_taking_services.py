"""Another system's services become services of ours, each server's habits known."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.importing.taking_services import code_of
from open311.settings import CHECKOUT
from tests.cli.running import Ended, run, url_of
from tests.clients import CheckingClient
from tests.folders import BYSTRA, put_in_force, write_bystra

RECORDED = CHECKOUT / "fixtures" / "recorded"
GIESSEN = RECORDED / "giessen-services.xml"
WASHINGTON = RECORDED / "washington-services.xml"
POTHOLE = RECORDED / "washington-definition-S0301.xml"

HOME = "/bystra/open311/v2"


@pytest.fixture
def bystra(own_engine: Engine, own_client: CheckingClient, tmp_path: Path) -> CheckingClient:
    put_in_force(own_engine, write_bystra(tmp_path))
    return own_client


def take(engine: Engine, source: Path | str, *options: str) -> Ended:
    arguments = ["import", "services", str(source), "--jurisdiction", BYSTRA, *options]
    return run(*arguments, DATABASE_URL=url_of(engine))


def offered(client: CheckingClient) -> dict[str, dict[str, object]]:
    return {one["service_code"]: one for one in client.get(f"{HOME}/services.json").json}


def test_services_without_a_group_come_under_the_first(
    bystra: CheckingClient, own_engine: Engine
) -> None:
    ended = take(own_engine, GIESSEN, "--unit", "works")
    assert ended.code == 0, ended.err
    service = offered(bystra)["012"]
    assert service["service_name"] == "Verkehrsschild beschädigt"
    assert (service["group"], service["keywords"]) == ("Streets", "graffiti,paintings")


def test_groups_are_made_of_what_they_are_called(
    bystra: CheckingClient, own_engine: Engine
) -> None:
    assert take(own_engine, WASHINGTON, "--unit", "works").code == 0
    assert offered(bystra)["csrrepis"]["group"] == "311 - Call Center"


def test_questions_come_in_their_order_and_lines_to_read_stay_such(
    bystra: CheckingClient, own_engine: Engine
) -> None:
    ended = take(own_engine, WASHINGTON, "--unit", "works", "--definition", str(POTHOLE))
    assert ended.code == 0, ended.err
    attributes = bystra.get(f"{HOME}/services/s0301.json").json["attributes"]
    assert [one["order"] for one in attributes] == [*range(1, len(attributes) + 1)]
    assert attributes[0]["code"] == "whispolo"
    assert (attributes[0]["datatype"], attributes[0]["required"]) == ("singlevaluelist", True)
    assert {"key": "ALLEY002", "name": "Alley"} in attributes[0]["values"]
    [line] = [one for one in attributes if one["code"] == "dsitr001"]
    assert (line["variable"], line["values"]) == (False, [])


def test_what_is_there_stays_and_a_second_import_changes_nothing(
    bystra: CheckingClient, own_engine: Engine
) -> None:
    take(own_engine, GIESSEN, "--unit", "works")
    before = offered(bystra)
    assert {"lamp", "bin", "tip"} <= before.keys()
    ended = take(own_engine, GIESSEN, "--unit", "works")
    assert "0 services new" in ended.out
    assert "nothing changes" in ended.out
    assert offered(bystra) == before


def test_a_map_says_which_of_ours_is_meant(
    bystra: CheckingClient, own_engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "map.yaml").write_text("services: {'013': lamp, '012': sign}\n")
    take(own_engine, GIESSEN, "--unit", "works", "--map", str(tmp_path / "map.yaml"))
    services = offered(bystra)
    assert services["sign"]["service_name"] == "Verkehrsschild beschädigt"
    assert services["lamp"]["service_name"] == "Dark lamp"
    assert "013" not in services


def test_without_a_unit_that_takes_them_nothing_is_changed(
    bystra: CheckingClient, own_engine: Engine
) -> None:
    ended = take(own_engine, GIESSEN)
    assert (ended.code, len(offered(bystra))) == (1, 3)
    assert "services.yaml: service 015: no unit, and routing.yaml names no duty_unit" in ended.err


def test_a_dry_run_shows_what_would_come(bystra: CheckingClient, own_engine: Engine) -> None:
    ended = take(own_engine, GIESSEN, "--unit", "works", "--dry-run")
    assert "+ services.yaml: services.012" in ended.out
    assert len(offered(bystra)) == 3


def test_it_is_a_revision_that_says_where_it_came_from(
    bystra: CheckingClient, own_engine: Engine
) -> None:
    take(own_engine, GIESSEN, "--unit", "works")
    history = run("jurisdiction", "history", BYSTRA, DATABASE_URL=url_of(own_engine)).out
    assert "revision 2" in history
    assert f"(import): Services imported from {GIESSEN}" in history


@pytest.mark.parametrize(
    "content",
    ["", "<html></html>", "code,name\n1,a", '{"no": "list"}', "<errors><error/></errors>", "[1"],
)
def test_what_is_no_service_list_is_refused_in_a_sentence(
    bystra: CheckingClient, own_engine: Engine, tmp_path: Path, content: str
) -> None:
    (tmp_path / "given").write_text(content)
    ended = take(own_engine, tmp_path / "given", "--unit", "works")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert ended.err.startswith(f"open311: {tmp_path / 'given'} ")


def test_codes_that_cannot_be_used_or_come_out_alike_are_told(
    bystra: CheckingClient, own_engine: Engine, tmp_path: Path
) -> None:
    given = '[{"service_code": "A 1", "service_name": "One"},'
    given += '{"service_code": "a.1", "service_name": "Other"}, {"service_code": "żółć"}]'
    (tmp_path / "services.json").write_text(given)
    ended = take(own_engine, tmp_path / "services.json", "--unit", "works")
    assert "not taken: a.1: would be a_1, as another of them is" in ended.out
    assert "not taken: żółć: nothing of its code can be used" in ended.out
    assert offered(bystra)["a_1"]["service_name"] == "One"


@pytest.fixture
def other_server(tmp_path: Path) -> Iterator[str]:
    """A server that answers with the recorded files."""
    served = tmp_path / "open311"
    (served / "services").mkdir(parents=True)
    (served / "services.xml").write_bytes(
        b"<services><service><service_code>S0301</service_code><service_name>Pothole"
        b"</service_name><metadata>true</metadata></service></services>"
    )
    (served / "services" / "S0301.xml").write_bytes(POTHOLE.read_bytes())

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given: object) -> None:
            super().__init__(*given, directory=str(served))

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_key_in_an_address_is_kept_nowhere(
    bystra: CheckingClient, own_engine: Engine, other_server: str
) -> None:
    address = f"{other_server}/services.xml?api_key=sesame"
    assert take(own_engine, address, "--unit", "works").code == 0
    for command in (["jurisdiction", "history", BYSTRA], ["audit", "list", "--json"]):
        told = run(*command, DATABASE_URL=url_of(own_engine)).out
        assert "Services imported from http://127.0.0.1/services.xml" in told
        assert "sesame" not in told


def test_of_a_server_the_definitions_are_fetched_as_well(
    bystra: CheckingClient, own_engine: Engine, other_server: str
) -> None:
    ended = take(own_engine, f"{other_server}/services.xml", "--unit", "works")
    assert ended.code == 0, ended.err
    assert len(bystra.get(f"{HOME}/services/s0301.json").json["attributes"]) > 3


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("S0301", "s0301"),
        (" Pot hole! ", "pot_hole"),
        ("żółć", ""),
        ("_-a-_", "a"),
        ("a" * 60, "a" * 50),
    ],
)
def test_codes_are_made_of_what_is_left_of_theirs(theirs: str, ours: str) -> None:
    assert code_of(theirs) == ours
