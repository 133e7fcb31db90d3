"""What calls take and what they answer, as flask-smorest describes and checks it."""

from functools import partial

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, Range

LARGEST_NUMBER = 2**31 - 1


def _not_blank(value: str) -> None:
    if not value.strip():
        raise ValidationError("Must not be blank.")


def told(about: str) -> dict[str, str]:
    """Return what the description says of a field."""
    return {"description": about}


def _text(longest: int, about: str) -> fields.String:
    validators = (_not_blank, Length(max=longest))
    return fields.String(required=True, validate=validators, metadata=told(about))


NEXT = fields.String(allow_none=True, metadata=told("Path of the next page; null: none"))

LAT = partial(fields.Float, validate=Range(-90, 90), metadata=told("Degrees, WGS 84"))
LONG = partial(fields.Float, validate=Range(-180, 180), metadata=told("Degrees, WGS 84"))

LIMIT = fields.Integer(load_default=100, validate=Range(1, 1000), metadata=told("At most so many"))


class Page(Schema):
    """Which part of a list, newest first."""

    limit = LIMIT
    before = fields.Integer(
        validate=Range(1, LARGEST_NUMBER),
        metadata=told("Only what is older than the one of this number"),
    )


class JurisdictionPage(Schema):
    """Which part of the list of jurisdictions."""

    limit = LIMIT
    after = fields.String(metadata=told("Only ids that come after this one"))


class Files(Schema):
    """A configuration: what a folder under `jurisdictions/` holds."""

    files = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(allow_none=True),
        required=True,
        metadata=told(
            "File name to content: `jurisdiction.yaml`, `units.yaml`, `services.yaml`, perhaps "
            "`routing.yaml`, `destinations.yaml` and `messages.yaml`, each as its schema under "
            "schemas/configuration/ has it, and the GeoJSON files that `jurisdiction.yaml` names"
        ),
    )


class PlanArguments(Files):
    """A configuration to be looked at; what PUT takes can be planned as it is."""

    reason = fields.String(metadata=told("Passed over: nothing is put in force"))


class Reason(Schema):
    """Why something is put in force."""

    reason = _text(1000, "Why, for the history")


class ProposalArguments(Files, Reason):
    """A configuration to be put in force."""


class Change(Schema):
    """One difference."""

    kind = fields.String(metadata={"enum": ["added", "changed", "removed", "moved"]})
    path = fields.List(fields.String(), metadata=told("File, then keys and codes"))
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class Revision(Schema):
    """A revision, and how much it changed."""

    jurisdiction_id = fields.String()
    revision = fields.Integer()
    applied = fields.AwareDateTime()
    actor = fields.String(metadata=told("Who put it in force"))
    reason = fields.String()
    origin = fields.String(metadata={"enum": ["folder", "api", "rollback", "import"]})
    digest = fields.String(metadata=told("The same for the same configuration"))
    exported = fields.AwareDateTime(
        allow_none=True, metadata=told("When it was last written to a folder")
    )
    change_count = fields.Integer()


class RevisionWithFiles(Revision):
    """A revision, what it changed, and its files."""

    changes = fields.List(fields.Nested(Change))
    files = fields.Dict()


class Revisions(Schema):
    """Revisions, the newest first."""

    revisions = fields.List(fields.Nested(Revision))
    next = NEXT


class Applied(Schema):
    """What is in force now."""

    changed = fields.Boolean(metadata=told("Whether that is another revision than before"))
    revision = fields.Nested(Revision)


class Configuration(Schema):
    """The configuration in force."""

    jurisdiction_id = fields.String()
    revision = fields.Integer()
    files = fields.Dict()


class Jurisdiction(Schema):
    """A jurisdiction in force."""

    jurisdiction_id = fields.String()
    slug = fields.String()
    prefix = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String())
    languages = fields.List(fields.String())
    revision = fields.Integer()
    changeset = fields.AwareDateTime()


class Jurisdictions(Schema):
    """Jurisdictions by their ids."""

    jurisdictions = fields.List(fields.Nested(Jurisdiction))
    next = NEXT


class Finding(Schema):
    """Something that is wrong, or, a warning, not as good as it could be."""

    file = fields.String()
    description = fields.String()
    warning = fields.Boolean()


class Checked(Schema):
    """Whether a configuration can be used, and what is wrong with it."""

    usable = fields.Boolean()
    findings = fields.List(fields.Nested(Finding))


class Plan(Schema):
    """What putting a configuration in force would change, and for whom."""

    jurisdiction_id = fields.String()
    revision = fields.Integer(allow_none=True, metadata=told("That in force; null: none yet"))
    changes = fields.List(fields.Nested(Change))
    breaking = fields.List(fields.String(), metadata=told("What clients would stumble over"))
    open_requests = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata=told("Number of open requests of each service that is changed or retired"),
    )
    handed_over = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata=told("Number of open requests that go to the successor of their unit, by unit"),
    )
    refusals = fields.List(fields.String(), metadata=told("What speaks against it"))
    warnings = fields.List(fields.Nested(Finding))


class Against(Schema):
    """What a revision is compared with."""

    against = fields.Integer(
        validate=Range(0, LARGEST_NUMBER),
        metadata=told("Another revision; 0: nothing; the one before when not given"),
    )


class Difference(Schema):
    """What differs from one revision to another."""

    before = fields.Integer()
    after = fields.Integer()
    changes = fields.List(fields.Nested(Change))


class RouteArguments(Schema):
    """A request that somebody might send."""

    service_code = fields.String(required=True)
    lat = LAT()
    long = LONG()


class Route(Schema):
    """Which unit would get a request, and why."""

    unit_code = fields.String()
    unit_name = fields.String()
    steps = fields.List(fields.String(), metadata=told("What was tried; the last decided"))


class Error(Schema):
    """One thing that went wrong."""

    code = fields.Integer(required=True, metadata=told("The status"))
    description = fields.String(required=True)
    file = fields.String(metadata=told("Of what is wrong in a configuration: the file"))


class Errors(Schema):
    """What went wrong."""

    errors = fields.List(fields.Nested(Error), required=True)
