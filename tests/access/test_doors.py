"""Every function asks for the right itself: who has it not is refused, and nothing is written."""

from collections.abc import Callable, Mapping

import pytest

from open311.access import accounts, audit, keys
from open311.access.rights import Actor
from open311.errors import Forbidden
from tests.access.conftest import PEOPLE, World, email
from tests.conftest import JURISDICTIONS

Attempt = Callable[[World, Actor], object]


def grant(name: str, *role: str) -> Attempt:
    return lambda world, actor: accounts.grant(world.connection, email(name), *role, actor=actor)


def take(name: str, *role: str) -> Attempt:
    return lambda world, actor: accounts.revoke(world.connection, email(name), *role, actor=actor)


def disable(name: str) -> Attempt:
    return lambda world, actor: accounts.disable(world.connection, email(name), actor=actor)


def enable(name: str) -> Attempt:
    return lambda world, actor: accounts.enable(world.connection, email(name), actor=actor)


def issue(*cities: str, whose: str | None = None, **terms: object) -> Attempt:
    def attempt(world: World, actor: Actor) -> None:
        account_id = world.id_of(whose) if whose else None
        agreed = keys.Terms(account_id=account_id, **terms)
        keys.issue(world.connection, cities, "Anna", agreed, actor=actor)

    return attempt


def revoke(label: str) -> Attempt:
    return lambda world, actor: keys.revoke(world.connection, world.key_numbers[label], actor=actor)


ADMINISTER = {"scopes": ["administer"]}

# Each act, and who alone may do it; of those who administer a city, the one of Kraków is at home.
CHANGES: Mapping[str, tuple[Attempt, str]] = {
    "make an account": (
        lambda world, actor: accounts.create(world.connection, "new@x.org", "New", actor=actor),
        "shell owner olga krakow wroclaw eva",
    ),
    "give a role in the city": (
        grant("nobody", "auditor", "krakow.pl"), "shell owner olga krakow eva"),
    "make an administrator of the city": (
        grant("nobody", "city_administrator", "krakow.pl"), "shell owner olga krakow eva"),
    "make an officer of the city": (
        grant("nobody", "unit_officer", "krakow.pl", "zdmk"), "shell owner olga krakow eva"),
    "make an auditor of all cities": (grant("nobody", "auditor"), "shell owner olga"),
    "make an inter-city administrator": (
        grant("nobody", "inter_city_administrator"), "shell owner olga"),
    "take a role in the city": (
        take("officer", "unit_officer", "krakow.pl", "zdmk"), "shell owner olga krakow eva"),
    "take the role of an auditor of all cities": (take("auditor", "auditor"), "shell owner olga"),
    "take the role of an inter-city administrator": (
        take("olga", "inter_city_administrator"), "shell owner olga"),
    "disable an officer of the city": (disable("officer"), "shell owner olga krakow eva"),
    "disable somebody with a role in each city": (disable("eva"), "shell owner olga"),
    "disable an inter-city administrator": (disable("olga"), "shell owner olga"),
    "enable an officer of the city": (enable("former"), "shell owner olga krakow eva"),
    "enable somebody with a role in each city": (enable("gone"), "shell owner olga"),
    "make a key of the city": (issue("krakow.pl"), "shell owner olga krakow eva"),
    "make a key of both cities": (issue(*JURISDICTIONS), "shell owner olga"),
    "make a key without limit": (
        issue("krakow.pl", rate_class="unlimited"), "shell owner olga"),
    "make a key for an officer of the city": (
        issue("krakow.pl", whose="officer", scopes=["update"]), "shell owner olga krakow eva"),
    "make a key for an administrator of the city": (
        issue("krakow.pl", whose="krakow", **ADMINISTER), "shell owner olga krakow eva"),
    "make a key of the city for an inter-city administrator": (
        issue("krakow.pl", whose="owner", **ADMINISTER), "shell owner olga"),
    "make a key of the city for an auditor of all": (
        issue("krakow.pl", whose="auditor", **ADMINISTER), "shell owner olga"),
    "make a key that names no city": (issue(whose="krakow", **ADMINISTER), "shell owner olga"),
    "revoke a key of the city": (revoke("of Kraków"), "shell owner olga krakow eva"),
    "revoke a key of both cities": (revoke("of both"), "shell owner olga"),
    "revoke a key that names no city": (revoke("of no city"), "shell owner olga"),
}  # fmt: skip
READS: Mapping[str, tuple[Attempt, str]] = {
    "list accounts": (
        lambda world, actor: accounts.list_accounts(world.connection, actor=actor),
        "shell owner olga krakow wroclaw eva",
    ),
    "list keys": (
        lambda world, actor: keys.list_keys(world.connection, actor=actor),
        "shell owner olga krakow wroclaw eva",
    ),
    "read the audit log of the city": (
        lambda world, actor: audit.read(world.connection, actor=actor, jurisdiction_id="krakow.pl"),
        "shell owner olga krakow eva auditor",
    ),
    "read what there is of the audit log": (
        lambda world, actor: audit.read(world.connection, actor=actor),
        "shell owner olga krakow wroclaw eva auditor",
    ),
}


@pytest.mark.parametrize("name", ["shell", *PEOPLE])
@pytest.mark.parametrize("act", CHANGES)
def test_only_who_may_changes_something_and_the_log_names_them(
    world: World, act: str, name: str
) -> None:
    attempt, allowed = CHANGES[act]
    actor = world.actors[name]
    if name in allowed.split():
        attempt(world, actor)
        assert world.logged()[0].actor == actor.name
    else:
        before = world.content()
        with pytest.raises(Forbidden):
            attempt(world, actor)
        assert world.content() == before


@pytest.mark.parametrize("name", ["shell", *PEOPLE])
@pytest.mark.parametrize("act", READS)
def test_only_who_may_reads(world: World, act: str, name: str) -> None:
    attempt, allowed = READS[act]
    if name in allowed.split():
        attempt(world, world.actors[name])
    else:
        with pytest.raises(Forbidden):
            attempt(world, world.actors[name])
