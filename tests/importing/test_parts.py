"""The parts of an import by themselves: places for many points, the map, making the next ahead."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from open311.catalogue.loading import ConfigurationError
from open311.importing.ahead import ahead
from open311.importing.mapping import read_map
from open311.importing.template import template_of
from open311.places.locating import Point, locate
from open311.places.placing import Shapes
from tests.folders import BOUNDARY, BYSTRA, put_in_force, write_bystra
from tests.importing.given import opened


@pytest.mark.parametrize("city", ["wroclaw.pl", "krakow.pl"])
def test_many_points_lie_where_each_alone_does(engine: Engine, city: str) -> None:
    chance = random.Random(1)
    extent = text("""
        SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north
        FROM (SELECT ST_Extent(geometry) AS e FROM area WHERE jurisdiction_id = :id) AS whole
    """)
    with engine.connect() as connection:
        west, south, east, north = connection.execute(extent, {"id": city}).one()
        points = [
            Point(chance.uniform(south, north), chance.uniform(west, east)) for _ in range(300)
        ]
        places = Shapes(connection, city).places(points)
        assert places == [locate(connection, city, point) for point in points]
    assert {place.inside for place in places} == {True, False}


def test_edges_and_corners_belong_to_what_they_do_for_a_single_point(
    own_engine: Engine, tmp_path: Path
) -> None:
    put_in_force(own_engine, write_bystra(tmp_path))
    west, south, east, north = BOUNDARY
    points = [
        Point(lat, long)
        for lat in (south - 1e-9, south, 47.05, north, north + 1e-9)
        for long in (west - 1e-9, west, 10.05, 10.1, 10.15, east, east + 1e-9)
    ]
    with own_engine.connect() as connection:
        places = Shapes(connection, BYSTRA).places(points)
        assert places == [locate(connection, BYSTRA, point) for point in points]


def test_no_points_have_no_places(engine: Engine) -> None:
    with engine.connect() as connection:
        assert Shapes(connection, "krakow.pl").places([]) == []


def test_the_next_is_made_while_one_is_used_and_none_is_lost() -> None:
    made = []

    def numbers() -> Iterator[int]:
        for number in range(5):
            made.append(number)
            yield number

    assert list(ahead(numbers())) == made == [0, 1, 2, 3, 4]


def test_what_goes_wrong_ahead_goes_wrong_here() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise LookupError

    items = ahead(numbers())
    assert next(items) == 1
    with pytest.raises(LookupError):
        next(items)


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        ("service: {}\n", "1: the file: there is no field 'service'; there are: "),
        ("services:\n  '1': graffiti\n  '2':\n", "3: services.2: what is empty must be text"),
        ("statuses:\n  done: finished\n", "2: statuses.done: 'finished' is none of: open, closed"),
        ("time_zone: Europe\n", "1: there is no time zone 'Europe'"),
        ("a: [\n", "2: did not find expected node content"),
    ],
)
def test_what_is_wrong_with_a_map_is_told_by_line(
    tmp_path: Path, content: str, finding: str
) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(content)
    with pytest.raises(ConfigurationError) as refused:
        read_map(file)
    assert str(refused.value).startswith(f"{file}:{finding}")


def test_a_template_names_what_needs_a_meaning_and_is_no_map_before_it_is_filled_in(
    tmp_path: Path,
) -> None:
    content = """[{"service_code": "009", "service_name": "Schrott", "status": "OPEN"},
        {"service_code": "009", "status": "in Arbeit"}, {"service_name": "\\"Wild\\n: Müll"}]"""
    with opened(tmp_path, content) as source:
        template = template_of(source, "köln")
    assert template == (
        'system: "köln"\n'
        "services:\n"
        '  "009":  # 2 requests: Schrott\n'
        '  "\\"Wild\\n: Müll":  # 1 requests: "Wild�: Müll\n'
        "statuses:\n"
        '  "in arbeit":  # 1 requests\n'
    )
    file = tmp_path / "map.yaml"
    file.write_text(template)
    with pytest.raises(ConfigurationError):
        read_map(file)
    file.write_text(template.replace(":  #", ": open  #"))
    assert read_map(file).statuses == {"in arbeit": "open"}
