"""What the pages say of settings, commands, files and decisions is so."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from open311.catalogue.loading import load
from open311.cli import open311
from open311.reports.states import ASKED_STATES, STATES
from open311.settings import CHECKOUT, Settings, read_settings
from tests.docs.pages import DOCS, PAGES, blocks, code, links, name_of

every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)

_SETTING = re.compile(r"^\| `(OPEN311_\w+)` \| (?:`([^`]+)`|not set) \|", re.MULTILINE)


def test_the_table_of_settings_lists_each_with_its_default() -> None:
    told = {name: default or "" for name, default in _SETTING.findall(_operators())}
    defaults = vars(read_settings({}))
    assert told == {f"OPEN311_{name.upper()}": _as_told(defaults[name]) for name in defaults}


def test_the_pages_name_no_setting_that_there_is_not() -> None:
    known = {f"OPEN311_{member.name.upper()}" for member in fields(Settings)}
    named = {name for page in PAGES for name in re.findall(r"OPEN311_\w+", page.read_text())}
    assert named - {"OPEN311_"} <= known


@every_page
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for link in links(page):
        if "://" in link:
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not heading or heading in _headings(target), f"{link} names no heading"


@every_page
def test_files_that_a_page_names_exist(page: Path) -> None:
    tops = "bench|docs|fixtures|jurisdictions|open311|schemas|script|tests"
    for line in code(page):
        # A city of an example is not there, nor is what `…` stands in.
        named = re.findall(rf"(?<![\w./…-])(?:{tops})/[\w./-]+(?!…)", line)
        for path in named:
            made = "bystra" in path or "poznan" in path
            assert made or (CHECKOUT / path).exists(), f"there is no {path}"


@every_page
def test_commands_that_a_page_names_exist(page: Path) -> None:
    for line in code(page):
        for command in re.findall(r"(?:^|[\s/])open311((?: [a-z-][\w-]*)+)", line):
            _find_command(command.split(), line)


def test_every_decision_is_listed() -> None:
    listed = set(links(DOCS / "decisions" / "README.md"))
    assert listed == {page.name for page in (DOCS / "decisions").glob("0*.md")}


def test_every_choice_that_the_code_names_is_explained() -> None:
    page = (DOCS / "decisions" / "0010-reading-the-standard.md").read_text()
    named = {
        number for file in _sources() for number in re.findall(r"\bD-\d\d\b", file.read_text())
    }
    assert named <= set(re.findall(r"^\| (D-\d\d) \|", page, re.MULTILINE))


def test_the_fields_of_a_city_are_all_explained() -> None:
    page = (DOCS / "administrators.md").read_text()
    city = load(CHECKOUT / "jurisdictions" / "wroclaw")
    documents = [city.jurisdiction, *city.units, *city.groups, *city.services]
    used = {key for document in documents for key in document}
    assert {key for key in used if f"`{key}`" not in page} == set()


def test_the_states_are_told_as_they_are() -> None:
    page = (DOCS / "life.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| [^|`]+ \| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", page, re.M)
    assert rows == [(name, *vars(state).values()) for name, state in STATES.items()]


def test_what_the_words_of_updates_ask_for_is_told_as_it_is() -> None:
    page = (DOCS / "life.md").read_text()
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| (.+) \|$", page, re.M)
    told = {word.lower(): state for words, state in rows for word in re.findall(r"\w+", words)}
    states = {word: f"`{state}`" if state else "it stays" for word, state in ASKED_STATES.items()}
    assert told == states | {"open": "it stays; if it was closed, `reopened`"}


def test_the_python_of_the_data_page_runs(server: str) -> None:
    program, _ = [text for language, text in blocks(DOCS / "data.md") if language == "python"]
    command = [sys.executable, "-c", program.replace("http://127.0.0.1:8311", server)]
    subprocess.run(command, check=True, timeout=20)


def _operators() -> str:
    return (DOCS / "operators.md").read_text()


def _as_told(default: object) -> str:
    if isinstance(default, Path):
        return str(default.relative_to(CHECKOUT))
    if isinstance(default, tuple):
        return ",".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def _headings(page: Path) -> set[str]:
    """Return the names by which the headings of a page can be linked to."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).replace(" ", "-").lower() for title in titles}


def _find_command(words: list[str], line: str) -> None:
    """Follow the words of a command line as far as they name commands; the first must."""
    command: click.Command = open311
    for word in words:
        if not isinstance(command, click.Group):
            break
        assert word in command.commands, f"there is no command {word!r}: {line}"
        command = command.commands[word]
    known = {option for one in command.params for option in one.opts}
    if command.name != "psql":
        assert {word for word in words if word.startswith("--")} <= known, line


def _sources() -> Iterator[Path]:
    for folder in ("open311", "tests", "bench"):
        yield from (CHECKOUT / folder).rglob("*.py")
