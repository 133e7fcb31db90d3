"""Running the command `open311`, here or as a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass

from click.testing import CliRunner
from sqlalchemy import Engine

from open311.cli import main
from open311.settings import CHECKOUT, PREFIX
from tests.conftest import KEYRING_FILE

NO_SERVER = "postgresql+psycopg2://nobody@/open311?host=/nowhere"


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str


def run(*arguments: str, given: str = "", **environment: str) -> Ended:
    """Run the command in this process.

    Args:
        arguments: those of the command line.
        given: what a person types.
        environment: the variables of ours that are set, without their prefix; no others are.
    """
    runner = CliRunner(catch_exceptions=False)
    own = {name: None for name in os.environ if name.startswith(PREFIX)}
    with runner.isolation(given, env=own | _variables(environment)) as streams:
        try:
            main(arguments)
            code = 0
        except SystemExit as end:
            code = end.code
        out, err = (stream.getvalue().decode() for stream in streams[:2])
    return Ended(code, out, err)


def run_process(*arguments: str, **environment: str) -> Ended:
    """Run the command as a person does; see `run`."""
    done = subprocess.run(
        [sys.executable, "-m", "open311", *arguments],
        env={"PATH": os.environ["PATH"]} | _variables(environment),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def url_of(engine: Engine) -> str:
    """Return the URL of a database, for the environment."""
    return engine.url.render_as_string(hide_password=False)


def _variables(environment: dict[str, str]) -> dict[str, str]:
    if "CLUSTER_DIRECTORY" not in environment:
        # Never the cluster of the checkout, which a person may be using.
        # Nor its keyring.
        own = {"DATABASE_URL": NO_SERVER, "KEYRING_FILE": KEYRING_FILE}
        environment = own | environment
    return {f"{PREFIX}{name}": value for name, value in environment.items()}
