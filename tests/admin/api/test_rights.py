"""Every role at every call, at home in Kraków and in another city: the table of statuses, by hand.

Whoever is refused has changed nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from open311.access import accounts, keys
from open311.admin.api.blueprint import CALLS
from open311.catalogue.revisions import find_revision, read_files
from tests.admin.api.conftest import API, Caller
from tests.delivery.stuck import add_delivery
from tests.keys import SHELL, new_key
from tests.rows import add_request

# In each cell: the status in Kraków, and in Wrocław; one alone is of what concerns no city.
TABLE = """
    -                     owner    krakow   officer  auditor  updater  nobody   reporter stranger none
    get_jurisdictions     200      200      200      200      200      403      403      401      401
    post_jurisdiction     201      403      403      403      403      403      403      401      401
    post_check            200      200      403      403      403      403      403      401      401
    get_configuration     200/200  200/403  200/403  200/403  200/403  403/403  403/403  401/401  401/401
    put_configuration     200/200  200/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    post_plan             200/200  200/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    get_revisions         200/200  200/403  200/403  200/403  200/403  403/403  403/403  401/401  401/401
    get_revision          200/200  200/403  200/403  200/403  200/403  403/403  403/403  401/401  401/401
    get_difference        200/200  200/403  200/403  200/403  200/403  403/403  403/403  401/401  401/401
    post_rollback         200/200  200/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    post_exported         204/204  204/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    get_route             200/200  200/403  200/403  200/403  200/403  403/403  403/403  401/401  401/401
    get_figures           200/200  200/403  200/403  200/403  200/403  403/403  403/403  401/401  401/401
    get_addresses         200/200  200/403  200/403  200/403  200/403  403/403  403/403  401/401  401/401
    get_nearest_address   200/200  200/403  200/403  200/403  200/403  403/403  403/403  401/401  401/401
    put_addresses         200/200  200/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    get_deliveries        200/200  200/403  403/403  200/403  403/403  403/403  403/403  401/401  401/401
    post_delivery_retry   204/204  204/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    put_secret            200/200  200/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    get_metrics           200      200      403      200      403      403      403      401      401
    get_keys              200      200      403      403      403      403      403      401      401
    post_key              201/201  201/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    post_key_revocation   204/204  204/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    get_accounts          200      200      403      403      403      403      403      401      401
    post_account          201      201      403      403      403      403      403      401      401
    post_disabled         204/204  204/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    post_enabled          204/204  204/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    post_granted          204/204  204/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    post_revoked          204/204  204/403  403/403  403/403  403/403  403/403  403/403  401/401  401/401
    get_audit             200/200  200/403  403/403  200/403  403/403  403/403  403/403  401/401  401/401
"""  # noqa: E501
ROWS = {row[0]: row[1:] for row in (line.split() for line in TABLE.strip().splitlines())}
NAMES = ROWS.pop("-")

_KEPT = ("jurisdiction", "revision", "audit_entry", "api_key", "api_key_jurisdiction", "account",
         "account_role", "address", "delivery", "destination_secret", "job")  # fmt: skip
_CONTENT = text(
    "SELECT "
    + " || ".join(
        f"(SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '-') FROM {table} AS t)"
        for table in _KEPT
    )
)

_WITH_WEBHOOK = text("""
    UPDATE jurisdiction SET document = document || '{"destinations": {"destinations": [
        {"code": "ledger", "kind": "webhook", "url": "https://ledger.example/"}]}}'
    WHERE jurisdiction_id = :city
""")


@dataclass
class World:
    """The database, and how to make what a call needs anew each time."""

    engine: Engine
    bystra: dict[str, Any]
    turn: Iterator[int] = field(default_factory=lambda: count(1))

    def files(self, city: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Return a configuration that differs from the one in force, and what names that."""
        with self.engine.connect() as connection:
            revision = find_revision(connection, city).revision
            files = dict(read_files(connection, city, revision))
        contact = dict.fromkeys(files["jurisdiction.yaml"]["contact"], f"Turn {next(self.turn)}")
        files["jurisdiction.yaml"] |= {"contact": contact}
        return files, {"If_Match": f'"{revision}"'}

    def account(self, city: str, *, disabled: bool = False, role: bool = True) -> str:
        """Make an account, an auditor of the city, and return its e-mail address."""
        email = f"turn{next(self.turn)}@example.org"
        with self.engine.begin() as connection:
            accounts.create(connection, email, "Turn", actor=SHELL)
            if role:
                accounts.grant(connection, email, "auditor", city, actor=SHELL)
            if disabled:
                accounts.disable(connection, email, actor=SHELL)
        return email

    def delivery(self, city: str) -> int:
        """Add a delivery that is dead, and return its number."""
        add_request(self.engine, city)
        return add_delivery(self.engine, state="dead")

    def destination(self, city: str) -> str:
        """Give the city a webhook, and return its code."""
        with self.engine.begin() as connection:
            connection.execute(_WITH_WEBHOOK, {"city": city})
        return "ledger"

    def key(self, city: str) -> int:
        """Make a key of the city and return its number."""
        with self.engine.begin() as connection:
            return keys.number_of(connection, new_key(connection, [city], "to be revoked"))


