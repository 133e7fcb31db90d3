"""Who may do what, and who did what."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from open311.database.tables.columns import (
    jurisdiction_key,
    metadata,
    moment,
    now,
    required,
)

ROLE_PLACES = """
    (role = 'unit_officer') = (unit_code IS NOT NULL) AND CASE role
        WHEN 'inter_city_administrator' THEN jurisdiction_id IS NULL
        WHEN 'auditor' THEN true
        ELSE role IN ('city_administrator', 'unit_officer') AND jurisdiction_id IS NOT NULL
    END
"""

account = Table(
    "account",
    metadata,
    Column("account_id", Integer, Identity(always=True), primary_key=True),
    required("email", unique=True, comment="in lower case"),
    required("name"),
    now("created_datetime"),
    moment("disabled_datetime", nullable=True),
)

account_role = Table(
    "account_role",
    metadata,
    Column("account_role_id", Integer, Identity(always=True), primary_key=True),
    required("account_id", Integer),
    required("role"),
    Column("jurisdiction_id", Text, comment="absent: in every jurisdiction"),
    Column("unit_code", Text, comment="of a unit officer"),
    ForeignKeyConstraint(["account_id"], ["account.account_id"]),
    ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.jurisdiction_id"]),
    # A role of one city without the city would be one of every city.
    CheckConstraint(ROLE_PLACES, name="place"),
    UniqueConstraint(
        "account_id",
        "role",
        "jurisdiction_id",
        "unit_code",
        postgresql_nulls_not_distinct=True,
    ),
)

api_key = Table(
    "api_key",
    metadata,
    Column("api_key_id", Integer, Identity(always=True), primary_key=True),
    required("key_hash", LargeBinary, unique=True),
    required("label"),
    required("scopes", ARRAY(Text), server_default=text("'{report}'")),
    required("rate_class", server_default=text("'standard'")),
    Column("account_id", Integer, comment="whose rights it has; absent: it only reports"),
    now("created_datetime"),
    moment("expires_datetime", nullable=True),
    moment("revoked_datetime", nullable=True),
    ForeignKeyConstraint(["account_id"], ["account.account_id"]),
)

api_key_use = Table(
    "api_key_use",
    metadata,
    Column("api_key_id", Integer, primary_key=True, autoincrement=False),
    moment("last_used_datetime"),
    moment("minute"),
    required("calls", Integer, comment="in that minute"),
    # Not written to the log: counting a call must not cost a call, and a crash may forget it.
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": "50"},
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("audit_entry_id", BigInteger, Identity(always=True), primary_key=True),
    now("entry_datetime"),
    required("actor", comment="who: an account's e-mail address, or shell: and a user's name"),
    required("act"),
    Column("jurisdiction_id", Text, comment="absent: it concerns no single one"),
    required("subject", comment="what was changed, such as a key's number"),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("reason", Text),
    Index("audit_entry_jurisdiction_idx", "jurisdiction_id", "audit_entry_id"),
    comment="Append-only: a trigger refuses to change or delete an entry. Never spread",
)

api_key_jurisdiction = Table(
    "api_key_jurisdiction",
    metadata,
    jurisdiction_key(),
    Column("api_key_id", Integer, ForeignKey("api_key.api_key_id"), primary_key=True),
)
