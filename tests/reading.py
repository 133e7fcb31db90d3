"""Reading an answer back by its field table, so that JSON and XML can be compared."""

import json
from typing import Any

from lxml import etree
from werkzeug.test import TestResponse

from open311.georeport.fields import Element, Kind


def content(response: TestResponse, element: Element) -> Any:
    """Return what an answer says, in the shape of its JSON, whatever its format."""
    return decode(element, response.data, response.request.path.rpartition(".")[2])


def decode(element: Element, body: bytes, format: str) -> Any:
    """Return what a body says, in the shape of its JSON."""
    return json.loads(body) if format == "json" else _from_xml(element, etree.fromstring(body))


def _from_xml(element: Element, node: Any) -> Any:
    assert node.tag == element.name
    assert not node.attrib
    match element.kind:
        case Kind.LIST:
            return [_from_xml(element.item, child) for child in node]
        case Kind.RECORD:
            tables = {member.name: member for member in element.members}
            read: dict[str, Any] = {}
            for child in node:
                value = _from_xml(tables[child.tag], child)
                if child.tag in read:
                    earlier = read[child.tag]
                    value = [*(earlier if isinstance(earlier, list) else [earlier]), value]
                read[child.tag] = value
            return read
        case Kind.BOOLEAN:
            return {"true": True, "false": False}[node.text]
        case Kind.INTEGER:
            return int(node.text)
        case Kind.DECIMAL:
            return None if node.text is None else float(node.text)
        case _:
            return node.text if element.nullable else node.text or ""
