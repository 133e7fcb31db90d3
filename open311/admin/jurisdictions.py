"""Putting a jurisdiction's configuration in force, with all that follows from it."""

from collections.abc import Collection

from sqlalchemy import Engine

from open311.catalogue.applying import Applied, apply
from open311.catalogue.loading import Configuration
from open311.catalogue.locking import lock_catalogue
from open311.catalogue.model import Catalogue
from open311.catalogue.registry import find_catalogue, read_catalogue
from open311.reports.publication import Render, render_again


def apply_configuration(engine: Engine, configuration: Configuration, render: Render) -> Applied:
    """Put a configuration in force and render the records that it changes, in one transaction.

    Reports of that jurisdiction wait meanwhile, those of others do not.

    Args:
        engine: where.
        configuration: the checked folder.
        render: writes the public record.
    """
    jurisdiction_id = configuration.jurisdiction["id"]
    with engine.begin() as connection:
        lock_catalogue(connection, jurisdiction_id)
        before = find_catalogue(connection, jurisdiction_id)
        applied = apply(connection, configuration)
        if applied.changed and before:
            now = read_catalogue(connection, jurisdiction_id)
            render_again(connection, now, render, _renamed_services(before, now))
    return applied


def _renamed_services(before: Catalogue, now: Catalogue) -> Collection[str] | None:
    """Return the services whose requests may read differently now; None: all may."""
    was, city = before.jurisdiction, now.jurisdiction
    units = {code: unit.name for code, unit in before.units.items()}
    if was.time_zone != city.time_zone or any(
        now.units[code].name != name for code, name in units.items()
    ):
        return None
    return [
        code
        for code, service in before.services.items()
        if was.text(service.name) != city.text(now.services[code].name)
    ]
