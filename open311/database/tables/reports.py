"""Service requests, and all that belongs to them."""

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
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from open311.database.tables.columns import (
    ENDPOINT_TYPES,
    jurisdiction_key,
    key,
    metadata,
    moment,
    now,
    required,
    shape,
)

service_request_number = Sequence("service_request_number", start=1001, metadata=metadata)

service_request = Table(
    "service_request",
    metadata,
    key("jurisdiction_id"),
    key("number", BigInteger),
    required("endpoint_type"),
    Column("service_request_id", Text, comment="absent until a batch request has been given one"),
    Column("token", Text),
    required("service_code"),
    required("status"),
    Column("status_notes", Text),
    Column("description", Text),
    Column("unit_code", Text),
    Column("service_notice", Text),
    moment("requested_datetime"),
    moment("updated_datetime"),
    moment("expected_datetime", nullable=True),
    Column("address", Text),
    Column("address_id", Text),
    Column("zipcode", Text),
    Column("area_code", Text),
    Column("address_match", Text, comment="in the register: one, several, none; absent: not asked"),
    shape("POINT", nullable=True),
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
    key("jurisdiction_id"),
    key("number", BigInteger),
    Column("email", Text),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("phone", Text),
    Column("device_id", Text),
    Column("account_id", Text),
    required("language"),
    _of_service_request(),
    comment="Personal data: joined by intake, delivery and officers only, never by a public read",
)

request_event = Table(
    "request_event",
    metadata,
    key("jurisdiction_id"),
    key("number", BigInteger),
    Column("event_id", BigInteger, Identity(always=True), primary_key=True),
    now("event_datetime"),
    required("kind"),
    required("detail", JSONB, server_default=text("'{}'")),
    _of_service_request(),
    comment="Append-only: what happened to a request, from which its present state follows",
)

photo = Table(
    "photo",
    metadata,
    key("jurisdiction_id"),
    key("photo_id"),
    required("number", BigInteger),
    required("position", SmallInteger, comment="among the photos of the request, from 0"),
    required("width", Integer),
    required("height", Integer),
    required("bytes", Integer),
    required("digest", comment="SHA-256 of the stored file, which is no part of the database"),
    now("created_datetime"),
    _of_service_request(),
    Index("photo_number_idx", "jurisdiction_id", "number"),
)

external_reference = Table(
    "external_reference",
    metadata,
    key("jurisdiction_id"),
    key("system"),
    key("external_id"),
    required("number", BigInteger),
    _of_service_request(),
    Index("external_reference_number_idx", "jurisdiction_id", "number"),
    comment="What a request was called in the system that it was imported from",
)

change_counter = Table(
    "change_counter",
    metadata,
    jurisdiction_key(),
    key("endpoint_type"),
    key("stripe", SmallInteger),
    required("changes", BigInteger, server_default=text("0")),
    CheckConstraint(ENDPOINT_TYPES, name="endpoint_type"),
    comment="The sum over the stripes moves with every change of what an endpoint shows",
    postgresql_with={"fillfactor": "50"},
)

idempotent_answer = Table(
    "idempotent_answer",
    metadata,
    jurisdiction_key(),
    key("endpoint_type"),
    Column("api_key_id", Integer, ForeignKey("api_key.api_key_id"), primary_key=True),
    key("idempotency_key"),
    required("body_hash", LargeBinary),
    Column("answer", JSONB),
    now("created_datetime"),
)
