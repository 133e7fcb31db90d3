"""Where a report is: coordinates, an address, an address id, and points that are elsewhere."""

import re

import pytest
from sqlalchemy import Engine, text

from open311.georeport.fields import SERVICE_REQUESTS
from tests.clients import CheckingClient
from tests.reading import content
from tests.reporting import MIDDLE, SLUG, errors, post_report, report_row, reported

NO_POINT = {"lat": None, "long": None}
ADDRESS = {"address_string": "Rynek 1", "address_id": "77"}
OTHER = {"wroclaw.pl": "krakow.pl", "krakow.pl": "wroclaw.pl"}


@pytest.mark.parametrize(
    "location",
    [
        {},
        {**NO_POINT, "address_string": "Rynek 1"},
        {**NO_POINT, "address_id": "77"},
        {**NO_POINT, **ADDRESS},
        {"address_string": "Rynek 1"},
        {"address_id": "77"},
        ADDRESS,
        {"lat": "", "long": " ", "address_string": "Rynek 1"},
        {"address_string": "", "address_id": " "},
    ],
)
def test_any_complete_location_is_enough_and_all_that_is_given_is_kept(
    client: CheckingClient, key: str, city: str, location: dict[str, str | None], engine: Engine
) -> None:
    reported(client, key, city, **location)
    kept = report_row(engine)
    sent = {**MIDDLE[city], **location}
    assert (kept.address, kept.address_id) == (
        sent.get("address_string") or None,
        (sent.get("address_id") or "").strip() or None,
    )
    lat = (sent["lat"] or "").strip()
    assert kept.lat == (float(lat) if lat else None)


def test_a_report_without_a_point_is_shown_without_one(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    told = reported(client, key, city, **NO_POINT, address_string="Rynek 1")
    response = client.get(f"/{SLUG[city]}/open311/v2/requests/{told}.{format}")
    [request] = content(response, SERVICE_REQUESTS)
    assert (request["lat"], request["long"]) == (None, None)


@pytest.mark.parametrize(
    "location", [NO_POINT, {"lat": "", "long": "\t"}, {**NO_POINT, "address_string": " \n "}]
)
def test_a_report_without_a_location_is_refused(
    english: CheckingClient,
    key: str,
    city: str,
    format: str,
    location: dict[str, str | None],
    nothing_kept: None,
) -> None:
    response = post_report(english, key, city, format, **location)
    assert response.status_code == 400
    [told] = errors(response)
    assert all(name in told for name in ("lat", "long", "address_string", "address_id"))


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("beside", [{}, {"address_string": "Rynek 1"}, {"address_id": "77"}])
@pytest.mark.parametrize("nothing", [None, "", " "])
@pytest.mark.parametrize("missing", ["lat", "long"])
def test_half_a_coordinate_is_refused_even_beside_an_address(
    english: CheckingClient,
    key: str,
    city: str,
    missing: str,
    nothing: str | None,
    beside: dict[str, str],
) -> None:
    response = post_report(english, key, city, **{missing: nothing}, **beside)
    assert response.status_code == 400
    [told] = errors(response)
    assert told.startswith(f"{missing} is missing")


@pytest.mark.parametrize(
    "sent", ["NaN", "nan", "inf", "-Infinity", "1e400", "1e1", "0x33", "51°06′", "51.1.1", "51.1 N",
             "٥١", "５１", "5_1", "--51", "-", ".", "51 1", "north", "'; --", "5" * 400],
)  # fmt: skip
@pytest.mark.parametrize("name", ["lat", "long"])
def test_a_coordinate_that_is_no_number_is_refused_by_name(
    client: CheckingClient, key: str, name: str, sent: str, nothing_kept: None
) -> None:
    response = post_report(client, key, "wroclaw.pl", **{name: sent})
    assert response.status_code == 400
    [told] = errors(response)
    assert told.startswith(f"{name}: ")
    assert sent[:60] in told


@pytest.mark.parametrize(
    ("name", "sent", "limit"),
    [("lat", "90.0001", "90"), ("lat", "-91", "90"), ("long", "180.5", "180"),
     ("long", "-181", "180"), ("lat", "9" * 400, "90")],
)  # fmt: skip
def test_a_coordinate_off_the_globe_is_refused_with_the_limit(
    english: CheckingClient, key: str, name: str, sent: str, limit: str, nothing_kept: None
) -> None:
    [told] = errors(post_report(english, key, "wroclaw.pl", **{name: sent}))
    assert told.startswith(f"{name}: ")
    assert told.endswith(f"not between -{limit} and {limit}.")


@pytest.mark.parametrize("name", ["lat", "long"])
def test_a_comma_before_the_decimals_is_explained(
    english: CheckingClient, key: str, city: str, name: str, format: str, nothing_kept: None
) -> None:
    sent = MIDDLE[city][name].replace(".", ",")
    [told] = errors(post_report(english, key, city, format, **{name: sent}))
    assert told.startswith(f"{name}: “{sent}” has a comma")


@pytest.mark.parametrize(
    "sent", ["51.11", "+51.11", " 51.11 ", "051.110", "51.1100000000000000001"]
)
def test_a_decimal_is_understood_however_it_is_written(
    client: CheckingClient, key: str, sent: str, engine: Engine
) -> None:
    reported(client, key, "wroclaw.pl", lat=sent)
    assert report_row(engine).lat == 51.11


def test_every_decimal_that_was_sent_comes_back(
    client: CheckingClient, key: str, format: str
) -> None:
    told = reported(client, key, "wroclaw.pl", lat="51.10791234567", long="17.03850000001")
    response = client.get(f"/wroclaw/open311/v2/requests/{told}.{format}")
    [request] = content(response, SERVICE_REQUESTS)
    assert (request["lat"], request["long"]) == (51.10791234567, 17.03850000001)


def test_latitude_and_longitude_exchanged_are_noticed(
    english: CheckingClient, key: str, city: str, format: str, nothing_kept: None
) -> None:
    swapped = {"lat": MIDDLE[city]["long"], "long": MIDDLE[city]["lat"]}
    [told] = errors(post_report(english, key, city, format, **swapped))
    assert "with lat and long exchanged it would be" in told


def test_a_point_in_the_other_city_is_refused_with_its_jurisdiction(
    english: CheckingClient, key: str, city: str, format: str, nothing_kept: None
) -> None:
    response = post_report(english, key, city, format, **MIDDLE[OTHER[city]])
    assert response.status_code == 400
    [told] = errors(response)
    assert f"but in the jurisdiction {OTHER[city]}." in told


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("city", "point", "kilometres", "direction"),
    [
        ("wroclaw.pl", ("52.4064", "16.9252"), (125, 140), "north"),  # Poznań
        ("wroclaw.pl", ("50.0755", "14.4378"), (185, 210), "south-west"),  # Prague
        ("wroclaw.pl", ("52.5200", "13.4050"), (260, 295), "north-west"),  # Berlin
        ("wroclaw.pl", ("50.6751", "17.9213"), (60, 80), "south-east"),  # Opole
        ("wroclaw.pl", ("51.0504", "13.7373"), (205, 235), "west"),  # Dresden
        ("krakow.pl", ("52.2297", "21.0122"), (235, 255), "north"),  # Warsaw
        ("krakow.pl", ("49.2992", "19.9496"), (65, 80), "south"),  # Zakopane
        ("krakow.pl", ("51.2465", "22.5684"), (195, 220), "north-east"),  # Lublin
        ("krakow.pl", ("50.0413", "21.9990"), (120, 140), "east"),  # Rzeszów
    ],
)
def test_a_point_far_away_is_refused_with_distance_and_direction(
    english: CheckingClient,
    key: str,
    city: str,
    point: tuple[str, str],
    kilometres: tuple[int, int],
    direction: str,
) -> None:
    response = post_report(english, key, city, lat=point[0], long=point[1])
    assert response.status_code == 400
    [told] = errors(response)
    found = re.search(
        r"is not in .*; it is ([\d.]+) km from its boundary, to the ([a-z-]+)\.$", told
    )
    assert found, told
    assert kilometres[0] <= float(found[1]) <= kilometres[1]
    assert found[2] == direction


