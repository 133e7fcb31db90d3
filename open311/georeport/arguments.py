"""The arguments of GET and POST requests: from fields to one typed value.

The marshmallow schemas say what each argument may be, for reading and for OpenAPI. Every problem
names its argument, and all are told at once (D-46).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields as members
from datetime import timedelta
from functools import lru_cache
from math import ceil
from typing import Any

from marshmallow import Schema, ValidationError

from open311.errors import BadRequest, Problem, echo
from open311.georeport.argument_kinds import (
    CodeList,
    Coordinate,
    Counting,
    Moment,
    PlainText,
    Repeatable,
    WebAddresses,
    Word,
)
from open311.georeport.fields import STATUSES
from open311.georeport.inputs import Fields
from open311.media.cleaning import Picture
from open311.media.receiving import MOST_FILES
from open311.places.locating import Point
from open311.reports.search import MOST, WINDOW, Search
from open311.reports.states import ASKED_STATES
from open311.reports.submission import Answers, Reporter, Submission
from open311.reports.updates import Update

LONGEST_DESCRIPTION = 4000
LONGEST_ANSWER = 4000

# A span of 90 days that crosses the change of the clocks may look an hour longer (D-50).
_LONGEST_SPAN = WINDOW + timedelta(hours=1)

# What clients call the parts in which they send pictures: GeoReporter, three, v2.1, FixMyStreet.
PICTURE_PARTS = r"media\d*(\[\d*\])?|photos?\d*(\[\d*\])?|file(_.+)?"

# Scalars have the bare name, lists may add brackets (D-35).
_ATTRIBUTE = re.compile(r"attribute\[([^\]]+)\](\[\d*\])?")


class SearchArguments(Schema):
    """Arguments of GET requests: GeoReport v2, "GET Service Requests"."""

    service_request_id = CodeList(
        metadata={"description": "Ids, separated by commas; overrides all other arguments"}
    )
    service_code = CodeList(metadata={"description": "Codes of services, separated by commas"})
    start_date = Moment(metadata={"description": "Earliest requested_datetime, with its zone"})
    end_date = Moment(metadata={"description": "Latest requested_datetime, with its zone"})
    status = CodeList(STATUSES, metadata={"description": "open, closed or both"})
    page = Counting(1_000_000, metadata={"description": "Extension: which page, from one"})
    page_size = Counting(MOST, metadata={"description": "Extension: requests a page"})
    after = PlainText(
        metadata={"description": "Extension: id of the last request of the page before"}
    )


class PointArguments(Schema):
    """Arguments of GET jurisdictions, which is ours."""

    lat = Coordinate(90, metadata={"description": "Latitude, WGS 84; goes with long"})
    long = Coordinate(180, metadata={"description": "Longitude, WGS 84; goes with lat"})


class SubmissionArguments(PointArguments):
    """Arguments of POST requests: GeoReport v2, "POST Service Request"."""

    service_code = PlainText(metadata={"description": "What is reported"})
    address_string = PlainText(metadata={"description": "Where, in words"})
    address_id = PlainText(metadata={"description": "Where, as a key of the address register"})
    email = PlainText()
    device_id = PlainText()
    account_id = PlainText()
    first_name = PlainText()
    last_name = PlainText()
    phone = PlainText()
    description = PlainText(LONGEST_DESCRIPTION, metadata={"description": "What is wrong"})
    media_url = WebAddresses(metadata={"description": "A picture or page; may be repeated"})


class UpdateSearchArguments(Schema):
    """Arguments of GET servicerequestupdates."""

    service_request_id = CodeList(metadata={"description": "Ids, separated by commas"})
    start_date = Moment(metadata={"description": "Earliest updated_datetime, with its zone"})
    end_date = Moment(metadata={"description": "Latest updated_datetime, with its zone"})


class UpdateArguments(Schema):
    """Arguments of POST servicerequestupdates; those of who says it are read by nobody."""

    service_request_id = PlainText(metadata={"description": "The request that it is about"})
    update_id = PlainText(metadata={"description": "The client's own id of the update"})
    updated_datetime = Moment(metadata={"description": "When it was made, with its zone"})
    status = Word(ASKED_STATES, metadata={"description": "What the request is to become"})
    description = PlainText(LONGEST_DESCRIPTION, metadata={"description": "What is said"})
    media_url = WebAddresses(metadata={"description": "A picture or page; may be repeated"})


# Without these, an update is refused.
UPDATE_REQUIRED = ("service_request_id", "update_id", "updated_datetime", "status")

_POINT = PointArguments()
_UPDATE_SEARCH = UpdateSearchArguments()
_UPDATE = UpdateArguments()
_SEARCH = SearchArguments()
_SUBMISSION = SubmissionArguments()


@lru_cache(maxsize=1024)
def read_search(query: Fields) -> Search:
    """Read the arguments of GET requests.

    Args:
        query: the fields of the query string.

    Raises:
        BadRequest: with every argument that cannot be used.
    """
    ids = query.getlist("service_request_id")
    if any(text.strip(" ,") for text in ids):
        # Overrides all other arguments: they are not even looked at (D-54).
        query = Fields([("service_request_id", text) for text in ids])
    values, problems = _load(_SEARCH, query)
    problems += _window_problems(values)
    if problems:
        raise BadRequest(problems)
    paged = "page" in values or "page_size" in values
    return Search(
        service_request_ids=values.get("service_request_id", ()),
        service_codes=values.get("service_code", ()),
        statuses=values.get("status", ()),
        start=values.get("start_date"),
        end=values.get("end_date"),
        page=values.get("page", 1) if paged else None,
        page_size=values.get("page_size", MOST),
        after=values.get("after"),
    )


def read_submission(
    form: Fields, files: Sequence[Picture], service_code: str, language: str
) -> tuple[Submission, list[Problem]]:
    """Read the arguments of POST requests.

    Args:
        form: the fields of the body.
        files: the files of the body.
        service_code: what is reported.
        language: in which the reporter is answered.

    Returns:
        The submission, without what cannot be used, and what is wrong with that.
    """
    values, problems = _load(_SUBMISSION, form)
    answers = _answers(form)
    problems += [
        *_location_problems(form),
        *_answer_problems(answers),
        *_file_problems(files),
    ]
    submission = Submission(
        service_code=service_code,
        point=Point(values["lat"], values["long"]) if {"lat", "long"} <= values.keys() else None,
        address=values.get("address_string"),
        address_id=values.get("address_id"),
        description=values.get("description"),
        media_urls=values.get("media_url", ()),
        pictures=[file for file in files[:MOST_FILES] if _is_picture(file)],
        attributes=answers,
        reporter=Reporter(**{member.name: values.get(member.name) for member in members(Reporter)}),
        language=language,
    )
    return submission, problems


def read_update_search(query: Fields) -> Search:
    """Read the arguments of GET servicerequestupdates.

    Args:
        query: the fields of the query string.

    Raises:
        BadRequest: with every argument that cannot be used.
    """
    values, problems = _load(_UPDATE_SEARCH, query)
    problems += _window_problems(values)
    if problems:
        raise BadRequest(problems)
    return Search(
        service_request_ids=values.get("service_request_id", ()),
        start=values.get("start_date"),
        end=values.get("end_date"),
    )


def read_update(
    form: Fields, files: Sequence[Picture], service_request_id: str
) -> tuple[Update, list[Problem]]:
    """Read the arguments of POST servicerequestupdates.

    Args:
        form: the fields of the body.
        files: the files of the body.
        service_request_id: the request that it is about.

    Returns:
        The update, without what cannot be used, and what is wrong with that.
    """
    values, problems = _load(_UPDATE, form)
    problems += [
        *(
            Problem("argument-missing", {"parameter": name})
            for name in UPDATE_REQUIRED
            if name not in form
        ),
        *_file_problems(files),
    ]
    update = Update(
        service_request_id=service_request_id,
        update_id=values.get("update_id", ""),
        updated_datetime=values.get("updated_datetime"),
        status=values.get("status", "unchanged"),
        description=values.get("description"),
        media_urls=values.get("media_url", ()),
        pictures=[file for file in files[:MOST_FILES] if _is_picture(file)],
    )
    return update, problems


def read_point(query: Fields) -> Point | None:
    """Read a point, if there is one.

    Args:
        query: the fields of the query string.

    Raises:
        BadRequest: half of it is missing, or it is no point.
    """
    values, problems = _load(_POINT, query)
    problems += _half_coordinate(query)
    if problems:
        raise BadRequest(problems)
    return Point(values["lat"], values["long"]) if values else None


def single_value(fields: Fields, name: str) -> str | None:
    """Return the value of an argument that is a scalar; repeated, it must be the same (D-20).

    Raises:
        BadRequest: it was sent with different values.
    """
    found = fields.getlist(name)
    if len(set(found)) > 1:
        raise BadRequest.of("repeated", parameter=name)
    return found[0] if found else None


def _load(schema: Schema, given: Fields) -> tuple[dict[str, Any], list[Problem]]:
    """Load fields with a schema; unknown ones are passed over (D-18)."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, kind in schema.fields.items():
        found = given.getlist(name)
        if not found:
            continue
        if isinstance(kind, Repeatable):
            values[name] = found
        elif len(set(found)) > 1:
            problems.append(Problem("repeated", {"parameter": name}))
        else:
            values[name] = found[0]
    try:
        loaded: dict[str, Any] = schema.load(values)
    except ValidationError as error:
        refusals: dict[str, list[Problem]] = error.messages_dict
        for name, refused in refusals.items():
            problems += [Problem(one.message, {"parameter": name} | one.values) for one in refused]
        loaded = dict(error.valid_data or {})
    return loaded, problems


