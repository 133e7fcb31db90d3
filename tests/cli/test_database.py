"""The database from the command line: status, upgrade, downgrade, and the private cluster."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.database import migrating
from open311.database.cluster import Cluster, cluster_of
from open311.settings import CHECKOUT
from tests.cli.running import Ended, run, run_process, url_of

NEWEST = migrating.newest_revision()


@pytest.fixture(scope="module")
def _bare(cluster: Cluster) -> Iterator[str]:
    cluster.create_database("bare")
    yield cluster.url("bare")
    cluster.drop_database("bare")


@pytest.fixture
def bare(_bare: str) -> Iterator[str]:
    """The URL of a database without any table of ours."""
    yield _bare
    assert run("db", "downgrade", "base", "--yes", DATABASE_URL=_bare).code == 0


def test_a_database_that_is_up_to_date_is_well(own_engine: Engine) -> None:
    ended = run("db", "status", DATABASE_URL=url_of(own_engine))
    assert (ended.code, ended.err) == (0, "")
    assert f"tables:   revision {NEWEST}\n" in ended.out
    assert "cluster:" not in ended.out


def test_a_database_without_tables_is_not_well(bare: str) -> None:
    ended = run("db", "status", DATABASE_URL=bare)
    assert ended.code == 1
    assert f"tables:   none, not {NEWEST}\n" in ended.out


def test_a_database_that_does_not_answer_is_not_well() -> None:
    ended = run("db", "status")
    assert ended.code == 1
    assert "the database does not answer" in ended.out


def test_status_does_not_tell_the_password() -> None:
    url = "postgresql+psycopg2://anna:secret@127.0.0.1:1/open311"
    ended = run("db", "status", DATABASE_URL=url)
    assert ended.code == 1
    assert "anna:***@127.0.0.1" in ended.out
    assert "secret" not in ended.out + ended.err


def test_an_upgrade_makes_the_tables_once(bare: str) -> None:
    first, second = (run("db", "upgrade", DATABASE_URL=bare) for _ in range(2))
    assert first == Ended(0, f"The tables are at revision {NEWEST}.\n", "")
    assert second == Ended(0, f"The tables are at revision {NEWEST}, as before.\n", "")
    assert run("db", "status", DATABASE_URL=bare).code == 0


def test_a_downgrade_asks_before_it_deletes(bare: str) -> None:
    run("db", "upgrade", DATABASE_URL=bare)
    refused = run("db", "downgrade", "base", given="n\n", DATABASE_URL=bare)
    assert refused.code == 1
    assert "deletes" in refused.out
    assert run("db", "status", DATABASE_URL=bare).code == 0
    agreed = run("db", "downgrade", "base", given="y\n", DATABASE_URL=bare)
    assert agreed.code == 0
    assert run("db", "status", DATABASE_URL=bare).code == 1


@pytest.mark.parametrize(
    "arguments", [["upgrade", "--to", "nonsense"], ["downgrade", "nonsense", "--yes"]], ids=" ".join
)
def test_a_revision_that_does_not_exist_is_a_message(bare: str, arguments: list[str]) -> None:
    ended = run("db", *arguments, DATABASE_URL=bare)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("open311: ")
    assert "nonsense" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["jurisdiction", "list"],
        ["jurisdiction", "apply"],
        ["key", "list"],
        ["key", "revoke", "1"],
        ["key", "issue", "--jurisdiction", "krakow.pl", "--label", "Anna"],
        ["demo", "load"],
    ],
    ids=" ".join,
)
def test_where_tables_are_missing_the_way_to_them_is_told(bare: str, arguments: list[str]) -> None:
    ended = run(*arguments, DATABASE_URL=bare)
    assert (ended.code, ended.out) == (1, "")
    assert "open311 db upgrade" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("command", ["start", "stop", "directory"])
def test_where_a_server_is_named_there_is_no_private_cluster(
    own_engine: Engine, command: str
) -> None:
    ended = run("db", command, DATABASE_URL=url_of(own_engine))
    assert (ended.code, ended.out) == (2, "")
    assert "OPEN311_DATABASE_URL is set" in ended.err


def test_psql_opens_on_the_database(own_engine: Engine) -> None:
    query = "SELECT count(*) FROM jurisdiction"
    arguments = ["db", "psql", "--no-psqlrc", "-Atc", query]
    assert run_process(*arguments, DATABASE_URL=url_of(own_engine)) == Ended(0, "2\n", "")


def test_a_private_cluster_begins_serves_and_ends() -> None:
    directory = Path(tempfile.mkdtemp(prefix="open311-test-"))
    directory.chmod(0o755)  # the server's user must be able to enter
    place = directory / "cluster"
    here = {"CLUSTER_DIRECTORY": str(place)}
    try:
        assert run("db", "directory", **here) == Ended(0, f"{place}\n", "")
        before = run("db", "status", **here)
        assert before.code == 1
        assert f"cluster:  private, in {place}, stopped" in before.out
        assert run("db", "start", **here) == Ended(0, f"The cluster in {place} is running.\n", "")
        assert run("db", "start", **here).code == 0
        assert run("db", "upgrade", **here).code == 0
        running = run("db", "status", **here)
        assert running.code == 0
        assert f"cluster:  private, in {place}, running" in running.out
        assert run("db", "stop", **here) == Ended(0, f"The cluster in {place} is stopped.\n", "")
        assert run("db", "status", **here).code == 1
        assert run("db", "stop", **here).code == 0
    finally:
        cluster = cluster_of(CHECKOUT, place)
        cluster.stop()
        shutil.rmtree(cluster.socket_directory, ignore_errors=True)
        shutil.rmtree(directory)


@pytest.mark.skipif(os.geteuid() != 0, reason="concerns root only")
def test_a_cluster_in_a_place_that_the_server_cannot_enter_is_a_message(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    ended = run("db", "start", CLUSTER_DIRECTORY=str(tmp_path / "cluster"))
    assert (ended.code, ended.out) == (1, "")
    assert "cannot enter" in ended.err
    assert "OPEN311_CLUSTER_DIRECTORY" in ended.err


def test_a_cluster_in_use_is_left_to_those_who_use_it(cluster: Cluster, engine: Engine) -> None:
    directory = str(cluster.directory)
    with engine.connect():
        ended = run("db", "stop", "--if-unused", CLUSTER_DIRECTORY=directory)
    assert (ended.code, cluster.is_running()) == (0, True)
    assert "is in use by others; it goes on running." in ended.out
