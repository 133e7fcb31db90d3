"""Requests as documents for officers, with names in the caller's language where the city has it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import request as call

from open311.admin.api.applying import Answer
from open311.catalogue.model import Attribute, Catalogue
from open311.messages import accepted
from open311.reports.case import Case
from open311.reports.model import ServiceRequest, public_record
from open311.reports.photos import HOST, PHOTOS_PATH, KeptPhoto
from open311.reports.states import STATES, may_follow

_MEMBERS = (
    "number", "service_request_id", "endpoint_type", "service_code", "state", "status", "unit_code",
    "publication", "requested_datetime", "updated_datetime", "expected_datetime", "description",
    "address", "area_code", "version",
)  # fmt: skip
_MORE_MEMBERS = (
    "status_notes", "public_description", "service_notice", "address_id", "zipcode",
    "address_match",
)  # fmt: skip


def describe(request: ServiceRequest, catalogue: Catalogue) -> Answer:
    """Return a request as it stands in lists."""
    unit = catalogue.units.get(request.unit_code or "")
    expected = request.expected_datetime
    is_late = expected is not None and expected < datetime.now(UTC)
    return {name: getattr(request, name) for name in _MEMBERS} | {
        "service_name": catalogue.services[request.service_code].name[_language(catalogue)],
        "unit_name": unit and unit.name,
        "next_states": [one for one in STATES if may_follow(request.state, one, "officer")],
        "is_overdue": request.status == "open" and is_late,
        "lat": request.point and request.point.lat,
        "long": request.point and request.point.long,
    }


def describe_case(case: Case, catalogue: Catalogue) -> Answer:
    """Return a request with all that belongs to it."""
    request, path = case.request, _path(case.request)
    shown = public_record(request, catalogue)
    return {
        **describe(request, catalogue),
        **{name: getattr(request, name) for name in _MORE_MEMBERS},
        "is_public": request.is_public,
        "shown_description": shown["description"],
        "shown_status_notes": shown["status_notes"],
        "attributes": _attributes(request, catalogue),
        "duplicate_of": case.original and _reference(case.original),
        "merged": [_reference(one) for one in case.merged],
        "media_urls": _addresses(request.media_urls, path),
        "photos": [_photo(photo, path) for photo in case.photos],
        "events": [
            {**one._asdict(), "media_urls": _addresses(one.media_urls, path)} for one in case.events
        ],
        "opinions": case.opinions,
        "deliveries": case.deliveries,
    }


def _language(catalogue: Catalogue) -> str:
    return catalogue.jurisdiction.language_of(accepted(call.accept_languages))


def _path(request: ServiceRequest) -> str:
    return f"/admin/api/jurisdictions/{request.jurisdiction_id}/requests/{request.number}"


def _reference(request: ServiceRequest) -> Answer:
    return {name: getattr(request, name) for name in ("number", "service_request_id", "state")}


def _photo(photo: KeptPhoto, path: str) -> Answer:
    return {
        "photo_id": photo.photo_id,
        "width": photo.width,
        "height": photo.height,
        "bytes": photo.bytes,
        "path": f"{path}/photos/{photo.photo_id}",
    }


def _addresses(urls: Sequence[str] | None, path: str) -> list[str]:
    """Return addresses of pictures; of ours, the paths where officers see them, public or not."""
    ours = f"{HOST}{PHOTOS_PATH}/"
    return [
        f"{path}/photos/{url.rpartition('/')[2].removesuffix('.jpg')}"
        if url.startswith(ours)
        else url
        for url in urls or ()
    ]


def _attributes(request: ServiceRequest, catalogue: Catalogue) -> list[Answer]:
    """Return the answers with the words of the questions; a question that is gone has its code."""
    language = _language(catalogue)
    service = catalogue.services[request.service_code]
    asked: Mapping[str, Attribute] = {one.code: one for one in service.attributes}
    places = {code: place for place, code in enumerate(asked)}
    answers = sorted(request.attributes.items(), key=lambda one: places.get(one[0], len(places)))
    return [
        {
            "code": code,
            "label": asked[code].description.get(language, code) if code in asked else code,
            "values": _values(values, asked.get(code), language),
        }
        for code, values in answers
    ]


def _values(values: Sequence[Any], asked: Attribute | None, language: str) -> list[Answer]:
    names = {choice.key: choice.name.get(language) for choice in asked.values} if asked else {}
    return [{"value": value, "label": names.get(value) or value} for value in values]
