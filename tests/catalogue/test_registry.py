"""What is kept in memory of what is in force: how much, for how long; and that it is right."""

import gc
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from open311.catalogue import registry as module
from open311.catalogue.registry import JURISDICTIONS_AT, Registry
from open311.database.engine import read_engine
from open311.database.reading import Reader, Row
from open311.georeport.bodies import definition_body, services_body
from open311.places.locating import Point

KRAKOW, WROCLAW = "krakow.pl", "wroclaw.pl"
REVISE = """
    UPDATE jurisdiction SET revision = revision + 1, changeset = clock_timestamp()
    WHERE jurisdiction_id = 'krakow.pl'
"""


class CountingReader(Reader):
    """Remembers what was asked for by name."""

    asked: list[str]

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        self.asked = [*getattr(self, "asked", []), *map(str, parameters)]
        return super().rows(statement, parameters)


@pytest.fixture
def reader(own_engine: Engine) -> CountingReader:
    """Reads the test's own database."""
    return CountingReader(read_engine(own_engine.url.render_as_string(hide_password=False), 8))


@pytest.fixture
def registry(own_engine: Engine, reader: CountingReader) -> Registry:
    """The registry of one process on the test's own database."""
    return Registry(create_engine(own_engine.url, pool_size=8), reader)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time in seconds, which the test sets."""
    time = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: time[0])
    return time


def run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def slug_of(registry: Registry, name: str) -> str | None:
    """Return whom a part of the paths belongs to."""
    entry = registry.entry_of_slug(name)
    return entry and entry.jurisdiction_id


def test_a_known_name_is_looked_up_once_in_two_seconds(
    registry: Registry, reader: CountingReader, clock: list[float]
) -> None:
    for clock[0] in (100, 101, 101.9, 102.1, 103):
        assert registry.entry("Krakow.PL") == registry.entry_of_slug("krakow")
    assert reader.asked == ["krakow.pl", "krakow"] * 2


def test_a_name_that_nobody_has_costs_a_look_for_that_name_each_time(
    registry: Registry, reader: CountingReader
) -> None:
    assert [registry.entry(f"{name}.gov") for name in ("atlantis", "lemuria", "atlantis")] == [
        None
    ] * 3
    assert reader.asked == ["atlantis.gov", "lemuria.gov", "atlantis.gov"]


def test_a_name_that_was_given_up_is_known_for_two_seconds_at_most(
    registry: Registry, own_engine: Engine, clock: list[float]
) -> None:
    assert slug_of(registry, "krakow") == KRAKOW
    run(own_engine, "UPDATE jurisdiction SET slug = 'cracow' WHERE slug = 'krakow'")
    assert slug_of(registry, "cracow") == KRAKOW
    clock[0] += 2.1
    assert slug_of(registry, "krakow") is None


def test_a_name_that_was_given_up_can_be_another_citys_next(
    registry: Registry, own_engine: Engine, clock: list[float]
) -> None:
    assert slug_of(registry, "krakow") == KRAKOW
    run(
        own_engine,
        "UPDATE jurisdiction SET slug = 'cracow' WHERE slug = 'krakow'",
        "UPDATE jurisdiction SET slug = 'krakow' WHERE slug = 'wroclaw'",
    )
    clock[0] += 2.1
    assert slug_of(registry, "krakow") == WROCLAW


def test_the_directory_stays_the_same_as_long_as_nothing_is_applied(registry: Registry) -> None:
    assert list(registry.directory().jurisdictions) == [KRAKOW, WROCLAW]
    assert registry.directory() is registry.directory()


def test_what_was_applied_is_in_the_directory_at_once_and_nothing_else_is_read_again(
    registry: Registry, own_engine: Engine
) -> None:
    before = registry.directory()
    document = """jsonb_set(document, '{name,pl}', '"Cracovia"')"""
    run(own_engine, f"UPDATE jurisdiction SET document = {document}", REVISE)
    now = registry.directory()
    assert now.jurisdictions[KRAKOW].name["pl"] == "Cracovia"
    assert now.jurisdictions[WROCLAW] is before.jurisdictions[WROCLAW]
    assert now.changeset > before.changeset


def test_a_revision_that_commits_after_a_later_one_is_noticed(
    registry: Registry, own_engine: Engine
) -> None:
    with own_engine.begin() as slow:
        slow.execute(text(REVISE))
        run(own_engine, REVISE.replace(KRAKOW, WROCLAW))
        between = registry.directory()
    now = registry.directory()
    assert now.changeset == between.changeset
    assert now.revisions[KRAKOW] == between.revisions[KRAKOW] + 1


def test_a_database_without_jurisdictions_has_an_empty_directory(
    registry: Registry, own_engine: Engine
) -> None:
    tables = "address, area, api_key_jurisdiction, change_counter, idempotent_answer, "
    tables += "jurisdiction_boundary, revision, service, shape_file, unit, jurisdiction"
    run(own_engine, *(f"DELETE FROM {table}" for table in tables.split(", ")))
    assert registry.directory().jurisdictions == {}
    assert registry.directory().changeset is None


def test_only_the_catalogues_that_were_asked_for_last_are_kept(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CATALOGUES", 1)
    krakow, wroclaw = registry.catalogue(KRAKOW), registry.catalogue(WROCLAW)
    assert registry.catalogue(WROCLAW) is wroclaw
    assert registry.catalogue(KRAKOW) is not krakow


def test_many_threads_get_the_catalogue_that_each_asks_for(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CATALOGUES", 1)
    wanted = [KRAKOW, WROCLAW, WROCLAW, KRAKOW] * 10
    with ThreadPoolExecutor(8) as threads:
        found = [
            each.jurisdiction.jurisdiction_id for each in threads.map(registry.catalogue, wanted)
        ]
    assert found == wanted


def test_a_revision_is_forgotten_with_its_answers(registry: Registry, own_engine: Engine) -> None:
    old = registry.catalogue(KRAKOW)
    services_body(old, "pl", "json")
    definition_body(old.offered[0], "pl", "xml")
    catalogue, service = weakref.ref(old), weakref.ref(old.offered[0])
    run(own_engine, REVISE)
    del old
    registry.catalogue(KRAKOW)
    gc.collect()
    assert (catalogue(), service()) == (None, None)


def test_an_answer_is_made_once_a_revision(registry: Registry) -> None:
    catalogue = registry.catalogue(KRAKOW)
    assert services_body(catalogue, "pl", "json") is services_body(catalogue, "pl", "json")
    assert services_body(catalogue, "pl", "json") != services_body(catalogue, "uk", "json")


def test_the_look_up_by_point_goes_by_the_index_when_there_are_many(engine: Engine) -> None:
    """2,500 squares, which meet at their edges; the plan is the one for whichever point."""
    with engine.connect() as connection:
        connection.execute(
            text("""
                INSERT INTO jurisdiction (jurisdiction_id, slug, prefix, document, digest,
                    revision, changeset)
                SELECT 'gmina-' || n, 'gmina-' || n, 'G' || n, document, digest, 1, changeset
                FROM jurisdiction, generate_series(1, 2500) AS n
                WHERE jurisdiction_id = 'krakow.pl'
            """)
        )
        connection.execute(
            text("""
                INSERT INTO jurisdiction_boundary (jurisdiction_id, piece, geometry)
                SELECT 'gmina-' || n, 1,
                    ST_MakeEnvelope(n % 50, n / 50, n % 50 + 1, n / 50 + 1, 4326)
                FROM generate_series(1, 2500) AS n
            """)
        )
        connection.execute(text("ANALYZE jurisdiction, jurisdiction_boundary"))
        connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        connection.exec_driver_sql(f"PREPARE at_point AS {JURISDICTIONS_AT}")
        plan = "\n".join(connection.scalars(text("EXPLAIN EXECUTE at_point(20.5, 20.5)")))
        connection.exec_driver_sql("DEALLOCATE at_point")
        connection.rollback()
    assert "jurisdiction_boundary_geometry_idx" in plan
    assert "jurisdiction_pkey" in plan
    assert "Seq Scan" not in plan


def test_a_point_on_the_edge_of_two_cities_is_in_both(
    registry: Registry, own_engine: Engine
) -> None:
    square = "ST_MakeEnvelope({}, 0, {}, 1, 4326)"
    run(
        own_engine,
        f"UPDATE jurisdiction_boundary SET geometry = {square.format(0, 1)}",
        f"UPDATE jurisdiction_boundary SET geometry = {square.format(1, 2)}"
        " WHERE jurisdiction_id = 'krakow.pl'",
    )
    found = registry.jurisdictions_at(Point(lat=0.5, long=1))
    assert [one.jurisdiction_id for one in found] == [KRAKOW, WROCLAW]
