"""Finding public requests: one search value, one statement, one piece of text ready to be sent."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from open311.database.reading import Reader, Row
from open311.errors import BadRequest, echo

# GeoReport v2, "GET Service Requests": 90 days or 1000 requests, whichever is smaller
WINDOW = timedelta(days=90)
MOST = 1000

SEPARATORS = {"json": b",", "xml": b""}
_COLUMNS = {"json": "public_json", "xml": "public_xml"}


@dataclass(frozen=True)
class Search:
    """What to find. Empty tuples and None do not narrow it.

    Attributes:
        service_request_ids: these requests, whatever else is said (D-54).
        service_codes: of any of these services.
        statuses: in any of these states.
        start: requested then or later, aware.
        end: requested then or earlier, aware.
        page: which page, counted from one; None: no paging was asked for.
        page_size: requests a page.
        after: the id of the last request of the page before.
    """

    service_request_ids: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    page: int | None = None
    page_size: int = MOST
    after: str | None = None

    def window(self, now: datetime) -> tuple[datetime, datetime | None]:
        """Return the bounds that apply, both inclusive (D-49)."""
        if self.start:
            return self.start, self.end or self.start + WINDOW
        return (self.end or now) - WINDOW, self.end


@dataclass(frozen=True)
class Found:
    """What was found, as it is sent.

    Attributes:
        state: names what the endpoint holds; the same state means the same answer.
        records: each, UTF-8, and the id of its request.
    """

    state: str
    records: list[Row]

    @property
    def last(self) -> str | None:
        """The id of the last of them."""
        return _text(self.records[-1][1]) if self.records else None


# The sum names every committed change; the oldest request in the window names what has left it
# by the passing of time. One look into each index, no list is read.
_STATE = """
    concat(
        (SELECT sum(changes) FROM change_counter WHERE jurisdiction_id = $1 AND endpoint_type = $2),
        '-',
        (SELECT number FROM service_request
         WHERE jurisdiction_id = $1 AND endpoint_type = $2 AND public_json IS NOT NULL
           AND requested_datetime >= $3
         ORDER BY requested_datetime, number LIMIT 1)
    )
"""

_SINGLE = """
    SELECT {column}, service_request_id FROM service_request
    WHERE jurisdiction_id = $1 AND endpoint_type = $2 AND service_request_id = $3
      AND public_json IS NOT NULL
"""

_BY_TOKEN = """
    SELECT service_request_id FROM service_request
    WHERE jurisdiction_id = $1 AND endpoint_type = $2 AND token = $3
"""


class RequestSearch:
    """Finds public requests of a jurisdiction's endpoint.

    Args:
        reader: where they are read.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def state(self, jurisdiction_id: str, endpoint_type: str, search: Search) -> str:
        """Name what a search would find, without finding it."""
        start, _ = search.window(datetime.now(UTC))
        [(state,)] = self._reader.rows(f"SELECT {_STATE}", (jurisdiction_id, endpoint_type, start))
        return _text(state)

    def find(self, jurisdiction_id: str, endpoint_type: str, search: Search, format: str) -> Found:
        """Find requests, newest first.

        Args:
            jurisdiction_id: where.
            endpoint_type: `production` or `test`.
            search: which.
            format: `json` or `xml`.

        Raises:
            BadRequest: `after` names a request that is not there.
        """
        after = search.after
        if after and not self.single(jurisdiction_id, endpoint_type, after, format):
            raise BadRequest.of("after-unknown", value=echo(after))
        statement, parameters = _list_statement(jurisdiction_id, endpoint_type, search, format)
        (state, _), *records = self._reader.rows(statement, parameters)
        return Found(_text(state), records)

    def single(
        self, jurisdiction_id: str, endpoint_type: str, service_request_id: str, format: str
    ) -> list[Row]:
        """Return the record of a request, however old (D-60), and its id; nothing: not public."""
        statement = _SINGLE.format(column=_COLUMNS[format])
        return self._reader.rows(statement, (jurisdiction_id, endpoint_type, service_request_id))

    def id_of_token(
        self, jurisdiction_id: str, endpoint_type: str, token: str
    ) -> tuple[bool, str | None]:
        """Say whether there is such a token, and the id that its request has by now."""
        rows = self._reader.rows(_BY_TOKEN, (jurisdiction_id, endpoint_type, token))
        if not rows:
            return False, None
        assigned: bytes | None = rows[0][0]
        return True, None if assigned is None else _text(assigned)


def _text(value: bytes) -> str:
    return value.decode()


def _list_statement(
    jurisdiction_id: str, endpoint_type: str, search: Search, format: str
) -> tuple[str, list[Any]]:
    """Write the statement of a search: the state first, then the records, in one snapshot.

    Its text depends only on which filters are there, so that few are prepared. The plan relied
    on, whatever the parameters: an index that begins with jurisdiction and endpoint is walked
    newest first and left when the page is full. The constant limit inside tells the planner so.
    """
    start, _ = search.window(datetime.now(UTC))
    parameters: list[Any] = [jurisdiction_id, endpoint_type, start]
    conditions = _conditions(search, parameters)
    parameters.append(search.page_size)
    return (
        f"""
        SELECT {_STATE}, NULL
        UNION ALL
        SELECT * FROM (
            SELECT {_COLUMNS[format]}, service_request_id
            FROM service_request WHERE {" AND ".join(conditions)}
            ORDER BY requested_datetime DESC, number DESC
            LIMIT {MOST}
        ) AS found
        LIMIT 1 + ${len(parameters)}
        """,
        parameters,
    )


def _conditions(search: Search, parameters: list[Any]) -> list[str]:
    """Write the conditions of a search and add what they need to the parameters."""

    def place(value: Any) -> str:
        parameters.append(value)
        return f"${len(parameters)}"

    def one_of(column: str, values: tuple[str, ...]) -> str:
        if len(values) == 1:
            # Equality keeps the order of an index that has the column in front.
            return f"{column} = {place(values[0])}"
        return f"{column} = ANY({place(list(values))}::text[])"

    conditions = ["jurisdiction_id = $1", "endpoint_type = $2", "public_json IS NOT NULL"]
    if search.service_request_ids:
        return [*conditions, one_of("service_request_id", search.service_request_ids)]
    _, end = search.window(datetime.now(UTC))
    conditions.append("requested_datetime >= $3")
    if end:
        conditions.append(f"requested_datetime <= {place(end)}")
    if search.service_codes:
        conditions.append(one_of("service_code", search.service_codes))
    if search.statuses:
        conditions.append(one_of("status", search.statuses))
    if search.after:
        last = f"""SELECT requested_datetime, number FROM service_request
            WHERE jurisdiction_id = $1 AND service_request_id = {place(search.after)}"""
        conditions.append(f"(requested_datetime, number) < ({last})")
    elif search.page and search.page > 1:
        # Skipping reads the index alone; who follows the Link header does not even do that.
        last = f"""SELECT requested_datetime, number FROM service_request
            WHERE {" AND ".join(conditions)} ORDER BY requested_datetime DESC, number DESC
            LIMIT 1 OFFSET {place((search.page - 1) * search.page_size - 1)}"""
        conditions.append(f"(requested_datetime, number) < ({last})")
    return conditions
