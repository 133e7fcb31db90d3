"""Reading what a stranger sends: query strings and form bodies, strictly UTF-8, of a sane size.

What comes out is clean: blank values are gone (D-19), line ends are `\\n`, and no text holds a
character that XML or PostgreSQL could not.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from open311.errors import BadRequest, Problem, TooLarge, UnsupportedBody, echo

MOST_FIELDS = 1000

Fields = ImmutableMultiDict[str, str]

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Outside XML 1.0's "Char"; \r is gone by then. NUL is what PostgreSQL refuses as well.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


def read_query(request: Request) -> Fields:
    """Read the query string.

    Raises:
        BadRequest: it is not UTF-8, has a broken percent-escape or control characters.
        TooLarge: it has more fields than anyone needs.
    """
    return _query_fields(request.query_string)


def read_form(request: Request) -> Fields:
    """Read the form that a POST sends: urlencoded, or multipart without files (D-16).

    Raises:
        BadRequest: it is not UTF-8, has a broken percent-escape, control characters or a file.
        TooLarge: it is larger than the service reads, or has more fields than anyone needs.
        UnsupportedBody: it is no form, or not UTF-8 by its own word.
    """
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise UnsupportedBody.of("body-charset", charset=echo(charset))
    if request.mimetype not in ("", _URLENCODED, _MULTIPART):
        raise UnsupportedBody.of("body-type", type=echo(request.mimetype))
    body = _read_body(request)
    if request.mimetype == _URLENCODED:
        return _clean(_parse(body, "body"))
    if request.mimetype == _MULTIPART:
        return _read_multipart(request, body)
    if body:
        raise UnsupportedBody.of("body-type", type="?")
    return Fields()


def _read_body(request: Request) -> bytes:
    """Read a body to its end: what a client that broke off has sent may look like a whole one."""
    longest = request.max_content_length or 0
    try:
        body = request.get_data()
    except RequestEntityTooLarge as error:
        raise TooLarge.of("body-too-large", bytes=longest) from error
    except Exception as error:
        # The web server found the chunks wrong, or the client is gone.
        raise BadRequest.of("http", name="Malformed Body") from error
    if request.content_length is None:
        # Of a body in chunks, Werkzeug hands over the beginning and says nothing of the rest.
        if longest and len(body) >= longest:
            raise TooLarge.of("body-too-large", bytes=longest)
    elif len(body) < request.content_length:
        raise BadRequest.of("http", name="Incomplete Body")
    return body


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


def _read_multipart(request: Request, body: bytes) -> Fields:
    # The body is small, so that what it holds can be kept in memory until it is refused.
    parser = FormDataParser(stream_factory=lambda *_, **__: BytesIO(), silent=False)
    try:
        _, form, files = parser.parse(
            BytesIO(body), request.mimetype, len(body), request.mimetype_params
        )
    except ValueError as error:
        raise BadRequest.of("http", name=_MULTIPART) from error
    pairs = list(form.items(multi=True))
    if len(pairs) > MOST_FIELDS:
        raise TooLarge.of("too-many-fields", most=MOST_FIELDS)
    for name, file in files.items(multi=True):
        # A browser sends a field in which no file was chosen as an empty one (D-19).
        if file.filename or file.stream.read(1):
            raise BadRequest.of("file-refused", name=echo(name))
    # The parser puts this character in the place of what is not UTF-8.
    if any("\N{REPLACEMENT CHARACTER}" in name + value for name, value in pairs):
        raise BadRequest.of("body-encoding")
    return _clean(pairs)


def _clean(pairs: Iterable[tuple[str, str]]) -> Fields:
    problems = []
    fields: list[tuple[str, str]] = []
    for name, value in pairs:
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        # Before the blanks are taken off, which some control characters count among.
        if _FORBIDDEN.search(text) or _FORBIDDEN.search(name):
            problems.append(Problem("control-characters", {"name": echo(name)}))
        elif text := text.strip():
            fields.append((name, text))
    if problems:
        raise BadRequest(problems)
    return Fields(fields)
