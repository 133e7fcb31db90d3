"""Requests of another system come into a city, once, and follow that system when it has news."""

import json
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from open311.access import audit
from open311.access.rights import shell
from open311.catalogue.loading import ConfigurationError
from open311.catalogue.registry import read_catalogue
from open311.georeport.encoding import render_request
from open311.importing import batches
from open311.importing.mapping import ImportMap, read_map
from open311.reports.publication import stale_records
from open311.settings import CHECKOUT
from tests.cli.running import url_of
from tests.clients import CheckingClient
from tests.importing.given import RECORDED, SYSTEM, Import, kept, request
from tests.reporting import rows
from tests.rows import ids, search

LATER = "2026-03-02T10:00:00+01:00"


@pytest.mark.parametrize(
    ("name", "number", "same"),
    [
        ("koeln-requests.json", 49, 1),
        ("chicago-requests.json", 2, 0),
        ("toronto-requests.xml", 2, 0),
    ],
)
def test_what_was_recorded_of_other_servers_can_be_taken(
    own_engine: Engine, name: str, number: int, same: int
) -> None:
    import_map = ImportMap(default_service="graffiti", keep_outside=True)
    imported = Import(own_engine, import_map=import_map).of_file(RECORDED / name)
    assert (imported.new, imported.same, imported.refused.total()) == (number, same, 0)
    with own_engine.connect() as connection:
        catalogue = read_catalogue(connection, "krakow.pl")
        assert list(stale_records(connection, catalogue, render_request)) == []


def test_a_request_is_found_under_an_id_of_ours_and_keeps_its_old_one(
    own_engine: Engine, own_client: CheckingClient, tmp_path: Path
) -> None:
    Import(own_engine).of(tmp_path, request(media_url="http://old.example/1.jpg"))
    dates = {"start_date": "2026-03-01T00:00:00Z", "end_date": "2026-03-02T00:00:00Z"}
    [record] = search(own_client, "krakow.pl", **dates).json
    row = kept(own_engine)["A-1"]
    assert record["service_request_id"] == row.service_request_id
    assert record["service_request_id"].startswith("KRK-")
    assert record["requested_datetime"] == "2026-03-01T10:00:00+01:00"
    assert record["media_url"] == "http://old.example/1.jpg"
    assert record["agency_responsible"] is not None
    assert row.area_code is not None


def test_its_first_event_says_where_it_came_from(own_engine: Engine, tmp_path: Path) -> None:
    Import(own_engine).of(tmp_path, request(status="closed"))
    with own_engine.connect() as connection:
        [event] = connection.execute(text("SELECT * FROM request_event"))
    assert event.kind == "imported"
    assert event.detail["system"] == SYSTEM
    assert (event.detail["external_id"], event.detail["status"]) == ("A-1", "closed")


def test_the_same_file_again_changes_nothing(own_engine: Engine, tmp_path: Path) -> None:
    given = [request(), request(service_request_id="A-2", media_url="http://old.example/2")]
    Import(own_engine).of(tmp_path, *given)
    before = kept(own_engine), rows(own_engine) | {"audit_entry": 0}
    again = Import(own_engine).of(tmp_path, *given)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert (kept(own_engine), rows(own_engine) | {"audit_entry": 0}) == before


def test_a_newer_file_brings_news(
    own_engine: Engine, own_client: CheckingClient, tmp_path: Path
) -> None:
    Import(own_engine).of(tmp_path, request(), request(service_request_id="A-2"))
    before = kept(own_engine)["A-1"]
    etag = search(own_client, "krakow.pl").headers["ETag"]
    news = request(status="closed", status_notes="Done", updated_datetime=LATER)
    imported = Import(own_engine).of(tmp_path, news, request(service_request_id="A-2"))
    assert (imported.new, imported.changed, imported.same) == (0, 1, 1)
    row = kept(own_engine)["A-1"]
    assert (row.status, row.status_notes, row.number) == ("closed", "Done", before.number)
    assert '"status":"closed"' in row.public_json
    assert search(own_client, "krakow.pl").headers["ETag"] != etag
    with own_engine.connect() as connection:
        details = list(
            connection.scalars(text("SELECT detail FROM request_event ORDER BY event_id"))
        )
    assert details[-1]["changed"] == ["status", "updated_datetime", "status_notes"]


