"""What is done after the answer."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from open311.database.tables.columns import (
    metadata,
    moment,
    now,
    required,
)

job = Table(
    "job",
    metadata,
    Column("job_id", BigInteger, Identity(always=True), primary_key=True),
    required("name", comment="of the handler"),
    required("arguments", JSONB, comment="keys of rows, never personal data"),
    Column("lock", Text, comment="jobs with the same one are done one after the other"),
    now("queued_datetime"),
    required(
        "run_datetime",
        DateTime(timezone=True),
        server_default=text("now()"),
        comment="when it is tried next",
    ),
    required("attempts", Integer, server_default=text("0")),
    Column("error", Text, comment="why the last attempt that failed did so"),
    moment("dead_datetime", nullable=True),
    required("is_periodic", Boolean, server_default=text("false"), comment="never deleted"),
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
