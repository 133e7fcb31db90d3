"""Clients that others wrote: two as they are on PyPI, the rest by what they put on the wire."""

import importlib
import itertools
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any, ClassVar

import georeport
import pytest
import requests
from lxml import etree
from sqlalchemy import Engine, select

from open311.database import tables
from tests.clients import check_answer
from tests.live.conftest import Entry
from tests.pictures import opened, picture
from tests.reporting import MIDDLE, SLUG

# A batch service of both cities: its reporters get a token first.
BATCH = "abandoned_vehicle"
CONDITION = ["flat_tyres", "leaking"]
VEHICLE = {
    "service_code": BATCH,
    "description": "Wrak stoi tu od zimy.\nSzyba wybita, <b>łatwo</b> się skaleczyć & „upaść”.",
    "attribute[plates]": "none",
    "attribute[make]": "",
    "attribute[condition][]": CONDITION,
}
MEMBERS = 17
FIRST_PIXEL = b"\x89PNG\r\n\x1a\n"


def until(found: Callable[[], Any], seconds: float = 15) -> Any:
    """Return what is found as soon as it is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.2)
    raise AssertionError(f"not found within {seconds} s")


def fetch(url: str, **query: Any) -> requests.Response:
    """Get an answer that must be 200 and fit its schema's format."""
    response = requests.get(url, params=query, timeout=10)
    assert response.status_code == 200, response.text
    return response


def stored_attributes(engine: Engine, city: str, service_request_id: str) -> dict[str, list[str]]:
    """Return what was kept of the attributes of a report."""
    table = tables.service_request
    with engine.connect() as connection:
        return connection.scalars(
            select(table.c.attributes).where(
                table.c.jurisdiction_id == city,
                table.c.service_request_id == service_request_id,
            )
        ).one()


def post_vehicles(entry: Entry, key: str, number: int) -> list[str]:
    """Report wrecks and return their ids, which the worker assigns after a second."""
    form = VEHICLE | MIDDLE[entry.city] | {"api_key": key} | entry.query
    tokens = []
    for _ in range(number):
        [told] = requests.post(f"{entry.url}/requests.json", data=form, timeout=10).json()
        tokens.append(f"{entry.url}/tokens/{told['token']}.json")
    return [
        until(lambda url=url: fetch(url, **entry.query).json()[0].get("service_request_id"))
        for url in tokens
    ]


