"""The private cluster, tried with real servers."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from sqlalchemy import make_url

from open311.database.cluster import Cluster, ClusterError, cluster_of
from open311.database.postgres import find_programs, server_user

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="concerns root only")
not_as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")


@contextmanager
def folder_that_the_server_can_enter() -> Iterator[Path]:
    # Not tmp_path: with root it lies where PostgreSQL's user cannot enter.
    path = Path(tempfile.mkdtemp(prefix="open311-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@contextmanager
def cluster_in(folder: Path) -> Iterator[Cluster]:
    cluster = cluster_of(Path("/somewhere"), folder, durable=False)
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.socket_directory, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_that_the_server_can_enter() as path:
        yield path


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    with cluster_in(folder / "one") as cluster:
        yield cluster


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """One for the tests that leave it as they found it."""
    with folder_that_the_server_can_enter() as path, cluster_in(path) as cluster:
        cluster.start()
        yield cluster


def connect(cluster: Cluster, database: str = "postgres") -> Any:
    url = make_url(cluster.url(database))
    connection = psycopg2.connect(
        host=url.query["host"], user=url.username, dbname=url.database, connect_timeout=5
    )
    connection.autocommit = True
    return closing(connection)


def ask(cluster: Cluster, query: str, database: str = "postgres") -> Any:
    with connect(cluster, database) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def test_a_cluster_serves_postgis_in_utf8_and_utc_without_a_port(running: Cluster) -> None:
    assert running.is_running()
    running.create_database("city")
    ask(running, "CREATE EXTENSION postgis", "city")
    distance = ask(
        running,
        "SELECT ST_Distance('POINT(17.03 51.11)'::geography, 'POINT(19.94 50.06)'::geography)",
        "city",
    )
    assert 230_000 < distance < 240_000, "metres from Wrocław to Kraków"
    assert ask(running, "SHOW server_encoding") == "UTF8"
    assert ask(running, "SHOW timezone") == "UTC"
    assert ask(running, "SHOW listen_addresses") == ""
    assert ask(running, "SHOW jit") == "off"
    assert ask(running, "SELECT upper('łódź')") == "ŁÓDŹ"


def test_what_was_written_is_there_after_a_restart_and_a_reboot(cluster: Cluster) -> None:
    cluster.start()
    ask(cluster, "CREATE TABLE kept AS SELECT 311 AS number")
    cluster.stop()  # which takes the socket directory away, as a reboot does
    cluster.start()
    assert ask(cluster, "SELECT number FROM kept") == 311


def test_a_second_start_is_harmless(running: Cluster) -> None:
    since = ask(running, "SELECT pg_postmaster_start_time()")
    running.create()
    running.start()
    assert ask(running, "SELECT pg_postmaster_start_time()") == since


def test_several_that_start_it_at_once_get_one_server(cluster: Cluster) -> None:
    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(cluster.start) for _ in range(4)]:
            each.result()
    assert cluster.is_running()


def test_stopping_what_does_not_run_is_harmless(cluster: Cluster) -> None:
    cluster.stop()
    assert not cluster.is_running()


def test_two_clusters_run_side_by_side(running: Cluster, cluster: Cluster) -> None:
    cluster.start()
    cluster.create_database("only_here")
    count = "SELECT count(*) FROM pg_database WHERE datname = 'only_here'"
    assert (ask(cluster, count), ask(running, count)) == (1, 0)
    cluster.stop()
    assert not cluster.is_running()
    assert not cluster.socket_directory.exists()
    assert running.is_running()


def test_a_database_is_made_once_copied_and_dropped(running: Cluster) -> None:
    running.create_database("first")
    ask(running, "CREATE TABLE kept AS SELECT 311 AS number", "first")
    running.create_database("first")
    running.create_database('odd "name', template="first")
    assert ask(running, "SELECT number FROM kept", 'odd "name') == 311
    with connect(running, "first"):
        assert running.connections() == 1
        running.drop_database("first")
    running.drop_database("first")
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        connect(running, "first")


def test_a_refusal_of_the_server_is_told(running: Cluster) -> None:
    with pytest.raises(ClusterError, match="no_such_template"):
        running.create_database("another", template="no_such_template")


def test_a_failed_start_shows_the_end_of_the_log(cluster: Cluster) -> None:
    cluster.create()
    (cluster.directory / "data" / "postgresql.auto.conf").write_text("shared_buffers = 'plenty'\n")
    with pytest.raises(ClusterError, match=r"(?s)could not start server.*shared_buffers"):
        cluster.start()


def test_an_interrupted_creation_is_done_again(cluster: Cluster) -> None:
    half = cluster.directory / "data.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15")
    cluster.start()
    assert cluster.is_running()


def test_a_socket_path_that_is_too_long_is_refused(folder: Path) -> None:
    cluster = Cluster(folder / "state", folder / ("s" * 100))
    with pytest.raises(ClusterError, match="longer than a socket may be"):
        cluster.start()


def test_a_socket_directory_open_to_others_is_refused(cluster: Cluster) -> None:
    cluster.socket_directory.mkdir(mode=0o777)
    cluster.socket_directory.chmod(0o777)
    with pytest.raises(ClusterError, match="others could reach the database"):
        cluster.start()


def test_data_of_a_version_that_is_not_installed_names_the_packages(cluster: Cluster) -> None:
    cluster.create()
    (cluster.directory / "data" / "PG_VERSION").write_text("99\n")
    with pytest.raises(ClusterError, match="postgresql-99 postgresql-99-postgis-3"):
        cluster.start()


def test_the_newest_server_with_postgis_is_found() -> None:
    assert (find_programs() / "initdb").exists()


@as_root
def test_root_has_the_packages_user_run_the_server_and_nobody_else_enter(running: Cluster) -> None:
    user = server_user()
    assert user.pw_name == "postgres"
    for path in (running.directory / "data", running.socket_directory):
        assert path.stat().st_uid == user.pw_uid
        assert path.stat().st_mode & 0o777 == 0o700
    assert running.directory.stat().st_uid == 0, "what else is kept there is not the server's"


@as_root
def test_root_keeps_the_cluster_where_the_servers_user_can_enter() -> None:
    here = cluster_of(Path("/root/open311"))
    assert here.directory.parent == Path("/var/lib/open311")
    assert here.directory != cluster_of(Path("/srv/open311")).directory


@as_root
def test_a_directory_that_the_servers_user_cannot_enter_is_refused(folder: Path) -> None:
    folder.chmod(0o700)
    cluster = cluster_of(Path("/somewhere"), folder / "state")
    with pytest.raises(ClusterError, match="the user postgres, who cannot enter"):
        cluster.start()


@not_as_root
def test_a_checkout_keeps_its_cluster_in_itself() -> None:
    assert cluster_of(Path("/srv/open311")).directory == Path("/srv/open311/.cluster")


@not_as_root
def test_a_directory_that_cannot_be_written_to_is_refused() -> None:
    with pytest.raises(ClusterError, match="OPEN311_CLUSTER_DIRECTORY"):
        cluster_of(Path("/somewhere"), "/proc/open311").start()


def test_the_environments_settings_for_other_servers_do_not_matter(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6000")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=nowhere")
    cluster.start()
    cluster.create_database("city")
    assert cluster.is_running()
