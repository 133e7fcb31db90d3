"""What leaves the house, and how far it has come."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from open311.database.tables.columns import (
    jurisdiction_key,
    key,
    metadata,
    moment,
    now,
    of_service_request,
    required,
)

delivery = Table(
    "delivery",
    metadata,
    key("jurisdiction_id"),
    Column("delivery_id", BigInteger, Identity(always=True), primary_key=True),
    required("number", BigInteger),
    required("event_id", BigInteger, comment="what happened"),
    required("kind", comment="mail, webhook, georeport"),
    required("destination", comment="reporter:1001:0, unit:code, or a code of destinations.yaml"),
    required("subject", comment="what it is about: received, updated, closed …"),
    required("state", server_default=text("'waiting'")),
    required("attempts", Integer, server_default=text("0")),
    Column("error", Text, comment="why the last attempt failed; no personal data"),
    now("created_datetime"),
    moment("tried_datetime", nullable=True),
    moment("delivered_datetime", nullable=True),
    of_service_request(),
    UniqueConstraint("jurisdiction_id", "event_id", "kind", "destination", "subject"),
    CheckConstraint("kind IN ('mail', 'webhook', 'georeport')", name="kind"),
    CheckConstraint("state IN ('waiting', 'delivered', 'dead', 'dropped')", name="state"),
    Index("delivery_number_idx", "jurisdiction_id", "number"),
    comment="One event to one destination: waiting until delivered, dead when given up",
)
Index(
    "delivery_waiting_idx",
    delivery.c.jurisdiction_id,
    delivery.c.created_datetime,
    postgresql_where=delivery.c.state.in_(["waiting", "dead"]),
)

destination_secret = Table(
    "destination_secret",
    metadata,
    jurisdiction_key(),
    key("destination"),
    required("sealed", LargeBinary, comment="what signs a webhook, or an api_key; encrypted"),
    now("created_datetime"),
)

forwarding = Table(
    "forwarding",
    metadata,
    key("jurisdiction_id"),
    key("number", BigInteger),
    required("destination"),
    Column("token", Text, comment="given by the other system instead of an id"),
    Column("external_id", Text, comment="the id that it has there"),
    Column("status", Text, comment="that it had there when it was last asked"),
    moment("polled_datetime", nullable=True),
    of_service_request(),
    UniqueConstraint("jurisdiction_id", "destination", "external_id"),
    comment="Requests that another GeoReport endpoint handles",
)

login_link = Table(
    "login_link",
    metadata,
    Column("login_link_id", BigInteger, Identity(always=True), primary_key=True),
    required("sealed", LargeBinary, comment="the e-mail address, encrypted"),
    required("language"),
    now("created_datetime"),
    moment("used_datetime", nullable=True),
    comment="Links by mail to the list of one's own requests, each good once. Never spread",
)
