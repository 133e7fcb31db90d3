"""Whatever is sent, there is an answer that tells what is wrong, and nothing is written."""

from io import BytesIO
from typing import Any

import pytest

from open311.admin.api.bodies import LARGEST_JSON
from open311.admin.api.documents import MOST_VALUES
from tests.admin.api.conftest import API, BYSTRA, Caller, Standing, descriptions

DEEP = "[" * 10_000 + "]" * 10_000
HIGH = '"\\ud83d"'

# What is sent to be checked, and a part of what is told.
BROKEN = {
    "nothing": (b"", "The body is no JSON"),
    "half": (b'{"files": {', "The body is no JSON"),
    "two": (b'{"files": {}} {}', "The body is no JSON"),
    "not utf-8": (b'{"files": {"\xff": 1}}', "The body is not UTF-8."),
    "utf-16": ('{"files": {}}'.encode("utf-16"), "The body is not UTF-8."),
    "byte order mark": (b'\xef\xbb\xbf{"files": {}}', "The body is no JSON"),
    "nan": (b'{"files": {"a": NaN}}', "NaN is no number"),
    "infinity": (b'{"files": {"a": -Infinity}}', "-Infinity is no number"),
    "1e999": (b'{"files": {"a": 1e999}}', "a number that is too large"),
    "10**19": (b'{"files": {"a": 10000000000000000000}}', "a number that is too large"),
    "10**5000": (b'{"files": {"a": 1' + b"0" * 5000 + b"}}", "The body is no JSON"),
    "nul": (b'{"files": {"a": "\\u0000"}}', "control characters"),
    "half a pair": (f'{{"files": {{"a": {HIGH}}}}}'.encode(), "control characters"),
    "half a pair as name": (f'{{"files": {{{HIGH}: 1}}}}'.encode(), "control characters"),
    "deep": (f'{{"files": {{"a": {DEEP}}}}}'.encode(), "nested more than 30 deep"),
    "deep enough": (
        f'{{"files": {{"a": {DEEP[9_960:-9_960]}}}}}'.encode(), "nested more than 30 deep"),
    "twice": (b'{"files": {}, "files": {}}', "the name \N{LEFT DOUBLE QUOTATION MARK}files"),
    "twice within": (b'{"files": {"a": {"b": 1, "b": 1}}}', "twice in one object"),
    "null": (b"null", "body: Invalid input type."),
    "list": (b"[]", "body: Invalid input type."),
    "text": (b'"files"', "body: Invalid input type."),
    "no files": (b"{}", "files: Missing data for required field."),
    "files null": (b'{"files": null}', "files: Field may not be null."),
    "files list": (b'{"files": []}', "files: Not a valid mapping type."),
    "more": (b'{"files": {}, "force": true}', "force: Unknown field."),
}  # fmt: skip


@pytest.fixture
def people(standing: Standing) -> dict[str, Caller]:
    """Everybody, where nothing is changed."""
    return standing.people


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_the_json_that_is_asked_for_is_told(krakow: Caller, name: str) -> None:
    body, told = BROKEN[name]
    answer = krakow.post(f"{API}/check", body)
    assert answer.status_code == 400
    assert told in descriptions(answer)


@pytest.mark.parametrize(
    "value", [None, 1, "x", [], {}, [[]], {"": None}, {"services": None}, {"services": [None]}]
)
@pytest.mark.parametrize("file", ["jurisdiction.yaml", "units.yaml", "services.yaml",
                                  "routing.yaml", "destinations.yaml",
                                  "messages.yaml", "boundary.geojson"])  # fmt: skip
def test_a_file_of_the_wrong_form_is_told(
    owner: Caller, bystra: dict[str, Any], file: str, value: Any
) -> None:
    bystra[file] = value
    if (file, value) == ("routing.yaml", {}):
        return
    answer = owner.post(f"{BYSTRA}/plan", {"files": bystra})
    assert answer.status_code == 400
    assert descriptions(answer)
    [file_told] = {error["file"] for error in answer.json["errors"]}
    assert file_told == ("jurisdiction.yaml" if file == "boundary.geojson" else file)


