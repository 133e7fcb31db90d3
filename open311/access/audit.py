"""The audit log: every administrative act, by whom, with what was before and what is after.

Entries are only ever added; a trigger refuses anything else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from open311.access.checking import unknown_jurisdictions
from open311.access.rights import Act, Actor
from open311.database import tables
from open311.errors import NotFound


@dataclass(frozen=True)
class Entry:
    """One act.

    Attributes:
        actor: who: an account's e-mail address, or `shell:` and a user's name.
        act: what was done, one of `rights.ACTS`.
        subject: what it was done to, such as `key 3` or `revision 7`.
        jurisdiction_id: where; None: it concerns no single jurisdiction.
        before: what was.
        after: what is.
        reason: why, in the actor's words.
    """

    actor: str
    act: Act
    subject: str
    jurisdiction_id: str | None = None
    before: Any = None
    after: Any = None
    reason: str | None = None


@dataclass(frozen=True)
class Written:
    """An entry of the log with its number and moment."""

    audit_entry_id: int
    entry_datetime: datetime
    entry: Entry


def write(connection: Connection, entry: Entry) -> None:
    """Add an entry, in the transaction of the act."""
    connection.execute(
        tables.audit_entry.insert(),
        {
            "actor": entry.actor,
            "act": entry.act,
            "subject": entry.subject,
            "jurisdiction_id": entry.jurisdiction_id,
            "before": entry.before,
            "after": entry.after,
            "reason": entry.reason,
        },
    )


def read(
    connection: Connection,
    *,
    actor: Actor,
    jurisdiction_id: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[Written]:
    """Return entries, newest first.

    Args:
        connection: any.
        actor: who reads.
        jurisdiction_id: only of this one; when not given, of all where the actor may read, with
            those of no single jurisdiction if that is everywhere.
        before_id: only those that are older than this entry.
        limit: at most so many.

    Raises:
        Forbidden: the actor may not.
        NotFound: there is no such jurisdiction.
    """
    if jurisdiction_id is None:
        actor.require_somewhere("read_audit")
        jurisdiction_ids = actor.where("read_audit")
    else:
        actor.require("read_audit", jurisdiction_id)
        if problems := [*unknown_jurisdictions(connection, [jurisdiction_id])]:
            raise NotFound(problems)
        jurisdiction_ids = frozenset({jurisdiction_id})
    table = tables.audit_entry
    query = select(table).order_by(table.c.audit_entry_id.desc()).limit(limit)
    if jurisdiction_ids is not None:
        query = query.where(table.c.jurisdiction_id.in_(jurisdiction_ids))
    if before_id is not None:
        query = query.where(table.c.audit_entry_id < before_id)
    return [
        Written(
            row.audit_entry_id,
            row.entry_datetime,
            Entry(
                row.actor,
                row.act,
                row.subject,
                row.jurisdiction_id,
                row.before,
                row.after,
                row.reason,
            ),
        )
        for row in connection.execute(query)
    ]
