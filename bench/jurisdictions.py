"""Many jurisdictions against two: what clients ask, and what an administrator types."""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlalchemy import Engine

from bench.database import CITIES
from bench.gminas import database_of_jurisdictions, gminas
from bench.lines import Line, Reference, print_table
from bench.servers import Effort, environment_of, gunicorn, wrk
from open311.catalogue.writing import write_folder
from open311.database.cluster import Cluster
from open311.settings import CHECKOUT

COMMANDS = ("check", "plan", "apply")
# Seconds, for each command.
AIM = 2.0

SERVICES = "open311/v2/services.json?jurisdiction_id=wroclaw.pl"
LIST = "open311/v2/jurisdictions.json"


def measure_jurisdictions(cluster: Cluster, number: int, effort: Effort) -> None:
    """Measure a service of so many jurisdictions, made if there is none, against one of two.

    Args:
        cluster: running.
        number: how many.
        effort: see there.
    """
    many = database_of_jurisdictions(cluster, number)
    two = database_of_jurisdictions(cluster, len(CITIES))
    click.echo(f"\n{number:,} jurisdictions; {effort}\n")
    with (
        gunicorn("wsgi:app", effort, many) as service,
        gunicorn("wsgi:app", effort, two) as small,
    ):
        _print_answers(service, small, number, effort)
    _print_commands(many, number, effort.rounds)


def _print_answers(service: str, small: str, number: int, effort: Effort) -> None:
    def line(name: str, path: str, target: float | None = None) -> Line:
        two = Reference("two", lambda: wrk(f"{small}/{path}", effort.seconds))
        return Line(name, lambda: wrk(f"{service}/{path}", effort.seconds), two, target)

    def in_turn() -> float:
        script = str(CHECKOUT / "bench" / "turns.lua")
        there = [str(number - len(CITIES))]
        return wrk(f"{service}/", effort.seconds, "-s", script, script_arguments=there)

    one = line("service list of one", SERVICES, 0.90)
    lines = [
        one,
        line("jurisdictions by point", f"{LIST}?lat=51.11&long=17.03", 0.90),
        line("discovery", "open311/discovery.json"),
        line("list of jurisdictions", LIST),
        line("page for people", "open311/"),
        # Most of them are not in memory: each answer reads a catalogue.
        Line("service lists in turn", in_turn, Reference("one", one.measure), None),
    ]
    print_table(lines, effort.rounds)


def _print_commands(engine: Engine, number: int, rounds: int) -> None:
    """Print the seconds of each command, with a new contact in one folder each time."""
    click.echo(f"\n{'':24}{'seconds':>10}{'aim':>30}")
    files = dict(next(gminas(number - len(CITIES))))
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with TemporaryDirectory() as directory:
        folder = Path(directory) / "gmina-0001"
        for _ in range(rounds):
            contact = f"Urząd gminy 0001, {time.time_ns()}"
            document = files["jurisdiction.yaml"]
            files["jurisdiction.yaml"] = document | {
                "contact": dict.fromkeys(document["languages"], contact)
            }
            write_folder(files, folder)
            for name, measured in seconds.items():
                measured.append(_seconds(name, folder, engine))
    for name, measured in seconds.items():
        median = statistics.median(measured)
        missed = "  missed" if median > AIM else ""
        click.echo(f"{f'jurisdiction {name}':24}{median:>10.2f}{AIM:>30.2f}{missed}")


def _seconds(command: str, folder: Path, engine: Engine) -> float:
    """Return how long a command takes, as it is typed: a process of its own."""
    line = [sys.executable, "-m", "open311", "jurisdiction", command, str(folder)]
    begin = time.perf_counter()
    subprocess.run(line, cwd=CHECKOUT, env=environment_of(engine), check=True, capture_output=True)
    return time.perf_counter() - begin
