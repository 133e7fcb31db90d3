"""Links that only we can make: what they say is signed, with the purpose that they are for."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeTimedSerializer

from open311.errors import BadRequest
from open311.people.keyring import Keyring

LONGEST = 2000

# Decoding base64 passes over what does not belong there; a link has one spelling only.
_TOKEN = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST}}}", re.ASCII)


class Links:
    """Signs what a link says, and reads it back.

    Who has a link can read what it says: it is signed, not sealed.

    Args:
        keyring: its newest key signs; links that were signed with the others are good as well.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keys = keyring.link_keys()[::-1]

    def sign(self, purpose: str, payload: Sequence[str | int]) -> str:
        """Return what stands in the link: letters, digits, `-`, `_` and `.`.

        Args:
            purpose: what the link is good for; it is good for nothing else.
            payload: what it says.

        Raises:
            ValueError: that is too long for a link.
        """
        token = str(self._serializer(purpose).dumps(list(payload)))
        if len(token) > LONGEST:
            raise ValueError(f"A link of {purpose} would be {len(token)} characters long")
        return token

    def read(
        self, purpose: str, token: str, *, longest: timedelta | None = None
    ) -> list[str | int]:
        """Return what a link says.

        Args:
            purpose: what it was signed for.
            token: what stands in it.
            longest: how long it is good; without that, for as long as its key is there.

        Raises:
            BadRequest: it was not made here for that purpose, was cut, or is too old.
        """
        if not _TOKEN.fullmatch(token):
            raise BadRequest.of("link-invalid")
        try:
            payload, signed = self._serializer(purpose).loads(token, return_timestamp=True)
        except BadData:
            raise BadRequest.of("link-invalid") from None
        # Not left to the library, to which a link of a clock that is a second ahead is expired.
        if longest is not None and datetime.now(UTC) - signed > longest:
            raise BadRequest.of("link-expired")
        return list(payload)

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._keys,
            salt=purpose,
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )
