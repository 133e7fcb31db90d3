"""What differs between two configurations, and what a third would undo of it."""

import copy
from pathlib import Path
from typing import Any

import pytest

from open311.catalogue.comparing import Change, compare, undone
from open311.catalogue.loading import load
from tests.folders import write_bystra

LAMP = ("services.yaml", "services", "lamp")


@pytest.fixture
def files(tmp_path: Path) -> Any:
    """The files of a city, to be changed."""
    return copy.deepcopy(dict(load(write_bystra(tmp_path)).files))


@pytest.fixture
def changed(files: Any) -> Any:
    """The same files once more."""
    return copy.deepcopy(files)


def services(files: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = files["services.yaml"]["services"]
    return entries


def test_what_is_the_same_does_not_differ(files: Any, changed: Any) -> None:
    assert compare(files, changed) == []


def test_one_service_more_at_the_front_is_one_change(files: Any, changed: Any) -> None:
    services(changed).insert(0, services(files)[0] | {"code": "pole"})
    [one] = compare(files, changed)
    assert (one.kind, one.path) == ("added", ("services.yaml", "services", "pole"))


def test_a_service_less_is_one_change(files: Any, changed: Any) -> None:
    gone = services(changed).pop(0)
    assert compare(files, changed) == [Change("removed", LAMP, before=gone)]


def test_a_renamed_code_is_one_service_less_and_one_more(files: Any, changed: Any) -> None:
    services(changed)[0]["code"] = "light"
    assert [one.kind for one in compare(files, changed)] == ["removed", "added"]


def test_services_in_another_order_are_moved(files: Any, changed: Any) -> None:
    services(changed).reverse()
    before, after = ["lamp", "bin", "tip"], ["tip", "bin", "lamp"]
    assert compare(files, changed) == [Change("moved", LAMP[:2], before, after)]


def test_a_changed_text_is_found_in_its_language(files: Any, changed: Any) -> None:
    services(changed)[0]["name"]["pl"] = "Lampa"
    change = Change("changed", (*LAMP, "name", "pl"), "Ciemna lampa", "Lampa")
    assert compare(files, changed) == [change]


def test_attributes_and_their_values_are_told_apart_by_code_and_key(
    files: Any, changed: Any
) -> None:
    attributes = services(changed)[0]["attributes"]
    attributes[0]["values"].append({"key": "blue", "name": {"en": "Blue"}})
    attributes[1]["required"] = True
    assert [one.path[3:] for one in compare(files, changed)] == [
        ("attributes", "colour", "values", "blue"),
        ("attributes", "pole", "required"),
    ]


def test_rules_of_routing_are_told_apart_by_what_they_are_about(files: Any, changed: Any) -> None:
    by_attribute = {"service": "lamp", "attribute": "colour", "units": {"red": "works"}}
    by_area = [
        {"services": ["lamp", "bin"], "kind": "quarter", "units": {"west": "works"}},
        {"services": ["tip"], "kind": "quarter", "units": {"west": "works"}},
    ]
    files["routing.yaml"] = {"by_attribute": [by_attribute], "by_area": by_area}
    changed["routing.yaml"] = copy.deepcopy(files["routing.yaml"])
    changed["routing.yaml"]["by_attribute"][0]["units"]["red"] = "cleaning"
    changed["routing.yaml"]["by_area"][1]["units"]["east"] = "cleaning"
    assert [one.path for one in compare(files, changed)] == [
        ("routing.yaml", "by_attribute", "lamp colour", "units", "red"),
        ("routing.yaml", "by_area", "quarter tip", "units", "east"),
    ]


def test_a_moved_corner_of_a_district_is_told_without_its_coordinates(
    files: Any, changed: Any
) -> None:
    district = changed["areas/quarters.geojson"]["features"][0]
    district["geometry"]["coordinates"][0][0][0] = [10.001, 47.0]
    [one] = compare(files, changed)
    assert one.path[:3] == ("areas/quarters.geojson", "features", "west")
    assert one.as_document()["before"] is None
    assert one.as_document()["after"] is None


def test_a_whole_file_more_is_one_change(files: Any, changed: Any) -> None:
    changed["routing.yaml"] = {"duty_unit": "works"}
    added = Change("added", ("routing.yaml",), after={"duty_unit": "works"})
    assert compare(files, changed) == [added]


def _rename(files: Any) -> None:
    services(files)[0]["name"]["en"] = "Broken lamp"


def _add(files: Any) -> None:
    services(files).append(copy.deepcopy(services(files)[0]) | {"code": "pole"})


def _remove(files: Any) -> None:
    services(files).pop()


def _move(files: Any) -> None:
    services(files).reverse()


@pytest.mark.parametrize("edit", [_rename, _add, _remove, _move])
def test_a_folder_undoes_what_it_does_not_know_of(files: Any, changed: Any, edit: Any) -> None:
    edit(changed)
    elsewhere = compare(files, changed)
    assert undone(elsewhere, files) == elsewhere


@pytest.mark.parametrize("edit", [_rename, _add, _remove, _move])
def test_a_folder_that_has_it_too_undoes_nothing(files: Any, changed: Any, edit: Any) -> None:
    edit(changed)
    elsewhere = compare(files, changed)
    mine = copy.deepcopy(changed)
    services(mine)[0]["keywords"]["en"] = ["own"]
    services(mine).insert(1, services(files)[1] | {"code": "own"})
    assert undone(elsewhere, mine) == []


def test_an_entry_that_both_have_added_differently_is_undone(files: Any, changed: Any) -> None:
    _add(changed)
    mine = copy.deepcopy(changed)
    services(mine)[-1]["unit"] = "cleaning"
    [one] = undone(compare(files, changed), mine)
    assert one.path == ("services.yaml", "services", "pole")
