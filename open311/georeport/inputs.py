"""Reading what a stranger sends: query strings and form bodies, strictly UTF-8, of a sane size.

What comes out is clean: blank values are gone (D-19), line ends are `\\n`, and no text holds a
character that XML or PostgreSQL could not.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict

from open311.errors import BadRequest, Problem, TooLarge, UnsupportedBody, echo
from open311.media.cleaning import Picture
from open311.media.receiving import pieces, take_apart
from open311.reports.texts import is_clean, with_line_ends

MOST_FIELDS = 1000

Fields = ImmutableMultiDict[str, str]

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")

_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


def read_query(request: Request) -> Fields:
    """Read the query string.

    Raises:
        BadRequest: it is not UTF-8, has a broken percent-escape or control characters.
        TooLarge: it has more fields than anyone needs.
    """
    return _query_fields(request.query_string)


class Form(NamedTuple):
    """What a POST sends.

    Attributes:
        fields: those that are texts.
        files: those that are files, in the order sent.
    """

    fields: Fields
    files: Sequence[Picture] = ()

    def close(self) -> None:
        """Give up the files, which may lie on the disk."""
        for one in self.files:
            one.file.close()


def read_form(request: Request, longest: int, longest_upload: int) -> Form:
    """Read the form that a POST sends: urlencoded, or multipart, which may have files (D-16).

    Args:
        request: whose body it is.
        longest: how many bytes it may have that are no files.
        longest_upload: how many bytes it may have with files.

    Raises:
        BadRequest: it is not UTF-8, breaks off, has a broken percent-escape or control characters.
        TooLarge: it is larger than the service reads, or has more fields than anyone needs.
        UnsupportedBody: it is no form, or not UTF-8 by its own word.
    """
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise UnsupportedBody.of("body-charset", charset=echo(charset))
    if request.mimetype not in ("", _URLENCODED, _MULTIPART):
        raise UnsupportedBody.of("body-type", type=echo(request.mimetype))
    if request.mimetype == _MULTIPART:
        parts = take_apart(request, longest_upload, longest, MOST_FIELDS)
        form = Form(Fields(), parts.files)
        try:
            return form._replace(fields=_clean(parts.fields))
        except BadRequest:
            form.close()
            raise
    body = b"".join(pieces(request, longest))
    if request.mimetype == _URLENCODED:
        return Form(_clean(_parse(body, "body")))
    if body:
        raise UnsupportedBody.of("body-type", type="?")
    return Form(Fields())


@lru_cache(maxsize=1024)
def _query_fields(query_string: bytes) -> Fields:
    # Clients that poll send the same query over and over.
    return _clean(_parse(query_string, "query"))


def _parse(raw: bytes, where: str) -> list[tuple[str, str]]:
    try:
        text = raw.decode()
        if _BROKEN_ESCAPE.search(text):
            raise BadRequest.of(f"{where}-escape")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise BadRequest.of(f"{where}-encoding") from error
    except ValueError as error:
        raise TooLarge.of("too-many-fields", most=MOST_FIELDS) from error


def _clean(pairs: Iterable[tuple[str, str]]) -> Fields:
    problems = []
    fields: list[tuple[str, str]] = []
    for name, value in pairs:
        text = with_line_ends(value)
        # Before the blanks are taken off, which some control characters count among.
        if not (is_clean(text) and is_clean(name)):
            problems.append(Problem("control-characters", {"name": echo(name)}))
        elif text := text.strip():
            fields.append((name, text))
    if problems:
        raise BadRequest(problems)
    return Fields(fields)
