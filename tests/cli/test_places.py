"""Address registers from the command line."""

import getpass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.access import audit
from open311.access.rights import shell
from open311.settings import CHECKOUT
from tests.cli.running import Ended, run, run_process, url_of
from tests.registers import address, register_of, sample_register, write_csv
from tests.reporting import rows

WROCLAW = ("--jurisdiction", "wroclaw.pl")


def import_file(engine: Engine, path: Path, *options: str) -> Ended:
    return run("places", "import", str(path), *WROCLAW, *options, DATABASE_URL=url_of(engine))


def test_an_import_says_what_it_did_and_the_audit_log_who_did_it(
    own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    ended = import_file(own_engine, write_csv(tmp_path, address(id="1"), address(id="2")))
    assert (ended.code, ended.out) == (
        0,
        "wroclaw.pl: 2 addresses: 2 added, 0 changed, 0 removed, 0 as before; 0 rows left out.\n",
    )
    with own_engine.connect() as connection:
        entry = audit.read(connection, limit=1, actor=shell("tests"))[0].entry
    assert (entry.actor, entry.act) == (f"shell:{getpass.getuser()}", "import_addresses")
    assert (entry.jurisdiction_id, entry.subject) == ("wroclaw.pl", "address register")
    assert entry.before == {"addresses": 0}
    assert entry.after == {
        "addresses": 2, "added": 2, "changed": 0, "removed": 0, "unusable": 0,
        "file": "register.csv",
    }  # fmt: skip


def test_rows_that_are_left_out_are_told_by_file_and_line(
    own_engine: Engine, tmp_path: Path
) -> None:
    path = write_csv(tmp_path, address(id="1"), address(lat=""))
    ended = import_file(own_engine, path, "--bad-rows", "50")
    assert ended.code == 0
    assert f"{path}: line 3: LAT is no number\n" in ended.err
    assert ended.out.endswith("1 rows left out.\n")


def test_a_file_with_too_many_such_rows_changes_nothing(own_engine: Engine, tmp_path: Path) -> None:
    before = rows(own_engine)
    path = write_csv(tmp_path, address(id="1"), address(lat=""))
    ended = import_file(own_engine, path)
    assert (ended.code, ended.out) == (1, "")
    assert f"{path}: 1 of 2 lines cannot be used, more than 5%. Nothing has changed.\n" in ended.err
    assert "open311: line 3: LAT is no number\n" in ended.err
    assert rows(own_engine) == before


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00", b'{"type": "Feature', b"a,b\n"])
def test_a_file_of_another_kind_is_refused_with_a_message(
    own_engine: Engine, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content)
    ended = import_file(own_engine, path)
    assert (ended.code, ended.out) == (1, "")
    assert "Nothing has changed." in ended.err
    assert register_of(own_engine) == {}


def test_addresses_can_be_searched_and_the_nearest_be_asked_for(own_engine: Engine) -> None:
    import_file(own_engine, sample_register("wroclaw.pl"))
    url = {"DATABASE_URL": url_of(own_engine)}
    found = run("places", "search", "Swidnicka 53/4", *WROCLAW, "--limit", "1", **url)
    id_of_it, named, zipcode, city, lat, long = found.out.strip("\n").split("\t")
    assert (id_of_it, named) == ("sample-wroclaw-009", "ul. Świdnicka 53")
    assert (zipcode, city) == ("50-066", "Wrocław")
    near = run("places", "nearest", "--lat", lat, "--long", long, *WROCLAW, **url)
    assert near.out == found.out


@pytest.mark.parametrize(
    "arguments", [("search", "xyz"), ("nearest", "--lat", "51.0870", "--long", "17.0500")]
)
def test_nothing_found_is_an_exit_code_and_a_message(
    own_engine: Engine, arguments: tuple[str, ...]
) -> None:
    ended = run("places", *arguments, *WROCLAW, DATABASE_URL=url_of(own_engine))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "open311: no such address is in the register\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", str(CHECKOUT / "fixtures/addresses/wroclaw.csv")),
        ("search", "Rynek"),
        ("nearest", "--lat", "51", "--long", "17"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_city_that_is_not_there_is_told(own_engine: Engine, arguments: tuple[str, ...]) -> None:
    nowhere = ("--jurisdiction", "nowhere.example")
    ended = run("places", *arguments, *nowhere, DATABASE_URL=url_of(own_engine))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "open311: There is no jurisdiction “nowhere.example”.\n"


def test_the_command_works_as_a_person_runs_it(own_engine: Engine, tmp_path: Path) -> None:
    path = write_csv(tmp_path, address(id="1"))
    ended = run_process("places", "import", str(path), *WROCLAW, DATABASE_URL=url_of(own_engine))
    assert (ended.code, ended.out.count("\n")) == (0, 1)
    assert register_of(own_engine) == {"1": "ul. Leśna 1"}
