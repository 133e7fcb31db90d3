"""Databases with many realistic rows, made once and kept for the next run."""

import time

from sqlalchemy import Engine, create_engine, text

from open311.access import keys
from open311.access.rights import shell
from open311.admin.jurisdictions import Proposal, apply_configuration
from open311.catalogue.loading import Configuration, jurisdiction_folders, load
from open311.catalogue.registry import read_catalogue
from open311.database import migrating
from open311.database.cluster import Cluster, cluster_of
from open311.georeport.encoding import render_request
from open311.reports.samples import has_requests, load_samples
from open311.settings import CHECKOUT

CITIES = ("wroclaw.pl", "krakow.pl")


def bench_cluster() -> Cluster:
    """Return the private cluster of the measurements, apart from the one that serves."""
    return cluster_of(CHECKOUT / "bench")


def database_of(cluster: Cluster, rows: int) -> Engine:
    """Return a database with so many requests in two cities; make it if there is none.

    Args:
        cluster: running.
        rows: how many, half of them in each city.
    """
    engine = database_of_cities(cluster, f"bench_{rows}")
    _forget_measured(engine)
    for city in CITIES:
        _fill(engine, city, rows // len(CITIES))
    settle(engine)
    return engine


def database_of_cities(cluster: Cluster, name: str) -> Engine:
    """Return a database with both cities in force; make it if there is none."""
    cluster.create_database(name)
    engine = create_engine(cluster.url(name))
    migrating.upgrade(engine)
    for folder in jurisdiction_folders(CHECKOUT / "jurisdictions"):
        put_in_force(engine, load(folder))
    return engine


def put_in_force(engine: Engine, configuration: Configuration) -> None:
    """Apply a configuration as the command does."""
    proposal = Proposal(configuration, shell("script/bench"), "to be measured", "folder")
    apply_configuration(engine, proposal, render_request)


def settle(engine: Engine) -> None:
    """Do now what PostgreSQL would else do while it is measured."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def new_key(engine: Engine) -> str:
    """Return an API key for the measurements."""
    with engine.begin() as connection:
        terms = keys.Terms(rate_class="unlimited")
        return keys.issue(connection, CITIES, "script/bench", terms, actor=shell("script/bench"))


def _forget_measured(engine: Engine) -> None:
    """Delete what earlier runs posted, so that every run begins with the same rows."""
    measured = "FROM service_request WHERE description LIKE 'Measured report%'"
    with engine.begin() as connection:
        for table in ("reporter", "request_event"):
            key = f"(jurisdiction_id, number) IN (SELECT jurisdiction_id, number {measured})"
            connection.execute(text(f"DELETE FROM {table} WHERE {key}"))
        connection.execute(text(f"DELETE {measured}"))


def _fill(engine: Engine, city: str, rows: int) -> None:
    with engine.begin() as connection:
        if has_requests(connection, city):
            return
        begin = time.perf_counter()
        load_samples(connection, read_catalogue(connection, city), rows, render_request)
        speed = rows / (time.perf_counter() - begin)
        print(f"{city}: {rows:,} requests loaded by COPY, {speed:,.0f} rows/s", flush=True)
