"""Looking addresses up: by what was written, by something like it, by a point."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from open311.places import addresses
from open311.places.addresses import address_of, find_addresses, has_register, match, nearest
from open311.places.locating import Point
from tests.registers import LAT, LONG, address, put_in_place, sample_register, write_csv

# A metre in the middle of Wrocław, in degrees.
NORTHWARDS, EASTWARDS = 1 / 111_195, 1 / 69_820


@pytest.fixture
def wroclaw(own_engine: Engine) -> Engine:
    """A database with the sample register of Wrocław."""
    put_in_place(own_engine, sample_register("wroclaw.pl"))
    return own_engine


def matched(engine: Engine, written: str, city: str = "wroclaw.pl") -> list[str]:
    with engine.connect() as connection:
        return [str(one) for one in match(connection, city, written)]


def found(engine: Engine, written: str, limit: int = 20) -> list[str]:
    with engine.connect() as connection:
        return [str(one) for one in find_addresses(connection, "wroclaw.pl", written, limit)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ul. Świdnicka 53", ["ul. Świdnicka 53"]),
        ("Swidnicka 53", ["ul. Świdnicka 53"]),
        ("SWIDNICKA 53/4", ["ul. Świdnicka 53"]),
        ("Świdnicka 53 m. 4, 50-066 Wrocław", ["ul. Świdnicka 53"]),
        ("Świdnicka 53 (podwórze)", ["ul. Świdnicka 53"]),
        ("Świdnicka 53, przy aptece", ["ul. Świdnicka 53"]),
        ("świdnicka 53/55", ["ul. Świdnicka 53/55"]),
        ("Świdnicka 38 A", ["ul. Świdnicka 38a"]),
        ("pl. Grunwaldzki 15/17", ["pl. Grunwaldzki 15/17"]),
        ("Plac Grunwaldzki 7a", ["pl. Grunwaldzki 7a"]),
        ("Aleja Generała Józefa Hallera 52", ["al. gen. Józefa Hallera 52"]),
        ("ul. Świętego Antoniego 8", ["ul. św. Antoniego 8"]),
        ("Rynek 7", ["Rynek 7"]),
        ("Świdnicka 54", []),
        ("Świdnicka", []),
        ("pl. Grunwaldzki", []),
        ("Hallera 52", []),
        ("53", []),
        ("", []),
        ("%", []),
        ("Świdnicka 53, 31-019 Kraków", []),
    ],
)
def test_a_text_names_the_address_whose_street_and_number_it_has(
    wroclaw: Engine, written: str, expected: list[str]
) -> None:
    assert matched(wroclaw, written) == expected


def test_a_street_that_exists_twice_is_told_apart_by_its_zip_code(wroclaw: Engine) -> None:
    assert len(matched(wroclaw, "ul. Polna 5")) == 2
    with wroclaw.connect() as connection:
        [one] = match(connection, "wroclaw.pl", "ul. Polna 5, 54-530 Wrocław")
    assert one.zipcode == "54-530"


def test_a_street_that_exists_twice_is_told_apart_by_its_city(
    own_engine: Engine, tmp_path: Path
) -> None:
    lesna = address(id="1", city="Wrocław"), address(id="2", city="Stare Miasto")
    put_in_place(own_engine, write_csv(tmp_path, *lesna))
    assert len(matched(own_engine, "Leśna 1")) == 2
    assert len(matched(own_engine, "Leśna 1, Nowe Miasto")) == 2
    with own_engine.connect() as connection:
        [one] = match(connection, "wroclaw.pl", "Leśna 1, STARE MIASTO")
    assert one.address_id == "2"


def test_addresses_of_one_city_are_not_found_in_another(wroclaw: Engine) -> None:
    assert matched(wroclaw, "ul. Świdnicka 53", "krakow.pl") == []
    with wroclaw.connect() as connection:
        assert has_register(connection, "wroclaw.pl")
        assert not has_register(connection, "krakow.pl")
        assert address_of(connection, "wroclaw.pl", "sample-wroclaw-009") is not None
        assert address_of(connection, "krakow.pl", "sample-wroclaw-009") is None
        assert nearest(connection, "krakow.pl", Point(LAT, LONG), 2000) is None


def test_an_address_is_found_by_its_id(wroclaw: Engine) -> None:
    with wroclaw.connect() as connection:
        one = address_of(connection, "wroclaw.pl", "sample-wroclaw-009")
    assert one is not None
    assert (str(one), one.zipcode, one.city) == ("ul. Świdnicka 53", "50-066", "Wrocław")


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("Swidnicka 53/4", "ul. Świdnicka 53"),
        ("Świdnicka 54", "ul. Świdnicka 2"),
        ("Świdncka 53", "ul. Świdnicka 53"),
        ("Hallera 52", "al. gen. Józefa Hallera 52"),
        ("Hallera", "al. gen. Józefa Hallera 12"),
        ("grunwaldzki", "pl. Grunwaldzki 2"),
        ("Kosciuszki 51 a", "ul. Tadeusza Kościuszki 51a"),
        ("pl. Bema 1", "pl. gen. Józefa Bema 1"),
    ],
)
def test_a_search_finds_what_is_spelled_in_another_way_or_left_out(
    wroclaw: Engine, written: str, first: str
) -> None:
    assert found(wroclaw, written)[0] == first


def test_a_search_lists_a_street_by_its_numbers(wroclaw: Engine) -> None:
    numbers = ["2", "12", "19", "28", "37", "38a", "39", "41", "53", "53/55"]
    assert found(wroclaw, "Swidnicka") == [f"ul. Świdnicka {number}" for number in numbers]
    assert found(wroclaw, "Swidnicka 53/1", 2) == ["ul. Świdnicka 53", "ul. Świdnicka 2"]


@pytest.mark.parametrize("written", ["", ",", "%", "xyz", "'; --", "7"])
def test_a_search_for_nothing_finds_nothing(wroclaw: Engine, written: str) -> None:
    assert found(wroclaw, written) == []


def test_the_nearest_is_the_nearest_on_the_ground_not_in_degrees(
    own_engine: Engine, tmp_path: Path
) -> None:
    north = address(id="north", number="5", lat=LAT + 50 * NORTHWARDS)
    east = address(id="east", number="4", lon=LONG + 40 * EASTWARDS)
    put_in_place(own_engine, write_csv(tmp_path, north, east))
    with own_engine.connect() as connection:
        one = nearest(connection, "wroclaw.pl", Point(LAT, LONG), 100)
    assert one is not None
    assert one.address_id == "east"


@pytest.mark.parametrize(("metres", "is_found"), [(60, True), (40, False)])
def test_an_address_farther_away_than_asked_is_not_the_nearest(
    own_engine: Engine, tmp_path: Path, metres: int, is_found: bool
) -> None:
    put_in_place(own_engine, write_csv(tmp_path, address(lon=LONG + 50 * EASTWARDS)))
    with own_engine.connect() as connection:
        one = nearest(connection, "wroclaw.pl", Point(LAT, LONG), metres)
    assert (one is not None) == is_found


@pytest.mark.parametrize("lat", [90.0, -90.0, 0.0])
def test_at_the_end_of_the_world_there_is_no_address(wroclaw: Engine, lat: float) -> None:
    with wroclaw.connect() as connection:
        assert nearest(connection, "wroclaw.pl", Point(lat, 180.0), 2000) is None


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("_NEAREST", "address_geometry_idx"),
        ("_MATCHES", "address_street_idx"),
        ("_LIKE", "address_street_key_trgm_idx"),
        ("_BY_ID", "address_pkey"),
    ],
)
def test_every_look_up_stays_on_its_index(wroclaw: Engine, statement: str, index: str) -> None:
    many = text("""
        INSERT INTO address
        SELECT 'wroclaw.pl', 'many-' || n, 'ul.', n::text, NULL, NULL,
               md5((n % 900)::text), n::text,
               ST_SetSRID(ST_MakePoint(16.8 + n % 199 / 500.0, 51.05 + n % 211 / 1400.0), 4326)
        FROM generate_series(1, 40000) AS n
    """)
    parameters = {
        "jurisdiction_id": "wroclaw.pl", "address_id": "many-1", "lat": LAT, "long": LONG,
        "degrees": 0.001, "shrink": 0.63, "streets": ["swidnicka"], "numbers": ["53"], "limit": 20,
    }  # fmt: skip
    with wroclaw.begin() as connection:
        connection.execute(many)
        connection.execute(text("ANALYZE address"))
        explain = text(f"EXPLAIN {getattr(addresses, statement).text}")
        plan = "\n".join(connection.scalars(explain, parameters))
    assert index in plan
    assert "Seq Scan on address" not in plan
