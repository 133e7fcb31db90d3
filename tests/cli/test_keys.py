"""Keys: shown once, kept as a hash, useless the moment they are revoked."""

import hashlib
import re
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.cli.running import Ended, run, run_process, url_of
from tests.clients import CheckingClient
from tests.reporting import post_report


def key_command(engine: Engine, *arguments: str) -> Ended:
    return run("key", *arguments, DATABASE_URL=url_of(engine))


def account(engine: Engine, *arguments: str) -> Ended:
    return run("account", *arguments, DATABASE_URL=url_of(engine))


def issue(engine: Engine, *jurisdictions: str, label: str = "Anna") -> str:
    chosen = [f"--jurisdiction={one}" for one in jurisdictions]
    ended = key_command(engine, "issue", *chosen, f"--label={label}")
    assert (ended.code, ended.err) == (0, "")
    return ended.out.removesuffix("\n")


def kept(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT * FROM api_key ORDER BY api_key_id")))


def test_a_key_stands_alone_on_the_output_to_be_caught_by_a_script(own_engine: Engine) -> None:
    arguments = ["key", "issue", "--jurisdiction", "krakow.pl", "--label", "Anna"]
    ended = run_process(*arguments, DATABASE_URL=url_of(own_engine))
    assert (ended.code, ended.err) == (0, "")
    [line] = ended.out.splitlines()
    assert line.startswith("o311_")
    assert len(line) > 30
    assert line == line.strip()


def test_of_a_key_only_its_hash_is_kept(own_engine: Engine) -> None:
    key = issue(own_engine, "krakow.pl")
    [row] = kept(own_engine)
    assert bytes(row.key_hash) == hashlib.sha256(key.encode()).digest()
    assert key not in str(row)


def test_no_two_keys_are_alike(own_engine: Engine) -> None:
    assert len({issue(own_engine, "krakow.pl") for _ in range(5)}) == 5


def test_a_key_opens_the_cities_that_it_was_issued_for_and_no_other(
    own_engine: Engine, own_client: CheckingClient
) -> None:
    one, both = issue(own_engine, "krakow.pl"), issue(own_engine, "krakow.pl", "wroclaw.pl")
    assert post_report(own_client, one, "krakow.pl").status_code == 200
    assert post_report(own_client, one, "wroclaw.pl").status_code == 403
    assert post_report(own_client, both, "wroclaw.pl").status_code == 200


def test_a_city_named_twice_counts_once(own_engine: Engine, own_client: CheckingClient) -> None:
    key = issue(own_engine, "krakow.pl", "krakow.pl")
    assert post_report(own_client, key, "krakow.pl").status_code == 200


def test_a_revoked_key_is_useless_at_once(own_engine: Engine, own_client: CheckingClient) -> None:
    key, other = issue(own_engine, "krakow.pl"), issue(own_engine, "krakow.pl")
    assert post_report(own_client, key, "krakow.pl").status_code == 200
    number = str(kept(own_engine)[0].api_key_id)
    ended = key_command(own_engine, "revoke", number)
    assert (ended.code, ended.out) == (0, f"The key {number} is revoked.\n")
    assert post_report(own_client, key, "krakow.pl").status_code == 403
    assert post_report(own_client, other, "krakow.pl").status_code == 200


def test_a_key_is_revoked_once(own_engine: Engine) -> None:
    issue(own_engine, "krakow.pl")
    number = str(kept(own_engine)[0].api_key_id)
    key_command(own_engine, "revoke", number)
    moment = kept(own_engine)[0].revoked_datetime
    ended = key_command(own_engine, "revoke", number)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"open311: There is no valid key {number}.\n"
    assert kept(own_engine)[0].revoked_datetime == moment


@pytest.mark.parametrize("number", ["0", "999999999", "99999999999999999999"])
def test_a_key_that_is_not_there_cannot_be_revoked(own_engine: Engine, number: str) -> None:
    ended = key_command(own_engine, "revoke", number)
    assert (ended.code, ended.out) == (1, "")
    assert number in ended.err
    assert "Traceback" not in ended.err


def test_no_key_is_made_for_a_city_that_does_not_exist(own_engine: Engine) -> None:
    chosen = ["--jurisdiction", "krakow.pl", "--jurisdiction", "atlantis.example"]
    ended = key_command(own_engine, "issue", *chosen, "--label", "Anna")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "open311: There is no jurisdiction “atlantis.example”.\n"
    assert kept(own_engine) == []


def test_keys_are_listed_with_what_is_known_of_them(own_engine: Engine) -> None:
    keys = issue(own_engine, "krakow.pl", "wroclaw.pl"), issue(own_engine, "krakow.pl", label="Jan")
    first, second = kept(own_engine)
    key_command(own_engine, "revoke", str(second.api_key_id))
    day = f"{first.created_datetime:%Y-%m-%d}"
    listed = key_command(own_engine, "list")
    assert listed.out.splitlines() == [
        f"{first.api_key_id}\tvalid\tkrakow.pl,wroclaw.pl\treport\tstandard\t{day}\t-\t-\t-\tAnna",
        f"{second.api_key_id}\trevoked\tkrakow.pl\treport\tstandard\t{day}\t-\t-\t-\tJan",
    ]
    assert not any(key in listed.out for key in keys)


def test_the_list_tells_when_a_key_was_last_used(
    own_engine: Engine, own_client: CheckingClient
) -> None:
    key = issue(own_engine, "krakow.pl")
    post_report(own_client, key, "krakow.pl")
    [columns] = [line.split("\t") for line in key_command(own_engine, "list").out.splitlines()]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", columns[7])


def test_a_key_is_made_on_the_terms_that_are_named(own_engine: Engine) -> None:
    account(own_engine, "create", "Anna@Example.org", "--name=Anna")
    chosen = ["--scope=administer", "--scope=update", "--rate-class=bulk", "--expires=2999-12-31"]
    whose = ["--account=anna@example.org", "--label=Anna"]
    assert key_command(own_engine, "issue", *chosen, *whose).code == 0
    [line] = key_command(own_engine, "list").out.splitlines()
    assert line.split("\t")[1:5] == ["valid", "-", "administer,update", "bulk"]
    assert line.split("\t")[6:] == ["2999-12-31", "-", "anna@example.org", "Anna"]


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (["--label=Anna"], "A key that reports must name its jurisdictions."),
        (
            ["--label=Anna", "--jurisdiction=krakow.pl", "--scope=administer"],
            "A key without an account can have no scope but report.",
        ),
        (
            ["--label=Anna", "--jurisdiction=krakow.pl", "--expires=2001-01-01"],
            "The moment of expiry is past already.",
        ),
        (
            ["--label=A\tB", "--jurisdiction=krakow.pl"],
            "label must be a line of 1 to 200 printable characters.",
        ),
        (["--label=Anna", "--account=anna@example.org"], "There is no account “anna@example.org”."),
    ],
)
def test_a_key_whose_terms_do_not_go_together_is_not_made(
    own_engine: Engine, chosen: list[str], told: str
) -> None:
    ended = key_command(own_engine, "issue", *chosen)
    assert ended == Ended(1, "", f"open311: {told}\n")
    assert kept(own_engine) == []


def test_where_there_are_no_keys_the_list_is_empty(own_engine: Engine) -> None:
    assert key_command(own_engine, "list") == Ended(0, "", "")
