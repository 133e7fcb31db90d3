"""Other systems: `destinations.yaml` read and checked, put in force, exported."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.catalogue.comparing import Change, compare
from open311.catalogue.loading import load
from open311.catalogue.model import Destination
from open311.catalogue.registry import read_catalogue
from open311.catalogue.writing import write_folder
from tests.catalogue.test_findings import findings
from tests.folders import BYSTRA, change, line_of, put_in_force, write_bystra

D, S = "destinations.yaml", "services.yaml"
BIN = "type: batch"

DESTINATIONS = """\
destinations:
  - code: ledger
    kind: webhook
    url: https://ledger.example/hooks?city=bystra
    events: [created, closed]
  - code: waste
    kind: georeport
    url: https://waste.example/open311/v2/
    jurisdiction_id: bystra
    services: {bin: "0042"}
    poll_minutes: 15
"""

HOOK = "https://ledger.example/hooks?city=bystra"
BASE = "https://waste.example/open311/v2/"

# What stands there, what is put in its place, what is said of the line "# here".
WRONG = {
    "a code twice": ("code: waste", "code: ledger # here", "'ledger' stands twice in destinations"),
    "a wrong code": ("code: waste", "code: Waste # here", "Small letters, digits"),
    "a kind that is none": ("kind: webhook", "kind: mail # here", "none of: webhook, georeport"),
    "no address": (f"- code: ledger\n    kind: webhook\n    url: {HOOK}",
                   "- code: ledger # here\n    kind: webhook", "the field 'url' is missing"),
    "an address of something else": (HOOK, "ftp://ledger.example # here", "cannot be used"),
    "an address with a blank": (HOOK, "'https://ledger.example/a b' # here", "cannot be used"),
    "an address of no host": (HOOK, "https:///hooks # here", "the url names no host"),
    "an address of a host that is none": (HOOK, "https://.example # here", "names no host"),
    "an address of a port that is none": (HOOK, "https://a.example:99999 # here", "no web address"),
    "an address that is half a network's": (HOOK, "'https://[::1' # here", "no web address"),
    "a password": (HOOK, "https://anna:secret@ledger.example # here",
                   "destination ledger: the url holds credentials; `open311 delivery secret`"),
    "a user name": (HOOK, "https://anna@ledger.example # here", "the url holds credentials"),
    "a fragment": (HOOK, "'https://ledger.example/#a' # here", "which is never sent"),
    "a query before a path": (BASE, "https://waste.example/?key=1 # here", "the url has a query"),
    "an event that is none": ("[created, closed]", "[created, eaten] # here", "none of: created"),
    "no event": ("[created, closed]", "[] # here", "should be non-empty"),
    "a service that is none": ('{bin: "0042"}', '{bun: "0042"} # here', "no service 'bun'"),
    "a code that YAML knows": ('{bin: "0042"}', "{bin: 42} # here", "42 must be text"),
    "questions without a pause": ("poll_minutes: 15", "poll_minutes: 0 # here", "the minimum of 1"),
    "a question a week": ("poll_minutes: 15", "poll_minutes: 10080 # here", "maximum of 1440"),
    "a webhook that is asked": ("- code: waste\n    kind: georeport",
                                "- code: waste # here\n    kind: webhook",
                                "there is no field 'jurisdiction_id', 'services', 'poll_minutes'"),
    "an endpoint that is told": ("- code: ledger\n    kind: webhook",
                                 "- code: ledger # here\n    kind: georeport",
                                 "there is no field 'events'; there are: code, kind, url"),
    "a secret": ("- code: waste", "- code: waste # here\n    secret: abc", "no field 'secret'"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a city with two other systems."""
    folder = write_bystra(tmp_path)
    (folder / D).write_text(DESTINATIONS)
    return folder


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    change(folder, D, old, new)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, D, "# here")
    assert said in text


def test_a_password_in_an_address_is_not_repeated(folder: Path) -> None:
    change(folder, D, HOOK, "https://anna:secret@ledger.example")
    assert "secret@" not in str(findings(folder))


