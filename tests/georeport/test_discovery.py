"""Service Discovery, and our list of jurisdictions."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from sqlalchemy import Engine, text

from open311.georeport.fields import DISCOVERY, JURISDICTIONS
from tests.clients import CheckingClient
from tests.reading import content
from tests.reporting import MIDDLE, SLUG, errors

HOST = "http://localhost"
PLACES = ("/open311", "/open311/v2", "/open311/test", "/open311/test/v2")


@pytest.fixture
def many(own_client: CheckingClient, own_engine: Engine) -> CheckingClient:
    """Talks to a service of six cities: too many to tell of each in one text."""
    add_gminas(own_engine, range(1, 5))
    return own_client


def add_gminas(engine: Engine, numbers: Iterable[int]) -> None:
    """Add cities that are like Kraków but for their names."""
    names = {"pl": "Łapanów {}", "en": "Gmina {}", "de": "Gemeinde {}", "uk": "Гміна {}"}
    with engine.begin() as connection:
        for number in numbers:
            own = {"id": f"gmina-{number}.example", "slug": f"gmina-{number}"}
            name = {tag: pattern.format(number) for tag, pattern in names.items()}
            connection.execute(
                _ADD, {**own, "number": number, "own": json.dumps({**own, "name": name})}
            )


_ADD = text("""
    INSERT INTO jurisdiction (jurisdiction_id, slug, prefix, document, digest, revision, changeset)
    SELECT :id, :slug, 'G' || :number, document || (:own)::jsonb, digest, 1, clock_timestamp()
    FROM jurisdiction WHERE slug = 'krakow'
