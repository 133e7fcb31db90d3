"""When a term ends: working days and hours, holidays, the statutory month, both clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open311.catalogue.model import Jurisdiction, Term, Unit, jurisdiction_from, unit_from
from open311.catalogue.terms import due, public_holidays

WARSAW = ZoneInfo("Europe/Warsaw")

OFFICE_DAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "07:30-15:30")
OFFICE = unit_from({"code": "office", "name": "Office", "hours": OFFICE_DAYS})
SHOP = unit_from(
    {
        "code": "shop",
        "name": "Shop",
        "hours": {"tue": "08:00-12:00, 13:00-17:00", "sat": "08:00-24:00"},
    }
)
NIGHTS = unit_from(
    {"code": "nights", "name": "Nights", "hours": {"sat": "20:00-24:00", "sun": "00:00-05:00"}}
)
DUTY = unit_from({"code": "duty", "name": "Duty"})


def city(holidays: str | None = "PL", time_zone: str = "Europe/Warsaw") -> Jurisdiction:
    text = {"pl": "Miasto"}
    document = {"id": "city.example", "slug": "city", "prefix": "CTY", "name": text}
    document |= {"languages": ["pl"], "time_zone": time_zone, "contact": text, "key_service": text}
    return jurisdiction_from(document | ({"holidays": holidays} if holidays else {}))


def ends(
    term: Term,
    received: str,
    unit: Unit = OFFICE,
    *,
    holidays: str | None = "PL",
    zone: str = "Europe/Warsaw",
) -> str:
    """Return when a term ends for what was received at a time on the city's clocks."""
    start = datetime.fromisoformat(received).replace(tzinfo=ZoneInfo(zone))
    return due(term, start, unit, city(holidays, zone)).isoformat(" ", "minutes")


# 2026-11-20 is a Friday.
@pytest.mark.parametrize(
    ("number", "received", "unit", "end"),
    [
        (1, "2026-11-20 10:00", OFFICE, "2026-11-23 15:30+01:00"),
        (1, "2026-11-20 23:59", OFFICE, "2026-11-23 15:30+01:00"),
        (1, "2026-11-21 00:00", OFFICE, "2026-11-23 15:30+01:00"),
        (1, "2026-11-23 00:00", OFFICE, "2026-11-24 15:30+01:00"),
        (5, "2026-11-20 10:00", OFFICE, "2026-11-27 15:30+01:00"),
        (1, "2026-11-20 10:00", DUTY, "2026-11-23 23:59+01:00"),
        (1, "2026-11-20 10:00", SHOP, "2026-11-21 23:59+01:00"),
        (2, "2026-11-20 10:00", SHOP, "2026-11-24 17:00+01:00"),
    ],
)
def test_working_days_end_when_the_unit_closes_and_leave_out_the_day_of_receipt(
    number: int, received: str, unit: Unit, end: str
) -> None:
    assert ends(Term("working_days", number), received, unit) == end


@pytest.mark.parametrize(
    ("received", "end"),
    [
        ("2026-11-10 10:00", "2026-11-12"),  # Independence Day
        ("2026-12-23 10:00", "2026-12-28"),  # Christmas Eve, since 2025
        ("2024-12-23 10:00", "2024-12-24"),  # and not before
        ("2026-04-03 10:00", "2026-04-07"),  # Easter
        ("2026-06-03 10:00", "2026-06-05"),  # Corpus Christi
        ("2026-12-31 10:00", "2027-01-04"),  # New Year, in the next year's calendar
        ("2027-01-05 10:00", "2027-01-07"),  # Epiphany
    ],
)
def test_public_holidays_are_no_working_days(received: str, end: str) -> None:
    assert ends(Term("working_days", 1), received).startswith(f"{end} 15:30")


def test_a_unit_that_is_open_on_saturdays_is_not_when_a_saturday_is_a_holiday() -> None:
    # 2026-08-15, Assumption Day.
    assert ends(Term("working_days", 1), "2026-08-12 10:00", SHOP) == "2026-08-18 17:00+02:00"


