"""Putting a jurisdiction's configuration in force, with all that follows from it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Engine, text

from open311.access import audit
from open311.access.rights import Actor
from open311.admin.planning import FromFolder, Plan, make_plan
from open311.catalogue.applying import Applied, apply
from open311.catalogue.loading import Configuration, ConfigurationError
from open311.catalogue.locking import lock_applications, lock_catalogue
from open311.catalogue.model import Catalogue
from open311.catalogue.registry import find_catalogue, read_catalogue
from open311.catalogue.revisions import Signature
from open311.reports.publication import Render, render_again


@dataclass(frozen=True)
class Proposal:
    """A configuration that somebody wants in force.

    Attributes:
        configuration: the checked folder.
        actor: who.
        reason: why, in the actor's words.
        origin: where the configuration comes from.
        folder: when that is a folder, whether it is up to date.
        expected: the revision that must be in force, 0 for none; None: whichever.
        force: overwrite what came in force elsewhere.
    """

    configuration: Configuration
    actor: Actor
    reason: str
    origin: Literal["folder", "api", "rollback", "import"]
    folder: FromFolder | None = None
    expected: int | None = None
    force: bool = False


class UndoneError(Exception):
    """A folder would undo what came in force elsewhere since it was last the same.

    Args:
        plan: says what, and by which revisions.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__(f"{plan.jurisdiction_id}: the folder is older than what is in force")


class StaleError(Exception):
    """Another revision is in force than the one that was expected.

    Args:
        plan: says which.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__(f"{plan.jurisdiction_id}: another revision is in force")


def apply_configuration(engine: Engine, proposal: Proposal, render: Render) -> Applied:
    """Put a configuration in force and do all that follows, in one transaction.

    Reports of that jurisdiction wait meanwhile, those of others do not. Of two who apply at once,
    whatever they apply, the second waits, and is judged by what the first has put in force.

    Args:
        engine: where.
        proposal: what is wanted, by whom.
        render: writes the public record.

    Raises:
        Forbidden: the actor may not.
        ConfigurationError: something speaks against it, by file and line.
        UndoneError: it would undo what came in force elsewhere.
        StaleError: another revision is in force than was expected.
    """
    with engine.begin() as connection:
        return apply_within(connection, proposal, render)


def apply_within(connection: Connection, proposal: Proposal, render: Render) -> Applied:
    """Put a configuration in force in a transaction, which the caller commits."""
    configuration = proposal.configuration
    jurisdiction_id = configuration.jurisdiction_id
    lock_applications(connection)
    lock_catalogue(connection, jurisdiction_id)
    plan = make_plan(connection, configuration, proposal.folder)
    _require_right(proposal, plan)
    _refuse(proposal, plan)
    before = find_catalogue(connection, jurisdiction_id)
    signature = Signature(proposal.actor.name, proposal.reason, proposal.origin)
    applied = apply(connection, configuration, signature, plan.changes)
    if applied.changed:
        now = read_catalogue(connection, jurisdiction_id)
        handed_over = _hand_over(connection, configuration)
        if before:
            services = None if handed_over else _renamed_services(before, now)
            render_again(connection, now, render, services)
        _write_audit(connection, proposal, plan, applied)
    return applied


def _require_right(proposal: Proposal, plan: Plan) -> None:
    if plan.in_force is None:
        proposal.actor.require("create_jurisdiction", None)
    proposal.actor.require("apply", plan.jurisdiction_id)
    if proposal.force and plan.undone:
        proposal.actor.require("force", plan.jurisdiction_id)


def _refuse(proposal: Proposal, plan: Plan) -> None:
    in_force = plan.in_force.revision if plan.in_force else 0
    if proposal.expected not in (None, in_force):
        raise StaleError(plan)
    if plan.undone and not proposal.force:
        raise UndoneError(plan)
    if plan.refusals:
        raise ConfigurationError(plan.refusals)


def _write_audit(connection: Connection, proposal: Proposal, plan: Plan, applied: Applied) -> None:
    before = plan.in_force
    audit.write(
        connection,
        audit.Entry(
            actor=proposal.actor.name,
            act="apply",
            subject=f"revision {applied.revision}",
            jurisdiction_id=applied.jurisdiction_id,
            before=before and {"revision": before.revision, "digest": before.digest},
            after={
                "revision": applied.revision,
                "digest": proposal.configuration.digest,
                "origin": proposal.origin,
                "forced": bool(plan.undone),
            },
            reason=proposal.reason,
        ),
    )


# A request and its event in one statement: there is no request handed over that does not tell it.
_HAND_OVER = text("""
    WITH moved AS (
        UPDATE service_request
        -- By the clock: the transaction may have begun before the last report came in.
        SET unit_code = :successor, version = version + 1,
            updated_datetime = date_trunc('second', clock_timestamp())
        WHERE jurisdiction_id = :id AND status = 'open' AND unit_code = :unit
        RETURNING number
    )
    INSERT INTO request_event (jurisdiction_id, number, kind, detail)
    SELECT :id, number, 'handed_over', jsonb_build_object('from', :unit, 'unit_code', :successor)
    FROM moved
""")


def _hand_over(connection: Connection, configuration: Configuration) -> bool:
    """Give the open requests of units that have a successor to it; tell whether there were any."""
    moved = False
    for unit in configuration.units:
        if "successor" in unit:
            where = {"id": configuration.jurisdiction_id, "unit": unit["code"]}
            result = connection.execute(_HAND_OVER, where | {"successor": unit["successor"]})
            moved = moved or result.rowcount > 0
    return moved


def _renamed_services(before: Catalogue, now: Catalogue) -> Collection[str] | None:
    """Return the services whose requests may read differently now; None: all may."""
    was, city = before.jurisdiction, now.jurisdiction
    units = {code: unit.name for code, unit in before.units.items()}
    if was.time_zone != city.time_zone or any(
        now.units[code].name != name for code, name in units.items()
    ):
        return None
    return [
        code
        for code, service in before.services.items()
        if was.text(service.name) != city.text(now.services[code].name)
    ]
