"""What residents say of a request that was closed: whether it is done, and how well.

An opinion is of one closing: the one that its link was signed for. Who says in time that it is not
done opens the request again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from open311.catalogue.registry import Registry
from open311.database import tables
from open311.errors import BadRequest, Conflict, Problem
from open311.reports.changing import Author, Change, LockedRequest, apply_change, lock_request
from open311.reports.publication import Render
from open311.reports.reading import handled_number
from open311.reports.reporters import ReporterKey
from open311.reports.states import is_closed
from open311.reports.texts import is_clean

LONGEST_COMMENT = 2000
RATINGS = range(1, 6)


@dataclass(frozen=True)
class Opinion:
    """What somebody says of a closing.

    Attributes:
        is_resolved: whether it is done.
        rating: from 1, the worst, to 5; None: they say nothing of it.
        comment: for officers alone.
    """

    is_resolved: bool
    rating: int | None = None
    comment: str | None = None


# What became of an opinion. `too_late`: not done, and yet the request stays closed.
Outcome = Literal["kept", "reopened", "too_late"]


class Opinions:
    """Takes opinions.

    Args:
        registry: the catalogues in force.
        render: writes the public record.
    """

    def __init__(self, registry: Registry, render: Render) -> None:
        self._registry = registry
        self._render = render

    def give(
        self, connection: Connection, key: ReporterKey, closed: datetime, opinion: Opinion
    ) -> Outcome:
        """Keep an opinion, in place of an earlier one of the same person and closing.

        The same one given again is answered as the first time, and changes nothing.

        Args:
            connection: in a transaction that holds no request, which the caller commits.
            key: of who gives it.
            closed: when the request was closed that is handled, to the second: see `opinion_path`.
            opinion: what they say.

        Raises:
            BadRequest: the rating or the comment cannot be used, or the link is of somebody whose
                data are erased.
            Conflict: the request was opened again since that closing.
        """
        if problems := [*_problems(opinion)]:
            raise BadRequest(problems)
        place = key.jurisdiction_id
        # Of one that was merged, the other's closing is meant. Looked up before anything is locked,
        # as who merges locks both in the order of numbers.
        handled = handled_number(connection, place, key.number)
        locked = lock_request(connection, self._registry, place, handled)
        _require_reporter(connection, key)
        request = locked.request
        is_there = is_closed(request.state) and _second(request.updated_datetime) == _second(closed)
        if _is_kept(connection, key, closed, opinion):
            return _outcome_again(opinion, is_closed=is_there)
        if not is_there:
            raise Conflict.of("opinion-outdated")
        _keep(connection, key, closed, opinion)
        detail = {"reporter": [key.number, key.position], "is_resolved": opinion.is_resolved}
        detail |= {} if opinion.rating is None else {"rating": opinion.rating}
        given = Change("opinion_given", detail=detail)
        changed = apply_change(connection, locked, given, Author("reporter"), self._render)
        outcome = _outcome(locked, opinion)
        if outcome == "reopened":
            again = LockedRequest(changed.request, locked.catalogue)
            reopening = Change("state_changed", "reopened", is_public=True)
            apply_change(connection, again, reopening, Author("reporter"), self._render)
        return outcome


def _problems(opinion: Opinion) -> Iterator[Problem]:
    if opinion.rating is not None and opinion.rating not in RATINGS:
        yield Problem("opinion-rating", {"least": RATINGS[0], "most": RATINGS[-1]})
    comment = opinion.comment or ""
    if len(comment) > LONGEST_COMMENT:
        length = {"length": len(comment), "longest": LONGEST_COMMENT}
        yield Problem("too-long", {"parameter": "comment"} | length)
    if not is_clean(comment):
        yield Problem("control-characters", {"name": "comment"})


def _require_reporter(connection: Connection, key: ReporterKey) -> None:
    """Let pass who is not erased, and keep that so until the transaction ends."""
    table = tables.reporter
    query = select(table.c.erased_datetime).where(key.rows(table))
    row = connection.execute(query.with_for_update(read=True)).one_or_none()
    if row is None or row.erased_datetime:
        raise BadRequest.of("link-expired")


def _is_kept(connection: Connection, key: ReporterKey, closed: datetime, opinion: Opinion) -> bool:
    """Tell whether just this was said of the closing before."""
    table = tables.opinion
    query = select(table.c.is_resolved, table.c.rating, table.c.comment).where(
        key.rows(table), table.c.closed_datetime == _second(closed)
    )
    row = connection.execute(query).one_or_none()
    return row is not None and Opinion(*row) == opinion


def _keep(connection: Connection, key: ReporterKey, closed: datetime, opinion: Opinion) -> None:
    said = vars(opinion)
    statement = insert(tables.opinion).values(
        **key._asdict(), closed_datetime=_second(closed), **said
    )
    connection.execute(
        statement.on_conflict_do_update(
            constraint=tables.opinion.primary_key, set_=said | {"created_datetime": func.now()}
        )
    )


def _outcome(locked: LockedRequest, opinion: Opinion) -> Outcome:
    if opinion.is_resolved:
        return "kept"
    request = locked.request
    days = locked.catalogue.services[request.service_code].reopen_days
    in_time = datetime.now(UTC) <= request.updated_datetime + timedelta(days=days)
    return "reopened" if in_time else "too_late"


def _outcome_again(opinion: Opinion, *, is_closed: bool) -> Outcome:
    """Return the outcome of what is there already: had it been in time, it was opened again."""
    if opinion.is_resolved:
        return "kept"
    return "too_late" if is_closed else "reopened"


def _second(moment: datetime) -> datetime:
    """Return a moment as links name it."""
    return moment.astimezone(UTC).replace(microsecond=0)
