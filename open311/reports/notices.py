"""What a reporter is told on receipt: the service's notice, or when to expect what."""

from datetime import datetime

from open311.catalogue.model import Jurisdiction, Service, Term
from open311.messages import DEFAULT, NOTICE_LANGUAGES, translate

# Terms of hours end at a time of day, the others on a day.
_BY_THE_HOUR = ("hours", "working_hours")


def notice_for(
    service: Service, language: str, expected: datetime, jurisdiction: Jurisdiction
) -> str:
    """Return what the reporter of a request is told.

    Args:
        service: what was reported; its notice may name `{term}` and `{expected}`.
        language: the reporter's, one of the jurisdiction's.
        expected: when the term ends, in the jurisdiction's zone.
        jurisdiction: in the order of whose languages another stands in for a missing one.
    """
    wanted = [language, *jurisdiction.languages]
    if not service.notice:
        spoken = next((one for one in wanted if one in NOTICE_LANGUAGES), DEFAULT)
        words = _words(spoken, service.term, expected)
        return translate(spoken, "notice-expected", **words)
    spoken = next(one for one in [*wanted, *service.notice] if one in service.notice)
    notice = service.notice[spoken]
    if "{" in notice:
        for name, value in _words(spoken, service.term, expected).items():
            notice = notice.replace(f"{{{name}}}", value)
    return notice


def _words(language: str, term: Term, expected: datetime) -> dict[str, str]:
    exactness = "notice-time" if term.measure in _BY_THE_HOUR else "notice-day"
    return {
        "term": translate(language, f"term-{term.measure}", number=term.number),
        "expected": translate(language, exactness, moment=expected),
    }
