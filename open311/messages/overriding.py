"""Texts of mail in a city's own words, in the place of ours.

Such a text comes from a city's folder and is taken for what a stranger wrote: it can name the
values that ours of that key names, choose by them, and nothing else. It calls no function and sees
no other text.
"""

import logging
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import Any

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from open311.messages import DEFAULT, NOTICE_LANGUAGES, empty_bundle, translate

MAIL_LANGUAGES = NOTICE_LANGUAGES

# The parser goes one step deeper for each; no text for people has so many.
_MOST_BRACES = 40

log = logging.getLogger(__name__)


@cache
def mail_texts() -> Mapping[str, frozenset[str]]:
    """Return the keys of all texts of mail, each with the values that it names."""
    file = Path(__file__).with_name(f"mail.{DEFAULT}.ftl")
    resource = FluentParser().parse(file.read_text(encoding="utf-8"))
    return {
        entry.id.name: frozenset(_seen_in(entry).values)
        for entry in resource.body
        if isinstance(entry, ast.Message)
    }


def wrong_in_text(key: str, text: str) -> Iterator[str]:
    """Say what is wrong with a city's text.

    Args:
        key: which of ours it stands for.
        text: its pattern in Fluent, without the key.
    """
    known = mail_texts().get(key)
    if known is None:
        yield f"there is no text {key[:60]!r}; there are: {', '.join(mail_texts())}"
        return
    if text.count("{") > _MOST_BRACES:
        yield f"more than {_MOST_BRACES} braces"
        return
    [*entries] = FluentParser().parse(_source(key, text)).body
    entry = entries[0] if len(entries) == 1 else None
    if isinstance(entry, ast.Junk):
        yield f"this is no text in Fluent: {entry.annotations[0].message}"
    elif not isinstance(entry, ast.Message) or entry.value is None or entry.attributes:
        yield "this is more than a text: a line begins with a point"
    else:
        yield from _wrong_in_entry(entry, known)


class Wording:
    """The texts of mail in a language.

    Args:
        language: one of `MAIL_LANGUAGES`.
        texts: those of a city by key, in which nothing was found wrong; ours stand for the rest.
    """

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._own: FluentBundle = empty_bundle(language)
        for key, text in texts.items():
            self._own.add_resource(FluentResource(_source(key, text)))

    def text(self, key: str, **values: Any) -> str:
        """Return a text; where the city's cannot be written, ours.

        Args:
            key: of the text.
            values: what it names.
        """
        if self._own.has_message(key):
            pattern = self._own.get_message(key).value
            text, problems = self._own.format_pattern(pattern, values) if pattern else ("", [])
            if str(text).strip() and not problems:
                return str(text)
            log.warning("A city's text of %s in %s cannot be written: ours is", key, self.language)
        return translate(self.language, key, **values)


def _source(key: str, text: str) -> str:
    # Indented, no line of it can begin another text.
    return f"{key} =\n{indent(text, '    ', lambda _: True)}\n"


def _wrong_in_entry(entry: ast.Message, known: frozenset[str]) -> Iterator[str]:
    seen = _seen_in(entry)
    if seen.others:
        yield "functions and other texts cannot be used in a text, only values"
    for name in sorted(seen.values - known):
        there_are = f"there are: {', '.join(f'${one}' for one in sorted(known))}"
        yield f"there is no value ${name}; {there_are if known else 'this text has none'}"


def _seen_in(entry: ast.Message) -> "_Seen":
    seen = _Seen()
    seen.visit(entry)
    return seen


class _Seen(Visitor):
    """What a text names: values, and whether anything else."""

    def __init__(self) -> None:
        self.values: set[str] = set()
        self.others = False

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.values.add(node.id.name)

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:  # noqa: N802
        self.others = True

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802
        self.others = True

    def visit_TermReference(self, node: ast.TermReference) -> None:  # noqa: N802
        self.others = True
