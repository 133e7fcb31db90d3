"""What is written as a folder and read again is the same configuration, down to each character."""

import copy
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from open311.catalogue.folders import FolderInMemory
from open311.catalogue.loading import ConfigurationError, digest_of, load, load_folder
from open311.catalogue.printable import is_printable
from open311.catalogue.writing import BASE_FILE, read_base, write_base, write_folder
from open311.settings import CHECKOUT
from tests.folders import change, copy_city, feature, write_bystra

# What YAML reads as something else, cannot show, or folds.
ODD = st.sampled_from([
    "yes", "no", "null", "~", "1e3", "0x1F", "12:30", "2026-01-01", "=", "<<", "-", "?", "---",
    "it's", 'say "no"', "a: b", "a #b", "#b", "[x]", "{x}", "a, b", "&a", "*a", "!t", "%d", "@x",
    "| x", "> x", "back\\slash", "tab\there", "nel\x85here", "ls\u2028here", "ps\u2029here",
    "nb\xa0space", "zero\u200bwidth", "bom\ufeffhere", "😀 emoji", "two  blanks", "кирилиця",
    "long " * 60 + "end", "x" * 300, "a " * 60 + ": b # c",
])  # fmt: skip
CHARACTERS = st.characters(exclude_categories=["Cs"]).filter(is_printable)
LINE = re.compile(r"\S(.*\S)?(?!\n)")
lines = ODD | st.text(CHARACTERS, min_size=1).filter(LINE.fullmatch)
texts = (
    lines | st.lists(lines, min_size=2).map("\n".join) | st.tuples(lines, lines).map("\n\n ".join)
)
anything = (
    texts | st.text(CHARACTERS, min_size=1) | st.sampled_from([" ", "\n", " a ", "a\n\n", "\r"])
)

cells = st.sets(st.sampled_from([(x, y) for x in range(4) for y in range(2)]), min_size=1)
shares = st.floats(0.05, 0.3)


@st.composite
def geometries(draw: st.DrawFn) -> dict[str, Any]:
    """Draw several parts, some with a hole, in the rectangle of the city."""
    parts = []
    for x, y in sorted(draw(cells)):
        margin = draw(shares)
        rings = [_ring(x, y, margin)]
        if draw(st.booleans()):
            rings.append(_ring(x, y, margin + draw(shares) / 2)[:: draw(st.sampled_from([1, -1]))])
        parts.append(rings)
    return {"type": "MultiPolygon", "coordinates": parts}


