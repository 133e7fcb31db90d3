"""The pages for people, and what stands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from open311.settings import CHECKOUT

DOCS = CHECKOUT / "docs"
PAGES = sorted([*CHECKOUT.glob("*.md"), *DOCS.rglob("*.md")])

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Example:
    """A command of a page, and what the page shows as its answer.

    Attributes:
        command: as a person would paste it.
        shown: the block below it in JSON, XML or HTTP, with `…` for what is left out; perhaps none.
    """

    command: str
    shown: str


def name_of(page: Path) -> str:
    """Return what a page is called in messages."""
    return str(page.relative_to(CHECKOUT))


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return the fenced blocks of a page: language and content."""
    return [(found[1], found[2]) for found in _BLOCK.finditer(page.read_text())]


def code(page: Path) -> Iterator[str]:
    """Return all that a page sets as code: lines of blocks, and what stands between backticks."""
    for _, content in blocks(page):
        yield from content.replace("\\\n", " ").splitlines()
    yield from _SPAN.findall(_BLOCK.sub("", page.read_text()))


def links(page: Path) -> list[str]:
    """Return where the links of a page lead."""
    return _LINK.findall(_BLOCK.sub("", page.read_text()))


def examples(page: Path) -> list[Example]:
    """Return the curl commands of a page, in order."""
    found = []
    pairs = pairwise([*blocks(page), ("", "")])
    for (language, content), (next_language, next_content) in pairs:
        if language == "sh" and content.startswith("curl "):
            commands = re.split(r"(?<!\\)\n(?=curl )", content.strip())
            shown = next_content if next_language in ("json", "xml", "http") else ""
            found += [Example(command, "") for command in commands[:-1]]
            found.append(Example(commands[-1], shown))
    return found