def test_an_older_file_takes_nothing_back(own_engine: Engine, tmp_path: Path) -> None:
    Import(own_engine).of(tmp_path, request(status="closed", updated_datetime=LATER))
    imported = Import(own_engine).of(tmp_path, request())
    assert imported.same == 1
    assert kept(own_engine)["A-1"].status == "closed"


@pytest.mark.parametrize("latest_first", [True, False])
def test_of_two_with_one_id_the_later_change_wins(
    own_engine: Engine, tmp_path: Path, latest_first: bool
) -> None:
    both = [request(status="closed", updated_datetime=LATER), request()]
    imported = Import(own_engine).of(tmp_path, *(both if latest_first else both[::-1]))
    assert (imported.new, imported.same) == (1, 1)
    assert kept(own_engine)["A-1"].status == "closed"


def test_two_systems_may_use_the_same_id(own_engine: Engine, tmp_path: Path) -> None:
    first, second = Import(own_engine), Import(own_engine)
    first.of(tmp_path, request())
    second.target = type(second.target)("krakow.pl", "other.example", ImportMap(), render_request)
    assert second.of(tmp_path, request()).new == 1


def test_a_corrected_map_moves_requests_to_another_service_and_its_unit(
    own_engine: Engine, tmp_path: Path
) -> None:
    given = request(service_code="X")
    Import(own_engine, import_map=ImportMap({"X": "graffiti"})).of(tmp_path, given)
    before = kept(own_engine)["A-1"]
    Import(own_engine, import_map=ImportMap({"X": "pothole"})).of(tmp_path, given)
    after = kept(own_engine)["A-1"]
    assert after.service_code == "pothole"
    assert after.unit_code != before.unit_code
    assert after.service_request_id == before.service_request_id


def test_a_service_is_known_by_the_map_by_its_code_and_without_one_by_its_name(
    own_engine: Engine, tmp_path: Path
) -> None:
    given = [
        request(service_code="009"),
        request(service_request_id="A-2", service_code="pothole"),
        request(service_request_id="A-3", service_code=None, service_name="graffiti"),
        request(service_request_id="A-4", service_code=None, service_name="Lost cat"),
        request(service_request_id="A-5", service_code="010", service_name="Graffiti"),
    ]
    importing = Import(own_engine, import_map=ImportMap({"009": "pothole"}))
    importing.of(tmp_path, *given)
    found = {theirs: row.service_code for theirs, row in kept(own_engine).items()}
    assert found == {"A-1": "pothole", "A-2": "pothole", "A-3": "graffiti"}
    assert [(one.external_id, one.reason) for one in importing.refused] == [
        ("A-4", "there is no service for their no code (Lost cat)"),
        ("A-5", "there is no service for their 010 (Graffiti)"),
    ]


def test_a_point_outside_is_refused_unless_the_map_keeps_it(
    own_engine: Engine, tmp_path: Path
) -> None:
    away = request(lat=50.9, long=6.9)
    importing = Import(own_engine)
    assert importing.of(tmp_path, away).taken == 0
    assert importing.refused == [(1, "A-1", "its point lies outside the jurisdiction", "50.9 6.9")]
    Import(own_engine, import_map=ImportMap(keep_outside=True)).of(tmp_path, away)
    row = kept(own_engine)["A-1"]
    assert (row.lat, row.long, row.area_code) == (50.9, 6.9, None)


def test_a_request_for_a_blackbox_service_stays_out_of_sight(
    own_engine: Engine, own_client: CheckingClient, tmp_path: Path
) -> None:
    Import(own_engine, "wroclaw.pl").of(
        tmp_path, request(service_code="anonymous_tip", lat=51.11, long=17.03)
    )
    row = kept(own_engine)["A-1"]
    assert (row.service_request_id, row.public_json) == (None, None)
    assert ids(search(own_client, "wroclaw.pl", start_date="2026-03-01T00:00:00Z")) == []


