"""A service request as it is kept, and its public record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from open311.catalogue.model import Catalogue
from open311.places.locating import Point
from open311.reports.redaction import redact, redact_address
from open311.reports.states import STATES, StateName

Publication = Literal["published", "awaiting_review", "withheld"]


@dataclass(frozen=True)
class ServiceRequest:
    """A row of `service_request`, without what is rendered from it."""

    jurisdiction_id: str
    number: int
    endpoint_type: str
    service_code: str
    state: StateName
    requested_datetime: datetime
    updated_datetime: datetime
    service_request_id: str | None = None
    token: str | None = None
    status_notes: str | None = None
    description: str | None = None
    unit_code: str | None = None
    service_notice: str | None = None
    expected_datetime: datetime | None = None
    address: str | None = None
    address_id: str | None = None
    zipcode: str | None = None
    area_code: str | None = None
    address_match: str | None = None
    point: Point | None = None
    media_urls: Sequence[str] = ()
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    publication: Publication = "published"
    public_description: str | None = None
    duplicate_of: int | None = None
    version: int = 1

    @property
    def status(self) -> str:
        """What GeoReport calls the state."""
        return STATES[self.state].status

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it; one without an id is not public (D-27, D-28)."""
        return self.publication == "published" and self.service_request_id is not None


def public_record(request: ServiceRequest, catalogue: Catalogue) -> dict[str, Any]:
    """Return what the public may know of a request: the seventeen members of GeoReport v2.

    Args:
        request: one that has an id.
        catalogue: of its jurisdiction, which gives names and time zone.
    """
    jurisdiction = catalogue.jurisdiction
    service = catalogue.services[request.service_code]
    unit = catalogue.units.get(request.unit_code or "")
    zone = jurisdiction.time_zone
    expected = request.expected_datetime
    return {
        "service_request_id": request.service_request_id,
        "status": request.status,
        "status_notes": _masked(request.status_notes),
        "service_name": jurisdiction.text(service.name),
        "service_code": request.service_code,
        "description": _masked(request.public_description or request.description),
        "agency_responsible": unit and unit.name,
        "service_notice": request.service_notice,
        "requested_datetime": request.requested_datetime.astimezone(zone),
        "updated_datetime": request.updated_datetime.astimezone(zone),
        "expected_datetime": expected and expected.astimezone(zone),
        "address": request.address and redact_address(request.address),
        "address_id": request.address_id,
        "zipcode": request.zipcode,
        "lat": request.point and request.point.lat,
        "long": request.point and request.point.long,
        "media_url": request.media_urls[0] if request.media_urls else None,
    }


def _masked(text: str | None) -> str | None:
    return text and redact(text)


def request_from_row(row: Any) -> ServiceRequest:
    """Return the value of a row with the columns of `reading.REQUEST_COLUMNS`."""
    return ServiceRequest(
        jurisdiction_id=row.jurisdiction_id,
        number=row.number,
        endpoint_type=row.endpoint_type,
        service_request_id=row.service_request_id,
        token=row.token,
        service_code=row.service_code,
        state=row.state,
        status_notes=row.status_notes,
        description=row.description,
        unit_code=row.unit_code,
        service_notice=row.service_notice,
        requested_datetime=row.requested_datetime,
        updated_datetime=row.updated_datetime,
        expected_datetime=row.expected_datetime,
        address=row.address,
        address_id=row.address_id,
        zipcode=row.zipcode,
        area_code=row.area_code,
        address_match=row.address_match,
        point=None if row.lat is None else Point(row.lat, row.long),
        media_urls=row.media_urls or (),
        attributes=row.attributes or {},
        publication=row.publication,
        public_description=row.public_description,
        duplicate_of=row.duplicate_of,
        version=row.version,
    )


def row_from_request(request: ServiceRequest) -> dict[str, Any]:
    """Return the columns of a request; its geometry as EWKT, longitude first."""
    point = request.point
    return {
        "jurisdiction_id": request.jurisdiction_id,
        "number": request.number,
        "endpoint_type": request.endpoint_type,
        "service_request_id": request.service_request_id,
        "token": request.token,
        "service_code": request.service_code,
        "status": request.status,
        "status_notes": request.status_notes,
        "description": request.description,
        "unit_code": request.unit_code,
        "service_notice": request.service_notice,
        "requested_datetime": request.requested_datetime,
        "updated_datetime": request.updated_datetime,
        "expected_datetime": request.expected_datetime,
        "address": request.address,
        "address_id": request.address_id,
        "zipcode": request.zipcode,
        "area_code": request.area_code,
        "address_match": request.address_match,
        "geometry": point and f"SRID=4326;POINT({point.long!r} {point.lat!r})",
        "media_urls": list(request.media_urls) or None,
        "attributes": dict(request.attributes) or None,
        "state": request.state,
        "publication": request.publication,
        "public_description": request.public_description,
        "duplicate_of": request.duplicate_of,
        "version": request.version,
    }