def _ring(x: int, y: int, margin: float) -> list[list[float]]:
    west, east = 10 + (x + margin) * 0.05, 10 + (x + 1 - margin) * 0.05
    south, north = 47 + (y + margin) * 0.05, 47 + (y + 1 - margin) * 0.05
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the files of a made-up city, as odd as the schemas let them be."""
    files = copy.deepcopy(BYSTRA_FILES)
    jurisdiction, services = files["jurisdiction.yaml"], files["services.yaml"]
    jurisdiction["contact"] = {"en": draw(texts), "pl": draw(texts)}
    jurisdiction["boundary"]["source"] = draw(anything)
    files["units.yaml"]["units"][0]["name"] = draw(lines)
    for service in services["services"]:
        service["name"] = {"en": draw(lines), "pl": draw(lines)}
        service["description"] = {"en": draw(texts)}
    services["services"][0]["attributes"][1]["description"] = {"pl": draw(texts)}
    if draw(st.booleans()):
        example = {"name": draw(anything), "service": "lamp", "unit": "works"}
        files["routing.yaml"] = {"duty_unit": "works", "examples": [example]}
    boundary = [feature(draw(lines), draw(geometries()))]
    files["boundary.geojson"] = {"type": "FeatureCollection", "features": boundary}
    del jurisdiction["areas"], files["areas/quarters.geojson"]
    return files


def _bystra_files() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        return load(write_bystra(Path(directory))).files


BYSTRA_FILES = _bystra_files()


@settings(max_examples=80, deadline=None)
@given(configurations())
def test_what_is_written_is_read_as_the_same(files: dict[str, Any]) -> None:
    configuration = load_folder(FolderInMemory(files))
    with tempfile.TemporaryDirectory() as directory:
        write_folder(configuration.files, Path(directory))
        again = load(Path(directory))
    assert again.files == configuration.files
    assert again.digest == configuration.digest


@pytest.mark.parametrize("slug", ["wroclaw", "krakow"])
def test_a_real_city_is_written_as_it_is(slug: str, tmp_path: Path) -> None:
    configuration = load(CHECKOUT / "jurisdictions" / slug)
    write_folder(configuration.files, tmp_path / slug)
    assert load(tmp_path / slug).digest == configuration.digest


def test_files_that_say_the_same_stay_as_they_are_with_their_comments(tmp_path: Path) -> None:
    folder = copy_city("krakow", tmp_path)
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
    files = copy.deepcopy(load(folder).files)
    files["units.yaml"]["units"][0]["name"] = "Zarząd Dróg"
    units = folder / "units.yaml"
    assert "# Hours are plausible" in units.read_text()
    assert write_folder(files, folder) == ["units.yaml"]
    assert "Zarząd Dróg\n" in units.read_text()
    changed = [file for file, time in before.items() if file.stat().st_mtime_ns != time]
    assert [file.name for file in changed if file.is_file()] == ["units.yaml"]


def test_files_that_are_gone_are_taken_away_and_others_stay(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    files = dict(load(folder).files)
    (folder / "routing.yaml").write_text("duty_unit: works\n")
    (folder / "notes.yaml").write_text("mine: true\n")
    (folder / "drafts.geojson").write_text("{}")
    files["jurisdiction.yaml"] = dict(files["jurisdiction.yaml"])
    del files["jurisdiction.yaml"]["areas"], files["areas/quarters.geojson"]
    touched = write_folder(files, folder)
    assert sorted(touched) == ["areas/quarters.geojson", "jurisdiction.yaml", "routing.yaml"]
    left = {file.name for file in folder.rglob("*") if file.is_file()}
    assert {"notes.yaml", "drafts.geojson"} < left
    assert load(folder).digest == digest_of(files)


def test_a_folder_that_is_wrong_is_put_right(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    files = load(folder).files
    (folder / "services.yaml").write_text("services: [")
    (folder / "boundary.geojson").unlink()
    assert write_folder(files, folder) == ["services.yaml", "boundary.geojson"]
    assert load(folder).digest == digest_of(files)


def test_a_file_begins_with_its_schema_and_reads_as_people_write(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, "services.yaml", "term: {days: 3}", "term: {days: 4}")
    files = load(folder).files
    (folder / "services.yaml").unlink()
    write_folder(files, folder)
    lines = (folder / "services.yaml").read_text().splitlines()
    schema = "$schema=../../schemas/configuration/services.schema.json"
    assert lines[:3] == [f"# yaml-language-server: {schema}", "groups:", "  - code: streets"]
    assert "    name: {en: Dark lamp, pl: Ciemna lampa}" in lines
    assert "    term: {days: 4}" in lines


def test_a_link_out_of_the_folder_is_replaced_not_followed(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    files = load(folder).files
    outside = tmp_path / "outside.geojson"
    outside.write_text("not ours")
    (folder / "boundary.geojson").unlink()
    (folder / "boundary.geojson").symlink_to(outside)
    write_folder(files, folder)
    assert outside.read_text() == "not ours"
    assert load(folder).digest == digest_of(files)


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"\xff\xfe", b"a" * 63, b"A" * 64, b"a" * 64 + b"\0"]
)
def test_what_is_no_digest_says_nothing_of_a_folder(content: bytes, tmp_path: Path) -> None:
    (tmp_path / BASE_FILE).write_bytes(content)
    assert read_base(tmp_path) is None


def test_a_folder_says_what_it_was_last_the_same_as(tmp_path: Path) -> None:
    assert read_base(tmp_path) is None
    write_base(tmp_path, "a" * 64)
    assert read_base(tmp_path) == "a" * 64
    (tmp_path / BASE_FILE).unlink()
    (tmp_path / BASE_FILE).mkdir()
    assert read_base(tmp_path) is None


def test_what_no_folder_could_hold_is_refused_of_a_document_too() -> None:
    files = copy.deepcopy(BYSTRA_FILES)
    files["units.yaml"]["units"][0]["name"] = "nul\0"
    with pytest.raises(ConfigurationError, match=r"units.yaml: .* not text"):
        load_folder(FolderInMemory(files))
