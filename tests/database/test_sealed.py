"""What must be opened is found, in tables of any revision."""

from sqlalchemy import Engine, text

from open311.database.sealed import sealed_values
from tests.rows import add_requests, days_ago

CITIES = ("krakow.pl", "wroclaw.pl")

_REPORTERS = text("""
    INSERT INTO reporter (jurisdiction_id, number, language, sealed)
    SELECT jurisdiction_id, number, 'pl', convert_to(jurisdiction_id || row_number, 'UTF8')
    FROM (SELECT *, row_number() OVER (PARTITION BY jurisdiction_id ORDER BY number)
          FROM service_request) AS numbered
""")


def found(engine: Engine) -> list[bytes]:
    with engine.connect() as connection:
        return sorted(sealed_values(connection))


def test_a_database_in_which_nothing_is_sealed_holds_nothing(own_engine: Engine) -> None:
    add_requests(own_engine, "krakow.pl", [days_ago(1)])
    assert found(own_engine) == []


def test_the_newest_of_each_city_is_found(own_engine: Engine) -> None:
    for city in CITIES:
        add_requests(own_engine, city, [days_ago(1)] * 3)
    with own_engine.begin() as connection:
        connection.execute(_REPORTERS)
    assert found(own_engine) == [b"krakow.pl3", b"wroclaw.pl3"]


def test_those_that_were_erased_are_passed_over(own_engine: Engine) -> None:
    add_requests(own_engine, "krakow.pl", [days_ago(1)] * 3)
    with own_engine.begin() as connection:
        connection.execute(_REPORTERS)
        erase = "UPDATE reporter SET sealed = NULL WHERE sealed IN ('krakow.pl2', 'krakow.pl3')"
        connection.execute(text(erase))
    assert found(own_engine) == [b"krakow.pl1"]


def test_tables_that_cannot_hold_anything_sealed_are_passed_over(own_engine: Engine) -> None:
    with own_engine.connect() as connection:
        connection.execute(text("ALTER TABLE reporter DROP COLUMN sealed"))
        connection.execute(text("DROP TABLE destination_secret"))
        assert sealed_values(connection) == []
        connection.rollback()
