"""Suffixes, slashes, methods and what pages of other origins may do."""

from typing import Any

import pytest

from tests.clients import CheckingClient
from tests.reporting import MIDDLE, errors

BASES = ("/krakow/open311/v2", "/krakow/open311/test/v2")
READING = ("discovery", "jurisdictions", "services", "services/pothole", "requests")
WRITING = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


@pytest.fixture
def report(key: str) -> dict[str, Any]:
    """A complete report to Kraków."""
    return {"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"]}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    "suffix", ["", ".", ".html", ".txt", ".JSON", ".Xml", ".json.gz", ".jsonp"]
)
@pytest.mark.parametrize("path", [*READING, "tokens/x"])
def test_a_resource_without_one_of_the_two_suffixes_is_not_found(
    client: CheckingClient, base: str, path: str, suffix: str
) -> None:
    response = client.get(f"{base}/{path}{suffix}", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.content_type == "text/xml; charset=utf-8"
    assert errors(response)


@pytest.mark.parametrize("suffix", ["", ".html", ".txt"])
def test_a_report_to_a_resource_without_a_suffix_is_not_found(
    client: CheckingClient, report: dict[str, Any], suffix: str, nothing_kept: None
) -> None:
    response = client.post(f"/krakow/open311/v2/requests{suffix}", data=report)
    assert response.status_code == 404
    assert response.mimetype == "text/xml"


@pytest.mark.parametrize(
    ("accept", "format"), [("text/xml", "json"), ("application/json", "xml"), ("text/html", "xml")]
)
def test_the_suffix_counts_before_what_is_accepted(
    client: CheckingClient, report: dict[str, Any], accept: str, format: str
) -> None:
    headers = {"Accept": accept}
    for response in (
        client.get(f"/krakow/open311/v2/services.{format}", headers=headers),
        client.post(f"/krakow/open311/v2/requests.{format}", data=report, headers=headers),
        client.get(f"/krakow/open311/v2/services/none.{format}", headers=headers),
    ):
        assert response.mimetype == {"json": "application/json", "xml": "text/xml"}[format]


@pytest.mark.parametrize(
    "path",
    ["/krakow/open311/v2/unknown.{}", "/krakow/open311/v1/services.{}", "/unknown.{}",
     "/open311/v2/services/a/b.{}", "/krakow/krakow/open311/v2/services.{}", "/open311/v2/.{}",
     "/krakow/OPEN311/v2/services.{}"],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_answered_in_the_format_of_its_suffix(
    client: CheckingClient, path: str, format: str
) -> None:
    response = client.get(path.format(format))
    assert response.status_code == 404
    assert errors(response)


@pytest.mark.parametrize(
    "path",
    ["//krakow/open311/v2/services.{}", "/krakow//open311/v2/services.{}",
     "/krakow/open311/v2//services.{}", "/krakow/open311///v2////services.{}",
     "/krakow/open311/v2//services//pothole.{}", "/krakow/open311//discovery.{}"],
)  # fmt: skip
def test_slashes_that_follow_each_other_count_as_one(
    client: CheckingClient, path: str, format: str
) -> None:
    response = client.get(path.format(format), environ_overrides={"PATH_INFO": path.format(format)})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "path", ["/krakow/open311/v2//requests.{}", "/krakow//open311/v2/requests.{}"]
)
def test_a_report_to_a_path_with_two_slashes_is_taken_and_not_sent_elsewhere(
    client: CheckingClient, report: dict[str, Any], path: str, format: str
) -> None:
    assert client.post(path.format(format), data=report).status_code == 200


@pytest.mark.parametrize("method", WRITING)
@pytest.mark.parametrize("path", [*READING[:-1], "requests/KRK-1001-1", "tokens/x"])
def test_what_can_only_be_read_answers_other_methods_with_405(
    english: CheckingClient, path: str, method: str, format: str
) -> None:
    response = english.open(f"/krakow/open311/v2/{path}.{format}", method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert errors(response) == [f"The method {method} is not available here."]


@pytest.mark.parametrize("method", [method for method in WRITING if method != "POST"])
@pytest.mark.parametrize("base", BASES)
def test_requests_can_be_read_and_reported_but_nothing_else(
    client: CheckingClient, report: dict[str, Any], base: str, method: str, format: str
) -> None:
    response = client.open(f"{base}/requests.{format}", method=method, data=report)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert errors(response)


def test_a_method_that_nobody_knows_is_told_as_text(client: CheckingClient, format: str) -> None:
    response = client.open(f"/krakow/open311/v2/services.{format}", method="<B>")
    assert response.status_code == 405
    assert "<B>" in errors(response)[0]


@pytest.mark.parametrize("path", READING)
def test_head_is_get_without_the_body(client: CheckingClient, path: str, format: str) -> None:
    path = f"/krakow/open311/v2/{path}.{format}"
    head, get = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.data == b""
    assert {**head.headers} == {**get.headers}


@pytest.mark.parametrize(
    ("path", "status"), [("services/none", 404), ("services", 400), ("unknown", 404)]
)
def test_head_fails_as_get_does(
    client: CheckingClient, path: str, status: int, format: str
) -> None:
    response = client.head(
        f"/open311/v2/{path}.{format}" + "?jurisdiction_id=krakow.pl" * (status == 404)
    )
    assert (response.status_code, response.data) == (status, b"")


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("path", "methods"),
    [*((path, {"GET", "HEAD", "OPTIONS"}) for path in (*READING[:-1], "requests/x", "tokens/x")),
     ("requests", {"GET", "HEAD", "OPTIONS", "POST"})],
)  # fmt: skip
def test_options_tells_the_methods_to_pages_of_any_origin(
    client: CheckingClient, base: str, path: str, methods: set[str], format: str
) -> None:
    response = client.options(
        f"{base}/{path}.{format}",
        headers={"Origin": "https://app.example", "Access-Control-Request-Method": "POST"},
    )
    assert (response.status_code, response.data) == (204, b"")
    assert set(response.headers["Allow"].split(", ")) == methods
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert set(response.headers["Access-Control-Allow-Methods"].split(", ")) == methods


def test_a_page_of_another_origin_may_send_the_headers_that_matter_here(
    client: CheckingClient,
) -> None:
    response = client.options("/krakow/open311/v2/requests.json")
    allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"content-type", "accept-language", "idempotency-key", "if-none-match"} <= set(allowed)


