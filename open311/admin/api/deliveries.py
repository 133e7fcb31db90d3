"""Deliveries: what is stuck, have it tried again; and the secrets of those who are told."""

from datetime import timedelta
from typing import Any

from open311.access.checking import unknown_jurisdictions
from open311.admin.api.applying import Answer
from open311.admin.api.context import actor, parts
from open311.admin.api.paging import next_page
from open311.delivery.listing import Which, list_deliveries, list_unplanned, retry
from open311.delivery.secrets import set_secret
from open311.errors import NotFound


def get_deliveries(query: dict[str, Any]) -> Answer:
    """List what leaves, or left, for somebody, the newest first, where you may read the log."""
    named, before = query.get("jurisdiction_id"), query.get("before")
    after = timedelta(hours=query["hours"]) if query["stuck"] else None
    ids = actor().where("read_audit")
    if named is not None:
        actor().require("read_audit", named)
        ids = frozenset({named})
    which = Which(ids, query.get("kind"), stuck_after=after, before_id=before)
    with parts().engine.connect() as connection:
        if named is not None and (problems := [*unknown_jurisdictions(connection, [named])]):
            raise NotFound(problems)
        found = list_deliveries(connection, which, query["limit"])
        unplanned = (
            list_unplanned(connection, ids, after, query["limit"])
            if after is not None and before is None
            else []
        )
    numbers = [one.delivery_id for one in found]
    return {
        "deliveries": found,
        "unplanned": unplanned,
        "next": next_page(query, "before", numbers),
    }


def post_delivery_retry(jurisdiction_id: str, delivery_id: int) -> None:
    """Have a delivery tried at once, even one that has arrived; its webhook-id stays."""
    with parts().engine.begin() as connection:
        retry(connection, jurisdiction_id, delivery_id, actor=actor())


def put_secret(body: dict[str, Any], jurisdiction_id: str, code: str) -> Answer:
    """Set the secret of a destination. One that is made is shown in this answer alone."""
    keys, value = parts().keyring, body.get("value")
    with parts().engine.begin() as connection:
        made = set_secret(connection, keys, jurisdiction_id, code, value, actor=actor())
    return {"secret": made}
