"""From an event to what is delivered, each destination for itself, retried until it arrives.

`follow_up` writes a row for each destination of an event and queues a job for each row; `deliver`
tries one of them. A failure concerns that one alone: it is tried again, later each time, and in the
end lies there as dead, to be seen in `open311 delivery list --stuck` and tried again by hand.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from open311.catalogue.registry import Registry
from open311.database import tables
from open311.delivery.channels import (
    Channel,
    DeliveryDropped,
    DeliveryFailed,
    DeliveryPutOff,
    Occasion,
    Planned,
    occasion_of,
)
from open311.delivery.patience import Patience
from open311.jobs.queueing import queue, queue_once

log = logging.getLogger(__name__)

DELIVER = "deliver"

# About three days in all: a weekend is no reason to give up.
MOST_ATTEMPTS = 20
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=6)
_PUT_OFF = timedelta(minutes=1)


class Deliveries:
    """Makes deliveries.

    Args:
        registry: the catalogues in force.
        channels: the ways out of the house.
        patience: with those who do not answer; the usual one when not given.
    """

    def __init__(
        self, registry: Registry, channels: Iterable[Channel], patience: Patience | None = None
    ) -> None:
        self._registry = registry
        self._patience = patience or Patience()
        self._channels = {channel.kind: channel for channel in channels}

    def follow_up(
        self, connection: Connection, *, jurisdiction_id: str, number: int, event_id: int
    ) -> None:
        """Queue all that an event causes to be delivered; what is there already stays as it is.

        Args:
            connection: in a transaction, which the caller commits.
            jurisdiction_id: where it happened.
            number: of the request.
            event_id: of the event.
        """
        occasion = occasion_of(connection, self._registry, jurisdiction_id, number, event_id)
        if occasion is None:
            return
        for channel in self._channels.values():
            for planned in channel.plan(connection, occasion):
                _queue_new(connection, occasion, channel.kind, planned)

    def deliver(self, connection: Connection, *, jurisdiction_id: str, delivery_id: int) -> None:
        """Try one delivery, unless it was made, dropped or given up.

        Args:
            connection: in a transaction, which the caller commits.
            jurisdiction_id: where it belongs.
            delivery_id: which.
        """
        row = _locked(connection, jurisdiction_id, delivery_id)
        if row is None or row.state != "waiting":
            return
        occasion = occasion_of(
            connection, self._registry, jurisdiction_id, row.number, row.event_id
        )
        planned = Planned(row.destination, row.subject)
        now = datetime.now(UTC)
        attempts = row.attempts + 1
        told: dict[str, Any] = {"attempts": attempts, "tried_datetime": now, "error": None}
        try:
            if occasion is None:
                raise DeliveryDropped("The request is not there any more.")
            # The operator's mail server is everybody's, and may be as slow as it is.
            with self._patience.with_(_called(row), may_be_slow=row.kind == "mail"):
                self._channels[row.kind].send(connection, occasion, planned)
        except DeliveryDropped as reason:
            told |= {"state": "dropped", "error": str(reason)}
        except DeliveryPutOff as reason:
            # No attempt: many who wait for a slow one must not use theirs up on it.
            told = {"error": str(reason)}
            _queue(connection, row, now + _PUT_OFF)
        except DeliveryFailed as failure:
            told |= {"error": str(failure)}
            if failure.is_final or attempts >= MOST_ATTEMPTS:
                told |= {"state": "dead"}
                what = row.kind, row.destination, jurisdiction_id, failure
                log.error("Delivery by %s to %s of %s is given up: %s", *what)
            else:
                _queue(connection, row, now + wait_after(attempts))
        else:
            told |= {"state": "delivered", "delivered_datetime": now}
        table = tables.delivery
        connection.execute(table.update().where(_is(jurisdiction_id, delivery_id)).values(told))


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, up to six hours."""
    return min(_FIRST_WAIT * (1 << min(attempts - 1, 20)), _LONGEST_WAIT)


def try_again(connection: Connection, jurisdiction_id: str, delivery_id: int) -> bool:
    """Have a delivery tried again at once, one that was made already as well.

    Args:
        connection: in a transaction, which the caller commits.
        jurisdiction_id: where it belongs.
        delivery_id: which.

    Returns:
        Whether it will be; False when there is no such delivery, or it is being tried right now.
    """
    row = _locked(connection, jurisdiction_id, delivery_id, skip_locked=True)
    if row is None:
        return False
    values = {"state": "waiting", "attempts": 0, "delivered_datetime": None}
    table = tables.delivery
    connection.execute(table.update().where(_is(jurisdiction_id, delivery_id)).values(values))
    # One that waits has its job: with a second one it would be tried twice as often for ever.
    queue_once(connection, DELIVER, _arguments(row), _lock(row))
    return True


def _queue_new(connection: Connection, occasion: Occasion, kind: str, planned: Planned) -> None:
    table = tables.delivery
    row = connection.execute(
        insert(table)
        .values(
            jurisdiction_id=occasion.jurisdiction_id,
            number=occasion.request.number,
            event_id=occasion.event.event_id,
            kind=kind,
            **planned._asdict(),
        )
        .on_conflict_do_nothing()
        .returning(table)
    ).one_or_none()
    if row is not None:
        _queue(connection, row, None)


def _queue(connection: Connection, row: Any, run_at: datetime | None) -> None:
    queue(connection, DELIVER, _arguments(row), run_at=run_at, lock=_lock(row))


def _called(row: Any) -> tuple[str, ...]:
    """Return who is called: the one server of all mail, or a system of a city."""
    if row.kind == "mail":
        return ("mail",)
    return (row.kind, row.jurisdiction_id, row.destination)


def _arguments(row: Any) -> dict[str, Any]:
    return {"jurisdiction_id": row.jurisdiction_id, "delivery_id": row.delivery_id}


def _lock(row: Any) -> str:
    # What goes to one destination about one request goes in order, unless something fails.
    return f"{row.jurisdiction_id}/{row.number}/{row.kind}/{row.destination}"


def _locked(
    connection: Connection, jurisdiction_id: str, delivery_id: int, *, skip_locked: bool = False
) -> Any:
    table = tables.delivery
    query = table.select().where(_is(jurisdiction_id, delivery_id))
    return connection.execute(query.with_for_update(skip_locked=skip_locked)).one_or_none()


def _is(jurisdiction_id: str, delivery_id: int) -> Any:
    table = tables.delivery
    return (table.c.jurisdiction_id == jurisdiction_id) & (table.c.delivery_id == delivery_id)
