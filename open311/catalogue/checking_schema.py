"""Whether a configuration file is as its schema says; what is wrong, for people who wrote it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from open311.catalogue.checking import Finding
from open311.catalogue.yaml_source import Source, Steps
from open311.settings import CHECKOUT

# More, and longer ones, would take minutes and gigabytes, and nobody would read them.
MOST_FINDINGS = 1000
LONGEST_FINDING = 500

_SCHEMAS = CHECKOUT / "schemas" / "configuration"

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "fields with values",
    "string": "text: put it in quotes",
}


def check_schema(name: str, source: Source) -> Iterator[Finding]:
    """Check a file against its schema.

    Args:
        name: of the schema, under `schemas/configuration/`.
        source: the file.
    """
    errors = islice(_validator(name).iter_errors(source.value), MOST_FINDINGS)
    for error in sorted(errors, key=lambda e: list(e.path)):
        path = tuple(error.absolute_path)
        yield Finding.at(source, path, f"{_place(source.value, path)}: {_cut(_told(error))}")


def _place(value: Any, path: Steps) -> str:
    """Return where something is: entries of lists by their codes, else counted from one."""
    words = []
    for step in path:
        value = value[step]
        code = value.get("code") if isinstance(value, dict) else None
        named = code if isinstance(code, str) else None
        words.append(str(step) if isinstance(step, str) else named or str(step + 1))
    return ".".join(words) or "the file"


def _told(error: ValidationError) -> str:
    """Say what is wrong without the words of JSON Schema, where there are plainer ones."""
    schema: Any = error.schema
    wanted: Any = error.validator_value
    given: Any = error.instance
    match error.validator:
        case "additionalProperties":
            known = schema.get("properties", {})
            patterns = schema.get("patternProperties", ())
            unknown = [
                _cut(repr(key))
                for key in given
                if key not in known and not any(re.search(one, key) for one in patterns)
            ]
            fields = f"; there are: {', '.join(known)}" if known else ""
            return f"there is no field {', '.join(unknown)}{fields}"
        case "required":
            missing = error.message.removesuffix(" is a required property")
            return f"the field {missing} is missing"
        case "enum":
            return f"{_shown(given)} is none of: {', '.join(map(str, wanted))}"
        case "type" if isinstance(wanted, str):
            return f"{_shown(given)} must be {_TYPES[wanted]}"
        case "pattern" if "description" in schema:
            return f"{_shown(given)} cannot be used. {schema['description']}"
        case _:
            return error.message


def _shown(value: Any) -> str:
    """Return a value as YAML has it."""
    if value is None:
        return "what is empty"
    shown = repr(value) if isinstance(value, str) else json.dumps(value, default=str)
    return _cut(shown)


def _cut(text: str) -> str:
    # What is wrong may be the whole file.
    return text[:LONGEST_FINDING] + "…" * (len(text) > LONGEST_FINDING)


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)
