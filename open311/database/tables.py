"""The tables. What grows has `jurisdiction_id` first in its keys, so that no city sees another's.

No foreign key reaches rows of another jurisdiction, and there are no triggers: the tables can be
spread over machines by `jurisdiction_id`. What follows a change is written by the code that makes
the change, in its transaction.
"""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

WGS84 = 4326
ENDPOINT_TYPES = "endpoint_type IN ('production', 'test')"
ROLE_PLACES = """
    (role = 'unit_officer') = (unit_code IS NOT NULL) AND CASE role
        WHEN 'inter_city_administrator' THEN jurisdiction_id IS NULL
        WHEN 'auditor' THEN true
        ELSE role IN ('city_administrator', 'unit_officer') AND jurisdiction_id IS NOT NULL
    END
"""

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def _key(name: str, kind: Any = Text) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _required(name: str, kind: Any = Text, **options: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, **options)


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _now(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def _shape(kind: str, *, nullable: bool = False) -> Column[Any]:
    # Spatial indexes are declared beside their table, where all of its indexes are seen together.
    return Column("geometry", Geometry(kind, srid=WGS84, spatial_index=False), nullable=nullable)


def _jurisdiction_key() -> Column[Any]:
    return Column(
        "jurisdiction_id", Text, ForeignKey("jurisdiction.jurisdiction_id"), primary_key=True
    )


# The catalogue: the applied revision of the folders under `jurisdictions/`.

jurisdiction = Table(
    "jurisdiction",
    metadata,
    _key("jurisdiction_id"),
    _required("slug", unique=True),
    _required("prefix", unique=True),
    _required("document", JSONB, comment="jurisdiction.yaml, with groups and routing"),
    _required("digest", comment="of the folder, to tell when nothing changed"),
    _required("revision", Integer),
    _moment("changeset"),
)

jurisdiction_boundary = Table(
    "jurisdiction_boundary",
    metadata,
    _jurisdiction_key(),
    _key("piece", Integer),
    _shape("POLYGON"),
    Index("jurisdiction_boundary_geometry_idx", "geometry", postgresql_using="gist"),
    comment="The boundary cut into small pieces, which makes a point's look-up cheap",
)

area = Table(
    "area",
    metadata,
    _jurisdiction_key(),
    _key("kind"),
    _key("area_code"),
    _required("name"),
    _shape("MULTIPOLYGON"),
    Index("area_geometry_idx", "geometry", postgresql_using="gist"),
)

unit = Table(
    "unit",
    metadata,
    _jurisdiction_key(),
    _key("unit_code"),
    _required("document", JSONB, comment="its entry of units.yaml"),
    _moment("retired_datetime", nullable=True),
)

service = Table(
    "service",
    metadata,
    _jurisdiction_key(),
    _key("service_code"),
    _required("position", Integer),
    _required("document", JSONB, comment="its entry of services.yaml"),
    _moment("retired_datetime", nullable=True),
)

revision = Table(
    "revision",
    metadata,
    _jurisdiction_key(),
    _key("revision", Integer),
    _now("applied_datetime"),
    _required("actor", comment="who"),
    _required("reason", comment="why"),
    _required("origin", comment="where it came from: a folder, the admin API, a rollback …"),
    _required("digest", comment="of the files"),
    # JSON, not JSONB: what is exported stands in the order in which it was written.
    _required("files", JSON, comment="file name to content; of a GeoJSON file, to its digest"),
    _required("changes", JSONB, comment="what differs from the revision before"),
    _moment("exported_datetime", nullable=True),
    Index("revision_digest_idx", "jurisdiction_id", "digest"),
    comment="Append-only: every configuration that was in force",
)

shape_file = Table(
    "shape_file",
    metadata,
    _jurisdiction_key(),
    _key("digest"),
    _required("content", comment="GeoJSON"),
    comment="The shapes of revisions, each kept once however many revisions have it",
)

# Who may do what.

account = Table(
    "account",
    metadata,
    Column("account_id", Integer, Identity(always=True), primary_key=True),
    _required("email", unique=True, comment="in lower case"),
    _required("name"),
    _now("created_datetime"),
    _moment("disabled_datetime", nullable=True),
)

account_role = Table(
    "account_role",
    metadata,
    Column("account_role_id", Integer, Identity(always=True), primary_key=True),
    _required("account_id", Integer),
    _required("role"),
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
    _required("key_hash", LargeBinary, unique=True),
    _required("label"),
    _required("scopes", ARRAY(Text), server_default=text("'{report}'")),
    _required("rate_class", server_default=text("'standard'")),
    Column("account_id", Integer, comment="whose rights it has; absent: it only reports"),
    _now("created_datetime"),
    _moment("expires_datetime", nullable=True),
    _moment("revoked_datetime", nullable=True),
    ForeignKeyConstraint(["account_id"], ["account.account_id"]),
)

api_key_use = Table(
    "api_key_use",
    metadata,
    Column("api_key_id", Integer, primary_key=True, autoincrement=False),
    _moment("last_used_datetime"),
    _moment("minute"),
    _required("calls", Integer, comment="in that minute"),
    # Not written to the log: counting a call must not cost a call, and a crash may forget it.
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": "50"},
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("audit_entry_id", BigInteger, Identity(always=True), primary_key=True),
    _now("entry_datetime"),
    _required("actor", comment="who: an account's e-mail address, or shell: and a user's name"),
    _required("act"),
    Column("jurisdiction_id", Text, comment="absent: it concerns no single one"),
    _required("subject", comment="what was changed, such as a key's number"),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("reason", Text),
    Index("audit_entry_jurisdiction_idx", "jurisdiction_id", "audit_entry_id"),
    comment="Append-only: a trigger refuses to change or delete an entry. Never spread",
)

api_key_jurisdiction = Table(
    "api_key_jurisdiction",
    metadata,
    _jurisdiction_key(),
    Column("api_key_id", Integer, ForeignKey("api_key.api_key_id"), primary_key=True),
)

address = Table(
    "address",
    metadata,
    _jurisdiction_key(),
    _key("address_id"),
    _required("street"),
    Column("house_number", Text),
    Column("zipcode", Text),
    Column("city", Text),
    _required("street_key", comment="the street as it is compared: see places/spelling.py"),
    _required("number_key"),
    _shape("POINT"),
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

# The reports.

service_request_number = Sequence("service_request_number", start=1001, metadata=metadata)

service_request = Table(
    "service_request",
    metadata,
    _key("jurisdiction_id"),
    _key("number", BigInteger),
    _required("endpoint_type"),
    Column("service_request_id", Text, comment="absent until a batch request has been given one"),
    Column("token", Text),
    _required("service_code"),
    _required("status"),
    Column("status_notes", Text),
    Column("description", Text),
    Column("unit_code", Text),
    Column("service_notice", Text),
    _moment("requested_datetime"),
    _moment("updated_datetime"),
    _moment("expected_datetime", nullable=True),
    Column("address", Text),
    Column("address_id", Text),
    Column("zipcode", Text),
    Column("area_code", Text),
    Column("address_match", Text, comment="in the register: one, several, none; absent: not asked"),
    _shape("POINT", nullable=True),
    Column("media_urls", ARRAY(Text)),
    Column("attributes", JSONB, comment="attribute code to the list of its values"),
    Column("public_json", Text, comment="the public record as it is sent; absent: not public"),
    Column("public_xml", Text),
    ForeignKeyConstraint(
        ["jurisdiction_id", "service_code"], ["service.jurisdiction_id", "service.service_code"]
    ),
    ForeignKeyConstraint(
        ["jurisdiction_id", "unit_code"], ["unit.jurisdiction_id", "unit.unit_code"]
    ),
    UniqueConstraint("jurisdiction_id", "service_request_id"),
    UniqueConstraint("jurisdiction_id", "token"),
    CheckConstraint(ENDPOINT_TYPES, name="endpoint_type"),
    CheckConstraint("status IN ('open', 'closed')", name="status"),
    CheckConstraint("address_match IN ('one', 'several', 'none')", name="address_match"),
    CheckConstraint("(public_json IS NULL) = (public_xml IS NULL)", name="public"),
    # A record of two renderings is about 2 kB, the size from which values are stored out of line,
    # and every list would fetch them one by one.
    postgresql_with={"toast_tuple_target": "8160"},
)

# Every public list is read newest first, along one of these two.
Index(
    "service_request_newest_idx",
    service_request.c.jurisdiction_id,
    service_request.c.endpoint_type,
    service_request.c.requested_datetime.desc(),
    service_request.c.number.desc(),
    postgresql_where=service_request.c.public_json.is_not(None),
)
Index(
    "service_request_newest_of_service_idx",
    service_request.c.jurisdiction_id,
    service_request.c.endpoint_type,
    service_request.c.service_code,
    service_request.c.requested_datetime.desc(),
    service_request.c.number.desc(),
    postgresql_where=service_request.c.public_json.is_not(None),
)
# What a change of the catalogue touches, counted from the index alone.
Index(
    "service_request_open_idx",
    service_request.c.jurisdiction_id,
    service_request.c.service_code,
    service_request.c.unit_code,
    postgresql_where=service_request.c.status == "open",
)


def _of_service_request() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["jurisdiction_id", "number"],
        ["service_request.jurisdiction_id", "service_request.number"],
    )


reporter = Table(
    "reporter",
    metadata,
    _key("jurisdiction_id"),
    _key("number", BigInteger),
    Column("email", Text),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("phone", Text),
    Column("device_id", Text),
    Column("account_id", Text),
    _required("language"),
    _of_service_request(),
    comment="Personal data: joined by intake, delivery and officers only, never by a public read",
)

request_event = Table(
    "request_event",
    metadata,
    _key("jurisdiction_id"),
    _key("number", BigInteger),
    Column("event_id", BigInteger, Identity(always=True), primary_key=True),
    _now("event_datetime"),
    _required("kind"),
    _required("detail", JSONB, server_default=text("'{}'")),
    _of_service_request(),
    comment="Append-only: what happened to a request, from which its present state follows",
)

photo = Table(
    "photo",
    metadata,
    _key("jurisdiction_id"),
    _key("photo_id"),
    _required("number", BigInteger),
    _required("position", SmallInteger, comment="among the photos of the request, from 0"),
    _required("width", Integer),
    _required("height", Integer),
    _required("bytes", Integer),
    _required("digest", comment="SHA-256 of the stored file, which is no part of the database"),
    _now("created_datetime"),
    _of_service_request(),
    Index("photo_number_idx", "jurisdiction_id", "number"),
)

external_reference = Table(
    "external_reference",
    metadata,
    _key("jurisdiction_id"),
    _key("system"),
    _key("external_id"),
    _required("number", BigInteger),
    _of_service_request(),
    Index("external_reference_number_idx", "jurisdiction_id", "number"),
    comment="What a request was called in the system that it was imported from",
)

change_counter = Table(
    "change_counter",
    metadata,
    _jurisdiction_key(),
    _key("endpoint_type"),
    _key("stripe", SmallInteger),
    _required("changes", BigInteger, server_default=text("0")),
    CheckConstraint(ENDPOINT_TYPES, name="endpoint_type"),
    comment="The sum over the stripes moves with every change of what an endpoint shows",
    postgresql_with={"fillfactor": "50"},
)

idempotent_answer = Table(
    "idempotent_answer",
    metadata,
    _jurisdiction_key(),
    _key("endpoint_type"),
    Column("api_key_id", Integer, ForeignKey("api_key.api_key_id"), primary_key=True),
    _key("idempotency_key"),
    _required("body_hash", LargeBinary),
    Column("answer", JSONB),
    _now("created_datetime"),
)

# What is done after the answer.

job = Table(
    "job",
    metadata,
    Column("job_id", BigInteger, Identity(always=True), primary_key=True),
    _required("name", comment="of the handler"),
    _required("arguments", JSONB, comment="keys of rows, never personal data"),
    Column("lock", Text, comment="jobs with the same one are done one after the other"),
    _now("queued_datetime"),
    _required(
        "run_datetime",
        DateTime(timezone=True),
        server_default=text("now()"),
        comment="when it is tried next",
    ),
    _required("attempts", Integer, server_default=text("0")),
    Column("error", Text, comment="why the last attempt that failed did so"),
    _moment("dead_datetime", nullable=True),
    _required("is_periodic", Boolean, server_default=text("false"), comment="never deleted"),
    comment="What is queued and not done; deleted when it is done. Never spread",
)
# A worker takes the job that has been due for longest.
Index(
    "job_due_idx",
    job.c.run_datetime,
    job.c.job_id,
    postgresql_where=job.c.dead_datetime.is_(None),
)
Index("job_lock_idx", job.c.lock, job.c.job_id, postgresql_where=job.c.lock.is_not(None))
Index("job_periodic_idx", job.c.name, unique=True, postgresql_where=job.c.is_periodic)
