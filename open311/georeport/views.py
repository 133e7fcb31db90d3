"""The methods of GeoReport v2. Each reads top to bottom: arguments, question, answer."""

import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlencode

import orjson
from flask import Response, g, request

from open311.catalogue.model import Catalogue
from open311.database.reading import Row
from open311.errors import BadRequest, NotFound, echo
from open311.georeport.answering import answer, answer_ready, etag_of, not_modified
from open311.georeport.arguments import read_search, read_submission, single_value
from open311.georeport.bodies import definition_body, services_body
from open311.georeport.context import (
    base_url,
    city_language,
    find_catalogue,
    find_jurisdiction,
    parts,
    require_https,
    require_key,
    wanted_languages,
)
from open311.georeport.encoding import join_fragments
from open311.georeport.extending import extended_fragments, wants_extensions
from open311.georeport.fields import SERVICE_REQUESTS, SUBMITTED, SUBMITTED_EXTENDED, TOKENS
from open311.georeport.inputs import Fields, Form, read_form, read_query
from open311.georeport.photos import at_this_host
from open311.reports.extended import extended_state
from open311.reports.idempotency import Repetition
from open311.reports.received import Received
from open311.reports.search import SEPARATORS, Found, Search
from open311.reports.submission import Submission


def get_services(format: str) -> Response:
    """List the services that can be reported: GeoReport v2, "GET Service List"."""
    query = read_query(request)
    catalogue = find_catalogue(query)
    language = catalogue.jurisdiction.language_of(wanted_languages(query))
    return _varying(answer_ready(*services_body(catalogue, language, format), format))


def get_service_definition(service_code: str, format: str) -> Response:
    """Describe the attributes of a service: GeoReport v2, "GET Service Definition"."""
    query = read_query(request)
    catalogue = find_catalogue(query)
    service = catalogue.offered_service(service_code)
    if service is None:
        raise NotFound.of("service-unknown", value=echo(service_code))
    language = catalogue.jurisdiction.language_of(wanted_languages(query))
    return _varying(answer_ready(*definition_body(service, language, format), format))


def post_service_request(format: str) -> Response:
    """Take a report in: GeoReport v2, "POST Service Request"."""
    # The order of checks is D-46.
    require_https()
    query = read_query(request)
    with closing(read_form(request, parts().max_body_bytes, parts().max_upload_bytes)) as form:
        received = _take_in(query, form)
    told = {
        "service_request_id": received.service_request_id,
        "token": received.token,
        "service_notice": received.service_notice,
        # There are no accounts: what a client sends as account_id is the reporter's own matter.
        "account_id": None,
    }
    if received.follow_path is None:
        return answer(SUBMITTED, [told], format)
    more = {
        "duplicates": [vars(one) for one in received.duplicates],
        "follow_url": base_url() + received.follow_path,
    }
    return answer(SUBMITTED_EXTENDED, [told | {"extended_attributes": more}], format)


def _take_in(query: Fields, form: Form) -> Received:
    fields = form.fields
    where = find_jurisdiction(fields, query), g.endpoint_type
    key_id = require_key(where[0], fields, query).api_key_id
    service_code = single_value(fields, "service_code")
    if service_code is None:
        raise BadRequest.of("service-missing")
    language = city_language(wanted_languages(fields, query))
    submission, problems = read_submission(fields, form.files, service_code, language)
    submission = replace(submission, wants_extensions=wants_extensions(fields, query))
    repetition = _read_repetition(form, submission, g.endpoint_type, key_id)
    return parts().intake.receive(*where, submission, problems, repetition)


def get_token(token: str, format: str) -> Response:
    """Tell the id behind a token: GeoReport v2, "GET service_request_id from a token"."""
    where = find_jurisdiction(read_query(request)), g.endpoint_type
    known, service_request_id = parts().search.id_of_token(*where, token)
    if not known:
        raise NotFound.of("token-unknown", value=echo(token))
    # As long as there is no id, its element is absent: clients look for its presence (D-24).
    return answer(TOKENS, [{"service_request_id": service_request_id, "token": token}], format)


def get_service_requests(format: str) -> Response:
    """Find requests, newest first: GeoReport v2, "GET Service Requests"."""
    query = read_query(request)
    where = find_jurisdiction(query), g.endpoint_type
    search = read_search(query)
    catalogue = parts().registry.catalogue(where[0]) if wants_extensions(query) else None
    if request.if_none_match:
        unchanged = not_modified(_state(parts().search.state(*where, search), catalogue))
        if unchanged:
            return unchanged
    found = parts().search.find(*where, search, format)
    fragments = _fragments(found.records, format, catalogue)
    body = at_this_host(join_fragments(SERVICE_REQUESTS, fragments, format), format)
    response = answer_ready(body, _state(found.state, catalogue), format)
    if search.page:
        _add_link(response, search, found, query)
    return response


def get_service_request(service_request_id: str, format: str) -> Response:
    """Show one request, however old: GeoReport v2, "GET Service Request"."""
    query = read_query(request)
    where = find_jurisdiction(query), g.endpoint_type
    catalogue = parts().registry.catalogue(where[0]) if wants_extensions(query) else None
    records = parts().search.single(*where, service_request_id, format)
    fragment = _fragments(records, format, catalogue)
    if not fragment:
        raise NotFound.of("request-unknown", value=echo(service_request_id))
    body = at_this_host(join_fragments(SERVICE_REQUESTS, fragment, format), format)
    return answer_ready(body, etag_of(body), format)


def _state(state: str, catalogue: Catalogue | None) -> str:
    return extended_state(state, catalogue) if catalogue else state


def _fragments(records: Sequence[Row], format: str, catalogue: Catalogue | None) -> bytes:
    """Join records; with the catalogue, as `extensions=true` wants them."""
    if catalogue:
        return extended_fragments(records, format, catalogue)
    # Joined here, not by string_agg, which takes twice the time for 1000 records.
    return SEPARATORS[format].join([record for record, _ in records])


def _varying(response: Response) -> Response:
    response.headers["Vary"] = "Accept-Language"
    return response


def _add_link(response: Response, search: Search, found: Found, query: Fields) -> None:
    """Point to the next page (RFC 8288), by the last request of this one."""
    if len(found.records) < search.page_size or found.last is None:
        return
    kept = [
        (name, value) for name, value in query.items(multi=True) if name not in ("page", "after")
    ]
    following = [*kept, ("page", (search.page or 1) + 1), ("after", found.last)]
    response.headers["Link"] = f'<{base_url()}{request.path}?{urlencode(following)}>; rel="next"'


def _read_repetition(
    form: Form, submission: Submission, endpoint_type: str, key_id: int
) -> Repetition | None:
    """Read the header Idempotency-Key."""
    idempotency_key = request.headers.get("Idempotency-Key", "").strip()
    if not idempotency_key:
        return None
    if (
        len(idempotency_key) > 255
        or not idempotency_key.isascii()
        or not idempotency_key.isprintable()
    ):
        raise BadRequest.of("idempotency-key", longest=255)
    body = hashlib.sha256(orjson.dumps(sorted(form.fields.items(multi=True))))
    for one in form.files:
        one.file.seek(0)
        body.update(hashlib.sha256(one.file.read()).digest())
    if submission.wants_extensions:
        # It may stand in the query, and is answered otherwise.
        body.update(b"extensions")
    return Repetition(endpoint_type, key_id, idempotency_key, body.digest())
