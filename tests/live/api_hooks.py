"""What a program that reads the description of the API cannot know, told to schemathesis.

The description says what each argument may be. Which cities, keys, services and requests there
are, and that two arguments go together, it cannot say: calls that are meant to succeed are
mended here accordingly. What is sent on purpose to be refused stays as it is.
"""

import atexit
import itertools
import json
import os
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import schemathesis

from tests.clients import check_answer

# Written by the test: for each city a key, and things that are there.
THERE: dict[str, dict[str, Any]] = json.loads(os.environ["THERE"])
LONGEST_VALUE = 2000

_cities = itertools.cycle(THERE)
_turn = itertools.count()
_seen: Counter[str] = Counter()


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]
) -> None:
    """Mend a call that is meant to succeed."""
    _shorten(case)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    city = next(_cities)
    turn = next(_turn)
    if case.query:
        _mend_query(case.query, city)
    # Now and then what is asked for is not there.
    for name in case.path_parameters or {}:
        if turn % 5:
            found = THERE[city][name]
            case.path_parameters[name] = found[turn % len(found)]
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"turn {turn}"
    if isinstance(case.body, dict) and "update_id" in case.body:
        # A copy, as one that is meant to be refused may be made from the same.
        case.body = _mended_update(case.body, city, turn)
    elif isinstance(case.body, dict) and "service_code" in case.body:
        _mend_report(case.body, city, turn)


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response
) -> None:
    """Count how each operation was answered."""
    _seen[f"{case.method} {case.path} {response.status_code}"] += 1


@schemathesis.check
def xml_fits_its_xsd(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """Schemathesis checks XML by JSON Schema only; the XSD knows the order of elements too."""
    if case.path.endswith(".xml") and response.content and response.status_code != 304:
        described = case.operation.definition.raw["responses"]["200"]["content"]["text/xml"]
        # The first is the plain answer.
        references = [
            one["$ref"] for one in described["schema"].get("anyOf", [described["schema"]])
        ]
        wants_more = len(references) > 1 and b"<extended_attributes>" in response.content
        schema = references[wants_more].rpartition("/")[2]
        check_answer("errors" if response.status_code >= 400 else schema, response.content, "xml")


@atexit.register
def tell() -> None:
    """Leave the counts to the test."""
    Path(os.environ["SEEN"]).write_text(json.dumps(_seen))


def _shorten(case: schemathesis.Case) -> None:
    """Keep the URL below the 8 KiB that a web server reads."""
    for name, value in (case.query or {}).items():
        if isinstance(value, (str, list)) and len(quote(str(value))) > LONGEST_VALUE:
            case.query[name] = value[:10]


def _mend_query(query: dict[str, Any], city: str) -> None:
    if "jurisdiction_id" in query:
        query["jurisdiction_id"] = city
    for name in ("lat", "long"):
        if not {"lat", "long"} <= query.keys():
            query.pop(name, None)
        elif name in query:
            query[name] = f"{float(query[name]):f}"
    if "after" in query:
        query["after"] = THERE[city]["service_request_id"][0]
    if query.get("start_date") and query.get("end_date"):
        start = datetime.fromisoformat(query["start_date"].upper())
        query["end_date"] = (start + timedelta(days=90)).isoformat()


def _mend_report(report: dict[str, Any], city: str, turn: int) -> None:
    there = THERE[city]
    report["jurisdiction_id"] = city
    report["api_key"] = there["api_key"]
    report["service_code"] = there["service_code"][turn % len(there["service_code"])]
    for name in ("lat", "long"):
        if name in report:
            # Somewhere in the middle of the city.
            report[name] = float(there[name]) + float(report[name]) % 1 / 1000
    report.update(there["answers"])
    # Files that are made up are no pictures; tests/live/test_photos.py sends some that are.
    report.pop("media", None)


def _mended_update(update: dict[str, Any], city: str, turn: int) -> dict[str, Any]:
    there = THERE[city]
    mended = update | {
        "jurisdiction_id": city,
        "api_key": there["api_key"],
        "service_request_id": there["service_request_id"][0],
        "update_id": f"turn {turn}",
    }
    mended.pop("media", None)
    return mended
