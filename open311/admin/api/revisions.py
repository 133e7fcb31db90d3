"""The revisions of a jurisdiction: what was in force, by whom and why; back to one of them."""

from typing import Any

from open311.access import audit
from open311.admin.api.applying import Answer, Headers, put_in_force, summary
from open311.admin.api.context import actor, expected_revision, parts
from open311.admin.api.paging import next_page
from open311.admin.jurisdictions import Proposal
from open311.admin.revisions import (
    files_of,
    read_configuration,
    revision_in_force,
    revision_numbered,
)
from open311.catalogue.comparing import compare
from open311.catalogue.revisions import list_revisions, mark_exported


def get_revisions(query: dict[str, Any], jurisdiction_id: str) -> Answer:
    """List the revisions, the newest first."""
    with parts().engine.connect() as connection:
        revision_in_force(connection, jurisdiction_id)
        found = list_revisions(connection, jurisdiction_id, query.get("before"), query["limit"])
    return {
        "revisions": [summary(one) for one in found],
        "next": next_page(query, "before", [one.revision for one in found]),
    }


def get_revision(jurisdiction_id: str, revision: int) -> Answer:
    """Show a revision with its files."""
    with parts().engine.connect() as connection:
        found = revision_numbered(connection, jurisdiction_id, revision)
        files = files_of(connection, jurisdiction_id, revision)
    return summary(found) | {"changes": found.changes, "files": files}


def get_difference(query: dict[str, Any], jurisdiction_id: str, revision: int) -> Answer:
    """Show what differs from another revision to this one."""
    against = query.get("against", revision - 1)
    with parts().engine.connect() as connection:
        after = files_of(connection, jurisdiction_id, revision)
        before = files_of(connection, jurisdiction_id, against) if against else {}
    changes = [change.as_document() for change in compare(before, after)]
    return {"before": against, "after": revision, "changes": changes}


def post_rollback(
    body: dict[str, Any], jurisdiction_id: str, revision: int
) -> tuple[Answer, Headers]:
    """Put a revision in force again, as a new one."""
    expected = expected_revision()
    with parts().engine.connect() as connection:
        configuration = read_configuration(connection, jurisdiction_id, revision)
    proposal = Proposal(configuration, actor(), body["reason"], "rollback", expected=expected)
    return put_in_force(proposal)


def post_exported(jurisdiction_id: str, revision: int) -> None:
    """Note that a revision was written to a folder: what is applied from there knows of it."""
    with parts().engine.begin() as connection:
        revision_numbered(connection, jurisdiction_id, revision)
        mark_exported(connection, jurisdiction_id, revision)
        entry = audit.Entry(
            actor=actor().name,
            act="apply",
            subject=f"revision {revision}",
            jurisdiction_id=jurisdiction_id,
            after={"exported": True},
        )
        audit.write(connection, entry)
