"""How often a key may be used: so often a minute, over all that answer, and no more."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from open311.access.rates import RATES
from open311.catalogue.locking import lock_catalogue
from tests.clients import CheckingClient
from tests.conftest import JURISDICTIONS, app_on
from tests.keys import new_key, seconds_left, use_up
from tests.reporting import errors, only_row, post_report, rows


def issue(engine: Engine, rate_class: str) -> str:
    with engine.begin() as connection:
        return new_key(connection, ["krakow.pl"], rate_class=rate_class)


def set_calls(engine: Engine, calls: int) -> None:
    """Count so many calls with every key that was used in this minute."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE api_key_use SET calls = :calls"), {"calls": calls})


def until_counted(engine: Engine) -> None:
    """Wait until the only key was used."""
    for _ in range(500):
        if rows_of_use(engine):
            return
        time.sleep(0.01)
    pytest.fail("nothing is counted")


def rows_of_use(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM api_key_use")) or 0


@pytest.fixture
def tired(engine: Engine) -> str:
    """A key that was used as often in this minute as it may be."""
    use_up(engine, key := issue(engine, "standard"))
    return key


@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_a_key_over_its_limit_is_told_when_to_try_again(
    client: CheckingClient, tired: str, format: str, language: str, nothing_kept: None
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    response = post_report(client, tired, "krakow.pl", format)
    assert response.status_code == 429
    seconds = int(response.headers["Retry-After"])
    assert 0 < seconds <= 60
    [told] = errors(response)
    assert "600" in told
    assert str(seconds) in told


def test_the_last_call_that_is_allowed_is_taken_and_the_next_is_not(
    own_client: CheckingClient, own_engine: Engine
) -> None:
    key = issue(own_engine, "standard")
    seconds_left(own_engine, 10)
    assert post_report(own_client, key, "krakow.pl").status_code == 200
    set_calls(own_engine, RATES["standard"] - 1)
    answers = [post_report(own_client, key, "krakow.pl").status_code for _ in range(3)]
    assert answers == [200, 429, 429]
    assert rows(own_engine)["service_request"] == 2


def test_in_the_next_minute_the_key_is_good_again(
    own_client: CheckingClient, own_engine: Engine
) -> None:
    key = issue(own_engine, "standard")
    use_up(own_engine, key)
    assert post_report(own_client, key, "krakow.pl").status_code == 429
    with own_engine.begin() as connection:
        connection.execute(text("UPDATE api_key_use SET minute = minute - interval '1 minute'"))
    assert post_report(own_client, key, "krakow.pl").status_code == 200
    assert only_row(own_engine, "api_key_use").calls == 1


def test_a_key_without_limit_is_never_over_it(client: CheckingClient, engine: Engine) -> None:
    use_up(engine, key := issue(engine, "unlimited"))
    assert post_report(client, key, "krakow.pl").status_code == 200


def test_a_call_with_another_key_is_not_counted_here(
    own_client: CheckingClient, own_engine: Engine
) -> None:
    tired, other = issue(own_engine, "standard"), issue(own_engine, "standard")
    use_up(own_engine, tired)
    assert post_report(own_client, other, "krakow.pl").status_code == 200


def test_a_call_with_a_key_that_is_not_valid_leaves_no_trace(
    own_client: CheckingClient, own_engine: Engine
) -> None:
    for key in ("unknown", "x" * 9000):
        assert post_report(own_client, key, "krakow.pl").status_code == 403
    assert rows_of_use(own_engine) == 0


def test_what_is_wrong_with_a_report_is_not_looked_at_when_the_key_is_over_its_limit(
    client: CheckingClient, tired: str
) -> None:
    response = post_report(client, tired, "krakow.pl", service_code=None, lat="north")
    assert response.status_code == 429


def test_several_who_answer_count_together(own_engine: Engine) -> None:
    key = issue(own_engine, "standard")
    clients = [app_on(own_engine).test_client() for _ in range(2)]
    seconds_left(own_engine, 20)
    assert post_report(clients[0], key, "krakow.pl").status_code == 200
    set_calls(own_engine, RATES["standard"] - 5)
    with ThreadPoolExecutor(2) as pool:
        batches = pool.map(
            lambda client: [post_report(client, key, "krakow.pl").status_code for _ in range(8)],
            clients,
        )
    answers = [status for batch in batches for status in batch]
    assert (answers.count(200), answers.count(429)) == (5, 11)


def test_a_call_does_not_wait_for_another_one_that_is_still_under_way(
    own_client: CheckingClient, own_engine: Engine
) -> None:
    with own_engine.begin() as connection:
        key = new_key(connection, JURISDICTIONS, rate_class="standard")
    with ThreadPoolExecutor(1) as pool:
        with own_engine.begin() as connection:
            lock_catalogue(connection, "krakow.pl")
            under_way = pool.submit(post_report, own_client, key, "krakow.pl")
            until_counted(own_engine)
            other_client = own_client.application.test_client()
            assert post_report(other_client, key, "wroclaw.pl").status_code == 200
            assert not under_way.done()
        assert under_way.result().status_code == 200


def test_after_a_crash_of_the_database_server_counting_begins_anew(
    own_client: CheckingClient, own_engine: Engine
) -> None:
    key = issue(own_engine, "standard")
    use_up(own_engine, key)
    with own_engine.begin() as connection:
        # What recovery does to a table that is not written to the log.
        connection.execute(text("TRUNCATE api_key_use"))
    assert post_report(own_client, key, "krakow.pl").status_code == 200
