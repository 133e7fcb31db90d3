"""The applied revision of the folders under `jurisdictions/`, and those before it."""

from sqlalchemy import (
    Index,
    Integer,
    Table,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

from open311.database.tables.columns import (
    jurisdiction_key,
    key,
    metadata,
    moment,
    now,
    required,
    shape,
)

jurisdiction = Table(
    "jurisdiction",
    metadata,
    key("jurisdiction_id"),
    required("slug", unique=True),
    required("prefix", unique=True),
    required("document", JSONB, comment="jurisdiction.yaml, with groups and routing"),
    required("digest", comment="of the folder, to tell when nothing changed"),
    required("revision", Integer),
    moment("changeset"),
)

jurisdiction_boundary = Table(
    "jurisdiction_boundary",
    metadata,
    jurisdiction_key(),
    key("piece", Integer),
    shape("POLYGON"),
    Index("jurisdiction_boundary_geometry_idx", "geometry", postgresql_using="gist"),
    comment="The boundary cut into small pieces, which makes a point's look-up cheap",
)

area = Table(
    "area",
    metadata,
    jurisdiction_key(),
    key("kind"),
    key("area_code"),
    required("name"),
    shape("MULTIPOLYGON"),
    Index("area_geometry_idx", "geometry", postgresql_using="gist"),
)

unit = Table(
    "unit",
    metadata,
    jurisdiction_key(),
    key("unit_code"),
    required("document", JSONB, comment="its entry of units.yaml"),
    moment("retired_datetime", nullable=True),
)

service = Table(
    "service",
    metadata,
    jurisdiction_key(),
    key("service_code"),
    required("position", Integer),
    required("document", JSONB, comment="its entry of services.yaml"),
    moment("retired_datetime", nullable=True),
)

revision = Table(
    "revision",
    metadata,
    jurisdiction_key(),
    key("revision", Integer),
    now("applied_datetime"),
    required("actor", comment="who"),
    required("reason", comment="why"),
    required("origin", comment="where it came from: a folder, the admin API, a rollback …"),
    required("digest", comment="of the files"),
    # JSON, not JSONB: what is exported stands in the order in which it was written.
    required("files", JSON, comment="file name to content; of a GeoJSON file, to its digest"),
    required("changes", JSONB, comment="what differs from the revision before"),
    moment("exported_datetime", nullable=True),
    Index("revision_digest_idx", "jurisdiction_id", "digest"),
    comment="Append-only: every configuration that was in force",
)

shape_file = Table(
    "shape_file",
    metadata,
    jurisdiction_key(),
    key("digest"),
    required("content", comment="GeoJSON"),
    comment="The shapes of revisions, each kept once however many revisions have it",
)
