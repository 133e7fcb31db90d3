"""Arguments made up at random: a value comes out, or a problem that can be told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from open311.errors import BadRequest, Problem
from open311.georeport.argument_kinds import CodeList, Coordinate, Counting, Moment, WebAddresses
from open311.georeport.arguments import SubmissionArguments, read_point, read_submission
from open311.georeport.inputs import Fields
from open311.messages import LANGUAGES, translate
from open311.reports.submission import Submission
from tests.reporting import errors

NUMBERS = st.from_regex(r"\A[+-]?[0-9]{0,4}[.,eE]?[0-9]{0,4}\Z")
MOMENTS = st.from_regex(
    r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
    r"([Zz]|[ +-][0-9]{2}:?[0-9]{2})?\Z"
)
ADDRESSES = st.from_regex(r"\A(https?|ftp|javascript)?:?/{0,3}[\[\]a-z.:@%?#/ ]{0,20}\Z")
# Blanks have been left out by the time that arguments are read.
SENT = (NUMBERS | MOMENTS | ADDRESSES | st.text(max_size=60)).filter(str.strip)
NAMES = st.sampled_from([*SubmissionArguments().fields, "attribute[x]", "attribute[x][]", "other"])


def tell(problem: Problem, name: str) -> None:
    """Check that a problem of an argument can be told in every language."""
    for language in LANGUAGES:
        assert name in translate(language, problem.message, **{"parameter": name} | problem.values)


def loaded(kind: Any, sent: Any) -> Any:
    """Return what an argument becomes; None, when there is a problem with it."""
    try:
        return kind.deserialize(sent)
    except ValidationError as error:
        for problem in error.messages:
            tell(problem, "name")
        return None


@given(SENT)
def test_a_coordinate_is_a_number_within_its_limits(sent: str) -> None:
    degrees = loaded(Coordinate(90), sent)
    assert degrees is None or -90 <= degrees <= 90


@given(st.floats(-90, 90))
def test_every_latitude_is_understood(degrees: float) -> None:
    assert loaded(Coordinate(90), f"{degrees:.20f}") == pytest.approx(degrees, abs=1e-15)


@given(SENT)
def test_a_moment_has_a_zone_and_a_window_around_it(sent: str) -> None:
    moment = loaded(Moment(), sent)
    if moment is not None:
        assert moment.utcoffset() is not None
        assert moment - timedelta(days=90) < moment.astimezone(UTC) < moment + timedelta(days=90)


@given(
    st.integers(-2_000_000_000, 30_000_000_000),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(["+", " "]),
)
def test_every_moment_is_understood_with_its_plus_or_a_blank_in_its_place(
    seconds: int, offset: int, plus: str
) -> None:
    sign = "-" if offset < 0 else plus
    local = datetime.fromtimestamp(seconds, UTC) + timedelta(minutes=offset)
    zone = f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    understood = loaded(Moment(), f"{local:%Y-%m-%dT%H:%M:%S}{zone}")
    assert understood == datetime.fromtimestamp(seconds, UTC)


@given(SENT)
def test_a_count_is_a_whole_number_within_its_limit(sent: str) -> None:
    number = loaded(Counting(1000), sent)
    assert number is None or 1 <= number <= 1000


@given(st.lists(SENT, min_size=1, max_size=5))
def test_codes_count_once_and_are_not_blank(sent: list[str]) -> None:
    codes = loaded(CodeList(), sent)
    assert len(set(codes)) == len(codes)
    assert all(code and code == code.strip() and "," not in code for code in codes)


@given(st.lists(SENT, min_size=1, max_size=3))
def test_a_web_address_begins_as_one(sent: list[str]) -> None:
    addresses = loaded(WebAddresses(), sent)
    for address in addresses or ():
        assert address.lower().startswith(("http:", "https:"))


@given(st.lists(st.tuples(NAMES, SENT), max_size=12))
def test_of_any_form_a_submission_comes_out_and_what_is_wrong_with_it(
    pairs: list[tuple[str, str]],
) -> None:
    submission, problems = read_submission(Fields(pairs), (), "graffiti", "pl")
    assert isinstance(submission, Submission)
    for problem in problems:
        tell(problem, problem.values.get("parameter", ""))
    if not problems:
        assert submission.point or submission.address or submission.address_id


@given(st.lists(st.tuples(st.sampled_from(["lat", "long"]), SENT), max_size=3))
def test_of_any_query_a_point_comes_out_or_nothing_or_a_problem(
    pairs: list[tuple[str, str]],
) -> None:
    try:
        point = read_point(Fields(pairs))
    except BadRequest as error:
        for problem in error.problems:
            tell(problem, problem.values.get("parameter", ""))
    else:
        assert (point is None) == (not pairs)


TYPES = st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=edge"])
PIECES = [
    "--edge",
    "--",
    "\r\n",
    "Content-Disposition: form-data",
    '; name="lat"',
    "a=1&",
    "%",
    "ł",
]
BODIES = st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=20).map(
    lambda pieces: "".join(pieces).encode()
)


@settings(deadline=None)
@given(body=BODIES, content_type=TYPES, format=st.sampled_from(["json", "xml"]))
def test_any_bytes_are_a_form_or_are_refused(
    app: Flask, body: bytes, content_type: str, format: str
) -> None:
    response = app.test_client().post(
        f"/krakow/open311/v2/requests.{format}", data=body, content_type=content_type
    )
    assert response.status_code in (400, 403, 413)
    assert errors(response)


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, SENT), max_size=12))
def test_any_form_is_taken_or_refused_with_reasons(
    app: Flask, key: str, pairs: list[tuple[str, str]]
) -> None:
    form = MultiDict([("api_key", key), ("address_string", "Rynek"), *pairs])
    form.setdefault("service_code", "graffiti")
    response = app.test_client().post("/krakow/open311/v2/requests.json", data=form)
    assert response.status_code in (200, 400, 404)
