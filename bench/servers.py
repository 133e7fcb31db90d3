"""The servers that are measured, and what measures them."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from bench.database import bench_cluster
from open311.database.postgres import find_programs
from open311.people import keyring
from open311.settings import CHECKOUT

CONNECTIONS = 4


@dataclass(frozen=True)
class Effort:
    """How much is measured, and with what.

    Attributes:
        seconds: for each measurement.
        rounds: of which the median counts.
        workers: processes of gunicorn.
        threads: in each of them.
    """

    seconds: int
    rounds: int
    workers: int
    threads: int

    def __str__(self) -> str:
        return (
            f"gunicorn with {self.workers} workers of {self.threads} threads; "
            f"wrk and pgbench with {CONNECTIONS} clients; "
            f"{self.rounds} rounds of {self.seconds} s"
        )


@contextmanager
def gunicorn(application: str, effort: Effort, engine: Engine | None) -> Iterator[str]:
    """Run an application under gunicorn and give its address.

    Args:
        application: module and name, such as `wsgi:app`.
        effort: how many processes and threads.
        engine: names the database; None for an application without one.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = environment_of(engine)
    environment["OPEN311_THREADS"] = str(effort.threads)
    environment["OPEN311_LOG_LEVEL"] = "ERROR"
    command = [sys.executable, "-m", "gunicorn", application, f"--bind={address}",
               f"--workers={effort.workers}", f"--threads={effort.threads}",
               "--log-level=error"]  # fmt: skip
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment) as process:
        try:
            _wait_for(address)
            yield f"http://{address}"
        finally:
            process.terminate()


def environment_of(engine: Engine | None) -> dict[str, str]:
    """Return the environment of what is measured: no settings but database and keyring."""
    environment = {name: value for name, value in os.environ.items() if "OPEN311" not in name}
    if engine:
        environment["OPEN311_DATABASE_URL"] = engine.url.render_as_string(hide_password=False)
        file = bench_cluster().directory / "keyring"
        if not file.exists():
            keyring.create(file)
        environment["OPEN311_KEYRING_FILE"] = str(file)
    return environment


def wrk(url: str, seconds: int, *options: str, script_arguments: Sequence[str] = ()) -> float:
    """Return how many answers a second an address gives.

    Raises:
        RuntimeError: an answer was neither 2xx nor 3xx.
    """
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *options, url]
    output = _run([*command, "--", *script_arguments] if script_arguments else command)
    if "Non-2xx" in output:
        raise RuntimeError(f"{url} gave errors:\n{output}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", output)[0])


def pgbench(engine: Engine, script: str, seconds: int, clients: int) -> float:
    """Return how often a second PostgreSQL alone does what a script says, prepared."""
    host, name = engine.url.query["host"], str(engine.url.database)
    command = [str(find_programs() / "pgbench"), "--no-vacuum", "--protocol=prepared",
               f"--client={clients}", f"--time={seconds}", "--file=/dev/stdin",
               f"--host={host}", "--username=postgres", name]  # fmt: skip
    return float(re.findall(r"tps = ([\d.]+)", _run(command, script))[0])


def _run(command: Sequence[str], text: str = "") -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _wait_for(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"http://{address}/").close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"nothing answers at {address}")
