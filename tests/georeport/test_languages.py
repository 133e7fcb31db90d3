"""Languages: of services and definitions, of what a reporter is told, of what goes wrong."""

from typing import Any

import pytest

from open311.georeport.fields import SERVICE_DEFINITION, SERVICES
from tests.clients import CheckingClient
from tests.georeport.test_services import configured
from tests.reading import content
from tests.reporting import BLACKBOX, MIDDLE, SLUG, errors

OFFERED = [
    *(("wroclaw.pl", language) for language in ("pl", "en", "de")),
    *(("krakow.pl", language) for language in ("pl", "en", "de", "uk")),
]
# What is wrong, in each language.
KEY_MISSING = {"pl": "Brakuje api_key.", "en": "api_key is missing.", "de": "api_key fehlt."}


def names(client: CheckingClient, city: str, query: str = "", **headers: str) -> list[str]:
    response = client.get(f"/{SLUG[city]}/open311/v2/services.json?{query}", headers=headers)
    assert response.status_code == 200
    return [service["service_name"] for service in response.json]


def names_in(city: str, language: str) -> list[str]:
    return [service["name"].get(language) for service in configured(city)]


@pytest.mark.parametrize(("city", "language"), OFFERED, indirect=["city"])
def test_services_are_listed_in_the_language_that_is_asked_for(
    client: CheckingClient, city: str, language: str
) -> None:
    assert names(client, city, f"locale={language}") == names_in(city, language)
    assert names(client, city, **{"Accept-Language": language}) == names_in(city, language)


@pytest.mark.parametrize(("city", "language"), OFFERED, indirect=["city"])
def test_codes_and_types_are_the_same_in_every_language(
    client: CheckingClient, city: str, language: str, format: str
) -> None:
    def listed(query: str) -> list[tuple[Any, ...]]:
        response = client.get(f"/{SLUG[city]}/open311/v2/services.{format}{query}")
        return [
            (one["service_code"], one["metadata"], one["type"])
            for one in content(response, SERVICES)
        ]

    assert listed(f"?locale={language}") == listed("")


@pytest.mark.parametrize(("city", "language"), OFFERED, indirect=["city"])
def test_a_definition_asks_in_the_language_but_takes_the_same_codes_and_keys(
    client: CheckingClient, city: str, language: str, format: str
) -> None:
    [pothole] = [one for one in configured(city) if one["code"] == "pothole"]
    path = f"/{SLUG[city]}/open311/v2/services/pothole.{format}?locale={language}"
    attributes = content(client.get(path), SERVICE_DEFINITION)["attributes"]
    for asked, attribute in zip(attributes, pothole["attributes"], strict=True):
        assert (asked["code"], asked["order"]) == (attribute["code"], attribute["order"])
        assert asked["description"] == attribute["description"][language]
        hint = attribute.get("datatype_description", {})
        assert asked["datatype_description"] == hint.get(language)
        assert [(value["key"], value["name"]) for value in asked["values"]] == [
            (value["key"], value["name"][language]) for value in attribute.get("values", ())
        ]


@pytest.mark.parametrize(
    ("locale", "accepted", "language"),
    [
        ("", "", "pl"),
        ("", "fr", "pl"),
        ("", "*", "pl"),
        ("", "fr, de;q=0.5", "de"),
        ("", "de;q=0.5, en;q=0.9", "en"),
        ("", "de-AT", "de"),
        ("", "EN-gb, de", "en"),
        ("", "de;q=0, en;q=0.1", "en"),
        ("", "de;q=0", "pl"),
        ("", ",;q=,=", "pl"),
        ("de", "en", "de"),
        ("DE", "en", "de"),
        ("de-CH", "en", "de"),
        ("de_CH", "en", "de"),
        ("fr", "en", "en"),
        ("../../etc", "", "pl"),
        ("%20de%20", "", "de"),
        ("de&locale=en", "", "de"),
    ],
)
def test_the_first_wanted_language_that_the_city_has_is_taken_else_its_own(
    client: CheckingClient, city: str, locale: str, accepted: str, language: str
) -> None:
    shown = names(client, city, f"locale={locale}", **{"Accept-Language": accepted})
    assert shown == names_in(city, language)


def test_ukrainian_is_spoken_in_krakow_but_not_in_wroclaw(client: CheckingClient) -> None:
    assert names(client, "krakow.pl", "locale=uk") == names_in("krakow.pl", "uk")
    assert names(client, "wroclaw.pl", "locale=uk") == names_in("wroclaw.pl", "pl")


@pytest.mark.parametrize("path", ["services", "services/pothole", "discovery", "services/dragon"])
def test_caches_are_told_that_the_language_matters(
    client: CheckingClient, path: str, format: str
) -> None:
    response = client.get(f"/krakow/open311/v2/{path}.{format}")
    assert "Accept-Language" in response.headers["Vary"]
    known = {"If-None-Match": response.headers.get("ETag", "*")}
    again = client.get(f"/krakow/open311/v2/{path}.{format}", headers=known)
    assert again.status_code == (304 if response.status_code == 200 else 404)
    assert "Accept-Language" in again.headers["Vary"]


