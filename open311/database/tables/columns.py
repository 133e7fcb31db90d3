"""The metadata of all tables, and the columns that they have alike."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import Column, DateTime, ForeignKey, ForeignKeyConstraint, MetaData, Text, text

WGS84 = 4326
ENDPOINT_TYPES = "endpoint_type IN ('production', 'test')"

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def key(name: str, kind: Any = Text) -> Column[Any]:
    """Return a column of the primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def required(name: str, kind: Any = Text, **options: Any) -> Column[Any]:
    """Return a column that is never empty."""
    return Column(name, kind, nullable=False, **options)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of a moment, with its zone."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def now(name: str) -> Column[Any]:
    """Return a column of the moment when the row is written."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def shape(kind: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of geometry, WGS 84, longitude first."""
    # Spatial indexes are declared beside their table, where all of its indexes are seen together.
    return Column("geometry", Geometry(kind, srid=WGS84, spatial_index=False), nullable=nullable)


def jurisdiction_key() -> Column[Any]:
    """Return the first column of the key of what belongs to a jurisdiction."""
    return Column(
        "jurisdiction_id", Text, ForeignKey("jurisdiction.jurisdiction_id"), primary_key=True
    )


def of_service_request() -> ForeignKeyConstraint:
    """Return the constraint of what belongs to a request."""
    return ForeignKeyConstraint(
        ["jurisdiction_id", "number"],
        ["service_request.jurisdiction_id", "service_request.number"],
    )
