"""Joining what somebody else has reported: told what becomes of it, without a second report."""

from sqlalchemy import Connection, func, select

from open311.catalogue.registry import Registry
from open311.database import tables
from open311.errors import BadRequest, Conflict, NotFound
from open311.people.keyring import Keyring, email_form
from open311.reports.changing import Author, Change, LockedRequest, apply_change, lock_request
from open311.reports.publication import Render
from open311.reports.reading import handled_number
from open311.reports.reporters import ReporterKey, reporter_row
from open311.reports.states import is_closed
from open311.reports.submission import Reporter

# As many as the database can count: by then, somebody plays with the form.
MOST = 2**15 - 1


class Joining:
    """Lets people join requests.

    Args:
        registry: the catalogues in force.
        keyring: seals who joins.
        render: writes the public record.
    """

    def __init__(self, registry: Registry, keyring: Keyring, render: Render) -> None:
        self._registry = registry
        self._keyring = keyring
        self._render = render

    def join(
        self,
        connection: Connection,
        jurisdiction_id: str,
        number: int,
        reporter: Reporter,
        language: str,
    ) -> ReporterKey:
        """Have somebody told of a request too; of one that was merged, of that into which it was.

        Who has joined or reported it already, by the e-mail address, stays what they are, also
        unsubscribed.

        Args:
            connection: in a transaction that holds no request, which the caller commits.
            jurisdiction_id: where it is.
            number: of the request.
            reporter: who joins.
            language: in which they are told, one of the jurisdiction's.

        Returns:
            The row of who joined. Links made of it go by mail alone: who types an address need not
            be whose it is.

        Raises:
            BadRequest: there is no e-mail address.
            NotFound: the public sees no such request at the production endpoint.
            Conflict: it is closed, or full; reports of its service are anonymous; or it was merged
                at this moment.
        """
        if not reporter.email:
            raise BadRequest.of("join-email")
        # Looked up before anything is locked, as who merges locks both in the order of numbers.
        handled = handled_number(connection, jurisdiction_id, number)
        locked = lock_request(connection, self._registry, jurisdiction_id, handled)
        _require_joinable(locked)
        known = self._position_of(connection, jurisdiction_id, handled, reporter.email)
        if known is not None:
            return ReporterKey(jurisdiction_id, handled, known)
        position = _next_position(connection, jurisdiction_id, handled)
        if position > MOST:
            raise Conflict.of("join-closed", value=locked.request.service_request_id)
        key = ReporterKey(jurisdiction_id, handled, position)
        row = reporter_row(self._keyring, key, reporter, language)
        connection.execute(tables.reporter.insert(), row)
        change = Change("joined", detail={"position": key.position})
        apply_change(connection, locked, change, Author("reporter"), self._render)
        return key

    def _position_of(
        self, connection: Connection, jurisdiction_id: str, number: int, email: str
    ) -> int | None:
        table = tables.reporter
        query = select(func.min(table.c.position)).where(
            table.c.jurisdiction_id == jurisdiction_id,
            table.c.number == number,
            table.c.email_index.in_(self._keyring.indexes(email_form(email))),
        )
        position: int | None = connection.scalar(query)
        return position


def _require_joinable(locked: LockedRequest) -> None:
    request = locked.request
    if not request.is_public or request.endpoint_type != "production":
        raise NotFound.of("request-unknown", value=str(request.number))
    if request.state == "duplicate":
        raise Conflict.of("meanwhile")
    if is_closed(request.state):
        raise Conflict.of("join-closed", value=request.service_request_id)
    if locked.catalogue.services[request.service_code].reporter == "anonymous":
        raise Conflict.of("join-anonymous")


def _next_position(connection: Connection, jurisdiction_id: str, number: int) -> int:
    """Return the next free one; 0 is of who reported, also where nobody is known to have."""
    table = tables.reporter
    query = select(func.coalesce(func.max(table.c.position), 0) + 1).where(
        table.c.jurisdiction_id == jurisdiction_id, table.c.number == number
    )
    position: int = connection.scalar(query) or 1
    return position
