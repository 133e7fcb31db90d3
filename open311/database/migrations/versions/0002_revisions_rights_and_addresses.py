"""Revisions of the catalogue, accounts and their rights, the address register, old ids."""

from alembic import op
import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Entries of the audit log are never changed or deleted, by nobody and by no mistake.
_APPEND_ONLY = """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME;
    END $$
"""
_TRIGGER = """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
# A role of one city without the city would be one of every city.
_ROLE_PLACES = """
    (role = 'unit_officer') = (unit_code IS NOT NULL) AND CASE role
        WHEN 'inter_city_administrator' THEN jurisdiction_id IS NULL
        WHEN 'auditor' THEN true
        ELSE role IN ('city_administrator', 'unit_officer') AND jurisdiction_id IS NOT NULL
    END
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "account",
        sa.Column("account_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="in lower case"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "created_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("disabled_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("account_pkey")),
        sa.UniqueConstraint("email", name=op.f("account_email_key")),
    )
    op.create_table(
        "api_key_use",
        sa.Column("api_key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_used_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False, comment="in that minute"),
        sa.PrimaryKeyConstraint("api_key_id", name=op.f("api_key_use_pkey")),
        postgresql_with={"fillfactor": "50"},
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "audit_entry",
        sa.Column("audit_entry_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "entry_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "actor",
            sa.Text(),
            nullable=False,
            comment="who: an account's e-mail address, or shell: and a user's name",
        ),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column(
            "jurisdiction_id", sa.Text(), nullable=True, comment="absent: it concerns no single one"
        ),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="what was changed, such as a key's number"
        ),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("audit_entry_id", name=op.f("audit_entry_pkey")),
        comment="Append-only: a trigger refuses to change or delete an entry. Never spread",
    )
    op.create_index(
        "audit_entry_jurisdiction_idx",
        "audit_entry",
        ["jurisdiction_id", "audit_entry_id"],
        unique=False,
    )
    op.create_table(
        "account_role",
        sa.Column("account_role_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "jurisdiction_id", sa.Text(), nullable=True, comment="absent: in every jurisdiction"
        ),
        sa.Column("unit_code", sa.Text(), nullable=True, comment="of a unit officer"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("account_role_account_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("account_role_jurisdiction_id_fkey"),
        ),
        sa.CheckConstraint(_ROLE_PLACES, name=op.f("account_role_place_check")),
        sa.PrimaryKeyConstraint("account_role_id", name=op.f("account_role_pkey")),
        sa.UniqueConstraint(
            "account_id",
            "role",
            "jurisdiction_id",
            "unit_code",
            name=op.f("account_role_account_id_role_jurisdiction_id_unit_code_key"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "address",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("address_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("house_number", sa.Text(), nullable=True),
        sa.Column("zipcode", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column(
            "street_key",
            sa.Text(),
            nullable=False,
            comment="the street as it is compared: see places/spelling.py",
        ),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("geometry", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("address_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "address_id", name=op.f("address_pkey")),
        comment="The address register of a jurisdiction, where one was imported",
    )
    op.create_index(
        "address_geometry_idx", "address", ["geometry"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "address_street_idx",
        "address",
        ["jurisdiction_id", "street_key", "number_key"],
        unique=False,
    )
    op.create_index(
        "address_street_key_trgm_idx",
        "address",
        ["street_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"street_key": "gin_trgm_ops"},
    )
    op.create_table(
        "revision",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "applied_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="who"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why"),
        sa.Column(
            "origin",
            sa.Text(),
            nullable=False,
            comment="where it came from: a folder, the admin API, a rollback …",
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="of the files"),
        sa.Column(
            "files",
            postgresql.JSON(astext_type=sa.Text()),
            nullable=False,
            comment="file name to content; of a GeoJSON file, to its digest",
        ),
        sa.Column(
            "changes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what differs from the revision before",
        ),
        sa.Column("exported_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("revision_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "revision", name=op.f("revision_pkey")),
        comment="Append-only: every configuration that was in force",
    )
    op.create_index("revision_digest_idx", "revision", ["jurisdiction_id", "digest"], unique=False)
    op.create_table(
        "shape_file",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False, comment="GeoJSON"),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("shape_file_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "digest", name=op.f("shape_file_pkey")),
        comment="The shapes of revisions, each kept once however many revisions have it",
    )
    op.create_table(
        "external_reference",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("system", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("external_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "number"],
            ["service_request.jurisdiction_id", "service_request.number"],
            name=op.f("external_reference_jurisdiction_id_number_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "jurisdiction_id", "system", "external_id", name=op.f("external_reference_pkey")
        ),
        comment="What a request was called in the system that it was imported from",
    )
    op.create_index(
        "external_reference_number_idx",
        "external_reference",
        ["jurisdiction_id", "number"],
        unique=False,
    )
    op.add_column(
        "api_key",
        sa.Column(
            "scopes", sa.ARRAY(sa.Text()), server_default=sa.text("'{report}'"), nullable=False
        ),
    )
    op.add_column(
        "api_key",
        sa.Column("rate_class", sa.Text(), server_default=sa.text("'standard'"), nullable=False),
    )
    op.add_column(
        "api_key",
        sa.Column(
            "account_id",
            sa.Integer(),
            nullable=True,
            comment="whose rights it has; absent: it only reports",
        ),
    )
    op.add_column(
        "api_key", sa.Column("expires_datetime", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_foreign_key(
        op.f("api_key_account_id_fkey"), "api_key", "account", ["account_id"], ["account_id"]
    )
    op.add_column(
        "service_request",
        sa.Column(
            "address_match",
            sa.Text(),
            nullable=True,
            comment="in the register: one, several, none; absent: not asked",
        ),
    )
    op.add_column("unit", sa.Column("retired_datetime", sa.DateTime(timezone=True), nullable=True))
    op.alter_column(
        "unit",
        "document",
        existing_type=postgresql.JSONB(astext_type=sa.Text()),
        comment="its entry of units.yaml",
        existing_nullable=False,
    )
    op.create_check_constraint(
        "address_match", "service_request", "address_match IN ('one', 'several', 'none')"
    )
    op.execute("UPDATE jurisdiction SET document = document || '{\"routing\": {}}'")
    op.alter_column("jurisdiction", "document", comment="jurisdiction.yaml, with groups and routing")
    op.create_index(
        "service_request_open_idx",
        "service_request",
        ["jurisdiction_id", "service_code", "unit_code"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.execute(_APPEND_ONLY)
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.drop_index("service_request_open_idx", table_name="service_request")
    op.alter_column(
        "jurisdiction", "document", comment="jurisdiction.yaml and the groups of services.yaml"
    )
    op.execute("UPDATE jurisdiction SET document = document - 'routing'")
    op.alter_column(
        "unit",
        "document",
        existing_type=postgresql.JSONB(astext_type=sa.Text()),
        comment=None,
        existing_comment="its entry of units.yaml",
        existing_nullable=False,
    )
    op.drop_column("unit", "retired_datetime")
    op.drop_column("service_request", "address_match")
    op.drop_constraint(op.f("api_key_account_id_fkey"), "api_key", type_="foreignkey")
    op.drop_column("api_key", "expires_datetime")
    op.drop_column("api_key", "account_id")
    op.drop_column("api_key", "rate_class")
    op.drop_column("api_key", "scopes")
    op.drop_index("external_reference_number_idx", table_name="external_reference")
    op.drop_table("external_reference")
    op.drop_table("shape_file")
    op.drop_index("revision_digest_idx", table_name="revision")
    op.drop_table("revision")
    op.drop_index(
        "address_street_key_trgm_idx",
        table_name="address",
        postgresql_using="gin",
        postgresql_ops={"street_key": "gin_trgm_ops"},
    )
    op.drop_index("address_street_idx", table_name="address")
    op.drop_index("address_geometry_idx", table_name="address", postgresql_using="gist")
    op.drop_table("address")
    op.drop_table("account_role")
    op.drop_index("audit_entry_jurisdiction_idx", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("api_key_use")
    op.drop_table("account")
    op.execute("DROP FUNCTION refuse_change")
    op.execute("DROP EXTENSION pg_trgm")
