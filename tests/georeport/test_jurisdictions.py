"""Which city a call is for: the shared endpoint, each city's own, and jurisdiction_id."""

import pytest
from sqlalchemy import Engine, text

from open311.georeport.fields import SERVICES
from tests.clients import CheckingClient
from tests.reading import content
from tests.reporting import MIDDLE, SLUG, errors

READING = ("services", "services/pothole", "tokens/none", "requests", "requests/none")
STAGES = ("/open311/v2", "/open311/test/v2")


@pytest.mark.parametrize("argument", ["", "jurisdiction_id=", "jurisdiction_id=%20+%09"])
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("path", READING)
def test_the_shared_endpoint_must_be_told_the_city(
    client: CheckingClient, path: str, stage: str, argument: str, format: str
) -> None:
    response = client.get(f"{stage}/{path}.{format}?{argument}")
    assert response.status_code == 400
    assert errors(response) == ["jurisdiction_id is missing; it is one of: krakow.pl, wroclaw.pl."]


def test_of_many_cities_not_all_are_named_when_the_city_is_missing(
    own_client: CheckingClient, own_engine: Engine, format: str
) -> None:
    with own_engine.begin() as connection:
        connection.execute(_MANY)
    response = own_client.get(f"/open311/v2/services.{format}")
    assert errors(response) == [
        "jurisdiction_id is missing; http://localhost/open311/v2/jurisdictions.json lists the 6"
        " that there are."
    ]


_MANY = text("""
    INSERT INTO jurisdiction (jurisdiction_id, slug, prefix, document, digest, revision, changeset)
    SELECT 'gmina-' || n, 'gmina-' || n, 'G' || n, document, digest, 1, changeset
    FROM jurisdiction, generate_series(1, 4) AS n WHERE slug = 'krakow'
""")


@pytest.mark.parametrize("path", READING)
def test_a_city_that_is_not_served_is_not_found(
    client: CheckingClient, path: str, format: str
) -> None:
    response = client.get(f"/open311/v2/{path}.{format}?jurisdiction_id=atlantis.gov")
    assert response.status_code == 404
    assert errors(response) == ["jurisdiction_id: there is no jurisdiction “atlantis.gov”."]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("path", READING)
def test_a_path_with_a_city_that_is_not_served_is_not_found(
    client: CheckingClient, path: str, stage: str, format: str
) -> None:
    response = client.get(f"/atlantis{stage}/{path}.{format}?jurisdiction_id=krakow.pl")
    assert response.status_code == 404
    assert "atlantis" in errors(response)[0]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("slug", "other"), [("krakow", "wroclaw.pl"), ("wroclaw", "KRAKOW.PL")])
@pytest.mark.parametrize("path", READING)
def test_a_citys_endpoint_does_not_serve_another_city(
    client: CheckingClient, path: str, slug: str, other: str, stage: str, format: str
) -> None:
    response = client.get(f"/{slug}{stage}/{path}.{format}?jurisdiction_id={other}")
    assert response.status_code == 404
    assert f"serves {slug}.pl, not “{other}”" in errors(response)[0]


@pytest.mark.parametrize("path", READING)
def test_a_citys_endpoint_does_not_serve_a_city_that_is_unknown(
    client: CheckingClient, path: str, format: str
) -> None:
    response = client.get(f"/krakow/open311/v2/{path}.{format}?jurisdiction_id=atlantis.gov")
    assert response.status_code == 404


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    "argument", ["", "?jurisdiction_id=", "?jurisdiction_id=%20", "?jurisdiction_id={city}"]
)
def test_a_citys_endpoint_knows_the_city_by_itself(
    client: CheckingClient, city: str, stage: str, argument: str, format: str
) -> None:
    path = f"/{SLUG[city]}{stage}/services.{format}{argument.format(city=city)}"
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("spelling", ["wroclaw.pl", "WROCLAW.PL", "Wroclaw.Pl", "%20wroclaw.pl%20"])
def test_a_jurisdiction_id_is_known_in_any_case(
    client: CheckingClient, spelling: str, format: str
) -> None:
    shared = client.get(f"/open311/v2/services.{format}?jurisdiction_id={spelling}")
    own = client.get(f"/wroclaw/open311/v2/services.{format}?jurisdiction_id={spelling}")
    assert shared.status_code == own.status_code == 200
    assert content(shared, SERVICES) == content(own, SERVICES)


def test_a_jurisdiction_id_sent_twice_alike_counts_once(client: CheckingClient) -> None:
    path = "/open311/v2/services.xml?jurisdiction_id=krakow.pl&jurisdiction_id=krakow.pl"
    assert client.get(path).status_code == 200


def test_two_different_jurisdiction_ids_are_refused(client: CheckingClient, format: str) -> None:
    path = f"/open311/v2/services.{format}?jurisdiction_id=krakow.pl&jurisdiction_id=wroclaw.pl"
    response = client.get(path)
    assert response.status_code == 400
    assert errors(response)[0].startswith("jurisdiction_id was sent with different values")


def post(client: CheckingClient, key: str, path: str, city: str, **fields: str) -> int:
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE[city], **fields}
    return client.post(path, data=form).status_code


def test_a_report_needs_the_city_at_the_shared_endpoint(
    client: CheckingClient, key: str, city: str, nothing_kept: None
) -> None:
    assert post(client, key, "/open311/v2/requests.xml", city) == 400
    assert post(client, key, "/open311/v2/requests.xml", city, jurisdiction_id=" ") == 400


def test_a_report_finds_the_city_in_the_body(client: CheckingClient, key: str, city: str) -> None:
    assert post(client, key, "/open311/v2/requests.json", city, jurisdiction_id=city) == 200


def test_a_report_finds_the_city_in_the_query(client: CheckingClient, key: str, city: str) -> None:
    path = f"/open311/v2/requests.json?jurisdiction_id={city.upper()}"
    assert post(client, key, path, city) == 200
    assert post(client, key, path, city, jurisdiction_id="") == 200


def test_the_city_in_the_body_counts_before_that_in_the_query(
    client: CheckingClient, key: str, city: str
) -> None:
    path = "/open311/v2/requests.json?jurisdiction_id=atlantis.gov"
    assert post(client, key, path, city, jurisdiction_id=city) == 200


@pytest.mark.parametrize("stage", STAGES)
def test_a_report_needs_no_city_at_the_citys_own_endpoint(
    client: CheckingClient, key: str, city: str, stage: str, format: str
) -> None:
    assert post(client, key, f"/{SLUG[city]}{stage}/requests.{format}", city) == 200


@pytest.mark.parametrize("sent", ["krakow.pl", "atlantis.gov"])
def test_a_report_for_another_city_is_not_taken_at_a_citys_own_endpoint(
    client: CheckingClient, key: str, sent: str, nothing_kept: None
) -> None:
    path = "/wroclaw/open311/v2/requests.json"
    assert post(client, key, path, "wroclaw.pl", jurisdiction_id=sent) == 404
    assert post(client, key, f"{path}?jurisdiction_id={sent}", "wroclaw.pl") == 404
