"""What a delivery is, and what every way out of the house has to offer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from sqlalchemy import Connection, select

from open311.catalogue.locking import hold_catalogue
from open311.catalogue.model import Catalogue
from open311.catalogue.registry import Registry
from open311.database import tables
from open311.reports.model import ServiceRequest
from open311.reports.reading import find_request
from open311.reports.states import StateName

DeliveryKind = Literal["mail", "webhook", "georeport"]


class Planned(NamedTuple):
    """Something that is to be delivered.

    Attributes:
        destination: `reporter:1001:0` (number and position), `unit:code`, or the code of a
            destination of the city.
        subject: what it is about, such as `received`, `updated`, `closed`.
    """

    destination: str
    subject: str


@dataclass(frozen=True)
class Event:
    """Something that happened to a request; see `request_event`."""

    event_id: int
    moment: datetime
    kind: str
    is_public: bool
    state: StateName | None
    description: str | None
    detail: dict[str, Any]


@dataclass(frozen=True)
class Occasion:
    """An event, the request as it is now, and the catalogue of its city."""

    event: Event
    request: ServiceRequest
    catalogue: Catalogue

    @property
    def jurisdiction_id(self) -> str:
        """Where it happened."""
        return self.request.jurisdiction_id


class DeliveryFailed(Exception):
    """A delivery could not be made.

    Args:
        reason: for operators, without personal data.
        is_final: whether trying again is of no use.
    """

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class DeliveryPutOff(DeliveryFailed):
    """A delivery was not even tried, since its destination must be left alone for a while."""


class DeliveryDropped(Exception):
    """There is nobody to deliver to any more: somebody unsubscribed, or was erased.

    Args:
        reason: for operators, without personal data.
    """


class Channel(Protocol):
    """A way out of the house, for all deliveries of a kind."""

    kind: DeliveryKind

    def plan(self, connection: Connection, occasion: Occasion) -> Iterable[Planned]:
        """Say what an event causes to be delivered; the same however often it is asked."""

    def send(self, connection: Connection, occasion: Occasion, planned: Planned) -> None:
        """Deliver. It may have been tried before, and have arrived.

        Args:
            connection: in the transaction that marks the delivery as made.
            occasion: what it is about.
            planned: which delivery.

        Raises:
            DeliveryFailed: it did not arrive.
            DeliveryDropped: nobody is there to take it.
        """


def occasion_of(
    connection: Connection, registry: Registry, jurisdiction_id: str, number: int, event_id: int
) -> Occasion | None:
    """Return what happened to a request; None: it is not there any more."""
    event = tables.request_event
    found = find_request(connection, jurisdiction_id, number)
    happened = connection.execute(
        select(event).where(
            event.c.jurisdiction_id == jurisdiction_id,
            event.c.number == number,
            event.c.event_id == event_id,
        )
    ).one_or_none()
    if found is None or happened is None:
        return None
    return Occasion(
        Event(
            happened.event_id,
            happened.event_datetime,
            happened.kind,
            happened.visibility == "public",
            happened.state,
            happened.description,
            happened.detail,
        ),
        found,
        still_catalogue(connection, registry, jurisdiction_id),
    )


def still_catalogue(connection: Connection, registry: Registry, jurisdiction_id: str) -> Catalogue:
    """Read a catalogue that nobody changes meanwhile, and let go of it.

    Held to the end of the transaction, it would keep whoever applies another one waiting, and
    behind them all who report, for as long as the other side takes to answer.
    """
    with connection.begin_nested() as savepoint:
        hold_catalogue(connection, jurisdiction_id)
        catalogue = registry.catalogue_within(connection, jurisdiction_id)
        savepoint.rollback()
    return catalogue
