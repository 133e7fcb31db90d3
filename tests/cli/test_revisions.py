"""The revisions of a city from the command line: history, diff, rollback, export, plan, new."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.catalogue.loading import load
from open311.catalogue.writing import BASE_FILE
from tests.cli.running import Ended, run, url_of
from tests.clients import CheckingClient
from tests.folders import BYSTRA, change, line_of, write_bystra
from tests.rows import add_request

HOME = "/bystra/open311/v2"
WORKS = ("units.yaml", "Bystra Works", "Bystra Streets")


def jurisdiction(engine: Engine, *arguments: str | Path) -> Ended:
    return run("jurisdiction", *map(str, arguments), DATABASE_URL=url_of(engine))


@pytest.fixture
def folder(own_engine: Engine, tmp_path: Path) -> Path:
    """The folder of a made-up city of two revisions."""
    folder = write_bystra(tmp_path)
    assert jurisdiction(own_engine, "apply", folder, "--reason", "the first").code == 0
    change(folder, *WORKS)
    assert jurisdiction(own_engine, "apply", folder, "--reason", "a better name").code == 0
    return folder


def refuse_in_force(engine: Engine, statement: str) -> None:
    """Change what is kept as nobody can, to stand for what older rules let through."""
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_the_history_tells_when_who_and_why(own_engine: Engine, folder: Path) -> None:
    ended = jurisdiction(own_engine, "history", BYSTRA)
    assert (ended.code, ended.err) == (0, "")
    second, first = ended.out.splitlines()
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    assert re.fullmatch(
        rf"revision 2, {moment}, shell:\S+ \(folder\): a better name \[1 change\]", second
    )
    assert re.fullmatch(
        rf"revision 1, {moment}, shell:\S+ \(folder\): the first \[5 changes\]", first
    )


def test_the_history_can_be_read_by_programs(own_engine: Engine, folder: Path) -> None:
    second, first = json.loads(jurisdiction(own_engine, "history", BYSTRA, "--json").out)
    assert (first["revision"], second["revision"]) == (1, 2)
    assert second["reason"] == "a better name"
    assert second["changes"][0]["after"] == "Bystra Streets"


def test_what_differs_between_revisions_is_shown(own_engine: Engine, folder: Path) -> None:
    line = '  ~ units.yaml: units.works.name: "Bystra Works" → "Bystra Streets"\n'
    assert jurisdiction(own_engine, "diff", BYSTRA, "1", "2") == Ended(0, line, "")
    assert jurisdiction(own_engine, "diff", BYSTRA, "1") == Ended(0, line, "")
    assert jurisdiction(own_engine, "diff", BYSTRA, "2", "2") == Ended(0, "", "")
    [one] = json.loads(jurisdiction(own_engine, "diff", BYSTRA, "2", "1", "--json").out)
    assert (one["before"], one["after"]) == ("Bystra Streets", "Bystra Works")


def test_a_rollback_is_a_new_revision_and_answers_as_before_byte_for_byte(
    own_engine: Engine, own_client: CheckingClient, tmp_path: Path
) -> None:
    folder = write_bystra(tmp_path)
    jurisdiction(own_engine, "apply", folder)
    add_request(own_engine, BYSTRA, service_code="lamp", unit_code="works")
    paths = ("services.json", "services.xml", "services/lamp.xml", "requests.json", "requests.xml")
    before = [own_client.get(f"{HOME}/{path}").data for path in paths]
    change(folder, *WORKS)
    change(folder, "services.yaml", "{en: Dark lamp,", "{en: Broken lamp,")
    change(folder, "services.yaml", "key: white", "key: green")
    content = (folder / "services.yaml").read_text()
    (folder / "services.yaml").write_text(content[: content.index("  - code: tip")])
    jurisdiction(own_engine, "apply", folder)
    assert all(
        own_client.get(f"{HOME}/{path}").data != old
        for path, old in zip(paths, before, strict=True)
    )
    ended = jurisdiction(own_engine, "rollback", BYSTRA, "1", "--reason", "it was better")
    assert ended == Ended(0, f"{BYSTRA}: revision 3 is now in force.\n", "")
    assert [own_client.get(f"{HOME}/{path}").data for path in paths] == before
    history = jurisdiction(own_engine, "history", BYSTRA).out.splitlines()
    assert len(history) == 3
    assert "(rollback): it was better" in history[0]


def test_a_rollback_to_what_is_in_force_changes_nothing(own_engine: Engine, folder: Path) -> None:
    ended = jurisdiction(own_engine, "rollback", BYSTRA, "2", "--reason", "none")
    assert ended == Ended(0, f"{BYSTRA}: revision 2 is in force as before.\n", "")


def test_a_rollback_needs_a_reason(own_engine: Engine, folder: Path) -> None:
    ended = jurisdiction(own_engine, "rollback", BYSTRA, "1")
    assert ended.code == 2
    assert "--reason" in ended.err


def test_a_rollback_that_would_leave_requests_without_a_unit_is_refused(
    own_engine: Engine, folder: Path
) -> None:
    with (folder / "units.yaml").open("a") as units:
        units.write("  - {code: lamps, name: Lamps, description: {en: Lamps, pl: Lampy}}\n")
    jurisdiction(own_engine, "apply", folder)
    add_request(own_engine, BYSTRA, service_code="lamp", unit_code="lamps")
    ended = jurisdiction(own_engine, "rollback", BYSTRA, "2", "--reason", "none")
    assert (ended.code, ended.out) == (1, "")
    assert "unit lamps is taken out, but open requests lie with it: 1" in ended.err


def test_a_revision_that_todays_rules_refuse_is_not_rolled_back_to_but_can_be_had(
    own_engine: Engine, folder: Path, tmp_path: Path
) -> None:
    refuse_in_force(
        own_engine,
        "UPDATE revision "
        "SET files = jsonb_set(files::jsonb, '{units.yaml,units,0,colour}', '\"red\"') "
        f"WHERE jurisdiction_id = '{BYSTRA}' AND revision = 1",
    )
    ended = jurisdiction(own_engine, "rollback", BYSTRA, "1", "--reason", "back")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("open311: by today's rules, revision 1 cannot be in force:\n")
    assert "units.yaml: units.works: there is no field 'colour'" in ended.err
    assert "colour" in jurisdiction(own_engine, "diff", BYSTRA, "1").out
    jurisdiction(own_engine, "export", BYSTRA, "--revision", "1", "--to", tmp_path / "old")
    assert "colour: red" in (tmp_path / "old/units.yaml").read_text()


@pytest.mark.parametrize(
    "arguments",
    [["diff", "1", "9"], ["rollback", "9", "--reason", "x"], ["export", "--revision", "9"]],
    ids=" ".join,
)
def test_a_revision_that_there_is_not_is_told(
    own_engine: Engine, folder: Path, arguments: list[str]
) -> None:
    command, *rest = arguments
    ended = jurisdiction(own_engine, command, BYSTRA, *rest)
    assert ended == Ended(1, "", f"open311: {BYSTRA} has no revision 9.\n")


@pytest.mark.parametrize(
    "arguments", [["history"], ["diff", "1"], ["rollback", "1", "--reason", "x"], ["export"]]
)
def test_a_city_that_there_is_not_is_told(own_engine: Engine, arguments: list[str]) -> None:
    command, *rest = arguments
    ended = jurisdiction(own_engine, command, "nowhere.example", *rest)
    assert ended == Ended(1, "", "open311: There is no jurisdiction “nowhere.example”.\n")


@pytest.mark.parametrize("number", ["0", "-1", "99999999999", "first"])
def test_what_cannot_be_a_revision_is_told(own_engine: Engine, number: str) -> None:
    assert jurisdiction(own_engine, "diff", BYSTRA, "--", number).code == 2


def test_an_export_is_the_folder_in_force(own_engine: Engine, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "exported"
    ended = jurisdiction(own_engine, "export", BYSTRA, "--to", target)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{target}: revision 2 of {BYSTRA}: jurisdiction.yaml, ")
    assert load(target).digest == load(folder).digest
    order = [line.split(":")[0] for line in (target / "jurisdiction.yaml").read_text().splitlines()]
    assert order[1:6] == ["id", "slug", "prefix", "name", "languages"]
    assert jurisdiction(own_engine, "plan", target).out.endswith("revision 2 stays.\n")


def test_an_older_revision_can_be_exported(
    own_engine: Engine, folder: Path, tmp_path: Path
) -> None:
    jurisdiction(own_engine, "export", BYSTRA, "--revision", "1", "--to", tmp_path / "old")
    assert load(tmp_path / "old").units[0]["name"] == "Bystra Works"
    ended = jurisdiction(own_engine, "apply", tmp_path / "old")
    assert ended.code == 1
    assert "revision 2, " in ended.err


def test_an_export_over_the_same_folder_writes_nothing(own_engine: Engine, folder: Path) -> None:
    ended = jurisdiction(own_engine, "export", BYSTRA, "--to", folder)
    assert ended.out == f"{folder}: revision 2 of {BYSTRA}: nothing had to be written.\n"


@pytest.mark.parametrize("name", ["krakow", "notes"])
def test_an_export_goes_into_no_folder_of_something_else(
    own_engine: Engine, folder: Path, tmp_path: Path, name: str
) -> None:
    other = tmp_path / name
    other.mkdir()
    (other / "jurisdiction.yaml").write_text("id: krakow.pl\n" if name == "krakow" else "- mine\n")
    (other / "notes.txt").write_text("mine")
    ended = jurisdiction(own_engine, "export", BYSTRA, "--to", other)
    assert ended.code == 2
    assert f"{other} holds something else than {BYSTRA}." in ended.err
    assert sorted(file.name for file in other.iterdir()) == ["jurisdiction.yaml", "notes.txt"]


def test_where_nothing_can_be_written_that_is_told(
    own_engine: Engine, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    ended = jurisdiction(own_engine, "export", BYSTRA, "--to", tmp_path / "file/there")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith("Not a directory\n")


def test_what_was_edited_elsewhere_is_told_and_merged(
    own_engine: Engine, folder: Path, tmp_path: Path
) -> None:
    other = write_bystra(tmp_path / "other")
    ended = jurisdiction(own_engine, "export", BYSTRA, "--to", other)
    change(other, "units.yaml", "Bystra Cleaning", "Bystra Dustmen")
    jurisdiction(own_engine, "apply", other, "--reason", "renamed by Anna")
    change(folder, "units.yaml", "Bystra Streets", "Bystra Roads")
    for command in ("plan", "apply"):
        ended = jurisdiction(own_engine, command, folder)
        assert ended.code == 1
        told = ended.out + ended.err
        assert "would undo what came in force elsewhere since the folder was last the same" in told
        assert ": renamed by Anna" in told
        assert '~ units.yaml: units.cleaning.name: "Bystra Cleaning" → "Bystra Dustmen"' in told
    assert f"`open311 jurisdiction export {BYSTRA} --to FOLDER`" in ended.err
    change(folder, "units.yaml", "Bystra Cleaning", "Bystra Dustmen")
    assert jurisdiction(own_engine, "apply", folder).out.endswith("revision 4 is now in force.\n")


def test_a_force_is_told_in_the_audit_log(own_engine: Engine, folder: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    jurisdiction(own_engine, "export", BYSTRA, "--revision", "1", "--to", old)
    ended = jurisdiction(own_engine, "apply", old, "--force", "--reason", "I know")
    assert ended.out == f"{BYSTRA}: revision 3 is now in force.\n"
    with own_engine.connect() as connection:
        query = "SELECT act, reason, after ->> 'forced' FROM audit_entry ORDER BY 1 DESC"
        entries = connection.execute(text(query)).all()
    assert ("apply", "I know", "true") in entries


def test_a_plan_says_what_it_would_do_and_does_not(own_engine: Engine, folder: Path) -> None:
    change(folder, "services.yaml", "{days: 3}", "{days: 4}")
    ended = jurisdiction(own_engine, "plan", folder)
    assert ended.code == 0
    assert ended.out.splitlines()[1:] == ["  ~ services.yaml: services.lamp.term.days: 3 → 4"]
    assert "revision 2," in jurisdiction(own_engine, "history", BYSTRA).out
    [document] = json.loads(jurisdiction(own_engine, "plan", folder, "--json").out)
    assert document["changes"][0]["after"] == 4


def test_a_plan_that_would_be_refused_says_so_by_line(own_engine: Engine, folder: Path) -> None:
    change(folder, "jurisdiction.yaml", "prefix: BYS", "prefix: BYG")
    ended = jurisdiction(own_engine, "plan", folder)
    place = line_of(folder, "jurisdiction.yaml", "prefix")
    assert ended.code == 1
    assert f"  refused: {folder}/{place}: the prefix stays 'BYS'" in ended.out
    assert json.loads(jurisdiction(own_engine, "plan", folder, "--json").out)[0]["refusals"]


def test_a_folder_that_cannot_be_marked_is_in_force_all_the_same(
    own_engine: Engine, tmp_path: Path
) -> None:
    folder = write_bystra(tmp_path)
    (folder / BASE_FILE).mkdir()  # stands for a folder that is not ours to write
    ended = jurisdiction(own_engine, "apply", folder)
    assert (ended.code, ended.out) == (0, f"{BYSTRA}: revision 1 is now in force.\n")
    assert ended.err == f"open311: {folder} cannot be marked as applied: Is a directory\n"


def new(folder: Path, boundary: Path, **options: str) -> Ended:
    given = {"id": BYSTRA, "prefix": "BYS", "name": "Bystra", "boundary": str(boundary)} | options
    arguments = [word for name, value in given.items() for word in (f"--{name}", value)]
    return run("jurisdiction", "new", str(folder), *arguments)


def test_a_new_folder_can_be_applied_as_it_is(own_engine: Engine, tmp_path: Path) -> None:
    boundary = write_bystra(tmp_path / "drawn") / "boundary.geojson"
    ended = new(tmp_path / "bystra", boundary, **{"time-zone": "Europe/Vienna"})
    assert (ended.code, ended.err) == (0, "")
    assert jurisdiction(own_engine, "check", tmp_path / "bystra").code == 0
    ended = jurisdiction(own_engine, "apply", tmp_path / "bystra")
    assert ended.out == f"{BYSTRA}: revision 1 is now in force.\n"


def test_a_new_folder_like_another_sends_nothing_to_that_citys_systems(tmp_path: Path) -> None:
    other = write_bystra(tmp_path / "other")
    change(other, "services.yaml", "type: batch", "type: batch\n    forward: waste")
    waste = "{code: waste, kind: georeport, url: https://waste.example}"
    (other / "destinations.yaml").write_text(f"destinations: [{waste}]\n")
    ended = new(tmp_path / "bystra", other / "boundary.geojson", like=str(other))
    assert (ended.code, ended.err) == (0, "")
    made = load(tmp_path / "bystra")
    assert made.destinations == {}
    assert [one["code"] for one in made.services if "forward" in one] == []


def _bare(document: Any) -> Any:
    return document["features"][0]["geometry"]


def _single(document: Any) -> Any:
    return document["features"][0]


@pytest.mark.parametrize("shape", [_bare, _single])
def test_a_boundary_may_be_what_a_drawing_tool_saves(tmp_path: Path, shape: Any) -> None:
    drawn = write_bystra(tmp_path / "drawn") / "boundary.geojson"
    drawn.write_text(json.dumps(shape(json.loads(drawn.read_text()))))
    assert new(tmp_path / "bystra", drawn).code == 0
    assert load(tmp_path / "bystra").boundary.bounds == (10.0, 47.0, 10.2, 47.1)


REFUSED = {
    "a wrong prefix": ({"prefix": "bystra"}, "prefix: 'bystra' cannot be used. "),
    "a wrong zone": ({"time-zone": "Europe/Atlantis"}, "there is no time zone 'Europe/Atlantis'"),
    "a language that is none": ({"language": "polski"}, "'polski'"),
}


@pytest.mark.parametrize("content", ["{", "[]", '{"type": "Point", "coordinates": [1, 2]}'])
def test_a_boundary_that_is_none_makes_no_folder(tmp_path: Path, content: str) -> None:
    drawn = tmp_path / "drawn.geojson"
    drawn.write_text(content)
    ended = new(tmp_path / "bystra", drawn)
    assert ended.code == 1
    assert str(drawn) in ended.err
    assert not (tmp_path / "bystra").exists()


def test_a_boundary_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.geojson"
    with drawn.open("wb") as file:
        file.truncate(200_000_000)
    ended = new(tmp_path / "bystra", drawn)
    assert ended.code == 1
    assert "larger than 50,000,000 bytes" in ended.err


@pytest.mark.parametrize(("options", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_makes_no_folder(
    tmp_path: Path, options: dict[str, str], said: str
) -> None:
    drawn = write_bystra(tmp_path / "drawn") / "boundary.geojson"
    ended = new(tmp_path / "bystra", drawn, **options)
    assert ended.code == 1
    assert said in ended.err
    assert not (tmp_path / "bystra").exists()
