"""Keys, accounts and roles that cannot be are refused, each with what is wrong."""

from typing import Any

import pytest

from tests.admin.api.conftest import API, Caller, Standing, descriptions


@pytest.fixture
def people(standing: Standing) -> dict[str, Caller]:
    """Everybody, where nothing is changed."""
    return standing.people


@pytest.mark.parametrize(
    ("terms", "status"),
    [({"label": " "}, 400), ({"label": 1}, 400), ({"label": "a\nb"}, 400),
     ({"scopes": []}, 400), ({"scopes": ["reign"]}, 400), ({"scopes": "report"}, 400),
     ({"scopes": None}, 400), ({"rate_class": "fast"}, 400), ({"rate_class": "unlimited"}, 403),
     ({"expires": "2020-01-01T00:00:00Z"}, 400), ({"expires": "2099-01-01"}, 400),
     ({"expires": "9999-99-99T00:00:00Z"}, 400), ({"expires": 1e300}, 400),
     ({"jurisdiction_ids": []}, 403), ({"jurisdiction_ids": ["nowhere.example"]}, 403),
     ({"jurisdiction_ids": [None]}, 400), ({"jurisdiction_ids": "krakow.pl"}, 400),
     ({"scopes": ["administer"]}, 400), ({"account": "nobody@nowhere.example"}, 404),
     ({"account": 1}, 400), ({"scopes": ["administer"], "account": "owner@example.org"}, 403)],
)  # fmt: skip
def test_terms_that_cannot_be_are_told(krakow: Caller, terms: dict[str, Any], status: int) -> None:
    body = {"label": "Anna's app", "jurisdiction_ids": ["krakow.pl"], **terms}
    answer = krakow.post(f"{API}/keys", body)
    assert answer.status_code == status
    assert descriptions(answer)


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"email": "anna"}, 400), ({"email": 1}, 400), ({"email": None}, 400),
     ({"email": "owner@example.org"}, 400), ({"email": "a@b.org", "name": ""}, 400),
     ({"email": "a" * 300 + "@b.org"}, 400), ({"email": "a@b.org", "admin": True}, 400)],
)  # fmt: skip
def test_an_account_that_cannot_be_is_told(
    owner: Caller, body: dict[str, Any], status: int
) -> None:
    answer = owner.post(f"{API}/accounts", {"name": "Anna", **body})
    assert answer.status_code == status
    assert descriptions(answer)


@pytest.mark.parametrize(
    ("role", "status"),
    [({"role": "king"}, 400), ({"role": "unit_officer", "jurisdiction_id": "krakow.pl"}, 400),
     ({"role": "auditor", "jurisdiction_id": "nowhere.example"}, 400), ({}, 400),
     ({"role": "city_administrator"}, 400), ({"role": ["auditor"]}, 400),
     ({"role": "auditor", "email": "nobody@nowhere.example"}, 404),
     ({"role": "unit_officer", "jurisdiction_id": "krakow.pl", "unit_code": "x"}, 400)],
)  # fmt: skip
def test_a_role_that_cannot_be_is_told(owner: Caller, role: dict[str, Any], status: int) -> None:
    answer = owner.post(f"{API}/roles/grant", {"email": "nobody@example.org", **role})
    assert answer.status_code == status
    assert descriptions(answer)
