"""Putting a jurisdiction's configuration in force, with all that follows from it."""

from sqlalchemy import Engine

from open311.catalogue.applying import Applied, apply
from open311.catalogue.loading import Configuration
from open311.catalogue.registry import read_catalogue
from open311.reports.publication import Render, render_again


def apply_configuration(engine: Engine, configuration: Configuration, render: Render) -> Applied:
    """Put a configuration in force and render the records that it changes, in one transaction.

    Args:
        engine: where.
        configuration: the checked folder.
        render: writes the public record.
    """
    with engine.begin() as connection:
        applied = apply(connection, configuration)
        if applied.changed and applied.revision > 1:
            render_again(connection, read_catalogue(connection, applied.jurisdiction_id), render)
    return applied
