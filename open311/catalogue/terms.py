"""When a term ends: in the city's zone, across both clock changes, on days when people work.

A wall clock shows some times twice a year and leaps over others. What is meant here is always the
first moment at which it shows a time; where it leaps over it, the moment at which it leaps.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from open311.catalogue.model import MINUTES_A_DAY, Jurisdiction, Term, Unit

_DAY = timedelta(days=1)
_SATURDAY = 5


def due(term: Term, received: datetime, unit: Unit, jurisdiction: Jurisdiction) -> datetime:
    """Return when a request is to be done.

    Args:
        term: of its service.
        received: when it came in; aware.
        unit: who gets it, and when they are there.
        jurisdiction: whose zone and public holidays count.

    Returns:
        A moment after `received`, in the jurisdiction's zone.
    """
    zone = jurisdiction.time_zone
    match term.measure:
        case "hours":
            return _after(received, timedelta(hours=term.number), zone)
        case "days":
            wall = received.astimezone(zone).replace(tzinfo=None)
            return _moment(wall + timedelta(days=term.number), zone)
        case "working_days":
            return _after_working_days(term.number, received, unit, jurisdiction)
        case "working_hours":
            left = timedelta(hours=term.number)
            return _after_working_hours(left, received, unit, jurisdiction)
        case "statutory_months":
            return _after_statutory_months(term.number, received, jurisdiction)


def is_known(code: str) -> bool:
    """Tell whether there are public holidays for a country, or a part of it: `PL`, `DE-BY`."""
    country, _, part = code.partition("-")
    parts = holidays.list_supported_countries().get(country)
    return parts is not None and (not part or part in parts)


@cache
def public_holidays(code: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country, or a part of it, in a year."""
    country, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


def _after_working_days(
    number: int, received: datetime, unit: Unit, jurisdiction: Jurisdiction
) -> datetime:
    """Return when the unit closes on a working day; the day of receipt is not counted."""
    day = received.astimezone(jurisdiction.time_zone).date()
    while number:
        day += _DAY
        number -= _is_working_day(day, unit, jurisdiction)
    closes = unit.hours[day.weekday()][-1][1] if unit.hours else MINUTES_A_DAY
    if closes == MINUTES_A_DAY:
        return _end_of(day, jurisdiction.time_zone)
    return _at(day, closes, jurisdiction.time_zone)


def _after_working_hours(
    left: timedelta, received: datetime, unit: Unit, jurisdiction: Jurisdiction
) -> datetime:
    """Return when the unit has been open for some time, which passes while it is open alone."""
    zone = jurisdiction.time_zone
    now = received.astimezone(UTC)
    day = received.astimezone(zone).date()
    while True:
        if _is_working_day(day, unit, jurisdiction):
            # Who has no hours is there round the clock.
            spans = unit.hours[day.weekday()] if unit.hours else ((0, MINUTES_A_DAY),)
            for opens, closes in spans:
                # In UTC, where a difference is what has passed.
                begin = max(now, _at(day, opens, zone).astimezone(UTC))
                open_for = _at(day, closes, zone).astimezone(UTC) - begin
                if open_for >= left:
                    return (begin + left).astimezone(zone)
                left -= max(open_for, timedelta())
        day += _DAY


def _after_statutory_months(
    number: int, received: datetime, jurisdiction: Jurisdiction
) -> datetime:
    """Return the end of the day on which a term in months ends by art. 57 § 3 and 4 k.p.a.

    That is the day of the same number in the last month, or else that month's last day; and if it
    is a Saturday or free by law, the next one that is neither.
    """
    start = received.astimezone(jurisdiction.time_zone).date()
    years, month = divmod(start.month - 1 + number, 12)
    year, month = start.year + years, month + 1
    day = date(year, month, min(start.day, monthrange(year, month)[1]))
    while day.weekday() >= _SATURDAY or _is_holiday(day, jurisdiction):
        day += _DAY
    return _end_of(day, jurisdiction.time_zone)


def _is_working_day(day: date, unit: Unit, jurisdiction: Jurisdiction) -> bool:
    weekday = day.weekday()
    has_hours = bool(unit.hours[weekday]) if unit.hours else weekday < _SATURDAY
    return has_hours and not _is_holiday(day, jurisdiction)


def _is_holiday(day: date, jurisdiction: Jurisdiction) -> bool:
    code = jurisdiction.holidays
    return code is not None and day in public_holidays(code, day.year)


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the moment at which clocks show a number of minutes after a day's midnight."""
    return _moment(datetime.combine(day, time()) + timedelta(minutes=minutes), zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the last second of a day."""
    return _after(_at(day, MINUTES_A_DAY, zone), timedelta(seconds=-1), zone)


def _after(moment: datetime, passed: timedelta, zone: ZoneInfo) -> datetime:
    """Return the moment some time after another: arithmetic in a zone would move the clock."""
    return (moment.astimezone(UTC) + passed).astimezone(zone)


def _moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clocks of a zone first show a time, or leap over it."""
    while not _is_shown(wall, zone):
        # Clocks leap over whole minutes: where they land is the next that they show.
        wall = wall.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return wall.replace(tzinfo=zone)


def _is_shown(wall: datetime, zone: ZoneInfo) -> bool:
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment.astimezone(zone).replace(tzinfo=None) == wall
