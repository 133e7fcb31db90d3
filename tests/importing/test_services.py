"""Service lists and definitions of other systems, with their habits."""

import json
from pathlib import Path

import pytest

from open311.importing.services import OldService, read_definition, read_services
from open311.importing.sources import UnreadableError, open_source
from tests.importing.given import RECORDED, opened


def services(name: str) -> dict[str, OldService]:
    with open_source(str(RECORDED / name)) as source:
        return {service.service_code: service for service in read_services(source)}


def test_giessen_marks_its_list_with_an_attribute_and_has_no_groups() -> None:
    found = services("giessen-services.xml")
    assert found["010"].service_name == "Ampel defekt"
    assert {service.group for service in found.values()} == {None}
    assert found["010"].description is None
    assert found["010"].keywords == ()
    assert found["012"].keywords == ("graffiti", "paintings")


def test_washington_groups_its_services_and_writes_html_into_descriptions() -> None:
    found = services("washington-services.xml")
    assert found["S0003"].group == "Prkg Svcs - Abandoned Vehicle Operations - Private"
    assert "<br>" in (found["S0003"].description or "")
    assert found["S0003"].metadata
    assert found["CSRREPIS"].keywords == ("311", "Online", "Reported", "Issues")


def test_washington_defines_lines_to_read_and_lists_without_values_by_their_order() -> None:
    with open_source(str(RECORDED / "washington-definition-S0301.xml")) as source:
        definition = read_definition(source)
    assert definition.service_code == "S0301"
    assert [attribute.order for attribute in definition.attributes] == sorted(
        attribute.order or 0 for attribute in definition.attributes
    )
    attributes = {attribute.code: attribute for attribute in definition.attributes}
    assert not attributes["DSITR001"].variable
    assert attributes["DSITR001"].values == ()
    assert attributes["WHISPOLO"].required
    assert attributes["WHISPOLO"].values == (("ALLEY002", "Alley"), ("STREE001", "Street"))


def test_a_list_in_json_may_have_words_in_a_list_and_a_code_that_is_a_number(
    tmp_path: Path,
) -> None:
    given = {"service_code": 7, "service_name": "Lamp", "keywords": ["a", "b", "a"], "metadata": 1}
    with opened(tmp_path, json.dumps({"services": [given, {}]})) as source:
        [service] = read_services(source)
    assert service == OldService("7", "Lamp", None, True, "realtime", ("a", "b"), None)


def test_a_definition_in_json_may_stand_in_a_list_of_one(tmp_path: Path) -> None:
    attribute = {"code": "WHY", "datatype": "Text", "description": "Why?", "order": "2"}
    given = [{"service_code": "7", "attributes": [attribute]}]
    with opened(tmp_path, json.dumps(given)) as source:
        definition = read_definition(source)
    [read] = definition.attributes
    assert (read.code, read.variable, read.datatype, read.order) == ("WHY", True, "text", 2)


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "<services/>", "{}", '[{"code": 404}]'])
def test_what_is_no_definition_is_refused(tmp_path: Path, content: str) -> None:
    with opened(tmp_path, content) as source, pytest.raises(UnreadableError):
        read_definition(source)


def test_discovery_is_no_list_of_services() -> None:
    with open_source(str(RECORDED / "boston-discovery.json")) as source:
        assert list(read_services(source)) == []
