"""The request that a call is about, and whether who calls may do what they want to it."""

from sqlalchemy import Connection
from werkzeug.routing import BaseConverter

from open311.access.rights import Act
from open311.admin.api.context import actor, expected_revision, parts
from open311.reports.changing import Author, LockedRequest, lock_request, require_version
from open311.reports.model import ServiceRequest
from open311.reports.reading import number_of, read_request

# More digits than the largest number has could not be asked for.
_MOST_DIGITS = 18


class RequestName(BaseConverter):
    """What a request is called in a path: its id or, as some have no id, its number."""

    regex = "[A-Za-z0-9-]{1,40}"


def number_named(connection: Connection, jurisdiction_id: str, name: str) -> int:
    """Return the number of a request; an id is never digits alone.

    Args:
        connection: any.
        jurisdiction_id: where.
        name: an id, or a number.

    Raises:
        NotFound: there is no such request, or no such jurisdiction.
    """
    if name.isascii() and name.isdecimal() and len(name) <= _MOST_DIGITS:
        # Read, as there may be no such jurisdiction: who locks a request relies on that.
        return read_request(connection, jurisdiction_id, int(name)).number
    return number_of(connection, jurisdiction_id, name)


def read_named(connection: Connection, act: Act, jurisdiction_id: str, name: str) -> ServiceRequest:
    """Return a request to read of it.

    Args:
        connection: any.
        act: what who calls wants.
        jurisdiction_id: where.
        name: of the request.

    Raises:
        NotFound: there is no such request.
        Forbidden: who calls may not, for the unit that handles it.
    """
    number = number_named(connection, jurisdiction_id, name)
    request = read_request(connection, jurisdiction_id, number)
    require(act, request)
    return request


def lock_named(
    connection: Connection, jurisdiction_id: str, name: str, expected: int
) -> LockedRequest:
    """Return a request to change it, and nobody else meanwhile.

    Args:
        connection: in a transaction.
        jurisdiction_id: where.
        name: of the request.
        expected: the version that who calls has seen.

    Raises:
        NotFound: there is no such request.
        Forbidden: who calls may not, for the unit that handles it by now.
        PreconditionFailed: somebody else has changed it since.
    """
    number = number_named(connection, jurisdiction_id, name)
    locked = lock_request(connection, parts().registry, jurisdiction_id, number)
    require("update_requests", locked.request)
    require_version(locked.request, expected)
    return locked


def require(act: Act, request: ServiceRequest) -> None:
    """Let pass what who calls may do to a request of its unit.

    Raises:
        Forbidden: they may not.
    """
    actor().require(act, request.jurisdiction_id, request.unit_code)


def author() -> Author:
    """Return who calls, as who changes a request."""
    return Author("officer", name=actor().name)


# Counted from one as revisions are, and sent back in the same header.
expected_version = expected_revision
