"""The command as a whole: help, version, and messages instead of traces."""

import pytest

from open311 import __version__
from tests.cli.running import run, run_process

COMMANDS = [
    "",
    "serve",
    "work",
    "db",
    "db start",
    "db stop",
    "db directory",
    "db upgrade",
    "db downgrade",
    "db status",
    "db psql",
    "jurisdiction",
    "jurisdiction new",
    "jurisdiction check",
    "jurisdiction plan",
    "jurisdiction apply",
    "jurisdiction list",
    "jurisdiction history",
    "jurisdiction diff",
    "jurisdiction rollback",
    "jurisdiction export",
    "route",
    "route explain",
    "key",
    "key issue",
    "key list",
    "key revoke",
    "account",
    "account create",
    "account list",
    "account grant",
    "account revoke",
    "account disable",
    "account enable",
    "audit",
    "audit list",
    "media",
    "media sweep",
    "keyring",
    "keyring create",
    "keyring add",
    "delivery",
    "delivery list",
    "delivery retry",
    "delivery secret",
    "person",
    "person export",
    "person erase",
    "places",
    "places import",
    "places search",
    "places nearest",
    "jobs",
    "jobs list",
    "jobs retry",
    "records",
    "records check",
    "records render",
    "import",
    "import requests",
    "import services",
    "demo",
    "demo load",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    ended = run(*command.split(), "--help")
    assert (ended.code, ended.err) == (0, "")
    usage, _, explanation = ended.out.partition("\n\n")
    assert usage.startswith(f"Usage: open311 {command}".rstrip())
    assert explanation.lstrip()[0].isupper()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_needs_neither_settings_nor_a_database(command: str) -> None:
    assert run(*command.split(), "--help", NONSENSE="1").code == 0


def test_all_commands_are_in_the_list_of_this_test() -> None:
    groups = [command for command in COMMANDS if len(command.split()) < 2]
    for group in groups:
        listed = run(*group.split(), "--help").out.partition("Commands:\n")[2].splitlines()
        names = [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "]
        assert all(f"{group} {name}".strip() in COMMANDS for name in names)


def test_the_version_is_told() -> None:
    assert run_process("--version").out == f"open311, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["db", "nonsense"],
        ["db", "downgrade"],
        ["serve", "--port", "high"],
        ["key", "issue"],
        ["key", "issue", "--jurisdiction", "krakow.pl"],
        ["key", "issue", "--label", "Anna", "--scope", "everything"],
        ["key", "issue", "--label", "Anna", "--rate-class", "fast"],
        ["key", "issue", "--label", "Anna", "--expires", "tomorrow"],
        ["key", "revoke"],
        ["key", "revoke", "first"],
        ["account", "create", "anna@example.org"],
        ["account", "grant", "anna@example.org"],
        ["account", "grant", "anna@example.org", "queen"],
        ["account", "disable"],
        ["audit", "list", "--limit", "0"],
        ["jobs", "list", "--limit", "0"],
        ["jobs", "retry"],
        ["jobs", "retry", "first"],
        ["demo", "load", "--number", "many"],
        ["demo", "load", "--number", "0"],
        ["places", "import", "/nowhere", "--jurisdiction", "krakow.pl"],
        ["places", "search", "Rynek 1"],
        ["places", "nearest", "--lat", "91", "--long", "17", "--jurisdiction", "krakow.pl"],
        ["jurisdiction", "check", "/nowhere"],
        ["jurisdiction", "apply", "/nowhere"],
        ["jurisdiction", "plan", "/nowhere"],
        ["jurisdiction", "new", "/nowhere"],
        ["jurisdiction", "history"],
        ["jurisdiction", "diff", "krakow.pl", "first"],
        ["jurisdiction", "rollback", "krakow.pl", "1"],
        ["jurisdiction", "export", "krakow.pl", "--revision", "0"],
        ["route", "explain", "--service", "pothole"],
        ["route", "explain", "--jurisdiction", "x", "--service", "y", "--lat", "50"],
        ["route", "explain", "--jurisdiction", "x", "--service", "y", "--lat", "91", "--long", "0"],
    ],
    ids=" ".join,
)
def test_a_command_that_is_wrong_is_told_with_its_usage(arguments: list[str]) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Usage: open311 ")
    assert "Error: " in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve"],
        ["work", "--once"],
        ["db", "start"],
        ["db", "status"],
        ["db", "upgrade"],
        ["jurisdiction", "list"],
        ["key", "list"],
        ["demo", "load"],
    ],
    ids=" ".join,
)
def test_an_unknown_setting_is_refused_by_name_before_anything_is_done(
    arguments: list[str],
) -> None:
    ended = run(*arguments, DATABASE_ULR="postgresql+psycopg2://")
    assert (ended.code, ended.out) == (1, "")
    assert "OPEN311_DATABASE_ULR: There is no such setting." in ended.err


def test_a_service_is_not_started_with_an_unknown_setting() -> None:
    ended = run_process("serve", DATABASE_ULR="postgresql+psycopg2://")
    assert (ended.code, ended.out) == (1, "")
    assert "OPEN311_DATABASE_ULR" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["db", "upgrade"],
        ["db", "downgrade", "base", "--yes"],
        ["jurisdiction", "list"],
        ["jurisdiction", "apply"],
        ["jurisdiction", "plan"],
        ["jurisdiction", "history", "krakow.pl"],
        ["jurisdiction", "diff", "krakow.pl", "1"],
        ["jurisdiction", "rollback", "krakow.pl", "1", "--reason", "x"],
        ["jurisdiction", "export", "krakow.pl"],
        ["route", "explain", "--jurisdiction", "krakow.pl", "--service", "pothole"],
        ["key", "list"],
        ["key", "issue", "--jurisdiction", "krakow.pl", "--label", "Anna"],
        ["key", "revoke", "1"],
        ["account", "list"],
        ["audit", "list"],
        ["jobs", "list"],
        ["jobs", "retry", "1"],
        ["demo", "load"],
        ["places", "search", "Rynek 1", "--jurisdiction", "krakow.pl"],
    ],
    ids=" ".join,
)
def test_a_database_that_does_not_answer_is_a_message(arguments: list[str]) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("open311: the database cannot be reached: ")
    assert "open311 db status" in ended.err
    assert "Traceback" not in ended.err
