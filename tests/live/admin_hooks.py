"""What a program that reads the description of the API of administrators cannot know.

Which configurations, revisions, keys and accounts there are, it cannot say: calls that are meant
to succeed are mended here accordingly. What is sent on purpose to be refused stays as it is.
"""

import atexit
import copy
import itertools
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import schemathesis

from tests.pictures import picture

# Written by the test: address, the keys of an administrator and of who reports, and the files of a
# city that is in force.
THERE: dict[str, Any] = json.loads(os.environ["THERE"])
CITY = THERE["files"]["jurisdiction.yaml"]["id"]
HEADERS = {"Authorization": f"Bearer {THERE['key']}"}

_turn = itertools.count(1)
_seen: Counter[str] = Counter()


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]
) -> None:
    """Mend a call that is meant to succeed."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    turn = next(_turn)
    path = case.path_parameters or {}
    with_files = isinstance(case.body, dict) and "files" in case.body
    if "name" in path:
        path["name"] = _new_request()
    # Now and then what is asked for is not there.
    _mend_path(path, asked_for=turn % 7 == 0 and not with_files)
    if case.query:
        _mend_query(case.query, path)
        if case.path.endswith("/requests"):
            _mend_queue(case.query, path)
        if case.path.endswith("/figures"):
            period = {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00+01:00"}
            case.query.update({name: period[name] for name in period.keys() & case.query.keys()})
    if "photo_id" in path:
        path["photo_id"] = _new_photo(path["name"])
    if case.headers and "name" in path:
        case.headers["If-Match"] = '"1"'
    elif case.headers and "If-Match" in case.headers:
        found = _call("GET", f"/jurisdictions/{path['jurisdiction_id']}/configuration")
        case.headers["If-Match"] = found.headers.get("ETag", '"1"')
    mend = _BODIES.get(f"{case.method} {case.path}")
    if mend and isinstance(case.body, dict):
        case.body = {**case.body, **mend(turn)}
        if "reason" in case.body:
            case.body["reason"] = f"Turn {turn}"


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response
) -> None:
    """Count how each operation was answered."""
    _seen[f"{case.method} {case.path} {response.status_code}"] += 1


@atexit.register
def tell() -> None:
    """Leave the counts to the test."""
    Path(os.environ["SEEN"]).write_text(json.dumps(_seen))


def _call(method: str, path: str, body: Any = None) -> requests.Response:
    url = f"{THERE['address']}/admin/api{path}"
    return requests.request(method, url, json=body, headers=HEADERS, timeout=10)


def _new_request() -> str:
    report = {"api_key": THERE["reporting_key"], "service_code": "lamp", "lat": "47.05",
              "long": "10.05"}  # fmt: skip
    url = f"{THERE['address']}/{THERE['files']['jurisdiction.yaml']['slug']}"
    sent = requests.post(f"{url}/open311/v2/requests.json", data=report, timeout=10)
    name: str = sent.json()[0]["service_request_id"]
    return name


def _new_photo(name: str) -> str:
    path = f"/jurisdictions/{CITY}/requests/{name}"
    url = f"{THERE['address']}/admin/api{path}/photos"
    headers = HEADERS | {"If-Match": '"1"'}
    requests.post(url, files={"media": picture()}, headers=headers, timeout=10)
    photo_id: str = _call("GET", path).json()["photos"][0]["photo_id"]
    return photo_id


def _mend_path(parameters: dict[str, Any], *, asked_for: bool) -> None:
    if not asked_for:
        there = {"jurisdiction_id": CITY, "revision": 1, "code": "ledger",
                 "delivery_id": THERE["delivery_id"]}  # fmt: skip
        parameters.update({name: there[name] for name in there.keys() & parameters.keys()})
    if "api_key_id" in parameters:
        made = _call("POST", "/keys", {"label": "to be revoked", "jurisdiction_ids": [CITY]})
        parameters["api_key_id"] = made.json()["api_key_id"]


def _mend_query(query: dict[str, Any], path: dict[str, Any]) -> None:
    there = {"jurisdiction_id": CITY, "against": 1, "service_code": "lamp", "q": "Leśna",
             "after": "a", "attribute": {"colour": "red"}, "lat": 47.05, "long": 10.05}  # fmt: skip
    query.update({name: there[name] for name in there.keys() & query.keys()})
    half = len({"lat", "long"} & query.keys()) == 1
    if "service_code" in query and (half or path["jurisdiction_id"] != CITY):
        query.pop("lat", None)
        query.pop("long", None)


def _mend_queue(query: dict[str, Any], path: dict[str, Any]) -> None:
    there = {"unit_code": "works", "area_code": "west", "due_before": "2031-05-01T12:00:00+02:00"}
    query.update({name: there[name] for name in there.keys() & query.keys()})
    if query.pop("after", None) and path["jurisdiction_id"] == CITY:
        query["after"] = _new_request().split("-")[1]


def _changed(turn: int) -> dict[str, Any]:
    files = copy.deepcopy(THERE["files"])
    files["jurisdiction.yaml"]["contact"] = {"en": f"Turn {turn}", "pl": f"Obrót {turn}"}
    return {"files": files}


def _new_city(turn: int) -> dict[str, Any]:
    files = copy.deepcopy(THERE["files"])
    letters = "".join(chr(65 + turn // 26**place % 26) for place in range(3))
    files["jurisdiction.yaml"] |= {"id": f"city{turn}.example", "slug": f"city{turn}",
                                   "prefix": f"X{letters}"}  # fmt: skip
    for content in (files["boundary.geojson"], files["areas/quarters.geojson"]):
        for feature in content["features"]:
            for ring in feature["geometry"]["coordinates"][0]:
                for corner in ring:
                    corner[0] += turn // 40 * 0.3
                    corner[1] += turn % 40 * 0.15
    return {"files": files}


def _account(turn: int) -> dict[str, Any]:
    return {"email": f"turn{turn}@example.org", "name": "Turn"}


def _made(turn: int, *, disabled: bool = False) -> dict[str, Any]:
    body = _account(turn)
    _call("POST", "/accounts", body)
    if disabled:
        _call("POST", "/accounts/disable", {"email": body["email"]})
    return {"email": body["email"]}


def _role(turn: int, *, held: bool = False) -> dict[str, Any]:
    role = _made(turn) | {"role": "auditor", "jurisdiction_id": CITY, "unit_code": None}
    if held:
        _call("POST", "/roles/grant", role)
    return role


def _key(turn: int) -> dict[str, Any]:
    return {"label": f"Turn {turn}", "jurisdiction_ids": [CITY], "scopes": ["report"],
            "expires": None, "account": None}  # fmt: skip


_REQUEST = "POST /admin/api/jurisdictions/{jurisdiction_id}/requests/{name}"

_BODIES: dict[str, Callable[[int], dict[str, Any]]] = {
    "POST /admin/api/jurisdictions": _new_city,
    "POST /admin/api/check": _changed,
    "PUT /admin/api/jurisdictions/{jurisdiction_id}/configuration": _changed,
    "POST /admin/api/jurisdictions/{jurisdiction_id}/plan": _changed,
    "POST /admin/api/jurisdictions/{jurisdiction_id}/revisions/{revision}/rollback": lambda _: {},
    "PUT /admin/api/jurisdictions/{jurisdiction_id}/destinations/{code}/secret": lambda turn: {
        "value": None
    },
    f"{_REQUEST}/state": lambda turn: {"state": "in_review", "note": f"Turn {turn}"},
    f"{_REQUEST}/note": lambda turn: {"note": f"Turn {turn}"},
    f"{_REQUEST}/assign": lambda turn: {"unit_code": "cleaning", "note": f"Turn {turn}"},
    f"{_REQUEST}/moderate": lambda turn: {"publication": "withheld", "public_description": "x"},
    f"{_REQUEST}/merge": lambda turn: {"into": _new_request(), "note": None},
    "POST /admin/api/keys": _key,
    "POST /admin/api/accounts": _account,
    "POST /admin/api/accounts/disable": _made,
    "POST /admin/api/accounts/enable": lambda turn: _made(turn, disabled=True),
    "POST /admin/api/roles/grant": _role,
    "POST /admin/api/roles/revoke": lambda turn: _role(turn, held=True),
}