@pytest.mark.parametrize("point", [("0", "0"), ("90", "0"), ("-90", "180"), ("0.00001", "-180")])
def test_a_point_at_the_end_of_the_world_is_refused_without_ado(
    client: CheckingClient, key: str, city: str, point: tuple[str, str], nothing_kept: None
) -> None:
    assert post_report(client, key, city, lat=point[0], long=point[1]).status_code == 400


@pytest.fixture
def northern_tip(engine: Engine, city: str) -> tuple[float, float]:
    """Latitude and longitude of the northernmost corner of the city's boundary."""
    corner = text("""
        SELECT ST_Y(geom) AS lat, ST_X(geom) AS long
        FROM jurisdiction_boundary, ST_DumpPoints(geometry)
        WHERE jurisdiction_id = :city ORDER BY lat DESC LIMIT 1
    """)
    with engine.connect() as connection:
        return tuple(connection.execute(corner, {"city": city}).one())


def test_a_point_on_the_boundary_belongs_to_the_city(
    client: CheckingClient, key: str, city: str, northern_tip: tuple[float, float]
) -> None:
    lat, long = northern_tip
    assert post_report(client, key, city, lat=repr(lat), long=repr(long)).status_code == 200


def test_a_point_a_few_steps_outside_is_less_than_a_tenth_of_a_kilometre_away(
    english: CheckingClient,
    key: str,
    city: str,
    northern_tip: tuple[float, float],
    nothing_kept: None,
) -> None:
    lat, long = northern_tip
    [told] = errors(post_report(english, key, city, lat=f"{lat + 0.0003:.6f}", long=repr(long)))
    assert told.endswith("it is less than 0.1 km from its boundary, to the north.")


def test_the_district_of_a_point_is_kept(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    reported(client, key, city)
    district = text("SELECT name FROM area JOIN service_request USING (jurisdiction_id, area_code)")
    with engine.connect() as connection:
        assert connection.scalar(district) in ("Stare Miasto", "Dzielnica I Stare Miasto")
