"""A request with all that belongs to it, as officers see it; who reported it is not among it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from open311.database import tables
from open311.reports.model import ServiceRequest
from open311.reports.photos import KeptPhoto, kept_photo, shown_photos
from open311.reports.reading import read_merged, read_request

Rows = Sequence[Any]


@dataclass(frozen=True)
class Case:
    """A request, and what became of it.

    Attributes:
        request: the request.
        original: that into which it was merged.
        merged: those that were merged into it.
        events: rows of `request_event`, the oldest first.
        photos: in their order.
        opinions: rows of `opinion`, the oldest first.
        deliveries: rows of `delivery`, the oldest first.
    """

    request: ServiceRequest
    original: ServiceRequest | None
    merged: Sequence[ServiceRequest]
    events: Rows
    photos: Sequence[KeptPhoto]
    opinions: Rows
    deliveries: Rows

    @property
    def shown_photos(self) -> Sequence[KeptPhoto]:
        """Those that others than officers may see, if they may see the request."""
        return shown_photos(self.request, self.events, self.photos)


def read_case(connection: Connection, request: ServiceRequest) -> Case:
    """Return what belongs to a request.

    Args:
        connection: in the transaction in which the request was read; if all is to be of one
            moment, one that sees the same throughout.
        request: the request.
    """
    place, number = request.jurisdiction_id, request.number
    original = request.duplicate_of

    def of_it(table: Table, *order: str) -> Rows:
        query = select(table).where(table.c.jurisdiction_id == place, table.c.number == number)
        return connection.execute(query.order_by(*(table.c[name] for name in order))).all()

    return Case(
        request=request,
        original=None if original is None else read_request(connection, place, original),
        merged=read_merged(connection, place, number),
        events=of_it(tables.request_event, "event_id"),
        photos=[kept_photo(row) for row in of_it(tables.photo, "position")],
        opinions=of_it(tables.opinion, "created_datetime", "position"),
        deliveries=of_it(tables.delivery, "delivery_id"),
    )
