"""What the database holds of sealed data: enough to see whether their keys are at hand."""

from sqlalchemy import Connection, text

# The sealed columns may be of a newer revision than the tables are.
_SEALED_TABLES = text("""
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name = 'sealed'
""")

# One look into reporter_sealed_idx for each city.
_NEWEST_OF_REPORTERS = text("""
    SELECT newest.sealed FROM jurisdiction CROSS JOIN LATERAL (
        SELECT sealed FROM reporter
        WHERE reporter.jurisdiction_id = jurisdiction.jurisdiction_id AND sealed IS NOT NULL
        ORDER BY number DESC LIMIT 1
    ) AS newest
""")
# A few for each city.
_OF_DESTINATIONS = text("SELECT sealed FROM destination_secret")

_WHAT_MUST_BE_OPENED = {
    "reporter": _NEWEST_OF_REPORTERS,
    "destination_secret": _OF_DESTINATIONS,
}


def sealed_values(connection: Connection) -> list[bytes]:
    """Return what was sealed last in each city, and all that is sealed for other systems.

    Returns:
        What is sealed, as it is stored; nothing when the database holds none, or has no tables.
    """
    tables = set(connection.scalars(_SEALED_TABLES))
    return [
        bytes(value)
        for table, query in _WHAT_MUST_BE_OPENED.items()
        if table in tables
        for value in connection.scalars(query)
    ]
