"""The calls: which path takes which right, which arguments, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any, Literal

from flask_smorest import Api, Blueprint
from marshmallow import EXCLUDE, Schema
from werkzeug.routing import BaseConverter

from open311.access.rights import Act
from open311.admin.api import (
    accounts,
    address_schemas,
    addresses,
    audit,
    configurations,
    deliveries,
    delivery_schemas,
    keys,
    metrics,
    revisions,
    rights_schemas,
    routing,
    schemas,
)
from open311.admin.api.bodies import ArgumentParser
from open311.admin.api.context import actor, authenticate
from open311.admin.api.requests import (
    attaching,
    changing,
    figure_schemas,
    figures,
    queue,
    showing,
)
from open311.admin.api.requests import schemas as request_schemas

PREFIX = "/admin/api"

_JURISDICTION = "/jurisdictions/<jurisdiction:jurisdiction_id>"
_REVISION = f"{_JURISDICTION}/revisions/<int(min=1, max={schemas.LARGEST_NUMBER}):revision>"
_REQUEST = f"{_JURISDICTION}/requests/<request:name>"
_DESTINATION = f"{_JURISDICTION}/destinations/<code>"
_DELIVERY = f"{_JURISDICTION}/deliveries/<int(min=1, max={schemas.LARGEST_NUMBER}):delivery_id>"
_KEY = f"/keys/<int(min=1, max={schemas.LARGEST_NUMBER}):api_key_id>"

View = Callable[..., Any]

_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The revision, or version of a request, that the change is based on: its ETag",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'},
    "example": '"7"',
}
_BASED_ON = {"parameters": [_IF_MATCH]}
_PHOTO: Mapping[str, Any] = {"responses": {"200": {"content": {"image/jpeg": {}}}}}
_PHOTOS = {
    "required": True,
    "description": "Pictures, in parts of whatever name, and perhaps a `note` for the public",
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "media": {"type": "string", "format": "binary"},
                    "note": {"type": "string"},
                },
                "required": ["media"],
            }
        }
    },
}
_METRICS = {
    "responses": {
        "200": {
            "description": "In the text format of Prometheus",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    }
}
_REGISTER = {
    "required": True,
    "description": "CSV or GeoJSON with the columns of OpenAddresses; at most 1 GB",
    "content": {media_type: {} for media_type in addresses.MEDIA_TYPES},
}
_ATTRIBUTE = {
    "name": "attribute",
    "in": "query",
    "style": "deepObject",
    "explode": True,
    "description": "The answer to an attribute, as a report has it: `attribute[code]=value`",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}


class JurisdictionId(BaseConverter):
    """An id in a path; what has other characters is no jurisdiction's."""

    regex = "[a-z0-9.-]{1,100}"


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        method: of HTTP.
        rule: the path.
        view: what answers.
        act: the right that it takes: in the jurisdiction of the path, else in any.
        answer: what it answers; None: nothing but that it is done.
        query: arguments in the query.
        body: what is sent.
        status: of the answer.
        described: what else the description says of it.
    """

    method: Literal["GET", "POST", "PUT"]
    rule: str
    view: View
    act: Act
    answer: type[Schema] | None = None
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    status: int = 200
    described: Mapping[str, Any] = field(default_factory=dict)


_GET, _POST, _PUT = partial(Call, "GET"), partial(Call, "POST"), partial(Call, "PUT")

CALLS = {
    "configuration": (
        _GET("/jurisdictions", configurations.get_jurisdictions, "read_configuration",
             schemas.Jurisdictions, query=schemas.JurisdictionPage),
        _POST("/jurisdictions", configurations.post_jurisdiction, "create_jurisdiction",
              schemas.Applied, body=schemas.ProposalArguments, status=201),
        _POST("/check", configurations.post_check, "plan", schemas.Checked, body=schemas.Files),
        _GET(f"{_JURISDICTION}/configuration", configurations.get_configuration,
             "read_configuration", schemas.Configuration),
        _PUT(f"{_JURISDICTION}/configuration", configurations.put_configuration, "apply",
             schemas.Applied, body=schemas.ProposalArguments, described=_BASED_ON),
        _POST(f"{_JURISDICTION}/plan", configurations.post_plan, "plan", schemas.Plan,
              body=schemas.PlanArguments),
        _GET(f"{_JURISDICTION}/revisions", revisions.get_revisions, "read_configuration",
             schemas.Revisions, query=schemas.Page),
        _GET(_REVISION, revisions.get_revision, "read_configuration", schemas.RevisionWithFiles),
        _GET(f"{_REVISION}/diff", revisions.get_difference, "read_configuration",
             schemas.Difference, query=schemas.Against),
        _POST(f"{_REVISION}/rollback", revisions.post_rollback, "apply", schemas.Applied,
              body=schemas.Reason, described=_BASED_ON),
        _POST(f"{_REVISION}/exported", revisions.post_exported, "apply", status=204),
        _GET(f"{_JURISDICTION}/route", routing.get_route, "read_configuration", schemas.Route,
             query=schemas.RouteArguments),
    ),
    "requests": (
        _GET(f"{_JURISDICTION}/requests", queue.get_requests, "read_requests",
             request_schemas.Requests, query=request_schemas.QueueArguments),
        _GET(_REQUEST, showing.get_request, "read_requests", request_schemas.WholeRequest),
        _GET(f"{_REQUEST}/personal", showing.get_personal, "read_personal",
             request_schemas.RequestReporters),
        _GET(f"{_REQUEST}/duplicates", showing.get_duplicates, "read_requests",
             request_schemas.NearRequests),
        _GET(f"{_REQUEST}/photos/<photo_id>", showing.get_photo, "read_requests",
             query=request_schemas.PhotoArguments, described=_PHOTO),
        _POST(f"{_REQUEST}/photos", attaching.post_photos, "update_requests",
              request_schemas.Request, described=_BASED_ON | {"requestBody": _PHOTOS}),
        _POST(f"{_REQUEST}/state", changing.post_state, "update_requests",
              request_schemas.Request, body=request_schemas.StateChange, described=_BASED_ON),
        _POST(f"{_REQUEST}/note", changing.post_note, "update_requests",
              request_schemas.Request, body=request_schemas.NoteArguments, described=_BASED_ON),
        _POST(f"{_REQUEST}/assign", changing.post_assigned, "update_requests",
              request_schemas.Request, body=request_schemas.Assignment, described=_BASED_ON),
        _POST(f"{_REQUEST}/moderate", changing.post_moderated, "update_requests",
              request_schemas.Request, body=request_schemas.Moderation, described=_BASED_ON),
        _POST(f"{_REQUEST}/merge", changing.post_merged, "update_requests",
              request_schemas.Request, body=request_schemas.Merging, described=_BASED_ON),
    ),
    "figures": (
        _GET(f"{_JURISDICTION}/figures", figures.get_figures, "read_requests",
             figure_schemas.Figures, query=figure_schemas.Period),
    ),
    "addresses": (
        _GET(f"{_JURISDICTION}/addresses", addresses.get_addresses, "read_configuration",
             address_schemas.Addresses, query=address_schemas.AddressSearch),
        _GET(f"{_JURISDICTION}/addresses/nearest", addresses.get_nearest_address,
             "read_configuration", address_schemas.Addresses,
             query=address_schemas.PointArguments),
        _PUT(f"{_JURISDICTION}/addresses", addresses.put_addresses, "import_addresses",
             address_schemas.Imported, query=address_schemas.ImportArguments,
             described={"requestBody": _REGISTER}),
    ),
    "deliveries": (
        _GET("/deliveries", deliveries.get_deliveries, "read_audit", delivery_schemas.Deliveries,
             query=delivery_schemas.DeliveryPage),
        _POST(f"{_DELIVERY}/retry", deliveries.post_delivery_retry, "apply", status=204),
        _PUT(f"{_DESTINATION}/secret", deliveries.put_secret, "apply", delivery_schemas.Secret,
             body=delivery_schemas.SecretArguments),
        _GET("/metrics", metrics.get_metrics, "read_audit", described=_METRICS),
    ),
    "rights": (
        _GET("/keys", keys.get_keys, "manage_keys", rights_schemas.Keys,
             query=rights_schemas.KeyPage),
        _POST("/keys", keys.post_key, "manage_keys", rights_schemas.NewKey,
              body=rights_schemas.KeyTerms, status=201),
        _POST(f"{_KEY}/revoke", keys.post_key_revocation, "manage_keys", status=204),
        _GET("/accounts", accounts.get_accounts, "manage_accounts", rights_schemas.Accounts,
             query=schemas.Page),
        _POST("/accounts", accounts.post_account, "manage_accounts", rights_schemas.AccountNumber,
              body=rights_schemas.NewAccount, status=201),
        _POST("/accounts/disable", accounts.post_disabled, "manage_accounts",
              body=rights_schemas.AccountName, status=204),
        _POST("/accounts/enable", accounts.post_enabled, "manage_accounts",
              body=rights_schemas.AccountName, status=204),
        _POST("/roles/grant", accounts.post_granted, "manage_accounts",
              body=rights_schemas.AccountRole, status=204),
        _POST("/roles/revoke", accounts.post_revoked, "manage_accounts",
              body=rights_schemas.AccountRole, status=204),
        _GET("/audit", audit.get_audit, "read_audit", rights_schemas.AuditEntries,
             query=rights_schemas.AuditPage),
    ),
}  # fmt: skip


class _Resources(Blueprint):  # type: ignore[misc]
    """flask-smorest's blueprint with our way to arguments."""

    ARGUMENTS_PARSER = ArgumentParser()


