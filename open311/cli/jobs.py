"""`open311 jobs`: what is queued, and what could not be done."""

from dataclasses import asdict
from datetime import UTC

import click
import orjson

from open311.cli.shell import end, our_engine
from open311.jobs.listing import Job, State, list_jobs
from open311.jobs.listing import retry as retry_job


@click.group()
def jobs() -> None:
    """What is done in the background: list what waits or failed, have it tried again."""


@jobs.command("list")
@click.option("--dead", "state", flag_value="dead", help="Only what is not tried any more.")
@click.option("--waiting", "state", flag_value="waiting", help="Only what is still tried.")
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many."
)
@click.option("--json", is_flag=True, help="An object a line, with all that is known.")
def list_(state: State | None, limit: int, json: bool) -> None:
    """List jobs that are not done, the next first, with - for what is not there.

    Number, state, name, attempts, when it is tried next or since when it is dead, arguments, error.
    """
    with our_engine().connect() as connection:
        for job in list_jobs(connection, state, limit):
            click.echo(_object(job) if json else _line(job))


@jobs.command()
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Have the job with NUMBER (see `list`) tried at once, and as often as a new one."""
    with our_engine().begin() as connection:
        is_queued = retry_job(connection, number)
    if not is_queued:
        end(f"there is no job {number}, or it is being done right now.")
    click.echo(f"The job {number} will be tried now.")


def _line(job: Job) -> str:
    moment = job.dead_datetime or job.run_datetime
    columns = (
        str(job.job_id),
        job.state,
        job.name,
        str(job.attempts),
        f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        orjson.dumps(job.arguments).decode(),
        job.error or "-",
    )
    return "\t".join(columns)


def _object(job: Job) -> str:
    return orjson.dumps(asdict(job) | {"state": job.state}).decode()
