"""Accounts and the audit log at the shell, where all may be done and all of it is logged."""

import json

import pytest
from sqlalchemy import Engine

from tests.cli.running import Ended, run, url_of

ANNA = "anna@example.org"


def account(engine: Engine, *arguments: str) -> Ended:
    return run("account", *arguments, DATABASE_URL=url_of(engine))


def audit_list(engine: Engine, *arguments: str) -> list[str]:
    ended = run("audit", "list", *arguments, DATABASE_URL=url_of(engine))
    assert (ended.code, ended.err) == (0, "")
    return ended.out.splitlines()


@pytest.fixture
def anna(own_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A database where Jan has just made an account for Anna."""
    monkeypatch.setenv("SUDO_USER", "jan")
    ended = account(own_engine, "create", "Anna@Example.org", "--name", "Anna Nowak")
    assert ended == Ended(0, f"There is an account {ANNA} now.\n", "")
    return own_engine


def test_roles_are_given_listed_and_taken(anna: Engine) -> None:
    officer = ["unit_officer", "--jurisdiction=krakow.pl", "--unit=zdmk"]
    assert account(anna, "grant", ANNA, *officer).code == 0
    assert account(anna, "grant", ANNA, "auditor").code == 0
    listed = account(anna, "list").out
    assert listed == f"{ANNA}\tenabled\tunit_officer:krakow.pl:zdmk,auditor\tAnna Nowak\n"
    assert account(anna, "revoke", ANNA, *officer).code == 0
    assert account(anna, "list").out == f"{ANNA}\tenabled\tauditor\tAnna Nowak\n"


def test_an_account_is_disabled_and_enabled(anna: Engine) -> None:
    assert account(anna, "disable", ANNA).out == f"The account {ANNA} is disabled.\n"
    assert account(anna, "list").out == f"{ANNA}\tdisabled\t-\tAnna Nowak\n"
    assert account(anna, "enable", ANNA).out == f"The account {ANNA} is enabled.\n"
    assert account(anna, "list").out == f"{ANNA}\tenabled\t-\tAnna Nowak\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["create", ANNA, "--name=Anna"], f"There is an account {ANNA} already."),
        (["create", "anna", "--name=Anna"], "“anna” is no e-mail address."),
        (["disable", "jan@example.org"], "There is no account “jan@example.org”."),
        (
            ["grant", ANNA, "city_administrator"],
            "The role city_administrator needs a jurisdiction and takes no unit.",
        ),
        (
            ["grant", ANNA, "unit_officer", "--jurisdiction=krakow.pl", "--unit=army"],
            "There is no unit “army” in krakow.pl.",
        ),
        (["revoke", ANNA, "auditor"], f"{ANNA} does not have this role."),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    anna: Engine, arguments: list[str], told: str
) -> None:
    before = audit_list(anna), account(anna, "list")
    assert account(anna, *arguments) == Ended(1, "", f"open311: {told}\n")
    assert (audit_list(anna), account(anna, "list")) == before


def test_the_log_names_who_did_what_where(anna: Engine) -> None:
    account(anna, "grant", ANNA, "auditor", "--jurisdiction=krakow.pl")
    newest, oldest = (line.split("\t") for line in audit_list(anna, "--limit=2"))
    assert newest[2:5] == ["shell:jan", "manage_accounts", "krakow.pl"]
    assert oldest[2:5] == ["shell:jan", "manage_accounts", "-"]
    assert newest[5] == oldest[5]
    assert newest[1].endswith("Z")


def test_the_log_can_be_read_for_a_city_and_in_part(anna: Engine) -> None:
    before = audit_list(anna, "--jurisdiction=wroclaw.pl")
    account(anna, "grant", ANNA, "auditor", "--jurisdiction=krakow.pl")
    assert audit_list(anna, "--jurisdiction=wroclaw.pl") == before
    [newest] = audit_list(anna, "--jurisdiction=krakow.pl", "--limit=1")
    assert [newest] == audit_list(anna, "--limit=1")


def test_a_program_reads_before_and_after(anna: Engine) -> None:
    account(anna, "disable", ANNA)
    newest, oldest = (json.loads(line) for line in audit_list(anna, "--json", "--limit=2"))
    assert (newest["before"], newest["after"]) == ({"disabled": False}, {"disabled": True})
    assert oldest["after"] == {"email": ANNA, "name": "Anna Nowak"}
    assert newest["actor"] == "shell:jan"
    assert newest["audit_entry_id"] > oldest["audit_entry_id"]
