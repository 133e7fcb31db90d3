"""GET Service List: what can be reported in each city."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import yaml

from open311.georeport.fields import SERVICES
from open311.settings import CHECKOUT
from tests.clients import CheckingClient
from tests.reading import content
from tests.reporting import SLUG, errors, post_report, reported


@cache
def configured(city: str) -> list[dict[str, Any]]:
    """Return the services of a city as its folder has them."""
    file = CHECKOUT / "jurisdictions" / SLUG[city] / "services.yaml"
    return yaml.safe_load(file.read_text())["services"]


def listed(client: CheckingClient, city: str, format: str = "json") -> list[dict[str, Any]]:
    response = client.get(f"/open311/v2/services.{format}", query_string={"jurisdiction_id": city})
    assert response.status_code == 200
    return content(response, SERVICES)


def test_a_city_lists_the_services_of_its_folder_in_their_order(
    client: CheckingClient, city: str, format: str
) -> None:
    codes = [service["service_code"] for service in listed(client, city, format)]
    assert codes == [service["code"] for service in configured(city)]


def test_the_list_says_the_same_in_json_and_xml(client: CheckingClient, city: str) -> None:
    assert listed(client, city, "json") == listed(client, city, "xml")


def test_a_service_has_all_seven_members_in_the_order_of_the_table(
    client: CheckingClient, city: str, format: str
) -> None:
    for service in listed(client, city, format):
        assert list(service) == [
            "service_code",
            "service_name",
            "description",
            "metadata",
            "type",
            "keywords",
            "group",
        ]
        assert None not in service.values(), "some clients crash on null here"


def test_a_service_that_asks_nothing_has_no_metadata(
    client: CheckingClient, city: str, format: str
) -> None:
    assert {one["service_code"]: one["metadata"] for one in listed(client, city, format)} == {
        service["code"]: bool(service.get("attributes")) for service in configured(city)
    }


def test_a_service_tells_whether_it_gives_an_id_a_token_or_neither(
    client: CheckingClient, city: str, format: str
) -> None:
    types = {service["service_code"]: service["type"] for service in listed(client, city, format)}
    assert types["graffiti"] == "realtime"
    assert types["abandoned_vehicle"] == "batch"
    assert types["anonymous_tip"] == "blackbox"


def test_keywords_are_one_string_without_blanks_after_the_commas(
    client: CheckingClient, format: str
) -> None:
    [pothole] = [
        one for one in listed(client, "wroclaw.pl", format) if one["service_code"] == "pothole"
    ]
    assert pothole["keywords"] == "dziura,jezdnia,ubytek,nawierzchnia"


def test_xml_spells_booleans_in_lower_case(client: CheckingClient) -> None:
    text = client.get("/krakow/open311/v2/services.xml").text
    assert "<metadata>true</metadata>" in text
    assert "<metadata>false</metadata>" in text


def test_xml_is_declared_as_utf8_and_has_neither_namespace_nor_attributes(
    client: CheckingClient,
) -> None:
    text = client.get("/krakow/open311/v2/services.xml").text
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<services><service>')
    assert "xmlns" not in text


@pytest.mark.parametrize(
    ("format", "content_type"),
    [("json", "application/json; charset=utf-8"), ("xml", "text/xml; charset=utf-8")],
)
@pytest.mark.parametrize("path", ["services", "services/pothole", "services/none", "discovery"])
def test_answers_and_errors_name_their_media_type_and_utf8(
    client: CheckingClient, path: str, format: str, content_type: str
) -> None:
    assert client.get(f"/krakow/open311/v2/{path}.{format}").content_type == content_type


@pytest.mark.parametrize(
    "arguments",
    ["api_key=wrong", "callback=x", "legacy=false&_=17", "page=0", "status=nonsense", "extra[]=1"],
)
def test_arguments_that_the_list_does_not_know_are_ignored(
    client: CheckingClient, city: str, arguments: str
) -> None:
    response = client.get(f"/{SLUG[city]}/open311/v2/services.json?{arguments}")
    assert response.json == listed(client, city)


def test_the_test_endpoint_offers_the_same_services(client: CheckingClient, city: str) -> None:
    response = client.get(f"/{SLUG[city]}/open311/test/v2/services.json")
    assert response.json == listed(client, city)


def test_a_service_retired_a_second_ago_is_not_listed(
    client: CheckingClient, city: str, format: str, retire_graffiti: Callable[[], None]
) -> None:
    assert "graffiti" in [one["service_code"] for one in listed(client, city, format)]
    retire_graffiti()
    assert "graffiti" not in [one["service_code"] for one in listed(client, city, format)]


def test_a_service_retired_a_second_ago_has_no_definition(
    client: CheckingClient, city: str, format: str, retire_graffiti: Callable[[], None]
) -> None:
    path = f"/{SLUG[city]}/open311/v2/services/graffiti.{format}"
    assert client.get(path).status_code == 200
    retire_graffiti()
    response = client.get(path)
    assert response.status_code == 404
    assert "graffiti" in errors(response)[0]


@pytest.mark.usefixtures("nothing_kept")
def test_a_service_retired_a_second_ago_cannot_be_reported(
    client: CheckingClient, key: str, city: str, format: str, retire_graffiti: Callable[[], None]
) -> None:
    retire_graffiti()
    response = post_report(client, key, city, format)
    assert response.status_code == 404
    assert errors(response)[0].startswith("service_code")


def test_requests_of_a_retired_service_keep_its_code_and_name(
    client: CheckingClient, key: str, city: str, retire_graffiti: Callable[[], None]
) -> None:
    service_request_id = reported(client, key, city)
    retire_graffiti()
    path = f"/{SLUG[city]}/open311/v2/requests/{service_request_id}.json"
    [request] = client.get(path).json
    assert (request["service_code"], request["service_name"]) == ("graffiti", "Graffiti")
