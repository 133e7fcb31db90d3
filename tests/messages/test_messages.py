"""Every text exists in every language, names the same values and can be written."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from open311 import messages
from open311.messages import LANGUAGES, NOTICE_LANGUAGES, translate
from open311.reports.states import STATE_NAMES

NUMBERS = {"bytes", "most", "longest", "length", "limit", "days", "number", "kilometres"}


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


def _texts(name: str) -> dict[str, set[str]]:
    """Return the keys of a file and the values that each text names."""
    source = Path(messages.__file__).with_name(f"{name}.ftl").read_text(encoding="utf-8")
    texts = {}
    for entry in FluentParser().parse(source).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            found = _Variables()
            found.visit(entry)
            assert entry.id.name not in texts, f"{entry.id.name} stands twice"
            texts[entry.id.name] = found.names
    return texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_exists_in_every_language_and_names_the_same_values(language: str) -> None:
    assert _texts(language) == _texts("en")


def test_what_is_told_of_terms_exists_in_the_languages_of_cities_too() -> None:
    told = {
        key: names for key, names in _texts("en").items() if key.startswith(("notice-", "term-"))
    }
    for language in set(NOTICE_LANGUAGES) - set(LANGUAGES):
        assert _texts(language) == told
        for key, names in told.items():
            assert translate(language, key, **_values(names, 7))


@pytest.mark.parametrize("language", NOTICE_LANGUAGES)
def test_mail_is_written_in_the_languages_of_cities(language: str) -> None:
    assert _texts(f"mail.{language}") == _texts("mail.en")
    for key, names in _texts("mail.en").items():
        assert translate(language, key, **_values(names, 7))


@pytest.mark.parametrize("language", NOTICE_LANGUAGES)
def test_pages_of_residents_are_written_in_the_languages_of_cities(language: str) -> None:
    assert _texts(f"residents.{language}") == _texts("residents.en")
    for key, names in _texts("residents.en").items():
        assert translate(language, key, **_values(names, 7))


@pytest.mark.parametrize("language", NOTICE_LANGUAGES)
def test_every_state_has_a_name_in_mail(language: str) -> None:
    names = {translate(language, "mail-state-of", state=state) for state in STATE_NAMES}
    assert len(names) == len(STATE_NAMES)
    if language != "en":
        assert names.isdisjoint(STATE_NAMES)


def _values(names: set[str], number: int) -> dict[str, Any]:
    moment = datetime(2026, 11, 2, 14, 5, tzinfo=UTC)
    known = dict.fromkeys(NUMBERS, number) | {"moment": moment}
    return {name: known.get(name, "N") for name in names}


@pytest.mark.parametrize("number", [0, 1, 2, 5, 22, 4001])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_written_with_any_number(language: str, number: int) -> None:
    for key, names in _texts("en").items():
        assert translate(language, key, **_values(names, number))


@pytest.mark.parametrize(
    ("length", "counted"), [(4001, "4 001 znaków"), (4002, "4 002 znaki;"), (4005, "4 005 znaków")]
)
def test_polish_counts_as_polish_does(length: int, counted: str) -> None:
    text = translate("pl", "too-long", parameter="description", length=length, longest=4000)
    assert counted in text.replace("\N{NO-BREAK SPACE}", " ")
