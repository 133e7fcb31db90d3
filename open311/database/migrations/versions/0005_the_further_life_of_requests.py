"""States, moderation, people sealed, opinions."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CHECKS = {
    "state": """state IN ('received', 'in_review', 'accepted', 'assigned', 'scheduled',
        'in_progress', 'on_hold', 'forwarded', 'reopened', 'resolved', 'rejected', 'duplicate',
        'not_ours')""",
    "status_of_state": """(status = 'closed')
        = (state IN ('resolved', 'rejected', 'duplicate', 'not_ours'))""",
    "publication": "publication IN ('published', 'awaiting_review', 'withheld')",
    "only_published_is_public": "publication = 'published' OR public_json IS NULL",
}

_TELL_STATES = "UPDATE service_request SET state = 'resolved' WHERE status = 'closed'"

_SHOW_RECEIPTS = """
    UPDATE request_event SET visibility = 'public', state = 'received', actor = 'reporter'
    WHERE kind = 'received'
"""

# No key is known here: `open311 db upgrade` seals them right after.
_KEEP_PEOPLE = """
    UPDATE reporter SET unsealed = nullif(jsonb_strip_nulls(jsonb_build_object(
        'email', email, 'first_name', first_name, 'last_name', last_name, 'phone', phone,
        'device_id', device_id, 'account_id', account_id)), '{}')
