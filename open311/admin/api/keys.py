"""API keys: list, make, revoke."""

from typing import Any

from open311.access import keys
from open311.access.accounts import account_of
from open311.admin.api.applying import Answer
from open311.admin.api.context import actor, parts
from open311.admin.api.paging import next_page


def get_keys(query: dict[str, Any]) -> Answer:
    """List the keys that you manage, the newest first; never the keys themselves."""
    with parts().engine.connect() as connection:
        managed = keys.list_keys(connection, actor=actor())
    place, before = query.get("jurisdiction_id"), query.get("before")
    found = [
        one
        for one in reversed(managed)
        if (place is None or place in one.jurisdiction_ids)
        and (before is None or one.api_key_id < before)
    ][: query["limit"]]
    numbers = [one.api_key_id for one in found]
    return {"keys": found, "next": next_page(query, "before", numbers)}


def post_key(body: dict[str, Any]) -> Answer:
    """Make a key. This answer is the only place where it is ever shown."""
    email = body.get("account")
    with parts().engine.begin() as connection:
        terms = keys.Terms(
            scopes=body["scopes"],
            rate_class=body["rate_class"],
            expires=body.get("expires"),
            account_id=account_of(connection, email).account_id if email else None,
        )
        key = keys.issue(connection, body["jurisdiction_ids"], body["label"], terms, actor=actor())
        number = keys.number_of(connection, key)
    return {"api_key_id": number, "key": key}


def post_key_revocation(api_key_id: int) -> None:
    """Make a key useless from now on."""
    with parts().engine.begin() as connection:
        keys.revoke(connection, api_key_id, actor=actor())
