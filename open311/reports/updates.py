"""Updates of requests that other systems send: each taken once, whoever repeats it.

Who may update requests of the unit changes the state by it. What anybody else says is kept as a
note, with the status that they asked for.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine, select, text

from open311.access.using import UsedKey
from open311.catalogue.registry import Registry
from open311.database import tables
from open311.errors import BadRequest, ClientError, Conflict, NotFound, Problem, Unavailable, echo
from open311.media.cleaning import Picture
from open311.reports.attaching import add_photos
from open311.reports.changing import Author, Change, LockedRequest, apply_change, lock_request
from open311.reports.photos import KeptPhoto, Photos, clean_all
from open311.reports.publication import Render
from open311.reports.reading import number_of
from open311.reports.states import ASKED_STATES, STATES, StateName, is_closed

# Of two deliveries of an update at once, the second waits here for the first.
_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtext('update'), hashtext(concat_ws(' ', :place, :key, :id)))"
)


@dataclass(frozen=True)
class Update:
    """An update as it was sent, each value checked by itself.

    Attributes:
        service_request_id: the request that it is about.
        update_id: as the client calls it.
        updated_datetime: when it was made, there.
        status: what the client asks for, a key of `ASKED_STATES`.
        description: what is said.
        media_urls: pictures or pages about it.
        pictures: files that were sent with it.
    """

    service_request_id: str
    update_id: str
    updated_datetime: datetime | None
    status: str
    description: str | None = None
    media_urls: Sequence[str] = ()
    pictures: Sequence[Picture] = ()

    def content(self) -> str:
        """Return what differs when another update is sent under the same id."""
        for one in self.pictures:
            one.file.seek(0)
        sent = [
            self.service_request_id,
            self.updated_datetime,
            self.status,
            self.description,
            *self.media_urls,
            *(hashlib.sha256(one.file.read()).hexdigest() for one in self.pictures),
        ]
        return hashlib.sha256(orjson.dumps(sent)).hexdigest()


@dataclass(frozen=True)
class _Arrival:
    """Where an update came in, with which key, and what it is."""

    jurisdiction_id: str
    endpoint_type: str
    key: UsedKey
    update: Update


class Updates:
    """Takes updates in.

    Args:
        engine: where they are written.
        registry: the catalogues in force.
        render: writes the public record.
        photos: keeps the photos of updates.
    """

    def __init__(self, engine: Engine, registry: Registry, render: Render, photos: Photos) -> None:
        self._engine = engine
        self._registry = registry
        self._render = render
        self._photos = photos

    def receive(
        self,
        jurisdiction_id: str,
        endpoint_type: str,
        key: UsedKey,
        update: Update,
        found: Sequence[Problem] = (),
    ) -> int:
        """Take an update in. When this returns, it is durable.

        Args:
            jurisdiction_id: where it came in.
            endpoint_type: `production` or `test`.
            key: with which it was sent.
            update: what was sent.
            found: what is wrong already, to be told if there is the request at all (D-46).

        Returns:
            The number of its event; of one that was sent before, that of the first time.

        Raises:
            NotFound: the endpoint has no such request that who sends it may see.
            BadRequest: something was wrong already, the state may not follow on the present one, a
                picture cannot be used, or another update was sent under this id.
            Unavailable: there are pictures, and their storage is away.
        """
        arrival = _Arrival(jurisdiction_id, endpoint_type, key, update)
        if found or update.pictures:
            with self._engine.connect() as connection:
                earlier = None if found else _earlier(connection, arrival)
                if earlier is None:
                    self._locked(connection, arrival)
            if earlier is not None:
                return earlier
        # While pictures are cleaned and stored, which takes seconds, no transaction is open.
        photos, problems = clean_all(update.pictures)
        if found or problems:
            raise BadRequest([*found, *problems])
        return self._write(arrival, self._photos.keep(jurisdiction_id, photos))

    def _write(self, arrival: _Arrival, photos: Sequence[KeptPhoto]) -> int:
        try:
            with self._engine.begin() as connection:
                _wait_for_turn(connection, arrival)
                earlier = _earlier(connection, arrival)
                if earlier is None:
                    return self._write_new(connection, arrival, photos)
        except ClientError:
            self._discard(arrival, photos)
            raise
        self._discard(arrival, photos)
        return earlier

    def _discard(self, arrival: _Arrival, photos: Sequence[KeptPhoto]) -> None:
        with suppress(Unavailable):
            self._photos.discard(arrival.jurisdiction_id, photos)

    def _write_new(
        self, connection: Connection, arrival: _Arrival, photos: Sequence[KeptPhoto]
    ) -> int:
        locked, update = self._locked(connection, arrival), arrival.update
        state = _state_for(update.status, locked.request.state)
        is_entitled = _is_entitled(arrival, locked)
        said = [*add_photos(connection, locked.request, photos), *update.media_urls]
        change = Change(
            kind="state_changed" if state and is_entitled else "noted",
            state=state if is_entitled else None,
            note=update.description,
            is_public=_is_public(locked, is_entitled=is_entitled)
            and bool(said or update.description or (state and is_entitled)),
            said_media_urls=said,
            detail={
                "asked_status": update.status,
                "updated_datetime": update.updated_datetime and update.updated_datetime.isoformat(),
                "content": update.content(),
            },
        )
        author = Author(
            part="officer" if is_entitled else "system",
            name=arrival.key.actor.name if arrival.key.actor and is_entitled else None,
            api_key_id=arrival.key.api_key_id,
            update_id=update.update_id,
        )
        try:
            return apply_change(connection, locked, change, author, self._render).event_id
        except Conflict as error:
            raise BadRequest(error.problems) from error

    def _locked(self, connection: Connection, arrival: _Arrival) -> LockedRequest:
        """Keep the request of an update still; whether it is hidden or not there, is not told."""
        jurisdiction_id, name = arrival.jurisdiction_id, arrival.update.service_request_id
        number = number_of(connection, jurisdiction_id, name)
        locked = lock_request(connection, self._registry, jurisdiction_id, number)
        is_seen = locked.request.is_public or _is_entitled(arrival, locked)
        if locked.request.endpoint_type != arrival.endpoint_type or not is_seen:
            raise NotFound.of("request-unknown", value=echo(name))
        return locked


def _wait_for_turn(connection: Connection, arrival: _Arrival) -> None:
    name = {"key": arrival.key.api_key_id, "id": arrival.update.update_id}
    connection.execute(_ONE_AT_A_TIME, name | {"place": arrival.jurisdiction_id})


def _earlier(connection: Connection, arrival: _Arrival) -> int | None:
    """Return the event that an update has become, if it was sent before."""
    table = tables.request_event
    query = select(table.c.event_id, table.c.detail).where(
        table.c.jurisdiction_id == arrival.jurisdiction_id,
        table.c.api_key_id == arrival.key.api_key_id,
        table.c.update_id == arrival.update.update_id,
    )
    event = connection.execute(query).one_or_none()
    if event is None:
        return None
    if event.detail.get("content") != arrival.update.content():
        raise BadRequest.of("update-id-reused", value=echo(arrival.update.update_id))
    event_id: int = event.event_id
    return event_id


def _is_entitled(arrival: _Arrival, locked: LockedRequest) -> bool:
    actor, unit_code = arrival.key.actor, locked.request.unit_code
    return actor is not None and actor.may("update_requests", arrival.jurisdiction_id, unit_code)


def _is_public(locked: LockedRequest, *, is_entitled: bool) -> bool:
    """Tell whether the public may read an update: a stranger's only where reports come at once."""
    service = locked.catalogue.services[locked.request.service_code]
    return is_entitled or service.publication == "at_once"


def _state_for(status: str, present: StateName) -> StateName | None:
    """Return the state that a client asks for; None: it has it already, or asks for none.

    A client knows fewer states than there are: its word for the present one asks for nothing, nor
    does `closed` of what is closed in another way, or `reopen` of what is open.
    """
    asked = ASKED_STATES[status]
    if is_closed(present):
        if status == "open":
            return "reopened"
        if status == "closed":
            return None
    elif asked == "reopened":
        return None
    if asked is None or STATES[asked].update_status == STATES[present].update_status:
        return None
    return asked