@pytest.mark.parametrize("path", ["services", "services/pothole", "discovery"])
def test_who_has_the_answer_in_one_language_gets_it_in_another(
    client: CheckingClient, path: str, format: str
) -> None:
    address = f"/krakow/open311/v2/{path}.{format}"
    polish = client.get(address, headers={"Accept-Language": "pl"})
    known = {"If-None-Match": polish.headers["ETag"]}
    german = client.get(address, headers={"Accept-Language": "de", **known})
    assert german.status_code == 200
    assert german.headers["ETag"] != polish.headers["ETag"]
    assert client.get(address, headers={"Accept-Language": "pl", **known}).status_code == 304


@pytest.mark.parametrize(("city", "language"), OFFERED, indirect=["city"])
def test_a_reporter_is_told_the_notice_in_the_language_of_the_call(
    client: CheckingClient, key: str, city: str, language: str
) -> None:
    [tip] = [one for one in configured(city) if one["code"] == "anonymous_tip"]
    form = {"api_key": key, **BLACKBOX, **MIDDLE[city]}
    path = f"/{SLUG[city]}/open311/v2/requests.json"
    by_header = client.post(path, data=form, headers={"Accept-Language": language})
    by_locale = client.post(f"{path}?locale={language}", data=form)
    by_form = client.post(path, data=form | {"locale": language})
    for response in (by_header, by_locale, by_form):
        assert response.json[0]["service_notice"] == tip["notice"][language]


@pytest.mark.parametrize("language", KEY_MISSING)
def test_what_is_wrong_is_told_in_the_language_that_is_accepted(
    client: CheckingClient, city: str, language: str, format: str
) -> None:
    response = client.post(
        f"/{SLUG[city]}/open311/v2/requests.{format}", headers={"Accept-Language": language}
    )
    assert errors(response) == [KEY_MISSING[language]]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "pl"),
        ("fr", "pl"),
        ("*", "pl"),
        ("uk", "pl"),
        ("fr, de;q=0.5", "de"),
        ("de-AT", "de"),
        ("de;q=0.5, en;q=0.9", "en"),
        ("en;q=0", "pl"),
    ],
)
def test_without_a_language_that_errors_are_told_in_it_is_the_citys_own(
    client: CheckingClient, city: str, accepted: str, language: str
) -> None:
    response = client.post(
        f"/{SLUG[city]}/open311/v2/requests.json", headers={"Accept-Language": accepted}
    )
    assert errors(response) == [KEY_MISSING[language]]


@pytest.mark.parametrize(
    ("accepted", "word"), [("", "missing"), ("pl", "Brakuje"), ("de", "fehlt"), ("fr", "missing")]
)
def test_before_a_city_is_known_it_is_english(
    client: CheckingClient, accepted: str, word: str, format: str
) -> None:
    response = client.get(f"/open311/v2/services.{format}", headers={"Accept-Language": accepted})
    assert word in errors(response)[0]


@pytest.mark.parametrize(
    ("language", "name"), [("pl", "Wrocław"), ("en", "Wrocław"), ("de", "Breslau")]
)
def test_a_city_is_called_as_in_the_language_of_the_error(
    client: CheckingClient, key: str, language: str, name: str
) -> None:
    response = client.post(
        "/wroclaw/open311/v2/requests.json",
        data={"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"]},
        headers={"Accept-Language": language},
    )
    assert name in errors(response)[0]


@pytest.mark.parametrize("language", KEY_MISSING)
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"lat": "51,1"}, "lat"),
        ({"lat": "north"}, "lat"),
        ({"long": "181"}, "long"),
        ({"lat": ""}, "lat"),
        ({"lat": "", "long": ""}, "address_string"),
        ({"lat": "0", "long": "0"}, "lat, long"),
        ({"lat": "19.9373", "long": "50.0617"}, "lat, long"),
        ({"media_url": "x"}, "media_url"),
        ({"description": "x" * 4001}, "description"),
        ({"email": ["a", "b"]}, "email"),
        ({"email": "\0"}, "email"),
        ({"service_code": "dragon"}, "service_code"),
        ({"service_code": ""}, "service_code"),
        ({"api_key": "wrong"}, "api_key"),
        ({"jurisdiction_id": "atlantis"}, "jurisdiction_id"),
        ({"jurisdiction_id": "wroclaw.pl"}, "jurisdiction_id"),
        ({"service_code": "pothole"}, "attribute[carriageway_blocked]"),
        ({"service_code": "traffic_lights", "attribute[fault]": "x"}, "attribute[fault]"),
        ({"service_code": "street_lamp", "attribute[lamps_out]": "x"}, "attribute[lamps_out]"),
        ({"service_code": "street_lamp", "attribute[since]": "x"}, "attribute[since]"),
        ({"service_code": "vandalism", "attribute[object]": "a\nb"}, "attribute[object]"),
        ({"service_code": "street_lamp", "attribute[fault]": ["a", "b"]}, "attribute[fault]"),
    ],
    ids=str,
)  # fmt: skip
def test_every_fault_of_a_report_is_told_in_each_language_with_the_name_of_its_argument(
    client: CheckingClient, key: str, language: str, fields: dict[str, Any], named: str
) -> None:
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"], **fields}
    response = client.post(
        "/krakow/open311/v2/requests.json", data=form, headers={"Accept-Language": language}
    )
    assert response.status_code in (400, 403, 404)
    [told] = errors(response)
    assert named in told
