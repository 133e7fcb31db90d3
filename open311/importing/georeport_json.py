"""Answers of other GeoReport servers in JSON, read item by item."""

from collections.abc import Iterator
from typing import Any

import ijson

from open311.errors import echo
from open311.importing.sources import Record, Source, UnreadableError


def read_records(source: Source) -> Iterator[Record]:
    """Yield the items of the list that an answer is, or that stands in an object around it.

    Raises:
        UnreadableError: it holds no list, or errors, or is broken.
    """
    number = 0
    try:
        items = ijson.items(source.content, _place_of_list(source), use_float=True)
        for number, item in enumerate(items, 1):
            if not isinstance(item, dict):
                yield Record(number, {}, "it is no object")
                continue
            if number == 1:
                refuse_error(item)
            yield Record(number, item)
    except (ijson.JSONError, ValueError) as error:
        text = _told(error)
        raise UnreadableError(f"is no JSON after record {number}: {text}") from error
    except (OSError, EOFError) as error:
        raise UnreadableError(f"cannot be unpacked after record {number}: {error}") from error


def read_document(source: Source) -> dict[str, Any]:
    """Return an answer that is one small object, such as a service definition.

    Raises:
        UnreadableError: it is none, or errors, or is broken.
    """
    try:
        document = next(ijson.items(source.content, "", use_float=True))
    except (ijson.JSONError, ValueError) as error:
        raise UnreadableError(f"is no JSON: {_told(error)}") from error
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, dict):
        raise UnreadableError("is no object")
    refuse_error(document)
    return document


def refuse_error(members: dict[str, Any]) -> None:
    """Refuse what is one of GeoReport's errors instead of data."""
    if "service_code" not in members and {"code", "description"} <= members.keys():
        told = echo(f"{members['code']} {members['description']}")
        raise UnreadableError(f"is an error of that server: {told}")


def _place_of_list(source: Source) -> str:
    """Find the list: the answer itself, or a member of it."""
    members: dict[str, Any] = {}
    for prefix, event, value in ijson.parse(source.content):
        if event == "start_array" and "." not in prefix:
            source.content.seek(0)
            return f"{prefix}.item" if prefix else "item"
        if "." not in prefix:
            members[prefix] = value
    refuse_error(members)
    raise UnreadableError("holds no list")


def _told(error: Exception) -> str:
    return echo(str(error).partition("\n")[0])
