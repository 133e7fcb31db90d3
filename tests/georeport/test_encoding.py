"""From values to bytes: JSON and XML say the same, whatever the values are."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from open311.georeport.encoding import encode, join_fragments, plain_decimal, render_request
from open311.georeport.fields import (
    ANSWERS,
    ERRORS,
    REQUEST,
    SERVICE_REQUESTS,
    SUBMITTED,
    Element,
    Kind,
)
from tests.clients import check_answer
from tests.reading import decode

WARSAW = ZoneInfo("Europe/Warsaw")
# Text as it is kept: line ends are one character, and there is nothing that XML cannot hold.
CHARACTERS = st.characters(
    exclude_categories=["Cs"],
    exclude_characters="".join(map(chr, [*range(9), 11, 12, *range(13, 32), 0xFFFE, 0xFFFF])),
)
TEXT = st.text(CHARACTERS) | st.sampled_from(["<b>&amp;</b>", "]]>", "'\"", "&#0;", " \n\t ", "0"])
# From 1920, when clocks left the time of the sun and its offsets of odd seconds, to 2999.
SECONDS = st.floats(-1_577_923_200, 32_472_144_000)
MOMENTS = st.builds(datetime.fromtimestamp, SECONDS, st.sampled_from([WARSAW, UTC]))
COORDINATES = st.floats(-180, 180) | st.sampled_from([0.0, 1e-05, -1e-300, 5e-324, 51.1, 17])


def values(element: Element) -> st.SearchStrategy[Any]:
    """Return values that an element may have."""
    if element.repeated:
        # XML cannot tell an empty text from none.
        return st.lists(TEXT.filter(bool), max_size=3)
    match element.kind:
        case Kind.LIST:
            return st.lists(values(element.item), max_size=3)
        case Kind.RECORD:
            return st.fixed_dictionaries({m.name: values(m) for m in element.members})
        case Kind.TEXT:
            strategy = st.sampled_from(element.choices) if element.choices else TEXT
        case Kind.BOOLEAN:
            strategy = st.booleans()
        case Kind.INTEGER:
            strategy = st.integers(-(2**53), 2**53)
        case Kind.DECIMAL:
            strategy = COORDINATES
        case Kind.DATETIME:
            strategy = MOMENTS
    return st.none() | strategy if element.nullable or element.optional else strategy


@pytest.mark.parametrize("name", ANSWERS)
@given(st.data())
def test_json_and_xml_of_any_value_say_the_same(name: str, data: st.DataObject) -> None:
    element = ANSWERS[name]
    value = data.draw(values(element))
    as_json, as_xml = (encode(element, value, format) for format in ("json", "xml"))
    assert decode(element, as_json, "json") == decode(element, as_xml, "xml")


@pytest.mark.parametrize("name", [name for name in ANSWERS if "submitted" not in name])
@given(st.data())
def test_any_value_fits_both_schemas(name: str, data: st.DataObject) -> None:
    value = data.draw(values(ANSWERS[name]))
    for format in ("json", "xml"):
        check_answer(name, encode(ANSWERS[name], value, format), format)


@given(values(SERVICE_REQUESTS), st.sampled_from(["json", "xml"]))
def test_fragments_joined_are_the_list_encoded_at_once(value: list[Any], format: str) -> None:
    separator = {"json": ",", "xml": ""}[format]
    fragments = separator.join(getattr(render_request(record), format) for record in value)
    joined = join_fragments(SERVICE_REQUESTS, fragments.encode(), format)
    assert joined == encode(SERVICE_REQUESTS, value, format)


@given(COORDINATES)
def test_a_coordinate_is_written_plainly_and_exactly(number: float) -> None:
    written = plain_decimal(number)
    assert set(written) <= set("-.0123456789")
    assert float(written) == number


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1e-05, "0.00001"),
        (-1e-07, "-0.0000001"),
        (51.1079, "51.1079"),
        (17.0, "17.0"),
        (0.0, "0.0"),
    ],
)
def test_a_small_coordinate_has_no_exponent(number: float, written: str) -> None:
    assert plain_decimal(number) == written


def request(**members: Any) -> dict[str, Any]:
    """Return the public record of a request in which nothing else is known."""
    moment = datetime(2026, 3, 29, 3, 10, tzinfo=WARSAW)
    unknown = dict.fromkeys([member.name for member in REQUEST.members])
    known = {"service_request_id": "WRO-1-0", "status": "open", "service_name": "Graffiti",
             "service_code": "graffiti", "requested_datetime": moment,
             "updated_datetime": moment}  # fmt: skip
    return unknown | known | members


def test_what_is_unknown_is_null_in_json_and_an_empty_element_in_xml() -> None:
    record = render_request(request(description="", lat=None))
    assert json.loads(record.json)["description"] is None
    assert json.loads(record.json)["lat"] is None
    assert "<description/>" in record.xml
    assert "<lat/>" in record.xml


def test_a_request_has_all_seventeen_members_in_the_order_of_the_table() -> None:
    names = [
        "service_request_id", "status", "status_notes", "service_name", "service_code",
        "description", "agency_responsible", "service_notice", "requested_datetime",
        "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat", "long",
        "media_url",
    ]  # fmt: skip
    record = render_request(request())
    assert list(json.loads(record.json)) == names
    assert [child.tag for child in etree.fromstring(record.xml)] == names


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 29, 3, 10, tzinfo=WARSAW), "2026-03-29T03:10:00+02:00"),
        (datetime(2026, 3, 29, 1, 59, 59, 999999, tzinfo=WARSAW), "2026-03-29T01:59:59+01:00"),
        (datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=WARSAW), "2026-10-25T02:30:00+02:00"),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=WARSAW), "2026-10-25T02:30:00+01:00"),
    ],
)
def test_a_moment_has_whole_seconds_and_the_offset_of_the_city(
    moment: datetime, written: str
) -> None:
    record = render_request(request(requested_datetime=moment))
    assert json.loads(record.json)["requested_datetime"] == written
    assert f"<requested_datetime>{written}</requested_datetime>" in record.xml


def test_markup_is_escaped_once() -> None:
    record = render_request(request(description="<b>&amp;</b> ]]> \"'"))
    assert "<description>&lt;b&gt;&amp;amp;&lt;/b&gt; ]]&gt; \"'</description>" in record.xml
    assert json.loads(record.json)["description"] == "<b>&amp;</b> ]]> \"'"


@pytest.mark.parametrize("character", "\x00\x01\x08\x0b\x0c\x0e\x1f\ufffe\uffff", ids=ascii)
def test_what_xml_cannot_hold_is_left_out_of_imported_text(character: str) -> None:
    body = encode(SERVICE_REQUESTS, [request(description=f"a{character}b")], "xml")
    assert etree.fromstring(body).findtext("request/description") == "ab"


def test_a_carriage_return_of_imported_text_survives_the_parser() -> None:
    body = encode(SERVICE_REQUESTS, [request(description="a\r\nb")], "xml")
    assert etree.fromstring(body).findtext("request/description") == "a\r\nb"


@pytest.mark.parametrize(
    ("known", "members"),
    [
        ({"service_request_id": "WRO-1-0"}, ["service_request_id", "service_notice", "account_id"]),
        ({"token": "abc"}, ["token", "service_notice", "account_id"]),
        ({"service_notice": "Thanks"}, ["service_notice", "account_id"]),
    ],
)
def test_of_id_and_token_what_is_not_there_is_left_out(
    known: dict[str, str], members: list[str]
) -> None:
    empty = dict.fromkeys(["service_request_id", "token", "service_notice", "account_id"])
    for format in ("json", "xml"):
        body = encode(SUBMITTED, [empty | known], format)
        check_answer("submitted", body, format)
        assert list(decode(SUBMITTED, body, format)[0]) == members


@pytest.mark.parametrize("name", [name for name, one in ANSWERS.items() if one.kind is Kind.LIST])
def test_an_empty_list_is_an_empty_array_and_an_empty_root(name: str) -> None:
    element = ANSWERS[name]
    assert encode(element, [], "json") == b"[]"
    declaration = b'<?xml version="1.0" encoding="utf-8"?>\n'
    assert encode(element, [], "xml") == declaration + f"<{element.name}/>".encode()


def test_several_errors_share_one_body() -> None:
    told = [{"code": 400, "description": "lat"}, {"code": 400, "description": "long"}]
    assert json.loads(encode(ERRORS, told, "json")) == told
    assert encode(ERRORS, told, "xml").endswith(
        b"<errors><error><code>400</code><description>lat</description></error>"
        b"<error><code>400</code><description>long</description></error></errors>"
    )
