"""What leaves the house, and how far it has come."""

from alembic import op
import sqlalchemy as sa

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "login_link",
        sa.Column("login_link_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=False, comment="the e-mail address, encrypted"
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "created_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("used_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("login_link_id", name=op.f("login_link_pkey")),
        comment="Links by mail to the list of one's own requests, each good once. Never spread",
    )
    op.create_table(
        "destination_secret",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), autoincrement=False, nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="what signs a webhook, or an api_key; encrypted",
        ),
        sa.Column(
            "created_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"],
            ["jurisdiction.jurisdiction_id"],
            name=op.f("destination_secret_jurisdiction_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "jurisdiction_id", "destination", name=op.f("destination_secret_pkey")
        ),
    )
    op.create_table(
        "delivery",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False, comment="what happened"),
        sa.Column("kind", sa.Text(), nullable=False, comment="mail, webhook, georeport"),
        sa.Column(
            "destination",
            sa.Text(),
            nullable=False,
            comment="reporter:1001:0, unit:code, or a code of destinations.yaml",
        ),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="what it is about: received, updated, closed …",
        ),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "error",
            sa.Text(),
            nullable=True,
            comment="why the last attempt failed; no personal data",
        ),
        sa.Column(
            "created_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("tried_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('mail', 'webhook', 'georeport')", name=op.f("delivery_kind_check")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'dead', 'dropped')",
            name=op.f("delivery_state_check"),
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "number"],
            ["service_request.jurisdiction_id", "service_request.number"],
            name=op.f("delivery_jurisdiction_id_number_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "delivery_id", name=op.f("delivery_pkey")),
        sa.UniqueConstraint(
            "jurisdiction_id",
            "event_id",
            "kind",
            "destination",
            "subject",
            name=op.f("delivery_jurisdiction_id_event_id_kind_destination_subject_key"),
        ),
        comment="One event to one destination: waiting until delivered, dead when given up",
    )
    op.create_index("delivery_number_idx", "delivery", ["jurisdiction_id", "number"], unique=False)
    op.create_index(
        "delivery_waiting_idx",
        "delivery",
        ["jurisdiction_id", "created_datetime"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'dead')"),
    )
    op.create_table(
        "forwarding",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column(
            "token", sa.Text(), nullable=True, comment="given by the other system instead of an id"
        ),
        sa.Column("external_id", sa.Text(), nullable=True, comment="the id that it has there"),
        sa.Column(
            "status", sa.Text(), nullable=True, comment="that it had there when it was last asked"
        ),
        sa.Column("polled_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "number"],
            ["service_request.jurisdiction_id", "service_request.number"],
            name=op.f("forwarding_jurisdiction_id_number_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "number", name=op.f("forwarding_pkey")),
        sa.UniqueConstraint(
            "jurisdiction_id",
            "destination",
            "external_id",
            name=op.f("forwarding_jurisdiction_id_destination_external_id_key"),
        ),
        comment="Requests that another GeoReport endpoint handles",
    )


def downgrade() -> None:
    op.drop_table("forwarding")
    op.drop_index(
        "delivery_waiting_idx",
        table_name="delivery",
        postgresql_where=sa.text("state IN ('waiting', 'dead')"),
    )
    op.drop_index("delivery_number_idx", table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("destination_secret")
    op.drop_table("login_link")
