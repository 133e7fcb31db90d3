"""The tables come and go by migrations, with rows in them, and are what the code believes."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from open311.database import migrating
from open311.database.cluster import Cluster
from open311.database.tables import metadata
from open311.settings import CHECKOUT
from tests.conftest import app_on
from tests.folders import put_in_force
from tests.keys import new_key
from tests.pictures import picture
from tests.reporting import post_report, reported
from tests.rows import add_requests, add_waiting, days_ago, found
from tests.working import do_due

POSTGIS = {"spatial_ref_sys"}
REVISIONS = [
    script.revision
    for script in ScriptDirectory(str(CHECKOUT / "open311/database/migrations")).walk_revisions()
]


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Engine]:
    """A database for these tests alone."""
    cluster.create_database("migrated")
    engine = create_engine(cluster.url("migrated"))
    yield engine
    engine.dispose()
    cluster.drop_database("migrated")


@pytest.fixture
def migrated(database: Engine) -> Iterator[Engine]:
    """That database with all tables and no rows."""
    migrating.upgrade(database)
    yield database
    migrating.downgrade(database, "base")


def tables_of(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - POSTGIS - {"alembic_version"}


def use(engine: Engine) -> None:
    """Put a city in force, report to it and find what was reported."""
    put_in_force(engine, CHECKOUT / "jurisdictions" / "krakow")
    with engine.begin() as connection:
        key = new_key(connection, ["krakow.pl"])
    client = app_on(engine).test_client()
    one = reported(client, key, "krakow.pl", email="anna@example.org", description="Łódka")
    again = post_report(client, key, "krakow.pl", service_code="anonymous_tip")
    assert again.status_code == 200
    shown = post_report(client, key, "krakow.pl", media=(BytesIO(picture()), "a.jpg"))
    assert shown.status_code == 200
    add_requests(engine, "krakow.pl", [days_ago(10)] * 20, address="Rynek 1")
    add_waiting(engine, "krakow.pl", [days_ago(1)])
    assert one in found(client, "krakow.pl")[:2]


def test_a_migrated_database_has_the_tables_that_the_code_believes_in(migrated: Engine) -> None:
    assert tables_of(migrated) == set(metadata.tables)
    assert migrating.current_revision(migrated) == migrating.newest_revision() == REVISIONS[0]


def test_a_migrated_database_is_in_all_details_what_the_code_believes(migrated: Engine) -> None:
    def include_name(name: str | None, kind: str, _: object) -> bool:
        return kind != "table" or name in metadata.tables

    options = {"include_name": include_name, "compare_type": True, "compare_server_default": True}
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_indexes_and_checks_are_those_that_the_code_believes_in(
    migrated: Engine, cluster: Cluster
) -> None:
    """Also what a comparison by Alembic does not look at: conditions, checks, storage."""
    cluster.create_database("created")
    created = create_engine(cluster.url("created"))
    with created.begin() as connection:
        connection.execute(text("CREATE EXTENSION postgis; CREATE EXTENSION pg_trgm"))
        metadata.create_all(connection)
    try:
        assert details(migrated) == details(created)
    finally:
        created.dispose()
        cluster.drop_database("created")


def details(engine: Engine) -> dict[str, list[str]]:
    mine = "relnamespace = 'public'::regnamespace AND relname = ANY(:tables)"
    queries = {
        "indexes": "SELECT indexdef FROM pg_indexes WHERE tablename = ANY(:tables)",
        "constraints": f"""SELECT conrelid::regclass || ' ' || conname || ' '
            || pg_get_constraintdef(pg_constraint.oid)
            FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE {mine}""",
        "storage": f"""SELECT concat_ws(' ', relname, relpersistence, reloptions::text)
            FROM pg_class WHERE {mine}""",
        "comments": f"""SELECT concat_ws(' ', relname, attname, description)
            FROM pg_description JOIN pg_class ON pg_class.oid = objoid
            LEFT JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid WHERE {mine}""",
        "sequences": "SELECT sequencename || ' ' || start_value FROM pg_sequences",
    }
    tables = [*metadata.tables]
    with engine.connect() as connection:
        return {
            kind: sorted(filter(None, connection.scalars(text(query), {"tables": tables})))
            for kind, query in queries.items()
        }


def test_migrations_go_down_and_up_again_with_rows_in_the_tables(migrated: Engine) -> None:
    use(migrated)
    migrating.downgrade(migrated, "base")
    assert tables_of(migrated) == set()
    assert migrating.current_revision(migrated) is None
    migrating.upgrade(migrated)
    use(migrated)


def test_each_migration_alone_goes_down_and_up_again(migrated: Engine) -> None:
    use(migrated)
    for _ in REVISIONS:
        migrating.downgrade(migrated, "-1")
    assert migrating.current_revision(migrated) is None
    for revision in reversed(REVISIONS):
        migrating.upgrade(migrated, revision)
        assert migrating.current_revision(migrated) == revision
    assert tables_of(migrated) == set(metadata.tables)


def test_batch_requests_that_wait_for_their_id_get_a_job(migrated: Engine) -> None:
    use(migrated)
    migrating.downgrade(migrated, "0002")
    migrating.upgrade(migrated)
    do_due(migrated)
    waiting = text("SELECT count(*) FROM service_request WHERE service_request_id IS NULL")
    with migrated.connect() as connection:
        # What was sent to a blackbox service never gets one.
        assert connection.scalar(waiting) == 1


def test_without_photos_no_request_has_the_address_of_one(migrated: Engine) -> None:
    use(migrated)
    with migrated.begin() as connection:
        connection.execute(
            text("UPDATE service_request SET media_urls = media_urls || ARRAY['https://x.example']")
        )
    migrating.downgrade(migrated, "0003")
    with migrated.connect() as connection:
        kept = connection.scalars(text("SELECT DISTINCT media_urls FROM service_request")).all()
    assert kept == [["https://x.example"]]


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(migrated: Engine) -> None:
    use(migrated)
    before = details(migrated)
    migrating.upgrade(migrated)
    assert details(migrated) == before
    with migrated.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM service_request")) == 24


def test_a_migration_that_fails_changes_nothing(migrated: Engine) -> None:
    use(migrated)
    with migrated.begin() as connection:
        connection.execute(text("CREATE VIEW watching AS SELECT document FROM service"))
    with pytest.raises(Exception, match="other objects depend on it"):
        migrating.downgrade(migrated, "base")
    assert tables_of(migrated) == set(metadata.tables)
    assert migrating.current_revision(migrated) == REVISIONS[0]
    with migrated.begin() as connection:
        connection.execute(text("DROP VIEW watching"))
