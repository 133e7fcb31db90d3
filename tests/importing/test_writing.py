"""What was made ready ahead is written only if it still holds."""

from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from open311.catalogue.registry import read_catalogue
from open311.georeport.encoding import render_request
from open311.importing.city import City
from open311.importing.cleaning import clean
from open311.importing.mapping import ImportMap
from open311.importing.preparing import Prepared, Target, prepare
from open311.importing.sources import Record
from open311.importing.writing import Written, write_batch
from open311.reports.publication import stale_records
from tests.folders import BYSTRA, change, put_in_force, write_bystra
from tests.importing.given import SYSTEM, kept, request

TARGET = Target(BYSTRA, SYSTEM, ImportMap(), render_request)


def ready(engine: Engine, **members: object) -> Prepared:
    """Make a batch of one request ready, about a lamp in the west end of Bystra."""
    given = request(service_code="lamp", lat=47.05, long=10.05, **members)
    old = clean(Record(1, given), TARGET.import_map, ZoneInfo("UTC"))
    with engine.begin() as connection:
        return prepare(connection, TARGET, City(connection, BYSTRA), [old])


def written(engine: Engine, prepared: Prepared) -> Written:
    with engine.begin() as connection:
        return write_batch(connection, TARGET, prepared)


def test_a_request_that_came_with_the_batch_before_is_not_written_twice(
    own_engine: Engine, tmp_path: Path
) -> None:
    put_in_force(own_engine, write_bystra(tmp_path))
    first = ready(own_engine)
    second = ready(own_engine, status="closed", updated_datetime="2026-03-02T00:00:00Z")
    assert written(own_engine, first).new == 1
    outcome = written(own_engine, second)
    assert (outcome.new, outcome.changed) == (0, 1)
    assert kept(own_engine)["A-1"].status == "closed"


def test_names_of_a_catalogue_that_came_into_force_meanwhile_are_shown(
    own_engine: Engine, tmp_path: Path
) -> None:
    folder = write_bystra(tmp_path)
    put_in_force(own_engine, folder)
    prepared = ready(own_engine)
    change(folder, "services.yaml", "Dark lamp", "Lamp out")
    put_in_force(own_engine, folder)
    assert written(own_engine, prepared).new == 1
    assert '"service_name":"Lamp out"' in kept(own_engine)["A-1"].public_json
    with own_engine.connect() as connection:
        catalogue = read_catalogue(connection, BYSTRA)
        assert list(stale_records(connection, catalogue, render_request)) == []
