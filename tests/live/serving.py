"""Services of a test's own, as processes to be looked into, and talk to them byte by byte."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, select

from open311.database import tables
from open311.settings import CHECKOUT
from tests.conftest import KEYRING_FILE
from tests.reporting import MIDDLE

CITY = "wroclaw.pl"
SHARED = "/open311/v2"


@dataclass(frozen=True)
class Service:
    """A running `open311 serve`."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.address.rpartition(":")[2])

    @property
    def gunicorn(self) -> int:
        """The process id of gunicorn's master."""
        return self._child("gunicorn")

    @property
    def background(self) -> int:
        """The process id of the worker that gives ids."""
        return self._child("work")

    @property
    def workers(self) -> list[int]:
        """The process ids of those that answer."""
        return children(self.gunicorn)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def _child(self, argument: str) -> int:
        found = [
            child
            for child in children(self.process.pid)
            if argument.encode() in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        ]
        assert found, f"no process {argument}"
        return found[0]


def children(process: int) -> list[int]:
    """Return the process ids of a process's children."""
    return [
        int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]


@contextmanager
def serving(
    database_url: str, log: Path, port: int = 0, *, answering: bool = True, **environment: str
) -> Iterator[Service]:
    """Run `open311 serve` until the end of the block.

    Args:
        database_url: of its database.
        log: the file for what it writes.
        port: where to listen; a free one when not given.
        answering: whether to wait until it answers.
        environment: further variables.
    """
    port = port or free_port()
    variables = {
        "PATH": "/usr/bin:/bin",
        "OPEN311_DATABASE_URL": database_url,
        "OPEN311_ASSIGNMENT_SECONDS": "0",
        "OPEN311_MEDIA_DIRECTORY": str(log.parent / "media"),
        "OPEN311_KEYRING_FILE": KEYRING_FILE,
        **environment,
    }
    command = [sys.executable, "-m", "open311", "serve", f"--port={port}"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, env=variables, cwd=CHECKOUT, stdout=output, stderr=output
        ) as process,
    ):
        service = Service(f"http://127.0.0.1:{port}", process, log)
        try:
            if answering:
                until(lambda: responds(service), process)
            yield service
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    for child in children(process.pid):
                        os.killpg(child, signal.SIGKILL)
                    process.kill()
                    raise


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def responds(service: Service) -> bool:
    """Tell whether a service answers, be it that it cannot."""
    try:
        requests.get(f"{service.address}/open311/discovery.json", timeout=10)
    except requests.ConnectionError:
        return False
    return True


def until(
    found: Callable[[], Any],
    process: subprocess.Popen[bytes] | None = None,
    seconds: float = 30,
) -> Any:
    """Return what is found as soon as it is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := found():
            return result
        assert process is None or process.poll() is None, "the service ended"
        time.sleep(0.1)
    raise AssertionError(f"not found within {seconds} s")


def connect(service: Service) -> socket.socket:
    """Open a bare connection."""
    return socket.create_connection(("127.0.0.1", service.port), timeout=30)


def exchange(service: Service, sent: bytes) -> bytes:
    """Send bytes and return all that comes back until the other side closes."""
    with connect(service) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has heard enough
        return receive(connection)


def receive(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    received = b""
    try:
        while some := connection.recv(65536):
            received += some
    except ConnectionResetError:
        pass
    return received


def accepts(service: Service) -> bool:
    """Tell whether a service listens."""
    try:
        connect(service).close()
    except OSError:
        return False
    return True


def url_of(engine: Engine) -> str:
    """Return the URL of a database, with what is needed to open it."""
    return engine.url.render_as_string(hide_password=False)


def form(key: str, **fields: str) -> dict[str, str]:
    """Return a report that is right."""
    right = {"jurisdiction_id": CITY, "api_key": key, "service_code": "graffiti"}
    return right | MIDDLE[CITY] | fields


def post(address: str, key: str, headers: dict[str, str] | None = None, **fields: str) -> Any:
    """Post a report."""
    return requests.post(
        f"{address}{SHARED}/requests.json", form(key, **fields), headers=headers, timeout=30
    )


def get(address: str, path: str, **query: str) -> requests.Response:
    """Get something of the city's."""
    return requests.get(f"{address}{SHARED}/{path}", {"jurisdiction_id": CITY, **query}, timeout=30)


def stored_ids(engine: Engine) -> set[str]:
    """Return the ids of all reports that are kept."""
    with engine.connect() as connection:
        return set(connection.scalars(select(tables.service_request.c.service_request_id)))


def traces(service: Service) -> list[str]:
    """Return the lines of the log that speak of a fault of ours."""
    lines = service.log.read_text().splitlines()
    return [line for line in lines if "Traceback" in line or "Error handling request" in line]
