"""The tables. What grows has `jurisdiction_id` first in its keys, so that no city sees another's.

No foreign key reaches rows of another jurisdiction, and no table that grows has a trigger: they can
be spread over machines by `jurisdiction_id`. What follows a change is written by the code that
makes the change, in its transaction. The audit log, which stays whole, has one that keeps it
append-only.
"""

from open311.database.tables.access import (
    account,
    account_role,
    api_key,
    api_key_jurisdiction,
    api_key_use,
    audit_entry,
)
from open311.database.tables.catalogue import (
    area,
    jurisdiction,
    jurisdiction_boundary,
    revision,
    service,
    shape_file,
    unit,
)
from open311.database.tables.columns import ENDPOINT_TYPES, WGS84, metadata
from open311.database.tables.delivery import (
    delivery,
    destination_secret,
    forwarding,
    login_link,
)
from open311.database.tables.jobs import (
    job,
)
from open311.database.tables.places import (
    address,
)
from open311.database.tables.reports import (
    change_counter,
    external_reference,
    idempotent_answer,
    opinion,
    photo,
    reporter,
    request_event,
    service_request,
    service_request_number,
)

__all__ = [
    "ENDPOINT_TYPES",
    "WGS84",
    "account",
    "account_role",
    "address",
    "api_key",
    "api_key_jurisdiction",
    "api_key_use",
    "area",
    "audit_entry",
    "change_counter",
    "delivery",
    "destination_secret",
    "external_reference",
    "forwarding",
    "idempotent_answer",
    "job",
    "jurisdiction",
    "jurisdiction_boundary",
    "login_link",
    "metadata",
    "opinion",
    "photo",
    "reporter",
    "request_event",
    "revision",
    "service",
    "service_request",
    "service_request_number",
    "shape_file",
    "unit",
]
