"""Jobs; batch requests that wait for their id have one, in place of an index to find them by."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WAITING = "token IS NOT NULL AND service_request_id IS NULL"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("job_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="of the handler"),
        sa.Column(
            "arguments",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="keys of rows, never personal data",
        ),
        sa.Column(
            "lock",
            sa.Text(),
            nullable=True,
            comment="jobs with the same one are done one after the other",
        ),
        sa.Column(
            "queued_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "run_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="when it is tried next",
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "error", sa.Text(), nullable=True, comment="why the last attempt that failed did so"
        ),
        sa.Column("dead_datetime", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_periodic",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="never deleted",
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("job_pkey")),
        comment="What is queued and not done; deleted when it is done. Never spread",
    )
    op.create_index(
        "job_due_idx",
        "job",
        ["run_datetime", "job_id"],
        postgresql_where=sa.text("dead_datetime IS NULL"),
    )
    op.create_index(
        "job_lock_idx", "job", ["lock", "job_id"], postgresql_where=sa.text("lock IS NOT NULL")
    )
    op.create_index(
        "job_periodic_idx", "job", ["name"], unique=True, postgresql_where=sa.text("is_periodic")
    )
    op.execute(f"""
        INSERT INTO job (name, arguments)
        SELECT 'assign_id', jsonb_build_object('jurisdiction_id', jurisdiction_id, 'number', number)
        FROM service_request WHERE {_WAITING} ORDER BY requested_datetime
    """)
    op.drop_index("service_request_pending_idx", table_name="service_request")


def downgrade() -> None:
    op.create_index(
        "service_request_pending_idx",
        "service_request",
        ["requested_datetime"],
        postgresql_where=sa.text(_WAITING),
    )
    op.drop_table("job")
