"""What calls about deliveries and secrets take and answer."""

from typing import get_args

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from open311.admin.api.schemas import NEXT, Page, told
from open311.delivery.channels import DeliveryKind
from open311.delivery.listing import ListedState
from open311.delivery.secrets import LONGEST_KEY

_KIND = {"enum": list(get_args(DeliveryKind))}


class DeliveryPage(Page):
    """Which deliveries."""

    jurisdiction_id = fields.String(metadata=told("Only those of this one"))
    kind = fields.String(
        validate=OneOf(_KIND["enum"]), metadata=told("Only what goes this way") | _KIND
    )
    stuck = fields.Boolean(
        load_default=False,
        metadata=told("Only what is dead, lost, or waits for long; and what is not planned yet"),
    )
    hours = fields.Float(
        load_default=1.0, validate=Range(0, 10_000), metadata=told("How long is long")
    )


class Delivery(Schema):
    """Something that leaves, or left, for somebody."""

    delivery_id = fields.Integer()
    jurisdiction_id = fields.String()
    number = fields.Integer(metadata=told("Of the request"))
    service_request_id = fields.String(allow_none=True)
    kind = fields.String(metadata=_KIND)
    destination = fields.String(
        metadata=told("A code of destinations.yaml, `reporter:1001:0`, or `unit:` and its code")
    )
    subject = fields.String(metadata=told("What it is about"))
    state = fields.String(
        metadata=told("lost: it waits, and nothing would try it")
        | {"enum": list(get_args(ListedState))}
    )
    attempts = fields.Integer()
    error = fields.String(allow_none=True, metadata=told("Why the last attempt failed"))
    since = fields.AwareDateTime(metadata=told("When it was caused"))
    tried = fields.AwareDateTime(allow_none=True, metadata=told("When it was last tried"))


class Unplanned(Schema):
    """An event of which nobody could be told yet."""

    job_id = fields.Integer(metadata=told("Of the job that would find out who is to be told"))
    jurisdiction_id = fields.String()
    number = fields.Integer(metadata=told("Of the request"))
    attempts = fields.Integer()
    error = fields.String(allow_none=True)
    since = fields.AwareDateTime()
    is_dead = fields.Boolean(metadata=told("Whether it is not tried any more"))


class Deliveries(Schema):
    """Deliveries, the newest first."""

    deliveries = fields.List(fields.Nested(Delivery))
    unplanned = fields.List(
        fields.Nested(Unplanned), metadata=told("With stuck, on the first page; else none")
    )
    next = NEXT


class SecretArguments(Schema):
    """A secret."""

    value = fields.String(
        allow_none=True,
        validate=Length(1, LONGEST_KEY),
        metadata=told("The api_key of a georeport; of a webhook, left out: one is made"),
    )


class Secret(Schema):
    """A secret that was set."""

    secret = fields.String(
        allow_none=True, metadata=told("The one that was made, shown this once; null: it was sent")
    )