def test_options_of_what_is_not_there_is_404(client: CheckingClient, format: str) -> None:
    assert client.options(f"/krakow/open311/v2/unknown.{format}").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services", 200),
        ("services/none", 404),
        ("unknown", 404),
        ("tokens/x", 404),
        ("requests", 200),
    ],
)
def test_every_answer_may_be_read_by_pages_of_any_origin_but_without_credentials(
    client: CheckingClient, path: str, status: int, format: str
) -> None:
    response = client.get(
        f"/krakow/open311/v2/{path}.{format}", headers={"Origin": "https://app.example"}
    )
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert exposed == ["ETag", "Link", "Retry-After"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("sent", "status"), [("right", 200), ("wrong", 403)])
def test_the_answer_to_a_report_may_be_read_by_pages_of_any_origin(
    client: CheckingClient, report: dict[str, Any], sent: str, status: int, format: str
) -> None:
    if sent == "wrong":
        report["api_key"] = "wrong"
    response = client.post(f"/krakow/open311/v2/requests.{format}", data=report)
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("argument", ["callback", "jsonp"])
def test_there_is_no_jsonp(client: CheckingClient, argument: str) -> None:
    response = client.get(f"/krakow/open311/v2/services.json?{argument}=alert")
    assert response.text.startswith("[{")
    assert response.mimetype == "application/json"
