"""What came in force elsewhere is not undone by a folder that does not know of it."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.access.rights import shell
from open311.admin.jurisdictions import (
    Proposal,
    StaleError,
    UndoneError,
    apply_configuration,
)
from open311.admin.revisions import read_configuration
from open311.catalogue.loading import load
from open311.catalogue.revisions import find_revision, list_revisions, mark_exported
from open311.catalogue.writing import BASE_FILE, write_base
from open311.georeport.encoding import render_request
from tests.folders import BYSTRA, change, proposal, put_in_force, write_bystra, write_shapes
from tests.reporting import rows

WORKS = ("units.yaml", "Bystra Works", "Bystra Streets")
CLEANING = ("units.yaml", "Bystra Cleaning", "Bystra Dustmen")


@pytest.fixture
def folder(own_engine: Engine, tmp_path: Path) -> Path:
    """A folder that is in force, and knows it."""
    folder = write_bystra(tmp_path)
    put_in_force(own_engine, folder)
    write_base(folder, load(folder).digest)
    return folder


@pytest.fixture
def other(folder: Path, tmp_path: Path) -> Path:
    """A second administrator's copy of it."""
    return Path(shutil.copytree(folder, tmp_path / "other"))


def by_api(engine: Engine, folder: Path, actor: str = "anna@example.org") -> None:
    """Put what a folder holds in force, as a document that somebody sent."""
    sent = Proposal(load(folder), shell(actor), "by the API", "api")
    apply_configuration(engine, sent, render_request)


def names(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        found = find_revision(connection, BYSTRA)
        assert found
        in_force = read_configuration(connection, BYSTRA, found.revision)
    return [unit["name"] for unit in in_force.units]


def refused(engine: Engine, folder: Path) -> UndoneError:
    before = rows(engine), names(engine)
    with pytest.raises(UndoneError) as refusal:
        put_in_force(engine, folder)
    assert (rows(engine), names(engine)) == before
    return refusal.value


def test_what_was_edited_elsewhere_is_not_undone(
    own_engine: Engine, folder: Path, other: Path
) -> None:
    change(other, *WORKS)
    by_api(own_engine, other)
    change(folder, *CLEANING)
    plan = refused(own_engine, folder).plan
    assert [one.path for one in plan.undone] == [("units.yaml", "units", "works", "name")]
    [revision] = plan.undone_revisions
    told = revision.revision, revision.actor, revision.reason, revision.origin
    assert told == (2, "shell:anna@example.org", "by the API", "api")


def test_a_folder_that_was_not_changed_itself_does_not_undo_it_either(
    own_engine: Engine, folder: Path, other: Path
) -> None:
    change(other, *WORKS)
    by_api(own_engine, other)
    assert refused(own_engine, folder).plan.undone


def test_only_those_revisions_are_told_that_came_since(
    own_engine: Engine, folder: Path, other: Path
) -> None:
    change(other, *WORKS)
    by_api(own_engine, other)
    write_base(folder, load(other).digest)
    change(folder, *WORKS)
    change(other, *CLEANING)
    by_api(own_engine, other)
    assert [one.revision for one in refused(own_engine, folder).plan.undone_revisions] == [3]


def test_it_can_be_forced(own_engine: Engine, folder: Path, other: Path) -> None:
    change(other, *WORKS)
    by_api(own_engine, other)
    change(folder, *CLEANING)
    forced = replace(proposal(folder), force=True)
    assert apply_configuration(own_engine, forced, render_request).revision == 3
    assert names(own_engine) == ["Bystra Works", "Bystra Dustmen"]


def test_what_was_merged_by_hand_is_accepted(own_engine: Engine, folder: Path, other: Path) -> None:
    change(other, *WORKS)
    by_api(own_engine, other)
    change(folder, *CLEANING)
    refused(own_engine, folder)
    change(folder, *WORKS)
    put_in_force(own_engine, folder)
    assert names(own_engine) == ["Bystra Streets", "Bystra Dustmen"]


def test_a_folder_that_is_as_in_force_undoes_nothing_whatever_it_was_before(
    own_engine: Engine, folder: Path, other: Path
) -> None:
    change(other, *WORKS)
    by_api(own_engine, other)
    change(folder, *WORKS)
    assert not put_in_force(own_engine, folder).changed


def test_a_boundary_that_was_moved_elsewhere_is_not_moved_back(
    own_engine: Engine, folder: Path, other: Path
) -> None:
    write_shapes(other / "boundary.geojson", bystra=(10.0, 47.0, 10.3, 47.1))
    by_api(own_engine, other)
    change(folder, *CLEANING)
    [undone] = refused(own_engine, folder).plan.undone
    assert undone.path[0] == "boundary.geojson"


def test_what_was_rolled_back_is_not_brought_back(own_engine: Engine, folder: Path) -> None:
    change(folder, *WORKS)
    put_in_force(own_engine, folder)
    write_base(folder, load(folder).digest)
    with own_engine.connect() as connection:
        first = read_configuration(connection, BYSTRA, 1)
    back = Proposal(first, shell("anna"), "wrong name", "rollback", expected=2)
    apply_configuration(own_engine, back, render_request)
    [revision] = refused(own_engine, folder).plan.undone_revisions
    assert (revision.origin, revision.reason) == ("rollback", "wrong name")


@pytest.mark.parametrize("content", [None, b"garbage\xff", b"0" * 64])
def test_a_folder_that_does_not_say_what_it_was_counts_as_of_the_last_folder(
    own_engine: Engine, folder: Path, other: Path, content: bytes | None
) -> None:
    (folder / BASE_FILE).unlink()
    if content:
        (folder / BASE_FILE).write_bytes(content)
    change(other, *WORKS)
    by_api(own_engine, other)
    change(folder, *CLEANING)
    refused(own_engine, folder)
    with own_engine.begin() as connection:
        mark_exported(connection, BYSTRA, 2)
    put_in_force(own_engine, folder)


def test_where_there_was_never_a_folder_none_overwrites_what_is_in_force(
    own_engine: Engine, tmp_path: Path
) -> None:
    folder = write_bystra(tmp_path)
    by_api(own_engine, folder)
    change(folder, *WORKS)
    assert refused(own_engine, folder).plan.undone


@pytest.mark.parametrize("edits", [(WORKS, CLEANING), (WORKS, (*WORKS[:2], "Bystra Roads"))])
def test_of_two_administrators_at_once_the_second_is_told(
    own_engine: Engine, folder: Path, other: Path, edits: tuple[tuple[str, str, str], ...]
) -> None:
    for copy, edit in zip((folder, other), edits, strict=True):
        change(copy, *edit)

    def applied(copy: Path) -> Path | UndoneError:
        try:
            put_in_force(own_engine, copy)
        except UndoneError as refusal:
            return refusal
        return copy

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(applied, (folder, other)))
    [told] = [one for one in ended if isinstance(one, UndoneError)]
    [first] = [one for one in ended if isinstance(one, Path)]
    assert [one.revision for one in told.plan.undone_revisions] == [2]
    assert names(own_engine) == [unit["name"] for unit in load(first).units]


