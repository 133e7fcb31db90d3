"""What a key is good for: the least of what its scopes, its jurisdictions and its account allow."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from open311.access import accounts
from open311.access.rates import RATES
from open311.access.rights import Role
from open311.access.using import use_key
from open311.database.engine import counting_engine
from open311.database.reading import Reader
from open311.errors import TooManyCalls
from tests.access.conftest import email, make_world
from tests.cli.running import url_of
from tests.conftest import JURISDICTIONS
from tests.keys import SHELL, new_key, seconds_left, use_up

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


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
    actor = use_key(counter, key).actor
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
    actor = use_key(counter, key_of(own_engine, "owner", scopes=["administer"])).actor
    assert actor.may("create_jurisdiction", "a.city.to.come")
    actor = use_key(counter, key_of(own_engine, "krakow", scopes=["administer"])).actor
    assert actor.may("apply", "krakow.pl")
    assert not actor.may("apply", "wroclaw.pl")


def test_a_key_without_an_account_only_reports(counter: Reader, own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        key = new_key(connection, JURISDICTIONS)
    assert use_key(counter, key).actor is None
    assert use_key(counter, key).may_report("krakow.pl")
    assert not use_key(counter, key).may_report("atlantis.example")


def test_a_key_that_is_not_for_reports_does_not_report(counter: Reader, own_engine: Engine) -> None:
    key = key_of(own_engine, "krakow", "krakow.pl", scopes=["administer"])
    assert not use_key(counter, key).may_report("krakow.pl")


def test_a_role_that_was_taken_away_is_gone_at_once(counter: Reader, own_engine: Engine) -> None:
    key = key_of(own_engine, "krakow", "krakow.pl", scopes=["administer"])
    assert use_key(counter, key).actor.may("apply", "krakow.pl")
    with own_engine.begin() as connection:
        accounts.revoke(connection, email("krakow"), "city_administrator", "krakow.pl", actor=SHELL)
    assert not use_key(counter, key).actor.may("apply", "krakow.pl")


def test_the_keys_of_a_disabled_account_do_nothing_until_it_is_enabled(
    counter: Reader, own_engine: Engine
) -> None:
    key = key_of(own_engine, "krakow", "krakow.pl", scopes=["administer", "report"])
    with own_engine.begin() as connection:
        accounts.disable(connection, email("krakow"), actor=SHELL)
    assert use_key(counter, key) is None
    with own_engine.begin() as connection:
        accounts.enable(connection, email("krakow"), actor=SHELL)
    assert use_key(counter, key).actor.may("apply", "krakow.pl")


def test_who_administers_is_held_to_the_rate_of_the_key_too(
    counter: Reader, own_engine: Engine
) -> None:
    key = key_of(own_engine, "owner", scopes=["administer"], rate_class="standard")
    use_up(own_engine, key)
    with pytest.raises(TooManyCalls):
        use_key(counter, key)


@pytest.mark.parametrize("key", ["", "unknown", "klucz-żółw", "' OR true --", "x" * 100_000])
def test_an_unknown_key_is_nobody(counter: Reader, key: str) -> None:
    assert use_key(counter, key) is None


def test_what_is_known_of_a_key_already_is_not_written_again(
    counter: Reader, own_engine: Engine
) -> None:
    """A key without limit costs a write a minute, one over its limit none."""
    with own_engine.begin() as connection:
        free = new_key(connection, ["krakow.pl"], rate_class="unlimited")
        tired = new_key(connection, ["krakow.pl"], rate_class="standard")
    seconds_left(own_engine, 10)
    use_key(counter, free)
    use_up(own_engine, tired)
    before = table(own_engine)
    use_key(counter, free)
    with pytest.raises(TooManyCalls):
        use_key(counter, tired)
    assert table(own_engine) == before


def test_of_two_who_come_at_once_for_the_last_call_one_gets_it(
    counter: Reader, own_engine: Engine
) -> None:
    with own_engine.begin() as connection:
        key = new_key(connection, ["krakow.pl"], rate_class="standard")
    seconds_left(own_engine, 10)
    use_key(counter, key)

    def is_taken(_: int) -> bool:
        counting = counting_engine(url_of(own_engine))
        try:
            return use_key(Reader(counting), key) is not None
        except TooManyCalls:
            return False
        finally:
            counting.dispose()

    with own_engine.begin() as connection:
        one_left = text("UPDATE api_key_use SET calls = :calls")
        connection.execute(one_left, {"calls": RATES["standard"] - 1})
    with ThreadPoolExecutor(2) as pool:
        with own_engine.begin() as connection:
            # Both find one call left, and wait to count theirs.
            connection.execute(text("SELECT * FROM api_key_use FOR UPDATE"))
            taken = pool.map(is_taken, range(2))
            for _ in range(500):
                if connection.scalar(WAITING) == 2:
                    break
                time.sleep(0.01)
        assert sorted(taken) == [False, True]


def table(engine: Engine) -> list[tuple[str, ...]]:
    """Return the versions of the rows that count the use of keys."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT ctid::text, xmin::text FROM api_key_use"))
        return sorted(tuple(row) for row in rows)
