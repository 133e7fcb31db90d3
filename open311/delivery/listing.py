"""What operators see of deliveries, and what they can do about those that do not arrive."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, text

from open311.access import audit
from open311.access.rights import Actor
from open311.delivery.channels import DeliveryKind
from open311.delivery.delivering import DELIVER, try_again
from open311.errors import NotFound
from open311.jobs.listing import retry as retry_job
from open311.reports.changing import FOLLOW_UP

# After so long, what waits is worth a look: it has failed about eight times.
STUCK_AFTER = timedelta(hours=1)

_ALL = 1_000_000

# `lost`: it waits, and no job is there that would try it.
ListedState = Literal["waiting", "lost", "delivered", "dead", "dropped"]

# The few that wait or are dead are found along delivery_waiting_idx, their jobs along job_lock_idx.
_LIST = """
    SELECT delivery.jurisdiction_id, delivery_id, number, service_request_id, kind, destination,
        subject, delivery.attempts, created_datetime AS since, tried_datetime AS tried,
        coalesce(delivery.error, job.error) AS error,
        CASE WHEN delivery.state = 'waiting' AND NOT job.is_alive THEN 'lost'
             ELSE delivery.state END AS state
    FROM delivery JOIN service_request USING (jurisdiction_id, number)
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(dead_datetime IS NULL), false) AS is_alive, max(error) AS error
        FROM job
        WHERE delivery.state = 'waiting' AND name = :deliver
          AND lock = concat_ws('/', delivery.jurisdiction_id, number, kind, destination)
          AND arguments ->> 'delivery_id' = delivery_id::text
    ) AS job
    WHERE true {conditions}
    ORDER BY delivery_id DESC LIMIT :limit
"""
_STUCK = """delivery.state IN ('waiting', 'dead') AND (
    delivery.state = 'dead' OR created_datetime < now() - cast(:stuck_after AS interval)
    OR NOT job.is_alive
)"""

_UNPLANNED = """
    SELECT job_id, arguments ->> 'jurisdiction_id' AS jurisdiction_id,
        cast(arguments ->> 'number' AS bigint) AS number, attempts, error,
        queued_datetime AS since, dead_datetime IS NOT NULL AS is_dead
    FROM job
    WHERE name = :follow_up
      AND (dead_datetime IS NOT NULL OR queued_datetime < now() - cast(:stuck_after AS interval))
      {conditions}
    ORDER BY job_id DESC LIMIT :limit
"""

_COUNT = """
    SELECT jurisdiction_id, kind, state, count(*) AS number,
        cast(extract(epoch FROM now() - min(created_datetime)) AS float) AS seconds
    FROM delivery WHERE state IN ('waiting', 'dead') {conditions}
    GROUP BY jurisdiction_id, kind, state