@dataclass
class Observed:
    """A caller, and what was kept when they called."""

    caller: Caller
    engine: Engine
    before: str = ""

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **headers: str) -> TestResponse:
            self.before = kept(self.engine)
            return getattr(self.caller, name)(*arguments, **headers)

        return call


Attempt = Callable[[Any, World, str], TestResponse]


def get(path: str) -> Attempt:
    return lambda caller, _, city: caller.get(f"{API}{path.format(city)}")


def put_configuration(caller: Caller, world: World, city: str) -> TestResponse:
    files, in_force = world.files(city)
    body = {"files": files, "reason": "Trying"}
    return caller.put(f"{API}/jurisdictions/{city}/configuration", body, **in_force)


def post_plan(caller: Caller, world: World, city: str) -> TestResponse:
    return caller.post(f"{API}/jurisdictions/{city}/plan", {"files": world.files(city)[0]})


def post_rollback(caller: Caller, world: World, city: str) -> TestResponse:
    path = f"{API}/jurisdictions/{city}/revisions/1/rollback"
    return caller.post(path, {"reason": "Trying"}, **world.files(city)[1])


def post_jurisdiction(caller: Caller, world: World, city: str) -> TestResponse:
    return caller.post(f"{API}/jurisdictions", {"files": world.bystra, "reason": "Trying"})


def put_addresses(caller: Caller, world: World, city: str) -> TestResponse:
    lat, long = {"krakow.pl": (50.0617, 19.9373), "wroclaw.pl": (51.11, 17.0319)}[city]
    register = f"LON,LAT,STREET,NUMBER\n{long},{lat},ul. Leśna,{next(world.turn)}\n".encode()
    path = f"{API}/jurisdictions/{city}/addresses"
    return caller.put(path, register, **{"Content-Type": "text/csv"})


def post_key(caller: Caller, world: World, city: str) -> TestResponse:
    return caller.post(f"{API}/keys", {"label": "Anna", "jurisdiction_ids": [city]})


def post_account(caller: Caller, world: World, city: str) -> TestResponse:
    body = {"email": f"turn{next(world.turn)}@example.org", "name": "Anna"}
    return caller.post(f"{API}/accounts", body)


def grant(caller: Caller, world: World, city: str) -> TestResponse:
    email = world.account(city, role=False)
    body = {"email": email, "role": "auditor", "jurisdiction_id": city}
    return caller.post(f"{API}/roles/grant", body)


def revoke(caller: Caller, world: World, city: str) -> TestResponse:
    body = {"email": world.account(city), "role": "auditor", "jurisdiction_id": city}
    return caller.post(f"{API}/roles/revoke", body)


ATTEMPTS: Mapping[str, Attempt] = {
    "get_jurisdictions": get("/jurisdictions"),
    "post_jurisdiction": post_jurisdiction,
    "post_check": lambda caller, world, _: caller.post(f"{API}/check", {"files": world.bystra}),
    "get_configuration": get("/jurisdictions/{}/configuration"),
    "put_configuration": put_configuration,
    "post_plan": post_plan,
    "get_revisions": get("/jurisdictions/{}/revisions"),
    "get_revision": get("/jurisdictions/{}/revisions/1"),
    "get_difference": get("/jurisdictions/{}/revisions/1/diff"),
    "post_rollback": post_rollback,
    "post_exported": lambda caller, _, city: caller.post(
        f"{API}/jurisdictions/{city}/revisions/1/exported"
    ),
    "get_route": get("/jurisdictions/{}/route?service_code=graffiti"),
    "get_figures": get("/jurisdictions/{}/figures"),
    "get_addresses": get("/jurisdictions/{}/addresses?q=ul.+Leśna+1"),
    "get_nearest_address": get("/jurisdictions/{}/addresses/nearest?lat=50.06&long=19.94"),
    "put_addresses": put_addresses,
    "get_deliveries": get("/deliveries?stuck=true&jurisdiction_id={}"),
    "post_delivery_retry": lambda caller, world, city: caller.post(
        f"{API}/jurisdictions/{city}/deliveries/{world.delivery(city)}/retry"
    ),
    "put_secret": lambda caller, world, city: caller.put(
        f"{API}/jurisdictions/{city}/destinations/{world.destination(city)}/secret", {}
    ),
    "get_metrics": get("/metrics"),
    "get_keys": get("/keys"),
    "post_key": post_key,
    "post_key_revocation": lambda caller, world, city: caller.post(
        f"{API}/keys/{world.key(city)}/revoke"
    ),
    "get_accounts": get("/accounts"),
    "post_account": post_account,
    "post_disabled": lambda caller, world, city: caller.post(
        f"{API}/accounts/disable", {"email": world.account(city)}
    ),
    "post_enabled": lambda caller, world, city: caller.post(
        f"{API}/accounts/enable", {"email": world.account(city, disabled=True)}
    ),
    "post_granted": grant,
    "post_revoked": revoke,
    "get_audit": get("/audit?jurisdiction_id={}"),
}


