"""What a schema cannot say of terms: hours, presets, and what a notice says of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from open311.catalogue.checking import Finding, Wrong
from open311.catalogue.model import spans_of
from open311.catalogue.yaml_source import Source
from open311.messages import NOTICE_LANGUAGES


def check_hours(source: Source) -> list[Finding]:
    """Check the hours in `units.yaml`, which its schema has accepted."""
    problems = [
        (("units", place, "hours", weekday), f"unit {unit['code']}: {weekday}: {text}")
        for place, unit in enumerate(source.value["units"])
        for weekday, spans in unit.get("hours", {}).items()
        for text in _wrong_spans(spans)
    ]
    return [Finding.at(source, *wrong) for wrong in problems]


def check_terms(
    source: Source,
    units: Sequence[Mapping[str, Any]],
    routing: Mapping[str, Any],
    holidays: str | None,
) -> list[Finding]:
    """Check the terms and notices in `services.yaml`, which its schema has accepted.

    Args:
        source: the file.
        units: entries of `units.yaml`.
        routing: `routing.yaml`; empty when a jurisdiction has none.
        holidays: those of `jurisdiction.yaml`.
    """
    without_hours = {unit["code"] for unit in units if "hours" not in unit}
    findings = []
    for place, service in enumerate(source.value["services"]):
        problems = [*_wrong_term(service, holidays), *_wrong_notice(service)]
        if "working_hours" in service["term"]:
            for code in sorted(_takers(service, routing) & without_hours):
                text = f"working_hours are no measure for unit {code}, which has no hours"
                problems.append((("term",), text))
        for path, text in problems:
            told = f"service {service['code']}: {text}"
            findings.append(Finding.at(source, ("services", place, *path), told))
    return findings


def _wrong_spans(text: str) -> Iterator[str]:
    spans = spans_of(text)
    if any(opens >= closes for opens, closes in spans):
        yield f"{text} ends before it begins; what lasts past 24:00 stands under the next day too"
    elif any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        yield f"{text} overlaps, or is not in order"


def _wrong_term(service: Mapping[str, Any], holidays: str | None) -> Iterator[Wrong]:
    preset = service["term"].get("preset")
    if preset and holidays != "PL":
        text = f"the preset {preset} is of Polish law: it needs `holidays: PL` in jurisdiction.yaml"
        yield ("term",), text


def _wrong_notice(service: Mapping[str, Any]) -> Iterator[Wrong]:
    for language, notice in service.get("notice", {}).items():
        plain = notice.replace("{term}", "").replace("{expected}", "")
        if "{" in plain or "}" in plain:
            text = "a notice may name {term} and {expected}, and has no braces else"
            yield ("notice", language), text
        elif plain != notice and language not in NOTICE_LANGUAGES:
            known = ", ".join(NOTICE_LANGUAGES)
            text = f"there are no words for {{term}} and {{expected}} in {language}, but in {known}"
            yield ("notice", language), text


def _takers(service: Mapping[str, Any], routing: Mapping[str, Any]) -> set[str]:
    """Return the units that may get a request."""
    code = service["code"]
    last = service.get("unit", routing.get("duty_unit"))
    rules = [rule for rule in routing.get("by_attribute", ()) if rule["service"] == code]
    rules += [rule for rule in routing.get("by_area", ()) if code in rule["services"]]
    return {last, *(unit for rule in rules for unit in rule["units"].values())}
