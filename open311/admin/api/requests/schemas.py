"""What calls about requests take and answer."""

from typing import Any, get_args

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from open311.admin.api.schemas import LIMIT, NEXT, told
from open311.reports.model import Publication
from open311.reports.states import STATE_NAMES

# As much as a report may say.
LONGEST_NOTE = 4000

_LARGEST_NUMBER = 10**18 - 1
_PUBLICATIONS = list(get_args(Publication))
_ENDPOINT_TYPES = ["production", "test"]


class _Text(fields.String):
    """What somebody writes: lines end as everywhere, and there is something in it."""

    def __init__(self, about: str, **options: Any) -> None:
        validators = (Regexp(r"[\s\S]*\S", error="Must not be blank."), Length(1, LONGEST_NOTE))
        super().__init__(validate=validators, metadata=told(about), **options)

    def _deserialize(self, *arguments: Any, **options: Any) -> Any:
        text = super()._deserialize(*arguments, **options)
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class _Boolean(fields.Boolean):
    """True or false, and nothing that may be meant so."""

    def _deserialize(self, value: Any, *arguments: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def _one_of(choices: Any, about: str, **options: Any) -> fields.String:
    return fields.String(validate=OneOf(list(choices)), metadata=told(about), **options)


def _number(about: str) -> fields.Integer:
    return fields.Integer(validate=Range(1, _LARGEST_NUMBER), metadata=told(about))


class QueueArguments(Schema):
    """Which requests, and in which order."""

    limit = LIMIT
    after = _number("Only what comes after the request of this number")
    status = _one_of(["open", "closed"], "When neither this nor a state is given: `open`")
    state = fields.List(
        fields.String(validate=OneOf(STATE_NAMES)),
        metadata=told("In any of these states; may be repeated"),
    )
    unit_code = fields.String(
        metadata=told("Handled by this unit; an officer sees those of the own units only")
    )
    service_code = fields.String(metadata=told("Of this service"))
    area_code = fields.String(metadata=told("In this district"))
    publication = _one_of(_PUBLICATIONS, "Whether the public may see them")
    due = _one_of(["overdue"], "Only those whose term is over")
    due_before = fields.AwareDateTime(metadata=told("Only those due earlier; with a time zone"))
    endpoint_type = _one_of(
        _ENDPOINT_TYPES, "Through which they came in", load_default="production"
    )
    order = _one_of(
        ["due", "newest"],
        "The soonest due first, those without a term last; or first what came in here last. When "
        "not given, the former if only open ones are asked for",
    )


class Request(Schema):
    """A request."""

    number = fields.Integer(metadata=told("Good for paths instead of the id"))
    service_request_id = fields.String(allow_none=True, metadata=told("Some have none, or not yet"))
    endpoint_type = fields.String(metadata={"enum": _ENDPOINT_TYPES})
    service_code = fields.String()
    service_name = fields.String(metadata=told("By Accept-Language, if the city has it"))
    state = fields.String(metadata={"enum": list(STATE_NAMES)})
    status = fields.String(metadata={"enum": ["open", "closed"]})
    next_states = fields.List(fields.String(), metadata=told("Those that may follow"))
    unit_code = fields.String(allow_none=True)
    unit_name = fields.String(allow_none=True)
    publication = fields.String(metadata={"enum": _PUBLICATIONS})
    requested_datetime = fields.AwareDateTime()
    updated_datetime = fields.AwareDateTime(metadata=told("Of a closed one, when it was closed"))
    expected_datetime = fields.AwareDateTime(allow_none=True, metadata=told("When it is due"))
    is_overdue = fields.Boolean()
    description = fields.String(allow_none=True, metadata=told("As it was sent"))
    address = fields.String(allow_none=True)
    area_code = fields.String(allow_none=True)
    lat = fields.Float(allow_none=True)
    long = fields.Float(allow_none=True)
    version = fields.Integer(metadata=told("Counts the changes; for If-Match"))


class Requests(Schema):
    """A page of the queue."""

    requests = fields.List(fields.Nested(Request))
    next = NEXT


class NearRequest(Request):
    """A request that may be about the same matter."""

    metres = fields.Float(metadata=told("How far away"))


class NearRequests(Schema):
    """Requests that may be about the same matter, the nearest first."""

    requests = fields.List(fields.Nested(NearRequest))


class Reference(Schema):
    """Another request."""

    number = fields.Integer()
    service_request_id = fields.String(allow_none=True)
    state = fields.String()


class Value(Schema):
    """An answer, and how it reads."""

    value = fields.String()
    label = fields.String()


class Attribute(Schema):
    """A question of the service, and how it was answered."""

    code = fields.String()
    label = fields.String()
    values = fields.List(fields.Nested(Value))


class RequestPhoto(Schema):
    """A photo."""

    photo_id = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    bytes = fields.Integer()
    path = fields.String(metadata=told("Where it is sent, public or not"))


class RequestEvent(Schema):
    """Something that happened to a request."""

    event_id = fields.Integer()
    event_datetime = fields.AwareDateTime()
    kind = fields.String()
    visibility = fields.String(metadata={"enum": ["public", "internal"]})
    state = fields.String(allow_none=True, metadata=told("Into which it came by this"))
    description = fields.String(allow_none=True, metadata=told("What was said"))
    actor = fields.String(allow_none=True, metadata=told("An account, `reporter`, or a system"))
    media_urls = fields.List(fields.String())
    detail = fields.Dict()


class RequestOpinion(Schema):
    """What who reported says of the result."""

    position = fields.Integer(metadata=told("Which of the reporters"))
    closed_datetime = fields.AwareDateTime(metadata=told("Of which closing"))
    is_resolved = fields.Boolean()
    rating = fields.Integer(allow_none=True)
    comment = fields.String(allow_none=True)
    created_datetime = fields.AwareDateTime()


class RequestDelivery(Schema):
    """Whom it was told, and how far that has come."""

    event_id = fields.Integer()
    kind = fields.String()
    destination = fields.String()
    subject = fields.String()
    state = fields.String(metadata={"enum": ["waiting", "delivered", "dead", "dropped"]})
    attempts = fields.Integer()
    error = fields.String(allow_none=True)
    created_datetime = fields.AwareDateTime()
    tried_datetime = fields.AwareDateTime(allow_none=True)
    delivered_datetime = fields.AwareDateTime(allow_none=True)


class WholeRequest(Request):
    """A request with all that belongs to it."""

    is_public = fields.Boolean()
    status_notes = fields.String(allow_none=True)
    public_description = fields.String(
        allow_none=True, metadata=told("As a moderator has it; null: as it was sent")
    )
    shown_description = fields.String(
        allow_none=True, metadata=told("As the public sees it, or would")
    )
    shown_status_notes = fields.String(allow_none=True)
    service_notice = fields.String(allow_none=True)
    address_id = fields.String(allow_none=True)
    zipcode = fields.String(allow_none=True)
    address_match = fields.String(allow_none=True)
    attributes = fields.List(fields.Nested(Attribute))
    duplicate_of = fields.Nested(Reference, allow_none=True)
    merged = fields.List(fields.Nested(Reference))
    media_urls = fields.List(fields.String())
    photos = fields.List(fields.Nested(RequestPhoto))
    events = fields.List(fields.Nested(RequestEvent))
    opinions = fields.List(fields.Nested(RequestOpinion))
    deliveries = fields.List(fields.Nested(RequestDelivery))


class RequestReporter(Schema):
    """Who reported, or joined later."""

    position = fields.Integer(metadata=told("0: who reported it; others joined later"))
    language = fields.String()
    email = fields.String(allow_none=True)
    first_name = fields.String(allow_none=True)
    last_name = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    device_id = fields.String(allow_none=True)
    account_id = fields.String(allow_none=True)
    erased_datetime = fields.AwareDateTime(allow_none=True)


class RequestReporters(Schema):
    """Who reported a request: personal data."""

    number = fields.Integer()
    reporters = fields.List(fields.Nested(RequestReporter))


class PhotoArguments(Schema):
    """Which size."""

    size = _one_of(["whole", "thumbnail"], "Of the photo", load_default="whole")


class StateChange(Schema):
    """Another state, and what is said about it."""

    state = _one_of(STATE_NAMES, "One of `next_states`", required=True)
    note = _Text("What is said about it; in public, it becomes `status_notes`", allow_none=True)
    public = _Boolean(load_default=True, metadata=told("Whether the public is told"))


class NoteArguments(Schema):
    """What is said about a request."""

    note = _Text("What is said", required=True)
    public = _Boolean(required=True, metadata=told("Whether the public is told"))


class Assignment(Schema):
    """Who handles a request from now on."""

    unit_code = fields.String(required=True, metadata=told("A unit that is not retired"))
    note = _Text("What is said about it", allow_none=True)
    public = _Boolean(load_default=False, metadata=told("Whether the public is told"))


class Moderation(Schema):
    """What the public may see; one of them at least."""

    publication = _one_of(["published", "withheld"], "Whether it may see it", allow_none=True)
    public_description = _Text("What it reads instead of the description", allow_none=True)


class Merging(Schema):
    """What a request is a duplicate of."""

    into = fields.String(
        required=True,
        validate=Length(1, 40),
        metadata=told("Id of the other request, or its number"),
    )
    note = _Text("What the public is told beside where the matter is followed up", allow_none=True)
