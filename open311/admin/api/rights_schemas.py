"""What calls about keys, accounts, roles and the audit log take and answer."""

from marshmallow import Schema, fields

from open311.access.rates import RATES
from open311.access.rights import ACTS, ROLES, SCOPES
from open311.admin.api.schemas import NEXT, Page, told

_EMAIL = "In whatever case; an account is known by it"


class KeyPage(Page):
    """Which keys."""

    jurisdiction_id = fields.String(metadata=told("Only those that name this one"))


class KeyTerms(Schema):
    """On which terms a key is handed out."""

    label = fields.String(required=True, metadata=told("Who has it"))
    jurisdiction_ids = fields.List(
        fields.String(),
        required=True,
        metadata=told("Where it may be used; of a key that does not report, perhaps none"),
    )
    scopes = fields.List(
        fields.String(metadata={"enum": list(SCOPES)}),
        load_default=("report",),
        metadata=told("What it is for"),
    )
    rate_class = fields.String(
        load_default="standard",
        metadata=told("How often it may be used") | {"enum": list(RATES)},
    )
    expires = fields.AwareDateTime(
        allow_none=True, metadata=told("From when it is useless; with a time zone")
    )
    account = fields.String(
        allow_none=True, metadata=told("E-mail address of the account whose rights it has")
    )


class NewKey(Schema):
    """A new key."""

    api_key_id = fields.Integer()
    key = fields.String(metadata=told("Shown this once; only its hash is kept"))


class Key(Schema):
    """What is known of a key; not the key itself."""

    api_key_id = fields.Integer()
    label = fields.String()
    jurisdiction_ids = fields.List(fields.String())
    scopes = fields.List(fields.String(metadata={"enum": list(SCOPES)}))
    rate_class = fields.String()
    account = fields.String(attribute="email", allow_none=True)
    created = fields.AwareDateTime()
    expires = fields.AwareDateTime(allow_none=True)
    last_used = fields.AwareDateTime(allow_none=True)
    state = fields.String(metadata={"enum": ["valid", "revoked", "expired", "disabled"]})


class Keys(Schema):
    """Keys, the newest first."""

    keys = fields.List(fields.Nested(Key))
    next = NEXT


class AccountName(Schema):
    """Which account."""

    email = fields.String(required=True, metadata=told(_EMAIL))


class NewAccount(AccountName):
    """An account to be made."""

    name = fields.String(required=True, metadata=told("Of the person"))


class AccountNumber(Schema):
    """The account that was made."""

    account_id = fields.Integer()


class Role(Schema):
    """What an account is, and where."""

    role = fields.String(required=True, metadata={"enum": list(ROLES)})
    jurisdiction_id = fields.String(
        allow_none=True,
        metadata=told("Where; none for an inter-city administrator, and an auditor of all"),
    )
    unit_code = fields.String(allow_none=True, metadata=told("Of which unit, for an officer"))


class AccountRole(AccountName, Role):
    """A role of an account."""


class Account(Schema):
    """A person who administers, with the roles that you manage."""

    account_id = fields.Integer()
    email = fields.String()
    name = fields.String()
    created = fields.AwareDateTime()
    disabled = fields.AwareDateTime(allow_none=True)
    roles = fields.List(fields.Nested(Role))


class Accounts(Schema):
    """Accounts, the newest first."""

    accounts = fields.List(fields.Nested(Account))
    next = NEXT


class AuditPage(Page):
    """Which entries."""

    jurisdiction_id = fields.String(metadata=told("Only those of this one"))


class AuditEntry(Schema):
    """An administrative act."""

    audit_entry_id = fields.Integer()
    entry_datetime = fields.AwareDateTime()
    actor = fields.String()
    act = fields.String(metadata={"enum": sorted(ACTS)})
    subject = fields.String()
    jurisdiction_id = fields.String(allow_none=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    reason = fields.String(allow_none=True)


class AuditEntries(Schema):
    """Entries of the audit log, the newest first."""

    entries = fields.List(fields.Nested(AuditEntry))
    next = NEXT
