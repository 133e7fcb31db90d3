"""The field tables of GeoReport v2: every answer, its members, their order and kinds, once.

JSON, XML, XSD, JSON Schema, OpenAPI and the tests follow from these tables. A new field is one
line here, one column, one migration and one test.
"""

from dataclasses import dataclass
from enum import Enum

from open311.reports.states import STATE_NAMES, STATES

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
ENDPOINT_TYPES = ("production", "test")
SERVICE_TYPES = ("realtime", "batch", "blackbox")
STATUSES = ("open", "closed")
DETAILED_STATUSES = tuple(dict.fromkeys(state.detailed_status for state in STATES.values()))
UPDATE_STATUSES = tuple(dict.fromkeys(state.update_status for state in STATES.values()))
DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")


class Kind(Enum):
    """How a value reads on the wire."""

    TEXT = "text"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATETIME = "datetime"
    LIST = "list"
    RECORD = "record"


@dataclass(frozen=True, eq=False)
class Element:
    """One element of an answer; each is itself alone, so that what is made of it can be kept.

    Attributes:
        name: the XML element and the JSON member.
        kind: how its value reads.
        description: what it means, for people.
        nullable: its value may be unknown: null in JSON, an empty element in XML.
        optional: it may be absent altogether.
        choices: the only values that it takes, when these are few.
        members: of a record, in the order in which they are sent.
        item: of a list, what it repeats.
        repeated: its value is a sequence. None of it reads as an unknown value and one as itself;
            of several, XML repeats the element, and JSON has an array.
    """

    name: str
    kind: Kind
    description: str = ""
    nullable: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    members: tuple["Element", ...] = ()
    item: "Element | None" = None
    repeated: bool = False


def _text(name: str, description: str, *, nullable: bool = False, optional: bool = False,
          choices: tuple[str, ...] = ()) -> Element:  # fmt: skip
    return Element(name, Kind.TEXT, description, nullable, optional, choices)


def _moment(name: str, description: str, *, nullable: bool = False) -> Element:
    return Element(name, Kind.DATETIME, description, nullable)


def _record(name: str, *members: Element) -> Element:
    return Element(name, Kind.RECORD, members=members)


def _list(name: str, item: Element, description: str = "") -> Element:
    return Element(name, Kind.LIST, description, item=item)


# Service Discovery, "Discovery document"
DISCOVERY = _record(
    "discovery",
    _text("changeset", "When this document last changed; sortable"),
    _text("contact", "How to reach the provider"),
    _text("key_service", "How to obtain an api_key"),
    _list(
        "endpoints",
        _record(
            "endpoint",
            _text("specification", "The specification that the endpoint follows"),
            _text("url", "Where the endpoint is"),
            _text("changeset", "When a service or definition last changed; sortable"),
            _text("type", "What the endpoint is for", choices=ENDPOINT_TYPES),
            _list("formats", _text("format", "A media type that the endpoint answers in")),
        ),
    ),
)

# GeoReport v2, "GET Service List"
SERVICES = _list(
    "services",
    _record(
        "service",
        _text("service_code", "Unique identifier of the service"),
        _text("service_name", "Its name, for people"),
        _text("description", "What belongs here"),
        Element("metadata", Kind.BOOLEAN, "Whether the service has a definition"),
        _text("type", "Whether a POST gives an id, a token or neither", choices=SERVICE_TYPES),
        _text("keywords", "Words to find the service by, separated by commas"),
        _text("group", "The category of the service"),
    ),
)

# GeoReport v2, "GET Service Definition"
SERVICE_DEFINITION = _record(
    "service_definition",
    _text("service_code", "The service that is defined"),
    _list(
        "attributes",
        _record(
            "attribute",
            Element("variable", Kind.BOOLEAN, "False: a line to read, nothing to enter"),
            _text("code", "Unique identifier of the attribute, sent back as attribute[code]"),
            _text("datatype", "What can be entered", choices=DATATYPES),
            Element("required", Kind.BOOLEAN, "Whether it must be answered"),
            _text("datatype_description", "How to enter the value", nullable=True),
            Element("order", Kind.INTEGER, "Its place among the attributes; 1 is shown first"),
            _text("description", "The question"),
            _list(
                "values",
                _record(
                    "value",
                    _text("key", "What is sent"),
                    _text("name", "What people read"),
                ),
                "The choices of the two list datatypes",
            ),
        ),
    ),
)

# GeoReport v2, "GET Service Requests"
REQUEST = _record(
    "request",
    _text("service_request_id", "Unique identifier of the request"),
    _text("status", "open: reported; closed: resolved", choices=STATUSES),
    _text("status_notes", "Why the status is what it is", nullable=True),
    _text("service_name", "Name of the service"),
    _text("service_code", "Code of the service"),
    _text("description", "What was reported; plain text", nullable=True),
    _text("agency_responsible", "The unit that handles the request", nullable=True),
    _text("service_notice", "What the reporter was told", nullable=True),
    _moment("requested_datetime", "When it was reported"),
    _moment("updated_datetime", "When it last changed; for a closed request, when it was closed"),
    _moment("expected_datetime", "By when it is expected to be resolved", nullable=True),
    _text("address", "Where, most specific first", nullable=True),
    _text("address_id", "Where, as a key of the address register", nullable=True),
    _text("zipcode", "Postal code of the place", nullable=True),
    Element("lat", Kind.DECIMAL, "Latitude, WGS 84, degrees", nullable=True),
    Element("long", Kind.DECIMAL, "Longitude, WGS 84, degrees", nullable=True),
    _text("media_url", "A picture or a page about it", nullable=True),
)
SERVICE_REQUESTS = _list("service_requests", REQUEST)

