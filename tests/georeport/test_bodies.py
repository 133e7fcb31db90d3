"""The body of a POST: which types, character sets and sizes are read."""

from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from tests.clients import CheckingClient
from tests.reporting import MIDDLE, errors, report_row

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"
LIMIT = 1_000_000


def send(
    client: CheckingClient, body: bytes | str, content_type: str | None, format: str = "json"
) -> TestResponse:
    """Send a body to Kraków as it is."""
    return client.post(
        f"/krakow/open311/v2/requests.{format}", data=body, content_type=content_type
    )


@pytest.fixture
def report(key: str) -> dict[str, Any]:
    """A complete report to Kraków."""
    return {"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"]}


@pytest.fixture
def body(report: dict[str, Any]) -> str:
    """The same, urlencoded."""
    return "&".join(f"{name}={value}" for name, value in report.items())


def multipart(report: dict[str, Any], end: str = "--edge--\r\n") -> str:
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in report.items()
    ]
    return "".join(parts) + end


@pytest.mark.parametrize(
    "content_type",
    [
        FORM,
        f"{FORM}; charset=utf-8",
        f"{FORM};charset=UTF-8",
        f'{FORM}; charset="utf-8"',
        f"{FORM}; charset=utf8",
        FORM.upper(),
    ],
)
def test_a_form_is_read_with_or_without_its_character_set(
    client: CheckingClient, body: str, content_type: str, engine: Engine
) -> None:
    response = send(client, f"{body}&description=%C5%82%C3%B3%C5%BCko łóżko", content_type)
    assert response.status_code == 200
    assert report_row(engine).description == "łóżko łóżko"


def test_a_multipart_form_without_files_is_read(
    client: CheckingClient, report: dict[str, Any], format: str, engine: Engine
) -> None:
    report |= {"description": "Łóżko\r\nna chodniku", "attribute[x]": "1"}
    assert send(client, multipart(report), MULTIPART, format).status_code == 200
    assert report_row(engine).description == "Łóżko\nna chodniku"


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/xml", "application/xml; charset=utf-8", "text/plain", "image/png",
     "application/octet-stream", "multipart/mixed; boundary=edge", "nonsense", "<script>/x"],
)  # fmt: skip
def test_a_body_that_is_no_form_is_refused_by_its_type(
    client: CheckingClient, content_type: str, format: str
) -> None:
    response = send(client, '{"service_code": "graffiti"}', content_type, format)
    assert response.status_code == 415
    [told] = errors(response)
    assert content_type.partition(";")[0] in told
    assert FORM in told


def test_a_body_without_a_type_is_refused(
    client: CheckingClient, body: str, format: str, nothing_kept: None
) -> None:
    response = send(client, body, None, format)
    assert response.status_code == 415
    assert FORM in errors(response)[0]


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "charset", ["iso-8859-2", "windows-1250", "utf-16", "utf-7", "unknown-8bit"]
)
@pytest.mark.parametrize("content_type", [FORM, MULTIPART])
def test_a_body_in_another_character_set_is_refused(
    client: CheckingClient, body: str, content_type: str, charset: str, format: str
) -> None:
    response = send(client, body, f"{content_type}; charset={charset}", format)
    assert response.status_code == 415
    [told] = errors(response)
    assert charset in told
    assert "utf-8" in told


@pytest.mark.parametrize("content_type", [None, FORM])
def test_no_body_at_all_is_a_report_without_a_key(
    client: CheckingClient, content_type: str | None, nothing_kept: None
) -> None:
    assert send(client, b"", content_type).status_code == 403


def test_a_file_field_in_which_nothing_was_chosen_is_ignored(
    client: CheckingClient, report: dict[str, Any]
) -> None:
    empty = (
        '--edge\r\nContent-Disposition: form-data; name="media"; filename=""\r\n'
        "Content-Type: application/octet-stream\r\n\r\n\r\n--edge--\r\n"
    )
    assert send(client, multipart(report, empty), MULTIPART).status_code == 200


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("content_type", "end"),
    [("multipart/form-data", "--edge--\r\n"), (MULTIPART, ""), (MULTIPART, "--ed"),
     ("multipart/form-data; boundary=other", "--edge--\r\n")],
)  # fmt: skip
def test_a_multipart_form_that_cannot_be_taken_apart_is_refused(
    client: CheckingClient, report: dict[str, Any], content_type: str, end: str, format: str
) -> None:
    response = send(client, multipart(report, end), content_type, format)
    assert response.status_code == 400
    assert "multipart/form-data" in errors(response)[0]


