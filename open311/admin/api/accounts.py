"""Accounts and roles; an account is named by its e-mail address, in bodies, never in paths."""

from typing import Any

from open311.access import accounts
from open311.admin.api.applying import Answer
from open311.admin.api.context import actor, parts
from open311.admin.api.paging import next_page


def get_accounts(query: dict[str, Any]) -> Answer:
    """List the accounts with a role where you manage accounts, the newest first."""
    with parts().engine.connect() as connection:
        managed = accounts.list_accounts(connection, actor=actor())
    before = query.get("before")
    found = [
        one
        for one in sorted(managed, key=lambda one: one.account_id, reverse=True)
        if before is None or one.account_id < before
    ][: query["limit"]]
    numbers = [one.account_id for one in found]
    return {"accounts": found, "next": next_page(query, "before", numbers)}


def post_account(body: dict[str, Any]) -> Answer:
    """Make an account, which has no role yet."""
    with parts().engine.begin() as connection:
        number = accounts.create(connection, body["email"], body["name"], actor=actor())
    return {"account_id": number}


def post_disabled(body: dict[str, Any]) -> None:
    """Let an account and its keys do nothing from now on."""
    with parts().engine.begin() as connection:
        accounts.disable(connection, body["email"], actor=actor())


def post_enabled(body: dict[str, Any]) -> None:
    """Let a disabled account and its keys do again what they could."""
    with parts().engine.begin() as connection:
        accounts.enable(connection, body["email"], actor=actor())


def post_granted(body: dict[str, Any]) -> None:
    """Give an account a role."""
    with parts().engine.begin() as connection:
        accounts.grant(connection, *_role(body), actor=actor())


def post_revoked(body: dict[str, Any]) -> None:
    """Take a role away from an account."""
    with parts().engine.begin() as connection:
        accounts.revoke(connection, *_role(body), actor=actor())


def _role(body: dict[str, Any]) -> tuple[str, str, str | None, str | None]:
    return body["email"], body["role"], body.get("jurisdiction_id"), body.get("unit_code")
