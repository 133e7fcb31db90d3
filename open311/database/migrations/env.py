"""What Alembic runs: every pending migration in one transaction."""

from alembic import context

from open311.database.tables import metadata


def include_name(name: str | None, kind: str, _: object) -> bool:
    """Leave out what PostGIS brings of its own (spatial_ref_sys and its like)."""
    return kind != "table" or name in metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=include_name,
)
with context.begin_transaction():
    context.run_migrations()
