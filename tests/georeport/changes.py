"""Changing a request as an officer does."""

from typing import Any

from sqlalchemy import Engine

from open311.catalogue.registry import Registry
from open311.database.reading import Reader
from open311.georeport.encoding import render_request
from open311.reports.changing import Author, Change, apply_change, lock_request
from open311.reports.reading import number_of


def change(engine: Engine, city: str, request_id: str, **members: Any) -> int:
    """Change a request in public, unless said otherwise, and return the number of the event."""
    made = Change(**{"kind": "state_changed" if "state" in members else "noted"}
                  | {"is_public": True} | members)  # fmt: skip
    registry = Registry(engine, Reader(engine))
    with engine.begin() as connection:
        number = number_of(connection, city, request_id)
        locked = lock_request(connection, registry, city, number)
        return apply_change(
            connection, locked, made, Author("officer", "a@example.org"), render_request
        ).event_id