def test_each_country_has_its_own_holidays_and_parts_of_it_may_have_more() -> None:
    after_epiphany = {
        code: ends(Term("working_days", 1), "2026-01-05 10:00", holidays=code)[:10]
        for code in ("PL", "DE", "DE-BY", None)
    }
    assert after_epiphany == {
        "PL": "2026-01-07",
        "DE": "2026-01-06",
        "DE-BY": "2026-01-07",
        None: "2026-01-06",
    }


@pytest.mark.parametrize(
    ("number", "received", "unit", "end"),
    [
        (8, "2026-11-20 05:00", OFFICE, "2026-11-20 15:30+01:00"),
        (1, "2026-11-20 10:15", OFFICE, "2026-11-20 11:15+01:00"),
        (1, "2026-11-20 15:00", OFFICE, "2026-11-23 08:00+01:00"),
        (1, "2026-11-20 15:30", OFFICE, "2026-11-23 08:30+01:00"),
        (16, "2026-11-20 10:00", OFFICE, "2026-11-24 10:00+01:00"),
        (8, "2026-11-10 10:00", OFFICE, "2026-11-12 10:00+01:00"),
        (5, "2026-11-24 10:00", SHOP, "2026-11-24 16:00+01:00"),
        (24, "2026-11-20 12:00", DUTY, "2026-11-23 12:00+01:00"),
    ],
)
def test_working_hours_pass_only_while_the_unit_is_open(
    number: int, received: str, unit: Unit, end: str
) -> None:
    assert ends(Term("working_hours", number), received, unit) == end


@pytest.mark.parametrize(
    ("received", "end"),
    [
        ("2026-11-12 10:00", "2026-12-14"),  # the 12th is a Saturday
        ("2026-11-24 10:00", "2026-12-28"),  # Christmas Eve to Sunday
        ("2026-01-31 10:00", "2026-03-02"),  # the last day of February is a Saturday
        ("2024-01-30 10:00", "2024-02-29"),
        ("2026-05-31 23:59", "2026-06-30"),
        ("2026-12-15 10:00", "2027-01-15"),
        ("2026-10-11 10:00", "2026-11-12"),  # Independence Day
        ("2026-10-01 00:00", "2026-11-02"),  # All Saints' Day, a Sunday
        ("2026-04-03 10:00", "2026-05-04"),  # the Third of May, a Sunday
    ],
)
def test_the_statutory_month_ends_on_its_day_or_the_next_that_is_not_free(
    received: str, end: str
) -> None:
    assert ends(Term("statutory_months", 1), received).startswith(f"{end} 23:59")


def test_the_statutory_month_knows_saturdays_whatever_the_hours_of_the_unit() -> None:
    end = ends(Term("statutory_months", 1), "2026-10-21 10:00", SHOP)
    assert end == "2026-11-23 23:59+01:00"


@pytest.mark.parametrize(
    ("term", "received", "unit", "end"),
    [
        # On 29 March 2026 clocks leap from two to three.
        (Term("hours", 24), "2026-03-28 12:00", DUTY, "2026-03-29 13:00+02:00"),
        (Term("days", 1), "2026-03-28 12:00", DUTY, "2026-03-29 12:00+02:00"),
        (Term("days", 1), "2026-03-28 02:30", DUTY, "2026-03-29 03:00+02:00"),
        (Term("days", 1), "2026-03-28 02:00", DUTY, "2026-03-29 03:00+02:00"),
        (Term("days", 2), "2026-03-28 02:30", DUTY, "2026-03-30 02:30+02:00"),
        (Term("working_days", 1), "2026-03-27 10:00", OFFICE, "2026-03-30 15:30+02:00"),
        (Term("working_hours", 4), "2026-03-28 23:00", NIGHTS, "2026-03-29 04:00+02:00"),
        (Term("working_hours", 8), "2026-03-28 12:00", NIGHTS, "2026-03-29 05:00+02:00"),
        # On 25 October 2026 they show the time from two to three twice.
        (Term("hours", 24), "2026-10-24 12:00", DUTY, "2026-10-25 11:00+01:00"),
        (Term("days", 1), "2026-10-24 12:00", DUTY, "2026-10-25 12:00+01:00"),
        (Term("days", 1), "2026-10-24 02:30", DUTY, "2026-10-25 02:30+02:00"),
        (Term("working_hours", 7), "2026-10-24 12:00", NIGHTS, "2026-10-25 02:00+01:00"),
        (Term("working_hours", 10), "2026-10-24 12:00", NIGHTS, "2026-10-25 05:00+01:00"),
        (Term("statutory_months", 1), "2026-09-25 10:00", OFFICE, "2026-10-26 23:59+01:00"),
    ],
)
def test_the_clocks_may_change_meanwhile(term: Term, received: str, unit: Unit, end: str) -> None:
    assert ends(term, received, unit) == end


