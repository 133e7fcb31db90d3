"""Which unit gets what: by answer, by area, by service, by duty; and what is wrong with rules."""

from pathlib import Path

import pytest
import shapely
from sqlalchemy import Engine

from open311.catalogue.checking_routing import areas_at
from open311.catalogue.loading import load
from open311.catalogue.registry import read_catalogue
from open311.catalogue.routing import Routing, route, routing_from
from open311.places.locating import Point, locate
from open311.settings import CHECKOUT
from tests.catalogue.test_findings import findings
from tests.conftest import app_on
from tests.folders import BYSTRA, change, line_of, put_in_force, write_bystra, write_shapes
from tests.reporting import only_row
from tests.rows import add_request, search, stale_records

ROUTING = """\
duty_unit: office
by_attribute:
  - service: lamp
    attribute: colour
    units: {red: cleaning}
by_area:
  - services: [lamp, tip]
    kind: quarter
    units: {west: cleaning}
examples:
  - name: a red lamp
    service: lamp
    attributes: {colour: red}
    unit: cleaning
  - name: a lamp in the west
    service: lamp
    lat: 47.05
    long: 10.05
    unit: cleaning
"""
OFFICE = "  - code: office\n    name: Bystra Office\n    description: {en: Rest, pl: Reszta}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A city with rules; the tip has no unit of its own."""
    folder = write_bystra(tmp_path)
    with (folder / "units.yaml").open("a") as units:
        units.write(OFFICE)
    tip = "type: blackbox\n    unit: works"
    change(folder, "services.yaml", tip, "type: blackbox")
    (folder / "routing.yaml").write_text(ROUTING)
    return folder


def routing(folder: Path) -> Routing:
    configuration = load(folder)
    return routing_from(configuration.services, configuration.routing)


# Service, answers, areas; the unit, and how many steps it took.
CASES = {
    "an answer decides": ("lamp", {"colour": ["red"]}, {"quarter": "east"}, "cleaning", 1),
    "before the area": ("lamp", {"colour": ["red"]}, {"quarter": "west"}, "cleaning", 1),
    "another answer does not": ("lamp", {"colour": ["white"]}, {"quarter": "east"}, "works", 3),
    "the area decides": ("lamp", {"colour": ["white"]}, {"quarter": "west"}, "cleaning", 2),
    "of several answers the first that is named": (
        "lamp", {"colour": ["white", "red"]}, {}, "cleaning", 1,
    ),
    "without a place the service": ("lamp", {}, {}, "works", 3),
    "a rule for others does not count": ("bin", {"colour": ["red"]}, {"quarter": "west"},
                                         "cleaning", 1),
    "an area of another kind": ("lamp", {}, {"parish": "west"}, "works", 3),
    "at last the duty unit": ("tip", {}, {"quarter": "east"}, "office", 3),
    "without a place at last, too": ("tip", {}, {}, "office", 3),
}  # fmt: skip


@pytest.mark.parametrize(
    ("service", "answers", "areas", "unit", "steps"), CASES.values(), ids=CASES
)
def test_a_request_goes_where(
    folder: Path,
    service: str,
    answers: dict[str, list[str]],
    areas: dict[str, str],
    unit: str,
    steps: int,
) -> None:
    found = route(routing(folder), service, answers, areas)
    assert (found.unit_code, len(found.steps)) == (unit, steps)


def test_each_step_is_told(folder: Path) -> None:
    found = route(routing(folder), "tip", {}, {"quarter": "east"})
    assert found.steps == [
        "by_area: quarter is east: no unit for that",
        "services: the unit of tip: it has none of its own",
        "duty_unit: office",
    ]
    found = route(routing(folder), "lamp", {"colour": ["white"]}, {})
    assert found.steps == [
        "by_attribute: colour is white: no unit for that",
        "by_area: quarter is unknown: no unit for that",
        "services: the unit of lamp: works",
    ]


def test_rules_are_tried_in_their_order(folder: Path) -> None:
    rule = "  - {service: lamp, attribute: colour, units: {red: works, white: works}}\n"
    change(folder, "routing.yaml", "by_attribute:\n", f"by_attribute:\n{rule}")
    change(
        folder,
        "routing.yaml",
        "{colour: red}\n    unit: cleaning",
        "{colour: red}\n    unit: works",
    )
    assert route(routing(folder), "lamp", {"colour": ["red"]}, {}).unit_code == "works"


