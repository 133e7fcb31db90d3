"""API keys for tests, which may call as often as they like."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, text

from open311.access import keys
from open311.access.rights import shell
from open311.access.using import hash_of

SHELL = shell("tests")

_SECONDS_LEFT = text("SELECT 60 - extract(second FROM now())")
_USE_UP = text("""
    INSERT INTO api_key_use
    SELECT api_key_id, now(), date_trunc('minute', now()), 1000000 FROM api_key
    WHERE key_hash = :key_hash
    ON CONFLICT (api_key_id) DO UPDATE SET minute = excluded.minute, calls = excluded.calls
""")


def new_key(
    connection: Connection, cities: Sequence[str], label: str = "tests", **terms: Any
) -> str:
    """Return a new key for some cities; `terms` are those of `keys.Terms`."""
    agreed = keys.Terms(**{"rate_class": "unlimited"} | terms)
    return keys.issue(connection, cities, label, agreed, actor=SHELL)


def use_up(engine: Engine, key: str) -> None:
    """Use a key as often in this minute as no rate class allows."""
    seconds_left(engine, 5)
    with engine.begin() as connection:
        connection.execute(_USE_UP, {"key_hash": hash_of(key)})


def seconds_left(engine: Engine, seconds: int) -> None:
    """Wait for the next minute if this one is over sooner."""
    with engine.connect() as connection:
        left = float(connection.scalar(_SECONDS_LEFT))
    if left < seconds:
        time.sleep(left)
