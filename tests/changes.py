"""Changing a request as an officer does."""

from typing import Any

from sqlalchemy import Engine

from open311.catalogue.registry import Registry
from open311.database.reading import Reader
from open311.georeport.encoding import render_request
from open311.reports.changing import Author, Change, apply_change, lock_request
from open311.reports.reading import number_of

# Words that nobody would use otherwise.
OFFICER = Author("officer", name="markerofficer@example.com")


def registry_of(engine: Engine) -> Registry:
    """Return the catalogues in force."""
    return Registry(engine, Reader(engine))


def change(engine: Engine, city: str, request: int | str, *what: Any, **members: Any) -> int:
    """Change a request, named by its number or id; return the number of the event.

    What is done is said as `Change` has it.
    """
    with engine.begin() as connection:
        number = request if isinstance(request, int) else number_of(connection, city, request)
        locked = lock_request(connection, registry_of(engine), city, number)
        made = Change(*what, **members)
        return apply_change(connection, locked, made, OFFICER, render_request).event_id
