"""Which open requests may be about the same matter."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from open311.catalogue.model import DuplicateRule
from open311.places.locating import Point
from open311.reports.duplicates import Duplicate, Matter, find_duplicates
from tests.rows import add_request, days_ago

CITY = "wroclaw.pl"
MARKET = Point(51.1098, 17.0324)
RULE = DuplicateRule(metres=50, days=30)


def north_of(point: Point, metres: float) -> Point:
    """Return a point so far to the north."""
    return replace(point, lat=point.lat + metres / 111_250)


def find(
    engine: Engine, point: Point = MARKET, number: int | None = None, **options: Any
) -> list[Duplicate]:
    """Return the requests that may be about graffiti at a point."""
    place = options.pop("city", CITY), options.pop("endpoint_type", "production")
    matter = Matter(*place, "graffiti", point, number)
    with engine.connect() as connection:
        return find_duplicates(connection, RULE, matter, **options)


def found(engine: Engine, point: Point = MARKET, **options: Any) -> list[str | None]:
    """Return the ids of those."""
    return [one.service_request_id for one in find(engine, point, **options)]


def test_the_nearest_open_request_comes_first(engine: Engine) -> None:
    far = add_request(engine, CITY, point=north_of(MARKET, 30))
    near = add_request(engine, CITY, point=north_of(MARKET, 10))
    assert found(engine) == [near, far]


def test_the_distance_is_in_metres_whatever_the_direction(engine: Engine) -> None:
    add_request(engine, CITY, point=north_of(MARKET, 20))
    east = replace(MARKET, long=MARKET.long + 40 / 69_960)
    add_request(engine, CITY, point=east)
    assert [round(one.metres) for one in find(engine)] == [20, 40]


def test_what_is_farther_away_than_the_rule_allows_is_not_found(engine: Engine) -> None:
    add_request(engine, CITY, point=north_of(MARKET, 51))
    assert found(engine) == []


def test_a_corner_of_the_box_is_too_far(engine: Engine) -> None:
    corner = replace(north_of(MARKET, 45), long=MARKET.long + 45 / 69_960)
    add_request(engine, CITY, point=corner)
    assert found(engine) == []


def test_what_is_older_than_the_rule_allows_is_not_found(engine: Engine) -> None:
    add_request(engine, CITY, days_ago(31), point=MARKET)
    recent = add_request(engine, CITY, days_ago(29), point=MARKET)
    assert found(engine) == [recent]


def test_another_service_and_another_endpoint_are_other_matters(engine: Engine) -> None:
    add_request(engine, CITY, point=MARKET, service_code="abandoned_vehicle")
    test = add_request(engine, CITY, point=MARKET, endpoint_type="test")
    assert found(engine) == []
    assert found(engine, endpoint_type="test") == [test]


def test_another_city_is_another_matter(engine: Engine) -> None:
    add_request(engine, CITY, point=MARKET)
    assert found(engine, city="krakow.pl") == []


def test_a_closed_request_is_none(engine: Engine) -> None:
    add_request(engine, CITY, point=MARKET, state="resolved")
    assert found(engine) == []


def test_a_request_is_no_duplicate_of_itself(engine: Engine) -> None:
    add_request(engine, CITY, point=MARKET)
    [itself] = find(engine)
    assert find(engine, number=itself.number) == []


def test_what_the_public_does_not_see_is_found_for_officers_alone(engine: Engine) -> None:
    hidden = add_request(engine, CITY, point=MARKET, publication="awaiting_review")
    assert found(engine) == []
    assert found(engine, only_published=False) == [hidden]


def test_the_description_is_the_one_for_the_public(engine: Engine) -> None:
    add_request(engine, CITY, point=MARKET, description="Call 600 100 200")
    moderated = {"description": "Mr Nowak did it", "public_description": "Somebody did it"}
    add_request(engine, CITY, point=north_of(MARKET, 5), **moderated)
    assert [one.description for one in find(engine)] == ["Call [***]", "Somebody did it"]


def test_no_more_are_returned_than_asked_for(engine: Engine) -> None:
    for _ in range(3):
        add_request(engine, CITY, point=MARKET)
    assert len(found(engine, limit=2)) == 2
