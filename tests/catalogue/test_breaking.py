"""Which changes break clients, told in a sentence each, and which do not."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from open311.catalogue.breaking import breaking
from open311.catalogue.comparing import compare
from open311.catalogue.loading import load
from tests.folders import write_bystra

Edit = Callable[[Any, Any, Any], object]

# What is done to the city, to its services and to the attributes of the first; what is said of it.
BREAKS: dict[str, tuple[Edit, str]] = {
    "a code vanishes": (
        lambda city, services, asked: services.pop(),
        "service tip vanishes: reports with that code will be answered 404",
    ),
    "a type changes": (
        lambda city, services, asked: services[0].update(type="batch"),
        "service lamp answers as batch where it was realtime",
    ),
    "a question must be answered": (
        lambda city, services, asked: asked[1].update(required=True),
        "service lamp requires pole: reports without it will be refused",
    ),
    "a new question must be answered": (
        lambda city, services, asked: asked.append(asked[1] | {"code": "new", "required": True}),
        "service lamp requires new: reports without it will be refused",
    ),
    "the first question must be answered": (
        lambda city, services, asked: services[1].update(
            attributes=[asked[1] | {"required": True}]
        ),
        "service bin requires pole: reports without it will be refused",
    ),
    "a question takes something else": (
        lambda city, services, asked: asked[1].update(datatype="number"),
        "service lamp takes pole as number, not as string",
    ),
    "a choice vanishes": (
        lambda city, services, asked: asked[0]["values"].pop(),
        "service lamp no longer takes white for colour",
    ),
    "a reporter must be named": (
        lambda city, services, asked: services[0].update(reporter="required"),
        "service lamp requires first_name, last_name, and email or phone: "
        "reports without them will be refused",
    ),
    "a language vanishes": (
        lambda city, services, asked: city["languages"].remove("pl"),
        "texts are no longer there in pl",
    ),
    "the city moves": (
        lambda city, services, asked: city.update(slug="gorska"),
        "the city's own endpoint moves from /bystra to /gorska",
    ),
}

BREAKS_NOBODY: dict[str, Edit] = {
    "a service more": lambda city, services, asked: services.append(services[0] | {"code": "new"}),
    "a service in another place": lambda city, services, asked: services.reverse(),
    "another name": lambda city, services, asked: services[0].update(name={"en": "Lamp"}),
    "another unit": lambda city, services, asked: services[0].update(unit="cleaning"),
    "another term": lambda city, services, asked: services[0].update(term={"hours": 1}),
    "reports in public later": lambda city, services, asked: services[0].update(
        publication="after_review"
    ),
    "reporters that are not kept": lambda city, services, asked: services[0].update(
        reporter="anonymous"
    ),
    "reports that are kept shortly": lambda city, services, asked: services[0].update(
        retention_days=1, reopen_days=0
    ),
    "a look for duplicates": lambda city, services, asked: services[0].update(
        duplicates={"metres": 1, "days": 1}
    ),
    "a question less": lambda city, services, asked: asked.pop(),
    "no questions": lambda city, services, asked: services[0].pop("attributes"),
    "a question that may be answered": lambda city, services, asked: asked.append(
        asked[1] | {"code": "new"}
    ),
    "a choice more": lambda city, services, asked: asked[0]["values"].append(
        {"key": "blue", "name": {"en": "Blue"}}
    ),
    "a language more": lambda city, services, asked: city["languages"].append("de"),
    "another default language": lambda city, services, asked: city["languages"].reverse(),
}


def told(tmp_path: Path, edit: Edit) -> list[str]:
    before = load(write_bystra(tmp_path)).files
    after = copy.deepcopy(dict(before))
    services = after["services.yaml"]["services"]
    edit(after["jurisdiction.yaml"], services, services[0]["attributes"])
    changes = compare(before, after)
    assert changes
    return breaking(changes)


@pytest.mark.parametrize(("edit", "sentence"), BREAKS.values(), ids=BREAKS)
def test_clients_break_when(tmp_path: Path, edit: Edit, sentence: str) -> None:
    assert told(tmp_path, edit) == [sentence]


@pytest.mark.parametrize("edit", BREAKS_NOBODY.values(), ids=BREAKS_NOBODY)
def test_nobody_breaks_by(tmp_path: Path, edit: Edit) -> None:
    assert told(tmp_path, edit) == []


def test_a_reporter_that_need_no_longer_be_named_breaks_nobody(tmp_path: Path) -> None:
    before = copy.deepcopy(dict(load(write_bystra(tmp_path)).files))
    after = copy.deepcopy(before)
    before["services.yaml"]["services"][0]["reporter"] = "required"
    after["services.yaml"]["services"][0]["reporter"] = "optional"
    assert breaking(compare(before, after)) == []
    assert breaking(compare(after, before)) != []


def test_a_question_that_need_no_longer_be_answered_breaks_nobody(tmp_path: Path) -> None:
    before = copy.deepcopy(dict(load(write_bystra(tmp_path)).files))
    after = copy.deepcopy(before)
    before["services.yaml"]["services"][0]["attributes"][1]["required"] = True
    assert breaking(compare(before, after)) == []
    assert breaking(compare(after, before)) != []