"""


@dataclass(frozen=True)
class Which:
    """Which deliveries. None does not narrow it.

    Attributes:
        jurisdiction_ids: of these cities.
        kind: by this way.
        destination: to this one.
        stuck_after: only what is dead, lost, or waits for longer.
        before_id: only what is older than this one.
    """

    jurisdiction_ids: Collection[str] | None = None
    kind: DeliveryKind | None = None
    destination: str | None = None
    stuck_after: timedelta | None = None
    before_id: int | None = None


@dataclass(frozen=True)
class Listed:
    """A delivery.

    Attributes:
        jurisdiction_id: where it belongs.
        delivery_id: its number.
        number: of the request.
        service_request_id: of the request, if it has one.
        kind: by which way.
        destination: to whom; see `delivery`.
        subject: what it is about.
        state: how far it has come.
        attempts: how often it was tried.
        error: why the last attempt failed.
        since: when it was caused.
        tried: when it was last tried.
    """

    jurisdiction_id: str
    delivery_id: int
    number: int
    service_request_id: str | None
    kind: DeliveryKind
    destination: str
    subject: str
    state: ListedState
    attempts: int
    error: str | None
    since: datetime
    tried: datetime | None


@dataclass(frozen=True)
class Unplanned:
    """An event of which nobody was told, as it is not known yet who is to be.

    Attributes:
        job_id: number of the job that would find it out.
        jurisdiction_id: where it happened.
        number: of the request.
        attempts: how often that was tried.
        error: why it failed.
        since: when it happened.
        is_dead: whether it is not tried any more.
    """

    job_id: int
    jurisdiction_id: str
    number: int
    attempts: int
    error: str | None
    since: datetime
    is_dead: bool


class Counted(NamedTuple):
    """How many deliveries of a city are in a state, and for how many seconds the oldest is."""

    jurisdiction_id: str
    kind: DeliveryKind
    state: Literal["waiting", "dead"]
    number: int
    seconds: float


def list_deliveries(connection: Connection, which: Which, limit: int) -> list[Listed]:
    """Return deliveries, the newest first.

    Args:
        connection: any.
        which: of these.
        limit: at most so many.
    """
    conditions, parameters = [], {"deliver": DELIVER, "limit": limit, **_parameters(which)}
    if which.jurisdiction_ids is not None:
        # Of one city, the newest are read along the primary key until there are enough.
        is_one = len(which.jurisdiction_ids) == 1
        those = "(:jurisdiction_ids)[1]" if is_one else "ANY(:jurisdiction_ids)"
        conditions.append(f"delivery.jurisdiction_id = {those}")
    if which.kind is not None:
        conditions.append("kind = :kind")
    if which.destination is not None:
        conditions.append("destination = :destination")
    if which.stuck_after is not None:
        conditions.append(_STUCK)
    if which.before_id is not None:
        conditions.append("delivery_id < :before_id")
    found = connection.execute(_with(_LIST, conditions), parameters)
    return [Listed(**row._mapping) for row in found]


def list_unplanned(
    connection: Connection,
    jurisdiction_ids: Collection[str] | None,
    stuck_after: timedelta,
    limit: int,
) -> list[Unplanned]:
    """Return events, the newest first, that are waiting to be told of for too long, or for ever.

    Args:
        connection: any.
        jurisdiction_ids: of these cities; None: of all.
        stuck_after: how long is too long.
        limit: at most so many.
    """
    conditions = []
    if jurisdiction_ids is not None:
        conditions.append("arguments ->> 'jurisdiction_id' = ANY(:jurisdiction_ids)")
    parameters = _parameters(Which(jurisdiction_ids, stuck_after=stuck_after))
    parameters |= {"follow_up": FOLLOW_UP, "limit": limit}
    found = connection.execute(_with(_UNPLANNED, conditions), parameters)
    return [Unplanned(**row._mapping) for row in found]


def count_deliveries(
    connection: Connection, jurisdiction_ids: Collection[str] | None
) -> list[Counted]:
    """Count the deliveries that wait or are dead, along delivery_waiting_idx.

    Args:
        connection: any.
        jurisdiction_ids: of these cities; None: of all.
    """
    conditions = [] if jurisdiction_ids is None else ["jurisdiction_id = ANY(:jurisdiction_ids)"]
    parameters = _parameters(Which(jurisdiction_ids))
    return [Counted(*row) for row in connection.execute(_with(_COUNT, conditions), parameters)]


def retry(connection: Connection, jurisdiction_id: str, delivery_id: int, *, actor: Actor) -> None:
    """Have one delivery tried again at once, one that was made already as well.

    Args:
        connection: in a transaction, which the caller commits.
        jurisdiction_id: where it belongs.
        delivery_id: its number.
        actor: who wants it.

    Raises:
        Forbidden: the actor may not.
        NotFound: there is none, or it is being tried right now.
    """
    actor.require("apply", jurisdiction_id)
    if not try_again(connection, jurisdiction_id, delivery_id):
        raise NotFound.of("no-delivery", value=str(delivery_id), jurisdiction=jurisdiction_id)
    _log(connection, actor, jurisdiction_id, f"delivery {delivery_id}", 1)


def retry_all(
    connection: Connection,
    jurisdiction_id: str,
    destination: str | None,
    *,
    waiting: bool = False,
    actor: Actor,
) -> int:
    """Have all tried again at once that nobody would try any more.

    These are what is dead, what is lost, and, of all destinations, events of which nobody was told.

    Args:
        connection: in a transaction, which the caller commits.
        jurisdiction_id: where.
        destination: only what is for this one; None: for all.
        waiting: what waits for its next time as well.
        actor: who wants it.

    Returns:
        How many they are.

    Raises:
        Forbidden: the actor may not.
    """
    actor.require("apply", jurisdiction_id)
    # Nothing waits for as long as a hundred years.
    after = timedelta(0) if waiting else timedelta(days=36_500)
    which = Which([jurisdiction_id], destination=destination, stuck_after=after)
    count = sum(
        try_again(connection, jurisdiction_id, one.delivery_id)
        for one in list_deliveries(connection, which, _ALL)
    )
    if destination is None:
        count += sum(
            retry_job(connection, one.job_id)
            for one in list_unplanned(connection, [jurisdiction_id], after, _ALL)
        )
    if count:
        _log(
            connection,
            actor,
            jurisdiction_id,
            f"{'waiting' if waiting else 'dead'} deliveries to {destination or 'all'}",
            count,
        )
    return count


def _log(
    connection: Connection, actor: Actor, jurisdiction_id: str, subject: str, count: int
) -> None:
    after = {"tried_again": count}
    audit.write(connection, audit.Entry(actor.name, "apply", subject, jurisdiction_id, after=after))


def _parameters(which: Which) -> dict[str, Any]:
    ids = which.jurisdiction_ids
    return {
        "jurisdiction_ids": None if ids is None else list(ids),
        "kind": which.kind,
        "destination": which.destination,
        "stuck_after": which.stuck_after,
        "before_id": which.before_id,
    }


def _with(statement: str, conditions: list[str]) -> Any:
    return text(statement.format(conditions="".join(f" AND {one}" for one in conditions)))