def register_calls(api: Api) -> None:
    """Serve all calls.

    Args:
        api: collects their description; its application knows the converter `jurisdiction`.
    """
    for name, calls in CALLS.items():
        blueprint = _Resources(name, __name__, description=name.title())
        blueprint.before_request(authenticate)
        for call in calls:
            _add(blueprint, call)
        api.register_blueprint(blueprint, url_prefix=PREFIX)


def _add(blueprint: Blueprint, call: Call) -> None:
    view = call.view
    if call.query:
        # The answers to attributes have any names.
        unknown = {"unknown": EXCLUDE} if call.view is routing.get_route else {}
        view = blueprint.arguments(call.query, location="query", **unknown)(view)
    if call.body:
        view = blueprint.arguments(call.body)(view)
    view = blueprint.response(call.status, call.answer)(view)
    view = blueprint.doc(operationId=call.view.__name__, **call.described)(view)
    blueprint.add_url_rule(
        call.rule,
        call.view.__name__,
        _allowed(call, view),
        methods=[call.method],
        parameters=[_ATTRIBUTE] if call.view is routing.get_route else None,
    )


def _allowed(call: Call, view: View) -> View:
    """Let nobody past who has not the right: before their body is read."""

    @wraps(view)
    def check_first(**path: Any) -> Any:
        if "jurisdiction_id" in path:
            # Of which unit the request is, is known when it was read.
            actor().require_within(call.act, path["jurisdiction_id"])
        else:
            actor().require_somewhere(call.act)
        return view(**path)

    return check_first
