"""Which unit gets what is explained."""

from typing import Any

import pytest

from tests.admin.api.conftest import API, BYSTRA, KRAKOW, Caller, descriptions

MAIN_SQUARE = "lat=50.0617&long=19.9373"


def test_the_unit_is_told_with_the_way_to_it(krakow: Caller) -> None:
    answer = krakow.get(f"{KRAKOW}/route?service_code=graffiti&{MAIN_SQUARE}").json
    assert answer["unit_code"] in answer["steps"][-1]
    assert answer["unit_name"]


def test_an_answer_counts_as_in_a_report(owner: Caller, bystra: dict[str, Any]) -> None:
    rule = {"service": "lamp", "attribute": "colour", "units": {"red": "cleaning"}}
    bystra["routing.yaml"] = {"by_attribute": [rule]}
    owner.post(f"{API}/jurisdictions", {"files": bystra, "reason": "New"})
    told = [
        owner.get(f"{BYSTRA}/route?service_code=lamp&{answer}").json["unit_code"]
        for answer in ("attribute[colour]=red", "attribute[colour][]=white", "")
    ]
    assert told == ["cleaning", "works", "works"]


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 400, "service_code: Missing data for required field."),
        ("service_code=nothing", 404, "there is no service “nothing”"),
        ("service_code=graffiti&lat=50.06", 400, "long is missing"),
        ("service_code=graffiti&lat=51.1&long=17.03", 400, "is not in krakow.pl"),
        ("service_code=graffiti&lat=nan&long=17", 400, "lat: "),
        ("service_code=graffiti&lat=1e999&long=17", 400, "lat: "),
        ("service_code=graffiti&lat=91&long=17", 400, "lat: "),
        ("service_code=graffiti&attribute[colour]=red", 400, "attribute[colour]"),
        ("service_code=graf%00fiti", 400, "control characters"),
    ],
)
def test_what_cannot_be_explained_is_told(
    krakow: Caller, query: str, status: int, told: str
) -> None:
    answer = krakow.get(f"{KRAKOW}/route?{query}")
    assert answer.status_code == status
    assert told in descriptions(answer)


def test_the_city_must_be_there(owner: Caller) -> None:
    path = f"{API}/jurisdictions/nowhere.example/route?service_code=graffiti"
    assert owner.get(path).status_code == 404
