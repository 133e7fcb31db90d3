"""Taking a report in: checked, placed, written and durable before it is acknowledged."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from open311.catalogue.locking import hold_catalogue
from open311.catalogue.model import Catalogue, Service
from open311.catalogue.registry import Registry
from open311.catalogue.terms import due
from open311.errors import BadRequest, ClientError, NotFound, Problem, Unavailable, echo
from open311.people.keyring import Keyring
from open311.people.links import Links
from open311.places.locating import Point, describe_outside, locate
from open311.places.resolving import Location, resolve
from open311.reports.answers import check_answers
from open311.reports.assignment import queue_assignment
from open311.reports.fetching import queue_fetches
from open311.reports.idempotency import Repetition, claim, keep_answer
from open311.reports.identifiers import new_token, service_request_id
from open311.reports.model import ServiceRequest, row_from_request
from open311.reports.notices import notice_for
from open311.reports.personal_links import follow_path
from open311.reports.photos import KeptPhoto, Photos, clean_all, photo_address, photo_rows
from open311.reports.publication import Render, first_publication, fragments_of
from open311.reports.received import Received, answer_again, kept_answer, nearby
from open311.reports.recording import record
from open311.reports.reporters import (
    ReporterKey,
    allowed_reporter,
    reporter_problems,
    reporter_row,
)
from open311.reports.submission import Submission

_NEXT = text(
    "SELECT nextval('service_request_number') AS number, date_trunc('second', now()) AS now"
)


@dataclass(frozen=True)
class Endpoint:
    """Where a report came in: a jurisdiction's production or test endpoint."""

    catalogue: Catalogue
    endpoint_type: str

    @property
    def jurisdiction_id(self) -> str:
        """The jurisdiction of the endpoint."""
        return self.catalogue.jurisdiction.jurisdiction_id


class Intake:
    """Takes reports in.

    Args:
        engine: where they are written.
        registry: the catalogues in force.
        render: writes the public record.
        assignment_wait: how long a batch request waits for its id.
        photos: keeps the photos of reports.
        keyring: seals who reports.
    """

    def __init__(
        self,
        engine: Engine,
        registry: Registry,
        render: Render,
        assignment_wait: timedelta,
        photos: Photos,
        keyring: Keyring,
    ) -> None:
        self._engine = engine
        self._registry = registry
        self._render = render
        self._assignment_wait = assignment_wait
        self._photos = photos
        self._keyring = keyring
        self._links = Links(keyring)

    def receive(
        self,
        jurisdiction_id: str,
        endpoint_type: str,
        submission: Submission,
        found: Sequence[Problem] = (),
        repetition: Repetition | None = None,
    ) -> Received:
        """Take a report in. When this returns, the report is durable.

        Args:
            jurisdiction_id: where it came in.
            endpoint_type: `production` or `test`.
            submission: what was reported.
            found: what is wrong already, to be told with what is found here (D-46).
            repetition: how to tell that it is sent again.

        Raises:
            BadRequest: something was wrong already, an answer to an attribute is missing or does
                not fit, the point lies outside the jurisdiction, a picture cannot be used, or an
                Idempotency-Key was used for another report.
            NotFound: the endpoint does not offer the service.
            Unavailable: there are pictures, and their storage is away.
        """
        arrival = _Arrival(jurisdiction_id, endpoint_type, submission, found, repetition)
        try:
            return self._write(arrival, self._take_photos(arrival) if submission.pictures else ())
        except _AnsweredError as repeated:
            return repeated.first

    def _take_photos(self, arrival: "_Arrival") -> Sequence[KeptPhoto]:
        """Store the photos of a report that can be taken in.

        Pictures take seconds. While they are cleaned and stored, no transaction is open, so that
        nobody waits for a slow storage but who sent them; what was looked at is looked at again.
        """
        with self._engine.connect() as connection:
            looked = self._examine(connection, arrival)
        photos, problems = clean_all(arrival.submission.pictures)
        if looked.problems or problems:
            raise BadRequest([*looked.problems, *problems])
        return self._photos.keep(arrival.jurisdiction_id, photos)

    def _write(self, arrival: "_Arrival", photos: Sequence[KeptPhoto]) -> Received:
        try:
            with self._engine.begin() as connection:
                return self._write_within(connection, arrival, photos)
        except (ClientError, _AnsweredError):
            # Whatever else goes wrong, the report may have been written: the sweep will tell.
            with suppress(Unavailable):
                self._photos.discard(arrival.jurisdiction_id, photos)
            raise

    def _examine(self, connection: Connection, arrival: "_Arrival") -> "_Examined":
        jurisdiction_id, submission = arrival.jurisdiction_id, arrival.submission
        if arrival.repetition:
            first = claim(connection, jurisdiction_id, arrival.repetition)
            if first is not None:
                raise _AnsweredError(answer_again(self._keyring, jurisdiction_id, first))
        hold_catalogue(connection, jurisdiction_id)
        catalogue = self._registry.catalogue_within(connection, jurisdiction_id)
        endpoint = Endpoint(catalogue, arrival.endpoint_type)
        service = endpoint.catalogue.offered_service(submission.service_code)
        if service is None:
            raise NotFound.of("service-unknown", value=echo(submission.service_code))
        problems = [
            *arrival.found,
            *reporter_problems(service, submission.reporter),
            *check_answers(service, submission.attributes),
        ]
        location = resolve(
            connection,
            jurisdiction_id,
            submission.point,
            submission.address,
            submission.address_id,
        )
        problems += _location_problems(connection, endpoint, location)
        return _Examined(endpoint, service, location, problems)

    def _write_within(
        self, connection: Connection, arrival: "_Arrival", photos: Sequence[KeptPhoto]
    ) -> Received:
        examined = self._examine(connection, arrival)
        if examined.problems:
            raise BadRequest(examined.problems)
        jurisdiction_id, submission = arrival.jurisdiction_id, arrival.submission
        # What was sent goes before what was pointed to.
        addresses = [photo_address(jurisdiction_id, photo) for photo in photos]
        submission = replace(submission, media_urls=[*addresses, *submission.media_urls])
        request = _new_request(connection, examined, submission)
        received = self._told(connection, examined, request, submission)
        if arrival.repetition:
            kept = kept_answer(self._keyring, jurisdiction_id, received)
            keep_answer(connection, jurisdiction_id, arrival.repetition, kept)
        # What another system handles gets its id from there.
        if examined.service.type == "batch" and not examined.is_forwarded:
            run_at = request.requested_datetime + self._assignment_wait
            queue_assignment(connection, jurisdiction_id, request.number, run_at)
        queue_fetches(connection, request)
        json, xml = fragments_of(request, examined.endpoint.catalogue, self._render)
        record(
            connection,
            row_from_request(request) | {"public_json": json, "public_xml": xml},
            reporter_row(
                self._keyring,
                ReporterKey(jurisdiction_id, request.number),
                allowed_reporter(examined.service, submission.reporter),
                submission.language,
            ),
            _received_event(request, examined),
            photo_rows(jurisdiction_id, request.number, photos),
        )
        return received

    def _told(
        self,
        connection: Connection,
        examined: "_Examined",
        request: ServiceRequest,
        submission: Submission,
    ) -> Received:
        told = Received(request.service_request_id, request.token, request.service_notice)
        if not submission.wants_extensions:
            return told
        key = ReporterKey(request.jurisdiction_id, request.number)
        near = nearby(connection, examined.endpoint.catalogue, request)
        return replace(told, follow_path=follow_path(self._links, key), duplicates=near)


