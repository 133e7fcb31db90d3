"""Every curl command of the pages works, and is answered as the page shows."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from open311.access import accounts, keys
from open311.catalogue.registry import read_catalogue
from open311.catalogue.revisions import read_files
from open311.database import tables
from open311.georeport.encoding import render_request
from open311.reports.samples import load_samples
from tests.clients import _schema_name, check_answer
from tests.conftest import JURISDICTIONS
from tests.docs.pages import PAGES, examples, name_of
from tests.keys import SHELL, new_key
from tests.pictures import picture

# Where the pages have the service, and what they write for a key.
ADDRESS = "http://127.0.0.1:8311"
KEY = "api_key=KEY"
ADMIN_KEY, ADMIN_API = "Bearer KEY", "/admin/api/"

# What differs from one run to the next, and what is written for it when answers are compared.
_ID = r"\b[A-Z]{2,4}(?:-TEST)?-\d+-\d\b"
_TOKEN = r'(?<="token":")[\w-]+|(?<=<token>)[\w-]+'
_CHANGING = (
    (_ID, "ID"),
    (_TOKEN, "TOKEN"),
    (r"\b[0-9a-f]{32}\b", "PHOTO"),
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
    """Where the commands are run: there are files, and both cities have their samples."""
    (tmp_path / "photo.jpg").write_bytes(picture())
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7\n")
    with engine.begin() as connection:
        for jurisdiction_id in JURISDICTIONS:
            load_samples(
                connection, read_catalogue(connection, jurisdiction_id), 100, render_request
            )
    return tmp_path


@pytest.fixture
def administrator(engine: Engine, directory: Path) -> Iterator[str]:
    """The key of an administrator of Kraków, and beside the picture two configurations."""
    with engine.begin() as connection:
        account_id = accounts.create(connection, "docs@example.org", "Docs", actor=SHELL)
        role = ("city_administrator", "krakow.pl")
        accounts.grant(connection, "docs@example.org", *role, actor=SHELL)
        scopes = ["administer", "update", "read_personal"]
        key = new_key(connection, [], "docs", scopes=scopes, account_id=account_id)
        files = dict(read_files(connection, "krakow.pl", 1) or {})
    # Put in force, it changes nothing: other tests go by it.
    (directory / "new.json").write_text(json.dumps({"files": files, "reason": "None"}))
    city = files["jurisdiction.yaml"]
    contact = city["contact"] | {"en": "Town hall, by phone"}
    files |= {"jurisdiction.yaml": city | {"contact": contact}}
    (directory / "plan.json").write_text(json.dumps({"files": files}))
    yield key
    with engine.begin() as connection:
        for table in (tables.api_key_use, tables.api_key):
            number = keys.number_of(connection, key)
            connection.execute(table.delete().where(table.c.api_key_id == number))
        for table in (tables.account_role, tables.account):
            connection.execute(table.delete().where(table.c.account_id == account_id))


# The page of the third city is one long example, run whole by test_third_city.py.
WITH_EXAMPLES = [page for page in PAGES if examples(page) and page.name != "third-city.md"]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_the_examples_of_a_page_are_answered_as_it_shows(
    page: Path, server: str, key: str, administrator: str, directory: Path
) -> None:
    # Ids and tokens are others than those that the page shows, from the first answer on.
    others: dict[str, str] = {}
    for example in examples(page):
        assert ADDRESS in example.command, f"this command leads elsewhere: {example.command}"
        command = example.command.replace(KEY, f"api_key={key}")
        command = command.replace(ADMIN_KEY, f"Bearer {administrator}")
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
    if answer.body and not any(ADMIN_API in part for part in arguments):
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
        extended = any("extensions=true" in part for part in arguments)
        check_answer(_schema_name(method, name, extended), answer.body, format)


def _names(text: str) -> list[str]:
    """Return the ids and tokens in a text, each once."""
    return list(dict.fromkeys(re.findall(f"{_ID}|{_TOKEN}", text)))


def _settled(text: str) -> str:
    """Return a text without what differs from run to run."""
    for pattern, word in _CHANGING:
        text = re.sub(pattern, word, text)
    return text
