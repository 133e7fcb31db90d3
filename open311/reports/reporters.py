"""Who reports: sealed before it is written, opened only for who may know it."""

from dataclasses import asdict, fields
from typing import Any, NamedTuple

import orjson

from open311.catalogue.model import Service
from open311.errors import Problem
from open311.people.keyring import Keyring, email_form
from open311.reports.submission import Reporter


class ReporterKey(NamedTuple):
    """The key of a row of `reporter`; `position` 0 is who reported it, others joined later."""

    jurisdiction_id: str
    number: int
    position: int = 0

    @property
    def context(self) -> str:
        """What it is sealed for: the row alone."""
        return f"reporter {self.jurisdiction_id} {self.number} {self.position}"


NOBODY = Reporter()


def reporter_row(
    keyring: Keyring, key: ReporterKey, reporter: Reporter, language: str
) -> dict[str, Any]:
    """Return the row of a reporter.

    Args:
        keyring: what seals.
        key: of the row.
        reporter: who it is.
        language: in which they are answered.
    """
    known = {name: value for name, value in asdict(reporter).items() if value is not None}
    return {
        **key._asdict(),
        "language": language,
        "sealed": keyring.seal(orjson.dumps(known), key.context) if known else None,
        "email_index": keyring.index(email_form(reporter.email)) if reporter.email else None,
    }


def unseal_reporter(keyring: Keyring, key: ReporterKey, sealed: bytes | None) -> Reporter:
    """Return who it is; nobody when it is unknown or erased.

    Args:
        keyring: what opens.
        key: of the row.
        sealed: of the row.

    Raises:
        SealError: it cannot be opened.
    """
    if sealed is None:
        return NOBODY
    return Reporter(**orjson.loads(keyring.unseal(sealed, key.context)))


def allowed_reporter(service: Service, reporter: Reporter) -> Reporter:
    """Return what of a reporter is kept: of a service for anonymous reports, nothing."""
    return NOBODY if service.reporter == "anonymous" else reporter


def reporter_problems(service: Service, reporter: Reporter) -> list[Problem]:
    """Say what is missing of a reporter whom the service must be able to answer."""
    if service.reporter != "required":
        return []
    missing = [name for name in ("first_name", "last_name") if not getattr(reporter, name)]
    if not (reporter.email or reporter.phone):
        missing.append("email")
    return [Problem("reporter-required", {"parameter": name}) for name in missing]


MEMBERS = tuple(member.name for member in fields(Reporter))
