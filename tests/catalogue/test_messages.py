"""A city's own texts of mail: `messages.yaml` read and checked, put in force, exported."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.catalogue.comparing import Change, compare
from open311.catalogue.loading import load
from open311.catalogue.registry import read_catalogue
from open311.catalogue.writing import write_folder
from open311.messages.overriding import MAIL_LANGUAGES
from open311.settings import CHECKOUT
from tests.catalogue.test_findings import findings
from tests.folders import BYSTRA, change, line_of, put_in_force, write_bystra

M = "messages.yaml"

MESSAGES = """\
en:
  mail-greeting: Hello neighbour,
  mail-received-text: |-
    Thank you for “{ $service }”.

    See you in { $city }!
pl:
  mail-greeting: Witaj sąsiedzie,
"""

# What stands there, what is put in its place, what is said of the line "# here".
WRONG = {
    "a key that there is not": ("mail-greeting: Hello neighbour,", "mail-lottery: Won # here",
                                "en.mail-lottery: there is no text 'mail-lottery'; there are:"),
    "a value that there is not": ("Hello neighbour,", "'{ $name }' # here",
                                  "en.mail-greeting: there is no value $name"),
    "another text": ("Hello neighbour,", "'{ mail-note }' # here", "functions and other texts"),
    "a brace alone": ("Hello neighbour,", "'{' # here", "this is no text in Fluent"),
    "no text": ("Hello neighbour,", "'  ' # here", "en.mail-greeting"),
    "a number": ("Hello neighbour,", "7 # here", "7 must be text"),
    "a language that there is not": ("en:\n", "fr: # here\n", "there is no field 'fr'"),
    "no language": (MESSAGES, "{} # here\n", "should be non-empty"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a city with words of its own."""
    folder = write_bystra(tmp_path)
    (folder / M).write_text(MESSAGES)
    return folder


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    change(folder, M, old, new)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, M, "# here")
    assert said in text


def test_a_language_that_nobody_has_is_a_warning(folder: Path) -> None:
    change(folder, M, "pl:\n", "uk:\n")
    [warning] = load(folder).warnings
    assert str(warning).endswith(
        "messages.yaml:7: warning: nobody is written to in uk, which is no language of "
        "jurisdiction.yaml"
    )


def test_a_city_has_its_words_in_force(own_engine: Engine, folder: Path) -> None:
    put_in_force(own_engine, folder)
    with own_engine.connect() as connection:
        messages = read_catalogue(connection, BYSTRA).messages
        others = read_catalogue(connection, "krakow.pl").messages
    assert messages["pl"] == {"mail-greeting": "Witaj sąsiedzie,"}
    assert messages["en"]["mail-received-text"].endswith("\n\nSee you in { $city }!")
    assert others == {}


def test_a_changed_text_is_told_by_its_key(folder: Path) -> None:
    before = load(folder).files
    change(folder, M, "Witaj sąsiedzie,", "Cześć,")
    path = (M, "pl", "mail-greeting")
    assert compare(before, load(folder).files) == [
        Change("changed", path, "Witaj sąsiedzie,", "Cześć,")
    ]


def test_the_file_is_written_as_it_was_read(folder: Path, tmp_path: Path) -> None:
    configuration = load(folder)
    write_folder(configuration.files, tmp_path / "again")
    text = (tmp_path / "again" / M).read_text()
    assert "schemas/configuration/messages.schema.json" in text.splitlines()[0]
    assert load(tmp_path / "again").digest == configuration.digest


def test_a_file_that_is_gone_is_taken_away(folder: Path) -> None:
    files = {name: content for name, content in load(folder).files.items() if name != M}
    assert write_folder(files, folder) == [M]


def test_the_schema_knows_the_languages_of_mail() -> None:
    file = CHECKOUT / "schemas" / "configuration" / "messages.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(MAIL_LANGUAGES)
