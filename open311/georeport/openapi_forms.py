"""The forms that can be sent, in OpenAPI, made from the argument schemas."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema

from open311.georeport.argument_kinds import TEXT
from open311.georeport.arguments import (
    LONGEST_ANSWER,
    UPDATE_REQUIRED,
    SubmissionArguments,
    UpdateArguments,
)
from open311.georeport.examples import REPORT_EXAMPLE, UPDATE_EXAMPLE
from open311.media.cleaning import MOST_BYTES, MOST_PIXELS
from open311.media.receiving import MOST_FILES

JURISDICTION_ID = {"type": "string", "pattern": r"^[A-Za-z0-9.-]+$"}
SERVICE_CODE = {"type": "string", "pattern": "^[a-z0-9_-]{1,50}$"}

JURISDICTION = {
    "name": "jurisdiction_id",
    "in": "query",
    "required": True,
    "description": "The city",
    "schema": JURISDICTION_ID,
    "example": "wroclaw.pl",
}

_PICTURES = "image/jpeg, image/png, image/webp, image/heic"
_ABOUT_PICTURES = (
    f"Extension: pictures, each a file of at most {MOST_BYTES // 1_000_000} MB and "
    f"{MOST_PIXELS // 1_000_000} million pixels; parts may also be named media[], photo1, "
    "photo2 …, file_1 …"
)


def report_body() -> dict[str, Any]:
    """Return the description of what POST requests takes."""
    form = _form(SubmissionArguments(), ["service_code"])
    form["properties"]["service_code"] |= SERVICE_CODE
    answers = {
        "description": "The answer to an attribute; repeated for one that takes several",
        "type": ["string", "array"],
        "maxLength": LONGEST_ANSWER,
        "pattern": TEXT["pattern"],
        "items": TEXT | {"maxLength": LONGEST_ANSWER},
    }
    form |= {
        "patternProperties": {r"^attribute\[[^\]]+\](\[\d*\])?$": answers},
        "anyOf": [
            {"required": ["lat", "long"]},
            *(
                {"required": [name], "properties": {name: {"pattern": r"\S"}}}
                for name in ("address_string", "address_id")
            ),
        ],
        "dependentRequired": {"lat": ["long"], "long": ["lat"]},
    }
    return _body(form, REPORT_EXAMPLE, "The first becomes media_url")


def update_body() -> dict[str, Any]:
    """Return the description of what POST servicerequestupdates takes."""
    form = _form(UpdateArguments(), UPDATE_REQUIRED)
    for name in ("service_request_id", "update_id"):
        form["properties"][name] |= {"allOf": [{"pattern": r"\S"}]}
    return _body(form, UPDATE_EXAMPLE, "They come before media_url")


def kind_schema(kind: Any) -> dict[str, Any]:
    """Return the JSON Schema of an argument."""
    schema: dict[str, Any] = kind.openapi
    return schema


def _form(arguments: Schema, required: Iterable[str]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "jurisdiction_id": JURISDICTION_ID | {"description": JURISDICTION["description"]},
        "api_key": {
            "type": "string",
            "pattern": "^[!-~]+$",
            "description": "Discovery tells how to get one",
        },
    }
    for name, kind in arguments.fields.items():
        properties[name] = {**kind_schema(kind), **kind.metadata}
    return {
        "type": "object",
        "required": ["jurisdiction_id", "api_key", *required],
        "properties": properties,
        "propertyNames": {"pattern": TEXT["pattern"]},
        "additionalProperties": TEXT,
    }


def _body(form: dict[str, Any], example: Mapping[str, Any], first: str) -> dict[str, Any]:
    media = {
        "description": f"{_ABOUT_PICTURES}. {first}.",
        "type": "array",
        "maxItems": MOST_FILES,
        "items": {"type": "string", "format": "binary"},
    }
    with_files = form | {"properties": form["properties"] | {"media": media}}
    return {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {"schema": form, "example": example},
            "multipart/form-data": {
                "schema": with_files,
                "encoding": {"media": {"contentType": _PICTURES}},
                "example": example,
            },
        },
    }
