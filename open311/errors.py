"""What can go wrong in a way that a client is told about.

An error says what the client sees: the HTTP status and one problem or several, each a key into
`messages/` with the values that its text names. It knows nothing of formats and languages: one
handler in each adapter writes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

LONGEST_ECHO = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        message: key of a text in `messages/`.
        values: what the text names, such as the parameter and what was sent.
    """

    message: str
    values: dict[str, Any] = field(default_factory=dict)


class ClientError(Exception):
    """An error that a client is told about.

    Args:
        problems: all that is wrong at the stage that failed.
    """

    status: ClassVar[int]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(", ".join(problem.message for problem in self.problems))

    @classmethod
    def of(cls, message: str, **values: Any) -> "ClientError":
        """Return the error of a single problem."""
        return cls([Problem(message, values)])


class BadRequest(ClientError):
    """An argument is missing or cannot be used."""

    status = 400


class Unauthorized(ClientError):
    """Nobody known is calling: the key of an administrator is missing or not valid."""

    status = 401


class Forbidden(ClientError):
    """The api_key is missing or not valid there, or who calls has not the right."""

    status = 403


class NotFound(ClientError):
    """What was asked for does not exist."""

    status = 404


class MethodNotAllowed(ClientError):
    """The resource has no such method."""

    status = 405


class Conflict(ClientError):
    """There is such a thing already, or somebody else is changing it at this moment."""

    status = 409


class PreconditionFailed(ClientError):
    """Something else is there by now than who calls goes by."""

    status = 412


class TooLarge(ClientError):
    """The body is larger than the service reads."""

    status = 413


class UnsupportedBody(ClientError):
    """The body is in a format that the service does not read."""

    status = 415


class PreconditionRequired(ClientError):
    """It must be said what is expected to be there."""

    status = 428


class TooManyCalls(ClientError):
    """More calls were made with a key than its rate class allows.

    Args:
        problems: see `ClientError`.
        seconds: after which the next one will be taken.
    """

    status = 429

    def __init__(self, problems: Iterable[Problem], seconds: int) -> None:
        super().__init__(problems)
        self.seconds = seconds


class Unavailable(ClientError):
    """The service cannot answer for now."""

    status = 503


def echo(value: str) -> str:
    """Return what was sent, cut to a sane length and safe to print, for use in a message."""
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)
    if len(printable) > LONGEST_ECHO:
        return printable[:LONGEST_ECHO] + "…"
    return printable