# Extension, with `extensions=true`: names of CitySDK and Connected Bits, `state` is ours
EXTENDED_ATTRIBUTES = _record(
    "extended_attributes",
    _text("detailed_status", "The state as CitySDK calls it", choices=DETAILED_STATUSES),
    _text("state", "The state as it is called here", choices=STATE_NAMES),
    _list("media_urls", _text("media_url", "A picture or a page"), "All pictures and pages"),
    _list(
        "notes",
        _record(
            "note",
            _moment("datetime", "When it happened"),
            _text("type", "The state into which the request came, or what else was done"),
            _text("description", "What was said", nullable=True),
        ),
        "What happened to the request, oldest first",
    ),
    _list(
        "attributes",
        _record(
            "attribute",
            _text("code", "Code of the attribute"),
            _text("label", "The question, in the city's first language"),
            _text("value", "The answer; of a list the key"),
        ),
        "The answers to what the service asks, one entry for each value",
    ),
    _text("duplicate_of", "Id of the request about the same matter", nullable=True),
)
REQUEST_EXTENDED = _record("request", *REQUEST.members, EXTENDED_ATTRIBUTES)
SERVICE_REQUESTS_EXTENDED = _list("service_requests", REQUEST_EXTENDED)

_NOTICE = _text("service_notice", "What the reporter is told", nullable=True)
_ACCOUNT = _text("account_id", "The reporter's account", nullable=True)

# GeoReport v2, "POST Service Request": exactly one of id and token, neither for a blackbox service
_SUBMITTED = _record(
    "request",
    _text("service_request_id", "Of a realtime service: the id", optional=True),
    _text("token", "Of a batch service: what the id is asked for with", optional=True),
    _NOTICE,
    _ACCOUNT,
)
SUBMITTED = _list("service_requests", _SUBMITTED)

# Extension, with `extensions=true`; ours
SUBMITTED_EXTENDED = _list(
    "service_requests",
    _record(
        "request",
        *_SUBMITTED.members,
        _record(
            "extended_attributes",
            _list(
                "duplicates",
                _record(
                    "duplicate",
                    _text("service_request_id", "Id of an open request"),
                    _moment("requested_datetime", "When it was reported"),
                    _text("description", "What was reported", nullable=True),
                    Element("distance", Kind.INTEGER, "How far away it is, in metres"),
                ),
                "Open requests near it that may be about the same matter",
            ),
            _text("follow_url", "A page for the reporter alone"),
        ),
    ),
)

# GeoReport v2, "GET service_request_id from a token"
TOKENS = _list(
    "service_requests",
    _record(
        "request",
        _text("service_request_id", "Absent as long as the request has no id", optional=True),
        _text("token", "The token that was asked with"),
    ),
)

# Extension of mySociety, "GET Service Request Updates"
UPDATES = _list(
    "service_request_updates",
    _record(
        "request_update",
        _text("update_id", "Unique identifier of the update"),
        _text("service_request_id", "The request that it is about"),
        _text("status", "The state of the request then", choices=UPDATE_STATUSES),
        _moment("updated_datetime", "When it was made"),
        _text("description", "What was said", nullable=True),
        Element("media_url", Kind.TEXT, "Pictures and pages", nullable=True, repeated=True),
    ),
)

# Extension of mySociety, "POST Service Request Update"
UPDATE_TAKEN = _list(
    "service_request_updates",
    _record("request_update", _text("update_id", "Unique identifier of the update here")),
)

# GeoReport v2, "Errors"
ERRORS = _list(
    "errors",
    _record(
        "error",
        Element("code", Kind.INTEGER, "The HTTP status"),
        _text("description", "What is wrong, for people"),
    ),
)

# Ours: which cities are served, or serve a point
JURISDICTIONS = _list(
    "jurisdictions",
    _record(
        "jurisdiction",
        _text("jurisdiction_id", "What to send as jurisdiction_id"),
        _text("name", "Name of the city"),
        _text("slug", "Its part of the paths"),
        _text("url", "Its own endpoint"),
        _list("languages", _text("language", "A language that the services are offered in")),
    ),
)

# Every answer by the name of its schema file.
ANSWERS = {
    "discovery": DISCOVERY,
    "services": SERVICES,
    "service_definition": SERVICE_DEFINITION,
    "service_requests": SERVICE_REQUESTS,
    "service_requests_extended": SERVICE_REQUESTS_EXTENDED,
    "submitted": SUBMITTED,
    "submitted_extended": SUBMITTED_EXTENDED,
    "tokens": TOKENS,
    "updates": UPDATES,
    "update_taken": UPDATE_TAKEN,
    "errors": ERRORS,
    "jurisdictions": JURISDICTIONS,
}

# What an answer becomes with `extensions=true`.
EXTENDED = {SERVICE_REQUESTS: SERVICE_REQUESTS_EXTENDED, SUBMITTED: SUBMITTED_EXTENDED}
