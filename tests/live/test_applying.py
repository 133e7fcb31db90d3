"""Applying as it is done: beside a service of several processes, and killed in the middle."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Connection, Engine, text

from open311.settings import CHECKOUT
from tests.cli.running import run_process
from tests.folders import BYSTRA, change, copy_city, put_in_force, write_bystra
from tests.live.serving import serving, until, url_of
from tests.reporting import rows
from tests.rows import add_request

CALLS = 60


def endpoints(address: str, slug: str) -> list[str]:
    """Return what discovery of a city says of when its endpoints last changed."""
    document = requests.get(f"{address}/{slug}/open311/discovery.json", timeout=30).json()
    return [one["changeset"] for one in document["endpoints"]]


def test_every_process_of_a_running_service_has_it_at_once_and_no_other_city_moves(
    own_engine: Engine, tmp_path: Path
) -> None:
    folder = copy_city("wroclaw", tmp_path)
    change(folder, "services.yaml", "{pl: Dziura w jezdni,", "{pl: Wyrwa w jezdni,")
    url = url_of(own_engine)
    with (
        serving(url, tmp_path / "log", OPEN311_WORKERS="3") as service,
        ThreadPoolExecutor(12) as pool,
    ):

        def name(_: int) -> str:
            answer = requests.get(f"{service.address}/wroclaw/open311/v2/services.json", timeout=30)
            told: str = answer.json()[0]["service_name"]
            return told

        before = {slug: endpoints(service.address, slug) for slug in ("wroclaw", "krakow")}
        assert set(pool.map(name, range(CALLS))) == {"Dziura w jezdni"}
        ended = run_process("jurisdiction", "apply", str(folder), DATABASE_URL=url)
        assert ended.out == "wroclaw.pl: revision 2 is now in force.\n"
        assert set(pool.map(name, range(CALLS))) == {"Wyrwa w jezdni"}
        assert endpoints(service.address, "krakow") == before["krakow"]
        assert min(endpoints(service.address, "wroclaw")) > max(before["wroclaw"])
        assert len(service.workers) == 3


# What an application has to wait for, in the order in which it comes there.
POINTS = {
    "before it looks": "SELECT pg_advisory_xact_lock_shared(hashtext('catalogue'), hashtext(:id))",
    "at the city": "SELECT FROM jurisdiction WHERE jurisdiction_id = :id FOR UPDATE",
    "at the revision": "LOCK TABLE revision IN SHARE MODE",
    "at the units": "LOCK TABLE unit IN SHARE MODE",
    "at the services": "LOCK TABLE service IN SHARE MODE",
    "at the shapes": "LOCK TABLE area IN SHARE MODE",
    "at the requests": "SELECT FROM service_request WHERE jurisdiction_id = :id FOR UPDATE",
    "at the audit log": "LOCK TABLE audit_entry IN SHARE MODE",
}


def kept(engine: Engine) -> Any:
    """Return all that an application changes."""
    query = """
        SELECT (SELECT array_agg(t::text ORDER BY t::text) FROM {} AS t)::text
    """
    names = (
        "jurisdiction",
        "revision",
        "unit",
        "service",
        "area",
        "service_request",
        "audit_entry",
    )
    with engine.connect() as connection:
        return [connection.scalar(text(query.format(name))) for name in names], rows(engine)


def waiting(connection: Connection) -> int:
    """Count those who wait for a lock in this database."""
    query = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    return int(connection.scalar(text(query)) or 0)


def others(connection: Connection) -> int:
    """Count the other connections that are in a transaction."""
    query = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    """
    return int(connection.scalar(text(query)) or 0)


@pytest.mark.parametrize("hold", POINTS.values(), ids=POINTS)
def test_killed_in_the_middle_an_application_leaves_nothing(
    own_engine: Engine, tmp_path: Path, hold: str
) -> None:
    folder = write_bystra(tmp_path)
    put_in_force(own_engine, folder)
    add_request(own_engine, BYSTRA, service_code="lamp", unit_code="works")
    change(folder, "services.yaml", "{en: Dark lamp,", "{en: Broken lamp,")
    before = kept(own_engine)
    command = [sys.executable, "-m", "open311", "jurisdiction", "apply", str(folder)]
    environment = {"PATH": os.environ["PATH"], "OPEN311_DATABASE_URL": url_of(own_engine)}
    # What PostgreSQL tells of others stays the same for as long as a transaction lasts.
    with own_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        with own_engine.begin() as holding:
            holding.execute(text(hold), {"id": BYSTRA} if ":id" in hold else {})
            with subprocess.Popen(command, env=environment, cwd=CHECKOUT) as process:
                try:
                    until(lambda: waiting(watching), process)
                finally:
                    process.kill()
        until(lambda: others(watching) == 0)
    assert kept(own_engine) == before
    assert put_in_force(own_engine, folder).revision == 2
