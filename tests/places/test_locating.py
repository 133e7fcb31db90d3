"""Where a point lies: in which city, in which district, or how far outside and to which side."""

import math
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from open311.catalogue.loading import load
from open311.places.locating import Place, Point, describe_outside, holders, locate
from open311.settings import CHECKOUT
from tests.folders import BYSTRA, EAST_END, WEST_END, put_in_force, write_bystra, write_shapes
from tests.reporting import SLUG

LANDMARKS = {
    "Rynek we Wrocławiu": (51.1100, 17.0319, "wroclaw.pl", "Stare Miasto"),
    "Hala Stulecia": (51.1069, 17.0772, "wroclaw.pl", "Biskupin - Sępolno - Dąbie - Bartoszowice"),
    "Hydropolis": (51.1045, 17.0560, "wroclaw.pl", "Przedmieście Oławskie"),
    "Rondo Reagana": (51.1116, 17.0608, "wroclaw.pl", "Plac Grunwaldzki"),
    "Sky Tower": (51.0945, 17.0197, "wroclaw.pl", "Powstańców Śląskich"),
    "Stadion Wrocław": (51.1411, 16.9436, "wroclaw.pl", "Pilczyce - Kozanów - Popowice Płn."),
    "Lotnisko Strachowice": (
        51.1042,
        16.8806,
        "wroclaw.pl",
        "Jerzmanowo - Jarnołtów - Strachowice - Osiniec",
    ),
    "zamek w Leśnicy": (51.1494, 16.8691, "wroclaw.pl", "Leśnica"),
    "Rynek w Krakowie": (50.0617, 19.9373, "krakow.pl", "Stare Miasto"),
    "Wawel": (50.0540, 19.9354, "krakow.pl", "Stare Miasto"),
    "plac Centralny": (50.0720, 20.0375, "krakow.pl", "Nowa Huta"),
    "opactwo w Mogile": (50.0667, 20.0531, "krakow.pl", "Nowa Huta"),
    "Muzeum Lotnictwa": (50.0778, 19.9910, "krakow.pl", "Czyżyny"),
    "fabryka Schindlera": (50.0474, 19.9617, "krakow.pl", "Podgórze"),
    "kopiec Kościuszki": (50.0549, 19.8933, "krakow.pl", "Zwierzyniec"),
    "opactwo w Tyńcu": (50.0190, 19.8026, "krakow.pl", "Dębniki"),
    "sanktuarium w Łagiewnikach": (50.0193, 19.9367, "krakow.pl", "Łagiewniki-Borek Fałęcki"),
}


@pytest.fixture
def bystra(own_engine: Engine, tmp_path: Path) -> Engine:
    """A database with a city from 10.0 to 10.2 east and 47.0 to 47.1 north, halved at 10.1."""
    put_in_force(own_engine, write_bystra(tmp_path))
    return own_engine


def place_of(engine: Engine, lat: float, long: float, city: str = BYSTRA) -> Place:
    with engine.connect() as connection:
        return locate(connection, city, Point(lat, long))


@pytest.mark.parametrize(("lat", "long", "city", "district"), LANDMARKS.values(), ids=LANDMARKS)
def test_a_landmark_is_in_its_district(
    engine: Engine, lat: float, long: float, city: str, district: str
) -> None:
    place = place_of(engine, lat, long, city)
    name = text("SELECT name FROM area WHERE jurisdiction_id = :city AND area_code = :code")
    [code] = place.areas.values()
    with engine.connect() as connection:
        found = connection.scalar(name, {"city": city, "code": code})
        assert holders(connection, Point(lat, long)) == [city]
    assert place.inside
    assert found == district


def test_a_point_in_one_city_is_not_in_the_other(engine: Engine) -> None:
    assert place_of(engine, 51.1100, 17.0319, "krakow.pl") == Place(False, {})
    with engine.connect() as connection:
        outside = describe_outside(connection, "krakow.pl", Point(51.1100, 17.0319))
    assert outside.jurisdiction_ids == ["wroclaw.pl"]


def test_a_point_in_neither_city_is_nobodys(engine: Engine) -> None:
    with engine.connect() as connection:
        assert holders(connection, Point(52.2297, 21.0122)) == []


@pytest.mark.parametrize(
    ("lat", "long"),
    [(47.0, 10.0), (47.0, 10.2), (47.1, 10.2), (47.1, 10.0), (47.05, 10.0), (47.1, 10.15)],
    ids=["south-west", "south-east", "north-east", "north-west", "west edge", "north edge"],
)
def test_the_boundary_belongs_to_the_city(bystra: Engine, lat: float, long: float) -> None:
    assert place_of(bystra, lat, long).inside


