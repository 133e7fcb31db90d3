"""Queueing a job in the transaction that causes it: there is a job if and only if that commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

_QUEUE = text("""
    INSERT INTO job (name, arguments, run_datetime, lock)
    VALUES (:name, cast(:arguments AS jsonb), coalesce(:run_at, now()), :lock)
""")

# Passes over one that is being done, or is about to be: that is soon enough.
_HURRY = text("""
    WITH same AS (
        SELECT job_id FROM job
        WHERE lock = :lock AND name = :name AND arguments = cast(:arguments AS jsonb)
    ),
    free AS (
        SELECT job_id FROM job WHERE job_id IN (SELECT job_id FROM same) FOR UPDATE SKIP LOCKED
    ),
    hurried AS (
        UPDATE job SET run_datetime = now(), attempts = 0, dead_datetime = NULL
        WHERE job_id IN (SELECT job_id FROM free)
    )
    SELECT count(*) FROM same
""")


def queue(
    connection: Connection,
    name: str,
    arguments: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
    lock: str | None = None,
) -> None:
    """Queue a job.

    Args:
        connection: in the transaction that causes the job.
        name: of the handler.
        arguments: its arguments, as JSON has them. Keys of rows, never personal data: operators
            list them, and whoever deletes a person's data does not look here.
        run_at: when it is to be done; at once when not given.
        lock: jobs with the same lock are done one after the other, in the order of their numbers;
            one that is dead keeps none waiting. Whoever queues them holds what the lock is about,
            such as the row of a request, so that the numbers follow the commits.
    """
    parameters = {"name": name, "arguments": orjson.dumps(arguments).decode()}
    connection.execute(_QUEUE, parameters | {"run_at": run_at, "lock": lock})


def queue_once(connection: Connection, name: str, arguments: Mapping[str, Any], lock: str) -> None:
    """Queue a job for now; or have the same one, if it is queued or dead, done now.

    Args:
        connection: in the transaction that causes the job, which holds what the lock is about.
        name: of the handler.
        arguments: see `queue`.
        lock: see `queue`.
    """
    parameters = {"name": name, "arguments": orjson.dumps(arguments).decode(), "lock": lock}
    if not connection.scalar(_HURRY, parameters):
        queue(connection, name, arguments, lock=lock)
