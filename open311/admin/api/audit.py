"""The log of administrative acts."""

from dataclasses import asdict
from typing import Any

from open311.access import audit
from open311.admin.api.applying import Answer
from open311.admin.api.context import actor, parts
from open311.admin.api.paging import next_page


def get_audit(query: dict[str, Any]) -> Answer:
    """List what was done, by whom, the newest first, where you may read the log."""
    with parts().engine.connect() as connection:
        found = audit.read(
            connection,
            actor=actor(),
            jurisdiction_id=query.get("jurisdiction_id"),
            before_id=query.get("before"),
            limit=query["limit"],
        )
    numbers = [one.audit_entry_id for one in found]
    entries = [
        asdict(one.entry)
        | {"audit_entry_id": one.audit_entry_id, "entry_datetime": one.entry_datetime}
        for one in found
    ]
    return {"entries": entries, "next": next_page(query, "before", numbers)}