def test_a_part_in_the_character_set_that_it_names_is_read(
    client: CheckingClient, report: dict[str, Any], engine: Engine
) -> None:
    part = (
        '--edge\r\nContent-Disposition: form-data; name="description"\r\n'
        "Content-Type: text/plain; charset=ISO-8859-1\r\n\r\nStraße\r\n--edge--\r\n"
    )
    sent = multipart(report, "").encode() + part.encode("latin-1")
    assert send(client, sent, MULTIPART).status_code == 200
    assert report_row(engine).description == "Straße"


@pytest.mark.parametrize(
    "part",
    ["Content-Disposition: form-data\r\n\r\nx", "\r\nx", 'Content-Type: text/plain\r\n\r\nx',
     'Content-Disposition: form-data; name="\xff"\r\n\r\nx'],
    ids=["without a name", "without a head", "without a disposition", "not UTF-8"],
)  # fmt: skip
def test_a_part_that_says_not_what_it_is_is_refused(
    client: CheckingClient, report: dict[str, Any], part: str, format: str, nothing_kept: None
) -> None:
    sent = multipart(report, f"--edge\r\n{part}\r\n--edge--\r\n").encode("latin-1")
    response = send(client, sent, MULTIPART, format)
    assert response.status_code == 400
    assert "multipart/form-data" in errors(response)[0]


@pytest.mark.parametrize("bad", ["ł\xff", "\ud800"])
def test_a_multipart_form_that_is_not_utf8_is_refused(
    english: CheckingClient, report: dict[str, Any], bad: str, nothing_kept: None
) -> None:
    raw = multipart(report | {"description": "@"}).encode()
    broken = raw.replace(b"@", bad.encode("utf-8", "surrogatepass") if bad == "\ud800" else b"\xff")
    response = send(english, broken, MULTIPART)
    assert response.status_code == 400
    assert errors(response) == ["The body is not UTF-8."]


@pytest.mark.parametrize("content_type", [FORM, MULTIPART])
def test_a_body_of_50_megabytes_is_too_large(
    english: CheckingClient, body: str, content_type: str, format: str, nothing_kept: None
) -> None:
    sent = body.encode() + b"&description=" + b"x" * 50_000_000
    response = send(english, sent, content_type, format)
    assert response.status_code == 413
    assert errors(response) == [f"The body is too large; at most {LIMIT} bytes are read."]


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 200), (LIMIT + 1, 413)])
def test_the_limit_is_counted_in_bytes(
    client: CheckingClient, body: str, size: int, status: int
) -> None:
    sent = f"{body}&legacy="
    assert send(client, sent + "x" * (size - len(sent)), FORM).status_code == status


@pytest.mark.parametrize(("number", "status"), [(1000, 200), (1001, 413), (10_000, 413)])
def test_a_form_has_at_most_a_thousand_fields(
    english: CheckingClient,
    report: dict[str, Any],
    body: str,
    number: int,
    status: int,
) -> None:
    more = {f"x{one}": "1" for one in range(number - len(report))}
    for content_type, sent in (
        (FORM, body + "".join(f"&{name}=1" for name in more)),
        (MULTIPART, multipart(report | more)),
    ):
        response = send(english, sent, content_type)
        assert response.status_code == status
        if status == 413:
            assert errors(response) == ["There are too many fields; at most 1,000 are read."]


def test_a_query_has_at_most_a_thousand_fields(english: CheckingClient, format: str) -> None:
    query = "&".join(f"x{one}=1" for one in range(1001))
    response = english.get(f"/krakow/open311/v2/services.{format}?{query}")
    assert response.status_code == 413
    assert errors(response) == ["There are too many fields; at most 1,000 are read."]


def test_the_longest_description_fits_however_it_is_escaped(
    client: CheckingClient, body: str, engine: Engine
) -> None:
    assert send(client, f"{body}&description={'%F0%9F%95%B3' * 4000}", FORM).status_code == 200
    assert report_row(engine).description == "🕳" * 4000
