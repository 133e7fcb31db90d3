"""A plan tells beforehand what would change, for whom, and what speaks against it."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from open311.admin.describing import describe_plan
from open311.admin.planning import FromFolder, Plan, make_plan
from open311.catalogue.loading import load
from open311.catalogue.writing import read_base
from tests.folders import (
    BYSTRA,
    change,
    copy_city,
    line_of,
    put_in_force,
    write_bystra,
    write_shapes,
)
from tests.reporting import only_row, rows
from tests.rows import add_request

SUCCESSOR = "{en: Bins, pl: Kosze}\n    successor: works"


@pytest.fixture
def folder(own_engine: Engine, tmp_path: Path) -> Path:
    """The folder of a made-up city that is in force."""
    folder = write_bystra(tmp_path)
    put_in_force(own_engine, folder)
    return folder


def plan(engine: Engine, folder: Path) -> Plan:
    with engine.connect() as connection:
        return make_plan(connection, load(folder), FromFolder(read_base(folder)))


def told(engine: Engine, folder: Path) -> list[str]:
    return [line.strip() for line in describe_plan(plan(engine, folder))]


def refusals(engine: Engine, folder: Path) -> list[str]:
    return [str(one).removeprefix(f"{folder}/") for one in plan(engine, folder).refusals]


def hand_over_the_bins(folder: Path) -> None:
    change(folder, "units.yaml", "{en: Bins, pl: Kosze}", SUCCESSOR)
    change(folder, "services.yaml", "unit: cleaning", "unit: works")


def test_a_new_city_breaks_nobody(own_engine: Engine, tmp_path: Path) -> None:
    assert told(own_engine, write_bystra(tmp_path)) == [f"{BYSTRA}: a new jurisdiction."]


def test_nothing_changed_is_told(own_engine: Engine, folder: Path) -> None:
    assert told(own_engine, folder) == [f"{BYSTRA}: nothing changes, revision 1 stays."]


def test_a_plan_changes_nothing(own_engine: Engine, folder: Path) -> None:
    change(folder, "units.yaml", "Bystra Works", "Bystra Streets")
    before = rows(own_engine)
    assert plan(own_engine, folder).changes
    assert rows(own_engine) == before


def test_what_changes_is_told_with_who_was_last(own_engine: Engine, folder: Path) -> None:
    change(folder, "units.yaml", "Bystra Works", "Bystra Streets")
    head, line = told(own_engine, folder)
    assert head.startswith(f"{BYSTRA}: changes from revision 1, 20")
    assert head.endswith(", shell:tests (folder): for a test")
    assert line == '~ units.yaml: units.works.name: "Bystra Works" → "Bystra Streets"'


def test_a_retired_service_is_told_with_its_open_requests(own_engine: Engine, folder: Path) -> None:
    for status in ("open", "open", "closed"):
        add_request(own_engine, BYSTRA, service_code="tip", status=status)
    content = (folder / "services.yaml").read_text()
    (folder / "services.yaml").write_text(content[: content.index("  - code: tip")])
    assert told(own_engine, folder)[1:] == [
        "- services.yaml: services.tip",
        "service tip, open requests: 2; their unit, term and notice stay",
        "breaks clients: service tip vanishes: reports with that code will be answered 404",
    ]


def test_only_services_that_change_have_their_requests_counted(
    own_engine: Engine, folder: Path
) -> None:
    add_request(own_engine, BYSTRA, service_code="lamp")
    add_request(own_engine, BYSTRA, service_code="tip")
    change(folder, "services.yaml", "{days: 3}", "{days: 4}")
    assert plan(own_engine, folder).open_requests == {"lamp": 1}


def test_what_is_handed_over_is_counted(own_engine: Engine, folder: Path) -> None:
    for unit in ("cleaning", "cleaning", "works"):
        add_request(own_engine, BYSTRA, service_code="lamp", unit_code=unit)
    add_request(own_engine, BYSTRA, service_code="lamp", unit_code="cleaning", status="closed")
    hand_over_the_bins(folder)
    assert plan(own_engine, folder).handed_over == {"cleaning": 2}
    line = "unit cleaning, open requests: 2; they are handed over to its successor"
    assert line in told(own_engine, folder)


def test_who_saw_a_request_before_it_was_handed_over_saw_another_version(
    own_engine: Engine, folder: Path
) -> None:
    add_request(own_engine, BYSTRA, service_code="lamp", unit_code="cleaning")
    hand_over_the_bins(folder)
    put_in_force(own_engine, folder)
    request = only_row(own_engine, "service_request")
    assert (request.unit_code, request.version) == ("works", 2)


def test_changed_routing_is_told_by_rule(own_engine: Engine, folder: Path) -> None:
    rule = "by_attribute:\n- {service: lamp, attribute: colour, units: {red: works}}\n"
    (folder / "routing.yaml").write_text(rule)
    put_in_force(own_engine, folder)
    change(folder, "routing.yaml", "{red: works}", "{red: cleaning, white: works}")
    assert told(own_engine, folder)[1:] == [
        '~ routing.yaml: by_attribute.lamp colour.units.red: "works" → "cleaning"',
        '+ routing.yaml: by_attribute.lamp colour.units.white: "works"',
    ]


def test_changed_handling_is_told_with_its_values(own_engine: Engine, folder: Path) -> None:
    put_in_force(own_engine, folder)
    more = "duplicates: {metres: 30, days: 7}\n    publication: after_review"
    change(folder, "services.yaml", "term: {days: 3}", f"term: {{days: 3}}\n    {more}")
    assert told(own_engine, folder)[1:] == [
        '+ services.yaml: services.lamp.duplicates: {"metres": 30, "days": 7}',
        '+ services.yaml: services.lamp.publication: "after_review"',
    ]


def test_a_moved_boundary_is_told_without_its_corners(own_engine: Engine, folder: Path) -> None:
    write_shapes(folder / "boundary.geojson", bystra=(10.0, 47.0, 10.3, 47.1))
    assert told(own_engine, folder)[1:] == [
        "~ boundary.geojson: features.bystra.geometry.coordinates"
    ]


def test_a_plan_can_be_read_by_programs(own_engine: Engine, folder: Path) -> None:
    add_request(own_engine, BYSTRA, service_code="lamp")
    change(folder, "services.yaml", "type: realtime", "type: batch")
    write_shapes(folder / "boundary.geojson", bystra=(10.0, 47.0, 10.3, 47.1))
    document: dict[str, Any] = orjson.loads(orjson.dumps(plan(own_engine, folder).as_document()))
    corners = ["boundary.geojson", "features", "bystra", "geometry", "coordinates"]
    code = ["services.yaml", "services", "lamp", "type"]
    assert document == {
        "jurisdiction_id": BYSTRA,
        "revision": 1,
        "changes": [
            {"kind": "changed", "path": code, "before": "realtime", "after": "batch"},
            {"kind": "changed", "path": corners, "before": None, "after": None},
        ],
        "breaking": ["service lamp answers as batch where it was realtime"],
        "open_requests": {"lamp": 1},
        "handed_over": {},
        "undone": [],
        "undone_revisions": [],
        "refusals": [],
    }


def test_a_unit_with_open_requests_cannot_be_taken_out(own_engine: Engine, folder: Path) -> None:
    add_request(own_engine, BYSTRA, service_code="bin", unit_code="cleaning")
    units = (folder / "units.yaml").read_text()
    (folder / "units.yaml").write_text(units[: units.index("  - code: cleaning")])
    change(folder, "services.yaml", "unit: cleaning", "unit: works")
    assert refusals(own_engine, folder) == [
        "units.yaml:1: unit cleaning is taken out, but open requests lie with it: 1; keep it, with "
        "a successor that takes them over"
    ]


def test_a_prefix_stays(own_engine: Engine, folder: Path) -> None:
    change(folder, "jurisdiction.yaml", "prefix: BYS", "prefix: BYG")
    place = line_of(folder, "jurisdiction.yaml", "prefix")
    assert refusals(own_engine, folder) == [
        f"{place}: the prefix stays 'BYS': ids that people hold begin with it"
    ]


@pytest.mark.parametrize("name", ["slug", "prefix"])
def test_what_another_city_has_is_refused_by_line(
    own_engine: Engine, tmp_path: Path, name: str
) -> None:
    folder = write_bystra(tmp_path)
    old, new = {"slug": ("bystra", "krakow"), "prefix": ("BYS", "KRK")}[name]
    change(folder, "jurisdiction.yaml", f"{name}: {old}", f"{name}: {new}")
    place = line_of(folder, "jurisdiction.yaml", f"{name}: {new}")
    assert refusals(own_engine, folder) == [f"{place}: the {name} '{new}' is taken by krakow.pl"]


# A second city whose boundary is moved against the first; in degrees, of 0.2 by 0.1.
NEIGHBOURS = {
    "apart": ((10.3, 47.0, 10.5, 47.1), False),
    "side by side": ((10.2, 47.0, 10.4, 47.1), False),
    "side by side but for a sliver": ((10.1995, 47.0, 10.4, 47.1), False),
    "a claim": ((10.15, 47.0, 10.4, 47.1), True),
    "within": ((10.05, 47.02, 10.06, 47.03), True),
    "around": ((9.0, 46.0, 11.0, 48.0), True),
}


def neighbour(tmp_path: Path, boundary: tuple[float, float, float, float]) -> Path:
    """Write a city beside Bystra: Kraków's catalogue in Bystra's country."""
    folder = copy_city("krakow", tmp_path)
    change(folder, "jurisdiction.yaml", "id: krakow.pl", "id: dolna.example")
    change(folder, "jurisdiction.yaml", "slug: krakow", "slug: dolna")
    change(folder, "jurisdiction.yaml", "prefix: KRK", "prefix: DOL")
    write_shapes(folder / "boundary.geojson", dolna=boundary)
    city = (folder / "jurisdiction.yaml").read_text()
    (folder / "jurisdiction.yaml").write_text(city.partition("areas:")[0])
    (folder / "routing.yaml").write_text("duty_unit: straz_miejska\n")
    return folder


@pytest.mark.parametrize(("boundary", "refused"), NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_a_boundary_that_lies_beside_another(
    own_engine: Engine,
    folder: Path,
    tmp_path: Path,
    boundary: tuple[float, float, float, float],
    refused: bool,
) -> None:
    other = neighbour(tmp_path, boundary)
    told = refusals(own_engine, other)
    assert bool(told) is refused
    for text in told:
        place = line_of(other, "jurisdiction.yaml", "file: boundary.geojson")
        assert text.startswith(f"{place}: overlaps {BYSTRA} by ")
        assert text.endswith(f" km²; if that is meant, add {BYSTRA} to boundary.overlaps")


@pytest.mark.parametrize("by", ["the second", "the first"])
def test_an_overlap_may_be_declared_by(
    own_engine: Engine, folder: Path, tmp_path: Path, by: str
) -> None:
    other = neighbour(tmp_path, (10.1, 47.0, 10.3, 47.1))
    declaring, declared = {
        "the second": (other, BYSTRA),
        "the first": (folder, "dolna.example"),
    }[by]
    file = "file: boundary.geojson\n"
    change(declaring, "jurisdiction.yaml", file, f"{file}  overlaps: [{declared}]\n")
    put_in_force(own_engine, folder)
    assert refusals(own_engine, other) == []
    put_in_force(own_engine, other)
    assert refusals(own_engine, folder) == []