"""


def upgrade() -> None:
    op.create_table(
        "opinion",
        sa.Column("jurisdiction_id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "closed_datetime", sa.DateTime(timezone=True), nullable=False, comment="which closing"
        ),
        sa.Column("is_resolved", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True, comment="for officers; as it was written"),
        sa.Column(
            "created_datetime",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("opinion_rating_check")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id", "number"],
            ["service_request.jurisdiction_id", "service_request.number"],
            name=op.f("opinion_jurisdiction_id_number_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "jurisdiction_id", "number", "position", "closed_datetime", name=op.f("opinion_pkey")
        ),
    )
    op.add_column(
        "reporter",
        sa.Column(
            "position",
            sa.SmallInteger(),
            server_default=sa.text("0"),
            autoincrement=False,
            nullable=False,
            comment="0: who reported it; others joined later",
        ),
    )
    op.add_column(
        "reporter",
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="who it is, encrypted; absent: unknown or erased",
        ),
    )
    op.add_column(
        "reporter",
        sa.Column(
            "email_index",
            sa.LargeBinary(),
            nullable=True,
            comment="keyed hash of the e-mail address, to find it by",
        ),
    )
    op.add_column(
        "reporter",
        sa.Column(
            "unsealed",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="who it is, from before there was a keyring",
        ),
    )
    op.add_column(
        "reporter", sa.Column("unsubscribed_datetime", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "reporter", sa.Column("erased_datetime", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(_KEEP_PEOPLE)
    op.drop_column("reporter", "email")
    op.drop_column("reporter", "phone")
    op.drop_column("reporter", "last_name")
    op.drop_column("reporter", "account_id")
    op.drop_column("reporter", "device_id")
    op.drop_column("reporter", "first_name")
    op.drop_constraint("reporter_pkey", "reporter")
    op.create_primary_key("reporter_pkey", "reporter", ["jurisdiction_id", "number", "position"])
    op.create_index(
        "reporter_email_idx",
        "reporter",
        ["jurisdiction_id", "email_index"],
        unique=False,
        postgresql_where=sa.text("email_index IS NOT NULL"),
    )
    op.create_index(
        "reporter_sealed_idx",
        "reporter",
        ["jurisdiction_id", "number"],
        unique=False,
        postgresql_where=sa.text("sealed IS NOT NULL"),
    )
    op.add_column(
        "request_event",
        sa.Column("visibility", sa.Text(), server_default=sa.text("'internal'"), nullable=False),
    )
    op.add_column(
        "request_event",
        sa.Column(
            "state",
            sa.Text(),
            nullable=True,
            comment="into which it came by this; absent: it stayed",
        ),
    )
    op.add_column(
        "request_event",
        sa.Column(
            "description", sa.Text(), nullable=True, comment="what was said, as it was written"
        ),
    )
    op.add_column(
        "request_event",
        sa.Column(
            "actor",
            sa.Text(),
            nullable=True,
            comment="who: an officer's account, `reporter`, a system; not public",
        ),
    )
    op.add_column("request_event", sa.Column("media_urls", sa.ARRAY(sa.Text()), nullable=True))
    op.add_column(
        "request_event",
        sa.Column("api_key_id", sa.Integer(), nullable=True, comment="with which a client sent it"),
    )
    op.add_column(
        "request_event",
        sa.Column("update_id", sa.Text(), nullable=True, comment="as that client calls it"),
    )
    op.create_check_constraint(
        op.f("request_event_visibility_check"),
        "request_event",
        "visibility IN ('public', 'internal')",
    )
    op.execute(_SHOW_RECEIPTS)
    op.create_index(
        "request_event_public_idx",
        "request_event",
        ["jurisdiction_id", "event_datetime", "event_id"],
        unique=False,
        postgresql_where=sa.text("visibility = 'public'"),
    )
    op.create_index(
        "request_event_update_idx",
        "request_event",
        ["jurisdiction_id", "api_key_id", "update_id"],
        unique=True,
        postgresql_where=sa.text("update_id IS NOT NULL"),
    )
    op.add_column(
        "service_request",
        sa.Column("state", sa.Text(), server_default=sa.text("'received'"), nullable=False),
    )
    op.add_column(
        "service_request",
        sa.Column("publication", sa.Text(), server_default=sa.text("'published'"), nullable=False),
    )
    op.add_column(
        "service_request",
        sa.Column(
            "public_description",
            sa.Text(),
            nullable=True,
            comment="as a moderator has it; absent: as it was sent",
        ),
    )
    op.add_column(
        "service_request",
        sa.Column(
            "duplicate_of",
            sa.BigInteger(),
            nullable=True,
            comment="number of the request that it was merged into",
        ),
    )
    op.add_column(
        "service_request",
        sa.Column(
            "version",
            sa.Integer(),
            server_default=sa.text("1"),
            nullable=False,
            comment="counts the changes, to see others'",
        ),
    )
    op.execute(_TELL_STATES)
    for name, condition in _CHECKS.items():
        op.create_check_constraint(
            op.f(f"service_request_{name}_check"), "service_request", condition
        )
    op.create_index(
        "service_request_due_idx",
        "service_request",
        ["jurisdiction_id", "unit_code", "expected_datetime"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "service_request_duplicate_idx",
        "service_request",
        ["jurisdiction_id", "duplicate_of"],
        unique=False,
        postgresql_where=sa.text("duplicate_of IS NOT NULL"),
    )
    op.create_index(
        "service_request_open_place_idx",
        "service_request",
        ["geometry"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_foreign_key(
        op.f("service_request_jurisdiction_id_duplicate_of_fkey"),
        "service_request",
        "service_request",
        ["jurisdiction_id", "duplicate_of"],
        ["jurisdiction_id", "number"],
    )


def downgrade() -> None:
    op.drop_constraint(
        op.f("service_request_jurisdiction_id_duplicate_of_fkey"),
        "service_request",
        type_="foreignkey",
    )
    op.drop_index(
        "service_request_open_place_idx",
        table_name="service_request",
        postgresql_using="gist",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_index(
        "service_request_duplicate_idx",
        table_name="service_request",
        postgresql_where=sa.text("duplicate_of IS NOT NULL"),
    )
    op.drop_index(
        "service_request_due_idx",
        table_name="service_request",
        postgresql_where=sa.text("status = 'open'"),
    )
    for name in _CHECKS:
        op.drop_constraint(op.f(f"service_request_{name}_check"), "service_request")
    op.drop_column("service_request", "version")
    op.drop_column("service_request", "duplicate_of")
    op.drop_column("service_request", "public_description")
    op.drop_column("service_request", "publication")
    op.drop_column("service_request", "state")
    op.drop_index(
        "request_event_update_idx",
        table_name="request_event",
        postgresql_where=sa.text("update_id IS NOT NULL"),
    )
    op.drop_index(
        "request_event_public_idx",
        table_name="request_event",
        postgresql_where=sa.text("visibility = 'public'"),
    )
    op.drop_column("request_event", "update_id")
    op.drop_column("request_event", "api_key_id")
    op.drop_column("request_event", "media_urls")
    op.drop_column("request_event", "actor")
    op.drop_column("request_event", "description")
    op.drop_column("request_event", "state")
    op.drop_constraint(op.f("request_event_visibility_check"), "request_event")
    op.drop_column("request_event", "visibility")
    op.add_column("reporter", sa.Column("first_name", sa.Text(), nullable=True))
    op.add_column("reporter", sa.Column("device_id", sa.Text(), nullable=True))
    op.add_column("reporter", sa.Column("account_id", sa.Text(), nullable=True))
    op.add_column("reporter", sa.Column("last_name", sa.Text(), nullable=True))
    op.add_column("reporter", sa.Column("phone", sa.Text(), nullable=True))
    # What is sealed cannot be read by what came before: it is lost.
    op.execute("DELETE FROM reporter WHERE position > 0")
    op.add_column("reporter", sa.Column("email", sa.Text(), nullable=True))
    op.drop_index(
        "reporter_sealed_idx", table_name="reporter", postgresql_where=sa.text("sealed IS NOT NULL")
    )
    op.drop_index(
        "reporter_email_idx",
        table_name="reporter",
        postgresql_where=sa.text("email_index IS NOT NULL"),
    )
    op.drop_column("reporter", "erased_datetime")
    op.drop_column("reporter", "unsubscribed_datetime")
    op.drop_column("reporter", "unsealed")
    op.drop_column("reporter", "email_index")
    op.drop_column("reporter", "sealed")
    op.drop_constraint("reporter_pkey", "reporter")
    op.create_primary_key("reporter_pkey", "reporter", ["jurisdiction_id", "number"])
    op.drop_column("reporter", "position")
    op.drop_table("opinion")
