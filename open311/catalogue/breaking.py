"""Which changes break clients that are out there: apps keep what they have read of a catalogue."""

from collections.abc import Iterable, Iterator

from open311.catalogue.comparing import Change


def breaking(changes: Iterable[Change]) -> list[str]:
    """Return what clients would stumble over, a sentence each.

    Args:
        changes: from the configuration in force to another.
    """
    return [text for change in changes for text in _told(change)]


def _told(change: Change) -> Iterator[str]:
    match change.path, change.kind:
        case ("jurisdiction.yaml", "slug"), "changed":
            yield f"the city's own endpoint moves from /{change.before} to /{change.after}"
        case ("jurisdiction.yaml", "languages"), "changed":
            for language in change.before:
                if language not in change.after:
                    yield f"texts are no longer there in {language}"
        case ("services.yaml", "services", code), "removed":
            yield f"service {code} vanishes: reports with that code will be answered 404"
        case ("services.yaml", "services", code, "type"), "changed":
            yield f"service {code} answers as {change.after} where it was {change.before}"
        case ("services.yaml", "services", code, "reporter"), _ if change.after == "required":
            names = "first_name, last_name, and email or phone"
            yield f"service {code} requires {names}: reports without them will be refused"
        case ("services.yaml", "services", code, "attributes", *rest), _:
            yield from _told_of_attributes(code, rest, change)
        case _:
            pass


def _told_of_attributes(code: str, path: list[str], change: Change) -> Iterator[str]:
    """Say what breaks by a change below the attributes of a service."""
    match path, change.kind:
        case [], "added":
            yield from _required(code, change.after)
        case [_], "added":
            yield from _required(code, [change.after])
        case [attribute, "required"], _:
            yield from _required(code, [{"code": attribute, "required": change.after}])
        case [attribute, "datatype"], _:
            yield f"service {code} takes {attribute} as {change.after}, not as {change.before}"
        case [attribute, "values", key], "removed":
            yield f"service {code} no longer takes {key} for {attribute}"
        case _:
            pass


def _required(code: str, attributes: Iterable[dict[str, object]]) -> Iterator[str]:
    for attribute in attributes:
        if attribute.get("required"):
            name = attribute["code"]
            yield f"service {code} requires {name}: reports without it will be refused"
