"""`python -m bench.importing`: requests from CSV to committed rows, beside plain COPY of the same.

The rows are samples, written as another system would as GeoReport Bulk. What is compared with is
COPY of the finished rows, public records and all, into the same tables.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import Engine, text

from bench.database import CITIES, bench_cluster, database_of, database_of_cities, settle
from open311.access.rights import shell
from open311.georeport.encoding import render_request
from open311.importing.mapping import ImportMap
from open311.importing.preparing import Target
from open311.importing.requests import Watcher, import_requests
from open311.importing.sources import open_source

CITY = CITIES[0]

_EXPORT = f"""
    COPY (
        SELECT service_request_id, requested_datetime, updated_datetime, status, status_notes,
               service_code, description, address, ST_Y(geometry) AS lat, ST_X(geometry) AS long
        FROM service_request WHERE jurisdiction_id = '{CITY}'
    ) TO STDOUT (FORMAT csv, HEADER)
"""
_TABLES = ("service_request", "external_reference", "request_event")


@click.command()
@click.option("--rows", default=100_000, show_default=True, help="Requests to import.")
@click.option("--rounds", default=3, show_default=True, help="Of which the median counts.")
def bench(rows: int, rounds: int) -> None:
    """Measure an import from CSV against COPY of the rows that it writes."""
    cluster = bench_cluster()
    cluster.start()
    try:
        engine = database_of_cities(cluster, "bench_importing")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "old.csv"
            _export(database_of(cluster, rows * len(CITIES)), _EXPORT, file)
            speeds, ratios = [], []
            for _ in range(rounds):
                _forget(engine)
                seconds = _timed(lambda: _import(engine, file))
                plain = _plain_copy(engine, Path(folder))
                speeds.append(rows / seconds)
                ratios.append(plain / seconds)
        click.echo(
            f"{rows:,} requests from CSV: {statistics.median(speeds):,.0f} rows/s, "
            f"{statistics.median(ratios):.2f} of plain COPY"
        )
    finally:
        cluster.stop()


def _import(engine: Engine, file: Path) -> None:
    target = Target(CITY, "bench", ImportMap(), render_request)
    watcher = Watcher(lambda _: None, lambda _: None, lambda *_: None)
    with open_source(str(file)) as source:
        imported = import_requests(engine, source, target, shell("script/bench"), watcher)
    if imported.refused:
        raise click.ClickException(f"not all were taken: {imported.refused}")


def _plain_copy(engine: Engine, folder: Path) -> float:
    """Copy the rows out, and return how long it takes to copy them in again."""
    files = {table: folder / table for table in _TABLES}
    for table, file in files.items():
        _export(engine, f"COPY {table} TO STDOUT (FORMAT binary)", file)
    _forget(engine)

    def copy_in() -> None:
        with engine.begin() as connection, closing(connection.connection.cursor()) as cursor:
            for table, file in files.items():
                with file.open("rb") as stream:
                    cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", stream, 65536)

    return _timed(copy_in)


def _export(engine: Engine, statement: str, file: Path) -> None:
    with (
        engine.begin() as connection,
        closing(connection.connection.cursor()) as cursor,
        file.open("wb") as stream,
    ):
        cursor.copy_expert(statement, stream)


def _forget(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE service_request CASCADE"))
    settle(engine)


def _timed(act: Callable[[], None]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


if __name__ == "__main__":
    bench()
