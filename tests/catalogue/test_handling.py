"""How a service's requests are handled: what the folder says of it, read and checked."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.catalogue.loading import load
from open311.catalogue.model import Catalogue, DuplicateRule, Service
from open311.catalogue.registry import read_catalogue
from tests.catalogue.test_findings import findings
from tests.folders import BYSTRA, change, line_of, put_in_force, write_bystra

J, U, S = "jurisdiction.yaml", "units.yaml", "services.yaml"
LAMP, BIN, TIP = "term: {days: 3}", "term: {hours: 12}", "term: {days: 1}"

# In which file, what stands there, what is put in its place, what is said of the line "# here".
WRONG = {
    "a publication that is none": (S, LAMP, f"{LAMP}\n    publication: later # here",
                                   "'later' is none of: at_once, after_review, never"),
    "a blackbox in public": (S, TIP, f"{TIP}\n    publication: after_review # here",
                             "service tip: a blackbox service is never published"),
    "a reporter that is none": (S, LAMP, f"{LAMP}\n    reporter: named # here",
                                "'named' is none of: anonymous, optional, required"),
    "kept no day": (S, LAMP, f"{LAMP}\n    retention_days: 0 # here", "less than the minimum"),
    "kept for ever": (S, LAMP, f"{LAMP}\n    retention_days: 3651 # here", "the maximum of 3650"),
    "kept for ever by all": (J, "prefix: BYS", "prefix: BYS\nretention_days: 3651 # here",
                             "the maximum of 3650"),
    "duplicates of any age": (S, LAMP, f"{LAMP}\n    duplicates: {{metres: 30}} # here",
                              "the field 'days' is missing"),
    "duplicates too far": (S, LAMP, f"{LAMP}\n    duplicates: {{metres: 1001, days: 1}} # here",
                           "the maximum of 1000"),
    "duplicates too old": (S, LAMP, f"{LAMP}\n    duplicates: {{metres: 1, days: 366}} # here",
                           "the maximum of 365"),
    "opened before it is closed": (S, LAMP, f"{LAMP}\n    reopen_days: -1 # here", "the minimum"),
    "opened for ever": (S, LAMP, f"{LAMP}\n    reopen_days: 366 # here", "the maximum of 365"),
    "forwarded to nowhere": (S, BIN, f"{BIN}\n    forward: moon # here",
                             "service bin: there is no destination 'moon'"),
    "a mailbox with a name": (U, "name: Bystra Works", "name: A\n    email: Anna <a@b.example>"
                              " # here", "cannot be used. Its e-mail address"),
    "a mailbox of two lines": (U, "name: Bystra Works", 'name: A\n    email: "a@b.example\\n"'
                               " # here", "cannot be used. Its e-mail address"),
    "a sender that is no address": (J, "prefix: BYS", "prefix: BYS\nmail_from: bystra # here",
                                    "cannot be used. The e-mail address"),
}  # fmt: skip


def catalogue_of(engine: Engine, folder: Path) -> Catalogue:
    """Return what is in force when a folder was applied."""
    put_in_force(engine, folder)
    with engine.connect() as connection:
        return read_catalogue(connection, BYSTRA)


def lamp_with(engine: Engine, folder: Path, line: str) -> Service:
    """Return the service of lamps with a line more, as it is in force."""
    change(folder, S, LAMP, f"{LAMP}\n    {line}")
    return catalogue_of(engine, folder).services["lamp"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the city."""
    return write_bystra(tmp_path)


