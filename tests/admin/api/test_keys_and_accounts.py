"""Keys, accounts and roles are managed over HTTP, and nothing secret is told."""

from typing import Any

from sqlalchemy import Engine

from tests.admin.api.conftest import API, Caller, descriptions


def post_key(caller: Caller, **terms: Any) -> Any:
    body = {"label": "Anna's app", "jurisdiction_ids": ["krakow.pl"], **terms}
    return caller.post(f"{API}/keys", body)


def test_a_new_key_is_shown_once_and_is_good_for_reports(krakow: Caller) -> None:
    made = post_key(krakow).json
    listed = krakow.get(f"{API}/keys").json["keys"]
    assert listed[0]["api_key_id"] == made["api_key_id"]
    assert made["key"] not in str(listed)
    form = {"jurisdiction_id": "krakow.pl", "service_code": "graffiti", "lat": "50.0617",
            "long": "19.9373", "api_key": made["key"]}  # fmt: skip
    sent = krakow.client.post("/open311/v2/requests.json", data=form)
    assert sent.status_code == 200


def test_a_key_of_an_account_can_call_here(owner: Caller) -> None:
    made = post_key(owner, scopes=["administer"], account="Krakow@example.org",
                    expires="2099-01-01T00:00:00Z")  # fmt: skip
    assert made.status_code == 201
    caller = Caller(owner.client, made.json["key"])
    assert caller.get(f"{API}/jurisdictions").status_code == 200


def test_a_revoked_key_is_of_no_use_and_stays_in_the_list(krakow: Caller) -> None:
    number = post_key(krakow).json["api_key_id"]
    assert krakow.post(f"{API}/keys/{number}/revoke").status_code == 204
    newest = krakow.get(f"{API}/keys").json["keys"][0]
    assert (newest["api_key_id"], newest["state"]) == (number, "revoked")
    assert krakow.post(f"{API}/keys/{number}/revoke").status_code == 404


def test_keys_are_listed_in_pages_and_by_city(owner: Caller) -> None:
    numbers = [post_key(owner, jurisdiction_ids=[city]).json["api_key_id"]
               for city in ("krakow.pl", "wroclaw.pl", "krakow.pl")]  # fmt: skip
    first = owner.get(f"{API}/keys?jurisdiction_id=krakow.pl&limit=1").json
    second = owner.get(first["next"]).json
    assert [page["keys"][0]["api_key_id"] for page in (first, second)] == [numbers[2], numbers[0]]


def test_an_account_is_made_given_a_role_and_found(krakow: Caller) -> None:
    body = {"email": "Anna@Example.org", "name": "Anna Nowak"}
    made = krakow.post(f"{API}/accounts", body)
    assert made.status_code == 201
    role = {"role": "unit_officer", "jurisdiction_id": "krakow.pl", "unit_code": "zdmk"}
    given = krakow.post(f"{API}/roles/grant", {"email": "anna@example.org", **role})
    assert given.status_code == 204
    [account] = [one for one in krakow.get(f"{API}/accounts").json["accounts"]
                 if one["account_id"] == made.json["account_id"]]  # fmt: skip
    assert (account["email"], account["roles"]) == ("anna@example.org", [role])


def test_roles_elsewhere_and_accounts_without_a_role_here_are_not_told(
    owner: Caller, krakow: Caller
) -> None:
    elsewhere = {"email": "auditor@example.org", "role": "auditor", "jurisdiction_id": "wroclaw.pl"}
    assert owner.post(f"{API}/roles/grant", elsewhere).status_code == 204
    seen = krakow.get(f"{API}/accounts").json["accounts"]
    assert {one["email"] for one in seen} == {
        f"{name}@example.org" for name in ("krakow", "officer", "auditor", "updater")
    }
    assert {role["jurisdiction_id"] for one in seen for role in one["roles"]} == {"krakow.pl"}


def test_a_disabled_account_can_do_nothing_until_it_is_enabled(
    people: dict[str, Caller], krakow: Caller
) -> None:
    body = {"email": "officer@example.org"}
    statuses = []
    for act in ("disable", "enable"):
        assert krakow.post(f"{API}/accounts/{act}", body).status_code == 204
        statuses.append(people["officer"].get(f"{API}/jurisdictions").status_code)
    assert statuses == [401, 200]


def test_the_last_inter_city_administrator_stays(owner: Caller) -> None:
    body = {"email": "owner@example.org"}
    role = body | {"role": "inter_city_administrator"}
    answers = [owner.post(f"{API}/accounts/disable", body), owner.post(f"{API}/roles/revoke", role)]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert "the last inter-city administrator" in descriptions(answers[0])


def test_the_log_tells_what_was_done_newest_first_in_pages(krakow: Caller) -> None:
    number = post_key(krakow).json["api_key_id"]
    krakow.post(f"{API}/keys/{number}/revoke")
    first = krakow.get(f"{API}/audit?limit=1").json
    second = krakow.get(first["next"]).json
    entries = [page["entries"][0] for page in (first, second)]
    assert {one["subject"] for one in entries} == {f"key {number}"}
    assert [one["after"]["state"] for one in entries] == ["revoked", "valid"]
    assert {one["actor"] for one in entries} == {"krakow@example.org"}


def test_the_log_of_the_other_city_is_not_told(
    owner: Caller, krakow: Caller, own_engine: Engine
) -> None:
    post_key(owner, jurisdiction_ids=["wroclaw.pl"])
    told = krakow.get(f"{API}/audit").json["entries"]
    assert {one["jurisdiction_id"] for one in told} == {"krakow.pl"}
    everything = owner.get(f"{API}/audit").json["entries"]
    assert {one["jurisdiction_id"] for one in everything} == {"krakow.pl", "wroclaw.pl", None}
