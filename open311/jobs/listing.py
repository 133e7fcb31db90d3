"""What operators see of jobs, and what they can do about one that failed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, select, text

from open311.database import tables

State = Literal["waiting", "dead"]

# Passes over one that is being done: what comes of it decides.
_RETRY = text("""
    UPDATE job SET run_datetime = now(), attempts = 0, dead_datetime = NULL
    WHERE job_id = (SELECT job_id FROM job WHERE job_id = :job_id FOR UPDATE SKIP LOCKED)
    RETURNING job_id
""")

_COUNT = text("""
    SELECT name, CASE WHEN dead_datetime IS NULL THEN 'waiting' ELSE 'dead' END AS state,
        count(*) AS number,
        cast(coalesce(extract(epoch FROM now() - min(run_datetime)
            FILTER (WHERE dead_datetime IS NULL AND run_datetime <= now())), 0) AS float)
            AS due_seconds
    FROM job GROUP BY 1, 2 ORDER BY 1, 2
""")


@dataclass(frozen=True)
class Job:
    """A job that is not done.

    Attributes:
        job_id: its number.
        name: of its handler.
        arguments: those of the handler.
        lock: what it may not be done together with.
        queued_datetime: since when it is there.
        run_datetime: when it is tried next.
        attempts: how often it was tried.
        error: why the last attempt that failed did so.
        dead_datetime: since when it is not tried any more.
        is_periodic: whether it is done ever again.
    """

    job_id: int
    name: str
    arguments: dict[str, Any]
    lock: str | None
    queued_datetime: datetime
    run_datetime: datetime
    attempts: int
    error: str | None
    dead_datetime: datetime | None
    is_periodic: bool

    @property
    def state(self) -> State:
        """Whether it is still tried."""
        return "dead" if self.dead_datetime else "waiting"


class Counted(NamedTuple):
    """How many jobs of a name are in a state, and for how long the first of them has been due."""

    name: str
    state: State
    number: int
    due_seconds: float


def count_jobs(connection: Connection) -> list[Counted]:
    """Count the jobs that are not done, by name and state."""
    return [Counted(*row) for row in connection.execute(_COUNT)]


def list_jobs(connection: Connection, state: State | None = None, limit: int = 100) -> list[Job]:
    """Return the jobs that are not done, those that are due first before the others.

    Args:
        connection: any.
        state: only those; all when not given.
        limit: at most so many.
    """
    table = tables.job
    query = select(table).order_by(table.c.run_datetime, table.c.job_id).limit(limit)
    if state is not None:
        is_dead = table.c.dead_datetime.is_not(None)
        query = query.where(is_dead if state == "dead" else ~is_dead)
    return [Job(**row._mapping) for row in connection.execute(query)]


def retry(connection: Connection, job_id: int) -> bool:
    """Have a job tried at once, and as often as one that was never tried.

    Args:
        connection: in a transaction, which the caller commits.
        job_id: its number.

    Returns:
        Whether it will be; False when there is no such job, or it is being done at this moment.
    """
    return connection.execute(_RETRY, {"job_id": job_id}).first() is not None
