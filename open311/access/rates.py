"""Rate classes: how many calls a minute a key is good for."""

from collections.abc import Mapping

RATES: Mapping[str, int | None] = {"standard": 600, "bulk": 6_000, "unlimited": None}

_ROWS = ", ".join(
    f"('{name}', {'NULL' if most is None else most}::integer)" for name, most in RATES.items()
)
# The same for SQL. A key whose class is not among these is not found: it is good for nothing.
RATE_TABLE = f"(VALUES {_ROWS}) AS rate (rate_class, most)"
