"""From what another system wrote to what a request of ours may hold.

Each system has habits: members that are missing, null or empty, numbers for ids, coordinates as
text, dates without a zone. What cannot be understood is refused with its reason, never guessed.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from open311.errors import echo
from open311.importing.mapping import ImportMap
from open311.importing.sources import Record
from open311.places.locating import Point
from open311.reports.texts import cleaned

LONGEST_DESCRIPTION = 4000
LONGEST_TEXT = 500
LONGEST_ADDRESS = 2000

_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
# The zone of Warsaw, for one, counts odd seconds before.
_YEARS = range(1920, 3000)

_TEXTS = {
    "status_notes": LONGEST_DESCRIPTION,
    "description": LONGEST_DESCRIPTION,
    "service_notice": LONGEST_DESCRIPTION,
    "address": LONGEST_TEXT,
    "address_id": LONGEST_TEXT,
    "zipcode": LONGEST_TEXT,
}


class RefusedError(Exception):
    """A record cannot be taken.

    Args:
        reason: the same words for all such records, to be counted.
        value: what is wrong in this one.
    """

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


class OldRequest(NamedTuple):
    """A request as another system has it.

    Attributes:
        place: its number, or that of its first line, in the file.
        external_id: what it is called there.
        service_code: theirs; may be None.
        service_name: theirs; may be None.
        members: what it says, by the names of `ServiceRequest`.
        changed: what had to be changed to take it, in words.
    """

    place: int
    external_id: str
    service_code: str | None
    service_name: str | None
    members: dict[str, Any]
    changed: tuple[str, ...]

    @property
    def updated(self) -> datetime:
        """When it was changed last."""
        moment: datetime = self.members["updated_datetime"]
        return moment


def external_id_of(record: Record) -> str:
    """Return the id of any record, as far as it has one."""
    value = record.members.get("service_request_id")
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def clean(record: Record, import_map: ImportMap, zone: ZoneInfo) -> OldRequest:
    """Read what a record says.

    Args:
        record: as it was written.
        import_map: what its words mean.
        zone: of dates that name none.

    Raises:
        RefusedError: it cannot be taken.
    """
    given = record.members
    if record.fault:
        raise RefusedError(record.fault)
    changed: list[str] = []
    external_id = _text(given, "service_request_id", LONGEST_TEXT, changed)
    if external_id is None or changed:
        raise RefusedError("it has no service_request_id that can be kept")
    closed = _moment(given, "closed_date", zone)
    requested = _moment(given, "requested_datetime", zone)
    if requested is None:
        raise RefusedError("it has no requested_datetime")
    status = _status(given, import_map, closed)
    members: dict[str, Any] = {
        "status": status,
        "requested_datetime": requested,
        # Where nobody wrote down the last change, the last that is known of.
        "updated_datetime": _moment(given, "updated_datetime", zone)
        or (closed if closed and status == "closed" else requested),
        "expected_datetime": _moment(given, "expected_datetime", zone),
        "point": _point(given),
        "media_urls": _media(given, changed),
    }
    for name, longest in _TEXTS.items():
        # Most are absent from most records.
        members[name] = _text(given, name, longest, changed) if name in given else None
    return OldRequest(
        record.place,
        external_id,
        _text(given, "service_code", LONGEST_TEXT, changed),
        _text(given, "service_name", LONGEST_TEXT, changed),
        members,
        tuple(changed),
    )


def _text(given: Mapping[str, Any], name: str, longest: int, changed: list[str]) -> str | None:
    """Return a text without what cannot be kept; of one that is too long, the beginning."""
    value = given.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise RefusedError(f"{name} is no text", echo(str(value)))
        value = str(value)
    if not value.isprintable():
        value = cleaned(value)
    value = value.strip()
    if len(value) > longest:
        changed.append(f"{name} was cut to {longest} characters")
        value = value[: longest - 1].rstrip() + "…"
    return value or None


def _moment(given: Mapping[str, Any], name: str, zone: ZoneInfo) -> datetime | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except (ValueError, AttributeError, TypeError):
        raise RefusedError(f"{name} is no date of ISO 8601", echo(str(value))) from None
    if moment.year not in _YEARS:
        raise RefusedError(f"{name} is not of these times", echo(value))
    if moment.tzinfo is None:
        # As UTC: moments that a zone has twice, or never, are equal to none of another zone.
        moment = moment.replace(tzinfo=zone).astimezone(UTC)
    return moment.replace(microsecond=0) if moment.microsecond else moment


def _status(given: Mapping[str, Any], import_map: ImportMap, closed: datetime | None) -> str:
    value = given.get("status")
    if value is None or value == "":
        if closed:
            return "closed"
        raise RefusedError("it has no status")
    known = str(value).strip().lower()
    if known in ("open", "closed"):
        return import_map.statuses.get(known, known)
    status = import_map.statuses.get(known)
    if status is None:
        raise RefusedError("the map does not say what its status means", echo(known))
    return status


def _point(given: Mapping[str, Any]) -> Point | None:
    values = [given.get("lat"), given.get("long")]
    empty = [value is None or value == "" for value in values]
    if all(empty):
        return None
    if any(empty):
        raise RefusedError("it has half a coordinate")
    try:
        lat, long = (float(value) for value in values if value is not None)
    except (ValueError, TypeError):
        raise RefusedError("its coordinates are no numbers", echo(f"{values}")) from None
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        raise RefusedError("its coordinates are none on Earth", echo(f"{lat} {long}"))
    return Point(lat, long)


def _media(given: Mapping[str, Any], changed: list[str]) -> list[str]:
    address = _text(given, "media_url", LONGEST_ADDRESS, [])
    if address is None:
        return []
    if not _WEB_ADDRESS.fullmatch(address) or address.endswith("…"):
        changed.append("media_url was left out: it is no web address")
        return []
    return [address]
