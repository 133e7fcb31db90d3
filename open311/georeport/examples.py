"""One example of every answer and of a report, for the description of the API."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from open311.georeport.fields import SPECIFICATION
from open311.messages import translate

_WINTER = timezone(timedelta(hours=1))
_CHANGED = "2026-01-05T09:30:00.000000Z"
_ENDPOINT = {
    "specification": SPECIFICATION,
    "changeset": _CHANGED,
    "formats": ["text/xml", "application/json"],
}

_REQUEST = {
    "service_request_id": "WRO-104273-7",
    "status": "open",
    "status_notes": None,
    "service_name": "Graffiti",
    "service_code": "graffiti",
    "description": "Tags on the wall of the underpass",
    "agency_responsible": "Road and Urban Maintenance Board",
    "service_notice": None,
    "requested_datetime": datetime(2026, 1, 5, 12, 15, 30, tzinfo=_WINTER),
    "updated_datetime": datetime(2026, 1, 5, 12, 15, 30, tzinfo=_WINTER),
    "expected_datetime": datetime(2026, 1, 19, 12, 15, 30, tzinfo=_WINTER),
    "address": "Rynek 1, Wrocław",
    "address_id": None,
    "zipcode": None,
    "lat": 51.11,
    "long": 17.0319,
    "media_url": None,
}
_EXTENDED_ATTRIBUTES = {
    "detailed_status": "IN_PROCESS",
    "state": "scheduled",
    "media_urls": ["https://example.org/wall.jpg"],
    "notes": [
        {
            "datetime": datetime(2026, 1, 6, 8, 0, 0, tzinfo=_WINTER),
            "type": "scheduled",
            "description": "The wall will be painted this week.",
        }
    ],
    "attributes": [{"code": "surface", "label": "What is it on?", "value": "facade"}],
    "duplicate_of": None,
}
_SUBMITTED = {
    "service_request_id": "WRO-104273-7",
    "service_notice": None,
    "account_id": None,
}

# By the names that the answers have in `fields.ANSWERS`.
ANSWER_EXAMPLES: Mapping[str, Any] = {
    "discovery": {
        "changeset": _CHANGED,
        "contact": "open311@example.org",
        "key_service": "Ask for a key: open311@example.org",
        "endpoints": [
            _ENDPOINT | {"url": "https://example.org/open311/v2", "type": "production"},
            _ENDPOINT | {"url": "https://example.org/open311/test/v2", "type": "test"},
        ],
    },
    "jurisdictions": [
        {
            "jurisdiction_id": "wroclaw.pl",
            "name": "Wrocław",
            "slug": "wroclaw",
            "url": "https://example.org/wroclaw/open311/v2",
            "languages": ["pl", "en", "de"],
        }
    ],
    "services": [
        {
            "service_code": "street_lamp",
            "service_name": "Street lamp",
            "description": "A lamp that is dark, flickers or burns by day.",
            "metadata": True,
            "type": "realtime",
            "keywords": "lamp,light,dark",
            "group": "Road infrastructure",
        }
    ],
    "service_definition": {
        "service_code": "pothole",
        "attributes": [
            {
                "variable": True,
                "code": "carriageway_blocked",
                "datatype": "singlevaluelist",
                "required": True,
                "datatype_description": None,
                "order": 1,
                "description": "Is the carriageway blocked by it?",
                "values": [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}],
            }
        ],
    },
    "service_requests": [_REQUEST],
    "service_requests_extended": [
        _REQUEST
        | {"media_url": "https://example.org/wall.jpg", "extended_attributes": _EXTENDED_ATTRIBUTES}
    ],
    "submitted": [_SUBMITTED],
    "submitted_extended": [
        _SUBMITTED
        | {
            "extended_attributes": {
                "duplicates": [
                    {
                        "service_request_id": "WRO-104101-8",
                        "requested_datetime": datetime(2026, 1, 4, 17, 2, 9, tzinfo=_WINTER),
                        "description": "Graffiti in the underpass",
                        "distance": 12,
                    }
                ],
                "follow_url": "https://example.org/my/requests/WyJ3cm9jbGF3LnBsIiwxMDQyNzMsMF0",
            }
        }
    ],
    "tokens": [{"service_request_id": "WRO-104274-4", "token": "q1T4hvWjT0mBM1vUBsS2xg8T"}],
    "updates": [
        {
            "update_id": "5120",
            "service_request_id": "WRO-104273-7",
            "status": "action_scheduled",
            "updated_datetime": datetime(2026, 1, 6, 8, 0, 0, tzinfo=_WINTER),
            "description": "The wall will be painted this week.",
            "media_url": ["https://example.org/wall.jpg"],
        }
    ],
    "update_taken": [{"update_id": "5121"}],
    "errors": [{"code": 400, "description": "service_code is missing."}],
}

ERROR_EXAMPLES: Mapping[int, Any] = {
    status: [{"code": status, "description": translate("en", message, **values)}]
    for status, message, values in (
        (400, "service-missing", {}),
        (403, "key-missing", {}),
        (404, "jurisdiction-unknown", {"value": "sfgov.org"}),
        (413, "body-too-large", {"bytes": 1_000_000}),
        (415, "body-type", {"type": "application/json"}),
        (429, "key-over-limit", {"most": 600, "seconds": 12}),
        (500, "internal", {"reference": "0a1b2c3d"}),
        (503, "unavailable", {}),
    )
}

REPORT_EXAMPLE: Mapping[str, Any] = {
    "jurisdiction_id": "wroclaw.pl",
    "api_key": "o311_the_key_that_you_were_given",
    "service_code": "pothole",
    "lat": 51.11,
    "long": 17.0319,
    "description": "A deep hole in front of the stop",
    "email": "reporter@example.org",
    "attribute[carriageway_blocked]": "no",
}

UPDATE_EXAMPLE: Mapping[str, Any] = {
    "jurisdiction_id": "wroclaw.pl",
    "api_key": "o311_the_key_that_you_were_given",
    "service_request_id": "WRO-104273-7",
    "update_id": "77",
    "updated_datetime": "2026-01-06T08:00:00+01:00",
    "status": "ACTION_SCHEDULED",
    "description": "The wall will be painted this week.",
}