class TestGeoreport:
    """`georeport` 0.3.1 reads only; the reports come from elsewhere."""

    @staticmethod
    def clients(entry: Entry) -> Iterator[georeport.GeoReport]:
        for format in ("json", "xml"):
            yield georeport.GeoReport(
                entry.url + "/", jurisdiction=entry.jurisdiction_id, output_format=format
            )

    def test_services_and_definitions_are_the_same_in_both_formats(self, entry: Entry) -> None:
        in_json, in_xml = self.clients(entry)
        services = in_json.get_service_list()
        assert [one["service_code"] for one in services] == [
            one["service_code"] for one in in_xml.get_service_list()
        ]
        assert BATCH in {one["service_code"] for one in services}
        attributes = in_json.get_service_definition(BATCH)["attributes"]
        written = in_xml.get_service_definition(BATCH)["attributes"]["attribute"]
        assert [one["code"] for one in attributes] == [one["code"] for one in written]
        assert [value["key"] for value in attributes[0]["values"]] == [
            value["key"] for value in written[0]["values"]["value"]
        ]

    def test_a_report_is_found_alone_and_in_lists(self, entry: Entry, key: str) -> None:
        first, second = post_vehicles(entry, key, 2)
        day = timedelta(days=1)
        window = {
            "start_date": (datetime.now(UTC) - day).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "end_date": (datetime.now(UTC) + day).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for client in self.clients(entry):
            single = client.get_service_request(first)
            assert (single["service_request_id"], single["service_code"]) == (first, BATCH)
            assert single["description"] == VEHICLE["description"]
            assert float(single["lat"]) == float(MIDDLE[entry.city]["lat"])
            assert len(single) == MEMBERS
            for arguments in (
                {},
                window,
                {"status": "open"},
                {"service_code": f"{BATCH},graffiti"},
                {"service_request_id": f"{first},{second}"},
                {"service_code": BATCH, "status": "open,closed", **window},
            ):
                found = client.get_service_requests(**arguments)
                # Newest first.
                assert [one["service_request_id"] for one in found] == [second, first], arguments

    def test_nothing_found_is_an_empty_list(self, entry: Entry) -> None:
        in_json, _ = self.clients(entry)
        assert in_json.get_service_requests(status="closed") == []

    def test_errors_are_raised_with_their_status(self, entry: Entry) -> None:
        for client in self.clients(entry):
            for status, call, arguments in (
                (404, client.get_service_definition, {"service_code": "nothing"}),
                (404, client.get_service_request, {"service_request_id": "WRO-1-1"}),
                (400, client.get_service_requests, {"status": "lost"}),
                (400, client.get_service_requests, {"start_date": "2026-01-01"}),
            ):
                with pytest.raises(requests.HTTPError) as caught:
                    call(**arguments)
                assert caught.value.response.status_code == status
                format = client.output_format
                check_answer("errors", caught.value.response.content, format)

    def test_a_jurisdiction_that_is_not_served_is_not_found(self, server: str) -> None:
        client = georeport.GeoReport(f"{server}/open311/v2", jurisdiction="sfgov.org")
        with pytest.raises(requests.HTTPError, match="404"):
            client.get_service_list()

    def test_a_city_of_its_list_is_used_by_name(
        self, entry: Entry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known = georeport.CityEndpoint("here", entry.url, entry.jurisdiction_id)
        monkeypatch.setitem(georeport.CityEndpoints._cities, "here", known)
        assert "here" in georeport.CityEndpoints.list_cities()
        client = georeport.GeoReport.from_city("here", output_format="XML")
        assert client.get_service_list()


@pytest.fixture(scope="module")
def three() -> Iterator[ModuleType]:
    """`three` 0.8.0, which was written for Python 2 and is given what it misses of it."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setattr(itertools, "ifilter", filter, raising=False)
        # Its XML library has regular expressions that newer compilers warn of.
        warnings.filterwarnings("ignore", "invalid escape sequence", DeprecationWarning)
        warnings.filterwarnings("ignore", ".*invalid escape sequence", SyntaxWarning)
        yield importlib.import_module("three")


@pytest.fixture
def no_city_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """`three` keeps its choices in the environment: take them away before and after."""
    for name in ("OPEN311_API_KEY", "OPEN311_CITY_INFO"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("no_city_chosen")
class TestThree:
    """`three` 0.8.0 does everything, in JSON; its reading of XML does not run on Python 3."""

    @staticmethod
    def client(three: ModuleType, entry: Entry, key: str = "", **options: Any) -> Any:
        jurisdiction = entry.jurisdiction_id or ""
        return three.Three(entry.url, api_key=key, jurisdiction=jurisdiction, **options)

    def test_it_goes_the_whole_way(
        self, three: ModuleType, entry: Entry, key: str, engine: Engine
    ) -> None:
        client = self.client(three, entry, key)
        # Without an address for it, discovery is looked for inside the endpoint.
        urls = [one["url"] for one in client.discovery()["endpoints"]]
        assert entry.url in urls

        [service] = [one for one in client.services() if one["service_code"] == BATCH]
        assert (service["metadata"], service["type"]) == (True, "batch")
        definition = client.services(BATCH)
        assert {one["code"] for one in definition["attributes"] if one["required"]} == {"plates"}

        fields = {name: value for name, value in VEHICLE.items() if name != "service_code"}
        place = MIDDLE[entry.city]
        [told] = client.post(
            BATCH, name="Jan Kowalski", phone="555 555 555", address="Rynek 1", **fields, **place
        )
        assert told.keys() == {"token", "service_notice", "account_id"}
        assert client.post_response.status_code == 200
        [pending] = client.token(told["token"])
        assert pending["token"] == told["token"]
        service_request_id = until(lambda: client.token(told["token"])[0].get("service_request_id"))

        [report] = client.request(service_request_id)
        assert report["service_request_id"] == service_request_id
        assert report["address"] == "Rynek 1"
        assert report["description"] == VEHICLE["description"]
        assert "Kowalski" not in str(report)
        kept = stored_attributes(engine, entry.city, service_request_id)
        assert kept == {"plates": ["none"], "condition": CONDITION}

        tomorrow = (date.today() + timedelta(days=1)).strftime("%m-%d-%Y")  # noqa: DTZ011
        for arguments in (
            {},
            {"status": "open"},
            {"count": 5},
            {"start": date.today() - timedelta(days=1), "end": tomorrow},  # noqa: DTZ011
            {"between": ["01-01-2026", "01-15-2026"], "service_request_id": service_request_id},
        ):
            assert client.requests(**arguments) == [report], arguments
        assert client.requests(BATCH) == [report]
        assert client.requests("graffiti") == []

    def test_what_is_wrong_can_be_shown(self, three: ModuleType, entry: Entry, key: str) -> None:
        place = MIDDLE[entry.city]
        client = self.client(three, entry, key)
        for status, named, answer in (
            (404, "service_code", client.post("nothing", **place)),
            (400, "plates", client.post(BATCH, **place)),
            (400, "lat", client.post("graffiti", lat="here", long="17")),
            (403, "api_key", client.post("graffiti", api_key="guessed", **place)),
            (403, "api_key", self.client(three, entry).post("graffiti", **place)),
            (404, "service_request_id", client.request("WRO-1-1")),
            (404, "token", client.token("unknown")),
            (404, "service_code", client.services("nothing")),
            # From then until today, as it reckons, is more than 90 days.
            (400, "start_date", client.requests(start="01-01-2020")),
        ):
            assert {error["code"] for error in answer} == {status}, named
            assert any(named in error["description"] for error in answer), answer

    def test_a_picture_is_sent_and_shown(
        self, three: ModuleType, entry: Entry, key: str, server: str
    ) -> None:
        client = self.client(three, entry, key)
        media = ("media.png", picture("PNG"), "image/png")
        [told] = client.post("graffiti", media=media, **MIDDLE[entry.city])
        [report] = client.request(told["service_request_id"])
        assert report["media_url"].startswith(f"{server}/open311/photos/{entry.city}/")
        assert opened(fetch(report["media_url"]).content).size == (64, 48)

    def test_a_bad_picture_is_refused_in_words(
        self, three: ModuleType, entry: Entry, key: str
    ) -> None:
        media = ("media.png", FIRST_PIXEL, "image/png")
        [error] = self.client(three, entry, key).post("graffiti", media=media, **MIDDLE[entry.city])
        assert error["code"] == 400
        assert error["description"].startswith("media: ")

    def test_in_xml_it_hands_the_answers_on(
        self, three: ModuleType, entry: Entry, key: str
    ) -> None:
        client = self.client(three, entry, key, format="xml")
        check_answer("services", client.services(convert=False), "xml")
        check_answer("service_definition", client.services(BATCH, convert=False), "xml")
        check_answer("discovery", client.discovery(f"{entry.url}/discovery.xml"), "xml")
        with pytest.raises(TypeError, match="dict_keys"):  # as Python 2's would not be
            client.post("graffiti", **MIDDLE[entry.city])
        answer = client.post_response.content
        check_answer("submitted", answer, "xml")
        service_request_id = etree.fromstring(answer).findtext("request/service_request_id")
        for found in (
            client.request(service_request_id, convert=False),
            client.requests("graffiti", convert=False),
        ):
            check_answer("service_requests", found, "xml")
            assert service_request_id.encode() in found

    def test_its_settings_are_changed_and_reset(
        self, three: ModuleType, entry: Entry, server: str
    ) -> None:
        client = self.client(three, entry)
        here = client.services()
        client.configure(f"{server}/open311/v2", jurisdiction="nowhere.pl")
        assert client.services()[0]["code"] == 404
        client.reset()
        assert client.services() == here

    def test_its_functions_use_the_city_that_was_chosen(
        self, three: ModuleType, entry: Entry, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        jurisdiction = entry.jurisdiction_id or ""
        discovery = entry.url.replace("/v2", "/discovery.json")
        three.dev(entry.url, jurisdiction=jurisdiction)
        assert three.key(key) == three.key()
        [told] = three.post("graffiti", **MIDDLE[entry.city])
        [report] = three.request(told["service_request_id"])
        assert three.requests("graffiti") == [report]
        assert three.services("graffiti")["attributes"] == []
        assert three.token("unknown")[0]["code"] == 404

        known = {"endpoint": entry.url, "jurisdiction": jurisdiction, "discovery": discovery}
        monkeypatch.setitem(sys.modules["three.cities"].servers, "here", known)
        assert "here" in three.cities()
        assert three.city("Here").services() == three.services()
        assert three.discovery()["endpoints"][0]["url"] == entry.url


class TestFixMyStreet:
    """Its sender and its fetchers: XML only, endpoint and path joined without a slash."""

    # What libwww-perl says of itself.
    headers: ClassVar = {
        "User-Agent": "libwww-perl/6.67",
        "TE": "deflate,gzip;q=0.3",
        "Connection": "TE",
    }

    def send(self, entry: Entry, key: str, *pairs: tuple[str, str]) -> etree._Element:
        form = [("jurisdiction_id", entry.jurisdiction_id or ""), ("api_key", key), *pairs]
        response = requests.post(
            entry.url + "/" + "requests.xml", data=form, headers=self.headers, timeout=10
        )
        assert response.ok, response.text
        check_answer("submitted", response.content, "xml")
        return etree.fromstring(response.content)

    def get(self, entry: Entry, path: str, **query: str) -> etree._Element:
        query["jurisdiction_id"] = entry.jurisdiction_id or ""
        response = requests.get(
            f"{entry.url}/{path}", params=query, headers=self.headers, timeout=10
        )
        assert response.ok, response.text
        assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
        return etree.fromstring(response.content)

    def test_its_form_is_taken(self, entry: Entry, key: str, engine: Engine) -> None:
        place = MIDDLE[entry.city]
        answer = self.send(
            entry,
            key,
            ("service_code", "illegal_dump"),
            ("lat", place["lat"]),
            ("long", place["long"]),
            ("email", "jan@example.org"),
            ("first_name", "Jan"),
            ("last_name", ""),
            ("phone", ""),
            ("deviceid", "iOS"),
            (
                "description",
                "title: Gruz\n\ndetail: Sterta gruzu\r\n\nurl: https://example.org/1\n",
            ),
            ("media_url", "https://example.org/photo/1.0.jpeg?1"),
            ("media_url", "https://example.org/photo/1.1.jpeg?1"),
            ("attribute[easting]", "364234"),
            ("attribute[northing]", "362712"),
            ("attribute[fixmystreet_id]", "1"),
            ("attribute[title]", "Gruz"),
            ("attribute[report_url]", "https://example.org/report/1"),
            # A list of several: repeated, without brackets of its own.
            ("attribute[material]", "rubble"),
            ("attribute[material]", "tyres"),
            # Not answered.
            ("attribute[access]", ""),
            ("attribute[hazardous]", ""),
        )
        service_request_id = answer.findtext("request/service_request_id")
        kept = stored_attributes(engine, entry.city, service_request_id)
        assert kept["material"] == ["rubble", "tyres"]
        assert kept["easting"] == ["364234"]
        assert "access" not in kept
        request = self.get(entry, f"requests/{service_request_id}.xml").find("request")
        assert request.findtext("media_url") == "https://example.org/photo/1.0.jpeg?1"

    def test_a_place_that_was_not_pinpointed_is_taken(self, entry: Entry, key: str) -> None:
        answer = self.send(
            entry,
            key,
            ("service_code", "graffiti"),
            ("address_id", "#NOTPINPOINTED#"),
            ("lat", ""),
            ("long", ""),
            ("attribute[easting]", "0"),
        )
        service_request_id = answer.findtext("request/service_request_id")
        request = self.get(entry, f"requests/{service_request_id}.xml").find("request")
        assert request.findtext("address_id") == "#NOTPINPOINTED#"
        assert (request.findtext("lat"), request.findtext("long")) == ("", "")

    def test_it_polls_for_the_id_of_a_token(self, entry: Entry, key: str) -> None:
        place = MIDDLE[entry.city]
        pairs = [("service_code", BATCH), ("attribute[plates]", "both"), *place.items()]
        answer = self.send(entry, key, *pairs)
        token = answer.findtext("request/token")
        assert answer.find("request/service_request_id") is None
        # Five times, two seconds apart.
        found = until(
            lambda: self.get(entry, f"tokens/{token}.xml").findtext("request/service_request_id"),
            seconds=10,
        )
        assert self.get(entry, f"requests/{found}.xml").findtext("request/service_code") == BATCH

    def test_it_copies_services_and_their_attributes(self, entry: Entry) -> None:
        services = self.get(entry, "services.xml").findall("service")
        assert services
        for service in services:
            assert service.findtext("service_code")
            assert service.findtext("metadata") in ("true", "false")
        definition = self.get(entry, f"services/{BATCH}.xml")
        first, *_ = definition.findall("attributes/attribute")
        assert first.findtext("code") == "plates"
        assert first.findtext("required").lower() == "true"

    def test_it_fetches_what_was_updated(self, entry: Entry, key: str) -> None:
        [service_request_id] = post_vehicles(entry, key, 1)
        now = datetime.now(UTC)
        window = {
            "start_date": (now - timedelta(days=1)).isoformat(timespec="seconds"),
            "end_date": now.isoformat(timespec="seconds"),
        }
        [request] = self.get(entry, "requests.xml", **window).findall("request")
        assert request.findtext("service_request_id") == service_request_id
        # It drops a record that misses one of these.
        assert request.findtext("lat")
        assert request.findtext("long")
        updated = datetime.fromisoformat(request.findtext("updated_datetime"))
        assert now - timedelta(minutes=5) < updated <= now
        [same] = self.get(entry, "requests.xml", service_request_id=service_request_id)
        assert etree.tostring(same) == etree.tostring(request)

    def test_errors_are_logged_in_words(self, entry: Entry) -> None:
        form = {"jurisdiction_id": entry.jurisdiction_id or "", "service_code": "graffiti"}
        response = requests.post(
            f"{entry.url}/requests.xml", data=form, headers=self.headers, timeout=10
        )
        assert response.status_code == 403
        [error] = etree.fromstring(response.content).findall("error")
        assert error.findtext("code") == "403"
        assert "api_key" in error.findtext("description")


class TestGeoReporter:
    """The apps for Android and iOS: JSON only, at the city's own endpoint."""

    @pytest.fixture
    def own(self, server: str, city: str) -> str:
        return f"{server}/{SLUG[city]}/open311/v2"

    def android_post(self, url: str, *pairs: tuple[str, str]) -> requests.Response:
        # Its HTTP library asks before it sends a body, and gives up after three seconds.
        return requests.post(url, data=list(pairs), headers={"Expect": "100-continue"}, timeout=3)

    def test_android_reports_with_an_empty_jurisdiction(
        self, own: str, city: str, key: str, engine: Engine
    ) -> None:
        services = fetch(f"{own}/services.json", jurisdiction_id="").json()
        assert all(service["group"] for service in services)
        definition = fetch(f"{own}/services/{BATCH}.json", jurisdiction_id="").json()
        assert isinstance(definition, dict)
        response = self.android_post(
            f"{own}/requests.json",
            ("service_code", BATCH),
            ("jurisdiction_id", ""),
            ("api_key", key),
            ("lat", repr(float(MIDDLE[city]["lat"]))),
            ("long", repr(float(MIDDLE[city]["long"]))),
            ("address_string", ""),
            ("attribute[plates]", "one"),
            *(("attribute[condition][]", value) for value in CONDITION),
        )
        assert response.status_code == 200, response.text
        [told] = response.json()
        tokens = f"{own}/tokens/{told['token']}.json"
        # It takes the mere presence of the member for an id.
        [pending] = fetch(tokens, jurisdiction_id="").json()
        assert pending.get("service_request_id", "there") is not None
        until(lambda: "service_request_id" in fetch(tokens, jurisdiction_id="").json()[0])
        service_request_id = fetch(tokens, jurisdiction_id="").json()[0]["service_request_id"]
        single = f"{own}/requests/{service_request_id}.json"
        [report] = fetch(single, jurisdiction_id="").json()
        assert report["status"] == "open"
        kept = stored_attributes(engine, city, service_request_id)
        assert kept == {"plates": ["one"], "condition": CONDITION}

    def test_android_shows_the_first_error(self, own: str, key: str) -> None:
        response = self.android_post(
            f"{own}/requests.json", ("service_code", BATCH), ("api_key", key)
        )
        assert response.status_code == 400
        assert response.json()[0]["description"]

    def test_android_sends_parts_with_types_of_their_own(
        self, own: str, city: str, key: str
    ) -> None:
        fields = {"service_code": "graffiti", "jurisdiction_id": "", "api_key": key} | MIDDLE[city]
        kind = "text/plain; charset=US-ASCII"
        parts = [
            (name, (None, value, kind, {"Content-Transfer-Encoding": "8bit"}))
            for name, value in fields.items()
        ]
        response = requests.post(f"{own}/requests.json", files=parts, timeout=3)
        assert response.status_code == 200, response.text
        for content, status in ((picture("PNG"), 200), (FIRST_PIXEL, 400)):
            media = ("media", ("media.png", content, "application/octet-stream"))
            response = requests.post(f"{own}/requests.json", files=[*parts, media], timeout=3)
            assert response.status_code == status, response.text

    def test_ios_sends_key_and_jurisdiction_with_everything(
        self, server: str, city: str, key: str, engine: Engine
    ) -> None:
        always = {"jurisdiction_id": city, "api_key": key}
        base = f"{server}/{SLUG[city]}/open311/v2/"
        services = fetch(f"{base}services.json", **always).json()
        assert {service["group"] for service in services}.isdisjoint({None, ""})
        assert fetch(f"{base}services/{BATCH}.json", **always).json()["service_code"] == BATCH
        lat, long = MIDDLE[city]["lat"], MIDDLE[city]["long"]
        # Its library leaves the brackets as they are.
        body = (
            f"api_key={key}&jurisdiction_id={city}&service_code={BATCH}&lat={lat}&long={long}"
            "&first_name=&last_name=&email=&phone=&attribute[plates]=both"
            "&attribute[condition][]=flat_tyres&attribute[condition][]=leaking"
        )
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Accept-Language": "pl-PL;q=1, en-PL;q=0.9",
        }
        response = requests.post(f"{base}requests.json", body, headers=headers, timeout=10)
        [told] = response.json()
        assert "service_request_id" not in told
        tokens = f"{base}tokens/{told['token']}.json"
        service_request_id = until(
            lambda: fetch(tokens, **always).json()[0].get("service_request_id")
        )
        [report] = fetch(f"{base}requests/{service_request_id}.json", **always).json()
        assert report["service_code"] == BATCH
        kept = stored_attributes(engine, city, service_request_id)
        assert kept == {"plates": ["both"], "condition": CONDITION}


class TestNodeOpen311:
    """It finds the endpoint by discovery, and says the jurisdiction in the query of a POST."""

    def test_it_goes_the_whole_way(
        self, server: str, city: str, key: str, format: str, engine: Engine
    ) -> None:
        discovery = fetch(f"{server}/open311/discovery.json").json()
        [endpoint] = [
            one
            for one in discovery["endpoints"]
            if one["specification"] == "http://wiki.open311.org/GeoReport_v2"
            and one["type"] == "production"
        ]
        assert "application/json" in endpoint["formats"]
        base = endpoint["url"] + "/"
        form = {
            "service_code": "traffic_lights",
            "api_key": key,
            "address_string": "Rynek 1",
            # Its library numbers the values of a list.
            "attribute[fault][0]": "vehicle",
            "attribute[fault][1]": "sound",
        }
        query = {"jurisdiction_id": city}
        response = requests.post(f"{base}requests.{format}", form, params=query, timeout=10)
        assert response.status_code < 300, response.text
        check_answer("submitted", response.content, format)
        if format == "json":
            service_request_id = response.json()[0]["service_request_id"]
        else:
            root = etree.fromstring(response.content)
            service_request_id = root.findtext("request/service_request_id")
        kept = stored_attributes(engine, city, service_request_id)
        assert kept == {"fault": ["vehicle", "sound"]}
        single = fetch(f"{base}requests/{service_request_id}.{format}", **query)
        several = fetch(
            f"{base}requests.{format}", service_request_id=f"{service_request_id},0", **query
        )
        assert single.content == several.content

    def test_it_reads_discovery_in_xml_too(self, server: str) -> None:
        response = fetch(f"{server}/open311/discovery.xml")
        check_answer("discovery", response.content, "xml")

    def test_a_body_with_an_error_is_shown(self, server: str, city: str, key: str) -> None:
        query = {"jurisdiction_id": city}
        form = {"service_code": "graffiti", "api_key": key}
        response = requests.post(
            f"{server}/open311/v2/requests.json", form, params=query, timeout=10
        )
        assert response.status_code == 400
        check_answer("errors", response.content, "json")


class TestSrtracker:
    """It asks for pages until one is empty, and dates things as Python does."""

    def test_it_pages_until_nothing_comes(self, server: str, city: str, key: str) -> None:
        own = f"{server}/{SLUG[city]}/open311/v2"
        form = {"service_code": "graffiti", "api_key": key} | MIDDLE[city]
        posted = [
            requests.post(f"{own}/requests.json", form, timeout=10).json()[0]["service_request_id"]
            for _ in range(7)
        ]
        # An argument that nobody else knows, and a date without a zone in it.
        asked = {"start_updated_date": "2026-01-01T00:00:00", "page_size": 3, "api_key": ""}
        pages, page = [], 1
        while page:
            found = fetch(f"{own}/requests.json", page=page, **asked).json()
            pages.append([one["service_request_id"] for one in found])
            page = page + 1 if found else 0
        assert [len(ids) for ids in pages] == [3, 3, 1, 0]
        assert [one for ids in pages for one in ids] == posted[::-1]
        by_id = fetch(f"{own}/requests.json", service_request_id=",".join(posted)).json()
        assert len(by_id) == len(posted)

    def test_its_dates_have_microseconds(self, server: str, city: str, key: str) -> None:
        own = f"{server}/{SLUG[city]}/open311/v2"
        form = {"service_code": "graffiti", "api_key": key} | MIDDLE[city]
        assert requests.post(f"{own}/requests.json", form, timeout=10).ok
        start = (datetime.now(UTC) - timedelta(hours=1)).replace(tzinfo=None, microsecond=123456)
        query = {"start_date": start.isoformat() + "Z", "status": "open", "page_size": 50}
        assert len(fetch(f"{own}/requests.json", **query).json()) == 1
