"""The kinds of arguments: what a text must be like, and what it becomes."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields

from open311.errors import Problem, echo

LONGEST_TEXT = 500
LONGEST_ADDRESS = 2000
MOST_CODES = 1000
MOST_MEDIA = 20

_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}:?\d{2})", re.ASCII
)
_UNESCAPED_PLUS = re.compile(r" (?=\d{2}:?\d{2}$)")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
# Far enough from the ends of the calendar for any window to be reckoned.
_YEARS = range(1900, 3000)

# JSON Schema of any text: without the control characters that `inputs.py` refuses.
TEXT = {"type": "string", "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]*$"}
# A URL is ASCII (RFC 3986), though one with other letters is taken as well.
_URL_OR_NOTHING = r"^$|^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,4})?([/?#][!-~]*)?$"


def refusal(message: str, **values: Any) -> ValidationError:
    """Return marshmallow's error for a problem; the argument's name is added by the reader."""
    return ValidationError([Problem(message, values)])


class Repeatable:
    """A mark for arguments that may be sent several times; they are given a list."""


class ArgumentKind:
    """What OpenAPI is told of an argument beside its description."""

    @property
    def openapi(self) -> dict[str, Any]:
        """The JSON Schema of what may be sent."""
        raise NotImplementedError


class PlainText(ArgumentKind, fields.Field[str]):
    """Text, never interpreted (D-42).

    Args:
        longest: how many characters at most.
    """

    def __init__(self, longest: int = LONGEST_TEXT, **options: Any) -> None:
        self.longest = longest
        super().__init__(**options)

    @property
    def openapi(self) -> dict[str, Any]:
        """See `ArgumentKind`."""
        return TEXT | {"maxLength": self.longest}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if len(value) > self.longest:
            raise refusal("too-long", length=len(value), longest=self.longest)
        return str(value)


class Moment(ArgumentKind, fields.Field[datetime]):
    """A date and time with its zone: the W3C profile of ISO 8601, as D-53 reads it."""

    @property
    def openapi(self) -> dict[str, Any]:
        """See `ArgumentKind`."""
        return {"type": "string", "format": "date-time", "pattern": r"^(19|2\d)\d\d-"}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> datetime:
        # A plus that was not escaped in a query string has become a blank.
        found = _MOMENT.fullmatch(_UNESCAPED_PLUS.sub("+", value))
        if found is None:
            raise refusal("moment", value=echo(value))
        try:
            moment = datetime.fromisoformat(found[1] + found[2].upper())
        except ValueError as error:
            raise refusal("moment-impossible", value=echo(value)) from error
        if moment.year not in _YEARS:
            raise refusal("moment-impossible", value=echo(value))
        return moment


class Coordinate(ArgumentKind, fields.Field[float]):
    """Degrees, decimal, with a point (D-33).

    Args:
        limit: the largest, on either side of zero.
    """

    def __init__(self, limit: int, **options: Any) -> None:
        self.limit = limit
        super().__init__(**options)

    @property
    def openapi(self) -> dict[str, Any]:
        """See `ArgumentKind`."""
        return {"type": "number", "minimum": -self.limit, "maximum": self.limit}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> float:
        if _DECIMAL.fullmatch(value) is None:
            raise refusal("coordinate-comma" if "," in value else "coordinate", value=echo(value))
        degrees = float(value)
        if not -self.limit <= degrees <= self.limit:
            raise refusal("coordinate-range", value=echo(value), limit=self.limit)
        return degrees


class Counting(ArgumentKind, fields.Field[int]):
    """A whole number from one up.

    Args:
        most: the largest.
    """

    def __init__(self, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(**options)

    @property
    def openapi(self) -> dict[str, Any]:
        """See `ArgumentKind`."""
        return {"type": "integer", "minimum": 1, "maximum": self.most}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        if re.fullmatch(r"\d{1,9}", value, re.ASCII) and 1 <= int(value) <= self.most:
            return int(value)
        raise refusal("counting", value=echo(value), most=self.most)


class CodeList(ArgumentKind, Repeatable, fields.Field[tuple[str, ...]]):
    """Codes separated by commas, repeated or both; each counts once (D-20, D-54).

    Args:
        choices: the only codes there are, compared without regard to case; any when not given.
    """

    def __init__(self, choices: tuple[str, ...] = (), **options: Any) -> None:
        self.choices = choices
        super().__init__(**options)

    @property
    def openapi(self) -> dict[str, Any]:
        """See `ArgumentKind`."""
        return {
            "type": "array",
            "maxItems": MOST_CODES,
            "items": {"type": "string", "enum": list(self.choices)} if self.choices else TEXT,
        }

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[str, ...]:
        codes = dict.fromkeys(code.strip() for text in value for code in text.split(","))
        found = tuple(code for code in codes if code)
        if self.choices:
            found = tuple(dict.fromkeys(code.lower() for code in found))
            wrong = [code for code in found if code not in self.choices]
            if wrong:
                raise refusal("choice", value=echo(wrong[0]), choices=", ".join(self.choices))
        if len(found) > MOST_CODES:
            raise refusal("too-many-codes", number=len(found), most=MOST_CODES)
        return found


class Word(ArgumentKind, fields.Field[str]):
    """One of a few words, in capitals or not, with `_` or blanks.

    Args:
        choices: in small letters, with `_`.
    """

    def __init__(self, choices: Iterable[str], **options: Any) -> None:
        self.choices = tuple(choices)
        super().__init__(**options)

    @property
    def openapi(self) -> dict[str, Any]:
        """See `ArgumentKind`."""
        return {"type": "string", "enum": [choice.upper() for choice in self.choices]}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        word = "_".join(value.lower().split())
        if word not in self.choices:
            choices = ", ".join(choice.upper() for choice in self.choices)
            raise refusal("choice", value=echo(value), choices=choices)
        return word


class WebAddresses(ArgumentKind, Repeatable, fields.Field[tuple[str, ...]]):
    """One http or https URL or several, in the order sent (D-44)."""

    @property
    def openapi(self) -> dict[str, Any]:
        """See `ArgumentKind`."""
        return {
            "type": "array",
            "maxItems": MOST_MEDIA,
            "items": {
                "type": "string",
                "pattern": _URL_OR_NOTHING,
                "maxLength": LONGEST_ADDRESS,
            },
        }

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[str, ...]:
        addresses = tuple(dict.fromkeys(value))
        if len(addresses) > MOST_MEDIA:
            raise refusal("too-many-codes", number=len(addresses), most=MOST_MEDIA)
        for address in addresses:
            if not _is_web_address(address):
                raise refusal("web-address", value=echo(address))
        return addresses


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
    return usable and len(text) <= LONGEST_ADDRESS and re.search(r"\s", text) is None
