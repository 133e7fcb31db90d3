"""A request is never stored with names of a revision that is no longer in force."""

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from sqlalchemy import Engine

from open311.admin.jurisdictions import apply_within
from open311.georeport.encoding import render_request
from tests.clients import CheckingClient
from tests.folders import change, copy_city, proposal
from tests.reporting import post_report, reported
from tests.rows import found, search


def test_a_report_that_comes_in_during_an_application_gets_the_new_names(
    own_engine: Engine, own_client: CheckingClient, own_key: str, tmp_path: Path
) -> None:
    reported(own_client, own_key, "wroclaw.pl")  # the old revision is known from here on
    folder = copy_city("wroclaw", tmp_path)
    change(folder, "services.yaml", "pl: Graffiti", "pl: Bazgroły")
    with ThreadPoolExecutor() as threads:
        with own_engine.begin() as connection:
            apply_within(connection, proposal(folder), render_request)
            posting = threads.submit(post_report, own_client, own_key, "wroclaw.pl")
            assert wait([posting], timeout=0.5).not_done, "the report did not wait"
        assert posting.result(10).status_code == 200
    newest = found(own_client, "wroclaw.pl")[0]
    assert posting.result().json[0]["service_request_id"] == newest
    assert search(own_client, "wroclaw.pl").json[0]["service_name"].startswith("Bazgroły")


def test_an_application_in_one_city_keeps_no_report_of_another_waiting(
    own_engine: Engine, own_client: CheckingClient, own_key: str, tmp_path: Path
) -> None:
    folder = copy_city("wroclaw", tmp_path)
    change(folder, "services.yaml", "pl: Graffiti", "pl: Bazgroły")
    with own_engine.begin() as connection:
        apply_within(connection, proposal(folder), render_request)
        assert reported(own_client, own_key, "krakow.pl")