def test_of_two_documents_based_on_the_same_revision_the_second_is_told(
    own_engine: Engine, folder: Path, other: Path
) -> None:
    change(folder, *WORKS)
    change(other, *CLEANING)
    sent = [Proposal(load(one), shell("anna"), "", "api", expected=1) for one in (folder, other)]

    def applied(one: Proposal) -> int | None:
        try:
            return apply_configuration(own_engine, one, render_request).revision
        except StaleError:
            return None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(applied, sent), key=str) == [2, None]


def test_two_new_cities_that_overlap_do_not_come_in_force_at_once(
    own_engine: Engine, tmp_path: Path
) -> None:
    folders = []
    for slug, prefix in (("bystra", "BYS"), ("gorska", "GOR")):
        folder = write_bystra(tmp_path / slug)
        if slug == "gorska":
            change(folder, "jurisdiction.yaml", "id: bystra.example", "id: gorska.example")
            change(folder, "jurisdiction.yaml", "slug: bystra", f"slug: {slug}")
            change(folder, "jurisdiction.yaml", "prefix: BYS", f"prefix: {prefix}")
        folders.append(proposal(folder))

    def applied(one: Proposal) -> str:
        try:
            apply_configuration(own_engine, one, render_request)
        except Exception as refusal:
            return str(refusal)
        return "in force"

    with ThreadPoolExecutor(2) as pool:
        ended = sorted(pool.map(applied, folders))
    assert "overlaps" in ended[0]
    assert ended[1] == "in force"


def test_a_revision_tells_who_when_why_and_what(
    own_engine: Engine, folder: Path, other: Path
) -> None:
    change(other, *WORKS)
    by_api(own_engine, other)
    with own_engine.connect() as connection:
        newest, first = list_revisions(connection, BYSTRA)
    assert (newest.revision, newest.actor) == (2, "shell:anna@example.org")
    assert (newest.reason, newest.origin) == ("by the API", "api")
    assert newest.changes == [
        {
            "kind": "changed",
            "path": ["units.yaml", "units", "works", "name"],
            "before": "Bystra Works",
            "after": "Bystra Streets",
        }
    ]
    assert newest.applied > first.applied
    assert (first.revision, first.origin, first.reason) == (1, "folder", "for a test")