@pytest.mark.parametrize(("file", "old", "new", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    change(folder, file, old, new)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, file, "# here")
    assert said in text


def test_a_folder_that_says_nothing_of_it_gets_what_is_usual(
    own_engine: Engine, folder: Path
) -> None:
    catalogue = catalogue_of(own_engine, folder)
    lamp = catalogue.services["lamp"]
    assert (lamp.publication, lamp.reporter, lamp.retention_days) == ("at_once", "optional", 365)
    assert (lamp.duplicates, lamp.reopen_days, lamp.forward_to) == (None, 14, None)
    assert catalogue.units["works"].email is None
    assert (catalogue.jurisdiction.mail_from, catalogue.jurisdiction.retention_days) == (None, 365)
    assert catalogue.destinations == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("publication: after_review", {"publication": "after_review"}),
        ("reporter: required", {"reporter": "required"}),
        ("retention_days: 90", {"retention_days": 90}),
        ("duplicates: {metres: 30, days: 7}", {"duplicates": DuplicateRule(30, 7)}),
        ("reopen_days: 0", {"reopen_days": 0}),
    ],
)
def test_what_a_service_says_is_in_force_and_nothing_else(
    own_engine: Engine, folder: Path, line: str, said: dict[str, object]
) -> None:
    usual = catalogue_of(own_engine, folder).services["lamp"]
    now = lamp_with(own_engine, folder, line)
    # Compared by their values: the objects are never the same.
    assert vars(now) == vars(replace(usual, **said))


def test_a_blackbox_service_is_never_published(own_engine: Engine, folder: Path) -> None:
    services = catalogue_of(own_engine, folder).services
    published = {code: service.publication for code, service in services.items()}
    assert published == {"lamp": "at_once", "bin": "at_once", "tip": "never"}


def test_a_service_keeps_as_long_as_the_city_unless_it_says_otherwise(
    own_engine: Engine, folder: Path
) -> None:
    change(folder, J, "prefix: BYS", "prefix: BYS\nretention_days: 30")
    change(folder, S, BIN, f"{BIN}\n    retention_days: 60")
    services = catalogue_of(own_engine, folder).services
    assert (services["lamp"].retention_days, services["bin"].retention_days) == (30, 60)


def test_a_unit_has_its_mailbox(own_engine: Engine, folder: Path) -> None:
    change(folder, U, "name: Bystra Works", "name: Bystra Works\n    email: works@bystra.example")
    assert catalogue_of(own_engine, folder).units["works"].email == "works@bystra.example"


def test_a_city_has_a_sender_of_its_mail(own_engine: Engine, folder: Path) -> None:
    change(folder, J, "prefix: BYS", "prefix: BYS\nmail_from: post@bystra.example")
    assert catalogue_of(own_engine, folder).jurisdiction.mail_from == "post@bystra.example"


def test_what_the_law_wants_signed_cannot_be_anonymous(folder: Path) -> None:
    change(folder, J, "prefix: BYS", "prefix: BYS\nholidays: PL")
    change(folder, S, LAMP, "term: {preset: complaint}\n    reporter: anonymous")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, S, "reporter: anonymous")
    assert "leaves anonymous ones unexamined" in text


@pytest.mark.parametrize("line", ["reopen_days: 300", "retention_days: 13"])
def test_opening_again_what_nobody_is_known_to_have_reported_is_a_warning(
    folder: Path, line: str
) -> None:
    change(folder, J, "prefix: BYS", "prefix: BYS\nretention_days: 200")
    change(folder, S, LAMP, f"{LAMP}\n    {line}")
    [warning] = load(folder).warnings
    place, _, text = str(warning).removeprefix(f"{folder}/").partition(": ")
    assert place == line_of(folder, S, line)
    assert text.startswith("warning: service lamp: requests can be opened again for")


def test_a_city_that_keeps_little_is_warned_of_each_service_that_is_opened_again(
    folder: Path,
) -> None:
    change(folder, J, "prefix: BYS", "prefix: BYS\nretention_days: 10")
    change(folder, S, BIN, f"{BIN}\n    reopen_days: 10")
    told = [(warning.line, warning.text.split(":")[0]) for warning in load(folder).warnings]
    assert [text for _, text in told] == ["service lamp", "service tip"]
    assert all(line > 1 for line, _ in told)
