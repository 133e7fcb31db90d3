"""Photos of requests; the files themselves are kept elsewhere."""

from alembic import op
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


# Addresses of photos have DEL in the place of scheme and host, and stand before those of others.
_FORGET_ADDRESSES = """
    UPDATE service_request
    SET media_urls = nullif(
        ARRAY(
            SELECT address FROM unnest(media_urls) WITH ORDINALITY AS one (address, place)
            WHERE NOT starts_with(address, chr(127)) ORDER BY place
        ),
        '{}'
    )
    WHERE starts_with(media_urls[1], chr(127))
"""


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("photo_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "position",
            sa.SmallInteger(),
            nullable=False,
            comment="among the photos of the request, from 0",
        ),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of the stored file, which is no part of the database",
        ),
        sa.Column(
            "created_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "number"],
            ["service_request.jurisdiction_id", "service_request.number"],
            name=op.f("photo_jurisdiction_id_number_fkey"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "photo_id", name=op.f("photo_pkey")),
    )
    op.create_index("photo_number_idx", "photo", ["jurisdiction_id", "number"])


def downgrade() -> None:
    # The files are left where they are. `open311 records render` has to follow.
    op.execute(_FORGET_ADDRESSES)
    op.drop_table("photo")
