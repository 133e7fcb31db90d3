"""Requests imported from the command line: what is told, what is listed, how it ends."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.cli.running import Ended, run, url_of
from tests.importing.given import RECORDED, kept

KOELN = RECORDED / "koeln-requests.json"
MAP = "system: sags-uns\nservices: {'009': abandoned_vehicle, '012': pothole}\noutside: keep\n"


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    file = tmp_path / "map.yaml"
    file.write_text(MAP)
    return file


def take(engine: Engine, *arguments: str | Path, city: str = "krakow.pl") -> Ended:
    options = [*map(str, arguments), "--jurisdiction", city]
    return run("import", "requests", *options, DATABASE_URL=url_of(engine))


def listed(file: Path) -> list[list[str]]:
    with file.open(newline="") as stream:
        return list(csv.reader(stream))


def test_it_tells_what_was_taken_and_what_was_not_by_reason(
    own_engine: Engine, tmp_path: Path, map_file: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    ended = take(own_engine, KOELN, "--map", map_file, "--rejects", rejects)
    assert ended.code == 0
    assert "krakow.pl: 38 requests of sags-uns taken: 38 new, 0 changed, 0 as before" in ended.out
    assert "12 not taken. Dates without a zone count as Europe/Warsaw." in ended.out
    assert "  5 not taken: there is no service for their 006 (Gully verstopft)\n" in ended.out
    assert listed(rejects)[0] == ["record", "service_request_id", "taken", "reason", "value"]
    assert len(listed(rejects)) == 13
    assert len(kept(own_engine)) == 38


def test_when_all_is_well_nothing_is_listed(own_engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text(
        "service_request_id,requested_datetime,status,service_name,lat,long\n"
        "1,2026-03-01T10:00:00,open,Graffiti,50.0617,19.9373\n"
    )
    ended = take(own_engine, file, "--time-zone", "America/Chicago")
    assert "of old taken: 1 new" in ended.out
    assert "count as America/Chicago" in ended.out
    assert sorted(tmp_path.iterdir()) == [file]
    assert kept(own_engine)["1"].requested_datetime.isoformat() == "2026-03-01T16:00:00+00:00"


def test_when_nothing_could_be_taken_it_ends_with_1_and_lists_beside_the_file(
    own_engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "old.json"
    file.write_bytes(KOELN.read_bytes())
    ended = take(own_engine, file)
    assert ended.code == 1
    assert "open311: nothing could be taken.\n" in ended.err
    assert len(listed(tmp_path / "old-not-taken.csv")) == 51


def test_what_was_changed_to_be_taken_is_listed_as_taken(
    own_engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    file.write_text(
        "service_request_id,requested_datetime,status,service_code,media_url\n"
        "1,2026-03-01T10:00:00Z,open,graffiti,photo.jpg\n"
    )
    ended = take(own_engine, file)
    change = "media_url was left out: it is no web address"
    assert f"  1 taken, but: {change}\n" in ended.out
    assert listed(tmp_path / "old-not-taken.csv")[1] == ["2", "1", "yes", change, ""]


def test_a_template_of_a_map_is_only_printed(own_engine: Engine) -> None:
    ended = take(own_engine, KOELN, "--map-template")
    assert ended.code == 0
    assert ended.out.startswith('system: "koeln-requests"\nservices:\n  "009":  # 28 requests')
    assert kept(own_engine) == {}


def test_a_file_broken_in_the_middle_ends_with_1_and_says_what_came_before(
    own_engine: Engine, tmp_path: Path, map_file: Path
) -> None:
    file = tmp_path / "cut.json"
    file.write_bytes(KOELN.read_bytes()[:2000])
    ended = take(own_engine, file, "--map", map_file)
    assert ended.code == 1
    assert "2 new" in ended.out
    assert f"open311: {file} is no JSON after record 2" in ended.err
    assert "What came before is here" in ended.err


def test_a_file_that_is_something_else_ends_with_1_and_promises_nothing(
    own_engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear city,\n")
    ended = take(own_engine, file)
    assert ended.code == 1
    assert ended.err.endswith(f"{file} is no CSV of requests: no service_request_id, "
                              "requested_datetime among Dear city, .\n")  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["/nowhere.json"], "open311: /nowhere.json cannot be read: No such file or directory."),
        ([str(KOELN), "--rejects", "/nowhere/a.csv"], "/nowhere/a.csv cannot be written"),
        ([str(KOELN), "--time-zone", "Mars"], "there is no time zone 'Mars'"),
    ],
)
def test_what_cannot_be_done_is_told(own_engine: Engine, arguments: list[str], told: str) -> None:
    ended = take(own_engine, *arguments)
    assert ended.code in (1, 2)
    assert told in ended.err


def test_a_map_that_is_wrong_is_told_by_line(
    own_engine: Engine, map_file: Path, tmp_path: Path
) -> None:
    map_file.write_text(MAP.replace("pothole", "potholes"))
    rejects = tmp_path / "rejects.csv"
    ended = take(own_engine, KOELN, "--map", map_file, "--rejects", rejects)
    assert ended.code == 1
    assert f"{map_file}:2: krakow.pl has no service 'potholes'\n" in ended.err
    assert not rejects.exists()


def test_a_jurisdiction_that_there_is_not_is_told(own_engine: Engine, tmp_path: Path) -> None:
    ended = take(own_engine, KOELN, "--rejects", tmp_path / "a.csv", city="bystra.example")
    assert (ended.code, ended.err) == (1, "open311: There is no jurisdiction “bystra.example”.\n")
