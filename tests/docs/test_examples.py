"""Every curl command of the pages works, and is answered as the page shows."""

import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from open311.catalogue.registry import read_catalogue
from open311.georeport.encoding import render_request
from open311.reports.samples import load_samples
from tests.clients import _schema_name, check_answer
from tests.conftest import JURISDICTIONS
from tests.docs.pages import PAGES, examples, name_of

# Where the pages have the service, and what they write for a key.
ADDRESS = "http://127.0.0.1:8311"
KEY = "api_key=KEY"

# What differs from one run to the next, and what is written for it when answers are compared.
_ID = r"\b[A-Z]{2,4}(?:-TEST)?-\d+-\d\b"
_TOKEN = r'(?<="token":")[\w-]+|(?<=<token>)[\w-]+'
_CHANGING = (
    (_ID, "ID"),
    (_TOKEN, "TOKEN"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", "MOMENT"),
    (r"(?<=ETag: )\S+", "ETAG"),
    (r"\s+", ""),
)


@dataclass(frozen=True)
class Answer:
    """What a command was answered: status line, headers, body; and how it looks in a terminal."""

    status: int
    body: bytes
    text: str


@pytest.fixture
def directory(tmp_path: Path, engine: Engine) -> Path:
    """Where the commands are run: there is a picture, and both cities have their samples."""
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with engine.begin() as connection:
        for jurisdiction_id in JURISDICTIONS:
            load_samples(
                connection, read_catalogue(connection, jurisdiction_id), 100, render_request
            )
    return tmp_path


# The page of the third city is one long example, run whole by test_third_city.py.
WITH_EXAMPLES = [page for page in PAGES if examples(page) and page.name != "third-city.md"]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_the_examples_of_a_page_are_answered_as_it_shows(
    page: Path, server: str, key: str, directory: Path
) -> None:
    # Ids and tokens are others than those that the page shows, from the first answer on.
    others: dict[str, str] = {}
    for example in examples(page):
        assert ADDRESS in example.command, f"this command leads elsewhere: {example.command}"
        command = example.command.replace(KEY, f"api_key={key}")
        for shown, real in others.items():
            command = command.replace(shown, real)
        arguments = shlex.split(command.replace("\\\n", " "))
        answer = _run([part.replace(ADDRESS, server) for part in arguments], directory)
        _check(arguments, example.shown, answer, server)
        others |= dict(zip(_names(example.shown), _names(answer.text), strict=False))


def _run(command: Sequence[str], directory: Path) -> Answer:
    done = subprocess.run(
        [command[0], "--silent", "--show-error", "--include", *command[1:]],
        cwd=directory,
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == 0, f"{shlex.join(command)}: {done.stderr.decode()}"
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    return Answer(status, body, done.stdout.decode())


def _check(arguments: Sequence[str], shown: str, answer: Answer, server: str) -> None:
    told = f"{shlex.join(arguments)}\nwas answered:\n{answer.text}"
    stated = re.match(r"HTTP/1\.1 (\d+)", shown)
    assert answer.status == (int(stated[1]) if stated else 200), told
    if answer.body:
        _check_schema(arguments, answer)
    pieces = [re.escape(piece) for piece in _settled(shown).split("…")]
    assert re.search(".*".join(pieces), _settled(answer.text.replace(server, ADDRESS))), told


def _check_schema(arguments: Sequence[str], answer: Answer) -> None:
    url = next(part for part in arguments if part.startswith(ADDRESS))
    name, _, format = urlsplit(url).path.rpartition(".")
    if answer.status >= 400:
        check_answer("errors", answer.body, format if format == "json" else "xml")
    elif format in ("json", "xml"):
        method = "POST" if {"-d", "-F"} & set(arguments) else "GET"
        check_answer(_schema_name(method, name), answer.body, format)


def _names(text: str) -> list[str]:
    """Return the ids and tokens in a text, each once."""
    return list(dict.fromkeys(re.findall(f"{_ID}|{_TOKEN}", text)))


def _settled(text: str) -> str:
    """Return a text without what differs from run to run."""
    for pattern, word in _CHANGING:
        text = re.sub(pattern, word, text)
    return text
