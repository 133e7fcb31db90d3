"""The schemas of the answers: kept beside the code, and as strict as the tables."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from open311.georeport.fields import ANSWERS
from open311.georeport.schemas import DIRECTORY, schema_files
from tests.clients import check_answer

FILES = schema_files()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_schema_file_is_what_the_field_tables_say(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == FILES[file], (
        "run python -m open311.georeport.schemas"
    )


def test_no_schema_file_is_left_over() -> None:
    assert set(DIRECTORY.iterdir()) == set(FILES)


@pytest.mark.parametrize("name", ANSWERS)
def test_each_json_schema_is_one(name: str) -> None:
    schema = json.loads((DIRECTORY / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", ANSWERS)
def test_each_xsd_is_one(name: str) -> None:
    etree.XMLSchema(etree.parse(str(DIRECTORY / f"{name}.xsd")))


REQUEST = {
    "service_request_id": "WRO-1-0",
    "status": "open",
    "status_notes": None,
    "service_name": "Graffiti",
    "service_code": "graffiti",
    "description": None,
    "agency_responsible": None,
    "service_notice": None,
    "requested_datetime": "2026-03-29T03:10:00+02:00",
    "updated_datetime": "2026-03-29T03:10:00+02:00",
    "expected_datetime": None,
    "address": None,
    "address_id": None,
    "zipcode": None,
    "lat": 51.1,
    "long": None,
    "media_url": None,
}


def as_xml(record: dict[str, Any]) -> bytes:
    members = "".join(
        f"<{name}/>" if value is None else f"<{name}>{value}</{name}>"
        for name, value in record.items()
    )
    return f"<service_requests><request>{members}</request></service_requests>".encode()


def test_a_right_request_fits() -> None:
    check_answer("service_requests", json.dumps([REQUEST]).encode(), "json")
    check_answer("service_requests", as_xml(REQUEST), "xml")


@pytest.mark.parametrize(
    "change",
    [
        {"status": "in_progress"},
        {"requested_datetime": "2026-03-29T03:10:00Z"},
        {"requested_datetime": "2026-03-29T03:10:00.5+02:00"},
        {"requested_datetime": "2026-03-29 03:10"},
        {"requested_datetime": None},
        {"lat": "north"},
        {"status": None},
        {"email": "anna@example.com"},
    ],
    ids=str,
)
def test_a_wrong_request_does_not_fit(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        check_answer("service_requests", json.dumps([REQUEST | change]).encode(), "json")
    with pytest.raises(etree.DocumentInvalid):
        check_answer("service_requests", as_xml(REQUEST | change), "xml")


@pytest.mark.parametrize("name", REQUEST)
def test_a_request_without_a_member_does_not_fit(name: str) -> None:
    less = {other: value for other, value in REQUEST.items() if other != name}
    with pytest.raises(jsonschema.ValidationError):
        check_answer("service_requests", json.dumps([less]).encode(), "json")
    with pytest.raises(etree.DocumentInvalid):
        check_answer("service_requests", as_xml(less), "xml")


def test_an_answer_with_both_id_and_token_does_not_fit() -> None:
    told = {"service_request_id": "1", "token": "2", "service_notice": None, "account_id": None}
    with pytest.raises(jsonschema.ValidationError):
        check_answer("submitted", json.dumps([told]).encode(), "json")
