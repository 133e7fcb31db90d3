"""Service requests, and all that belongs to them."""

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
    of_service_request,
    required,
    shape,
)

STATES = (
    "received", "in_review", "accepted", "assigned", "scheduled", "in_progress", "on_hold",
    "forwarded", "reopened", "resolved", "rejected", "duplicate", "not_ours",
)  # fmt: skip
CLOSED_STATES = ("resolved", "rejected", "duplicate", "not_ours")

_IS_STATE = "state IN ({})".format(", ".join(f"'{one}'" for one in STATES))
_FITS_STATE = "(status = 'closed') = (state IN ({}))".format(
    ", ".join(f"'{one}'" for one in CLOSED_STATES)
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
    required("state", server_default=text("'received'")),
    required("publication", server_default=text("'published'")),
    Column("public_description", Text, comment="as a moderator has it; absent: as it was sent"),
    Column("duplicate_of", BigInteger, comment="number of the request that it was merged into"),
    required(
        "version", Integer, server_default=text("1"), comment="counts the changes, to see others'"
    ),
    ForeignKeyConstraint(
        ["jurisdiction_id", "service_code"], ["service.jurisdiction_id", "service.service_code"]
    ),
    ForeignKeyConstraint(
        ["jurisdiction_id", "unit_code"], ["unit.jurisdiction_id", "unit.unit_code"]
    ),
    ForeignKeyConstraint(
        ["jurisdiction_id", "duplicate_of"],
        ["service_request.jurisdiction_id", "service_request.number"],
    ),
    UniqueConstraint("jurisdiction_id", "service_request_id"),
    UniqueConstraint("jurisdiction_id", "token"),
    CheckConstraint(ENDPOINT_TYPES, name="endpoint_type"),
    CheckConstraint("status IN ('open', 'closed')", name="status"),
    CheckConstraint(_IS_STATE, name="state"),
    CheckConstraint(_FITS_STATE, name="status_of_state"),
    CheckConstraint(
        "publication IN ('published', 'awaiting_review', 'withheld')", name="publication"
    ),
    CheckConstraint(
        "publication = 'published' OR public_json IS NULL", name="only_published_is_public"
    ),
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

# An officer's queue, by unit and by when it is due.
Index(
    "service_request_due_idx",
    service_request.c.jurisdiction_id,
    service_request.c.unit_code,
    service_request.c.expected_datetime,
    postgresql_where=service_request.c.status == "open",
)
Index(
    "service_request_open_place_idx",
    service_request.c.geometry,
    postgresql_using="gist",
    postgresql_where=service_request.c.status == "open",
)
Index(
    "service_request_duplicate_idx",
    service_request.c.jurisdiction_id,
    service_request.c.duplicate_of,
    postgresql_where=service_request.c.duplicate_of.is_not(None),
)


reporter = Table(
    "reporter",
    metadata,
    key("jurisdiction_id"),
    key("number", BigInteger),
    required("language"),
    Column(
        "position",
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        server_default=text("0"),
        comment="0: who reported it; others joined later",
    ),
    Column("sealed", LargeBinary, comment="who it is, encrypted; absent: unknown or erased"),
    Column("email_index", LargeBinary, comment="keyed hash of the e-mail address, to find it by"),
    Column(
        "unsealed", JSONB(none_as_null=True), comment="who it is, from before there was a keyring"
    ),
    moment("unsubscribed_datetime", nullable=True),
    moment("erased_datetime", nullable=True),
    of_service_request(),
    comment="Personal data: joined by intake, delivery and officers only, never by a public read",
)
Index(
    "reporter_email_idx",
    reporter.c.jurisdiction_id,
    reporter.c.email_index,
    postgresql_where=reporter.c.email_index.is_not(None),
)
# The newest that is sealed in a city, by which it is seen whether its key is at hand.
Index(
    "reporter_sealed_idx",
    reporter.c.jurisdiction_id,
    reporter.c.number,
    postgresql_where=reporter.c.sealed.is_not(None),
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
    required("visibility", server_default=text("'internal'")),
    Column("state", Text, comment="into which it came by this; absent: it stayed"),
    Column("description", Text, comment="what was said, as it was written"),
    Column("actor", Text, comment="who: an officer's account, `reporter`, a system; not public"),
    Column("media_urls", ARRAY(Text)),
    Column("api_key_id", Integer, comment="with which a client sent it"),
    Column("update_id", Text, comment="as that client calls it"),
    of_service_request(),
    CheckConstraint("visibility IN ('public', 'internal')", name="visibility"),
    comment="Append-only: what happened to a request, from which its present state follows",
)
# An update that a client sends again is known by its own name for it.
Index(
    "request_event_update_idx",
    request_event.c.jurisdiction_id,
    request_event.c.api_key_id,
    request_event.c.update_id,
    unique=True,
    postgresql_where=request_event.c.update_id.is_not(None),
)
Index(
    "request_event_public_idx",
    request_event.c.jurisdiction_id,
    request_event.c.event_datetime,
    request_event.c.event_id,
    postgresql_where=request_event.c.visibility == "public",
)

opinion = Table(
    "opinion",
    metadata,
    key("jurisdiction_id"),
    key("number", BigInteger),
    key("position", SmallInteger),
    Column("closed_datetime", DateTime(timezone=True), primary_key=True, comment="which closing"),
    required("is_resolved", Boolean),
    Column("rating", SmallInteger),
    Column("comment", Text, comment="for officers; as it was written"),
    now("created_datetime"),
    of_service_request(),
    CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
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
    of_service_request(),
    Index("photo_number_idx", "jurisdiction_id", "number"),
)

external_reference = Table(
    "external_reference",
    metadata,
    key("jurisdiction_id"),
    key("system"),
    key("external_id"),
    required("number", BigInteger),
    of_service_request(),
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
