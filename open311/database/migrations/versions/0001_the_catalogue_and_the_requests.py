"""The catalogue and the requests."""

from alembic import op
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE SEQUENCE service_request_number START 1001")
    op.create_table(
        "api_key",
        sa.Column("api_key_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column(
            "created_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("api_key_id", name=op.f("api_key_pkey")),
        sa.UniqueConstraint("key_hash", name=op.f("api_key_key_hash_key")),
    )
    op.create_table(
        "jurisdiction",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column(
            "document",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="jurisdiction.yaml and the groups of services.yaml",
        ),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="of the folder, to tell when nothing changed",
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changeset", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction_id", name=op.f("jurisdiction_pkey")),
        sa.UniqueConstraint("prefix", name=op.f("jurisdiction_prefix_key")),
        sa.UniqueConstraint("slug", name=op.f("jurisdiction_slug_key")),
    )
    op.create_table(
        "api_key_jurisdiction",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("api_key_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_key_id"],
            ["api_key.api_key_id"],
            name=op.f("api_key_jurisdiction_api_key_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("api_key_jurisdiction_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "jurisdiction_id", "api_key_id", name=op.f("api_key_jurisdiction_pkey")
        ),
    )
    op.create_table(
        "area",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("area_code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "geometry", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("area_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "kind", "area_code", name=op.f("area_pkey")),
    )
    op.create_index(
        "area_geometry_idx", "area", ["geometry"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "change_counter",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("endpoint_type", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("stripe", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "endpoint_type IN ('production', 'test')",
            name=op.f("change_counter_endpoint_type_check"),
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("change_counter_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "jurisdiction_id", "endpoint_type", "stripe", name=op.f("change_counter_pkey")
        ),
        comment="The sum over the stripes moves with every change of what an endpoint shows",
        postgresql_with={"fillfactor": "50"},
    )
    op.create_table(
        "idempotent_answer",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("endpoint_type", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("api_key_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "created_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_key.api_key_id"], name=op.f("idempotent_answer_api_key_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("idempotent_answer_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "jurisdiction_id",
            "endpoint_type",
            "api_key_id",
            "idempotency_key",
            name=op.f("idempotent_answer_pkey"),
        ),
    )
    op.create_table(
        "jurisdiction_boundary",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("piece", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("geometry", Geometry("POLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("jurisdiction_boundary_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "jurisdiction_id", "piece", name=op.f("jurisdiction_boundary_pkey")
        ),
        comment="The boundary cut into small pieces, which makes a point's look-up cheap",
    )
    op.create_index(
        "jurisdiction_boundary_geometry_idx",
        "jurisdiction_boundary",
        ["geometry"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_table(
        "service",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("service_code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "document",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="its entry of services.yaml",
        ),
        sa.Column("retired_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("service_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "service_code", name=op.f("service_pkey")),
    )
    op.create_table(
        "unit",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("unit_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "unit_code", name=op.f("unit_pkey")),
    )
    op.create_table(
        "service_request",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("endpoint_type", sa.Text(), nullable=False),
        sa.Column(
            "service_request_id",
            sa.Text(),
            nullable=True,
            comment="absent until a batch request has been given one",
        ),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("service_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_notes", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("unit_code", sa.Text(), nullable=True),
        sa.Column("service_notice", sa.Text(), nullable=True),
        sa.Column("requested_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("address_id", sa.Text(), nullable=True),
        sa.Column("zipcode", sa.Text(), nullable=True),
        sa.Column("area_code", sa.Text(), nullable=True),
        sa.Column("geometry", Geometry("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("media_urls", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="attribute code to the list of its values",
        ),
        sa.Column(
            "public_json",
            sa.Text(),
            nullable=True,
            comment="the public record as it is sent; absent: not public",
        ),
        sa.Column("public_xml", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "endpoint_type IN ('production', 'test')",
            name=op.f("service_request_endpoint_type_check"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'closed')", name=op.f("service_request_status_check")
        ),
        sa.CheckConstraint(
            "(public_json IS NULL) = (public_xml IS NULL)",
            name=op.f("service_request_public_check"),
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "service_code"],
            ["service.jurisdiction_id", "service.service_code"],
            name=op.f("service_request_jurisdiction_id_service_code_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "unit_code"],
            ["unit.jurisdiction_id", "unit.unit_code"],
            name=op.f("service_request_jurisdiction_id_unit_code_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "number", name=op.f("service_request_pkey")),
        sa.UniqueConstraint(
            "jurisdiction_id",
            "service_request_id",
            name=op.f("service_request_jurisdiction_id_service_request_id_key"),
        ),
        sa.UniqueConstraint(
            "jurisdiction_id", "token", name=op.f("service_request_jurisdiction_id_token_key")
        ),
        postgresql_with={"toast_tuple_target": "8160"},
    )
    op.create_index(
        "service_request_newest_idx",
        "service_request",
        [
            "jurisdiction_id",
            "endpoint_type",
            sa.literal_column("requested_datetime DESC"),
            sa.literal_column("number DESC"),
        ],
        unique=False,
        postgresql_where=sa.text("public_json IS NOT NULL"),
    )
    op.create_index(
        "service_request_newest_of_service_idx",
        "service_request",
        [
            "jurisdiction_id",
            "endpoint_type",
            "service_code",
            sa.literal_column("requested_datetime DESC"),
            sa.literal_column("number DESC"),
        ],
        unique=False,
        postgresql_where=sa.text("public_json IS NOT NULL"),
    )
    op.create_index(
        "service_request_pending_idx",
        "service_request",
        ["requested_datetime"],
        unique=False,
        postgresql_where=sa.text("token IS NOT NULL AND service_request_id IS NULL"),
    )
    op.create_table(
        "reporter",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "number"],
            ["service_request.jurisdiction_id", "service_request.number"],
            name=op.f("reporter_jurisdiction_id_number_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "number", name=op.f("reporter_pkey")),
        comment="Personal data: joined by intake, delivery and officers only, never by a public read",
    )
    op.create_table(
        "request_event",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "event_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "number"],
            ["service_request.jurisdiction_id", "service_request.number"],
            name=op.f("request_event_jurisdiction_id_number_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "jurisdiction_id", "number", "event_id", name=op.f("request_event_pkey")
        ),
        comment="Append-only: what happened to a request, from which its present state follows",
    )


def downgrade() -> None:
    op.drop_table("request_event")
    op.drop_table("reporter")
    op.drop_index(
        "service_request_pending_idx",
        table_name="service_request",
        postgresql_where=sa.text("token IS NOT NULL AND service_request_id IS NULL"),
    )
    op.drop_index(
        "service_request_newest_of_service_idx",
        table_name="service_request",
        postgresql_where=sa.text("public_json IS NOT NULL"),
    )
    op.drop_index(
        "service_request_newest_idx",
        table_name="service_request",
        postgresql_where=sa.text("public_json IS NOT NULL"),
    )
    op.drop_table("service_request")
    op.drop_table("unit")
    op.drop_table("service")
    op.drop_index(
        "jurisdiction_boundary_geometry_idx",
        table_name="jurisdiction_boundary",
        postgresql_using="gist",
    )
    op.drop_table("jurisdiction_boundary")
    op.drop_table("idempotent_answer")
    op.drop_table("change_counter")
    op.drop_index("area_geometry_idx", table_name="area", postgresql_using="gist")
    op.drop_table("area")
    op.drop_table("api_key_jurisdiction")
    op.drop_table("jurisdiction")
    op.drop_table("api_key")
    op.execute("DROP SEQUENCE service_request_number")
    # PostGIS stays: others in the database may use it.
