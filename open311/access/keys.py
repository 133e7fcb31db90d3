"""API keys: handed out once, stored hashed, valid for the jurisdictions that they name."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from open311.database import tables
from open311.database.reading import Reader

_VALID = """
    SELECT api_key_id FROM api_key JOIN api_key_jurisdiction USING (api_key_id)
    WHERE key_hash = $1 AND jurisdiction_id = $2 AND revoked_datetime IS NULL
"""


class UnknownJurisdictionError(Exception):
    """A key was asked for a jurisdiction that does not exist."""


@dataclass(frozen=True)
class Key:
    """What is known of a key; not the key itself."""

    api_key_id: int
    label: str
    jurisdiction_ids: list[str]
    created: datetime
    revoked: datetime | None


def issue(connection: Connection, jurisdiction_ids: Sequence[str], label: str) -> str:
    """Make a new key.

    Args:
        connection: in a transaction, which the caller commits.
        jurisdiction_ids: where it may be used.
        label: who has it.

    Returns:
        The key, which is not kept anywhere.

    Raises:
        UnknownJurisdictionError: naming those that do not exist.
    """
    table = tables.jurisdiction
    known = set(connection.scalars(select(table.c.jurisdiction_id)))
    unknown = [one for one in jurisdiction_ids if one not in known]
    if unknown:
        raise UnknownJurisdictionError(", ".join(unknown))
    key = f"o311_{secrets.token_urlsafe(24)}"
    api_key_id = connection.scalar(
        tables.api_key.insert()
        .values(key_hash=_hash(key), label=label)
        .returning(tables.api_key.c.api_key_id)
    )
    connection.execute(
        tables.api_key_jurisdiction.insert(),
        [
            {"jurisdiction_id": jurisdiction_id, "api_key_id": api_key_id}
            for jurisdiction_id in dict.fromkeys(jurisdiction_ids)
        ],
    )
    return key


def revoke(connection: Connection, api_key_id: int) -> bool:
    """Make a key useless from now on.

    Args:
        connection: in a transaction, which the caller commits.
        api_key_id: its number in the list.

    Returns:
        Whether there was such a key that was not revoked yet.
    """
    table = tables.api_key
    result = connection.execute(
        table.update()
        .where(table.c.api_key_id == api_key_id, table.c.revoked_datetime.is_(None))
        .values(revoked_datetime=func.now())
    )
    return result.rowcount == 1


def list_keys(connection: Connection) -> list[Key]:
    """Return all keys, oldest first, revoked ones too."""
    key, where = tables.api_key, tables.api_key_jurisdiction
    rows = connection.execute(
        select(key, func.array_agg(where.c.jurisdiction_id).label("jurisdiction_ids"))
        .join(where, where.c.api_key_id == key.c.api_key_id)
        .group_by(key.c.api_key_id)
        .order_by(key.c.api_key_id)
    )
    return [
        Key(
            row.api_key_id,
            row.label,
            sorted(row.jurisdiction_ids),
            row.created_datetime,
            row.revoked_datetime,
        )
        for row in rows
    ]


def valid_key_id(reader: Reader, key: str, jurisdiction_id: str) -> int | None:
    """Return the number of a key that may be used in a jurisdiction now; None: it may not.

    The key is looked up by its hash, so how long the look-up takes tells nothing of the key.
    """
    rows = reader.rows(_VALID, (_hash(key), jurisdiction_id))
    return rows[0][0] if rows else None


def _hash(key: str) -> bytes:
    # 192 random bits need no salt and no slow hash: nobody can try them all.
    return hashlib.sha256(key.encode()).digest()
