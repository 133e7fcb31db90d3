"""Changing a request as an officer does, in public."""

from typing import Any

from sqlalchemy import Engine

from tests import changes


def change(engine: Engine, city: str, request_id: str, **members: Any) -> int:
    """Change a request in public, unless said otherwise, and return the number of the event."""
    kind = "state_changed" if "state" in members else "noted"
    return changes.change(engine, city, request_id, **{"kind": kind, "is_public": True} | members)
