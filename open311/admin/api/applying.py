"""Putting in force, and telling of revisions."""

from dataclasses import asdict
from typing import Any

from open311.admin.api.context import parts
from open311.admin.jurisdictions import Proposal, apply_configuration
from open311.admin.revisions import revision_numbered
from open311.catalogue.revisions import Revision

Answer = dict[str, Any]
Headers = dict[str, str]


def put_in_force(proposal: Proposal) -> tuple[Answer, Headers]:
    """Put a configuration in force, and return what is in force then.

    Raises:
        StaleError: another revision is in force than was expected.
        ConfigurationError: something speaks against it.
        Forbidden: who calls may not.
    """
    applied = apply_configuration(parts().engine, proposal, parts().render)
    with parts().engine.connect() as connection:
        revision = revision_numbered(connection, applied.jurisdiction_id, applied.revision)
    return {"changed": applied.changed, "revision": summary(revision)}, etag(applied.revision)


def summary(revision: Revision) -> Answer:
    """Return a revision for a list: what it changed only by its number."""
    document = asdict(revision)
    changes = document.pop("changes")
    return document | {"change_count": len(changes)}


def etag(revision: int) -> Headers:
    """Return the header that names a revision, to be sent back as `If-Match`."""
    return {"ETag": f'"{revision}"'}
