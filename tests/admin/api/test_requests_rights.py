"""Every officer at every call about requests: the table of statuses, by hand.

Whoever is refused has changed nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from open311.access import accounts
from open311.admin.api.blueprint import CALLS
from tests.admin.api.conftest import API, JURISDICTIONS, REQUESTS, ROADS, WASTE, Caller, Standing
from tests.admin.api.handling import attach, change, id_of, request_of
from tests.keys import new_key
from tests.rows import add_request

# In each cell: the status at a request of the roads department of Kraków, at one of no unit there,
# and at one of Wrocław.
TABLE = """
    -               owner       krakow      roads       waste       clerk       updater     looker      auditor     nobody      stranger
    get_requests    200/200/200 200/200/403 200/200/403 403/200/403 200/200/403 200/200/403 200/200/403 200/200/403 403/403/403 401/401/401
    get_request     200/200/200 200/200/403 200/403/403 403/403/403 200/200/403 200/200/403 200/200/403 200/200/403 403/403/403 401/401/401
    get_duplicates  200/200/200 200/200/403 200/403/403 403/403/403 200/200/403 200/200/403 200/200/403 200/200/403 403/403/403 401/401/401
    get_photo       404/404/404 404/404/403 404/403/403 403/403/403 404/404/403 404/404/403 404/404/403 404/404/403 403/403/403 401/401/401
    get_personal    200/200/200 200/200/403 200/403/403 403/403/403 403/403/403 403/403/403 200/200/403 403/403/403 403/403/403 401/401/401
    post_state      200/200/200 200/200/403 200/403/403 403/403/403 403/403/403 200/200/403 403/403/403 403/403/403 403/403/403 401/401/401
    post_note       200/200/200 200/200/403 200/403/403 403/403/403 403/403/403 200/200/403 403/403/403 403/403/403 403/403/403 401/401/401
    post_assigned   200/200/200 200/200/403 200/403/403 403/403/403 403/403/403 200/200/403 403/403/403 403/403/403 403/403/403 401/401/401
    post_moderated  200/200/200 200/200/403 200/403/403 403/403/403 403/403/403 200/200/403 403/403/403 403/403/403 403/403/403 401/401/401
    post_merged     200/200/200 200/200/403 200/403/403 403/403/403 403/403/403 200/200/403 403/403/403 403/403/403 403/403/403 401/401/401
    post_photos     200/200/200 200/200/403 200/403/403 403/403/403 403/403/403 200/200/403 403/403/403 403/403/403 403/403/403 401/401/401
