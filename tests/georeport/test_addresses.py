"""Reports by address, in a city that has an address register and in one that has none."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.georeport.fields import SERVICE_REQUESTS
from tests.clients import CheckingClient
from tests.reading import content
from tests.registers import put_in_place, sample_register
from tests.reporting import errors, post_report, report_row, reported

CITY = "wroclaw.pl"
NO_POINT = {"lat": None, "long": None}
SWIDNICKA_53 = {"address_id": "sample-wroclaw-009", "zipcode": "50-066"}
POWSTANCOW_SLASKICH = "wroclaw-34"


@pytest.fixture
def client(own_client: CheckingClient, own_engine: Engine) -> CheckingClient:
    """A client of a service where Wrocław has its sample register, and Kraków none."""
    put_in_place(own_engine, sample_register(CITY))
    own_client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return own_client


def members(client: CheckingClient, key: str, format: str = "json", **sent: Any) -> dict[str, Any]:
    """Report from Wrocław without a point, and return where the report is said to be."""
    told = reported(client, key, CITY, **{**NO_POINT, **sent})
    response = client.get(f"/wroclaw/open311/v2/requests/{told}.{format}")
    [request] = content(response, SERVICE_REQUESTS)
    return {name: request[name] for name in ("address", "address_id", "zipcode", "lat", "long")}


def is_at_swidnicka_53(place: dict[str, Any]) -> bool:
    return abs(place["lat"] - 51.1) < 0.01 and abs(place["long"] - 17.03) < 0.01


@pytest.mark.parametrize("written", ["ul. Świdnicka 53", "Swidnicka 53/4, 50-066 Wrocław"])
def test_an_address_that_the_register_has_once_gives_coordinates_id_and_zip_code(
    client: CheckingClient, own_key: str, own_engine: Engine, format: str, written: str
) -> None:
    place = members(client, own_key, format, address_string=written)
    assert is_at_swidnicka_53(place)
    assert place.items() >= {"address": written, **SWIDNICKA_53}.items()
    kept = report_row(own_engine)
    assert (kept.address_match, kept.area_code) == ("one", POWSTANCOW_SLASKICH)
    assert (kept.lat, kept.long) == (place["lat"], place["long"])


def test_an_address_id_that_the_register_has_gives_coordinates_zip_code_and_the_address(
    client: CheckingClient, own_key: str, own_engine: Engine, format: str
) -> None:
    place = members(client, own_key, format, address_id="sample-wroclaw-009")
    assert is_at_swidnicka_53(place)
    assert place.items() >= {"address": "ul. Świdnicka 53", **SWIDNICKA_53}.items()
    assert report_row(own_engine).address_match == "one"


def test_an_address_id_counts_before_an_address_string_which_is_kept(
    client: CheckingClient, own_key: str
) -> None:
    both = {"address_id": "sample-wroclaw-009", "address_string": "pl. Grunwaldzki 2"}
    place = members(client, own_key, **both)
    assert is_at_swidnicka_53(place)
    assert place["address"] == "pl. Grunwaldzki 2"


@pytest.mark.parametrize(
    ("written", "flag"),
    [("ul. Polna 5", "several"), ("ul. Świdnicka 54", "none"), ("przy fontannie", "none")],
)
def test_an_address_that_is_not_one_is_accepted_without_coordinates_and_flagged(
    client: CheckingClient, own_key: str, own_engine: Engine, written: str, flag: str
) -> None:
    nothing = {"address_id": None, "zipcode": None, "lat": None, "long": None}
    assert members(client, own_key, address_string=written) == {"address": written, **nothing}
    assert report_row(own_engine).address_match == flag


@pytest.mark.parametrize("beside", [{}, {"address_string": "ul. Świdnicka 53"}])
def test_an_address_id_that_the_register_has_not_is_refused_by_name(
    client: CheckingClient, own_key: str, format: str, beside: dict[str, str]
) -> None:
    sent = {**NO_POINT, "address_id": "77", **beside}
    response = post_report(client, own_key, CITY, format, **sent)
    assert response.status_code == 400
    assert errors(response) == ["address_id: the address register has no “77”."]


def test_an_address_id_that_is_not_known_is_told_with_all_that_is_wrong(
    client: CheckingClient, own_key: str
) -> None:
    wrong = {"address_id": "77", "media_url": "photo.jpg"}
    assert len(errors(post_report(client, own_key, CITY, **NO_POINT, **wrong))) == 2


def test_a_point_counts_before_all_else_and_brings_the_nearest_zip_code(
    client: CheckingClient, own_key: str, own_engine: Engine
) -> None:
    point = {"lat": "51.1095", "long": "17.0287"}
    place = members(client, own_key, **point, address_string="Świdnicka 53", address_id="77")
    assert place == {
        "address": "Świdnicka 53", "address_id": "77", "zipcode": "50-061",
        "lat": 51.1095, "long": 17.0287,
    }  # fmt: skip
    assert report_row(own_engine).address_match is None


def test_far_from_every_address_a_point_has_no_zip_code(
    client: CheckingClient, own_key: str
) -> None:
    assert members(client, own_key, lat="51.0870", long="17.0500")["zipcode"] is None


def test_an_address_that_a_new_boundary_has_left_outside_is_refused_like_a_point_there(
    client: CheckingClient, own_key: str, own_engine: Engine
) -> None:
    shrink = text("""
        DELETE FROM jurisdiction_boundary
        USING address WHERE address_id = :address_id
            AND ST_Covers(jurisdiction_boundary.geometry, address.geometry)
    """)
    with own_engine.begin() as connection:
        connection.execute(shrink, {"address_id": SWIDNICKA_53["address_id"]})
    response = post_report(client, own_key, CITY, **NO_POINT, address_string="Świdnicka 53")
    assert response.status_code == 400
    [told] = errors(response)
    assert "is not in Wrocław" in told


def test_without_a_register_an_address_is_kept_as_it_was_sent(
    client: CheckingClient, own_key: str, own_engine: Engine
) -> None:
    sent = {**NO_POINT, "address_string": "ul. Floriańska 1", "address_id": "77"}
    reported(client, own_key, "krakow.pl", **sent)
    kept = report_row(own_engine)
    assert (kept.address, kept.address_id) == ("ul. Floriańska 1", "77")
    assert (kept.lat, kept.zipcode, kept.address_match) == (None, None, None)
