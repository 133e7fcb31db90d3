"""The answers to a service's attributes, checked against its definition."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time

from open311.catalogue.model import Attribute, Service
from open311.errors import Problem, echo
from open311.reports.submission import Answers

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
# What people enter need only be a date; the API's own dates are stricter (D-38).
_MOMENT = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"([T ](?P<time>\d{2}:\d{2}(:\d{2}(\.\d+)?)?)(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)


def check_answers(service: Service, answers: Answers) -> Iterator[Problem]:
    """Find what is wrong with the answers to a service's attributes.

    Codes that the definition does not have are let through (D-39), and what is said to a line
    that is only to be read is not looked at (D-36).

    Args:
        service: whose definition counts.
        answers: attribute code to its values, blank ones left out.
    """
    for attribute in service.attributes:
        if attribute.variable:
            yield from _check(attribute, answers.get(attribute.code, ()))


def _check(attribute: Attribute, values: Sequence[str]) -> Iterator[Problem]:
    code = attribute.code
    if not values:
        if attribute.required:
            yield Problem("attribute-required", {"code": code})
    elif attribute.datatype == "multivaluelist":
        for value in values:
            yield from _check_choice(attribute, value)
    elif len(set(values)) > 1:
        yield Problem("attribute-repeated", {"code": code})
    elif attribute.datatype == "singlevaluelist":
        yield from _check_choice(attribute, values[0])
    elif not _FITS[attribute.datatype](values[0]):
        yield Problem(f"attribute-{attribute.datatype}", {"code": code, "value": echo(values[0])})


def _check_choice(attribute: Attribute, value: str) -> Iterator[Problem]:
    keys = [choice.key for choice in attribute.values]
    if value not in keys:
        values = {"code": attribute.code, "value": echo(value), "keys": ", ".join(keys)}
        yield Problem("attribute-choice", values)


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None and math.isfinite(float(value))


def _is_moment(value: str) -> bool:
    found = _MOMENT.fullmatch(value)
    if found is None:
        return False
    try:
        date.fromisoformat(found["date"])
        if found["time"]:
            time.fromisoformat(found["time"] + (found["zone"] or "").upper())
    except ValueError:
        return False
    return True


_FITS: dict[str, Callable[[str], bool]] = {
    "number": _is_number,
    "datetime": _is_moment,
    "string": lambda value: "\n" not in value,
    "text": lambda _: True,
}
