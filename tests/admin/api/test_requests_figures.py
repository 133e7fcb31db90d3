"""Figures of what was closed: of the units that one may read, in the period that one asks for."""

from urllib.parse import urlencode

import pytest

from tests.admin.api.conftest import API, ROADS, WASTE, Caller, Standing, descriptions
from tests.admin.api.handling import changed, request_of
from tests.rows import days_ago

FIGURES = f"{API}/jurisdictions/krakow.pl/figures"


def close_one_of(desk: Standing, unit_code: str) -> None:
    changed(desk.people["krakow"], request_of(desk, unit_code), "state", state="resolved")


def units_shown(caller: Caller) -> list[str]:
    answer = caller.get(FIGURES)
    assert answer.status_code == 200, answer.text
    return sorted(one["unit_code"] for one in answer.json["figures"])


def test_what_was_closed_is_counted(desk: Standing) -> None:
    close_one_of(desk, ROADS)
    close_one_of(desk, ROADS)
    [figure] = desk.people["krakow"].get(FIGURES).json["figures"]
    assert figure == {
        "service_code": "graffiti",
        "unit_code": ROADS,
        "closed": 2,
        "opinions": 0,
        "resolved_share": None,
        "mean_rating": None,
        "reopened": 0,
    }


def test_an_officer_is_shown_the_figures_of_the_own_unit(desk: Standing) -> None:
    close_one_of(desk, ROADS)
    close_one_of(desk, WASTE)
    assert units_shown(desk.people["roads"]) == [ROADS]
    assert units_shown(desk.people["krakow"]) == sorted([ROADS, WASTE])


def test_what_lies_outside_the_period_is_not_counted(desk: Standing) -> None:
    close_one_of(desk, ROADS)
    period = {"start": days_ago(9).isoformat(), "end": days_ago(8).isoformat()}
    assert desk.people["krakow"].get(f"{FIGURES}?{urlencode(period)}").json["figures"] == []


def test_a_period_that_ends_before_it_begins_is_refused(desk: Standing) -> None:
    period = {"start": days_ago(1).isoformat(), "end": days_ago(2).isoformat()}
    answer = desk.people["krakow"].get(f"{FIGURES}?{urlencode(period)}")
    assert answer.status_code == 400
    assert "start" in descriptions(answer)


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"])
def test_a_period_before_all_days_is_refused(desk: Standing, end: str) -> None:
    answer = desk.people["krakow"].get(f"{FIGURES}?{urlencode({'end': end})}")
    assert answer.status_code == 400


def test_a_period_that_ends_among_the_first_days_is_empty(desk: Standing) -> None:
    answer = desk.people["krakow"].get(f"{FIGURES}?end=0001-02-01T00:00:00Z")
    assert answer.json["figures"] == []
