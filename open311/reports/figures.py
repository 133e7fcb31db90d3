"""How residents judge what was done: figures of each service and unit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

# Of what was merged, the other request was handled, and is judged. Both events and opinions are
# read along their keys, all that a city has: for reports, not for pages that are asked for often.
_FIGURES = text("""
    WITH handled AS (
        SELECT own.number, coalesce(original.service_code, own.service_code) AS service_code,
               coalesce(original.unit_code, own.unit_code) AS unit_code
        FROM service_request AS own
        LEFT JOIN service_request AS original
            ON original.jurisdiction_id = own.jurisdiction_id
            AND original.number = own.duplicate_of
        WHERE own.jurisdiction_id = :jurisdiction_id AND own.endpoint_type = 'production'
    ), said AS (
        SELECT number, (state <> 'reopened')::integer AS closed,
               (state = 'reopened')::integer AS reopened,
               0 AS opinions, 0 AS resolved, NULL::smallint AS rating
        FROM request_event
        WHERE jurisdiction_id = :jurisdiction_id
          AND event_datetime >= :start AND event_datetime < :end
          AND state IN ('resolved', 'rejected', 'not_ours', 'reopened')
          AND kind <> 'imported'
        UNION ALL
        SELECT number, 0, 0, 1, is_resolved::integer, rating
        FROM opinion
        WHERE jurisdiction_id = :jurisdiction_id
          AND closed_datetime >= :start AND closed_datetime < :end
    )
    SELECT service_code, unit_code, sum(closed) AS closed, sum(opinions) AS opinions,
           sum(resolved)::float / nullif(sum(opinions), 0) AS resolved_share,
           avg(rating)::float AS mean_rating, sum(reopened) AS reopened
    FROM said JOIN handled USING (number)
    GROUP BY service_code, unit_code
    ORDER BY service_code, unit_code
""")


@dataclass(frozen=True)
class Figures:
    """What was closed in a period, and what was said of it.

    Attributes:
        service_code: of the requests.
        unit_code: that handles them by now.
        closed: how often one was closed; what was merged does not count.
        opinions: how many were given of those closings.
        resolved_share: which part of the opinions says that it is done; None: there is none.
        mean_rating: None: nobody rated.
        reopened: how often one was opened again.
    """

    service_code: str
    unit_code: str | None
    closed: int
    opinions: int
    resolved_share: float | None
    mean_rating: float | None
    reopened: int


def figures(
    connection: Connection, jurisdiction_id: str, start: datetime, end: datetime
) -> list[Figures]:
    """Return the figures of each service and unit, where anything was closed or opened again.

    Args:
        connection: any.
        jurisdiction_id: where.
        start: of the period, aware.
        end: of it, aware; this moment is no part of it.
    """
    period = {"jurisdiction_id": jurisdiction_id, "start": start, "end": end}
    return [Figures(*row) for row in connection.execute(_FIGURES, period)]
