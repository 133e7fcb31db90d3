"""`open311 person`: what is kept of one person."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.reports.submission import Reporter
from tests.cli.running import Ended, run, url_of
from tests.reports.lives import add_reporter, new_number

EMAIL = "anna@example.org"


@pytest.fixture
def person(engine: Engine) -> Callable[..., Ended]:
    """The command, on a database with one report of Anna's."""
    add_reporter(engine, new_number(engine), Reporter(email=EMAIL))
    return lambda *words, given="": run("person", *words, given=given, DATABASE_URL=url_of(engine))


def test_a_file_that_nobody_else_can_read_is_written(
    person: Callable[..., Ended], tmp_path: Path
) -> None:
    file = tmp_path / "anna.json"
    ended = person("export", EMAIL, "--output", str(file))
    assert (ended.code, ended.out) == (0, f"1 requests are in {file}.\n")
    assert json.loads(file.read_text())["requests"][0]["person"] == {"email": EMAIL}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_screen_gets_the_json_alone(person: Callable[..., Ended]) -> None:
    assert len(json.loads(person("export", EMAIL, "--output", "-").out)["requests"]) == 1


def test_no_file_is_overwritten(person: Callable[..., Ended], tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("mine")
    ended = person("export", EMAIL, "--output", str(file))
    assert (ended.code, file.read_text()) == (1, "mine")
    assert "already" in ended.err


def test_a_file_that_cannot_be_made_is_told(person: Callable[..., Ended], tmp_path: Path) -> None:
    ended = person("export", EMAIL, "--output", str(tmp_path / "no" / "file"))
    assert (ended.code, "cannot be written" in ended.err) == (1, True)


def test_erasing_is_asked_about(person: Callable[..., Ended], engine: Engine) -> None:
    ended = person("erase", EMAIL, "--reason", "letter of 3 May", given="n\n")
    assert ended.code == 1
    done = person("erase", EMAIL, "--reason", "letter of 3 May", given="y\n")
    assert (done.code, done.out.splitlines()[-1]) == (0, "Erased; requests: 1.")
    again = person("erase", EMAIL, "--reason", "letter of 3 May", "--yes")
    assert (again.code, again.out) == (0, "Erased; requests: 0.\n")


def test_nothing_is_erased_without_a_reason(person: Callable[..., Ended]) -> None:
    assert person("erase", EMAIL, "--yes").code == 2


def test_a_city_that_is_not_there_is_told(person: Callable[..., Ended]) -> None:
    ended = person("erase", EMAIL, "--reason", "x", "--yes", "--jurisdiction", "bystra.example")
    assert (ended.code, "bystra.example" in ended.err) == (1, True)