def test_a_map_that_names_a_service_that_there_is_not_is_refused_by_line(
    own_engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "map.yaml"
    file.write_text("services:\n  '1': graffiti\n  '2': grafiti\ndefault_service: nothing\n")
    with pytest.raises(ConfigurationError) as refused:
        Import(own_engine, import_map=read_map(file)).of(tmp_path, request())
    assert [str(finding) for finding in refused.value.findings] == [
        f"{file}:3: krakow.pl has no service 'grafiti'",
        f"{file}:4: krakow.pl has no service 'nothing'",
    ]
    assert rows(own_engine)["service_request"] == 0


def test_what_comes_before_a_break_is_taken(own_engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "cut.json"
    file.write_text(json.dumps([request()])[:-1] + ', {"service_re')
    imported = Import(own_engine).of_file(file)
    assert imported.new == 1
    assert "is no JSON after record 1" in str(imported.broken)


def test_batch_after_batch_nothing_is_lost(
    own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 3)
    given = [request(service_request_id=f"A-{place}") for place in range(11)]
    given.insert(5, request(service_request_id="bad", status="odd"))
    importing = Import(own_engine)
    imported = importing.of(tmp_path, *given)
    assert (imported.new, imported.refused.total()) == (11, 1)
    assert importing.refused[0].place == 6
    assert len(kept(own_engine)) == 11


def test_who_began_and_how_it_ended_is_in_the_audit_log(own_engine: Engine, tmp_path: Path) -> None:
    Import(own_engine).of(tmp_path, request(), request(service_request_id=None))
    with own_engine.connect() as connection:
        read = audit.read(connection, actor=shell("tests"), jurisdiction_id="krakow.pl", limit=2)
        entries = [one.entry for one in read]
    assert {(one.actor, one.act, one.subject) for one in entries} == {
        ("shell:tests", "import_requests", f"requests of {SYSTEM}")
    }
    ended, begun = (one.after for one in entries)
    assert begun == {"begun": str(tmp_path / "old.json")}
    assert (ended["new"], ended["refused"], ended["broken"]) == (1, 1, None)


TEXT = st.text(max_size=40)
NUMBERS = count()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=30))
def test_whatever_people_wrote_is_rendered_as_the_encoder_would(
    own_engine: Engine, tmp_path: Path, texts: list[tuple[str, str]]
) -> None:
    importing = Import(own_engine)
    given_requests = [
        request(service_request_id=next(NUMBERS), description=text, address=other)
        for text, other in texts
    ]
    imported = importing.of(tmp_path, *given_requests)
    assert imported.refused.total() == 0
    with own_engine.connect() as connection:
        catalogue = read_catalogue(connection, "krakow.pl")
        assert list(stale_records(connection, catalogue, render_request)) == []


def test_an_import_that_was_killed_is_completed_by_the_next(
    own_engine: Engine, tmp_path: Path
) -> None:
    number = 20_000
    file = tmp_path / "many.csv"
    with file.open("w") as stream:
        stream.write("service_request_id,requested_datetime,status,service_code,lat,long\n")
        for place in range(number):
            stream.write(f"{place},2026-03-01T10:00:00Z,open,graffiti,50.0617,19.9373\n")
    command = [sys.executable, "-m", "open311", "import", "requests", str(file)]
    options = ["--jurisdiction", "krakow.pl", "--system", SYSTEM]
    environment = {"PATH": "/usr/bin:/bin", "OPEN311_DATABASE_URL": url_of(own_engine)}
    with subprocess.Popen(
        command + options, env=environment, cwd=CHECKOUT, stderr=subprocess.DEVNULL
    ) as process:
        while rows(own_engine)["service_request"] == 0:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    taken = rows(own_engine)["service_request"]
    assert 0 < taken < number
    assert taken % batches.BATCH == 0
    imported = Import(own_engine).of_file(file)
    assert (imported.new, imported.same) == (number - taken, taken)
    counts = rows(own_engine)
    assert {
        counts[name] for name in ("service_request", "external_reference", "request_event")
    } == {number}
