"""Keys are made on terms that go together, and never for more than who makes them has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from open311.access import keys
from open311.errors import BadRequest, ClientError, Forbidden, NotFound
from tests.access.conftest import World
from tests.conftest import JURISDICTIONS
from tests.keys import SHELL, new_key

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def refused(world: World, cities: list[str], label: str = "Anna", **terms: object) -> list[str]:
    """Return why a key is not made; nothing may have been written."""
    before = world.content()
    with pytest.raises(ClientError) as refusal:
        keys.issue(world.connection, cities, label, keys.Terms(**terms), actor=SHELL)
    assert world.content() == before
    return [problem.message for problem in refusal.value.problems]


def test_terms_that_do_not_go_together_are_refused(world: World) -> None:
    owner = world.id_of("owner")
    krakow = ["krakow.pl"]
    assert refused(world, []) == ["key-without-jurisdiction"]
    assert refused(world, [], scopes=["report", "update"], account_id=owner) == [
        "key-without-jurisdiction"
    ]
    assert refused(world, krakow, scopes=[]) == ["key-without-scope"]
    assert refused(world, krakow, scopes=["update"]) == ["key-without-account"]
    assert refused(world, krakow, scopes=["fly"], account_id=owner) == ["none-of"]
    assert refused(world, krakow, rate_class="fast") == ["none-of"]
    assert refused(world, krakow, expires=YESTERDAY) == ["expiry-past"]
    assert refused(world, krakow, account_id=0) == ["no-account"]
    assert refused(world, krakow, label="Anna\tNowak") == ["no-line"]


def test_all_that_is_wrong_is_told_at_once(world: World) -> None:
    wrong = refused(world, ["atlantis", "krakow.pl", "utopia"], label="", rate_class="fast")
    assert wrong == ["no-jurisdiction", "no-jurisdiction", "no-line", "none-of"]


@pytest.mark.parametrize("scope", ["update", "read_personal"])
def test_nobody_gives_a_scope_that_they_have_not(world: World, scope: str) -> None:
    with_key = replace(world.actors["krakow"], scopes=frozenset({"administer"}))
    terms = keys.Terms(scopes=[scope], account_id=world.id_of("officer"))
    with pytest.raises(Forbidden) as refusal:
        keys.issue(world.connection, ["krakow.pl"], "Jan", terms, actor=with_key)
    assert [problem.message for problem in refusal.value.problems] == ["scope-not-held"]
    keys.issue(world.connection, ["krakow.pl"], "Jan", actor=with_key)


def test_who_acts_with_a_key_of_one_city_makes_none_of_another(world: World) -> None:
    with_key = replace(world.actors["owner"], jurisdiction_ids=frozenset({"krakow.pl"}))
    keys.issue(world.connection, ["krakow.pl"], "Jan", actor=with_key)
    with pytest.raises(Forbidden):
        keys.issue(world.connection, JURISDICTIONS, "Jan", actor=with_key)


def test_who_administers_a_city_sees_the_keys_of_the_city_alone(world: World) -> None:
    def seen(name: str) -> list[str]:
        found = keys.list_keys(world.connection, actor=world.actors[name])
        # Other tests have a key of theirs.
        return [key.label for key in found if key.label != "tests"]

    assert seen("krakow") == ["of Kraków", "of both"]
    assert seen("wroclaw") == ["of both"]
    assert seen("owner") == ["of Kraków", "of both", "of no city"]


def test_the_list_tells_in_which_state_a_key_is(world: World) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    new_key(world.connection, ["krakow.pl"], "revoked", expires=soon)
    new_key(world.connection, ["krakow.pl"], "of the former", account_id=world.id_of("former"))
    listed = {key.label: key for key in keys.list_keys(world.connection, actor=SHELL)}
    keys.revoke(world.connection, listed["revoked"].api_key_id, actor=SHELL)
    states = {key.label: key.state for key in keys.list_keys(world.connection, actor=SHELL)}
    assert states["of Kraków"] == "valid"
    assert states["revoked"] == "revoked"
    assert states["of the former"] == "disabled"


def test_a_key_is_revoked_once(world: World) -> None:
    number = world.key_numbers["of both"]
    keys.revoke(world.connection, number, actor=SHELL)
    before = world.content()
    with pytest.raises(NotFound):
        keys.revoke(world.connection, number, actor=SHELL)
    assert world.content() == before


def test_a_key_without_terms_reports_at_the_standard_rate(world: World) -> None:
    keys.issue(world.connection, ["krakow.pl"], "plain", actor=SHELL)
    key = keys.list_keys(world.connection, actor=SHELL)[-1]
    assert (key.scopes, key.rate_class) == (("report",), "standard")
    assert (key.expires, key.email, key.last_used) == (None, None, None)
    with pytest.raises(BadRequest):
        keys.issue(world.connection, [], "plain", actor=SHELL)
