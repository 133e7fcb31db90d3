"""How residents judge what was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from open311.georeport.encoding import render_request
from open311.reports.figures import Figures, figures
from open311.reports.opinions import Opinion, Opinions
from open311.reports.submission import Reporter
from tests.reports.lives import (
    CITY,
    add_reporter,
    change,
    merge_into,
    new_number,
    registry_of,
    request_of,
)
from tests.rows import days_ago

UNIT = {"unit_code": "ekosystem"}


def figures_of(engine: Engine, start: datetime | None = None) -> list[Figures]:
    """Return the figures up to tomorrow."""
    with engine.connect() as connection:
        return figures(connection, CITY, start or days_ago(1), days_ago(-1))


def judged(engine: Engine, is_resolved: bool, rating: int | None, **members: Any) -> int:
    """Close a request and have it judged by who reported it."""
    number = new_number(engine, **members)
    key = add_reporter(engine, number, Reporter(email="anna@example.org"))
    change(engine, number, state="resolved", is_public=True)
    with engine.begin() as connection:
        closed = request_of(engine, number).updated_datetime
        opinion = Opinion(is_resolved, rating)
        Opinions(registry_of(engine), render_request).give(connection, key, closed, opinion)
    return number


def test_each_service_and_unit_has_its_figures(engine: Engine) -> None:
    judged(engine, True, 5, **UNIT)
    judged(engine, False, 2, **UNIT)
    change(engine, new_number(engine, **UNIT), state="rejected")
    judged(engine, True, None, service_code="abandoned_vehicle")
    assert figures_of(engine) == [
        Figures("abandoned_vehicle", None, 1, 1, 1.0, None, 0),
        Figures("graffiti", "ekosystem", 3, 2, 0.5, 3.5, 1),
    ]


def test_what_was_not_judged_has_neither_share_nor_mean(engine: Engine) -> None:
    change(engine, new_number(engine), state="resolved")
    assert figures_of(engine) == [Figures("graffiti", None, 1, 0, None, None, 0)]


def test_what_was_merged_does_not_count(engine: Engine) -> None:
    merge_into(engine, new_number(engine), new_number(engine))
    assert figures_of(engine) == []


def test_only_what_happened_in_the_period_counts(engine: Engine) -> None:
    judged(engine, True, 5)
    assert figures_of(engine, start=days_ago(-0.9)) == []


def test_test_requests_do_not_count(engine: Engine) -> None:
    change(engine, new_number(engine, endpoint_type="test"), state="resolved")
    assert figures_of(engine) == []
