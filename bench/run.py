"""`script/bench`: loads rows, measures, prints each figure as a ratio within this run.

The machine may be noisy, so each line is measured in turn with what it is compared with, several
times, and the median of the ratios counts.
"""

import json
import re
import urllib.request
from collections.abc import Callable

import click
from sqlalchemy import Engine

from bench.database import bench_cluster, database_of, new_key
from bench.jurisdictions import measure_jurisdictions
from bench.lines import Line, Reference, print_table
from bench.servers import CONNECTIONS, Effort, gunicorn, pgbench, wrk
from open311.database.cluster import Cluster
from open311.settings import CHECKOUT

CITY = "jurisdiction_id=wroclaw.pl"

PAGE_SQL = """
SELECT public_json, service_request_id FROM service_request
WHERE jurisdiction_id = 'wroclaw.pl' AND endpoint_type = 'production' AND public_json IS NOT NULL
  AND requested_datetime >= now() - interval '90 days'
ORDER BY requested_datetime DESC, number DESC LIMIT 50;
"""

# The same row as the POST's, and nothing else of what a POST does.
INSERT_SQL = """
INSERT INTO service_request (jurisdiction_id, number, endpoint_type, service_request_id,
    service_code, status, description, unit_code, requested_datetime, updated_datetime,
    expected_datetime, area_code, geometry, attributes, public_json, public_xml)
SELECT 'wroclaw.pl', number, 'production', 'WRO-' || number, 'pothole', 'open',
    'Measured report', unit_code, now(), now(), now() + interval '7 days', area_code,
    geometry, '{{"carriageway_blocked": ["no"]}}', '{json}', '{xml}'
FROM (SELECT nextval('service_request_number') AS number, 'zdium' AS unit_code,
    'wroclaw-01' AS area_code, ST_SetSRID(ST_MakePoint(17.0319, 51.11), 4326) AS geometry) AS new;
"""


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Requests in the database.")
@click.option("--against", type=int, help="Compare a page of 50 with a database of so many too.")
@click.option("--jurisdictions", type=int, help="Measure so many of them, and nothing else.")
@click.option("--seconds", default=3, show_default=True, help="For each measurement.")
@click.option("--rounds", default=5, show_default=True, help="Of which the median counts.")
@click.option("--workers", default=2, show_default=True, help="Processes of gunicorn.")
@click.option("--threads", default=4, show_default=True, help="Threads in each of them.")
def bench(rows: int, against: int | None, jurisdictions: int | None, **effort: int) -> None:
    """Measure the service against the ceiling: the same server answering two constant bytes.

    With many jurisdictions: against the same service with two.
    """
    cluster = bench_cluster()
    cluster.start()
    try:
        if jurisdictions:
            measure_jurisdictions(cluster, jurisdictions, Effort(**effort))
        else:
            _measure_requests(cluster, rows, against, Effort(**effort))
    finally:
        cluster.stop()


def _measure_requests(cluster: Cluster, rows: int, against: int | None, effort: Effort) -> None:
    engine = database_of(cluster, rows)
    other = database_of(cluster, against) if against else None
    seconds = effort.seconds
    click.echo(f"\n{rows:,} requests; {effort}\n")
    with (
        gunicorn("bench.ceiling:app", effort, None) as constant,
        gunicorn("wsgi:app", effort, engine) as service,
    ):
        ceiling = Reference("ceiling", lambda: wrk(constant, seconds))
        lines = _lines(engine, service, seconds, ceiling)
        if other:
            with gunicorn("wsgi:app", effort, other) as small:
                lines.append(_page_line(service, small, seconds, f"{against:,} rows"))
                print_table(lines, effort.rounds)
        else:
            print_table(lines, effort.rounds)


def _lines(engine: Engine, service: str, seconds: int, ceiling: Reference) -> list[Line]:
    endpoint = f"{service}/open311/v2"
    newest = json.load(urllib.request.urlopen(f"{endpoint}/requests.json?{CITY}&page_size=1"))
    single = f"{endpoint}/requests/{newest[0]['service_request_id']}.json?{CITY}"
    page = f"{endpoint}/requests.json?{CITY}&page_size=50"
    key = new_key(engine)

    def get(path: str) -> Callable[[], float]:
        return lambda: wrk(path if path.startswith("http") else f"{endpoint}/{path}", seconds)

    def not_modified() -> float:
        # Asked for each time: the POSTs in between change what there is.
        etag = urllib.request.urlopen(page).headers["ETag"]
        return wrk(page, seconds, "-H", f"If-None-Match: {etag}")

    def post() -> float:
        script = str(CHECKOUT / "bench" / "post.lua")
        address = f"{endpoint}/requests.json"
        return wrk(address, seconds, "-s", script, script_arguments=[key])

    insert = Reference("insert", _insert(engine, service, seconds))
    return [
        Line("page of 50, JSON", get(page), ceiling, 0.40),
        Line("page of 50, XML", get(f"requests.xml?{CITY}&page_size=50"), ceiling, 0.40),
        Line("single request", get(single), ceiling, 0.60),
        Line("304 of a page", not_modified, ceiling, 0.70),
        Line("list of 1,000, JSON", get(f"requests.json?{CITY}"), ceiling, 0.08),
        Line("list of 1,000, XML", get(f"requests.xml?{CITY}"), ceiling, 0.08),
        Line("service list", get(f"services.json?{CITY}"), ceiling, 0.60),
        Line("page of 50, SQL alone", lambda: pgbench(engine, PAGE_SQL, seconds, 2), ceiling, None),
        Line("durable POST", post, insert, 0.30),
    ]


def _page_line(service: str, small: str, seconds: int, against: str) -> Line:
    page = f"open311/v2/requests.json?{CITY}&page_size=50"
    reference = Reference(against, lambda: wrk(f"{small}/{page}", seconds))
    # 1.2 of the time is 1/1.2 of the answers a second.
    return Line("page of 50, JSON", lambda: wrk(f"{service}/{page}", seconds), reference, 0.83)


def _insert(engine: Engine, service: str, seconds: int) -> Callable[[], float]:
    # pgbench takes a colon before a letter or digit for a variable of its own.
    colons = {"json": r"\u003a", "xml": "&#58;"}
    fragments = {}
    for format, colon in colons.items():
        url = f"{service}/open311/v2/requests.{format}?{CITY}&page_size=1"
        body = urllib.request.urlopen(url).read().decode().replace("'", "''")
        inside = body[1:-1] if format == "json" else re.findall("<request>.*</request>", body)[0]
        inside = re.sub(r'":(?=\w)', '": ', inside)
        fragments[format] = re.sub(r":(?=\d)", lambda _, colon=colon: colon, inside)
    script = INSERT_SQL.format(**fragments).replace("\n", " ").strip()
    return lambda: pgbench(engine, script, seconds, CONNECTIONS)


if __name__ == "__main__":
    bench()
