"""What a key is good for: the least of what its scopes, its jurisdictions and its account allow."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from open311.access import accounts
from open311.access.rights import Role
from open311.access.using import actor_of_key, use_key
from open311.database.engine import counting_engine
from open311.database.reading import Reader
from open311.errors import TooManyCalls
from tests.access.conftest import email, make_world
from tests.cli.running import url_of
from tests.conftest import JURISDICTIONS
from tests.keys import SHELL, new_key, use_up


@pytest.fixture
def counter(own_engine: Engine) -> Iterator[Reader]:
    """Uses keys, in a database where there are people of every role."""
    with own_engine.begin() as connection:
        make_world(connection)
    counting = counting_engine(url_of(own_engine))
    yield Reader(counting)
    counting.dispose()


def key_of(engine: Engine, name: str, *cities: str, **terms: object) -> str:
    """Return a new key of somebody's account."""
    with engine.begin() as connection:
        account_id = accounts.account_of(connection, email(name)).account_id
        return new_key(connection, cities, account_id=account_id, **terms)


def test_a_key_acts_for_its_account(counter: Reader, own_engine: Engine) -> None:
    key = key_of(own_engine, "eva", "krakow.pl", scopes=["administer", "update"])
    actor = actor_of_key(counter, key)
    assert actor.name == email("eva")
    assert set(actor.roles) == {
        Role("city_administrator", "krakow.pl"),
        Role("auditor", "wroclaw.pl"),
    }
    assert actor.scopes == {"administer", "update"}
    assert actor.jurisdiction_ids == {"krakow.pl"}
    assert actor.may("apply", "krakow.pl")
    assert not actor.may("read_audit", "wroclaw.pl")
    assert not actor.may("read_personal", "krakow.pl")


def test_a_key_that_names_no_city_is_good_wherever_its_account_is(
    counter: Reader, own_engine: Engine
) -> None:
    actor = actor_of_key(counter, key_of(own_engine, "owner", scopes=["administer"]))
    assert actor.may("create_jurisdiction", "a.city.to.come")
    actor = actor_of_key(counter, key_of(own_engine, "krakow", scopes=["administer"]))
    assert actor.may("apply", "krakow.pl")
    assert not actor.may("apply", "wroclaw.pl")


def test_a_key_without_an_account_only_reports(counter: Reader, own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        key = new_key(connection, JURISDICTIONS)
    assert actor_of_key(counter, key) is None
    assert use_key(counter, key).may_report("krakow.pl")
    assert not use_key(counter, key).may_report("atlantis.example")


def test_a_key_that_is_not_for_reports_does_not_report(counter: Reader, own_engine: Engine) -> None:
    key = key_of(own_engine, "krakow", "krakow.pl", scopes=["administer"])
    assert not use_key(counter, key).may_report("krakow.pl")


def test_a_role_that_was_taken_away_is_gone_at_once(counter: Reader, own_engine: Engine) -> None:
    key = key_of(own_engine, "krakow", "krakow.pl", scopes=["administer"])
    assert actor_of_key(counter, key).may("apply", "krakow.pl")
    with own_engine.begin() as connection:
        accounts.revoke(connection, email("krakow"), "city_administrator", "krakow.pl", actor=SHELL)
    assert not actor_of_key(counter, key).may("apply", "krakow.pl")


def test_the_keys_of_a_disabled_account_do_nothing_until_it_is_enabled(
    counter: Reader, own_engine: Engine
) -> None:
    key = key_of(own_engine, "krakow", "krakow.pl", scopes=["administer", "report"])
    with own_engine.begin() as connection:
        accounts.disable(connection, email("krakow"), actor=SHELL)
    assert use_key(counter, key) is None
    assert actor_of_key(counter, key) is None
    with own_engine.begin() as connection:
        accounts.enable(connection, email("krakow"), actor=SHELL)
    assert actor_of_key(counter, key).may("apply", "krakow.pl")


def test_who_administers_is_held_to_the_rate_of_the_key_too(
    counter: Reader, own_engine: Engine
) -> None:
    key = key_of(own_engine, "owner", scopes=["administer"], rate_class="standard")
    use_up(own_engine, key)
    with pytest.raises(TooManyCalls):
        actor_of_key(counter, key)


@pytest.mark.parametrize("key", ["", "unknown", "klucz-żółw", "' OR true --", "x" * 100_000])
def test_an_unknown_key_is_nobody(counter: Reader, key: str) -> None:
    assert use_key(counter, key) is None
