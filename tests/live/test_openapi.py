"""The description of the API is true, and whoever believes it gets what it promises."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31

from open311.georeport.encoding import encode
from open311.georeport.examples import ANSWER_EXAMPLES, ERROR_EXAMPLES
from open311.georeport.fields import ANSWERS, ERRORS
from open311.settings import CHECKOUT
from tests.clients import check_answer
from tests.reporting import MIDDLE

DESCRIPTION = "/open311/v2/openapi.json"
# The name of the specification, which looks like an address; and the one for examples (RFC 2606).
NOT_TO_BE_FETCHED = {"wiki.open311.org", "example.org"}


# Services that take a report without answers, beside one of each other type.
SERVICE_CODES = ["graffiti", "vandalism", "traffic_lights", "abandoned_vehicle", "anonymous_tip"]
ANSWERS_NEEDED = {"attribute[plates]": "none"}


@pytest.fixture(scope="module")
def description(server: str) -> dict[str, Any]:
    return requests.get(server + DESCRIPTION, timeout=10).json()


def parts(node: Any) -> Iterator[Any]:
    """Walk through everything that a document holds."""
    yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from parts(part)


def test_the_description_is_openapi_3_1(description: dict[str, Any]) -> None:
    Draft202012Validator(OPENAPI_31).validate(description)
    assert description["openapi"].startswith("3.1.")
    for part in parts(description):
        if isinstance(part, dict) and "schema" in part:
            Draft202012Validator.check_schema(part["schema"])
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    references = [
        part["$ref"] for part in parts(description) if isinstance(part, dict) and "$ref" in part
    ]
    assert references
    for reference in references:
        target = description
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_the_description_names_no_foreign_host(description: dict[str, Any]) -> None:
    text = json.dumps(description)
    assert set(re.findall(r"https?://([\w.:-]+)", text)) <= NOT_TO_BE_FETCHED


def test_every_operation_has_a_name_of_its_own(description: dict[str, Any]) -> None:
    names = [
        operation["operationId"]
        for path in description["paths"].values()
        for method, operation in path.items()
        if method in ("get", "post")
    ]
    assert len(names) == 20
    assert len(set(names)) == len(names)


def test_only_errors_of_georeport_are_described(description: dict[str, Any]) -> None:
    assert description["components"]["schemas"].keys() == ANSWERS.keys()


@pytest.mark.parametrize("status", ERROR_EXAMPLES)
def test_every_example_of_an_error_is_right(status: int, format: str) -> None:
    [error] = ERROR_EXAMPLES[status]
    assert error["code"] == status
    check_answer("errors", encode(ERRORS, ERROR_EXAMPLES[status], format), format)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_example_is_right(name: str, format: str) -> None:
    check_answer(name, encode(ANSWERS[name], ANSWER_EXAMPLES[name], format), format)


def things_there(server: str, key: str, city: str) -> dict[str, Any]:
    """Report something, and return what there is in a city for calls to succeed."""
    form = {"jurisdiction_id": city, "api_key": key, **MIDDLE[city], **ANSWERS_NEEDED}
    ids, tokens = [], []
    for service_code in SERVICE_CODES:
        response = requests.post(
            f"{server}/open311/v2/requests.json", form | {"service_code": service_code}, timeout=10
        )
        [told] = response.json()
        ids += [told["service_request_id"]] if "service_request_id" in told else []
        tokens += [told["token"]] if "token" in told else []
    return {
        "api_key": key,
        "service_code": SERVICE_CODES,
        "answers": ANSWERS_NEEDED,
        "service_request_id": ids,
        "token": tokens,
        **MIDDLE[city],
    }


def test_calls_made_up_from_the_description_are_answered_as_described(
    server: str, key: str, description: dict[str, Any], tmp_path: Path
) -> None:
    """All of schemathesis' checks, on calls that fit the description and on calls that do not."""
    seen = tmp_path / "seen.json"
    there = {city: things_there(server, key, city) for city in MIDDLE}
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "SCHEMATHESIS_HOOKS": "tests.live.api_hooks",
        "THERE": json.dumps(there),
        "SEEN": str(seen),
    }
    command = [sys.executable, "-m", "schemathesis.cli", "run", server + DESCRIPTION]
    options = ["--generation-deterministic", "--max-examples=10", "--checks=all",
               "--continue-on-failure", "--warnings=off", "--no-color"]  # fmt: skip
    done = subprocess.run(
        command + options,
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    output = "\n".join(line[:1000] for line in (done.stdout + done.stderr).splitlines())
    assert done.returncode == 0, output
    # It came through to the end of every operation, and to every way of being refused.
    answered = Counter(json.loads(seen.read_text()))
    for path, methods in description["paths"].items():
        for method in {"get", "post"} & methods.keys():
            assert answered[f"{method.upper()} {path} 200"] > 5
    statuses = {call.rpartition(" ")[2] for call in answered}
    assert {"200", "304", "400", "403", "404", "405", "415"} <= statuses
