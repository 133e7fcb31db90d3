"""The service as processes: how it ends, what a crash of a part does, and neighbours."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from requests.exceptions import ChunkedEncodingError
from sqlalchemy import Engine, create_engine, func, select

from open311.database import tables
from open311.database.cluster import Cluster
from tests.conftest import JURISDICTIONS
from tests.keys import new_key
from tests.live.serving import (
    SHARED,
    Service,
    accepts,
    children,
    connect,
    form,
    free_port,
    get,
    post,
    receive,
    responds,
    serving,
    stored_ids,
    traces,
    until,
    url_of,
)


def test_sigterm_finishes_what_is_under_way(engine: Engine, key: str, tmp_path: Path) -> None:
    body = urlencode(form(key, description="Zażółć " * 400)).encode()
    head = (
        f"POST {SHARED}/requests.json HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    acknowledged: list[str] = []

    with serving(url_of(engine), tmp_path / "log") as service, ThreadPoolExecutor(4) as clients:

        def report_until_it_ends() -> None:
            try:
                while True:
                    told = post(service.address, key).json()
                    acknowledged.append(told[0]["service_request_id"])
            except requests.ConnectionError:
                pass

        with connect(service) as upload:
            upload.sendall(head + body[:100])
            done = [clients.submit(report_until_it_ends) for _ in range(4)]
            until(lambda: len(acknowledged) > 20)
            service.process.send_signal(signal.SIGTERM)
            time.sleep(1)
            # A slow upload is not cut off.
            for part in range(100, len(body), 1000):
                upload.sendall(body[part : part + 1000])
                time.sleep(0.05)
            answer = receive(upload)
        assert service.process.wait(30) == 0
        for one in done:
            one.result()
    assert answer.startswith(b"HTTP/1.1 200 OK")
    stored = stored_ids(engine)
    assert set(acknowledged) <= stored
    assert len(acknowledged) == len(set(acknowledged))
    assert any(one.encode() in answer for one in stored - set(acknowledged))
    assert traces(service) == []


def test_it_ends_well_while_it_is_still_starting(engine: Engine, tmp_path: Path) -> None:
    with serving(url_of(engine), tmp_path / "log", answering=False) as service:
        until(lambda: len(children(service.process.pid)) == 2)
        assert service.stop() == 0


def test_killed_workers_lose_no_acknowledged_report(
    engine: Engine, key: str, tmp_path: Path
) -> None:
    acknowledged: dict[str, str] = {}
    failures: list[str] = []
    number = itertools.count()
    ending = threading.Event()

    with serving(url_of(engine), tmp_path / "log") as service:

        def report() -> None:
            while not ending.is_set():
                name = f"report {next(number)}"
                # As a careful client does: again with the same key until it is told an id.
                while name not in acknowledged:
                    try:
                        answer = post(service.address, key, {"Idempotency-Key": name})
                    except (requests.ConnectionError, ChunkedEncodingError):
                        failures.append(name)
                    else:
                        assert answer.status_code == 200, answer.text
                        acknowledged[name] = answer.json()[0]["service_request_id"]

        with ThreadPoolExecutor(4) as clients:
            done = [clients.submit(report) for _ in range(4)]
            for _ in range(3):
                before = len(acknowledged)
                until(lambda before=before: len(acknowledged) > before + 10)
                for worker in service.workers:
                    os.kill(worker, signal.SIGKILL)
                until(lambda: len(service.workers) == 2)
            ending.set()
        for one in done:
            one.result()
        assert failures, "no worker was killed at work"
        # Each report once: those who asked twice were told the same.
        assert sorted(acknowledged.values()) == sorted(stored_ids(engine))
        assert get(service.address, "services.json").status_code == 200
        # Ctrl-C ends it as SIGTERM does.
        assert service.stop(signal.SIGINT) == 0
    assert traces(service) == []


def test_without_its_background_worker_it_ends(engine: Engine, tmp_path: Path) -> None:
    """Whatever started it can start it again; half of it would go unnoticed."""
    with serving(url_of(engine), tmp_path / "log") as service:
        os.kill(service.background, signal.SIGKILL)
        assert service.process.wait(30) == 1
        assert not accepts(service)


class Neighbours:
    """Instances side by side: two on one database, one on another, one without a free port."""

    def __init__(self, shared: str, other: str, directory: Path, running: ExitStack) -> None:
        port = free_port()
        self.one, self.two, self.other = (
            running.enter_context(serving(url, directory / name, port_, answering=False))
            for name, url, port_ in (
                ("one", shared, port),
                ("two", shared, free_port()),
                ("other", other, free_port()),
            )
        )
        for service in (self.one, self.two, self.other):
            until(lambda service=service: responds(service), service.process)
        self.late = running.enter_context(
            serving(shared, directory / "late", port, answering=False)
        )


@pytest.fixture(scope="module")
def other_engine(cluster: Cluster, template: str) -> Iterator[Engine]:
    """Another database with both cities."""
    cluster.create_database("other", template)
    engine = create_engine(cluster.url("other"))
    yield engine
    engine.dispose()
    cluster.drop_database("other")


@pytest.fixture(scope="module")
def neighbours(
    engine: Engine, other_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Neighbours]:
    directory = tmp_path_factory.mktemp("neighbours")
    with ExitStack() as running:
        neighbours = Neighbours(url_of(engine), url_of(other_engine), directory, running)
        yield neighbours
        # All at once; each is waited for as it is left.
        for service in (neighbours.one, neighbours.two, neighbours.other):
            service.process.terminate()


def test_two_instances_with_their_own_databases_know_nothing_of_each_other(
    neighbours: Neighbours, other_engine: Engine, key: str
) -> None:
    one, other = neighbours.one.address, neighbours.other.address
    [told] = post(one, key).json()
    path = f"requests/{told['service_request_id']}.json"
    assert get(one, path).status_code == 200
    assert get(other, path).status_code == 404
    assert post(other, key).status_code == 403
    with other_engine.begin() as connection:
        other_key = new_key(connection, JURISDICTIONS)
    assert post(other, other_key).status_code == 200
    # Each tells clients of itself.
    for address in (one, other):
        production = get(address, "discovery.json").json()["endpoints"][0]
        assert production["url"] == address + SHARED


def test_two_instances_on_one_database_give_each_report_one_id(
    neighbours: Neighbours, engine: Engine, key: str
) -> None:
    report = {"service_code": "abandoned_vehicle", "attribute[plates]": "none"}

    def token(service: Service) -> str:
        [told] = post(service.address, key, **report).json()
        return str(told["token"])

    with ThreadPoolExecutor(4) as clients:
        tokens = list(clients.map(token, [neighbours.one, neighbours.two] * 20))
    given = (
        select(func.count())
        .select_from(tables.request_event)
        .where(tables.request_event.c.kind == "id_assigned")
    )

    def number_given() -> int:
        with engine.connect() as connection:
            return connection.scalar(given) or 0

    until(lambda: number_given() >= len(tokens))
    time.sleep(1.5)
    assert number_given() == len(tokens)
    ids = {
        get(neighbours.two.address, f"tokens/{token}.json").json()[0]["service_request_id"]
        for token in tokens
    }
    assert len(ids) == len(tokens)


def test_a_port_that_is_taken_is_told(neighbours: Neighbours) -> None:
    assert neighbours.late.process.wait(30) == 1
    assert str(neighbours.one.port) in neighbours.late.log.read_text()
    assert get(neighbours.one.address, "services.json").status_code == 200


def test_the_end_of_one_instance_leaves_the_others(neighbours: Neighbours) -> None:
    assert neighbours.two.stop() == 0
    for service in (neighbours.one, neighbours.other):
        assert get(service.address, "services.json").status_code == 200
        assert traces(service) == []
