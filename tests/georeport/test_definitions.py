"""GET Service Definition: what a service asks."""

from typing import Any

import pytest

from open311.georeport.fields import SERVICE_DEFINITION
from tests.clients import CheckingClient
from tests.georeport.test_services import configured
from tests.reading import content
from tests.reporting import SLUG, errors


def defined(
    client: CheckingClient, city: str, service_code: str, format: str = "json"
) -> dict[str, Any]:
    response = client.get(
        f"/open311/v2/services/{service_code}.{format}", query_string={"jurisdiction_id": city}
    )
    assert response.status_code == 200
    return content(response, SERVICE_DEFINITION)


def test_every_service_is_defined_as_its_folder_says(
    client: CheckingClient, city: str, format: str
) -> None:
    for service in configured(city):
        definition = defined(client, city, service["code"], format)
        assert definition["service_code"] == service["code"]
        assert definition["attributes"] == [
            {
                "variable": attribute.get("variable", True),
                "code": attribute["code"],
                "datatype": attribute["datatype"],
                "required": attribute.get("required", False),
                "datatype_description": attribute.get("datatype_description", {}).get("pl"),
                "order": attribute["order"],
                "description": attribute["description"]["pl"],
                "values": [
                    {"key": value["key"], "name": value["name"]["pl"]}
                    for value in attribute.get("values", ())
                ],
            }
            for attribute in service.get("attributes", ())
        ]


def test_attributes_come_in_their_order_counted_from_one_without_a_gap(
    client: CheckingClient, city: str
) -> None:
    for service in configured(city):
        attributes = defined(client, city, service["code"])["attributes"]
        assert [one["order"] for one in attributes] == list(range(1, len(attributes) + 1))


def test_a_definition_has_its_members_in_the_order_of_the_table(
    client: CheckingClient, format: str
) -> None:
    [attribute, *_] = defined(client, "krakow.pl", "pothole", format)["attributes"]
    assert list(attribute) == [
        "variable",
        "code",
        "datatype",
        "required",
        "datatype_description",
        "order",
        "description",
        "values",
    ]


def test_a_service_that_asks_nothing_has_an_empty_definition(
    client: CheckingClient, city: str
) -> None:
    assert defined(client, city, "graffiti") == {"service_code": "graffiti", "attributes": []}
    response = client.get(f"/{SLUG[city]}/open311/v2/services/graffiti.xml")
    assert response.text.endswith(
        "<service_definition><service_code>graffiti</service_code><attributes/></service_definition>"
    )


def test_an_attribute_that_is_no_list_has_empty_values(client: CheckingClient) -> None:
    path = "/wroclaw/open311/v2/services/street_lamp"
    numbers = [one for one in client.get(f"{path}.json").json["attributes"] if not one["values"]]
    assert {one["datatype"] for one in numbers} == {"text", "string", "number", "datetime"}
    assert "<values/>" in client.get(f"{path}.xml").text


def test_a_line_that_is_only_to_be_read_is_not_variable(client: CheckingClient) -> None:
    emergency = defined(client, "wroclaw.pl", "street_lamp")["attributes"][0]
    assert emergency["variable"] is False
    assert "112" in emergency["description"]


def test_a_service_that_is_not_offered_is_not_found(
    client: CheckingClient, city: str, format: str
) -> None:
    response = client.get(f"/{SLUG[city]}/open311/v2/services/dragon.{format}")
    assert response.status_code == 404
    assert errors(response)[0].startswith("service_code")
    assert "dragon" in errors(response)[0]


@pytest.mark.parametrize(
    ("city", "code"), [("wroclaw.pl", "smoke"), ("krakow.pl", "tree_planting")]
)
def test_a_service_of_the_other_city_is_not_found(
    client: CheckingClient, city: str, code: str
) -> None:
    assert client.get(f"/{SLUG[city]}/open311/v2/services/{code}.xml").status_code == 404


def test_a_code_may_have_dots_because_the_suffix_begins_at_the_last(
    client: CheckingClient, format: str
) -> None:
    response = client.get(f"/krakow/open311/v2/services/A.B.xml.{format}")
    assert "A.B.xml”" in errors(response)[0]


def test_a_code_that_is_not_there_comes_back_as_text_not_as_markup(
    client: CheckingClient, format: str
) -> None:
    code = "<b>&amp;'\"{{7*7}}"
    response = client.get(f"/krakow/open311/v2/services/{code.replace('&', '%26')}.{format}")
    assert response.status_code == 404
    assert code in errors(response)[0]


def test_a_code_longer_than_any_comes_back_cut(client: CheckingClient, format: str) -> None:
    response = client.get(f"/krakow/open311/v2/services/{'x' * 4000}.{format}")
    assert response.status_code == 404
    assert len(errors(response)[0]) < 150


def test_a_definition_without_a_code_is_not_found(client: CheckingClient, format: str) -> None:
    response = client.get(f"/krakow/open311/v2/services/.{format}")
    assert response.status_code in (400, 404)
