"""Another system's services as entries of a catalogue of ours, to be looked over and refined.

What is there already stays as it is, so that an import can be repeated.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from open311.catalogue.model import LISTS
from open311.importing.mapping import ImportMap
from open311.importing.services import OldAttribute, OldDefinition, OldService

_DATATYPES = ("string", "text", "number", "datetime", *LISTS)

# Until somebody decides.
_FIRST_TERM = {"days": 30}

_CODE_LENGTH = 50


@dataclass(frozen=True)
class Wish:
    """How services are to be taken over.

    Attributes:
        language: of the other system's texts.
        unit: who gets their requests; None: whoever `routing.yaml` says.
        map: our codes for theirs, where they are not to be made of theirs.
    """

    language: str
    unit: str | None = None
    map: ImportMap = field(default_factory=ImportMap)


@dataclass(frozen=True)
class Taken:
    """The outcome.

    Attributes:
        files: of the jurisdiction, with what was taken over.
        added: our codes by theirs.
        known: their codes of services that were there already.
        refused: the reason by their code, of services that cannot be taken over.
    """

    files: Mapping[str, Any]
    added: Mapping[str, str]
    known: Sequence[str]
    refused: Mapping[str, str]


def take_services(
    files: Mapping[str, Any],
    services: Iterable[OldService],
    definitions: Mapping[str, OldDefinition],
    wish: Wish,
) -> Taken:
    """Add another system's services to a configuration.

    Args:
        files: of the jurisdiction, checked.
        services: theirs.
        definitions: theirs, by their service code.
        wish: how.
    """
    catalogue = files["services.yaml"]
    groups = {group["code"]: group for group in catalogue["groups"]}
    entries = {entry["code"]: entry for entry in catalogue["services"]}
    before = set(entries)
    added: dict[str, str] = {}
    known: list[str] = []
    refused: dict[str, str] = {}
    for service in services:
        theirs = service.service_code
        code = wish.map.services.get(theirs) or code_of(theirs)
        if not code:
            refused[theirs] = "nothing of its code can be used; a map can name one"
        elif code in before:
            known.append(theirs)
        elif code in entries:
            refused[theirs] = f"would be {code}, as another of them is; a map can tell them apart"
        else:
            group = _group(service, groups, wish.language)
            entries[code] = _entry(code, group, service, definitions.get(theirs), wish)
            added[theirs] = code
    now = {"groups": list(groups.values()), "services": list(entries.values())}
    return Taken({**files, "services.yaml": now}, added, known, refused)


def code_of(text: str) -> str:
    """Return a code of ours for a code or a name of theirs; empty when nothing is left of it."""
    plain = re.sub(r"[^a-z0-9_-]+", "_", text.lower()).strip("_-")
    return plain[:_CODE_LENGTH].rstrip("_-")


def _group(service: OldService, groups: dict[str, dict[str, Any]], language: str) -> str:
    """Return the group of a service, made if there is none; the first when they name none."""
    name = _line(service.group)
    code = code_of(name)
    if not code:
        return next(iter(groups))
    for known, group in groups.items():
        if known == code or name in group["name"].values():
            return known
    groups[code] = {"code": code, "name": {language: name}}
    return code


def _entry(
    code: str, group: str, service: OldService, definition: OldDefinition | None, wish: Wish
) -> dict[str, Any]:
    name = _line(service.service_name) or code
    keywords = [word for word in map(_line, service.keywords) if word]
    entry: dict[str, Any] = {
        "code": code,
        "group": group,
        "name": {wish.language: name},
        "description": {wish.language: _line(service.description) or name},
        "keywords": {wish.language: keywords or [_line(name.replace(",", " "))]},
        # A blackbox service needs a notice of its own, which only the city can write.
        "type": "batch" if service.type == "batch" else "realtime",
        "term": dict(_FIRST_TERM),
    }
    if wish.unit:
        entry["unit"] = wish.unit
    if definition:
        attributes = _attributes(definition, wish.language)
        entry |= {"attributes": attributes} if attributes else {}
    return entry


def _attributes(definition: OldDefinition, language: str) -> list[dict[str, Any]]:
    """Return the questions of a definition in their order, each code once."""
    by_code: dict[str, OldAttribute] = {}
    for attribute in definition.attributes:
        code = code_of(attribute.code)
        if code:
            by_code.setdefault(code, attribute)
    return [
        _attribute(code, order, attribute, language)
        for order, (code, attribute) in enumerate(by_code.items(), 1)
    ]


def _attribute(code: str, order: int, old: OldAttribute, language: str) -> dict[str, Any]:
    values = _values(old, language)
    datatype = old.datatype
    if datatype not in _DATATYPES or (datatype in LISTS and not values):
        # What they cannot list can still be written down.
        datatype = "text"
    attribute: dict[str, Any] = {
        "code": code,
        "order": order,
        "datatype": datatype,
        "description": {language: _line(old.description) or code},
    }
    if not old.variable:
        attribute["variable"] = False
    elif old.required:
        attribute["required"] = True
    if hint := _line(old.datatype_description):
        attribute["datatype_description"] = {language: hint}
    if datatype in LISTS:
        attribute["values"] = values
    return attribute


def _values(old: OldAttribute, language: str) -> list[dict[str, Any]]:
    names: dict[str, str] = {}
    for theirs, name in old.values:
        key = re.sub(r"[^A-Za-z0-9_-]+", "_", theirs).lstrip("_-")[:_CODE_LENGTH]
        if key:
            names.setdefault(key, _line(name) or key)
    return [{"key": key, "name": {language: name}} for key, name in names.items()]


def _line(text: str | None) -> str:
    """Return a text of theirs as one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
