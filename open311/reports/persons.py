"""What is kept of one person: handed out, or erased, when they ask for it.

Somebody is found by their e-mail address. Every time, the audit log tells who asked and why, and
names the person by the keyed index of the address: it proves what was done, and tells nobody who it
was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from open311.access import audit
from open311.access.checking import unknown_jurisdictions
from open311.access.rights import Act, Actor
from open311.catalogue.applying import STRIPES
from open311.catalogue.locking import hold_catalogue
from open311.catalogue.registry import Registry
from open311.database import tables
from open311.errors import NotFound
from open311.people.keyring import Keyring, email_form
from open311.reports.changing import Author, lock_request
from open311.reports.erasing import erase_reporters
from open311.reports.exporting import exported
from open311.reports.publication import Render
from open311.reports.reporters import ReporterKey


@dataclass(frozen=True)
class Asked:
    """Whose data are asked for.

    Attributes:
        email: their address.
        jurisdiction_id: where; None: everywhere.
        actor: who asks.
        reason: why.
    """

    email: str
    jurisdiction_id: str | None
    actor: Actor
    reason: str | None = None


class Persons:
    """Finds what is kept of people.

    Args:
        registry: the catalogues in force.
        keyring: opens what is sealed.
        render: writes the public record.
    """

    def __init__(self, registry: Registry, keyring: Keyring, render: Render) -> None:
        self._registry = registry
        self._keyring = keyring
        self._render = render

    def export(self, connection: Connection, asked: Asked) -> dict[str, Any]:
        """Return all that is kept of somebody.

        Args:
            connection: in a transaction; commit it before anybody sees what this returns.
            asked: whose, and by whom.

        Raises:
            Forbidden: the actor may not.
            NotFound: there is no such jurisdiction.
            SealError: what is sealed cannot be opened.
        """
        keys = self._find(connection, "read_personal", asked)
        requests = []
        for key in keys:
            hold_catalogue(connection, key.jurisdiction_id)
            catalogue = self._registry.catalogue_within(connection, key.jurisdiction_id)
            requests.append(exported(connection, catalogue, self._keyring, key))
        return {"email": asked.email, "exported_datetime": datetime.now(UTC), "requests": requests}

    def erase(self, connection: Connection, asked: Asked) -> int:
        """Erase all that tells who somebody is, at once; their requests stay, as anybody's.

        Args:
            connection: in a transaction that holds no request, which the caller commits.
            asked: whose, and by whom.

        Returns:
            In how many requests they were found.

        Raises:
            Forbidden: the actor may not.
            NotFound: there is no such jurisdiction.
        """
        keys = self._find(connection, "erase_personal", asked)
        positions = {
            request: [key.position for key in found]
            for request, found in groupby(keys, lambda key: (key.jurisdiction_id, key.number))
        }
        # All are locked in the order of their keys, then changed in the order of their counters:
        # the orders of all who hold several.
        locked = [lock_request(connection, self._registry, *request) for request in positions]
        locked.sort(key=lambda one: (one.request.jurisdiction_id, one.request.number % STRIPES))
        author = Author("system", asked.actor.name)
        for one in locked:
            theirs = positions[one.request.jurisdiction_id, one.request.number]
            erase_reporters(connection, one, theirs, author, self._render)
        return len(locked)

    def _find(self, connection: Connection, act: Act, asked: Asked) -> list[ReporterKey]:
        """Return where somebody is found, in order, and write into the log that it was asked."""
        asked.actor.require(act, asked.jurisdiction_id)
        if asked.jurisdiction_id is None:
            places = list(connection.scalars(select(tables.jurisdiction.c.jurisdiction_id)))
        else:
            places = [asked.jurisdiction_id]
            if problems := [*unknown_jurisdictions(connection, places)]:
                raise NotFound(problems)
        table = tables.reporter
        # Along reporter_email_idx, once for each jurisdiction.
        query = select(table.c.jurisdiction_id, table.c.number, table.c.position).where(
            table.c.jurisdiction_id.in_(places),
            table.c.email_index.in_(self._keyring.indexes(email_form(asked.email))),
        )
        keys = sorted(ReporterKey(*row) for row in connection.execute(query))
        self._log(connection, act, asked, keys)
        return keys

    def _log(
        self, connection: Connection, act: Act, asked: Asked, keys: Sequence[ReporterKey]
    ) -> None:
        """Write an entry for each jurisdiction where somebody was found; one if they were not."""
        subject = f"person {self._keyring.index(email_form(asked.email)).hex()}"
        found: dict[str | None, set[int]] = {}
        for key in keys:
            found.setdefault(key.jurisdiction_id, set()).add(key.number)
        for place, numbers in (found or {asked.jurisdiction_id: set()}).items():
            entry = audit.Entry(
                actor=asked.actor.name,
                act=act,
                subject=subject,
                jurisdiction_id=place,
                after={"requests": len(numbers)},
                reason=asked.reason,
            )
            audit.write(connection, entry)