def test_hours_that_lie_in_the_hour_that_is_leapt_over_are_none() -> None:
    early = unit_from({"code": "e", "name": "E", "hours": {"sun": "02:10-02:50, 04:00-05:00"}})
    assert ends(Term("working_hours", 1), "2026-03-29 00:00", early) == "2026-03-29 05:00+02:00"


@pytest.mark.parametrize(
    ("zone", "received", "end"),
    [
        # Where clocks leap at midnight the day ends a second before it all the same.
        ("Africa/Cairo", "2026-04-22 10:00", "2026-04-23 23:59:59+02:00"),
        # In Samoa there was no 30 December 2011.
        ("Pacific/Apia", "2011-12-28 10:00", "2011-12-29 23:59:59-10:00"),
    ],
)
def test_a_day_ends_a_second_before_the_next_even_if_its_midnight_is_none(
    zone: str, received: str, end: str
) -> None:
    start = datetime.fromisoformat(received).replace(tzinfo=ZoneInfo(zone))
    assert str(due(Term("working_days", 1), start, DUTY, city(None, zone))) == end


def test_a_term_counts_from_the_day_that_it_is_in_the_city() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # a Sunday, in Warsaw it is Monday
    end = due(Term("working_days", 1), late, OFFICE, city())
    assert end.date() == date(2026, 11, 24)
    assert end.tzinfo == WARSAW


moments = st.datetimes(
    datetime.fromisoformat("2025-01-01"),
    datetime.fromisoformat("2029-12-31"),
    timezones=st.just(UTC),
)
measures = st.sampled_from(["hours", "days", "working_days", "working_hours", "statutory_months"])
units = st.sampled_from([OFFICE, SHOP, NIGHTS, DUTY])
zones = st.sampled_from(["Europe/Warsaw", "America/New_York", "Australia/Lord_Howe"])


@given(moments, measures, st.integers(1, 60), units, zones)
def test_a_term_ends_after_it_begins_and_a_longer_one_no_sooner(
    received: datetime, measure: str, number: int, unit: Unit, zone: str
) -> None:
    where = city("PL", zone)
    shorter = due(Term(measure, number), received, unit, where)
    longer = due(Term(measure, number + 1), received, unit, where)
    assert received < shorter <= longer
    assert shorter.tzinfo == ZoneInfo(zone)


@given(moments, st.sampled_from(["working_days", "working_hours"]), st.integers(1, 60), units)
def test_working_terms_end_while_the_unit_is_open(
    received: datetime, measure: str, number: int, unit: Unit
) -> None:
    end = due(Term(measure, number), received, unit, city())
    # What ends at 24:00 ends on the day before.
    wall = end.replace(tzinfo=None) - timedelta(microseconds=1)
    assert wall.date() not in public_holidays("PL", wall.year)
    minutes = (wall - datetime.combine(wall, time())) / timedelta(minutes=1)
    spans = unit.hours[wall.weekday()] if unit.hours else ((0, 24 * 60),)
    assert any(opens <= minutes <= closes for opens, closes in spans)


@given(moments, st.integers(1, 2000))
def test_hours_by_the_clock_are_hours_that_pass(received: datetime, number: int) -> None:
    assert due(Term("hours", number), received, DUTY, city()) - received == timedelta(hours=number)
