"""What the call about figures takes and answers."""

from marshmallow import Schema, fields

from open311.admin.api.schemas import told


class Period(Schema):
    """From when until when."""

    start = fields.AwareDateTime(metadata=told("90 days before the end when not given"))
    end = fields.AwareDateTime(metadata=told("Now when not given; no part of the period itself"))


class Figure(Schema):
    """What was closed of a service by a unit, and what was said of it."""

    service_code = fields.String()
    unit_code = fields.String(allow_none=True, metadata=told("That handles the requests by now"))
    closed = fields.Integer(metadata=told("How often one was closed; what was merged is left out"))
    opinions = fields.Integer(metadata=told("How many were given of those closings"))
    resolved_share = fields.Float(
        allow_none=True, metadata=told("Of the opinions, which part says that it is done: 0 to 1")
    )
    mean_rating = fields.Float(allow_none=True, metadata=told("1 to 5"))
    reopened = fields.Integer(metadata=told("How often one was opened again"))


class Figures(Period):
    """The figures of a period."""

    figures = fields.List(fields.Nested(Figure))
