"""`open311 serve`: the processes of the service."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click

from open311.cli.keyring import check_keyring
from open311.cli.shell import our_engine
from open311.settings import CHECKOUT, read_settings

# What is under way is finished within this time after SIGTERM; gunicorn.conf.py has it too.
GRACE_SECONDS = 30


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8311, show_default=True, help="Port to listen on.", envvar="PORT")
def serve(host: str, port: int) -> None:
    """Answer requests, with a worker beside it; SIGTERM finishes what is under way."""
    settings = read_settings()
    engine = our_engine()
    check_keyring(settings, engine)
    engine.dispose()
    web = [sys.executable, "-m", "gunicorn", "wsgi:app", f"--bind={host}:{port}",
           f"--workers={settings.workers}", f"--threads={settings.threads}",
           f"--log-level={settings.log_level.lower()}"]  # fmt: skip
    worker = [sys.executable, "-m", "open311", "work"]
    sys.exit(_run_together([web, worker]))


def _stopping_on_sigterm() -> list[int]:
    """Return a list that gets an entry when the process is asked to end."""
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return asked


def _run_together(commands: list[list[str]]) -> int:
    """Run commands until one of them ends or this process is asked to, then end them all.

    Returns:
        The exit code: 0 when it was asked to end and all did so well.
    """
    asked = _stopping_on_sigterm()
    # Of their own sessions, or Ctrl-C would reach them twice: from the terminal and from here.
    children = [
        subprocess.Popen(command, cwd=CHECKOUT, start_new_session=True)  # noqa: S603
        for command in commands
    ]
    while not asked and all(child.poll() is None for child in children):
        time.sleep(0.2)
    for child in children:
        child.terminate()
    codes = []
    for child in children:
        try:
            codes.append(child.wait(GRACE_SECONDS + 5))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            codes.append(child.wait())
    # One that was asked to end before it had begun ends by the signal itself.
    return 0 if asked and set(codes) <= {0, -signal.SIGTERM} else 1
