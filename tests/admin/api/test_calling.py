"""Who calls, over what, in which language; and that GeoReport is not concerned."""

import pytest

from open311.access import accounts
from tests.admin.api.conftest import API, KRAKOW, Caller, Standing, client_of, descriptions
from tests.conftest import app_on
from tests.keys import new_key, use_up


@pytest.fixture
def people(standing: Standing) -> dict[str, Caller]:
    """Everybody, where nothing is changed."""
    return standing.people


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Basic YTpi", "o311_x", "Bearer\tx"])
def test_who_sends_no_key_is_told_how(people: dict[str, Caller], sent: str) -> None:
    answer = people["none"].get(f"{API}/jurisdictions", Authorization=sent)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert "Authorization: Bearer" in descriptions(answer)


@pytest.mark.parametrize("sent", ["o311_wrong", "\xff\xfe", "x" * 5000, "a b"])
def test_a_key_that_is_none_opens_nothing(people: dict[str, Caller], sent: str) -> None:
    answer = people["none"].get(f"{API}/jurisdictions", Authorization=f"Bearer {sent}")
    assert answer.status_code == 401
    assert descriptions(answer) == "The key is not valid."


def test_the_scheme_may_be_written_in_any_case(owner: Caller) -> None:
    caller = Caller(owner.client, None)
    answer = caller.get(f"{API}/jurisdictions", Authorization=f"bEARER  {owner.key}")
    assert answer.status_code == 200


def test_a_key_in_the_query_or_a_cookie_is_not_looked_at(owner: Caller) -> None:
    caller = Caller(owner.client, None)
    sent = f"api_key={owner.key}"
    answer = caller.get(f"{API}/jurisdictions?{sent}", Cookie=sent)
    assert answer.status_code == 401


def test_a_key_over_its_limit_is_told_when_to_come_again(
    people: dict[str, Caller], standing: Standing
) -> None:
    with standing.engine.begin() as connection:
        number = accounts.account_of(connection, "owner@example.org").account_id
        key = new_key(connection, [], "limited", scopes=["administer"], account_id=number,
                      rate_class="standard")  # fmt: skip
    use_up(standing.engine, key)
    answer = Caller(people["none"].client, key).get(f"{API}/jurisdictions")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(("scheme", "status"), [("http", 403), ("https", 200)])
def test_where_https_is_required_nothing_is_answered_without(
    owner: Caller, standing: Standing, scheme: str, status: int
) -> None:
    client = client_of(app_on(standing.engine, OPEN311_REQUIRE_HTTPS="true"))
    headers = {"Authorization": f"Bearer {owner.key}"}
    answer = client.get(f"{API}/jurisdictions", headers=headers, base_url=f"{scheme}://x")
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("accepted", "told"),
    [("pl", "Brakuje uprawnienia"), ("de-AT", "Das Recht"), ("fr, pl;q=0.1", "Brakuje"),
     ("fr", "The right"), ("", "The right"), ("pl;q=0", "The right")],
)  # fmt: skip
def test_what_is_wrong_is_told_in_the_language_of_who_calls(
    people: dict[str, Caller], accepted: str, told: str
) -> None:
    answer = people["auditor"].get(f"{API}/keys", **{"Accept-Language": accepted})
    assert descriptions(answer).startswith(told)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/jurisdictions/krakow.pl", 404),
     ("GET", "/jurisdictions/Krak%C3%B3w/configuration", 404),
     ("GET", "/jurisdictions/a%00b/configuration", 404), ("GET", "/keys/x/revoke", 404),
     ("POST", "/keys/99999999999/revoke", 404), ("GET", "/", 404),
     ("DELETE", "/jurisdictions", 405), ("GET", "/check", 405), ("PATCH", "/keys", 405)],
)  # fmt: skip
def test_what_there_is_not_is_told_in_json(
    owner: Caller, method: str, path: str, status: int
) -> None:
    answer = owner(method, f"{API}{path}")
    assert answer.status_code == status
    assert answer.mimetype == "application/json"
    assert descriptions(answer)
    assert ("Allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "before=0", "before=9999999999", "befor=1",
              "limit=1%00"],
)  # fmt: skip
def test_an_argument_that_cannot_be_used_is_told_by_name(owner: Caller, query: str) -> None:
    answer = owner.get(f"{KRAKOW}/revisions?{query}")
    assert answer.status_code == 400
    assert descriptions(answer).startswith(query.partition("=")[0])


@pytest.mark.parametrize("path", ["/jurisdictions", "/nothing", "/openapi.json", "/docs"])
def test_no_answer_is_kept_or_shown_to_pages_of_other_origins(owner: Caller, path: str) -> None:
    answer = owner.get(f"{API}{path}", Origin="https://elsewhere.example")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_pages_of_other_origins_may_not_even_ask(owner: Caller) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PUT"}
    answer = owner("OPTIONS", f"{KRAKOW}/configuration", **headers)
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_each_description_tells_its_own_calls(standing: Standing) -> None:
    client = client_of(standing.app)
    admin = client.get(f"{API}/openapi.json").json["paths"]
    georeport = client.get("/open311/v2/openapi.json").json["paths"]
    assert all(path.startswith(f"{API}/") for path in admin)
    assert all(path.startswith("/open311/v2/") for path in georeport)


def test_every_call_is_described_with_its_errors(standing: Standing) -> None:
    described = client_of(standing.app).get(f"{API}/openapi.json").json
    operations = [one for path in described["paths"].values() for name, one in path.items()
                  if name != "parameters"]  # fmt: skip
    assert len({one["operationId"] for one in operations}) == len(operations)
    for one in operations:
        assert one["summary"]
        assert one["responses"]["default"]


def test_a_fault_of_ours_is_told_by_a_reference_alone(
    owner: Caller, standing: Standing, caplog: pytest.LogCaptureFixture
) -> None:
    with standing.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE revision RENAME TO away")
    try:
        answer = owner.get(f"{KRAKOW}/configuration")
    finally:
        with standing.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO revision")
    assert answer.status_code == 500
    reference = descriptions(answer).split()[-1].rstrip(".")
    assert "revision" not in descriptions(answer)
    assert reference in caplog.text
