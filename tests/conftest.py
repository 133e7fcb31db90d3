"""A real PostGIS, both cities, and clients whose every answer is checked against the schemas."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from open311.app import create_app
from open311.catalogue.loading import jurisdiction_folders
from open311.database import migrating
from open311.database.cluster import Cluster, cluster_of
from open311.database.tables import metadata
from open311.people import keyring
from open311.settings import CHECKOUT, read_settings
from tests.buckets import new_bucket, s3_server
from tests.clients import CheckingClient
from tests.folders import put_in_force
from tests.keys import new_key
from tests.mailbox import Mailbox, open_mailbox

# How long an example takes says more of what else runs on the machine than of the code.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

JURISDICTIONS = ("wroclaw.pl", "krakow.pl")

# Where all these applications keep photos.
_MEDIA = tempfile.TemporaryDirectory(prefix="open311-media-")
MEDIA_DIRECTORY = _MEDIA.name

# And the keys of personal data.
_KEYS = tempfile.TemporaryDirectory(prefix="open311-keyring-")
KEYRING_FILE = f"{_KEYS.name}/keyring"
keyring.create(Path(KEYRING_FILE))
KEYRING = keyring.read(Path(KEYRING_FILE))

# Sooner done than TRUNCATE, as there are few.
FORGET = text("""
    -- First, too: it waits for what a worker is at, which else would wait for this in turn.
    DELETE FROM job WHERE NOT is_periodic;
    DELETE FROM photo; DELETE FROM request_event; DELETE FROM reporter; DELETE FROM opinion;
    DELETE FROM delivery; DELETE FROM forwarding; DELETE FROM login_link;
    UPDATE service_request SET duplicate_of = NULL WHERE duplicate_of IS NOT NULL;
    DELETE FROM service_request;
    DELETE FROM idempotent_answer; DELETE FROM job WHERE NOT is_periodic
""")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/live/"))


@pytest.fixture(scope="session", autouse=True)
def _no_photos_left() -> Iterator[None]:
    yield
    _MEDIA.cleanup()
    _KEYS.cleanup()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private cluster of each process that runs tests, thrown away at its end."""
    with tempfile.TemporaryDirectory(prefix="open311-tests-") as directory:
        Path(directory).chmod(0o755)  # the server's user must be able to enter
        cluster = cluster_of(CHECKOUT, Path(directory) / "cluster", durable=False)
        cluster.start()
        yield cluster
        cluster.stop()


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A database with both cities in force, to copy: nobody stays connected to it."""
    cluster.create_database("template_of_tests")
    engine = create_engine(cluster.url("template_of_tests"))
    migrating.upgrade(engine)
    for folder in jurisdiction_folders(CHECKOUT / "jurisdictions"):
        put_in_force(engine, folder)
    engine.dispose()
    return "template_of_tests"


@pytest.fixture(scope="session")
def engine(cluster: Cluster, template: str) -> Iterator[Engine]:
    """A database with both cities in force."""
    cluster.create_database("tests", template)
    engine = create_engine(cluster.url("tests"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def spare(cluster: Cluster, template: str) -> Iterator[Engine]:
    """A second database like that; the schema `saved` keeps what it held at first."""
    cluster.create_database("spare", template)
    engine = create_engine(cluster.url("spare"))
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA saved"))
        for table in metadata.tables:
            connection.execute(text(f"CREATE TABLE saved.{table} AS TABLE public.{table}"))
    yield engine
    engine.dispose()


@pytest.fixture
def own_engine(spare: Engine) -> Iterator[Engine]:
    """A database with both cities in force, which a test may change as it likes."""
    yield spare
    with spare.begin() as connection:
        # The audit log refuses to be emptied by anyone to whom its trigger applies.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        for table in metadata.sorted_tables:
            restore = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM saved.{table}"
            connection.execute(text(restore))


@pytest.fixture(autouse=True)
def _no_reports_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins without reports."""
    yield
    if "engine" in request.fixturenames:
        with request.getfixturevalue("engine").begin() as connection:
            connection.execute(FORGET)


@pytest.fixture(scope="session")
def app(engine: Engine) -> Flask:
    """The application on that database."""
    return app_on(engine)


def app_on(engine: Engine, **settings: str) -> Flask:
    """Return an application on a database, whose answers are checked."""
    url = engine.url.render_as_string(hide_password=False)
    given = {
        "OPEN311_DATABASE_URL": url,
        "OPEN311_MEDIA_DIRECTORY": MEDIA_DIRECTORY,
        "OPEN311_KEYRING_FILE": KEYRING_FILE,
    }
    app = create_app(read_settings(given | settings))
    app.test_client_class = CheckingClient
    return app


@pytest.fixture
def own_client(own_engine: Engine) -> CheckingClient:
    """Talks to an application on the test's own database."""
    return app_on(own_engine).test_client()


@pytest.fixture
def own_key(own_engine: Engine) -> str:
    """An API key for both cities in the test's own database."""
    with own_engine.begin() as connection:
        return new_key(connection, JURISDICTIONS)


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """Talks to the application; fails when an answer does not fit its schema."""
    return app.test_client()


@pytest.fixture(scope="session")
def key(engine: Engine) -> str:
    """An API key for both cities."""
    with engine.begin() as connection:
        return new_key(connection, JURISDICTIONS)


@pytest.fixture(params=JURISDICTIONS)
def city(request: pytest.FixtureRequest) -> str:
    """Each city in turn."""
    return request.param


@pytest.fixture(params=("json", "xml"))
def format(request: pytest.FixtureRequest) -> str:
    """Each format in turn."""
    return request.param


@pytest.fixture(scope="module")
def server(engine: Engine) -> Iterator[str]:
    """The service as it is run, on a port of its own; its address.

    It ends with the tests of a file, as its worker gives ids in the database too.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": "/usr/bin:/bin",
        "OPEN311_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "OPEN311_ASSIGNMENT_SECONDS": "1",
        "OPEN311_MEDIA_DIRECTORY": MEDIA_DIRECTORY,
        "OPEN311_KEYRING_FILE": KEYRING_FILE,
    }
    command = [sys.executable, "-m", "open311", "serve", f"--port={port}"]
    with subprocess.Popen(command, env=environment, cwd=CHECKOUT) as process:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/open311/discovery.json", process)
        yield address
        process.terminate()
        assert process.wait(60) == 0


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A server that speaks S3; its address."""
    with s3_server() as address:
        yield address


@pytest.fixture
def bucket(s3: str) -> dict[str, str]:
    """An empty bucket; the settings that lead to it."""
    return new_bucket(s3)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server of this test alone, and what it has taken."""
    with open_mailbox() as mailbox:
        yield mailbox


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server does not answer")
