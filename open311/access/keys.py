"""API keys: handed out once, stored hashed, for the jurisdictions and scopes that they name."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from open311.access import audit
from open311.access.accounts import roles_of
from open311.access.checking import check_choice, check_line, unknown_jurisdictions
from open311.access.rates import RATES
from open311.access.rights import SCOPES, Actor
from open311.access.using import hash_of
from open311.database import tables
from open311.errors import BadRequest, Forbidden, NotFound, Problem


@dataclass(frozen=True)
class Key:
    """What is known of a key; not the key itself.

    Attributes:
        api_key_id: its number.
        label: who has it.
        jurisdiction_ids: where it may be used; none: wherever its account's roles reach.
        scopes: what it is for.
        rate_class: see `rates.RATES`.
        account_id: whose rights it has; None: nobody's, it only reports.
        email: of that account.
        created: when it was made.
        expires: from when it is useless; None: never.
        last_used: to the minute; None: not since it was made, or the database last crashed.
        state: `valid`, `revoked`, `expired`, or `disabled` with its account.
    """

    api_key_id: int
    label: str
    jurisdiction_ids: tuple[str, ...]
    scopes: tuple[str, ...]
    rate_class: str
    account_id: int | None
    email: str | None
    created: datetime
    expires: datetime | None
    last_used: datetime | None
    state: str


@dataclass(frozen=True)
class Terms:
    """On which terms a key is handed out.

    Attributes:
        scopes: what it is for, of `rights.SCOPES`.
        rate_class: how often it may be used, of `rates.RATES`; `unlimited` is given by who may
            manage keys everywhere, since all cities share the machine.
        expires: from when it is useless, with a time zone; None: it never is.
        account_id: whose rights it has; None: nobody's, so it can only report.
    """

    scopes: Sequence[str] = ("report",)
    rate_class: str = "standard"
    expires: datetime | None = None
    account_id: int | None = None


_USUAL = Terms()


def issue(
    connection: Connection,
    jurisdiction_ids: Sequence[str],
    label: str,
    terms: Terms = _USUAL,
    *,
    actor: Actor,
) -> str:
    """Make a new key.

    Nobody makes a key that can do more than they can: each role that it could use must be one
    that they could grant, and its scopes, but for `report`, ones that they have.

    Args:
        connection: in a transaction, which the caller commits.
        jurisdiction_ids: where it may be used. A key of an account may name none, if it does not
            report: it is then good wherever the account's roles reach, now and later, and has no
            rows in `api_key_jurisdiction`. Only who may manage keys everywhere makes such a key.
        label: who has it.
        terms: scopes, rate class, expiry, account.
        actor: who makes it; must be able to manage keys in those jurisdictions.

    Returns:
        The key, which is not kept anywhere.

    Raises:
        Forbidden: the actor may not.
        BadRequest: a jurisdiction, a scope or the rate class does not exist, or what was asked
            for does not go together.
        NotFound: there is no such account.
    """
    places = list(dict.fromkeys(jurisdiction_ids))
    for place in _places(places):
        actor.require("manage_keys", place)
    if terms.rate_class == "unlimited":
        actor.require("manage_keys", None)
    problems = [
        *unknown_jurisdictions(connection, places),
        *check_line("label", label),
        *(problem for scope in terms.scopes for problem in check_choice("scope", scope, SCOPES)),
        *check_choice("rate_class", terms.rate_class, RATES),
        *_contradictions(places, terms),
    ]
    if problems:
        raise BadRequest(problems)
    _check_no_more_than(connection, actor, places, terms)
    key = f"o311_{secrets.token_urlsafe(24)}"
    values = {
        "key_hash": hash_of(key),
        "label": label,
        "scopes": sorted(set(terms.scopes)),
        "rate_class": terms.rate_class,
        "account_id": terms.account_id,
        "expires_datetime": terms.expires,
    }
    api_key_id: int = connection.execute(
        tables.api_key.insert().values(values).returning(tables.api_key.c.api_key_id)
    ).scalar_one()
    if places:
        connection.execute(
            tables.api_key_jurisdiction.insert(),
            [{"jurisdiction_id": place, "api_key_id": api_key_id} for place in places],
        )
    _log(connection, actor, _read(connection, api_key_id), before=None)
    return key


def revoke(connection: Connection, api_key_id: int, *, actor: Actor) -> None:
    """Make a key useless from now on.

    Args:
        connection: in a transaction, which the caller commits.
        api_key_id: its number.
        actor: who revokes it; must be able to manage keys wherever it may be used.

    Raises:
        Forbidden: the actor may not.
        NotFound: there is no such key, or it is revoked already.
    """
    actor.require_somewhere("manage_keys")
    table = tables.api_key
    mine = table.c.api_key_id == api_key_id
    # Of two who revoke it at once, the second finds that it is done. Reports do not wait for this.
    found = connection.scalar(
        select(table.c.api_key_id)
        .where(mine, table.c.revoked_datetime.is_(None))
        .with_for_update(key_share=True)
    )
    if found is None:
        raise NotFound.of("no-key", number=str(api_key_id))
    key = _read(connection, api_key_id)
    for place in _places(key.jurisdiction_ids):
        actor.require("manage_keys", place)
    connection.execute(table.update().where(mine).values(revoked_datetime=func.now()))
    _log(connection, actor, _read(connection, api_key_id), before=key)


def list_keys(connection: Connection, *, actor: Actor) -> list[Key]:
    """Return the keys of the jurisdictions where the actor manages them, oldest first.

    Revoked and expired ones too.

    Raises:
        Forbidden: that is nowhere.
    """
    actor.require_somewhere("manage_keys")
    where = actor.where("manage_keys")
    rows = connection.execute(_keys().order_by(tables.api_key.c.api_key_id))
    keys = [_key_of(row) for row in rows]
    return [key for key in keys if where is None or where & set(key.jurisdiction_ids)]


def number_of(connection: Connection, key: str) -> int:
    """Return the number of a key, which there is."""
    table = tables.api_key
    query = select(table.c.api_key_id).where(table.c.key_hash == hash_of(key))
    number: int = connection.execute(query).scalar_one()
    return number


def _places(jurisdiction_ids: Sequence[str]) -> Sequence[str | None]:
    """Return where a key is managed: in the jurisdictions that it names, else everywhere."""
    return jurisdiction_ids or [None]


def _contradictions(places: Sequence[str], terms: Terms) -> Iterator[Problem]:
    if not terms.scopes:
        yield Problem("key-without-scope")
    if terms.account_id is None and set(terms.scopes) - {"report"}:
        yield Problem("key-without-account")
    if "report" in terms.scopes and not places:
        yield Problem("key-without-jurisdiction")
    if terms.expires is not None and terms.expires <= datetime.now(UTC):
        yield Problem("expiry-past")


def _check_no_more_than(
    connection: Connection, actor: Actor, places: Sequence[str], terms: Terms
) -> None:
    """Refuse a key that could do more than who makes it."""
    beyond = sorted(set(terms.scopes) - {"report"} - actor.scopes)
    if beyond:
        raise Forbidden([Problem("scope-not-held", {"scope": scope}) for scope in beyond])
    if terms.account_id is not None:
        for role in roles_of(connection, terms.account_id):
            if not places or role.jurisdiction_id in (None, *places):
                actor.require("manage_accounts", role.jurisdiction_id)


def _log(connection: Connection, actor: Actor, key: Key, before: Key | None) -> None:
    """Write to the audit log, once for each city, so that the log of each is complete."""
    for place in _places(key.jurisdiction_ids):
        entry = audit.Entry(
            actor=actor.name,
            act="manage_keys",
            subject=f"key {key.api_key_id}",
            jurisdiction_id=place,
            before=before and _as_logged(before),
            after=_as_logged(key),
        )
        audit.write(connection, entry)


def _as_logged(key: Key) -> dict[str, Any]:
    return {
        "label": key.label,
        "jurisdiction_ids": key.jurisdiction_ids,
        "scopes": key.scopes,
        "rate_class": key.rate_class,
        "account": key.email,
        "expires": key.expires and key.expires.isoformat(),
        "state": key.state,
    }


def _read(connection: Connection, api_key_id: int) -> Key:
    mine = tables.api_key.c.api_key_id == api_key_id
    return _key_of(connection.execute(_keys().where(mine)).one())


def _keys() -> Select[Any]:
    key, place, use = tables.api_key.c, tables.api_key_jurisdiction.c, tables.api_key_use.c
    account = tables.account.c
    places = select(place.jurisdiction_id).where(place.api_key_id == key.api_key_id)
    return (
        select(
            tables.api_key,
            account.email,
            account.disabled_datetime,
            use.last_used_datetime,
            (key.expires_datetime <= func.now()).label("expired"),
            func.array(places.order_by(place.jurisdiction_id).scalar_subquery()).label("places"),
        )
        .outerjoin(tables.account, account.account_id == key.account_id)
        .outerjoin(tables.api_key_use, use.api_key_id == key.api_key_id)
    )


def _key_of(row: Row[Any]) -> Key:
    if row.revoked_datetime:
        state = "revoked"
    elif row.expired:
        state = "expired"
    else:
        state = "disabled" if row.disabled_datetime else "valid"
    return Key(
        api_key_id=row.api_key_id,
        label=row.label,
        jurisdiction_ids=tuple(row.places),
        scopes=tuple(row.scopes),
        rate_class=row.rate_class,
        account_id=row.account_id,
        email=row.email,
        created=row.created_datetime,
        expires=row.expires_datetime,
        last_used=row.last_used_datetime,
        state=state,
    )