""")


@pytest.mark.parametrize("city_path", ["", "/wroclaw", "/krakow"])
@pytest.mark.parametrize("place", PLACES)
def test_discovery_is_beside_and_inside_every_endpoint(
    client: CheckingClient, city_path: str, place: str, format: str
) -> None:
    response = client.get(f"{city_path}{place}/discovery.{format}")
    assert response.status_code == 200
    urls = [endpoint["url"] for endpoint in content(response, DISCOVERY)["endpoints"]]
    assert urls == [f"{HOST}{city_path}/open311/v2", f"{HOST}{city_path}/open311/test/v2"]


def test_discovery_says_the_same_in_json_and_xml(client: CheckingClient) -> None:
    json, xml = (client.get(f"/open311/discovery.{format}") for format in ("json", "xml"))
    assert content(json, DISCOVERY) == content(xml, DISCOVERY)


def test_each_endpoint_names_specification_type_and_media_types(client: CheckingClient) -> None:
    production, test = client.get("/open311/discovery.json").json["endpoints"]
    for endpoint in (production, test):
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["formats"] == ["text/xml", "application/json"]
    assert (production["type"], test["type"]) == ("production", "test")


@pytest.mark.parametrize("stage", [0, 1])
def test_an_advertised_url_joined_with_a_slash_leads_to_the_services(
    client: CheckingClient, city: str, stage: int
) -> None:
    discovery = client.get(f"/{SLUG[city]}/open311/discovery.json").json
    url = discovery["endpoints"][stage]["url"]
    assert not url.endswith("/")
    assert client.get(f"{url}/services.xml").status_code == 200


def test_the_changeset_is_a_moment_that_has_passed(client: CheckingClient) -> None:
    document = client.get("/open311/discovery.json").json
    for holder in (document, *document["endpoints"]):
        changeset = datetime.fromisoformat(holder["changeset"])
        assert changeset.utcoffset() == timedelta(0)
        assert changeset <= datetime.now(UTC)


def test_the_changeset_moves_when_a_service_is_retired(
    client: CheckingClient, retire_graffiti: Callable[[], None]
) -> None:
    before = client.get("/wroclaw/open311/discovery.json").json["endpoints"][0]["changeset"]
    retire_graffiti()
    after = client.get("/wroclaw/open311/discovery.json").json["endpoints"][0]["changeset"]
    assert after > before


def test_the_shared_discovery_tells_of_both_cities_how_to_reach_them(
    client: CheckingClient,
) -> None:
    document = client.get("/open311/discovery.json").json
    for member in ("contact", "key_service"):
        assert "Kraków: " in document[member]
        assert "Wrocław: " in document[member]


def test_a_citys_discovery_tells_of_that_city_alone(client: CheckingClient) -> None:
    document = client.get("/krakow/open311/discovery.json").json
    assert "Krakowa" in document["contact"]
    assert "Wrocław" not in document["contact"] + document["key_service"]


@pytest.mark.parametrize(
    ("languages", "word"),
    [("pl", "W nagłych wypadkach"), ("de", "In Notfällen"), ("uk", "У невідкладних"),
     ("fr, de;q=0.5", "In Notfällen"), ("fr, *;q=0.1, de;q=0.5", "In Notfällen")],
)  # fmt: skip
def test_the_contact_is_told_in_the_language_that_is_asked_for(
    client: CheckingClient, languages: str, word: str
) -> None:
    response = client.get("/krakow/open311/discovery.json", headers={"Accept-Language": languages})
    assert word in response.json["contact"]
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "miast: 6"), ("de", "6 Städte"), ("en", "6 cities"), ("uk", "6 cities")],
)
def test_the_shared_discovery_of_many_cities_says_where_each_tells_how_to_reach_it(
    many: CheckingClient, language: str, words: str, format: str
) -> None:
    response = many.get(f"/open311/discovery.{format}", headers={"Accept-Language": language})
    document = content(response, DISCOVERY)
    for member in ("contact", "key_service"):
        assert words in document[member]
        assert f"{HOST}/open311/v2/jurisdictions.json" in document[member]
        assert "Gmina" not in document[member]


def test_one_of_many_cities_still_tells_how_to_reach_it(many: CheckingClient) -> None:
    document = many.get("/gmina-3/open311/discovery.json").json
    assert document["contact"] == many.get("/krakow/open311/discovery.json").json["contact"]


@pytest.mark.parametrize("arguments", ["jurisdiction_id=atlantis.gov", "api_key=wrong", "x=y"])
def test_discovery_knows_no_arguments(client: CheckingClient, arguments: str) -> None:
    assert client.get(f"/open311/discovery.xml?{arguments}").status_code == 200


def test_a_city_that_is_not_served_has_no_discovery(client: CheckingClient, format: str) -> None:
    response = client.get(f"/atlantis/open311/discovery.{format}")
    assert response.status_code == 404
    assert "atlantis" in errors(response)[0]


def test_urls_are_those_of_the_call(client: CheckingClient) -> None:
    response = client.get("/open311/discovery.json", base_url="https://city.example:8443")
    assert response.json["endpoints"][0]["url"] == "https://city.example:8443/open311/v2"


def test_urls_are_those_of_the_setting_when_there_is_one(
    client_with: Callable[..., CheckingClient],
) -> None:
    client = client_with(public_url="https://reports.example/")
    response = client.get("/krakow/open311/discovery.json", base_url="http://10.0.0.7:8311")
    assert response.json["endpoints"][0]["url"] == "https://reports.example/krakow/open311/v2"


@pytest.mark.parametrize("host", ["a/b", "a b", "<script>", 'a"b', "a@b"])
def test_a_host_that_is_none_is_not_repeated_in_a_document(
    client: CheckingClient, host: str
) -> None:
    response = client.get("/open311/discovery.json", headers={"Host": host})
    assert host not in "".join(endpoint["url"] for endpoint in response.json["endpoints"])


def test_the_jurisdictions_are_listed_with_their_endpoints_and_languages(
    client: CheckingClient, format: str
) -> None:
    response = client.get(f"/open311/v2/jurisdictions.{format}")
    krakow, wroclaw = content(response, JURISDICTIONS)
    assert krakow["languages"] == ["pl", "en", "de", "uk"]
    assert wroclaw == {
        "jurisdiction_id": "wroclaw.pl",
        "name": "Wrocław",
        "slug": "wroclaw",
        "url": f"{HOST}/wroclaw/open311/v2",
        "languages": ["pl", "en", "de"],
    }


def test_the_list_of_jurisdictions_is_new_at_once_when_one_is_applied(
    many: CheckingClient, own_engine: Engine, format: str
) -> None:
    path = f"/open311/v2/jurisdictions.{format}"
    before = many.get(path)
    assert len(content(before, JURISDICTIONS)) == 6
    add_gminas(own_engine, [5])
    now = many.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert len(content(now, JURISDICTIONS)) == 7


def test_the_urls_of_a_list_that_is_kept_are_those_of_the_call(client: CheckingClient) -> None:
    for host in ("https://one.example", "https://two.example"):
        listed = client.get("/open311/v2/jurisdictions.json", base_url=host).json
        assert listed[0]["url"] == f"{host}/krakow/open311/v2"


def test_a_point_leads_to_the_city_that_holds_it(
    client: CheckingClient, city: str, format: str
) -> None:
    response = client.get(f"/open311/v2/jurisdictions.{format}", query_string=MIDDLE[city])
    assert [one["jurisdiction_id"] for one in content(response, JURISDICTIONS)] == [city]


def test_a_point_in_no_city_leads_to_an_empty_list(client: CheckingClient, format: str) -> None:
    response = client.get(f"/open311/v2/jurisdictions.{format}?lat=54.35&long=18.65")
    assert response.status_code == 200
    assert content(response, JURISDICTIONS) == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [("lat=51.11", "long"), ("long=17.03", "lat"), ("lat=51.11&long=", "long"),
     ("lat=north&long=17", "north"), ("lat=91&long=17", "91"), ("lat=51,11&long=17.03", "comma"),
     ("lat=51.1&lat=51.2&long=17", "lat")],
)  # fmt: skip
def test_a_point_that_is_none_is_refused(
    client: CheckingClient, arguments: str, named: str, format: str
) -> None:
    response = client.get(f"/open311/v2/jurisdictions.{format}?{arguments}")
    assert response.status_code == 400
    assert named in errors(response)[0]


@pytest.mark.parametrize("language", ["pl", "en", "de"])
@pytest.mark.parametrize("path", ["/", "/open311/", "/open311/discovery.html", "/krakow/open311/"])
def test_people_find_a_page_at_every_discovery_place(
    client: CheckingClient, path: str, language: str
) -> None:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in response.text
    assert "jurisdiction_id" in response.text


def test_the_page_of_many_cities_lists_their_names_by_the_alphabet(many: CheckingClient) -> None:
    page = html.fromstring(many.get("/open311/?locale=pl").text)
    headings = page.xpath("//section[@aria-labelledby='cities']/h3/text()")
    assert headings == ["K", "L", "W"]
    lapanow = page.xpath("//h3[@id='L']/following-sibling::ul[1]/li/a")
    assert [link.text for link in lapanow] == [f"Łapanów {number}" for number in range(1, 5)]
    assert lapanow[0].get("href") == "/gmina-1/open311/?locale=pl"
    assert page.xpath("//nav/ul/li/a[@href='#L']/text()") == ["L"]


def test_the_page_of_few_cities_tells_of_each(client: CheckingClient) -> None:
    page = html.fromstring(client.get("/open311/?locale=pl").text)
    assert page.xpath("//section[@aria-labelledby='cities']/article/h3/a/text()") == [
        "Kraków",
        "Wrocław",
    ]
    assert "services.json" in page.xpath("string(//article[1])")
