"""The paths: which view answers where, in which formats, at which endpoints."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

import flask
from flask import Flask, Response
from flask_smorest import Api, Blueprint

from open311.georeport import discovery, updates, views
from open311.georeport.arguments import PointArguments, SearchArguments, UpdateSearchArguments
from open311.georeport.context import take_endpoint
from open311.georeport.fields import (
    DISCOVERY,
    JURISDICTIONS,
    SERVICE_DEFINITION,
    SERVICE_REQUESTS,
    SERVICES,
    TOKENS,
    UPDATES,
    Element,
)
from open311.georeport.openapi import (
    LOCALE,
    PREFIX,
    describe,
    describe_report,
    describe_update,
    path_parameters,
)
from open311.georeport.openapi_forms import JURISDICTION
from open311.georeport.photos import photos_blueprint

FORMATS = ("xml", "json")

View = Callable[..., Response]


def register_georeport(app: Flask, api: Api) -> None:
    """Serve GeoReport v2 at the shared endpoint, at one a city, and at the test twin of each.

    Args:
        app: the application.
        api: collects the description of the shared production endpoint.
    """
    resources = _resources()
    api.register_blueprint(resources, url_prefix=PREFIX)
    for name, prefix, endpoint_type in (
        ("shared_test", "/open311/test/v2", "test"),
        ("city", "/<slug>/open311/v2", "production"),
        ("city_test", "/<slug>/open311/test/v2", "test"),
    ):
        defaults = {"endpoint_type": endpoint_type}
        app.register_blueprint(resources, name=name, url_prefix=prefix, url_defaults=defaults)
    # Discovery is one level above each endpoint too: it is looked for in both places.
    pages = _discovery_pages()
    for name, prefix in (
        ("discovery", "/open311"),
        ("test_discovery", "/open311/test"),
        ("city_discovery", "/<slug>/open311"),
        ("city_test_discovery", "/<slug>/open311/test"),
    ):
        app.register_blueprint(pages, name=name, url_prefix=prefix)
    app.register_blueprint(_site())
    app.register_blueprint(photos_blueprint())


def _resources() -> Blueprint:
    """What every endpoint has."""
    blueprint = Blueprint("georeport", __name__, description="GeoReport v2")
    blueprint.url_value_preprocessor(take_endpoint)
    add = partial(_add, blueprint)
    add("/discovery", discovery.get_discovery, DISCOVERY, arguments=[LOCALE], statuses=())
    add("/jurisdictions", discovery.get_jurisdictions, JURISDICTIONS, arguments=(),
        query=PointArguments, statuses=())  # fmt: skip
    add("/services", views.get_services, SERVICES, arguments=[JURISDICTION, LOCALE])
    add("/services/<service_code>", views.get_service_definition, SERVICE_DEFINITION,
        arguments=[JURISDICTION, LOCALE])  # fmt: skip
    add("/requests", views.get_service_requests, SERVICE_REQUESTS, query=SearchArguments,
        headers=["Link"])  # fmt: skip
    add("/requests/<service_request_id>", views.get_service_request, SERVICE_REQUESTS)
    add("/tokens/<token>", views.get_token, TOKENS)
    add("/servicerequestupdates", updates.get_service_request_updates, UPDATES,
        query=UpdateSearchArguments)  # fmt: skip
    for rule, view, describe_form in (
        ("/requests", views.post_service_request, describe_report),
        ("/servicerequestupdates", updates.post_service_request_update, describe_update),
    ):
        for format in FORMATS:
            function = _in_format(view, format, describe_form(format))
            path = f"{rule}.{format}"
            blueprint.add_url_rule(path, function.__name__, function, methods=["POST"])
    return blueprint


def _site() -> flask.Blueprint:
    """The page at the root of the host, and the files that pages need."""
    blueprint = flask.Blueprint("site", __name__, template_folder="templates",
        static_folder="static", static_url_path="/open311/static")  # fmt: skip
    blueprint.url_value_preprocessor(take_endpoint)
    blueprint.add_url_rule("/", "home", discovery.get_page)
    return blueprint


def _discovery_pages() -> Blueprint:
    """What stands one level above every endpoint."""
    blueprint = Blueprint("discovery_pages", __name__)
    blueprint.url_value_preprocessor(take_endpoint)
    blueprint.add_url_rule("/discovery.html", "page", discovery.get_page)
    blueprint.add_url_rule("/", "home", discovery.get_page)
    _add(blueprint, "/discovery", discovery.get_discovery, DISCOVERY)
    return blueprint


def _add(blueprint: Blueprint, rule: str, view: View, answer: Element, **description: Any) -> None:
    """Serve a resource in every format, each a documented path of its own."""
    for format in FORMATS:
        function = _in_format(view, format, describe(answer, format, **description))
        blueprint.add_url_rule(f"{rule}.{format}", function.__name__, function, methods=["GET"],
            parameters=path_parameters(rule))  # fmt: skip


def _in_format(view: View, format: str, description: dict[str, Any]) -> View:
    function = update_wrapper(partial(view, format=format), view)
    function.__name__ = f"{view.__name__}_{format}"
    documented: View = Blueprint.doc(operationId=function.__name__, **description)(function)
    return documented
