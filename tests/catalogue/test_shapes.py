"""Polygons of a folder: what is wrong with one is told with the line that names its file."""

import json
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point

from open311.catalogue.loading import load
from tests.catalogue.test_findings import findings
from tests.folders import BOUNDARY as BOUNDS
from tests.folders import change, feature, line_of, write_bystra, write_shapes

BOUNDARY = "boundary.geojson"
SQUARE = [[10.0, 47.0], [10.2, 47.0], [10.2, 47.1], [10.0, 47.1], [10.0, 47.0]]
BOW_TIE = [[10.0, 47.0], [10.2, 47.1], [10.2, 47.0], [10.0, 47.1], [10.0, 47.0]]


def polygon(ring: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 10.0


WRONG = {
    "crosses itself": (polygon(BOW_TIE), "Self-intersection"),
    "has no area": (polygon([[10.0, 47.0], [10.2, 47.0], [10.0, 47.0]]), ""),
    "is empty": ({"type": "Polygon", "coordinates": []}, "must be a polygon"),
    "is a point": ({"type": "Point", "coordinates": [10.0, 47.0]}, "must be a polygon"),
    "is of no known type": ({"type": "Blob", "coordinates": []}, "no geometry that can be read"),
    "is missing": (None, "no geometry that can be read"),
    "is in metres": (polygon([[x * 1e5, y * 1e5] for x, y in SQUARE]), "leaves the globe"),
    "is swapped beyond the pole": (polygon([[10, 100], [11, 100], [11, 101], [10, 100]]), "globe"),
    "is nested without end": ({"type": "Polygon", "coordinates": nested(400)}, "read"),
    "has no numbers": (polygon([["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]), "read"),
}

NO_COLLECTION = {
    "is no JSON": "{",
    "is not UTF-8": b"\xff\xfe\xfd",
    "is nested without end": "[" * 100_000,
    "has a number that is none": '{"features": [NaN]}',
    "has a key twice": '{"features": [], "features": []}',
    "is a bare polygon": json.dumps(polygon(SQUARE)),
    "is a list": "[]",
    "has no features": '{"type": "FeatureCollection", "features": []}',
    "has features that are none": '{"type": "FeatureCollection", "features": ["one"]}',
}

UNNAMED = {
    "has no id": {"properties": {"name": "Bystra"}},
    "has a number as id": {"id": 7, "properties": {"name": "Bystra"}},
    "has an empty id": {"id": "", "properties": {"name": "Bystra"}},
    "has no name": {"id": "bystra", "properties": {}},
    "has no properties": {"id": "bystra"},
    "has a list as properties": {"id": "bystra", "properties": ["name"]},
}


@pytest.mark.parametrize(("geometry", "said"), WRONG.values(), ids=WRONG)
def test_a_polygon_is_refused_that(tmp_path: Path, geometry: Any, said: str) -> None:
    folder = write_bystra(tmp_path)
    collection = {"type": "FeatureCollection", "features": [feature("bystra", geometry)]}
    (folder / BOUNDARY).write_text(json.dumps(collection))
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "jurisdiction.yaml", f"file: {BOUNDARY}")
    assert text.startswith(f"{BOUNDARY}: feature bystra ")
    assert said in text


@pytest.mark.parametrize("content", NO_COLLECTION.values(), ids=NO_COLLECTION)
def test_a_file_is_refused_that(tmp_path: Path, content: str | bytes) -> None:
    folder = write_bystra(tmp_path)
    (folder / BOUNDARY).write_bytes(content.encode() if isinstance(content, str) else content)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "jurisdiction.yaml", f"file: {BOUNDARY}")
    assert text.startswith(f"{BOUNDARY}: ")


@pytest.mark.parametrize("members", UNNAMED.values(), ids=UNNAMED)
def test_a_feature_is_refused_that(tmp_path: Path, members: dict[str, Any]) -> None:
    folder = write_bystra(tmp_path)
    features = [{"type": "Feature", "geometry": polygon(SQUARE), **members}]
    (folder / BOUNDARY).write_text(json.dumps({"features": features}))
    [(_, text)] = findings(folder)
    assert "needs an id and a property name" in text


@pytest.mark.parametrize("name", ["nul\0", "half \ud800", "bell\a"])
def test_a_name_that_is_no_text_is_refused(tmp_path: Path, name: str) -> None:
    folder = write_bystra(tmp_path)
    (folder / BOUNDARY).write_text(json.dumps({"features": [feature(name, polygon(SQUARE))]}))
    [(_, text)] = findings(folder)
    assert text == (f"{BOUNDARY}: feature 1 has an id or a name with characters that are not text")


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    with (folder / BOUNDARY).open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    try:
        [(place, text)] = findings(folder)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert place == line_of(folder, "jurisdiction.yaml", f"file: {BOUNDARY}")
    assert text == f"{BOUNDARY}: larger than 50,000,000 bytes: simplify the polygons"


# Bystra's zone is named after a place 8,000 km away; near the place of its own, it shows.
NEAR = "time_zone: Europe/Vienna"


def test_a_boundary_with_latitude_first_is_refused(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, "jurisdiction.yaml", "time_zone: Asia/Kathmandu", NEAR)
    assert load(folder)
    write_shapes(folder / BOUNDARY, bystra=(47.0, 10.0, 47.1, 10.2))
    write_shapes(folder / "areas/quarters.geojson", west=(47.0, 10.0, 47.1, 10.1))
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "jurisdiction.yaml", f"file: {BOUNDARY}")
    assert text.startswith(f"{BOUNDARY}: longitude must come first: as it is, the boundary lies 5,")
    assert re.search(r" km from Europe/Vienna, swapped \d{3} km$", text)


def test_districts_with_latitude_first_are_refused(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    swapped = (47.0, 10.0, 47.1, 10.1)
    write_shapes(folder / "areas/quarters.geojson", west=swapped, east=swapped, middle=BOUNDS)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "jurisdiction.yaml", "file: areas/quarters.geojson")
    assert text == (
        "areas/quarters.geojson: outside the boundary: west, east; longitude must come first"
    )


def test_two_districts_of_the_same_id_are_refused(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    file = folder / "areas/quarters.geojson"
    file.write_text(file.read_text().replace("east", "west"))
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "jurisdiction.yaml", "file: areas/quarters.geojson")
    assert "stand twice: west" in text


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    (folder / BOUNDARY).unlink()
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "jurisdiction.yaml", f"file: {BOUNDARY}")
    assert text == f"{BOUNDARY}: cannot be read: No such file or directory"


def test_a_path_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, "jurisdiction.yaml", f"file: {BOUNDARY}", f"file: ../{BOUNDARY}")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "jurisdiction.yaml", f"file: ../{BOUNDARY}")
    assert "cannot be used. GeoJSON file" in text


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    (folder / BOUNDARY).rename(tmp_path / BOUNDARY)
    (folder / BOUNDARY).symlink_to(tmp_path / BOUNDARY)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, "jurisdiction.yaml", f"file: {BOUNDARY}")
    assert "lies outside the jurisdiction's folder" in text


def test_heights_are_left_out(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    high = polygon([[*corner, 300.0] for corner in SQUARE])
    (folder / BOUNDARY).write_text(json.dumps({"features": [feature("bystra", high)]}))
    assert not load(folder).boundary.has_z


def test_a_boundary_of_several_parts_is_their_union(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    parts = {"west": (10.0, 47.0, 10.1, 47.1), "island": (10.3, 47.0, 10.4, 47.1)}
    write_shapes(folder / BOUNDARY, **parts)
    boundary = load(folder).boundary
    covered = [boundary.covers(Point(x, 47.05)) for x in (10.05, 10.2, 10.35)]
    assert covered == [True, False, True]


def test_repeated_corners_and_the_direction_of_a_ring_do_not_matter(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    expected = load(folder).boundary
    odd = polygon([corner for corner in reversed(SQUARE) for _ in range(2)])
    (folder / BOUNDARY).write_text(json.dumps({"features": [feature("bystra", odd)]}))
    assert load(folder).boundary.equals(expected)