def test_without_rules_a_request_goes_to_the_unit_of_its_service(tmp_path: Path) -> None:
    found = route(routing(write_bystra(tmp_path)), "bin", {}, {"quarter": "west"})
    assert (found.unit_code, found.steps) == ("cleaning", ["services: the unit of bin: cleaning"])


IN = {"the west": (10.05, "west"), "the edge": (10.1, "east"), "the east": (10.15, "east")}


@pytest.mark.parametrize(("long", "area"), IN.values(), ids=IN)
def test_a_folder_and_the_database_place_a_point_alike_in(
    own_engine: Engine, folder: Path, long: float, area: str
) -> None:
    put_in_force(own_engine, folder)
    areas = {division.kind: division.areas for division in load(folder).areas}
    with own_engine.connect() as connection:
        kept = locate(connection, BYSTRA, Point(47.05, long)).areas
        catalogue = read_catalogue(connection, BYSTRA)
    assert kept == {"quarter": area}
    assert areas_at(areas, shapely.Point(long, 47.05)) == kept
    unit = catalogue.unit_for(catalogue.services["lamp"], {}, kept)
    assert unit.unit_code == {"west": "cleaning", "east": "works"}[area]


def test_polygons_of_its_own_may_decide(folder: Path) -> None:
    kind = """\
  - kind: patch
    name: {en: Patch, pl: Rewir}
    file: areas/patches.geojson
    source: Drawn for a test.
"""
    with (folder / "jurisdiction.yaml").open("a") as city:
        city.write(kind)
    write_shapes(folder / "areas/patches.geojson", square=(10.12, 47.02, 10.14, 47.04))
    example = "  - {name: in the square, service: bin, lat: 47.03, long: 10.13, unit: office}\n"
    rule = "  - {services: [bin], kind: patch, units: {square: office}}\n"
    change(folder, "routing.yaml", "by_area:\n", f"by_area:\n{rule}")
    change(folder, "routing.yaml", "examples:\n", f"examples:\n{example}")
    assert route(routing(folder), "bin", {}, {"patch": "square"}).unit_code == "office"
    change(folder, "routing.yaml", "long: 10.13", "long: 10.15")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "routing.yaml", "in the square")
    assert text.startswith("example 'in the square' goes to cleaning, since by_area: patch is unk")


# What stands there, what is put in its place, what is said of the line "# here".
WRONG = {
    "no duty unit": ("duty_unit: office", "duty_unit: army # here", "there is no unit 'army'"),
    "no unit for a value": ("{red: cleaning}", "{red: army} # here", "there is no unit 'army'"),
    "no unit for an area": ("{west: cleaning}", "{west: army} # here", "there is no unit 'army'"),
    "no unit in an example": ("10.05\n    unit: cleaning", "10.05\n    unit: army # here",
                              "there is no unit 'army'"),
    "no service in a rule": ("- service: lamp\n    attribute: colour",
                             "- service: light # here\n    attribute: colour",
                             "there is no service 'light'"),
    "no service in an area": ("[lamp, tip]", "[lamp, light] # here", "no service 'light'"),
    "no service in an example": ("west\n    service: lamp", "west\n    service: light # here",
                                 "there is no service 'light'"),
    "no such question": ("attribute: colour", "attribute: size # here", "no list 'size'"),
    "a question that is no list": ("attribute: colour", "attribute: pole # here", "no list 'pole'"),
    "no such value": ("{red: cleaning}", "{blue: cleaning} # here", "colour has no value 'blue'"),
    "no such answer": ("{colour: red}", "{colour: blue} # here", "colour has no value 'blue'"),
    "an answer to nothing": ("{colour: red}", "{size: big} # here", "does not ask for 'size'"),
    "no such kind": ("kind: quarter", "kind: parish # here", "no areas of the kind 'parish'"),
    "no such area": ("{west: cleaning}", "{north: cleaning} # here", "there is no quarter 'north'"),
    "an example outside": ("lat: 47.05", "lat: 48.05 # here", "lies outside the boundary"),
    "an example that goes elsewhere": ("10.05\n    unit: cleaning", "10.05\n    unit: works # here",
                                       "goes to cleaning, since by_attribute: colour is not answ"),
    "half a place": ("in the west\n    service: lamp\n    lat: 47.05\n",
                     "in the west # here\n    service: lamp\n", "'lat' is a dependency of 'long'"),
    "an unknown field": ("[lamp, tip]", "[lamp, tip] # here\n    colour: red",
                         "there is no field 'colour'"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG)
def test_a_rule_is_refused_with_its_line_that_names(
    folder: Path, old: str, new: str, said: str
) -> None:
    change(folder, "routing.yaml", old, new)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "routing.yaml", "# here")
    assert said in text


