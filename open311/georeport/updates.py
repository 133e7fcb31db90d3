"""The updates of requests, in both directions: an extension that mySociety made."""

from contextlib import closing

from flask import Response, g, request

from open311.errors import BadRequest
from open311.georeport.answering import answer, answer_ready, not_modified
from open311.georeport.arguments import read_update, read_update_search, single_value
from open311.georeport.context import find_jurisdiction, parts, require_https, require_key
from open311.georeport.encoding import encode
from open311.georeport.fields import UPDATE_TAKEN, UPDATES
from open311.georeport.inputs import Fields, Form, read_form, read_query
from open311.georeport.photos import at_this_host
from open311.reports.update_list import find_updates, updates_state


def get_service_request_updates(format: str) -> Response:
    """List what happened to public requests, oldest first: "GET Service Request Updates"."""
    query = read_query(request)
    where = find_jurisdiction(query), g.endpoint_type
    search = read_update_search(query)
    # Read first: should something happen in between, the client asks once more in vain.
    state = updates_state(parts().reader, *where, search)
    unchanged = not_modified(state)
    if unchanged:
        return unchanged
    catalogue = parts().registry.catalogue(where[0])
    found = find_updates(parts().reader, catalogue, g.endpoint_type, search)
    return answer_ready(at_this_host(encode(UPDATES, found, format), format), state, format)


def post_service_request_update(format: str) -> Response:
    """Take an update of a request in: "POST Service Request Update"."""
    # The order of checks is D-46, with the request in the place of the service.
    require_https()
    query = read_query(request)
    with closing(read_form(request, parts().max_body_bytes, parts().max_upload_bytes)) as form:
        event_id = _take_in(query, form)
    return answer(UPDATE_TAKEN, [{"update_id": str(event_id)}], format)


def _take_in(query: Fields, form: Form) -> int:
    where = find_jurisdiction(form.fields, query), g.endpoint_type
    key = require_key(where[0], form.fields, query)
    service_request_id = single_value(form.fields, "service_request_id")
    if service_request_id is None:
        raise BadRequest.of("argument-missing", parameter="service_request_id")
    update, problems = read_update(form.fields, form.files, service_request_id)
    return parts().updates.receive(*where, key, update, problems)
