"""JSON Schema and XSD of every answer, made from the field tables.

`python -m open311.georeport.schemas` writes them to `schemas/georeport-v2/`; a test tells when
that was forgotten.
"""

import json
from pathlib import Path
from typing import Any

from open311.georeport.fields import ANSWERS, SUBMITTED, SUBMITTED_EXTENDED, Element, Kind
from open311.settings import CHECKOUT

DIRECTORY = CHECKOUT / "schemas" / "georeport-v2"

_JSON_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.INTEGER: {"type": "integer"},
    Kind.DECIMAL: {"type": "number"},
    # Whole seconds and always an offset: some clients read nothing else (D-53).
    Kind.DATETIME: {
        "type": "string",
        "format": "date-time",
        "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$",
    },
}

_XSD_TYPES = {
    Kind.TEXT: "xs:string",
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "xs:integer",
    Kind.DECIMAL: "xs:decimal",
    Kind.DATETIME: "datetime",
}

_XSD_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
  <xs:simpleType name="empty">
    <xs:restriction base="xs:string"><xs:length value="0"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="boolean">
    <xs:restriction base="xs:string">
      <xs:enumeration value="true"/><xs:enumeration value="false"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="datetime">
    <xs:restriction base="xs:dateTime">
      <xs:pattern value="[^.Z]*"/>
    </xs:restriction>
  </xs:simpleType>
"""


def json_schema(element: Element, *, xml: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of an element's value.

    Args:
        element: from the field tables.
        xml: whether to add OpenAPI's hints on how the same value reads in XML.
    """
    schema = _json_shape(element, xml=xml)
    if element.description:
        schema["description"] = element.description
    if xml:
        wrapped = {"wrapped": True} if element.kind is Kind.LIST else {}
        schema["xml"] = {"name": element.name} | wrapped
    return schema


def _json_shape(element: Element, *, xml: bool) -> dict[str, Any]:
    if element.kind is Kind.LIST:
        assert element.item is not None  # noqa: S101
        schema: dict[str, Any] = {"type": "array", "items": json_schema(element.item, xml=xml)}
        if element in (SUBMITTED, SUBMITTED_EXTENDED):
            # GeoReport v2, "POST Service Request": an id or a token, never both
            schema["items"]["not"] = {"required": ["service_request_id", "token"]}
        return schema
    if element.kind is Kind.RECORD:
        return {
            "type": "object",
            "properties": {m.name: json_schema(m, xml=xml) for m in element.members},
            "required": [m.name for m in element.members if not m.optional],
            "additionalProperties": False,
        }
    schema = dict(_JSON_TYPES[element.kind])
    if element.choices:
        schema["enum"] = list(element.choices)
    if element.nullable:
        schema["type"] = [schema["type"], "null"]
    if element.repeated:
        several = {"type": "array", "minItems": 2, "items": dict(_JSON_TYPES[element.kind])}
        return {"anyOf": [schema, several]}
    return schema


def xsd(element: Element) -> str:
    """Return the XSD of an answer: elements in the order in which they are sent, no namespace."""
    return _XSD_HEAD + "\n".join(_xsd_element(element, 1, "")) + "\n</xs:schema>\n"


def _xsd_element(element: Element, depth: int, occurs: str) -> list[str]:
    pad = "  " * depth
    start = f'{pad}<xs:element name="{element.name}"{occurs}'
    if element.kind in (Kind.LIST, Kind.RECORD):
        inner = _xsd_children(element, depth + 3)
        sequence = [f"{pad}  <xs:complexType>", f"{pad}    <xs:sequence>"]
        ends = [f"{pad}    </xs:sequence>", f"{pad}  </xs:complexType>", f"{pad}</xs:element>"]
        return [start + ">", *sequence, *inner, *ends]
    if element.choices:
        values = "".join(f'<xs:enumeration value="{choice}"/>' for choice in element.choices)
        return _xsd_simple(
            start, pad, f'<xs:restriction base="xs:string">{values}</xs:restriction>'
        )
    kind = _XSD_TYPES[element.kind]
    if element.nullable and element.kind is not Kind.TEXT:
        return _xsd_simple(start, pad, f'<xs:union memberTypes="{kind} empty"/>')
    return [f'{start} type="{kind}"/>']


def _xsd_simple(start: str, pad: str, content: str) -> list[str]:
    simple = f"{pad}  <xs:simpleType>{content}</xs:simpleType>"
    return [start + ">", simple, f"{pad}</xs:element>"]


def _xsd_children(element: Element, depth: int) -> list[str]:
    if element.item:
        return _xsd_element(element.item, depth, ' minOccurs="0" maxOccurs="unbounded"')
    lines: list[str] = []
    for member in element.members:
        lines += _xsd_element(member, depth, _occurs(member))
    return lines


def _occurs(member: Element) -> str:
    least = ' minOccurs="0"' if member.optional else ""
    return least + (' maxOccurs="unbounded"' if member.repeated else "")


def schema_files() -> dict[Path, str]:
    """Return every schema file and its content."""
    files = {}
    for name, element in ANSWERS.items():
        document = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"GeoReport v2: {name}",
            **json_schema(element),
        }
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        files[DIRECTORY / f"{name}.schema.json"] = text
        files[DIRECTORY / f"{name}.xsd"] = xsd(element)
    return files


if __name__ == "__main__":
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for file, content in schema_files().items():
        file.write_text(content, encoding="utf-8")
