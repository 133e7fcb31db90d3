"""Another endpoint of GeoReport v2: what is asked there, and what of its answers is believed.

Whatever goes wrong is a `DeliveryFailed`. Its reason names the destination and, of what was
answered, no more than the description of the error, without what that repeats of what was sent: our
key, or what somebody reported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, quote_plus, urlencode

import orjson

from open311.catalogue.model import Destination
from open311.delivery.channels import DeliveryFailed
from open311.outbound.failures import OutboundError
from open311.outbound.web import Web
from open311.reports.redaction import MARK, redact
from open311.reports.texts import cleaned

Form = Sequence[tuple[str, str]]

# How long the other system has for one answer.
SECONDS = 20

_LONGEST_ID = 200
_LONGEST_NOTES = 4000
_LONGEST_REASON = 200

# Of a reason, no more is looked at. What has so many letters in common with what was sent repeats
# it; a value that is shorter, such as a yes, tells nothing.
_LONGEST_LOOKED_AT = 2000
_REPEATED, _TELLING = 8, 4

# Without these, nobody could mend a wrong code.
_TOLD_AGAIN = frozenset({"service_code", "jurisdiction_id"})


class Posted(NamedTuple):
    """What was given for a request: one of the two."""

    external_id: str | None
    token: str | None


@dataclass(frozen=True)
class News:
    """What the other system says of a request.

    Attributes:
        status: as GeoReport has it.
        notes: why it has it.
    """

    status: Literal["open", "closed"]
    notes: str | None


class Endpoint:
    """Asks one endpoint.

    Args:
        web: calls it.
        destination: where it is.
    """

    def __init__(self, web: Web, destination: Destination) -> None:
        self._web = web
        self._destination = destination

    def post(self, form: Form, idempotency_key: str) -> Posted:
        """Send a report, and return what was given for it.

        Args:
            form: its fields.
            idempotency_key: the same for each attempt, so that it makes one request there.
        """
        headers = [
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Idempotency-Key", idempotency_key),
        ]
        body = urlencode([*self._jurisdiction(), *form]).encode()
        sent = [value for name, value in form if name not in _TOLD_AGAIN]
        for record in self._records("POST", "/requests.json", sent, headers, body):
            posted = Posted(_id_in(record, "service_request_id"), _id_in(record, "token"))
            if posted.external_id or posted.token:
                return posted
        raise self._failed("gave neither an id nor a token.")

    def id_of_token(self, token: str) -> str | None:
        """Return the id behind a token; None: there is none yet."""
        path = f"/tokens/{quote(token, safe='')}.json?{urlencode(self._jurisdiction())}"
        records = self._records("GET", path, [token])
        found = (_id_in(record, "service_request_id") for record in records)
        return next(filter(None, found), None)

    def news(self, external_ids: Iterable[str]) -> dict[str, News]:
        """Return what is said of requests, by their ids; nothing of those that are not known."""
        asked = list(external_ids)
        query = [*self._jurisdiction(), ("service_request_id", ",".join(asked))]
        told = {}
        for record in self._records("GET", f"/requests.json?{urlencode(query)}"):
            external_id, status = _id_in(record, "service_request_id"), _status_in(record)
            if external_id in asked and status:
                told[external_id] = News(status, _notes_in(record))
        return told

    def _jurisdiction(self) -> list[tuple[str, str]]:
        known = self._destination.jurisdiction_id
        return [("jurisdiction_id", known)] if known else []

    def _records(
        self,
        method: str,
        path: str,
        sent: Sequence[str] = (),
        headers: Form = (),
        body: bytes = b"",
    ) -> list[dict[str, Any]]:
        url = self._destination.url + path
        try:
            answer = self._web.call(method, url, headers=headers, body=body, seconds=SECONDS)
        except OutboundError as error:
            raise DeliveryFailed(str(error)) from None
        try:
            document = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            document = None
        if not 200 <= answer.status < 300:
            raise self._failed(f"answered {answer.status}{_told_by(document, sent)}")
        records = _records_in(document)
        if records is None:
            raise self._failed("answered what is no list of requests.")
        return records

    def _failed(self, reason: str) -> DeliveryFailed:
        return DeliveryFailed(f"{self._destination.code} {reason}")


def _records_in(document: Any, *names: str) -> list[dict[str, Any]] | None:
    """Return the records of an answer, which some servers put into objects of these names."""
    for name in names or ("service_requests", "request"):
        if isinstance(document, dict) and name in document:
            document = document[name]
    if isinstance(document, dict):
        document = [document]
    if not isinstance(document, list) or not all(isinstance(one, dict) for one in document):
        return None
    return document


def _told_by(document: Any, sent: Sequence[str]) -> str:
    """Return what an error says, as the end of a sentence, without what it repeats."""
    told = [one.get("description") for one in _records_in(document, "errors", "error") or ()]
    words = " ".join(" ".join(one.split()) for one in told if isinstance(one, str))
    words = words[:_LONGEST_LOOKED_AT]
    for value in sent:
        for spelling in (" ".join(value.split()), quote_plus(value)):
            words = _without(words, spelling)
    printable = "".join(letter for letter in redact(words) if letter.isprintable())
    return f": {printable[:_LONGEST_REASON]}" if printable else "."


def _without(words: str, value: str) -> str:
    """Return a text without a value, or a part of it: many repeat no more than its beginning."""
    if len(value) < _TELLING:
        return words
    words = words.replace(value, MARK)
    while True:
        found = SequenceMatcher(None, words, value, autojunk=False).find_longest_match()
        if found.size < _REPEATED:
            return words
        words = words[: found.a] + MARK + words[found.a + found.size :]


def _id_in(record: dict[str, Any], name: str) -> str | None:
    """Return an id or a token; some servers have numbers for ids, and 0 for none."""
    value = record.get(name)
    text = str(value).strip() if isinstance(value, str | int) else ""
    usable = text.isprintable() and len(text) <= _LONGEST_ID and text not in ("", "0")
    return text if usable and not isinstance(value, bool) else None


def _status_in(record: dict[str, Any]) -> Literal["open", "closed"] | None:
    value = record.get("status")
    if not isinstance(value, str):
        return None
    return "closed" if value.strip().lower() == "closed" else "open"


def _notes_in(record: dict[str, Any]) -> str | None:
    value = record.get("status_notes")
    if not isinstance(value, str):
        return None
    return cleaned(value).strip()[:_LONGEST_NOTES] or None
