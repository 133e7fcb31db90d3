"""Deliveries in any state, written as they would be found."""

from itertools import count
from typing import Any

from sqlalchemy import Engine, select, text

from open311.database import tables
from open311.delivery.delivering import DELIVER
from open311.jobs.queueing import queue

_events = count(1)


def add_delivery(engine: Engine, *, has_job: bool = False, **columns: Any) -> int:
    """Add a delivery of the newest request; return its number.

    Args:
        engine: of the database.
        has_job: whether a job is there that would try it.
        columns: of `delivery`, such as its state; `age` is that of its cause.
    """
    request, table = tables.service_request, tables.delivery
    age = columns.pop("age", "0 minutes")
    newest = select(request.c.jurisdiction_id, request.c.number).order_by(request.c.number.desc())
    with engine.begin() as connection:
        key = connection.execute(newest.limit(1)).one()._asdict()
        created = connection.scalar(text("SELECT now() - cast(:age AS interval)"), {"age": age})
        row = {"event_id": next(_events), "kind": "webhook", "destination": "ledger",
               "subject": "created", "state": "waiting", "created_datetime": created}  # fmt: skip
        row |= key | columns
        delivery_id: int = connection.scalar(table.insert().returning(table.c.delivery_id), row)
        if has_job:
            place = (row[name] for name in ("jurisdiction_id", "number", "kind", "destination"))
            arguments = {"jurisdiction_id": row["jurisdiction_id"], "delivery_id": delivery_id}
            queue(connection, DELIVER, arguments, lock="/".join(map(str, place)))
    return delivery_id


def kill_jobs(engine: Engine, name: str, error: str = "OSError: away") -> None:
    """Let all jobs of a name be dead."""
    died = text("UPDATE job SET dead_datetime = now(), error = :error WHERE name = :name")
    with engine.begin() as connection:
        connection.execute(died, {"name": name, "error": error})


def age_jobs(engine: Engine, name: str) -> None:
    """Let all jobs of a name have been queued two hours ago."""
    aged = text("UPDATE job SET queued_datetime = now() - interval '2 hours' WHERE name = :name")
    with engine.begin() as connection:
        connection.execute(aged, {"name": name})
