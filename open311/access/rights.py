"""Which role may do what, and where: one table, and the actor who is held to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from open311.errors import Forbidden

Act = Literal[
    "read_configuration",
    "plan",
    "apply",
    "create_jurisdiction",
    "force",
    "manage_keys",
    "manage_accounts",
    "read_audit",
    "import_addresses",
    "import_requests",
    "read_requests",
    "update_requests",
    "read_personal",
    "erase_personal",
]
RoleName = Literal["inter_city_administrator", "city_administrator", "unit_officer", "auditor"]
Scope = Literal["report", "update", "read_personal", "administer"]

ACTS: frozenset[Act] = frozenset(get_args(Act))
ROLES: tuple[RoleName, ...] = get_args(RoleName)
SCOPES: tuple[Scope, ...] = get_args(Scope)

_RIGHTS: Mapping[RoleName, frozenset[Act]] = {
    "inter_city_administrator": ACTS,
    # A new city, and overwriting what was edited elsewhere, concern more than the one city.
    "city_administrator": ACTS - {"create_jurisdiction", "force"},
    "unit_officer": frozenset(
        {"read_configuration", "read_requests", "update_requests", "read_personal"}
    ),
    "auditor": frozenset({"read_configuration", "read_audit", "read_requests"}),
}

# What is done to a request, and so belongs to the unit that handles it; all else is of a city.
_OF_A_UNIT: frozenset[Act] = frozenset({"read_requests", "update_requests", "read_personal"})

# What a key must be for, any of these. The scope `report` is for sending reports and opens nothing
# here: that needs no role, anyone may report.
_READING: frozenset[Scope] = frozenset({"update", "read_personal", "administer"})
_ADMINISTERING: frozenset[Scope] = frozenset({"administer"})
_SCOPES: Mapping[Act, frozenset[Scope]] = dict.fromkeys(ACTS, _ADMINISTERING) | {
    "read_configuration": _READING,
    "read_requests": _READING,
    "update_requests": frozenset({"update"}),
    "read_personal": frozenset({"read_personal"}),
}


@dataclass(frozen=True)
class Role:
    """What an account is, and where.

    Attributes:
        role: its name.
        jurisdiction_id: where; None: in every jurisdiction, those to come too.
        unit_code: of which unit; only officers have one.
    """

    role: RoleName
    jurisdiction_id: str | None = None
    unit_code: str | None = None

    def allows(self, act: Act, jurisdiction_id: str | None, unit_code: str | None) -> bool:
        """Tell whether the role alone allows an act; see `Actor.may`."""
        return (
            act in _RIGHTS[self.role]
            and self.jurisdiction_id in (None, jurisdiction_id)
            and (self.unit_code in (None, unit_code) or act not in _OF_A_UNIT)
        )


@dataclass(frozen=True)
class Actor:
    """Who acts, and what narrows it: all three of roles, scopes and jurisdictions must allow.

    Attributes:
        name: an account's e-mail address, or `shell:` and a user's name; for the audit log.
        account_id: None: somebody at the shell of the server.
        roles: those of the account.
        scopes: what the key is for; who uses no key has all.
        jurisdiction_ids: where the key may be used; None: wherever the roles reach.
    """

    name: str
    account_id: int | None
    roles: tuple[Role, ...]
    scopes: frozenset[Scope] = frozenset(SCOPES)
    jurisdiction_ids: frozenset[str] | None = None

    def may(self, act: Act, jurisdiction_id: str | None, unit_code: str | None = None) -> bool:
        """Tell whether the actor may do something.

        Args:
            act: what.
            jurisdiction_id: where; None: in every jurisdiction at once.
            unit_code: of an act on a request, the unit that handles it.
        """
        return (
            not self.scopes.isdisjoint(_SCOPES[act])
            and (self.jurisdiction_ids is None or jurisdiction_id in self.jurisdiction_ids)
            and any(role.allows(act, jurisdiction_id, unit_code) for role in self.roles)
        )

    def require(self, act: Act, jurisdiction_id: str | None, unit_code: str | None = None) -> None:
        """Let pass what the actor may do.

        Args:
            act: see `may`, as for the others.
            jurisdiction_id: where.
            unit_code: of which unit.

        Raises:
            Forbidden: the actor may not.
        """
        if self.may(act, jurisdiction_id, unit_code):
            return
        if jurisdiction_id is None:
            raise Forbidden.of("right-missing-everywhere", act=act)
        raise Forbidden.of("right-missing", act=act, jurisdiction=jurisdiction_id)

    def where(self, act: Act) -> frozenset[str] | None:
        """Return the jurisdictions where the actor may do something; None: in every one.

        Args:
            act: what; one on requests is perhaps allowed in a single unit there.
        """
        if self.scopes.isdisjoint(_SCOPES[act]):
            return frozenset()
        reached = {role.jurisdiction_id for role in self.roles if act in _RIGHTS[role.role]}
        if None in reached:
            return self.jurisdiction_ids
        named = frozenset(one for one in reached if one is not None)
        return named if self.jurisdiction_ids is None else named & self.jurisdiction_ids

    def units(self, act: Act, jurisdiction_id: str) -> frozenset[str] | None:
        """Return the units to whose requests the actor may do something; None: to every request.

        Args:
            act: one on requests.
            jurisdiction_id: where.
        """
        if self.may(act, jurisdiction_id):
            return None
        codes = {role.unit_code for role in self.roles if role.unit_code is not None}
        return frozenset(code for code in codes if self.may(act, jurisdiction_id, code))

    def require_within(self, act: Act, jurisdiction_id: str) -> None:
        """Let pass what the actor may do in a jurisdiction, be it to the requests of one unit.

        Raises:
            Forbidden: the actor may not, whatever unit it concerns.
        """
        if self.units(act, jurisdiction_id) == frozenset():
            self.require(act, jurisdiction_id)

    def require_somewhere(self, act: Act) -> None:
        """Let pass what the actor may do in at least one jurisdiction.

        Raises:
            Forbidden: the actor may do it nowhere.
        """
        if self.where(act) == frozenset():
            raise Forbidden.of("right-missing-anywhere", act=act)


def shell(user: str) -> Actor:
    """Return the actor at the shell of the server, who may do everything.

    Args:
        user: the name under which that person, or program, is known there.
    """
    return Actor(f"shell:{user}", None, (Role("inter_city_administrator"),))
