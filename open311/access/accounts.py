"""Accounts of the people who administer, and their roles."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert

from open311.access import audit
from open311.access.checking import check_choice, check_line, unknown_jurisdictions
from open311.access.rights import ROLES, Actor, Role, RoleName
from open311.database import tables
from open311.errors import BadRequest, Forbidden, NotFound, Problem, echo

# That of HTML's <input type=email>, with a dot in the domain; what was in capitals is no more.
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_LONGEST_EMAIL = 254

# Whether each role takes a jurisdiction, and whether it takes a unit.
_PLACES: Mapping[str, Sequence[tuple[bool, bool]]] = {
    "inter_city_administrator": [(False, False)],
    "city_administrator": [(True, False)],
    "unit_officer": [(True, True)],
    "auditor": [(False, False), (True, False)],
}

# Two administrators who take each other's role away do so one after the other: one of them stays.
_LOCK = text("LOCK TABLE account_role IN SHARE ROW EXCLUSIVE MODE")


@dataclass(frozen=True)
class Account:
    """A person who administers.

    Attributes:
        account_id: its number.
        email: in lower case; it is known by it.
        name: of the person.
        created: when the account was made.
        disabled: since when it can do nothing; None: it can.
        roles: what it is, and where.
    """

    account_id: int
    email: str
    name: str
    created: datetime
    disabled: datetime | None
    roles: tuple[Role, ...]


def create(connection: Connection, email: str, name: str, *, actor: Actor) -> int:
    """Make an account, which has no role yet.

    Args:
        connection: in a transaction, which the caller commits.
        email: by which it is known.
        name: of the person.
        actor: who makes it; must be able to manage accounts somewhere.

    Returns:
        Its number.

    Raises:
        Forbidden: the actor may not.
        BadRequest: address or name cannot be used, or there is such an account.
    """
    actor.require_somewhere("manage_accounts")
    email = _known_as(email)
    problems = [*_check_email(email), *check_line("name", name)]
    if problems:
        raise BadRequest(problems)
    account_id: int | None = connection.scalar(
        insert(tables.account)
        .values(email=email, name=name)
        .on_conflict_do_nothing()
        .returning(tables.account.c.account_id)
    )
    if account_id is None:
        raise BadRequest.of("account-exists", email=email)
    after = {"email": email, "name": name}
    _log(connection, actor, account_id, [None], before=None, after=after)
    return account_id


def grant(
    connection: Connection,
    email: str,
    role: str,
    jurisdiction_id: str | None = None,
    unit_code: str | None = None,
    *,
    actor: Actor,
) -> None:
    """Give an account a role.

    Args:
        connection: in a transaction, which the caller commits.
        email: of the account.
        role: one of `rights.ROLES`.
        jurisdiction_id: where; none for an inter-city administrator, and for an auditor of all.
        unit_code: of which unit, for a unit officer.
        actor: who gives it; must be able to manage accounts there.

    Raises:
        Forbidden: the actor may not.
        NotFound: there is no such account.
        BadRequest: there is no such role, jurisdiction or unit, they do not go together, or the
            account has the role.
    """
    actor.require("manage_accounts", jurisdiction_id)
    given = _role(role, jurisdiction_id, unit_code)
    _check_place(connection, given)
    account = account_of(connection, email)
    added = connection.execute(
        insert(tables.account_role)
        .values(asdict(given) | {"account_id": account.account_id})
        .on_conflict_do_nothing()
    )
    if not added.rowcount:
        raise BadRequest.of("role-held", email=account.email)
    place = given.jurisdiction_id
    _log(connection, actor, account.account_id, [place], before=None, after=asdict(given))


def revoke(
    connection: Connection,
    email: str,
    role: str,
    jurisdiction_id: str | None = None,
    unit_code: str | None = None,
    *,
    actor: Actor,
) -> None:
    """Take a role away from an account.

    Args:
        connection: see `grant`, as for the others.
        email: of the account.
        role: which.
        jurisdiction_id: where.
        unit_code: of which unit.
        actor: who takes it away; must be able to manage accounts there.

    Raises:
        Forbidden: the actor may not, or it is the role of the last inter-city administrator and
            the actor is not at the shell.
        NotFound: there is no such account.
        BadRequest: the account does not have the role.
    """
    actor.require("manage_accounts", jurisdiction_id)
    taken = _role(role, jurisdiction_id, unit_code)
    connection.execute(_LOCK)
    account = account_of(connection, email)
    if taken not in account.roles:
        raise BadRequest.of("role-not-held", email=account.email)
    if taken.role == "inter_city_administrator":
        _check_not_the_last(connection, actor, account)
    table = tables.account_role
    same = [table.c[name].is_not_distinct_from(value) for name, value in asdict(taken).items()]
    connection.execute(table.delete().where(table.c.account_id == account.account_id, *same))
    place = taken.jurisdiction_id
    _log(connection, actor, account.account_id, [place], before=asdict(taken), after=None)


def disable(connection: Connection, email: str, *, actor: Actor) -> None:
    """Let an account do nothing, with all its keys, from now on.

    Args:
        connection: in a transaction, which the caller commits.
        email: of the account.
        actor: who does it; must be able to manage accounts wherever the account has a role.

    Raises:
        Forbidden: the actor may not, or it is the last inter-city administrator and the actor is
            not at the shell.
        NotFound: there is no such account.
        BadRequest: it is disabled already.
    """
    _switch(connection, email, actor, disabled=True)


def enable(connection: Connection, email: str, *, actor: Actor) -> None:
    """Let a disabled account do again what it could do; see `disable`."""
    _switch(connection, email, actor, disabled=False)


def list_accounts(connection: Connection, *, actor: Actor) -> list[Account]:
    """Return the accounts with a role where the actor manages accounts, by e-mail address.

    Their roles elsewhere are left out. Who manages accounts everywhere sees all, without roles too.

    Raises:
        Forbidden: the actor manages accounts nowhere.
    """
    actor.require_somewhere("manage_accounts")
    where = actor.where("manage_accounts")
    accounts = _read(connection)
    if where is None:
        return accounts
    seen = (
        replace(one, roles=tuple(role for role in one.roles if role.jurisdiction_id in where))
        for one in accounts
    )
    return [one for one in seen if one.roles]


def account_of(connection: Connection, email: str) -> Account:
    """Return an account.

    Args:
        connection: any.
        email: of the account; in whatever case.

    Raises:
        NotFound: there is no such account.
    """
    found = _read(connection, tables.account.c.email == _known_as(email))
    if not found:
        raise NotFound.of("no-account", value=echo(email))
    return found[0]


def roles_of(connection: Connection, account_id: int) -> tuple[Role, ...]:
    """Return the roles of an account.

    Raises:
        NotFound: there is no such account.
    """
    found = _read(connection, tables.account.c.account_id == account_id)
    if not found:
        raise NotFound.of("no-account", value=str(account_id))
    return found[0].roles


def _switch(connection: Connection, email: str, actor: Actor, *, disabled: bool) -> None:
    actor.require_somewhere("manage_accounts")
    connection.execute(_LOCK)
    account = account_of(connection, email)
    for role in account.roles:
        actor.require("manage_accounts", role.jurisdiction_id)
    if (account.disabled is not None) is disabled:
        state = "disabled" if disabled else "enabled"
        raise BadRequest.of("account-state", email=account.email, state=state)
    if disabled and Role("inter_city_administrator") in account.roles:
        _check_not_the_last(connection, actor, account)
    table = tables.account
    mine = table.c.account_id == account.account_id
    since = func.now() if disabled else None
    connection.execute(table.update().where(mine).values(disabled_datetime=since))
    places = dict.fromkeys(role.jurisdiction_id for role in account.roles)
    before, after = {"disabled": not disabled}, {"disabled": disabled}
    _log(connection, actor, account.account_id, places or [None], before=before, after=after)


def _check_not_the_last(connection: Connection, actor: Actor, account: Account) -> None:
    if actor.account_id is None:
        return
    role, others = tables.account_role.c, tables.account.c
    query = (
        select(func.count())
        .select_from(tables.account_role.join(tables.account, others.account_id == role.account_id))
        .where(
            role.role == "inter_city_administrator",
            role.account_id != account.account_id,
            others.disabled_datetime.is_(None),
        )
    )
    if not connection.scalar(query):
        raise Forbidden.of("last-administrator", email=account.email)


def _role(role: str, jurisdiction_id: str | None, unit_code: str | None) -> Role:
    """Return a role, if its parts go together.

    Raises:
        BadRequest: they do not.
    """
    problems = [*check_choice("role", role, ROLES)]
    if problems:
        raise BadRequest(problems)
    given = bool(jurisdiction_id), bool(unit_code)
    if given not in _PLACES[role]:
        raise BadRequest.of(f"place-of-{role.replace('_', '-')}", role=role)
    return Role(cast(RoleName, role), jurisdiction_id or None, unit_code or None)


def _check_place(connection: Connection, role: Role) -> None:
    """Check that there is such a jurisdiction, and such a unit in it."""
    if role.jurisdiction_id is None:
        return
    problems = [*unknown_jurisdictions(connection, [role.jurisdiction_id])]
    if problems:
        raise BadRequest(problems)
    unit = tables.unit.c
    if role.unit_code is not None and not connection.scalar(
        select(func.count()).where(
            unit.jurisdiction_id == role.jurisdiction_id,
            unit.unit_code == role.unit_code,
            unit.retired_datetime.is_(None),
        )
    ):
        values = {"value": echo(role.unit_code), "jurisdiction": role.jurisdiction_id}
        raise BadRequest.of("no-unit", **values)


def _log(
    connection: Connection,
    actor: Actor,
    account_id: int,
    jurisdiction_ids: Iterable[str | None],
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Write to the audit log, once for each city, so that the log of each is complete."""
    for jurisdiction_id in jurisdiction_ids:
        entry = audit.Entry(
            actor=actor.name,
            act="manage_accounts",
            subject=f"account {account_id}",
            jurisdiction_id=jurisdiction_id,
            before=before,
            after=after,
        )
        audit.write(connection, entry)


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Account]:
    role, table = tables.account_role.c, tables.account
    roles: dict[int, list[Role]] = {}
    for row in connection.execute(select(tables.account_role).order_by(role.account_role_id)):
        held = Role(row.role, row.jurisdiction_id, row.unit_code)
        roles.setdefault(row.account_id, []).append(held)
    return [
        Account(
            account_id=row.account_id,
            email=row.email,
            name=row.name,
            created=row.created_datetime,
            disabled=row.disabled_datetime,
            roles=tuple(roles.get(row.account_id, ())),
        )
        for row in connection.execute(select(table).where(*conditions).order_by(table.c.email))
    ]


def _known_as(email: str) -> str:
    return email.strip().lower()


def _check_email(email: str) -> Iterator[Problem]:
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        yield Problem("no-email", {"value": echo(email)})
