"""Addresses; boundaries and areas are part of the catalogue."""

from sqlalchemy import (
    Column,
    Index,
    Table,
    Text,
)

from open311.database.tables.columns import (
    jurisdiction_key,
    key,
    metadata,
    required,
    shape,
)

address = Table(
    "address",
    metadata,
    jurisdiction_key(),
    key("address_id"),
    required("street"),
    Column("house_number", Text),
    Column("zipcode", Text),
    Column("city", Text),
    required("street_key", comment="the street as it is compared: see places/spelling.py"),
    required("number_key"),
    shape("POINT"),
    Index("address_street_idx", "jurisdiction_id", "street_key", "number_key"),
    Index(
        "address_street_key_trgm_idx",
        "street_key",
        postgresql_using="gin",
        postgresql_ops={"street_key": "gin_trgm_ops"},
    ),
    Index("address_geometry_idx", "geometry", postgresql_using="gist"),
    comment="The address register of a jurisdiction, where one was imported",
)
