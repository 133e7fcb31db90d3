"""Reading what was sent, strictly: bodies to their end, JSON that means one thing only."""

import json
import math
from collections import Counter
from io import BytesIO
from typing import IO, Any, NoReturn

from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from open311.catalogue.printable import is_printable
from open311.errors import BadRequest, ClientError, Problem, TooLarge, UnsupportedBody, echo

# The configuration of a large city, with its shapes, is about a megabyte.
LARGEST_JSON = 20_000_000

# Deeper than any configuration.
DEEPEST = 30

MOST_PROBLEMS = 20

_PIECE = 65_536
_LARGEST_INTEGER = 2**63 - 1


def copy_body(request: Request, target: IO[bytes], most: int) -> None:
    """Copy the body of a call, piece by piece.

    Args:
        request: the call.
        target: where to.
        most: bytes that are read.

    Raises:
        TooLarge: it has more.
        BadRequest: it ends before its end, or its chunks are wrong.
    """
    if (request.content_length or 0) > most:
        raise TooLarge.of("body-too-large", bytes=most)
    size = 0
    try:
        while piece := request.stream.read(_PIECE):
            size += len(piece)
            if size > most:
                raise TooLarge.of("body-too-large", bytes=most)
            target.write(piece)
    except ClientError:
        raise
    except Exception as error:
        # The web server found the chunks wrong, or the client is gone.
        raise BadRequest.of("http", name="Malformed Body") from error
    if size < (request.content_length or 0):
        raise BadRequest.of("http", name="Incomplete Body")


def read_json(request: Request) -> Any:
    """Read a body of JSON.

    Raises:
        UnsupportedBody: it is said to be something else.
        TooLarge: it is larger than any configuration.
        BadRequest: it is no JSON, or JSON that could be understood in two ways, or not be kept.
    """
    if not request.is_json:
        raise UnsupportedBody.of("body-json-type")
    body = BytesIO()
    copy_body(request, body, LARGEST_JSON)
    try:
        text = body.getvalue().decode()
    except UnicodeDecodeError as error:
        raise BadRequest.of("body-encoding") from error
    try:
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
    except ValueError as error:
        raise BadRequest.of("body-json", reason=str(error)) from error
    except RecursionError as error:
        raise BadRequest.of("body-deep", most=DEEPEST) from error
    _check_values(document)
    return document


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        counted = Counter(name for name, _ in members)
        [(twice, _)] = counted.most_common(1)
        raise BadRequest.of("body-repeated", name=echo(twice))
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _check_values(document: Any) -> None:
    """Refuse what the database could not hold, level by level."""
    level = [document]
    for _ in range(DEEPEST):
        for value in level:
            if isinstance(value, str) and not is_printable(value):
                raise BadRequest.of("control-characters", name=echo(value))
            if isinstance(value, float) and not math.isfinite(value):
                raise BadRequest.of("body-number")
            if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
                raise BadRequest.of("body-number")
        level = [inner for value in level for inner in _inner(value)]
        if not level:
            return
    raise BadRequest.of("body-deep", most=DEEPEST)


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else ()


class ArgumentParser(FlaskParser):
    """flask-smorest's way to arguments, with our reading and our errors."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        return read_json(req)

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        for name, value in req.args.items(multi=True):
            if not is_printable(name + value):
                raise BadRequest.of("control-characters", name=echo(name))
        return super().load_querystring(req, schema)

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, **_: Any
    ) -> NoReturn:
        [found] = error.messages_dict.values()
        problems = list(_problems(found, ""))
        raise BadRequest(problems[:MOST_PROBLEMS]) from error


def _problems(messages: Any, path: str) -> Any:
    """Say of every field that cannot be used what is wrong with it."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            below = path if name == "_schema" else f"{path}.{name}" if path else str(name)
            yield from _problems(inner, below)
    else:
        for text in messages:
            yield Problem("field", {"name": echo(path) or "body", "problem": text})
