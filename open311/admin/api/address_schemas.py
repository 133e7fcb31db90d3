"""What calls about address registers take and answer."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from open311.admin.api.schemas import LAT, LONG, told


class AddressSearch(Schema):
    """Which addresses."""

    q = fields.String(
        required=True,
        validate=Length(1, 200),
        metadata=told("A street, or part of its name, and perhaps a number"),
    )
    limit = fields.Integer(
        load_default=20, validate=Range(1, 1000), metadata=told("At most so many")
    )


class PointArguments(Schema):
    """A point, and how far from it to look."""

    lat = LAT(required=True)
    long = LONG(required=True)
    within = fields.Integer(
        load_default=100, validate=Range(1, 2000), metadata=told("No farther away, in metres")
    )


class ImportArguments(Schema):
    """How strict to be."""

    bad_rows = fields.Integer(
        load_default=5,
        validate=Range(0, 100),
        metadata=told("Refuse a register of whose rows more per cent than this cannot be used"),
    )


class Address(Schema):
    """An address as the register writes it."""

    address_id = fields.String()
    street = fields.String()
    house_number = fields.String(allow_none=True)
    zipcode = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    lat = fields.Float()
    long = fields.Float()


class Addresses(Schema):
    """Addresses, the likeliest first."""

    addresses = fields.List(fields.Nested(Address))


class Imported(Schema):
    """What an import did, in numbers of addresses."""

    before = fields.Integer()
    after = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    removed = fields.Integer()
    bad = fields.Integer(metadata=told("Rows that were left out"))
    details = fields.List(fields.String(), metadata=told("Why, a line each"))