@pytest.mark.parametrize("name", ["services.yml", "../../etc/passwd", "", "x" * 1000, ".revision"])
def test_a_file_that_nobody_asked_for_is_told(
    owner: Caller, bystra: dict[str, Any], name: str
) -> None:
    answer = owner.post(f"{BYSTRA}/plan", {"files": bystra | {name: {}}})
    assert answer.status_code == 400
    assert descriptions(answer) == "no file of a configuration"


def test_a_file_that_is_missing_is_told(owner: Caller, bystra: dict[str, Any]) -> None:
    del bystra["units.yaml"], bystra["boundary.geojson"]
    answer = owner.post(f"{BYSTRA}/plan", {"files": bystra})
    assert descriptions(answer) == "the file is missing"


@pytest.mark.parametrize("geometry", [
    None, [], {}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": [[[]]]},
    {"type": "Polygon", "coordinates": [[["a", "b"]] * 4]}, {"type": "Point", "coordinates": [1]},
    {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection"}]},
    {"type": "Polygon", "coordinates": [[[1e308, 1e308]] * 4]}, {"type": ["Polygon"]},
])  # fmt: skip
def test_a_shape_that_is_none_is_told(owner: Caller, bystra: dict[str, Any], geometry: Any) -> None:
    bystra["boundary.geojson"]["features"][0]["geometry"] = geometry
    answer = owner.post(f"{BYSTRA}/plan", {"files": bystra})
    assert answer.status_code == 400
    assert descriptions(answer).startswith("boundary.geojson: feature bystra")


@pytest.mark.parametrize("reason", ["", " ", "\n", None, 1, ["x"], "x" * 1001])
def test_a_reason_must_be_given(owner: Caller, bystra: dict[str, Any], reason: Any) -> None:
    answer = owner.post(f"{API}/jurisdictions", {"files": bystra, "reason": reason})
    assert answer.status_code == 400
    assert descriptions(answer).startswith("reason: ")
    assert owner.get(f"{BYSTRA}/configuration").status_code == 404


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_does_not_say_that_it_is_json_is_refused(krakow: Caller, kind: str) -> None:
    answer = krakow.post(f"{API}/check", b'{"files": {}}', **{"Content-Type": kind})
    assert answer.status_code == 415
    assert "application/json" in descriptions(answer)


def test_a_body_that_is_larger_than_any_configuration_is_refused(krakow: Caller) -> None:
    answer = krakow.post(f"{API}/check", b" " * (LARGEST_JSON + 1))
    assert answer.status_code == 413
    assert str(LARGEST_JSON) in descriptions(answer)


def test_a_catalogue_of_200_000_services_is_refused(krakow: Caller, bystra: dict[str, Any]) -> None:
    bystra["services.yaml"]["services"] = [{"code": f"x{n}"} for n in range(200_000)]
    answer = krakow.post(f"{API}/check", {"files": bystra})
    assert answer.status_code == 413
    assert f"{MOST_VALUES:,}" in descriptions(answer)


def test_of_many_things_that_are_wrong_the_first_are_told(
    owner: Caller, bystra: dict[str, Any]
) -> None:
    bystra["services.yaml"]["services"] = [{}] * 1000
    answer = owner.post(f"{BYSTRA}/plan", {"files": bystra})
    assert answer.status_code == 400
    assert len(answer.json["errors"]) == 201
    assert descriptions(answer).splitlines()[-1].startswith("There is more: ")


def test_a_body_that_ends_before_its_end_is_refused(krakow: Caller) -> None:
    body = b'{"files": {}}'
    answer = krakow.client.post(
        f"{API}/check",
        input_stream=BytesIO(body),
        environ_overrides={"CONTENT_LENGTH": str(len(body) + 10)},
        headers={"Authorization": f"Bearer {krakow.key}", "Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert descriptions(answer)
