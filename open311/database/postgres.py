"""PostgreSQL on this machine: its programs, whom they run as, its files and settings."""

import contextlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

OLDEST_MAJOR = 15
SERVER_USER = "postgres"
LOCALE = "C" if sys.platform == "darwin" else "C.UTF-8"

# The file beside the data directory that is written anew at every start.
SETTINGS = "server.conf"

_PLACES = (
    "usr/lib/postgresql/*/bin",  # Debian and Ubuntu
    "usr/pgsql-*/bin",  # the PostgreSQL project's own packages for Red Hat and its kin
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
_MEBIBYTE = 1024 * 1024


class ClusterError(Exception):
    """The cluster cannot do what was asked; the message says what a person can do about it."""


def server_user() -> pwd.struct_passwd:
    """Find whom the server runs as.

    Returns:
        The account that the package made when this process is root's, as PostgreSQL refuses to run
        as root; else this process's own.

    Raises:
        ClusterError: there is no such account.
    """
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError as error:
        raise ClusterError(
            f"PostgreSQL does not run as root, and there is no user {SERVER_USER}. "
            "Install the system's PostgreSQL package (script/setup does), or run this as "
            "another user."
        ) from error


def find_programs(major: int | None = None) -> Path:
    """Find PostgreSQL's programs: the newest that have PostGIS.

    Args:
        major: the version that is needed, as 15; any from the oldest supported on when not given.

    Returns:
        The folder with initdb, pg_ctl and psql.

    Raises:
        ClusterError: there are none; the message names the packages.
    """
    found: dict[int, Path] = {}
    for folder in _folders():
        if not ((folder / "initdb").exists() and (folder / "pg_config").exists()):
            continue
        # "PostgreSQL 15.18 (Debian 15.18-0+deb12u1)", "PostgreSQL 18beta1"
        version = re.search(r"\d+", run(folder / "pg_config", "--version"))
        number = int(version[0]) if version else 0
        shared = Path(run(folder / "pg_config", "--sharedir").strip())
        if number >= OLDEST_MAJOR and (shared / "extension" / "postgis.control").exists():
            found.setdefault(number, folder)
    wanted = major or max(found, default=OLDEST_MAJOR)
    if wanted not in found:
        which = f"{major}" if major else f"{OLDEST_MAJOR} or later"
        raise ClusterError(
            f"PostgreSQL {which} with PostGIS is not installed. On Debian and Ubuntu: "
            f"apt install postgresql-{wanted} postgresql-{wanted}-postgis-3 (script/setup does); "
            "or name a server of your own in OPEN311_DATABASE_URL."
        )
    return found[wanted]


def _folders() -> list[Path]:
    folders = [folder for place in _PLACES for folder in sorted(Path("/").glob(place))]
    # Last, what a person has put on the path, as from a build of their own.
    with contextlib.suppress(ClusterError):
        folders.append(Path(run("pg_config", "--bindir").strip()))
    return folders


def run(program: str | Path, *arguments: str, text: str = "") -> str:
    """Run one of PostgreSQL's programs as the server's user.

    Args:
        program: its path, or its name to be found on the path.
        arguments: what it is called with.
        text: what it reads from its standard input.

    Returns:
        What it wrote to its standard output.

    Raises:
        ClusterError: it is missing or failed; the message has what it wrote.
    """
    user = server_user()
    # Variables like PGPORT or PGOPTIONS are meant for a person's own servers.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {"LC_ALL": LOCALE, "HOME": user.pw_dir}
    is_root = os.geteuid() == 0
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            [program, *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            env=environment,
            user=user.pw_uid if is_root else None,
            group=user.pw_gid if is_root else None,
            extra_groups=[] if is_root else None,
        )
    except OSError as error:
        raise ClusterError(f"{program} cannot be run: {error.strerror}.") from error
    except subprocess.CalledProcessError as error:
        name = Path(program).name
        raise ClusterError(f"{name} failed:\n{error.stderr}{error.stdout}".rstrip()) from error
    return done.stdout


def initialise(data: Path, durable: bool) -> None:
    """Make a data directory.

    Args:
        data: the directory to make, in one that is there; nothing happens when it exists.
        durable: False when it may be lost with the machine.

    Raises:
        ClusterError: PostgreSQL or PostGIS is missing, or the server's user cannot come here.
    """
    if data.exists():
        return
    programs = find_programs()
    try:
        run("test", "-x", str(data.parent))
    except ClusterError as error:
        raise ClusterError(
            f"PostgreSQL runs as the user {server_user().pw_name}, who cannot enter {data.parent}. "
            "Open the folders above it to that user, or set OPEN311_CLUSTER_DIRECTORY."
        ) from error
    # Named otherwise until all is done, so that an interrupted attempt is not taken for data.
    unfinished = data.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(0o700)
    give_to_server(unfinished)
    # Trust: the socket directory is the door, and nobody else can enter it.
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", f"--locale={LOCALE}"]
    if not durable:
        options.append("--no-sync")
    run(programs / "initdb", f"--pgdata={unfinished}", "--no-instructions", *options)
    with (unfinished / "postgresql.conf").open("a") as file:
        file.write(f"\ninclude '../{SETTINGS}'\n")
    unfinished.rename(data)


def make_directory(path: Path) -> None:
    """Make a directory, and those above it, that the server's user can enter whatever the umask.

    Args:
        path: the directory; nothing happens when there is one.
    """
    if not path.is_dir():
        make_directory(path.parent)
        path.mkdir(exist_ok=True)
        path.chmod(0o755)


def make_private_directory(path: Path) -> None:
    """Make a directory that nobody but the server's user (and root) can enter.

    Args:
        path: the directory; nothing happens when it is there already and as private.

    Raises:
        ClusterError: there is something else of that name, perhaps another user's.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(0o700)
        give_to_server(path)
    state = path.lstat()
    private = stat.S_ISDIR(state.st_mode) and stat.S_IMODE(state.st_mode) == 0o700
    if not private or state.st_uid != server_user().pw_uid:
        raise ClusterError(
            f"{path} is not a directory of {server_user().pw_name} alone, so others could reach "
            "the database through it. Remove it and try again."
        )


def give_to_server(path: Path) -> None:
    """Make a file or a directory the property of the server's user.

    Args:
        path: the file or directory.
    """
    user = server_user()
    os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def server_settings(socket_directory: Path, durable: bool) -> str:
    """Write the server's settings, which depend on the machine's memory.

    Args:
        socket_directory: where the server listens.
        durable: False for a server whose data may be lost with the machine, as in tests.

    Returns:
        The lines of a PostgreSQL configuration file.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEBIBYTE
    settings = {
        "listen_addresses": "",
        "port": "5432",  # only names the socket
        "unix_socket_directories": str(socket_directory),
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A statement that fails would bring the personal data in it into the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        # The machine is shared with gunicorn, a browser and whatever else a person runs.
        "shared_buffers": f"{min(max(memory // 8, 64), 1024)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "work_mem": f"{min(max(memory // 256, 4), 32)}MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 64), 512)}MB",
        # Each of our queries takes milliseconds; compiling one would take longer.
        "jit": "off",
        "random_page_cost": "1.1",  # solid-state disks
        "max_wal_size": "2GB",
        "wal_compression": "on",
        # Nothing is replicated from a private cluster.
        "wal_level": "minimal",
        "max_wal_senders": "0",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    lines = (
        "{} = '{}'\n".format(name, value.replace("'", "''")) for name, value in settings.items()
    )
    return "# Written by open311 at every start of this cluster.\n" + "".join(lines)
