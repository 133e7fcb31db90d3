"""Jurisdictions and their configuration: check, plan, put in force."""

from typing import Any

from sqlalchemy import select

from open311.admin.api.applying import Answer, Headers, etag, put_in_force
from open311.admin.api.context import actor, expected_revision, parts
from open311.admin.api.documents import as_document, configuration_for, configuration_of
from open311.admin.api.paging import next_page
from open311.admin.jurisdictions import Proposal, StaleError
from open311.admin.planning import make_plan
from open311.admin.revisions import files_of, revision_in_force
from open311.catalogue.loading import ConfigurationError
from open311.database import tables
from open311.errors import Conflict


def get_jurisdictions(query: dict[str, Any]) -> Answer:
    """List the jurisdictions whose configuration you may read."""
    table = tables.jurisdiction
    chosen = select(table).order_by(table.c.jurisdiction_id).limit(query["limit"])
    where = actor().where("read_configuration")
    if where is not None:
        chosen = chosen.where(table.c.jurisdiction_id.in_(where))
    if "after" in query:
        chosen = chosen.where(table.c.jurisdiction_id > query["after"])
    with parts().engine.connect() as connection:
        found = [
            {
                "jurisdiction_id": row.jurisdiction_id,
                "slug": row.slug,
                "prefix": row.prefix,
                "name": row.document["name"],
                "languages": row.document["languages"],
                "revision": row.revision,
                "changeset": row.changeset,
            }
            for row in connection.execute(chosen)
        ]
    ids = [one["jurisdiction_id"] for one in found]
    return {"jurisdictions": found, "next": next_page(query, "after", ids)}


def post_jurisdiction(body: dict[str, Any]) -> tuple[Answer, Headers]:
    """Put a new jurisdiction in force."""
    configuration = configuration_of(body["files"])
    proposal = Proposal(configuration, actor(), body["reason"], "api", expected=0)
    jurisdiction_id = configuration.jurisdiction_id
    try:
        answer, headers = put_in_force(proposal)
    except StaleError as error:
        raise Conflict.of("jurisdiction-there", jurisdiction=jurisdiction_id) from error
    path = f"/admin/api/jurisdictions/{jurisdiction_id}/configuration"
    return answer, headers | {"Location": path}


def get_configuration(jurisdiction_id: str) -> tuple[Answer, Headers]:
    """Show the configuration in force."""
    with parts().engine.connect() as connection:
        revision = revision_in_force(connection, jurisdiction_id).revision
        files = files_of(connection, jurisdiction_id, revision)
    answer = {"jurisdiction_id": jurisdiction_id, "revision": revision, "files": files}
    return answer, etag(revision)


def put_configuration(body: dict[str, Any], jurisdiction_id: str) -> tuple[Answer, Headers]:
    """Put a configuration in force, if the revision that it is based on still is."""
    expected = expected_revision()
    configuration = configuration_for(jurisdiction_id, body["files"])
    proposal = Proposal(configuration, actor(), body["reason"], "api", expected=expected)
    return put_in_force(proposal)


def post_plan(body: dict[str, Any], jurisdiction_id: str) -> Answer:
    """Show what putting a configuration in force would change, and for whom."""
    configuration = configuration_for(jurisdiction_id, body["files"])
    with parts().engine.connect() as connection:
        plan = make_plan(connection, configuration)
    return plan.as_document() | {"warnings": [as_document(one) for one in configuration.warnings]}


def post_check(body: dict[str, Any]) -> Answer:
    """Say what is wrong with a configuration, wherever it is for."""
    try:
        findings = configuration_of(body["files"]).warnings
    except ConfigurationError as error:
        findings = error.findings
    return {
        "usable": all(finding.warning for finding in findings),
        "findings": [as_document(finding) for finding in findings],
    }
