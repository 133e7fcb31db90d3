"""The private PostGIS cluster of a checkout: no port, no password, nothing of the system's touched.

Its unix socket lies in a directory that only the server's user (and root) can enter.
"""

import contextlib
import fcntl
import hashlib
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from open311.database.postgres import (
    SETTINGS,
    ClusterError,
    find_programs,
    give_to_server,
    initialise,
    make_directory,
    make_private_directory,
    run,
    server_settings,
)

__all__ = ["Cluster", "ClusterError", "cluster_of"]

# The kernel's limit for the path of a unix socket, less the closing zero.
SOCKET_PATH_BYTES = 103 if sys.platform == "darwin" else 107
LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL data directory and the server on it.

    Args:
        directory: its state: data/, the server's log, its settings.
        socket_directory: where the server listens; made at every start, as a reboot empties /tmp.
        durable: whether what is committed survives a loss of power; tests are quicker without.
    """

    directory: Path
    socket_directory: Path
    durable: bool = True

    @property
    def log(self) -> Path:
        """The file into which the server writes its messages."""
        return self.directory / "log"

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def url(self, database: str) -> str:
        """Name a database of this cluster as SQLAlchemy does.

        Args:
            database: name of the database; it need not exist.

        Returns:
            The URL, without a password: who reaches the socket may do anything.
        """
        host = quote(str(self.socket_directory), safe="/")
        return f"postgresql+psycopg2://postgres@/{quote(database, safe='')}?host={host}"

    def is_running(self) -> bool:
        """Tell whether a server answers on the socket.

        Returns:
            True when it does; also while it is still starting up.

        Raises:
            ClusterError: another user's server has the socket.
        """
        # The process id in postmaster.pid may be another process's after a reboot; a socket that
        # answers is the server's for sure.
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self._socket()))
            except PermissionError as error:
                owner = f"{self.socket_directory} belongs to another user"
                raise ClusterError(f"{owner}; run this as that user.") from error
            except OSError:
                return False
            return True

    def create(self) -> None:
        """Make the data directory; nothing happens when there is one.

        Raises:
            ClusterError: PostgreSQL or PostGIS is missing, or the directory cannot be used.
        """
        with self._locked():
            initialise(self._data, self.durable)

    def start(self) -> None:
        """Start the server and wait until it answers; makes the data directory if it is missing.

        Any number of processes may call this at once; nothing happens when the server runs.

        Raises:
            ClusterError: it did not start; the message ends with the last lines of its log.
        """
        with self._locked():
            # Only now is it certain: another process may have been starting or stopping it.
            if self.is_running():
                return
            initialise(self._data, self.durable)
            self._prepare_start()
            begin = self.log.stat().st_size
            try:
                self._control("start", f"--log={self.log}")
            except ClusterError as error:
                with self.log.open(errors="replace") as log:
                    log.seek(begin)
                    tail = "  ".join(log.readlines()[-20:])
                ending = f"The server's log, {self.log}, ends:\n  {tail}"
                raise ClusterError(f"{error}\n{ending}") from error

    def stop(self) -> None:
        """Stop the server, which ends every connection and leaves the data complete.

        Raises:
            ClusterError: it did not stop in time.
        """
        with self._locked():
            if self.is_running():
                self._control("stop", "--mode=fast")
                with contextlib.suppress(OSError):
                    self.socket_directory.rmdir()

    def connections(self) -> int:
        """Count who is connected, so that a server in use is not stopped.

        Returns:
            The number of client connections, without the one that asks.

        Raises:
            ClusterError: the server does not answer.
        """
        query = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(self._psql(query))

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database; nothing happens when there is one of that name.

        Args:
            name: its name.
            template: the database to copy, to which nobody may be connected at that time.

        Raises:
            ClusterError: the server does not answer or refuses.
        """
        with self._locked():
            self._psql(
                "SELECT format('CREATE DATABASE %I TEMPLATE %I', :'name', :'template') WHERE NOT"
                " EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec",
                name=name,
                template=template or "template1",
            )

    def drop_database(self, name: str) -> None:
        """Drop a database and end the connections to it; nothing happens when there is none.

        Args:
            name: its name.

        Raises:
            ClusterError: the server does not answer or refuses.
        """
        self._psql('DROP DATABASE IF EXISTS :"name" WITH (FORCE)', name=name)

    def _socket(self) -> Path:
        path = self.socket_directory / ".s.PGSQL.5432"
        if len(os.fsencode(path)) > SOCKET_PATH_BYTES:
            raise ClusterError(f"{path} is longer than a socket may be: {SOCKET_PATH_BYTES} bytes.")
        return path

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold off other processes that would create, start or stop this cluster."""
        try:
            make_directory(self.directory)
            lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            place = "OPEN311_CLUSTER_DIRECTORY can name another place for the cluster"
            raise ClusterError(f"{self.directory}: {error.strerror}. {place}.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _prepare_start(self) -> None:
        make_private_directory(self.socket_directory)
        settings = self.directory / SETTINGS
        settings.write_text(server_settings(self.socket_directory, self.durable))
        settings.chmod(0o644)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old"))
        self.log.touch(0o600)
        give_to_server(self.log)

    def _control(self, action: str, *options: str) -> None:
        program = find_programs(int((self._data / "PG_VERSION").read_text())) / "pg_ctl"
        run(program, action, f"--pgdata={self._data}", "--wait", "--timeout=60", *options)

    def _psql(self, command: str, **variables: str) -> str:
        """Run one command; `:'x'` and `:"x"` in it stand for the variable x, quoted."""
        options = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
        options += [f"--host={self.socket_directory}", "--username=postgres", "--dbname=postgres"]
        options += [f"--set={name}={value}" for name, value in variables.items()]
        return run(find_programs() / "psql", *options, text=command)


def cluster_of(checkout: Path, directory: str | Path = "", durable: bool = True) -> Cluster:
    """Tell where the cluster of a checkout lies; nothing is made.

    Args:
        checkout: the top folder of the checkout.
        directory: where to keep the cluster's state instead, as OPEN311_CLUSTER_DIRECTORY says.
        durable: False for a cluster whose data may be lost, as in tests.

    Returns:
        The cluster: two checkouts, and two directories, have different ones.
    """
    checkout = checkout.resolve()
    if directory:
        place = Path(directory).resolve()
    elif os.geteuid() == 0:
        # The server's user may not be able to enter root's checkout.
        place = Path("/var/lib/open311") / f"{checkout.name}-{_short_hash(checkout)}"
    else:
        place = checkout / ".cluster"
    # Not beside the data: the path of a socket must be short.
    return Cluster(place, Path("/tmp") / f"open311-{_short_hash(place)}", durable)  # noqa: S108


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
