"""The same POST sent again: the header Idempotency-Key gives the first answer once more."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from open311.errors import BadRequest

_ROW = """
    jurisdiction_id = :jurisdiction_id AND endpoint_type = :endpoint_type
    AND api_key_id = :api_key_id AND idempotency_key = :idempotency_key
"""

# Of two at once, the second waits at the primary key until the first has committed.
_CLAIM = text("""
    INSERT INTO idempotent_answer AS kept
        (jurisdiction_id, endpoint_type, api_key_id, idempotency_key, body_hash)
    VALUES (:jurisdiction_id, :endpoint_type, :api_key_id, :idempotency_key, :body_hash)
    ON CONFLICT (jurisdiction_id, endpoint_type, api_key_id, idempotency_key) DO UPDATE
        SET body_hash = excluded.body_hash, answer = NULL, created_datetime = now()
        WHERE kept.created_datetime < now() - interval '24 hours'
    RETURNING 1
""")

_KEPT = text(f"SELECT body_hash, answer FROM idempotent_answer WHERE {_ROW}")

_KEEP = text(f"UPDATE idempotent_answer SET answer = cast(:answer AS jsonb) WHERE {_ROW}")

_FORGET = text("DELETE FROM idempotent_answer WHERE created_datetime < now() - interval '24 hours'")


@dataclass(frozen=True)
class Repetition:
    """How a repeated POST is told: what identifies it, and what it must be the same in.

    Attributes:
        endpoint_type: `production` or `test`.
        api_key_id: whose key it is.
        idempotency_key: the header.
        body_hash: of what was sent.
    """

    endpoint_type: str
    api_key_id: int
    idempotency_key: str
    body_hash: bytes


def claim(
    connection: Connection, jurisdiction_id: str, repetition: Repetition
) -> dict[str, Any] | None:
    """Claim a key for this transaction.

    Returns:
        None: the key is new. Else the answer that was given the first time.

    Raises:
        BadRequest: the key was used within 24 hours with another body.
    """
    row = {"jurisdiction_id": jurisdiction_id, **vars(repetition)}
    if connection.execute(_CLAIM, row).first():
        return None
    kept = connection.execute(_KEPT, row).one()
    if bytes(kept.body_hash) != repetition.body_hash:
        raise BadRequest.of("idempotency-key-reused")
    answer: dict[str, Any] = kept.answer
    return answer


def keep_answer(
    connection: Connection, jurisdiction_id: str, repetition: Repetition, answer: dict[str, Any]
) -> None:
    """Keep the answer that a claimed key was given."""
    row = {"jurisdiction_id": jurisdiction_id, **vars(repetition)}
    connection.execute(_KEEP, row | {"answer": json.dumps(answer)})


def forget_old(connection: Connection) -> None:
    """Delete what is older than 24 hours."""
    connection.execute(_FORGET)