"""  # noqa: E501
ROWS = {row[0]: row[1:] for row in (line.split() for line in TABLE.strip().splitlines())}
NAMES = ROWS.pop("-")
PLACES = (("krakow.pl", ROADS), ("krakow.pl", None), ("wroclaw.pl", None))

_CONTENT = text(
    "SELECT "
    + " || ".join(
        f"(SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '-') FROM {table} AS t)"
        for table in ("service_request", "request_event", "photo", "job", "audit_entry")
    )
)

# What is called with a request of a place: its jurisdiction, its path, and its unit.
Attempt = Callable[[Caller, str, str, str | None, Engine], TestResponse]


def get(part: str) -> Attempt:
    return lambda caller, _, path, *__: caller.get(f"{path}{part}")


def post(act: str, **body: Any) -> Attempt:
    return lambda caller, _, path, *__: change(caller, path, act, **body)


def get_requests(
    caller: Caller, city: str, _: str, unit_code: str | None, __: Engine
) -> TestResponse:
    asked = f"?unit_code={unit_code}" if unit_code else ""
    return caller.get(f"{API}/jurisdictions/{city}/requests{asked}")


def post_assigned(caller: Caller, city: str, path: str, _: str | None, __: Engine) -> TestResponse:
    unit = {"krakow.pl": WASTE, "wroclaw.pl": "zdium"}[city]
    return change(caller, path, "assign", unit_code=unit)


def post_merged(
    caller: Caller, city: str, path: str, unit_code: str | None, engine: Engine
) -> TestResponse:
    return change(caller, path, "merge", into=add_request(engine, city, unit_code=unit_code))


def post_photos(caller: Caller, _: str, path: str, *__: Any) -> TestResponse:
    return attach(caller, path)


ATTEMPTS: Mapping[str, Attempt] = {
    "get_requests": get_requests,
    "get_request": get(""),
    "get_duplicates": get("/duplicates"),
    "get_photo": get(f"/photos/{'0' * 32}"),
    "get_personal": get("/personal"),
    "post_state": post("state", state="in_review"),
    "post_note": post("note", note="Hm.", public=True),
    "post_assigned": post_assigned,
    "post_moderated": post("moderate", publication="withheld"),
    "post_merged": post_merged,
    "post_photos": post_photos,
}


def kept(engine: Engine) -> str:
    with engine.connect() as connection:
        return connection.scalar(_CONTENT)


def test_the_table_knows_every_call() -> None:
    assert ROWS.keys() == ATTEMPTS.keys() == {call.view.__name__ for call in CALLS["requests"]}


@pytest.mark.parametrize("call", ROWS)
def test_everybody_may_do_what_the_table_says(call: str, desk: Standing) -> None:
    for name, cell in zip(NAMES, ROWS[call], strict=True):
        for (city, unit_code), status in zip(PLACES, cell.split("/"), strict=True):
            request_id = add_request(desk.engine, city, unit_code=unit_code)
            path = f"{API}/jurisdictions/{city}/requests/{request_id}"
            before = kept(desk.engine)
            answer = ATTEMPTS[call](desk.people[name], city, path, unit_code, desk.engine)
            assert answer.status_code == int(status), (name, city, unit_code, answer.text)
            # Merging adds the other request first.
            if int(status) >= 400 and call != "post_merged":
                assert before == kept(desk.engine), (name, city)


def test_a_request_of_another_city_is_not_there(desk: Standing) -> None:
    request_id = id_of(desk)
    owner = desk.people["owner"]
    for name in (request_id, request_id.split("-")[1]):
        path = f"{API}/jurisdictions/wroclaw.pl/requests/{name}"
        assert owner.get(path).status_code == 404
        assert change(owner, path, "note", note="Hm.", public=False).status_code == 404
        nowhere = f"{API}/jurisdictions/nowhere.example/requests/{name}"
        assert owner.get(nowhere).status_code == 404
        assert change(owner, nowhere, "note", note="Hm.", public=False).status_code == 404


@pytest.mark.parametrize("name", ["WRO-1-1", "0", "1", "9" * 18, "9" * 40, "x", "-"])
def test_a_request_that_is_not_there_is_told_so(desk: Standing, name: str) -> None:
    for part in ("", "/personal", "/duplicates", "/photos/x"):
        assert desk.people["krakow"].get(f"{REQUESTS}/{name}{part}").status_code == 404


def test_an_officer_of_two_units_reaches_the_requests_of_both(desk: Standing) -> None:
    both = desk.people["both"]
    for unit_code, status in ((ROADS, 200), (WASTE, 200), ("zzm", 403), (None, 403)):
        assert both.get(request_of(desk, unit_code)).status_code == status


def test_a_key_reaches_no_further_than_the_cities_that_it_names(desk: Standing) -> None:
    with desk.engine.begin() as connection:
        owner = accounts.account_of(connection, "owner@example.org").account_id
        terms = {"scopes": ["update"], "account_id": owner}
        narrow = Caller(desk.people["owner"].client, new_key(connection, ["wroclaw.pl"], **terms))
    statuses = [
        narrow.get(f"{API}/jurisdictions/{city}/requests").status_code for city in JURISDICTIONS
    ]
    assert statuses == [200, 403]