def kept(engine: Engine) -> str:
    with engine.connect() as connection:
        return connection.scalar(_CONTENT)


def test_the_table_knows_every_call() -> None:
    # Those about requests also depend on the unit: test_requests_rights.py has them.
    views = {
        call.view.__name__ for name, calls in CALLS.items() if name != "requests" for call in calls
    }
    assert ROWS.keys() == ATTEMPTS.keys() == views


def check(call: str, people: dict[str, Caller], world: World) -> None:
    """Compare what everybody is answered with the table; who is refused has changed nothing."""
    for name, cell in zip(NAMES, ROWS[call], strict=True):
        for city, status in zip(("krakow.pl", "wroclaw.pl"), cell.split("/"), strict=False):
            caller = Observed(people[name], world.engine)
            answer = ATTEMPTS[call](caller, world, city)
            assert answer.status_code == int(status), (name, city, answer.text)
            if int(status) >= 400:
                assert caller.before == kept(world.engine), (name, city)


def test_everybody_is_shown_what_the_table_says(
    people: dict[str, Caller], own_engine: Engine, bystra: dict[str, Any]
) -> None:
    world = World(own_engine, bystra)
    for call in ROWS:
        if call.startswith("get"):
            check(call, people, world)


@pytest.mark.parametrize("call", [call for call in ROWS if not call.startswith("get")])
def test_everybody_may_do_what_the_table_says(
    call: str, people: dict[str, Caller], own_engine: Engine, bystra: dict[str, Any]
) -> None:
    check(call, people, World(own_engine, bystra))


def test_a_key_reaches_no_further_than_the_cities_that_it_names(
    people: dict[str, Caller], own_engine: Engine
) -> None:
    with own_engine.begin() as connection:
        owner = accounts.account_of(connection, "owner@example.org").account_id
        terms = {"scopes": ["administer"], "account_id": owner}
        narrow = new_key(connection, ["krakow.pl"], "narrow", **terms)
    caller = Caller(people["owner"].client, narrow)
    statuses = [
        caller.get(f"{API}/jurisdictions/{city}/configuration").status_code
        for city in ("krakow.pl", "wroclaw.pl", "nowhere.example")
    ]
    assert statuses == [200, 403, 403]


@pytest.mark.parametrize("name", ["krakow", "officer", "auditor"])
def test_whether_another_city_exists_is_not_told(people: dict[str, Caller], name: str) -> None:
    there, nowhere = (
        people[name].get(f"{API}/jurisdictions/{city}/configuration")
        for city in ("wroclaw.pl", "nowhere.example")
    )
    assert there.status_code == nowhere.status_code == 403
    assert there.text.replace("wroclaw.pl", "X") == nowhere.text.replace("nowhere.example", "X")


@pytest.mark.parametrize("name", ["officer", "krakow"])
def test_the_right_is_asked_for_before_the_body_is_read(
    people: dict[str, Caller], name: str
) -> None:
    answer = people[name].put(f"{API}/jurisdictions/wroclaw.pl/configuration", b"{")
    assert answer.status_code == 403


def test_a_disabled_account_and_a_revoked_key_open_nothing(
    people: dict[str, Caller], own_engine: Engine
) -> None:
    with own_engine.begin() as connection:
        accounts.disable(connection, "krakow@example.org", actor=SHELL)
        number = keys.number_of(connection, people["owner"].key or "")
        keys.revoke(connection, number, actor=SHELL)
    for name in ("krakow", "owner"):
        assert people[name].get(f"{API}/jurisdictions").status_code == 401


def test_reporting_keys_are_of_no_use_here_and_these_keys_send_no_reports(
    people: dict[str, Caller], krakow: Caller
) -> None:
    form = {"jurisdiction_id": "krakow.pl", "service_code": "graffiti", "lat": "50.0617",
            "long": "19.9373", "api_key": krakow.key}  # fmt: skip
    sent = krakow.client.post("/open311/v2/requests.json", data=form)
    assert sent.status_code == 403
