"""Service lists and definitions of other systems, as plain values; nothing is decided here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from open311.importing import georeport_json, georeport_xml
from open311.importing.sources import Source, UnreadableError


@dataclass(frozen=True)
class OldService:
    """A service as another system offers it.

    Attributes:
        service_code: theirs.
        service_name: its name there, in the one language that an answer has.
        description: what belongs there; may be None, and may hold HTML.
        metadata: whether it has a definition.
        type: `realtime`, `batch` or `blackbox`, or whatever else it says.
        keywords: words to search by.
        group: its category; None: it has none.
    """

    service_code: str
    service_name: str
    description: str | None
    metadata: bool
    type: str
    keywords: tuple[str, ...]
    group: str | None


@dataclass(frozen=True)
class OldAttribute:
    """A question of a service, or, when not variable, a line to read.

    Attributes:
        code: theirs.
        variable: whether anything is asked.
        datatype: as it says, in lower case.
        required: whether it must be answered.
        datatype_description: a hint; may be None.
        order: its place; None: it has none.
        description: the question.
        values: keys and names of a list, in its order; empty for all others.
    """

    code: str
    variable: bool
    datatype: str
    required: bool
    datatype_description: str | None
    order: int | None
    description: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OldDefinition:
    """What another system asks of a service; attributes in the order in which they are shown."""

    service_code: str
    attributes: tuple[OldAttribute, ...]


def read_services(source: Source) -> Iterator[OldService]:
    """Yield the services of a list in XML or JSON. What has no code and no name is passed over.

    Raises:
        UnreadableError: it is no such list, or is broken.
    """
    if source.format == "csv":
        raise UnreadableError("is neither XML nor JSON")
    records = (
        georeport_xml.read_records(source, "services")
        if source.format == "xml"
        else georeport_json.read_records(source)
    )
    for record in records:
        given = record.members
        code, name = _text(given, "service_code"), _text(given, "service_name")
        if code or name:
            yield OldService(
                service_code=code or name or "",
                service_name=name or code or "",
                description=_text(given, "description"),
                metadata=_is_true(given, "metadata"),
                type=(_text(given, "type") or "realtime").lower(),
                keywords=_words(given.get("keywords")),
                group=_text(given, "group"),
            )


def read_definition(source: Source) -> OldDefinition:
    """Return the definition of a service, in XML or JSON.

    Raises:
        UnreadableError: it is no definition, or is broken.
    """
    if source.format == "csv":
        raise UnreadableError("is neither XML nor JSON")
    document: dict[str, Any] = (
        _from_xml(georeport_xml.read_document(source, "service_definition"))
        if source.format == "xml"
        else georeport_json.read_document(source)
    )
    document = document.get("service_definition", document)
    code = _text(document, "service_code")
    if code is None:
        raise UnreadableError("names no service_code")
    given = document.get("attributes") or []
    attributes = [_attribute(entry) for entry in given if isinstance(entry, dict)]
    attributes = [attribute for attribute in attributes if attribute.code]
    # Where there is no order, as they stand.
    attributes.sort(key=lambda attribute: attribute.order or 0)
    return OldDefinition(code, tuple(attributes))


def _attribute(given: Mapping[str, Any]) -> OldAttribute:
    order = _text(given, "order") or ""
    entries = [entry for entry in given.get("values") or [] if isinstance(entry, dict)]
    values = [(_text(entry, "key"), _text(entry, "name")) for entry in entries]
    return OldAttribute(
        code=_text(given, "code") or "",
        variable=_is_true(given, "variable", default=True),
        datatype=(_text(given, "datatype") or "string").lower(),
        required=_is_true(given, "required"),
        datatype_description=_text(given, "datatype_description"),
        order=int(order) if re.fullmatch(r"\d{1,9}", order, re.ASCII) else None,
        description=_text(given, "description") or "",
        values=tuple((key or name or "", name or key or "") for key, name in values if key or name),
    )


def _from_xml(root: etree._Element) -> dict[str, Any]:
    """Return a definition in XML as it would be in JSON."""
    document: dict[str, Any] = {**georeport_xml.texts_of(root), "attributes": []}
    for attribute in root.iterfind("{*}attributes/{*}attribute"):
        values = [georeport_xml.texts_of(one) for one in attribute.iterfind("{*}values/{*}value")]
        entry = {**georeport_xml.texts_of(attribute), "values": values}
        document["attributes"].append(entry)
    return document


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).strip() or None


def _is_true(given: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    text = _text(given, name)
    return default if text is None else text.lower() in ("true", "1", "yes")


def _words(value: Any) -> tuple[str, ...]:
    """Return keywords, which some write as a text with commas and some as a list."""
    words = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(dict.fromkeys(word for item in words if (word := str(item).strip())))
