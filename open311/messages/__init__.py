"""Texts that a person reads, in Polish, English and German: one file a language, in Fluent.

What a reporter is told of a service's term, all mail, and the pages of residents exist in more
languages, because cities have more.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("en", "pl", "de")
NOTICE_LANGUAGES = (*LANGUAGES, "uk")
DEFAULT = "en"

# Our English is British, and so are its dates.
_LOCALES = {"en": "en-GB"}


def language_of(tag: str) -> str:
    """Return the language of a tag that may name a country as well: `de` of `de-CH` or `de_CH`."""
    return tag.replace("_", "-").partition("-")[0].lower()


def accepted(tags: Iterable[tuple[str, float]]) -> list[str]:
    """Return the languages of Accept-Language, best first.

    Args:
        tags: each with its quality; of 0, it is not wanted at all.
    """
    return [language_of(tag) for tag, quality in tags if quality > 0]


def spoken(wanted: Iterable[str | None], languages: Sequence[str] = LANGUAGES) -> str:
    """Return the first wanted language in which there are texts, else English.

    Args:
        wanted: best first.
        languages: in which there are.
    """
    return next((one for one in wanted if one in languages), None) or DEFAULT


def translate(language: str, message: str, **values: Any) -> str:
    """Return a text in a language.

    Args:
        language: one of `LANGUAGES`; of texts on terms, mail and pages of residents, also one
            of `NOTICE_LANGUAGES`.
        message: key of the text.
        values: what the text names.

    Raises:
        KeyError: there is no such text.
        ValueError: the text names a value that was not given.
    """
    bundle = _bundle(language)
    pattern = bundle.get_message(message).value
    assert pattern is not None, f"{message} has no text"  # noqa: S101
    text, problems = bundle.format_pattern(pattern, values)
    if problems:
        raise ValueError(f"{language}.ftl, {message}: {problems}")
    return str(text)


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = empty_bundle(language)
    for part in ("", "mail.", "residents."):
        name = f"{part}{language}.ftl"
        source = Path(__file__).with_name(name).read_text(encoding="utf-8")
        bundle.add_resource(FluentResource(source))
    return bundle


def empty_bundle(language: str) -> FluentBundle:
    """Return what writes texts of a language, and holds none yet."""
    # Isolation marks are for texts that mix directions of writing; in an API they are litter.
    return FluentBundle([_LOCALES.get(language, language)], use_isolating=False)
