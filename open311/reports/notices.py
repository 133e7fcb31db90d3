"""What a reporter is told on receipt: the service's notice, or when to expect what."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from open311.catalogue.model import Catalogue, Jurisdiction, Service, Term
from open311.messages import NOTICE_LANGUAGES, spoken, translate
from open311.reports.model import ServiceRequest

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
    end = _end(service, expected)
    wanted = [language, *jurisdiction.languages]
    if not service.notice:
        return _words(spoken(wanted, NOTICE_LANGUAGES), service.term, end).sentence
    found = next(one for one in [*wanted, *service.notice] if one in service.notice)
    notice = service.notice[found]
    if "{" not in notice:
        return notice
    words = _words(found, service.term, end)
    return notice.replace("{term}", words.term).replace("{expected}", words.expected)


def expected_in_words(request: ServiceRequest, catalogue: Catalogue, language: str) -> str | None:
    """Return when the term of a request ends, as exactly as it is meant; None: it has none.

    Args:
        request: the request.
        catalogue: of its jurisdiction, which gives the time zone.
        language: one of `NOTICE_LANGUAGES`.
    """
    if request.expected_datetime is None:
        return None
    service = catalogue.services[request.service_code]
    expected = request.expected_datetime.astimezone(catalogue.jurisdiction.time_zone)
    return _words(language, service.term, _end(service, expected)).expected


def _end(service: Service, expected: datetime) -> date:
    # By the clock on the wall: the same moment is another time in another zone.
    wall = expected.replace(tzinfo=None)
    return wall if service.term.measure in _BY_THE_HOUR else wall.date()


class _Words(NamedTuple):
    """A term in words: how long, until when, and a sentence of both."""

    term: str
    expected: str
    sentence: str


# Much of what comes in on a day is told the same.
@lru_cache(maxsize=1024)
def _words(language: str, term: Term, end: date) -> _Words:
    number = translate(language, f"term-{term.measure}", number=term.number)
    exactness = "notice-time" if isinstance(end, datetime) else "notice-day"
    expected = translate(language, exactness, moment=end)
    sentence = translate(language, "notice-expected", term=number, expected=expected)
    return _Words(number, expected, sentence)