def _window_problems(values: dict[str, Any]) -> Iterator[Problem]:
    start, end = values.get("start_date"), values.get("end_date")
    if start and end and start > end:
        yield Problem("start-after-end")
    elif start and end and end - start > _LONGEST_SPAN:
        days = ceil((end - start) / timedelta(days=1))
        yield Problem("span-too-long", {"days": days, "most": WINDOW.days})


def _location_problems(form: Fields) -> Iterator[Problem]:
    """At least one complete location, and never half a coordinate (D-31, D-32)."""
    yield from _half_coordinate(form)
    if not {"lat", "long", "address_string", "address_id"} & form.keys():
        yield Problem("location-missing")


def _half_coordinate(fields: Fields) -> Iterator[Problem]:
    if ("lat" in fields) != ("long" in fields):
        given, missing = ("lat", "long") if "lat" in fields else ("long", "lat")
        yield Problem("half-coordinate", {"given": given, "missing": missing})


def _is_picture(file: Picture) -> bool:
    return re.fullmatch(PICTURE_PARTS, file.name) is not None


def _file_problems(files: Sequence[Picture]) -> Iterator[Problem]:
    # A picture that is passed over would be missed by who sent it.
    for file in files:
        if not _is_picture(file):
            yield Problem("file-refused", {"name": echo(file.name)})
    if len(files) > MOST_FILES:
        yield Problem("pictures-too-many", {"number": len(files), "most": MOST_FILES})


def _answers(form: Fields) -> Answers:
    answers: dict[str, list[str]] = {}
    for name, value in form.items(multi=True):
        found = _ATTRIBUTE.fullmatch(name)
        if found:
            answers.setdefault(found[1], []).append(value)
    return answers


def _answer_problems(answers: Answers) -> Iterator[Problem]:
    for code, values in answers.items():
        length = max(len(value) for value in values)
        if length > LONGEST_ANSWER or len(code) > LONGEST_ANSWER:
            named = {"parameter": f"attribute[{echo(code)}]", "longest": LONGEST_ANSWER}
            yield Problem("too-long", named | {"length": max(length, len(code))})
