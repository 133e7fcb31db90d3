"""Importing an address register: who may, what is done, what the audit log says of it."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from open311.access.audit import Entry, write
from open311.access.rights import Actor
from open311.places.register import Imported, import_register


def import_addresses(
    engine: Engine,
    jurisdiction_id: str,
    path: Path,
    actor: Actor,
    most_bad: float,
    progress: Callable[[int], None],
) -> Imported:
    """Put the address register of a jurisdiction in force, in one transaction.

    Args:
        engine: where.
        jurisdiction_id: whose register; there is such a jurisdiction.
        path: the file, see `open311.places.register_files`.
        actor: who imports it.
        most_bad: which share of its rows may be unusable.
        progress: told how many bytes have been read, now and then.

    Raises:
        Forbidden: the actor may not.
        RegisterError: the file cannot be used; nothing has changed.
    """
    actor.require("import_addresses", jurisdiction_id)
    with path.open("rb") as file, engine.begin() as connection:
        imported = import_register(connection, jurisdiction_id, file, most_bad, progress)
        entry = Entry(
            actor.name,
            "import_addresses",
            "address register",
            jurisdiction_id,
            before={"addresses": imported.before},
            after={
                "addresses": imported.after,
                "added": imported.added,
                "changed": imported.changed,
                "removed": imported.removed,
                "unusable": imported.bad,
                "file": path.name,
            },
        )
        write(connection, entry)
    return imported
