"""The secrets of other systems: what signs what they are told, or the key that they gave us.

They are sealed like personal data, and never shown again: not in a list, not in the audit log.
"""

import base64
import binascii
import secrets

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from open311.access import audit
from open311.access.rights import Actor
from open311.catalogue.model import Destination
from open311.catalogue.registry import find_catalogue
from open311.database import tables
from open311.delivery.channels import DeliveryFailed
from open311.errors import BadRequest, NotFound, echo
from open311.people.keyring import Keyring, SealError

# As Standard Webhooks write a secret, and how many bytes they let it have.
WEBHOOK_PREFIX = "whsec_"
_GENERATED_BYTES = 32
_FEWEST_BYTES, _MOST_BYTES = 24, 64

LONGEST_KEY = 200

_table = tables.destination_secret


def destination_of(connection: Connection, jurisdiction_id: str, code: str) -> Destination:
    """Return a destination that is in force.

    Args:
        connection: in a transaction.
        jurisdiction_id: whose it is.
        code: its code.

    Raises:
        NotFound: there is no such jurisdiction, or it has no such destination.
    """
    catalogue = find_catalogue(connection, jurisdiction_id)
    if catalogue is None:
        raise NotFound.of("no-jurisdiction", value=echo(jurisdiction_id))
    destination = catalogue.destinations.get(code)
    if destination is None:
        values = {"value": echo(code), "jurisdiction": jurisdiction_id}
        raise NotFound.of("no-destination", **values)
    return destination


def set_secret(
    connection: Connection,
    keyring: Keyring,
    jurisdiction_id: str,
    code: str,
    value: str | None,
    *,
    actor: Actor,
) -> str | None:
    """Set the secret of a destination, in the place of the one before.

    Args:
        connection: in a transaction, which the caller commits.
        keyring: seals it.
        jurisdiction_id: whose destination it is.
        code: of the destination.
        value: the api_key of a georeport; of a webhook, a secret as Standard Webhooks write it,
            or None: one is made.
        actor: who sets it.

    Returns:
        The secret that was made, to be shown this once; None: it was given.

    Raises:
        Forbidden: the actor may not.
        NotFound: see `destination_of`.
        BadRequest: the value cannot be used.
    """
    actor.require("apply", jurisdiction_id)
    destination = destination_of(connection, jurisdiction_id, code)
    secret = value if value is not None else _generated(destination)
    _check(destination, secret)
    sealed = keyring.seal(secret.encode(), _context(jurisdiction_id, code))
    row = {"jurisdiction_id": jurisdiction_id, "destination": code, "sealed": sealed}
    statement = insert(_table).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=[_table.c.jurisdiction_id, _table.c.destination],
        set_={"sealed": statement.excluded.sealed, "created_datetime": func.now()},
    )
    had_one = _sealed(connection, jurisdiction_id, code) is not None
    connection.execute(statement)
    entry = audit.Entry(
        actor.name,
        "apply",
        f"secret of destination {code}",
        jurisdiction_id,
        before={"is_set": had_one},
        after={"is_set": True, "is_generated": value is None},
    )
    audit.write(connection, entry)
    return secret if value is None else None


def secret_of(
    connection: Connection, keyring: Keyring, jurisdiction_id: str, code: str
) -> str | None:
    """Return the secret of a destination; None: none is set.

    Args:
        connection: any.
        keyring: opens it.
        jurisdiction_id: whose destination it is.
        code: of the destination.

    Raises:
        DeliveryFailed: it cannot be opened.
    """
    sealed = _sealed(connection, jurisdiction_id, code)
    if sealed is None:
        return None
    try:
        return keyring.unseal(sealed, _context(jurisdiction_id, code)).decode()
    except SealError as error:
        raise DeliveryFailed(f"The secret cannot be opened: {error}.") from None


def webhook_key(secret: str) -> bytes:
    """Return the bytes that sign, of the secret of a webhook that was set."""
    return base64.b64decode(secret.removeprefix(WEBHOOK_PREFIX), validate=True)


def _sealed(connection: Connection, jurisdiction_id: str, code: str) -> bytes | None:
    query = select(_table.c.sealed).where(
        _table.c.jurisdiction_id == jurisdiction_id, _table.c.destination == code
    )
    sealed = connection.scalar(query)
    return sealed and bytes(sealed)


def _context(jurisdiction_id: str, code: str) -> str:
    return f"destination_secret {jurisdiction_id} {code}"


def _generated(destination: Destination) -> str:
    if destination.kind != "webhook":
        raise BadRequest.of("secret-is-theirs", value=destination.code)
    key = secrets.token_bytes(_GENERATED_BYTES)
    return WEBHOOK_PREFIX + base64.b64encode(key).decode()


def _check(destination: Destination, secret: str) -> None:
    """Refuse what cannot be a secret; it is not repeated."""
    if destination.kind == "webhook":
        if not _is_webhook_secret(secret):
            values = {"fewest": _FEWEST_BYTES, "most": _MOST_BYTES}
            raise BadRequest.of("secret-of-webhook", **values)
    elif not secret.strip() or not secret.isprintable() or len(secret) > LONGEST_KEY:
        raise BadRequest.of("no-line", name="value", longest=LONGEST_KEY)


def _is_webhook_secret(secret: str) -> bool:
    if not secret.startswith(WEBHOOK_PREFIX):
        return False
    try:
        key = webhook_key(secret)
    except (binascii.Error, ValueError):
        return False
    return _FEWEST_BYTES <= len(key) <= _MOST_BYTES
