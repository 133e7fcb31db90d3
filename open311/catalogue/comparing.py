"""What differs between two configurations: a diff that people and programs can read.

Entries of a list are told apart by their codes, not by their places, so that one service more is
one change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["added", "changed", "removed", "moved"]
Files = Mapping[str, Any]

# What entries of a list are known by, wherever they have all of one of these. Rules of routing have
# no code: what they are about tells them apart.
_KEYS = (
    ("code",),
    ("key",),
    ("id",),
    ("service", "attribute"),
    ("kind", "services"),
    ("kind",),
    ("name",),
)


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        kind: what happened; `moved`: the same entries in another order.
        path: file, then keys and codes, such as `services.yaml`, `services`, `pothole`, `term`.
        before: what was; None when it was added.
        after: what is; None when it was removed.
    """

    kind: Kind
    path: tuple[str, ...]
    before: Any = None
    after: Any = None

    def as_document(self) -> dict[str, Any]:
        """Return the change for JSON; shapes are left out, as nobody reads them there."""
        document = asdict(self) | {"path": list(self.path)}
        if self.path[0].endswith(".geojson"):
            document |= {"before": None, "after": None}
        return document


def compare(before: Files, after: Files) -> list[Change]:
    """Return what differs between two configurations.

    Args:
        before: file name to content.
        after: the same.
    """
    return [*_differences(before, after, ())]


def undone(changes: Sequence[Change], files: Files) -> list[Change]:
    """Return those changes that a configuration would undo or overwrite.

    Args:
        changes: made elsewhere.
        files: a configuration that may know of them or not.
    """
    return [change for change in changes if not _is_kept(change, files)]


def _is_kept(change: Change, files: Files) -> bool:
    found, value = _look_up(files, change.path)
    match change.kind:
        case "added" | "changed":
            return found and bool(value == change.after)
        case "removed":
            return not found
        case "moved":
            codes = [*_by_key(value)] if found else []
            return [one for one in codes if one in change.after] == [
                one for one in change.after if one in codes
            ]


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _differing_entries(before, after, path)
        return
    old, new = _by_key(before), _by_key(after)
    if old and new:
        yield from _differing_entries(old, new, path)
        was = [code for code in old if code in new]
        now = [code for code in new if code in old]
        if was != now:
            yield Change("moved", path, was, now)
        return
    yield Change("changed", path, before, after)


def _differing_entries(
    before: Mapping[str, Any], after: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[Change]:
    for key, value in before.items():
        if key not in after:
            yield Change("removed", (*path, key), before=value)
        else:
            yield from _differences(value, after[key], (*path, key))
    for key, value in after.items():
        if key not in before:
            yield Change("added", (*path, key), after=value)


def _by_key(value: Any) -> dict[str, Any]:
    """Return the entries of a list by what they are known by; empty when it is no such list."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return {}
    for key in _KEYS:
        if value and all(entry.keys() >= set(key) for entry in value):
            entries = {" ".join(_words(entry[part]) for part in key): entry for entry in value}
            return entries if len(entries) == len(value) else {}
    return {}


def _words(value: Any) -> str:
    return "+".join(value) if isinstance(value, list) else str(value)


def _look_up(files: Files, path: Sequence[str]) -> tuple[bool, Any]:
    value: Any = files
    for step in path:
        entries = value if isinstance(value, Mapping) else _by_key(value)
        if step not in entries:
            return False, None
        value = entries[step]
    return True, value
