"""Ids that a person can read over the phone: `WRO-104273-7`.

The prefix tells the jurisdiction, the last digit catches every single wrong digit and every two
neighbours exchanged (Damm's algorithm). An id of a test endpoint says so: `WRO-TEST-104273-7`.
"""

import secrets

from stdnum import damm


def service_request_id(prefix: str, number: int, endpoint_type: str) -> str:
    """Return the id of a request.

    Args:
        prefix: of the jurisdiction.
        number: unique over all jurisdictions.
        endpoint_type: `production` or `test`.
    """
    stage = "-TEST" if endpoint_type == "test" else ""
    return f"{prefix}{stage}-{number}-{damm.calc_check_digit(str(number))}"


def new_token() -> str:
    """Return a token that cannot be guessed: letters, digits, `-` and `_` (D-26)."""
    return secrets.token_urlsafe(18)
