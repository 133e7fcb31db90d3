"""Doing the jobs that are due. Any number of workers, threads and machines share them.

A job is taken in a transaction of its own that counts the attempt and says when the next would be;
then it is done in a second one, which holds its row, and deletes it. When the process or the
connection ends in the middle, the database lets go of the row at once, nothing of what the handler
wrote is there, and the next attempt comes when it was said to. What ends every process that
touches it is so given up in the end.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from open311.database.faults import trace_of
from open311.jobs.handlers import Handler

log = logging.getLogger(__name__)

# Walks job_due_idx from its beginning. What others have taken is locked or not due any more.
_FIRST_DUE = text("""
    SELECT job_id, name, arguments, attempts FROM job
    WHERE dead_datetime IS NULL AND run_datetime <= now() AND name = ANY(:names)
      AND NOT EXISTS (
          SELECT FROM job AS earlier
          WHERE earlier.lock = job.lock AND earlier.job_id < job.job_id
            AND earlier.dead_datetime IS NULL
      )
    ORDER BY run_datetime, job_id LIMIT 1
    FOR UPDATE OF job SKIP LOCKED
""")

# Not waited for: should the server crash, one attempt too few is counted.
_NOT_DURABLE = text("SET LOCAL synchronous_commit = off")

_COUNT = text("""
    UPDATE job SET attempts = attempts + 1, run_datetime = now() + :wait WHERE job_id = :job_id
""")

# None when somebody else has taken it since. It waits, since others who looked for a job lock this
# one for a moment before they see that it is not due any more.
_HOLD = text("SELECT FROM job WHERE job_id = :job_id AND attempts = :attempt FOR UPDATE")

_DELETE = text("DELETE FROM job WHERE job_id = :job_id")

_REPEAT = text("""
    UPDATE job SET attempts = 0, error = NULL, run_datetime = now() + :every
    WHERE job_id = :job_id
""")

_FAIL = text("""
    UPDATE job SET error = :error, run_datetime = now() + :wait,
        dead_datetime = CASE WHEN :is_dead THEN now() END
    WHERE job_id = :job_id AND attempts = :attempt
""")

_SCHEDULE = text("""
    INSERT INTO job (name, arguments, is_periodic) VALUES (:name, '{}', true)
    ON CONFLICT (name) WHERE is_periodic DO NOTHING
""")


class _Taken(NamedTuple):
    job_id: int
    attempt: int
    handler: Handler
    arguments: dict[str, Any]


class Worker:
    """Does jobs, one at a time in each thread that asks for it.

    Args:
        engine: where the jobs are; each thread needs a connection of it.
        handlers: what does them. Jobs of other names are left to other workers.
    """

    def __init__(self, engine: Engine, handlers: Iterable[Handler]) -> None:
        self._engine = engine
        self._handlers = {handler.name: handler for handler in handlers}

    def schedule(self) -> None:
        """Let what is done ever again be done for the first time, where it never was."""
        with self._engine.begin() as connection:
            for handler in self._handlers.values():
                if handler.every:
                    connection.execute(_SCHEDULE, {"name": handler.name})

    def do_next(self) -> bool:
        """Do the job that has been due for longest, and tell whether there was one.

        Raises:
            OperationalError: the database is away; the job, if there was one, will be due again.
        """
        with self._engine.begin() as connection:
            taken = self._take(connection)
        if taken is None:
            return False
        try:
            self._do(taken)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            self._fail(taken, error)
        except Exception as error:
            self._fail(taken, error)
        return True

    def _take(self, connection: Connection) -> _Taken | None:
        connection.execute(_NOT_DURABLE)
        row = connection.execute(_FIRST_DUE, {"names": list(self._handlers)}).one_or_none()
        if row is None:
            return None
        handler = self._handlers[row.name]
        attempt = row.attempts + 1
        wait = handler.wait_after(attempt)
        connection.execute(_COUNT, {"job_id": row.job_id, "wait": wait})
        return _Taken(row.job_id, attempt, handler, row.arguments)

    def _do(self, taken: _Taken) -> None:
        if taken.handler.gives_up_after(taken.attempt - 1):
            raise WorkerEnded("The worker ended in the middle of the last attempt.")
        with self._engine.begin() as connection:
            mine = {"job_id": taken.job_id, "attempt": taken.attempt}
            if connection.execute(_HOLD, mine).first() is None:
                return
            taken.handler.run(connection, **taken.arguments)
            if taken.handler.every:
                connection.execute(_REPEAT, mine | {"every": taken.handler.every})
            else:
                connection.execute(_DELETE, mine)

    def _fail(self, taken: _Taken, error: Exception) -> None:
        trace = trace_of(error)
        is_dead = taken.handler.gives_up_after(taken.attempt)
        wait = timedelta() if is_dead else taken.handler.wait_after(taken.attempt)
        what = taken.job_id, taken.handler.name, taken.attempt, "dead" if is_dead else "tried again"
        log.error("Job %s, %s, failed at attempt %s and is %s\n%s", *what, trace)
        failure = {"error": trace.splitlines()[-1], "is_dead": is_dead, "wait": wait}
        with self._engine.begin() as connection:
            connection.execute(_FAIL, failure | {"job_id": taken.job_id, "attempt": taken.attempt})


class WorkerEnded(Exception):
    """A job ended, as often as it was tried, the process that did it."""
