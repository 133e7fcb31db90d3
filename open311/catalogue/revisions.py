"""The revisions of a jurisdiction's configuration: what was in force, since when, by whom, why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.dialects.postgresql import insert

from open311.catalogue.comparing import Change
from open311.catalogue.loading import Configuration, digest_of
from open311.database import tables

# A file of shapes stands in a revision by its digest: it is large, and changes seldom.
_SHAPES = ".geojson"


@dataclass(frozen=True)
class Signature:
    """Who puts a revision in force, and why.

    Attributes:
        actor: an account's e-mail address, or `shell:` and a user's name.
        reason: in the actor's words.
        origin: where the configuration comes from: `folder`, `api`, `rollback`, `import`.
    """

    actor: str
    reason: str
    origin: str


@dataclass(frozen=True)
class Revision:
    """One revision, without its files."""

    jurisdiction_id: str
    revision: int
    applied: datetime
    actor: str
    reason: str
    origin: str
    digest: str
    changes: list[dict[str, Any]]
    exported: datetime | None


def record_revision(
    connection: Connection,
    configuration: Configuration,
    revision: int,
    signature: Signature,
    changes: list[Change],
) -> None:
    """Keep a configuration as a revision.

    Args:
        connection: in the transaction that puts it in force.
        configuration: the checked folder.
        revision: its number.
        signature: who, why, from where.
        changes: from the revision before.
    """
    jurisdiction_id = configuration.jurisdiction_id
    files = dict(configuration.files)
    for name in configuration.files:
        if name.endswith(_SHAPES):
            files[name] = _keep_shapes(connection, jurisdiction_id, configuration.files[name])
    connection.execute(
        tables.revision.insert(),
        {
            "jurisdiction_id": jurisdiction_id,
            "revision": revision,
            "actor": signature.actor,
            "reason": signature.reason,
            "origin": signature.origin,
            "digest": configuration.digest,
            "files": files,
            "changes": [change.as_document() for change in changes],
        },
    )


def read_files(
    connection: Connection, jurisdiction_id: str, revision: int
) -> Mapping[str, Any] | None:
    """Return the files of a revision, shapes too; None when there is no such revision."""
    table = tables.revision
    files: dict[str, Any] | None = connection.scalar(
        select(table.c.files).where(
            table.c.jurisdiction_id == jurisdiction_id, table.c.revision == revision
        )
    )
    if files is None:
        return None
    shapes = tables.shape_file
    digests = [content for name, content in files.items() if name.endswith(_SHAPES)]
    rows = connection.execute(
        select(shapes.c.digest, shapes.c.content).where(
            shapes.c.jurisdiction_id == jurisdiction_id, shapes.c.digest.in_(digests)
        )
    )
    contents = {row.digest: orjson.loads(row.content) for row in rows}
    return {
        name: contents[content] if name.endswith(_SHAPES) else content
        for name, content in files.items()
    }


def find_revision(
    connection: Connection, jurisdiction_id: str, revision: int | None = None
) -> Revision | None:
    """Return a revision, the one in force when no number is given, if there is one."""
    query = _revisions(jurisdiction_id).limit(1)
    if revision is not None:
        query = query.where(tables.revision.c.revision == revision)
    row = connection.execute(query).one_or_none()
    return None if row is None else _from_row(row)


def list_revisions(
    connection: Connection, jurisdiction_id: str, before: int | None = None, limit: int = 100
) -> list[Revision]:
    """Return revisions, the newest first.

    Args:
        connection: any.
        jurisdiction_id: of which jurisdiction.
        before: only those with a lower number.
        limit: at most so many.
    """
    query = _revisions(jurisdiction_id).limit(limit)
    if before is not None:
        query = query.where(tables.revision.c.revision < before)
    return [_from_row(row) for row in connection.execute(query)]


def base_revision(connection: Connection, jurisdiction_id: str, digest: str | None) -> int | None:
    """Return the newest revision that a folder is known to have been the same as.

    Args:
        connection: any.
        jurisdiction_id: of which jurisdiction.
        digest: what the folder says that it was the same as. A folder that says nothing, or
            what this database never held, counts as of the newest revision that came from a
            folder or went to one.
    """
    table = tables.revision
    newest = select(func.max(table.c.revision)).where(table.c.jurisdiction_id == jurisdiction_id)
    known: int | None = connection.scalar(newest.where(table.c.digest == digest))
    if known is not None:
        return known
    in_folders = (table.c.origin == "folder") | table.c.exported_datetime.is_not(None)
    last: int | None = connection.scalar(newest.where(in_folders))
    return last


def mark_exported(connection: Connection, jurisdiction_id: str, revision: int) -> None:
    """Note that a revision was written to a folder."""
    table = tables.revision
    connection.execute(
        table.update()
        .where(table.c.jurisdiction_id == jurisdiction_id, table.c.revision == revision)
        .values(exported_datetime=func.now())
    )


def _keep_shapes(connection: Connection, jurisdiction_id: str, content: Any) -> str:
    digest = digest_of(content)
    row = {
        "jurisdiction_id": jurisdiction_id,
        "digest": digest,
        "content": orjson.dumps(content).decode(),
    }
    connection.execute(insert(tables.shape_file).on_conflict_do_nothing(), row)
    return digest


def _revisions(jurisdiction_id: str) -> Select[Any]:
    table = tables.revision
    columns = [column for column in table.c if column.name != "files"]
    return (
        select(*columns)
        .where(table.c.jurisdiction_id == jurisdiction_id)
        .order_by(table.c.revision.desc())
    )


def _from_row(row: Row[Any]) -> Revision:
    return Revision(
        jurisdiction_id=row.jurisdiction_id,
        revision=row.revision,
        applied=row.applied_datetime,
        actor=row.actor,
        reason=row.reason,
        origin=row.origin,
        digest=row.digest,
        changes=row.changes,
        exported=row.exported_datetime,
    )