@dataclass(frozen=True)
class _Arrival:
    """What `Intake.receive` was given."""

    jurisdiction_id: str
    endpoint_type: str
    submission: Submission
    found: Sequence[Problem]
    repetition: Repetition | None


@dataclass(frozen=True)
class _Examined:
    """What a report turns out to be about, and all that is wrong with it."""

    endpoint: Endpoint
    service: Service
    location: Location
    problems: list[Problem]

    @property
    def is_forwarded(self) -> bool:
        """Whether another system handles it; what comes in at a test endpoint stays here."""
        return bool(self.service.forward_to) and self.endpoint.endpoint_type == "production"


class _AnsweredError(Exception):
    """The report was sent before, and this is how it was answered."""

    def __init__(self, first: Received) -> None:
        super().__init__()
        self.first = first


def _new_request(
    connection: Connection, examined: _Examined, submission: Submission
) -> ServiceRequest:
    endpoint, service, location = examined.endpoint, examined.service, examined.location
    number, now = connection.execute(_NEXT).one()
    jurisdiction = endpoint.catalogue.jurisdiction
    realtime = service.type == "realtime"
    areas = location.place.areas if location.place else {}
    unit = endpoint.catalogue.unit_for(service, submission.attributes, areas)
    expected = due(service.term, now, unit, jurisdiction)
    return ServiceRequest(
        jurisdiction_id=jurisdiction.jurisdiction_id,
        number=number,
        endpoint_type=endpoint.endpoint_type,
        service_request_id=(
            service_request_id(jurisdiction.prefix, number, endpoint.endpoint_type)
            if realtime
            else None
        ),
        token=new_token() if service.type == "batch" else None,
        service_code=service.service_code,
        state="received",
        description=submission.description,
        unit_code=unit.unit_code,
        service_notice=notice_for(service, submission.language, expected, jurisdiction),
        requested_datetime=now,
        updated_datetime=now,
        expected_datetime=expected,
        address=location.address,
        address_id=location.address_id,
        zipcode=location.zipcode,
        area_code=endpoint.catalogue.area_code(areas),
        address_match=location.address_match,
        point=location.point,
        media_urls=submission.media_urls,
        attributes=submission.attributes,
        publication=first_publication(service),
    )


def _received_event(request: ServiceRequest, examined: _Examined) -> dict[str, Any]:
    forwarded = {"forward_to": examined.service.forward_to} if examined.is_forwarded else {}
    return {
        "event_datetime": request.requested_datetime,
        "kind": "received",
        "visibility": "public",
        "state": request.state,
        "actor": "reporter",
        "detail": {
            "status": request.status,
            "service_code": request.service_code,
            "unit_code": request.unit_code,
            "service_request_id": request.service_request_id,
            **forwarded,
        },
    }


def _location_problems(
    connection: Connection, endpoint: Endpoint, location: Location
) -> Iterator[Problem]:
    if location.is_id_unknown:
        yield Problem("address-unknown", {"value": echo(location.address_id or "")})
    if location.point and location.place and not location.place.inside:
        yield from _outside(connection, endpoint, location.point)


def _outside(connection: Connection, endpoint: Endpoint, point: Point) -> Iterator[Problem]:
    """Say of a point that is not in the city where it lies."""
    jurisdiction = endpoint.catalogue.jurisdiction
    values = {"lat": repr(point.lat), "long": repr(point.long), "city": jurisdiction.name}
    swapped = point.swapped
    if swapped and locate(connection, endpoint.jurisdiction_id, swapped).inside:
        yield Problem("point-swapped", values)
        return
    outside = describe_outside(connection, endpoint.jurisdiction_id, point)
    if outside.jurisdiction_ids:
        others = ", ".join(outside.jurisdiction_ids)
        yield Problem("point-elsewhere", values | {"jurisdictions": others})
    else:
        kilometres = round(outside.metres / 1000, 1)
        distance = {"kilometres": kilometres, "direction": outside.direction}
        yield Problem("point-outside", values | distance)
