"""The database goes away and comes back, and the service with it."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, text

from open311.catalogue.loading import jurisdiction_folders
from open311.database import migrating
from open311.database.cluster import Cluster, cluster_of
from open311.settings import CHECKOUT
from tests.clients import check_answer
from tests.conftest import JURISDICTIONS
from tests.folders import put_in_force
from tests.keys import new_key
from tests.live.serving import Service, get, post, serving, stored_ids, until


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A database server of its own, as durable as in earnest."""
    with tempfile.TemporaryDirectory(prefix="open311-outage-") as directory:
        Path(directory).chmod(0o755)  # the server's user must be able to enter
        cluster = cluster_of(CHECKOUT, Path(directory) / "cluster")
        cluster.start()
        cluster.create_database("outage")
        yield cluster
        cluster.stop()


@pytest.fixture(scope="module")
def own_url(own_cluster: Cluster) -> str:
    url = own_cluster.url("outage")
    engine = create_engine(url)
    migrating.upgrade(engine)
    for folder in jurisdiction_folders(CHECKOUT / "jurisdictions"):
        put_in_force(engine, folder)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def own_key(own_url: str) -> str:
    engine = create_engine(own_url)
    with engine.begin() as connection:
        key = new_key(connection, JURISDICTIONS)
    engine.dispose()
    return key


@pytest.fixture(scope="module")
def service(own_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(own_url, tmp_path_factory.mktemp("service") / "log") as service:
        yield service


def calls(service: Service, key: str) -> list[Callable[[], requests.Response]]:
    """Return one call of each kind, often enough to meet each worker."""
    return [
        lambda: post(service.address, key),
        lambda: get(service.address, "requests.json"),
        lambda: get(service.address, "services.xml"),
        lambda: get(service.address, "services/graffiti.json"),
        lambda: get(service.address, "discovery.json"),
        lambda: requests.get(f"{service.address}/", timeout=30),
    ] * 4


def test_a_token_becomes_an_id_though_the_database_was_away(
    own_cluster: Cluster, own_key: str, service: Service
) -> None:
    until(lambda: len(service.workers) == 2)
    background, workers = service.background, service.workers
    report = {"service_code": "abandoned_vehicle", "attribute[plates]": "none"}
    # The worker is kept from it until the database has gone and come.
    os.kill(background, signal.SIGSTOP)
    [told] = post(service.address, own_key, **report).json()
    own_cluster.stop()
    os.kill(background, signal.SIGCONT)
    time.sleep(2)
    own_cluster.start()
    [found] = until(
        lambda: [
            one["service_request_id"]
            for one in get(service.address, f"tokens/{told['token']}.json").json()
            if "service_request_id" in one
        ]
    )
    assert get(service.address, f"requests/{found}.json").status_code == 200
    assert (service.background, service.workers) == (background, workers)


def test_while_the_database_is_away_clients_are_told_to_come_back(
    own_cluster: Cluster, own_key: str, service: Service
) -> None:
    address = service.address
    own_cluster.stop()
    try:
        answers = [
            *((format, get(address, f"requests.{format}")) for format in ("json", "xml")),
            *((format, get(address, f"services.{format}")) for format in ("json", "xml")),
            ("json", post(address, own_key)),
            ("json", get(address, "tokens/unknown.json")),
            ("xml", requests.get(f"{address}/open311/discovery.xml", timeout=30)),
            ("xml", requests.get(f"{address}/", timeout=30)),
        ]
    finally:
        own_cluster.start()
    for format, answer in answers:
        assert answer.status_code == 503, answer.url
        check_answer("errors", answer.content, format)
        assert int(answer.headers["Retry-After"]) > 0
        # Nothing of the inside is told.
        assert not any(word in answer.text for word in ("psycopg", "socket", "PostgreSQL"))
    for call in calls(service, own_key):
        assert call().status_code == 200


def test_a_restart_between_calls_is_not_noticed(
    own_cluster: Cluster, own_key: str, service: Service
) -> None:
    for call in calls(service, own_key):
        assert call().status_code == 200
    own_cluster.stop()
    own_cluster.start()
    for call in calls(service, own_key):
        assert call().status_code == 200


def test_cut_connections_are_not_noticed(own_url: str, own_key: str, service: Service) -> None:
    for call in calls(service, own_key):
        assert call().status_code == 200
    engine = create_engine(own_url)
    with engine.connect() as connection:
        others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
    engine.dispose()
    for call in calls(service, own_key):
        assert call().status_code == 200


def test_what_was_acknowledged_survives_a_crash_of_the_database(
    own_cluster: Cluster, own_url: str, own_key: str, service: Service
) -> None:
    acknowledged = [
        post(service.address, own_key).json()[0]["service_request_id"] for _ in range(20)
    ]
    # Immediate shutdown: nothing is written any more, and the start is a recovery.
    process_file = own_cluster.directory / "data" / "postmaster.pid"
    os.kill(int(process_file.read_text().split()[0]), signal.SIGQUIT)
    until(lambda: not process_file.exists())
    own_cluster.start()
    engine = create_engine(own_url)
    assert set(acknowledged) <= stored_ids(engine)
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.scalar(text(f"SHOW {setting}")) == "on"
    engine.dispose()


def test_it_can_be_started_before_the_database(
    own_cluster: Cluster, own_url: str, own_key: str, tmp_path: Path
) -> None:
    own_cluster.stop()
    try:
        with serving(own_url, tmp_path / "log") as service:
            assert get(service.address, "services.json").status_code == 503
            own_cluster.start()
            for call in calls(service, own_key):
                assert call().status_code == 200
            assert service.stop() == 0
    finally:
        own_cluster.start()
