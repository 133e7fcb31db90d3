"""Accounts: known by an address, given roles that make sense, and never the last one taken away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from open311.access import accounts
from open311.access.rights import Actor, Role
from open311.errors import BadRequest, ClientError, Forbidden, NotFound
from tests.access.conftest import World, email, make_world
from tests.keys import SHELL


def problems(error: ClientError) -> list[str]:
    return [problem.message for problem in error.problems]


def test_an_account_is_known_by_its_address_in_whatever_case(world: World) -> None:
    accounts.create(world.connection, " Anna.Nowak@Example.ORG ", "Anna Nowak", actor=SHELL)
    accounts.grant(world.connection, "ANNA.NOWAK@example.org", "auditor", actor=SHELL)
    account = accounts.account_of(world.connection, "anna.nowak@EXAMPLE.org")
    assert (account.email, account.roles) == ("anna.nowak@example.org", (Role("auditor"),))


@pytest.mark.parametrize("address", [email("officer"), "Officer@EXAMPLE.org", email("former")])
def test_an_address_is_of_one_account(world: World, address: str) -> None:
    with pytest.raises(BadRequest) as refused:
        accounts.create(world.connection, address, "Another", actor=SHELL)
    assert problems(refused.value) == ["account-exists"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "anna nowak@example.org",
        "anna@example.org\nanna@example.org",
        "anna@example.org, jan@example.org",
        "shell:root@example.org",
        "żółw@example.org",
        f"{'a' * 250}@example.org",
    ],
)
def test_what_is_no_address_is_refused(world: World, address: str) -> None:
    with pytest.raises(BadRequest) as refused:
        accounts.create(world.connection, address, "Anna", actor=SHELL)
    assert problems(refused.value) == ["no-email"]


@pytest.mark.parametrize("name", ["", "  ", "Anna\nNowak", "Anna\tNowak", "x" * 201])
def test_a_name_is_one_line(world: World, name: str) -> None:
    with pytest.raises(BadRequest) as refused:
        accounts.create(world.connection, "anna@example.org", name, actor=SHELL)
    assert problems(refused.value) == ["no-line"]


MISTAKES = {
    ("queen",): "none-of",
    ("inter_city_administrator", "krakow.pl"): "place-of-inter-city-administrator",
    ("inter_city_administrator", None, "zdmk"): "place-of-inter-city-administrator",
    ("city_administrator",): "place-of-city-administrator",
    ("city_administrator", "krakow.pl", "zdmk"): "place-of-city-administrator",
    ("city_administrator", ""): "place-of-city-administrator",
    ("city_administrator", "atlantis.example"): "no-jurisdiction",
    ("unit_officer",): "place-of-unit-officer",
    ("unit_officer", "krakow.pl"): "place-of-unit-officer",
    ("unit_officer", None, "zdmk"): "place-of-unit-officer",
    ("unit_officer", "krakow.pl", "army"): "no-unit",
    ("unit_officer", "wroclaw.pl", "zdmk"): "no-unit",
    ("auditor", "krakow.pl", "zdmk"): "place-of-auditor",
}


@pytest.mark.parametrize("role", MISTAKES, ids=str)
def test_a_role_is_held_where_it_can_be(world: World, role: tuple[str, ...]) -> None:
    before = world.content()
    with pytest.raises(BadRequest) as refused:
        accounts.grant(world.connection, email("nobody"), *role, actor=SHELL)
    assert problems(refused.value) == [MISTAKES[role]]
    assert world.content() == before


def test_a_retired_unit_gets_no_officer(world: World) -> None:
    retire = "UPDATE unit SET retired_datetime = now() WHERE unit_code = 'zdmk'"
    world.connection.execute(text(retire))
    with pytest.raises(BadRequest):
        accounts.grant(
            world.connection, email("nobody"), "unit_officer", "krakow.pl", "zdmk", actor=SHELL
        )


@pytest.mark.parametrize(
    "row",
    [
        "('unit_officer', NULL, 'zdmk')",
        "('unit_officer', 'krakow.pl', NULL)",
        "('city_administrator', NULL, NULL)",
        "('city_administrator', 'krakow.pl', 'zdmk')",
        "('inter_city_administrator', 'krakow.pl', NULL)",
        "('auditor', 'krakow.pl', 'zdmk')",
        "('queen', 'krakow.pl', NULL)",
        "('queen', NULL, NULL)",
    ],
)
def test_the_database_keeps_no_role_that_reaches_further_than_it_may(
    world: World, row: str
) -> None:
    columns = "account_id, role, jurisdiction_id, unit_code"
    values = row.replace("(", f"({world.id_of('nobody')}, ")
    with pytest.raises(IntegrityError, match="account_role_place_check"):
        world.connection.execute(text(f"INSERT INTO account_role ({columns}) VALUES {values}"))


def test_a_role_is_given_once_and_taken_once(world: World) -> None:
    role = (email("nobody"), "auditor", "krakow.pl")
    accounts.grant(world.connection, *role, actor=SHELL)
    with pytest.raises(BadRequest) as refused:
        accounts.grant(world.connection, *role, actor=SHELL)
    assert problems(refused.value) == ["role-held"]
    accounts.revoke(world.connection, *role, actor=SHELL)
    with pytest.raises(BadRequest) as refused:
        accounts.revoke(world.connection, *role, actor=SHELL)
    assert problems(refused.value) == ["role-not-held"]
    assert accounts.account_of(world.connection, email("nobody")).roles == ()


def test_of_several_roles_only_the_one_that_is_named_is_taken(world: World) -> None:
    accounts.revoke(world.connection, email("eva"), "auditor", "wroclaw.pl", actor=SHELL)
    left = accounts.account_of(world.connection, email("eva")).roles
    assert left == (Role("city_administrator", "krakow.pl"),)


@pytest.mark.parametrize("change", [accounts.disable, accounts.enable])
def test_what_is_so_already_is_told(world: World, change: object) -> None:
    name = "former" if change is accounts.disable else "officer"
    with pytest.raises(BadRequest) as refused:
        change(world.connection, email(name), actor=SHELL)
    assert problems(refused.value) == ["account-state"]


def test_an_account_that_is_not_there_is_told(world: World) -> None:
    for attempt in (
        lambda: accounts.grant(world.connection, "a@b.pl", "auditor", actor=SHELL),
        lambda: accounts.revoke(world.connection, "a@b.pl", "auditor", actor=SHELL),
        lambda: accounts.disable(world.connection, "a@b.pl", actor=SHELL),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_who_administers_a_city_sees_the_accounts_and_roles_of_the_city_alone(
    world: World,
) -> None:
    listed = accounts.list_accounts(world.connection, actor=world.actors["wroclaw"])
    assert [(one.email, one.roles) for one in listed] == [
        (email("eva"), (Role("auditor", "wroclaw.pl"),)),
        (email("gone"), (Role("auditor", "wroclaw.pl"),)),
        (email("wroclaw"), (Role("city_administrator", "wroclaw.pl"),)),
    ]


LAST = [
    lambda world, actor: accounts.revoke(
        world.connection, email("owner"), "inter_city_administrator", actor=actor
    ),
    lambda world, actor: accounts.disable(world.connection, email("owner"), actor=actor),
]


@pytest.mark.parametrize("take_away", LAST, ids=["role", "account"])
def test_the_last_inter_city_administrator_stays_unless_the_shell_says_otherwise(
    world: World, take_away: object
) -> None:
    accounts.disable(world.connection, email("olga"), actor=SHELL)
    before = world.content()
    with pytest.raises(Forbidden) as refused:
        take_away(world, world.actors["owner"])
    assert problems(refused.value) == ["last-administrator"]
    assert world.content() == before
    take_away(world, SHELL)


def test_of_two_who_take_each_others_role_away_at_once_one_stays(own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        actors = make_world(connection).actors

    def take(who: Actor, whose: str) -> bool:
        try:
            with own_engine.begin() as connection:
                accounts.revoke(connection, email(whose), "inter_city_administrator", actor=who)
        except Forbidden:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        taken = pool.map(take, (actors["owner"], actors["olga"]), ("olga", "owner"))
        assert sorted(taken) == [False, True]
