"""The API of administrators at a running service: large bodies, chunks, several workers."""

import copy
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from open311.access import accounts
from open311.catalogue.loading import load
from open311.settings import CHECKOUT
from tests.delivery.receiving import webhook
from tests.delivery.stuck import add_delivery
from tests.folders import BYSTRA, write_bystra
from tests.keys import SHELL, new_key
from tests.live.serving import Service, serving, traces, url_of
from tests.rows import add_request

# Without If-Match it is 428, which schemathesis does not know of.
_MISSING_HEADERS = """\
[checks]
missing_required_header.expected-statuses = [400, 401, 403, 428]
"""

_NO_JSON = ("put_addresses", "post_photos")

MEGABYTE = b" " * 1_000_000


@pytest.fixture
def key(own_engine: Engine) -> str:
    """The key of an inter-city administrator."""
    with own_engine.begin() as connection:
        account_id = accounts.create(connection, "olga@example.org", "Olga", actor=SHELL)
        accounts.grant(connection, "olga@example.org", "inter_city_administrator", actor=SHELL)
        return new_key(
            connection, [], scopes=["administer", "update", "read_personal"], account_id=account_id
        )


@pytest.fixture
def service(own_engine: Engine, tmp_path: Path) -> Iterator[Service]:
    """A service with two processes that answer."""
    with serving(url_of(own_engine), tmp_path / "log", OPEN311_WORKERS="2") as service:
        yield service
        assert traces(service) == []


def call(service: Service, key: str, method: str, path: str, **sent: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}"} | sent.pop("headers", {})
    url = f"{service.address}/admin/api{path}"
    return requests.request(method, url, headers=headers, timeout=60, **sent)


def many(number: int) -> Iterator[bytes]:
    """Return so many megabytes, to be sent in chunks."""
    return (MEGABYTE for _ in range(number))


def test_what_is_too_large_is_told_and_not_cut_off(service: Service, key: str) -> None:
    kind = {"Content-Type": "application/json"}
    for body in (b" " * 21_000_000, many(21)):
        answer = call(service, key, "POST", "/check", data=body, headers=kind)
        assert answer.status_code == 413
        assert "20000000" in answer.json()["errors"][0]["description"]


def test_without_a_key_nothing_of_a_large_body_is_read(service: Service) -> None:
    answer = call(service, "o311_wrong", "POST", "/check", data=many(30))
    assert answer.status_code == 401


def test_a_register_may_be_larger_than_a_configuration_and_come_in_chunks(
    service: Service, key: str
) -> None:
    row = "19.9373,50.0617,ul. Leśna,{}\n"
    register = "LON,LAT,STREET,NUMBER\n" + row.format(1) + "\n" * 25_000_000
    chunks = (register[n : n + 1_000_000].encode() for n in range(0, len(register), 1_000_000))
    answer = call(
        service, key, "PUT", "/jurisdictions/krakow.pl/addresses", data=chunks,
        headers={"Content-Type": "text/csv"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["after"]) == (200, 1)


def test_of_many_at_once_at_several_processes_one_is_in_force_and_all_show_it(
    service: Service, key: str, tmp_path: Path
) -> None:
    files = load(write_bystra(tmp_path)).files
    made = call(service, key, "POST", "/jurisdictions", json={"files": files, "reason": "New"})
    assert made.status_code == 201

    def put(number: int) -> int:
        changed = copy.deepcopy(files)
        changed["services.yaml"]["services"][0]["name"]["en"] = f"Lamp {number}"
        path, body = (
            "/jurisdictions/bystra.example/configuration",
            {"files": changed, "reason": "x"},
        )
        return call(service, key, "PUT", path, json=body, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(put, range(8)))
    assert sorted(statuses) == [200] + [412] * 7
    shown = {
        requests.get(
            f"{service.address}/bystra/open311/v2/services.json?locale=en", timeout=10
        ).json()[0]["service_name"]
        for _ in range(20)
    }
    assert shown == {f"Lamp {statuses.index(200)}"}


def test_calls_made_up_from_the_description_are_answered_as_described(
    service: Service, key: str, own_engine: Engine, tmp_path: Path
) -> None:
    """All of schemathesis' checks, on calls that fit the description and on calls that do not."""
    folder = write_bystra(tmp_path)
    hook = webhook("ledger", "https://ledger.invalid/")
    (folder / "destinations.yaml").write_text(f"destinations:\n  - {{{hook}}}\n")
    files = load(folder).files
    call(service, key, "POST", "/jurisdictions", json={"files": files, "reason": "New"})
    with own_engine.begin() as connection:
        reporting = new_key(connection, [BYSTRA])
    add_request(own_engine, BYSTRA, service_code="lamp")
    there = {"address": service.address, "key": key, "reporting_key": reporting, "files": files,
             "delivery_id": add_delivery(own_engine, state="delivered")}  # fmt: skip
    seen = tmp_path / "seen.json"
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "SCHEMATHESIS_HOOKS": "tests.live.admin_hooks",
        "THERE": json.dumps(there),
        "SEEN": str(seen),
    }
    (tmp_path / "schemathesis.toml").write_text(_MISSING_HEADERS)
    description = f"{service.address}/admin/api/openapi.json"
    # What is no JSON has tests of its own.
    command = [sys.executable, "-m", "schemathesis.cli", "run", description,
               f"--header=Authorization: Bearer {key}",
               *(f"--exclude-operation-id={one}" for one in _NO_JSON),
               "--generation-deterministic", "--max-examples=5", "--checks=all",
               "--continue-on-failure", "--warnings=off", "--no-color"]  # fmt: skip
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    output = "\n".join(line[:1000] for line in (done.stdout + done.stderr).splitlines())
    assert done.returncode == 0, output
    # It came through to the end of every operation, and to most ways of being refused.
    answered = Counter(json.loads(seen.read_text()))
    described = requests.get(description, timeout=10).json()["paths"]
    for path, methods in described.items():
        for method in {"get", "post", "put"} & methods.keys():
            if methods[method]["operationId"] not in _NO_JSON:
                done_well = sum(answered[f"{method.upper()} {path} {n}"] for n in (200, 201, 204))
                assert done_well > 2, f"{method} {path}"
    statuses = {one.rpartition(" ")[2] for one in answered}
    assert {"400", "401", "404", "405"} <= statuses
