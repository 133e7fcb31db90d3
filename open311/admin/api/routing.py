"""Which unit gets what."""

import re
from typing import Any

from flask import request

from open311.admin.api.applying import Answer
from open311.admin.api.context import parts
from open311.admin.explaining import explain_route
from open311.errors import BadRequest
from open311.places.locating import Point

_ATTRIBUTE = re.compile(r"attribute\[([^\]]+)\](\[\d*\])?")


def get_route(query: dict[str, Any], jurisdiction_id: str) -> Answer:
    """Say which unit would get a request, and why: what was tried, and what decided."""
    with parts().engine.connect() as connection:
        found = explain_route(
            connection, jurisdiction_id, query["service_code"], _answers(), _point(query)
        )
    return {
        "unit_code": found.unit.unit_code,
        "unit_name": found.unit.name,
        "steps": found.steps,
    }


def _point(query: dict[str, Any]) -> Point | None:
    given = [name for name in ("lat", "long") if name in query]
    if not given:
        return None
    if len(given) == 1:
        missing = "long" if given == ["lat"] else "lat"
        raise BadRequest.of("half-coordinate", given=given[0], missing=missing)
    return Point(query["lat"], query["long"])


def _answers() -> dict[str, list[str]]:
    answers: dict[str, list[str]] = {}
    for name, value in request.args.items(multi=True):
        if asked := _ATTRIBUTE.fullmatch(name):
            answers.setdefault(asked[1], []).append(value)
    return answers
