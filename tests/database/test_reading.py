"""Single reads: bytes as they are stored, nothing written, and a lost connection is no failure."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from sqlalchemy import Engine, text

from open311.database.cluster import Cluster
from open311.database.engine import counting_engine, read_engine, transaction_engine
from open311.database.reading import Reader
from tests.clients import CheckingClient
from tests.rows import add_request, found

PID = "SELECT pg_backend_pid()"


@pytest.fixture
def reading(own_engine: Engine) -> Iterator[Engine]:
    """An engine for single reads with one connection."""
    reading = read_engine(own_engine.url.render_as_string(hide_password=False))
    yield reading
    reading.dispose()


@pytest.fixture
def reader(reading: Engine) -> Reader:
    return Reader(reading)


def end_connections(engine: Engine) -> int:
    """End every other connection to the database from the server's side; return how many."""
    query = text("""
        SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
    """)
    engine.dispose()
    with engine.connect() as connection:
        return int(connection.scalar(query))


def test_text_comes_back_as_utf8_bytes_and_numbers_as_numbers(reader: Reader) -> None:
    assert reader.rows("SELECT 'Łódź'::text, 7, NULL::text") == [("Łódź".encode(), 7, None)]


def test_parameters_are_values_and_never_sql(reader: Reader) -> None:
    odd = "'; DROP TABLE service_request; -- %s $1 \\"
    assert reader.rows("SELECT $1::text, $2::int", (odd, 7)) == [(odd.encode(), 7)]


def test_a_list_is_a_parameter_too(reader: Reader) -> None:
    query = "SELECT unit FROM unnest($1::text[]) AS unit ORDER BY unit"
    assert reader.rows(query, (["b", "a,'\"{}"],)) == [(b"a,'\"{}",), (b"b",)]


def test_a_statement_is_prepared_once_a_connection(reader: Reader) -> None:
    for number in range(3):
        assert reader.rows("SELECT $1::int + 1", (number,)) == [(number + 1,)]
    prepared = reader.rows(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%+ 1'"
    )
    assert prepared == [(1,)]


def test_many_statements_live_side_by_side(reader: Reader) -> None:
    for _ in range(2):
        for number in range(20):
            assert reader.rows(f"SELECT {number}") == [(number,)]


def test_nothing_can_be_written(reader: Reader, own_engine: Engine) -> None:
    for statement in (
        "INSERT INTO unit VALUES ('krakow.pl', 'army', '{}')",
        "UPDATE service_request SET status = 'closed'",
        "DELETE FROM area",
        "SELECT nextval('service_request_number')",
    ):
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            reader.rows(statement)


def test_nothing_can_be_written_through_the_engine_itself(reading: Engine) -> None:
    with reading.connect() as connection, pytest.raises(Exception, match="read-only"):
        connection.execute(text("DELETE FROM area"))


def test_a_statement_that_is_wrong_does_not_spoil_the_next(reader: Reader) -> None:
    with pytest.raises(psycopg2.errors.UndefinedColumn):
        reader.rows("SELECT nothing_of_that_name")
    with pytest.raises(psycopg2.errors.DivisionByZero):
        reader.rows("SELECT 1 / $1::int", (0,))
    assert reader.rows("SELECT 1 / $1::int", (1,)) == [(1,)]


def test_a_read_sees_what_was_committed_just_before(reader: Reader, own_engine: Engine) -> None:
    count = "SELECT count(*) FROM service_request"
    assert reader.rows(count) == [(0,)]
    add_request(own_engine, "krakow.pl")
    assert reader.rows(count) == [(1,)]


def test_a_read_is_no_open_transaction_afterwards(reader: Reader, own_engine: Engine) -> None:
    [(pid,)] = reader.rows(PID)
    state = text("SELECT state FROM pg_stat_activity WHERE pid = :pid")
    with own_engine.connect() as connection:
        assert connection.scalar(state, {"pid": pid}) == "idle"


def test_a_connection_that_the_server_ended_is_replaced(reader: Reader, own_engine: Engine) -> None:
    query = "SELECT $1::text"
    assert reader.rows(query, ("Łódź",)) == [("Łódź".encode(),)]
    before = reader.rows(PID)
    assert end_connections(own_engine) >= 1
    assert reader.rows(query, ("Łódź",)) == [("Łódź".encode(),)]
    assert reader.rows(PID) != before


def test_every_connection_that_the_server_ended_is_replaced(own_engine: Engine) -> None:
    reading = read_engine(own_engine.url.render_as_string(hide_password=False), connections=3)
    reader = Reader(reading)
    with ThreadPoolExecutor(3) as pool:
        pids = set(pool.map(lambda _: reader.rows(f"{PID}, pg_sleep(0.2)::text")[0][0], range(3)))
        assert len(pids) == 3
        end_connections(own_engine)
        query = "SELECT 'Łódź'::text, pg_sleep(0.1)::text"
        answers = list(pool.map(lambda _: reader.rows(query)[0][0], range(6)))
    assert answers == ["Łódź".encode()] * 6
    reading.dispose()


def test_a_service_whose_connections_were_ended_answers_the_next_call(
    own_client: CheckingClient, own_engine: Engine, city: str
) -> None:
    one = add_request(own_engine, city)
    assert found(own_client, city) == [one]
    end_connections(own_engine)
    assert found(own_client, city) == [one]


def test_what_counts_its_calls_may_write_and_does_not_wait_for_the_log(own_engine: Engine) -> None:
    counting = counting_engine(own_engine.url.render_as_string(hide_password=False))
    counter = Reader(counting)
    count = """
        INSERT INTO api_key_use AS used VALUES ($1, now(), now(), 1)
        ON CONFLICT (api_key_id) DO UPDATE SET calls = used.calls + 1 RETURNING calls
    """
    assert [counter.rows(count, (7,)) for _ in range(3)] == [[(1,)], [(2,)], [(3,)]]
    end_connections(own_engine)
    assert counter.rows(count, (7,)) == [(4,)]
    assert counter.rows("SELECT current_setting('synchronous_commit')") == [(b"off",)]
    counting.dispose()


def test_a_database_that_is_away_is_told_as_such(cluster: Cluster) -> None:
    reading = read_engine(cluster.url("no_such_database"))
    with pytest.raises(Exception, match="does not exist"):
        Reader(reading).rows("SELECT 1")


def test_a_transaction_begins_on_a_connection_that_lives(own_engine: Engine) -> None:
    writing = transaction_engine(own_engine.url.render_as_string(hide_password=False))
    with writing.begin() as connection:
        before = connection.scalar(text(PID))
    end_connections(own_engine)
    with writing.begin() as connection:
        assert connection.scalar(text(PID)) != before
    writing.dispose()


def test_what_people_wrote_is_not_in_the_message_of_an_error(own_engine: Engine) -> None:
    writing = transaction_engine(own_engine.url.render_as_string(hide_password=False))
    with pytest.raises(Exception) as failure, writing.begin() as connection:
        connection.execute(text("SELECT :secret / 0"), {"secret": 421337})
    assert "421337" not in str(failure.value)
    writing.dispose()
