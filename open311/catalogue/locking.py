"""Keeping the catalogue still while something is written by it.

What is stored of a request is rendered with names from the catalogue. Whoever writes a request
holds the catalogue first and reads its revision after; whoever changes the catalogue waits until
nobody holds it. So no request is stored with names of a revision that is no longer in force.
"""

from sqlalchemy import Connection, text

_HOLD = text("SELECT pg_advisory_xact_lock_shared(hashtext('catalogue'), hashtext(:id))")
_LOCK_APPLICATIONS = text("SELECT pg_advisory_xact_lock(hashtext('applications'))")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('catalogue'), hashtext(:id))")


def hold_catalogue(connection: Connection, jurisdiction_id: str) -> None:
    """Let nobody change a jurisdiction's catalogue until the transaction ends.

    Call it before the catalogue is read and before any row is locked.
    """
    connection.execute(_HOLD, {"id": jurisdiction_id})


def lock_applications(connection: Connection) -> None:
    """Let nobody else apply a configuration until the transaction ends, whosever it is.

    What one jurisdiction may have depends on the others: no name twice, no overlap of boundaries.
    """
    connection.execute(_LOCK_APPLICATIONS)


def lock_catalogue(connection: Connection, jurisdiction_id: str) -> None:
    """Wait until nobody holds a catalogue, and let nobody until the transaction ends.

    Of two who want to change it, the second waits here for the first.
    """
    connection.execute(_LOCK, {"id": jurisdiction_id})