def test_every_corner_of_a_real_boundary_belongs_to_the_city(engine: Engine, city: str) -> None:
    """The boundary is kept in pieces, and none of its corners gets lost between them."""
    boundary = load(CHECKOUT / "jurisdictions" / SLUG[city]).boundary
    lost = text("""
        SELECT count(*) FROM ST_DumpPoints(ST_GeomFromText(:boundary, 4326)) AS corner
        WHERE NOT EXISTS (
            SELECT FROM jurisdiction_boundary
            WHERE jurisdiction_id = :city AND ST_Covers(geometry, corner.geom)
        )
    """)
    with engine.connect() as connection:
        assert connection.scalar(lost, {"boundary": boundary.wkt, "city": city}) == 0


def test_the_pieces_of_a_boundary_leave_no_gap_between_them(engine: Engine, city: str) -> None:
    boundary = load(CHECKOUT / "jurisdictions" / SLUG[city]).boundary
    missing = text("""
        SELECT ST_Area(ST_SymDifference(ST_Union(geometry), ST_GeomFromText(:boundary, 4326)))
        FROM jurisdiction_boundary WHERE jurisdiction_id = :city
    """)
    with engine.connect() as connection:
        square_degrees = connection.scalar(missing, {"boundary": boundary.wkt, "city": city})
    assert square_degrees < 1e-12, "a hundredth of a square metre"


@pytest.mark.parametrize(
    ("lat", "long"),
    [(46.9999999, 10.1), (47.1000001, 10.1), (47.05, 9.9999999), (47.05, 10.2000001)],
)
def test_a_centimetre_beyond_the_boundary_is_outside(
    bystra: Engine, lat: float, long: float
) -> None:
    assert place_of(bystra, lat, long) == Place(False, {})


@pytest.mark.parametrize("lat", [47.0, 47.05, 47.1])
def test_the_edge_of_two_districts_belongs_to_the_lower_code(bystra: Engine, lat: float) -> None:
    assert place_of(bystra, lat, 10.1).areas == {"quarter": "east"}


def test_beside_the_edge_each_district_has_its_own(bystra: Engine) -> None:
    assert place_of(bystra, 47.05, 10.0999999).areas == {"quarter": "west"}
    assert place_of(bystra, 47.05, 10.1000001).areas == {"quarter": "east"}


def test_where_districts_overlap_the_lower_code_has_the_point(
    bystra: Engine, tmp_path: Path
) -> None:
    wider = (10.0, 47.0, 10.15, 47.1)
    write_shapes(tmp_path / "bystra/areas/quarters.geojson", west=wider, east=EAST_END)
    put_in_force(bystra, tmp_path / "bystra")
    quarters = [place_of(bystra, 47.05, long).areas["quarter"] for long in (10.12, 10.18, 10.02)]
    assert quarters == ["east", "east", "west"]


def test_a_part_of_the_city_without_a_district_is_still_the_city(
    bystra: Engine, tmp_path: Path
) -> None:
    write_shapes(tmp_path / "bystra/areas/quarters.geojson", west=WEST_END)
    put_in_force(bystra, tmp_path / "bystra")
    assert place_of(bystra, 47.05, 10.15) == Place(True, {})


def from_the_corner(kilometres: float, bearing: float) -> Point:
    """Return a point so far from the north-eastern corner, in degrees from north."""
    north = kilometres * math.cos(math.radians(bearing)) / 111.17
    east = kilometres * math.sin(math.radians(bearing)) / (111.41 * math.cos(math.radians(47.1)))
    return Point(47.1 + north, 10.2 + east)


@pytest.mark.parametrize(
    ("bearing", "direction"),
    [(3, "N"), (20, "N"), (25, "NE"), (45, "NE"), (65, "NE"), (70, "E"), (87, "E")],
)
def test_beyond_a_corner_the_direction_is_that_of_the_compass(
    bystra: Engine, bearing: int, direction: str
) -> None:
    with bystra.connect() as connection:
        outside = describe_outside(connection, BYSTRA, from_the_corner(5, bearing))
    assert outside.direction == direction
    assert outside.metres == pytest.approx(5000, abs=10)
    assert outside.jurisdiction_ids == []


@pytest.mark.parametrize(
    ("lat", "long", "direction"),
    [
        (47.2, 10.1, "N"),
        (47.05, 10.4, "E"),
        (46.8, 10.1, "S"),
        (47.05, 9.8, "W"),
        (46.9, 9.86, "SW"),
        (46.9, 10.34, "SE"),
        (47.2, 9.86, "NW"),
    ],
)
def test_a_point_outside_lies_to_one_side_of_the_city(
    bystra: Engine, lat: float, long: float, direction: str
) -> None:
    with bystra.connect() as connection:
        assert describe_outside(connection, BYSTRA, Point(lat, long)).direction == direction


@pytest.mark.parametrize(
    ("lat", "long"), [(90, 0), (-90, 180), (0, 0), (47.05, -180), (-47.05, -169.9)]
)
def test_the_ends_of_the_world_are_far_outside(bystra: Engine, lat: float, long: float) -> None:
    with bystra.connect() as connection:
        outside = describe_outside(connection, BYSTRA, Point(lat, long))
    assert outside.metres > 4_000_000