def test_a_city_with_other_systems_has_them_in_force(own_engine: Engine, folder: Path) -> None:
    put_in_force(own_engine, folder)
    with own_engine.connect() as connection:
        destinations = read_catalogue(connection, BYSTRA).destinations
    assert destinations == {
        "ledger": Destination("ledger", "webhook", HOOK, events=("created", "closed")),
        "waste": Destination(
            "waste",
            "georeport",
            "https://waste.example/open311/v2",
            jurisdiction_id="bystra",
            service_codes={"bin": "0042"},
            poll_minutes=15,
        ),
    }


def test_a_webhook_that_names_no_events_is_told_of_all(own_engine: Engine, folder: Path) -> None:
    change(folder, D, "    events: [created, closed]\n", "")
    put_in_force(own_engine, folder)
    with own_engine.connect() as connection:
        ledger = read_catalogue(connection, BYSTRA).destinations["ledger"]
    assert ledger.events == ("created", "updated", "closed")


def test_a_batch_service_is_forwarded(own_engine: Engine, folder: Path) -> None:
    change(folder, S, BIN, f"{BIN}\n    forward: waste")
    put_in_force(own_engine, folder)
    with own_engine.connect() as connection:
        services = read_catalogue(connection, BYSTRA).services
    assert {code: one.forward_to for code, one in services.items()} == {
        "bin": "waste",
        "lamp": None,
        "tip": None,
    }


@pytest.mark.parametrize("kind", ["realtime", "blackbox"])
def test_only_what_gets_its_id_later_is_forwarded(folder: Path, kind: str) -> None:
    change(folder, S, f"type: {kind}", f"type: {kind}\n    forward: waste")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, S, "forward: waste")
    assert text.endswith(f": only a batch service can be forwarded, and this one is {kind}")


def test_nothing_is_forwarded_to_what_is_only_told(folder: Path) -> None:
    change(folder, S, BIN, f"{BIN}\n    forward: ledger")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, S, "forward: ledger")
    assert text == "service bin: destination 'ledger' takes no requests: it is no georeport"


def test_what_can_be_read_on_its_way_is_a_warning(folder: Path) -> None:
    change(folder, D, BASE, "http://waste.example/open311/v2")
    [warning] = load(folder).warnings
    place, _, text = str(warning).removeprefix(f"{folder}/").partition(": ")
    assert place == line_of(folder, D, "http://waste.example")
    assert text.startswith("warning: destination waste: http is not encrypted")


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "127.9.9.9:1", "[::1]:8080"])
def test_what_stays_on_the_machine_need_not_be_encrypted(folder: Path, host: str) -> None:
    change(folder, D, BASE, f'"http://{host}/open311/v2"')
    assert load(folder).warnings == []


def test_a_folder_without_other_systems_differs_by_a_file(folder: Path) -> None:
    files = load(folder).files
    without = {name: content for name, content in files.items() if name != D}
    assert compare(without, files) == [Change("added", (D,), after=files[D])]


def test_a_changed_system_is_told_by_its_code(folder: Path) -> None:
    before = load(folder).files
    change(folder, D, "poll_minutes: 15", "poll_minutes: 5")
    path = (D, "destinations", "waste", "poll_minutes")
    assert compare(before, load(folder).files) == [Change("changed", path, 15, 5)]


def test_the_file_is_written_as_it_was_read(folder: Path, tmp_path: Path) -> None:
    configuration = load(folder)
    write_folder(configuration.files, tmp_path / "again")
    text = (tmp_path / "again" / D).read_text()
    assert "schemas/configuration/destinations.schema.json" in text.splitlines()[0]
    assert load(tmp_path / "again").digest == configuration.digest


def test_a_file_that_is_gone_is_taken_away(folder: Path) -> None:
    files = {name: content for name, content in load(folder).files.items() if name != D}
    assert write_folder(files, folder) == [D]
