"""Samples: labelled, spread over time, districts and services, and the same every time."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.catalogue.registry import read_catalogue
from open311.georeport.encoding import render_request
from open311.reports.samples import DAYS, LABEL, SamplesError, has_requests, load_samples
from tests.clients import CheckingClient
from tests.folders import BYSTRA, put_in_force, write_bystra
from tests.reporting import rows
from tests.rows import found

NUMBER = 1000

_SAMPLES = text("""
    SELECT service_request.*, ST_Covers(area.geometry, service_request.geometry) AS placed
    FROM service_request LEFT JOIN area USING (jurisdiction_id, area_code)
    ORDER BY number
""")


def load(engine: Engine, city: str, number: int = NUMBER) -> list[Any]:
    """Load samples, look at them and roll back."""
    with engine.connect() as connection:
        loaded = load_samples(connection, read_catalogue(connection, city), number, render_request)
        assert loaded == number
        return list(connection.execute(_SAMPLES))


@pytest.fixture(scope="module", params=("wroclaw.pl", "krakow.pl"))
def samples(request: pytest.FixtureRequest, engine: Engine) -> list[Any]:
    """A thousand samples of each city."""
    return load(engine, request.param)


def test_every_sample_says_that_it_is_one(samples: list[Any]) -> None:
    assert all(sample.description.startswith(f"{LABEL} ") for sample in samples)
    assert all(LABEL in sample.public_json for sample in samples)


def test_samples_are_spread_over_fourteen_months(samples: list[Any]) -> None:
    now = datetime.now(UTC)
    months = Counter(
        (now - sample.requested_datetime) // timedelta(days=DAYS / 14) for sample in samples
    )
    assert set(months) == set(range(14))
    assert min(months.values()) > NUMBER / 14 * 0.8


def test_samples_are_spread_over_all_districts_and_lie_in_theirs(
    samples: list[Any], engine: Engine
) -> None:
    count = text("SELECT count(*) FROM area WHERE jurisdiction_id = :city")
    with engine.connect() as connection:
        districts = connection.scalar(count, {"city": samples[0].jurisdiction_id})
    assert len({sample.area_code for sample in samples}) == districts
    assert all(sample.placed for sample in samples)


def test_samples_are_of_nearly_every_service(samples: list[Any], engine: Engine) -> None:
    with engine.connect() as connection:
        catalogue = read_catalogue(connection, samples[0].jurisdiction_id)
    public = {one.service_code for one in catalogue.offered if one.type != "blackbox"}
    assert {sample.service_code for sample in samples} == public


def test_old_samples_are_mostly_closed_and_new_ones_open(samples: list[Any]) -> None:
    now = datetime.now(UTC)
    week = [s.status for s in samples if now - s.requested_datetime < timedelta(days=4)]
    year = [s.status for s in samples if now - s.requested_datetime > timedelta(days=200)]
    assert Counter(week)["open"] > len(week) / 2
    assert Counter(year)["closed"] > len(year) * 0.8
    assert Counter(year)["open"] > 0


def test_a_closed_sample_was_closed_after_it_was_reported_and_says_why(samples: list[Any]) -> None:
    now = datetime.now(UTC)
    for sample in samples:
        if sample.status == "closed":
            assert sample.requested_datetime < sample.updated_datetime <= now
            assert sample.status_notes
        else:
            assert sample.requested_datetime == sample.updated_datetime <= now
            assert sample.status_notes is None


def test_samples_have_ids_units_addresses_and_a_date_by_when_they_are_due(
    samples: list[Any],
) -> None:
    assert len({sample.service_request_id for sample in samples}) == NUMBER
    assert all(sample.unit_code and sample.address and sample.public_xml for sample in samples)
    assert all(sample.expected_datetime > sample.requested_datetime for sample in samples)


def test_the_same_samples_come_every_time(engine: Engine, city: str) -> None:
    first, second = (
        [(s.service_code, s.description, s.address, s.area_code) for s in load(engine, city, 60)]
        for _ in range(2)
    )
    assert first == second


def test_samples_have_no_reporter(engine: Engine) -> None:
    with engine.begin() as connection:
        load_samples(connection, read_catalogue(connection, "krakow.pl"), 5, render_request)
    assert rows(engine)["service_request"] == 5
    assert rows(engine)["reporter"] == 0


def test_samples_are_found_by_clients(client: CheckingClient, engine: Engine, city: str) -> None:
    with engine.begin() as connection:
        assert not has_requests(connection, city)
        load_samples(connection, read_catalogue(connection, city), 400, render_request)
        assert has_requests(connection, city)
    of_ninety_days = 400 * 90 / DAYS
    assert len(found(client, city)) == pytest.approx(of_ninety_days, abs=2)


def test_a_city_without_phrases_gets_no_samples(own_engine: Engine, tmp_path: Path) -> None:
    put_in_force(own_engine, write_bystra(tmp_path))
    with own_engine.connect() as connection, pytest.raises(SamplesError, match="no phrases"):
        load_samples(connection, read_catalogue(connection, BYSTRA), 5, render_request)
