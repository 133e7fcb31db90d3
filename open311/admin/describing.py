"""Plans, changes and revisions as text that an administrator reads."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from open311.admin.planning import Plan
from open311.catalogue.comparing import Change
from open311.catalogue.revisions import Revision

_SIGNS = {"added": "+", "changed": "~", "removed": "-", "moved": "↕"}

# A value longer than this is told by its beginning: the folder itself has the rest.
_LONGEST_VALUE = 70


def describe_plan(plan: Plan) -> Iterator[str]:
    """Say what a configuration would change, line by line."""
    if plan.in_force is None:
        yield f"{plan.jurisdiction_id}: a new jurisdiction."
    elif not plan.changes:
        yield f"{plan.jurisdiction_id}: nothing changes, revision {plan.in_force.revision} stays."
    else:
        yield f"{plan.jurisdiction_id}: changes from {describe_revision(plan.in_force)}"
        yield from describe_changes(plan.changes)
    for code, number in plan.open_requests.items():
        yield f"  service {code}, open requests: {number}; their unit, term and notice stay"
    for code, number in plan.handed_over.items():
        yield f"  unit {code}, open requests: {number}; they are handed over to its successor"
    for sentence in plan.breaking:
        yield f"  breaks clients: {sentence}"
    if plan.undone:
        yield "  would undo what came in force elsewhere since the folder was last the same:"
        yield from (f"    {describe_revision(one)}" for one in plan.undone_revisions)
        yield from (f"  {line}" for line in describe_changes(plan.undone))
    for finding in plan.refusals:
        yield f"  refused: {finding}"


def describe_changes(changes: Iterable[Change]) -> Iterator[str]:
    """Say what differs, a line for each difference."""
    for change in changes:
        file, *path = change.path
        yield f"  {_SIGNS[change.kind]} {file}: {'.'.join(path) or 'the file'}{_values(change)}"


def describe_revision(revision: Revision) -> str:
    """Say which revision this is, who made it and why."""
    why = f": {revision.reason}" if revision.reason else ""
    when = f"{revision.applied.astimezone():%Y-%m-%d %H:%M}"
    return f"revision {revision.revision}, {when}, {revision.actor} ({revision.origin}){why}"


def _values(change: Change) -> str:
    if change.path[0].endswith(".geojson"):
        return ""
    match change.kind:
        case "changed":
            before, after = _from_where_they_differ(_text(change.before), _text(change.after))
            return f": {_cut(before)} → {_cut(after)}"
        case "removed" if not _is_entry(change.before):
            return f": {_cut(_text(change.before))}"
        case "moved":
            return ": in another order"
        case "added" if not _is_entry(change.after):
            return f": {_cut(_text(change.after))}"
        case _:
            return ""


def _is_entry(value: Any) -> bool:
    """Tell whether a value is told by its name alone: fields, unless there are only numbers."""
    return isinstance(value, dict) and not all(isinstance(one, int) for one in value.values())


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _from_where_they_differ(before: str, after: str) -> tuple[str, str]:
    """Leave out the beginning that two long texts have in common."""
    if max(len(before), len(after)) <= _LONGEST_VALUE:
        return before, after
    common = next(
        (place for place, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1),
        min(len(before), len(after)),
    )
    start = common - _LONGEST_VALUE // 3
    return (before, after) if start <= 0 else (f"…{before[start:]}", f"…{after[start:]}")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"