def test_a_service_without_a_unit_needs_a_duty_unit(folder: Path) -> None:
    change(folder, "routing.yaml", "duty_unit: office\n", "")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "services.yaml", "code: tip")
    assert text == "service tip: no unit, and routing.yaml names no duty_unit"


def test_a_retired_service_takes_its_rules_along(folder: Path) -> None:
    content = (folder / "services.yaml").read_text()
    (folder / "services.yaml").write_text(content[: content.index("  - code: tip")])
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "routing.yaml", "[lamp, tip]")
    assert text == "there is no service 'tip'"


def test_nothing_is_given_to_a_unit_that_has_a_successor(folder: Path) -> None:
    change(folder, "units.yaml", "{en: Bins, pl: Kosze}", "{en: Bins}\n    successor: works")
    text = "unit 'cleaning' gets nothing more: 'works' has taken over"
    assert (line_of(folder, "services.yaml", "unit: cleaning"), f"service bin: {text}") in findings(
        folder
    )
    change(folder, "services.yaml", "unit: cleaning", "unit: works")
    told = [told for _, told in findings(folder) if not told.startswith("warning")]
    assert told == [text] * 4


@pytest.mark.parametrize("successor", ["army", "cleaning"])
def test_a_successor_is_a_unit_that_takes_requests(folder: Path, successor: str) -> None:
    change(folder, "services.yaml", "unit: cleaning", "unit: works")
    new = f"{{en: Bins, pl: Kosze}}\n    successor: {successor}"
    change(folder, "units.yaml", "{en: Bins, pl: Kosze}", new)
    (folder / "routing.yaml").write_text("duty_unit: office\n")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "units.yaml", "successor")
    assert text == f"unit cleaning: there is no unit {successor!r} to take over"


def test_a_successor_takes_over_what_is_open_and_is_told_of_it(
    own_engine: Engine, tmp_path: Path
) -> None:
    folder = write_bystra(tmp_path)
    put_in_force(own_engine, folder)
    still = add_request(own_engine, BYSTRA, service_code="bin", unit_code="cleaning")
    done = add_request(
        own_engine, BYSTRA, service_code="bin", unit_code="cleaning", status="closed"
    )
    client = app_on(own_engine).test_client()
    change(folder, "services.yaml", "unit: cleaning", "unit: works")
    new = "{en: Bins, pl: Kosze}\n    successor: works"
    change(folder, "units.yaml", "{en: Bins, pl: Kosze}", new)
    put_in_force(own_engine, folder)
    shown = {one["service_request_id"]: one for one in search(client, BYSTRA).json}
    assert shown[still]["agency_responsible"] == "Bystra Works"
    assert shown[done]["agency_responsible"] == "Bystra Cleaning"
    assert shown[still]["updated_datetime"] > shown[done]["updated_datetime"]
    event = only_row(own_engine, "request_event WHERE kind = 'handed_over'")
    assert event.detail == {"from": "cleaning", "unit_code": "works"}
    assert stale_records(own_engine, BYSTRA) == 0


@pytest.mark.parametrize("slug", ["wroclaw", "krakow"])
def test_the_examples_of_a_real_city_are_decided_in_each_of_the_four_ways(slug: str) -> None:
    city = load(CHECKOUT / "jurisdictions" / slug)
    rules = routing_from(city.services, city.routing)
    areas = {division.kind: division.areas for division in city.areas}
    ways, decided = set(), set()
    for example in city.routing["examples"]:
        there = {}
        if "lat" in example:
            there = areas_at(areas, shapely.Point(example["long"], example["lat"]))
        answers = {code: [value] for code, value in example.get("attributes", {}).items()}
        found = route(rules, example["service"], answers, there)
        ways.add(found.steps[-1].partition(":")[0])
        if there:
            decided.add((found.steps[-1].partition(":")[0], example["service"]))
    assert ways == {"by_attribute", "by_area", "services", "duty_unit"}
    # Each rule has an example with a point.
    assert {("by_attribute", rule["service"]) for rule in city.routing["by_attribute"]} <= decided
    for rule in city.routing["by_area"]:
        assert {("by_area", code) for code in rule["services"]} & decided
