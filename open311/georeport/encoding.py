"""From a value to the bytes of an answer, in JSON and in XML, along the field tables.

A table is compiled into a function once; writing is then string work alone. Ready-made XML by
string template took a fifth of the time of lxml elements (`docs/decisions/0003-encoding.md`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import orjson

from open311.georeport.fields import REQUEST, Element, Kind
from open311.reports.publication import Fragments

_WHOLE_SECONDS = orjson.OPT_OMIT_MICROSECONDS

XML_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'

_DECLARATION = XML_DECLARATION.encode()

CONTENT_TYPES = {
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
}

# What XML cannot hold even when escaped; input is refused earlier, imported text is not.
_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


def encode(element: Element, value: Any, format: str) -> bytes:
    """Write a whole answer.

    Args:
        element: the field table of the answer.
        value: its content: mappings for records, iterables for lists, aware datetimes in the
            zone in which they are to be shown, None where a value is unknown.
        format: `json` or `xml`.

    Returns:
        The body; its media type is in `CONTENT_TYPES`.
    """
    if format == "json":
        return orjson.dumps(json_shape(element)(value), option=_WHOLE_SECONDS)
    return (XML_DECLARATION + xml_writer(element)(value)).encode()


def render_request(record: Mapping[str, Any]) -> Fragments:
    """Write the public record of a request, to be stored and joined into lists later."""
    json = orjson.dumps(json_shape(REQUEST)(record), option=_WHOLE_SECONDS).decode()
    return Fragments(json, xml_writer(REQUEST)(record))


def add_member(fragment: bytes, element: Element, value: Any, format: str) -> bytes:
    """Return the record of a request as it is stored, with one member more at its end.

    Args:
        fragment: UTF-8.
        element: the member.
        value: its content.
        format: `json` or `xml`.
    """
    if format == "json":
        member = {element.name: json_shape(element)(value)}
        return fragment[:-1] + b"," + orjson.dumps(member, option=_WHOLE_SECONDS)[1:]
    end = f"</{REQUEST.name}>".encode()
    return fragment.removesuffix(end) + xml_writer(element)(value).encode() + end


def join_fragments(element: Element, fragments: bytes, format: str) -> bytes:
    """Make a whole answer of fragments that are joined already.

    Args:
        element: the list that they belong to.
        fragments: UTF-8; JSON ones with commas between them.
        format: `json` or `xml`.
    """
    if format == "json":
        return b"[%b]" % fragments
    name = element.name.encode()
    if not fragments:
        return b"%b<%b/>" % (_DECLARATION, name)
    return b"%b<%b>%b</%b>" % (_DECLARATION, name, fragments, name)


@cache
def json_shape(element: Element) -> Callable[[Any], Any]:
    """Return the function that puts a value into the shape of its JSON (Spark convention)."""
    if element.repeated:
        return _single_or_all
    match element.kind:
        case Kind.LIST:
            shape = json_shape(_item(element))
            return lambda items: [shape(item) for item in items]
        case Kind.RECORD:
            return _record_shape(element)
        case Kind.TEXT if element.nullable:
            return lambda text: text or None
        case _:
            return _as_it_is


def _record_shape(element: Element) -> Callable[[Any], Any]:
    members = [(m.name, m.optional) for m in element.members]
    shapes = [(m.name, json_shape(m)) for m in element.members if json_shape(m) is not _as_it_is]

    def shape_record(record: Mapping[str, Any]) -> dict[str, Any]:
        shaped = {
            name: record[name]
            for name, optional in members
            if not (optional and record.get(name) is None)
        }
        for name, shape in shapes:
            value = shaped.get(name)
            if value is not None:
                shaped[name] = shape(value)
        return shaped

    return shape_record


def _single_or_all(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values) or None


def _as_it_is(value: Any) -> Any:
    return value


@cache
def xml_writer(element: Element) -> Callable[[Any], str]:
    """Return the function that writes a value as XML."""
    start, end, empty = f"<{element.name}>", f"</{element.name}>", f"<{element.name}/>"
    match element.kind:
        case Kind.LIST:
            write_item = xml_writer(_item(element))

            def write_list(items: Any) -> str:
                content = "".join([write_item(item) for item in items])
                return start + content + end if content else empty

            return write_list
        case Kind.RECORD:
            members = [
                (m.name, "" if m.optional else f"<{m.name}/>", xml_writer(m))
                for m in element.members
            ]

            def write_record(record: Mapping[str, Any]) -> str:
                parts = [
                    absent
                    if (value := record[name] if absent else record.get(name)) is None
                    else write(value)
                    for name, absent, write in members
                ]
                return start + "".join(parts) + end

            return write_record
        case kind:
            to_text = _TO_TEXT[kind]
            if element.repeated:
                return lambda values: (
                    "".join(f"{start}{to_text(one)}{end}" for one in values) or empty
                )

            def write_value(value: Any) -> str:
                return empty if value is None or value == "" else start + to_text(value) + end

            return write_value


def _item(element: Element) -> Element:
    if element.item is None:
        raise TypeError(f"{element.name} is a list of nothing")
    return element.item


def escape(text: str) -> str:
    """Return text as XML character data, without what XML 1.0 cannot hold."""
    # Most text is plain, and these looks through it are quicker than one of an expression.
    if text.isprintable() and not ("&" in text or "<" in text or ">" in text):
        return text
    return _SPECIAL.sub(lambda found: _ESCAPED.get(found[0], ""), text)


def plain_decimal(number: float) -> str:
    """Return a number in plain decimal notation: 1e-05 is not a coordinate to every client."""
    text = repr(number)
    return format(Decimal(text), "f") if "e" in text else text


def _moment_text(moment: datetime) -> str:
    # As in JSON, and in a quarter of the time of isoformat.
    return orjson.dumps(moment, option=_WHOLE_SECONDS).decode()[1:-1]


_TO_TEXT: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: escape,
    Kind.BOOLEAN: lambda value: "true" if value else "false",
    Kind.INTEGER: str,
    Kind.DECIMAL: plain_decimal,
    Kind.DATETIME: _moment_text,
}
