"""Using a key: looked up, counted and held to its rate class, in one statement."""

import hashlib
from dataclasses import dataclass

from open311.access.rates import RATE_TABLE
from open311.access.rights import Actor, Role, Scope
from open311.database.reading import Reader
from open311.errors import Problem, TooManyCalls

# A key that is over its limit, or has none and was seen this minute, is only read. For the rest,
# calls that come together wait for each other's count, which is a transaction of its own that does
# not wait for the log; none waits for what another does with the key.
_USE = f"""
    WITH found AS (
        SELECT api_key.api_key_id, scopes, account.account_id, email, most,
            COALESCE(used.calls, 0) AS earlier,
            ARRAY(
                SELECT jurisdiction_id FROM api_key_jurisdiction AS place
                WHERE place.api_key_id = api_key.api_key_id
            ) AS jurisdiction_ids,
            (
                SELECT json_agg(json_build_array(role, jurisdiction_id, unit_code))
                FROM account_role AS held WHERE held.account_id = api_key.account_id
            ) AS roles
        FROM api_key
        JOIN {RATE_TABLE} USING (rate_class)
        LEFT JOIN account ON account.account_id = api_key.account_id
        LEFT JOIN api_key_use AS used
            ON used.api_key_id = api_key.api_key_id AND minute = date_trunc('minute', now())
        WHERE key_hash = $1 AND revoked_datetime IS NULL AND disabled_datetime IS NULL
            AND (expires_datetime > now()) IS NOT FALSE
    ), counted AS (
        INSERT INTO api_key_use AS used (api_key_id, last_used_datetime, minute, calls)
        SELECT api_key_id, now(), date_trunc('minute', now()), 1 FROM found
        WHERE earlier = 0 OR earlier < most
        ON CONFLICT (api_key_id) DO UPDATE SET
            last_used_datetime = excluded.last_used_datetime,
            minute = excluded.minute,
            calls = CASE WHEN used.minute = excluded.minute THEN used.calls + 1 ELSE 1 END
        RETURNING calls
    )
    SELECT COALESCE(calls, earlier + 1) > most AS over, most,
        ceil(60 - extract(second FROM now()))::integer AS seconds,
        api_key_id, scopes, jurisdiction_ids, account_id, email, roles
    FROM found LEFT JOIN counted ON true
"""


@dataclass(frozen=True)
class UsedKey:
    """A key that is valid now.

    Attributes:
        api_key_id: its number.
        scopes: what it is for.
        jurisdiction_ids: those that it names.
        actor: whose rights it has; None: nobody's, it can only report.
    """

    api_key_id: int
    scopes: frozenset[Scope]
    jurisdiction_ids: frozenset[str]
    actor: Actor | None

    def may_report(self, jurisdiction_id: str) -> bool:
        """Tell whether reports to a jurisdiction may be sent with the key."""
        return "report" in self.scopes and jurisdiction_id in self.jurisdiction_ids


def use_key(counter: Reader, key: str) -> UsedKey | None:
    """Return what a key is good for, and count the call.

    The key is looked up by its hash, so how long the look-up takes tells nothing of the key.

    Args:
        counter: on an engine of `counting_engine`.
        key: as it was sent.

    Returns:
        None: it is unknown, revoked or expired, or its account is disabled. Such calls are not
        counted, so strangers cannot fill the table.

    Raises:
        TooManyCalls: it is valid, and was used as often in this minute as its rate class allows.
    """
    rows = counter.rows(_USE, (hash_of(key),))
    if not rows:
        return None
    over, most, seconds, api_key_id, scopes, places, account_id, email, roles = rows[0]
    if over:
        problem = Problem("key-over-limit", {"most": most, "seconds": seconds})
        raise TooManyCalls([problem], seconds)
    used = frozenset(scopes), frozenset(places)
    if account_id is None:
        return UsedKey(api_key_id, *used, None)
    held = tuple(Role(*role) for role in roles or ())
    # A key of an account that names no jurisdictions is good wherever the account's roles reach.
    actor = Actor(email.decode(), account_id, held, used[0], used[1] or None)
    return UsedKey(api_key_id, *used, actor)


def hash_of(key: str) -> bytes:
    """Return what is kept of a key."""
    # 192 random bits need no salt and no slow hash: nobody can try them all.
    return hashlib.sha256(key.encode()).digest()
