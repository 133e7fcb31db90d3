"""Requests handed over in bulk arrive as they were, whatever people wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text

from open311.catalogue.registry import read_catalogue
from open311.database.tables import service_request
from open311.georeport.encoding import render_request
from open311.places.locating import Point
from open311.reports.bulk import copy_requests, next_numbers
from open311.reports.model import ServiceRequest, request_from_row
from open311.reports.publication import stale_records
from tests.clients import CheckingClient
from tests.reporting import MIDDLE, reported, rows
from tests.rows import add_requests, days_ago, found, search

# PostgreSQL keeps neither NUL nor halves of pairs; intake refuses them.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
SECONDS = st.floats(-2_208_988_800, 32_472_144_000)  # from 1900 to 2999
MOMENTS = st.builds(datetime.fromtimestamp, SECONDS, st.just(UTC))
CODE = st.text("abcdefghij_", min_size=1)


def a_request(number: int, **members: Any) -> ServiceRequest:
    usual = {
        "jurisdiction_id": "krakow.pl",
        "number": number,
        "endpoint_type": "production",
        "service_request_id": f"KRK-{number}-0",
        "service_code": "graffiti",
        "state": "received",
        "requested_datetime": days_ago(1),
        "updated_datetime": days_ago(1),
    }
    return ServiceRequest(**(usual | members))


def copied(engine: Engine, request: ServiceRequest) -> ServiceRequest:
    """Hand a request over and read it back; nothing of it stays."""
    lat, long = (kind(service_request.c.geometry) for kind in (func.ST_Y, func.ST_X))
    query = select(service_request, lat.label("lat"), long.label("long"))
    with engine.connect() as connection:
        catalogue = read_catalogue(connection, request.jurisdiction_id)
        assert copy_requests(connection, catalogue, [request], render_request) == 1
        return request_from_row(connection.execute(query).one())


def as_kept(request: ServiceRequest) -> ServiceRequest:
    return replace(
        request,
        media_urls=list(request.media_urls),
        attributes={code: list(values) for code, values in request.attributes.items()},
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    description=TEXT | st.none(),
    address=TEXT | st.none(),
    media_urls=st.lists(TEXT, max_size=3),
    attributes=st.dictionaries(CODE, st.lists(TEXT, min_size=1, max_size=3), max_size=3),
    requested=MOMENTS,
)
@example("'quoted' \"twice\", with a comma", "\\N", ['{"a",b}', "\\"], {"a": ['"']}, days_ago(1))
@example("first\n\\.\nlast", "\\.", ["NULL"], {"a": ["\\.", "\n"]}, days_ago(1))
@example("tab\tand\rreturn\r\nand line\n", "NULL", [" "], {}, days_ago(1))
def test_whatever_people_wrote_arrives_as_it_was(
    engine: Engine,
    description: str | None,
    address: str | None,
    media_urls: Sequence[str],
    attributes: Mapping[str, Sequence[str]],
    requested: datetime,
) -> None:
    request = a_request(
        7,
        description=description,
        address=address,
        media_urls=media_urls,
        attributes=attributes,
        requested_datetime=requested,
        point=Point(50.061700000000001, 19.9373),
    )
    assert as_kept(copied(engine, request)) == as_kept(request)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(TEXT, min_size=1, max_size=50))
def test_records_written_in_bulk_are_those_that_would_be_rendered(
    engine: Engine, texts: list[str]
) -> None:
    requests = [a_request(place, description=text) for place, text in enumerate(texts)]
    with engine.connect() as connection:
        catalogue = read_catalogue(connection, "krakow.pl")
        copy_requests(connection, catalogue, requests, render_request)
        assert list(stale_records(connection, catalogue, render_request)) == []


def test_a_request_without_anything_optional_arrives_as_it_was(engine: Engine) -> None:
    assert as_kept(copied(engine, a_request(7))) == as_kept(a_request(7))


def test_more_requests_than_fit_a_piece_of_the_stream_all_arrive(
    client: CheckingClient, engine: Engine
) -> None:
    added = add_requests(engine, "krakow.pl", [days_ago(200)] * 2001)
    assert len(set(added)) == 2001
    assert rows(engine)["service_request"] == 2001
    assert found(client, "krakow.pl", service_request_id=added[-1]) == added[-1:]


def test_handing_over_nothing_is_no_error(engine: Engine) -> None:
    assert add_requests(engine, "krakow.pl", []) == []


def test_what_is_handed_over_changes_the_list_of_its_endpoint_alone(
    client: CheckingClient, engine: Engine
) -> None:
    def tags() -> list[str]:
        lists = [f"{stage}/requests.json" for stage in ("open311/v2", "open311/test/v2")]
        query = {"jurisdiction_id": "krakow.pl"}
        return [client.get(f"/{path}", query_string=query).headers["ETag"] for path in lists]

    production, test = tags()
    add_requests(engine, "krakow.pl", [days_ago(1)], endpoint_type="test")
    assert tags()[0] == production
    assert tags()[1] != test


def test_one_request_that_cannot_be_written_keeps_all_out(engine: Engine) -> None:
    with pytest.raises(Exception, match="foreign key"):
        add_requests(engine, "krakow.pl", [days_ago(1), days_ago(2)], unit_code="army")
    assert rows(engine)["service_request"] == 0


def test_numbers_for_bulk_and_for_reports_come_from_the_same_row(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        taken = next_numbers(connection, 3)
    reported(client, key, "krakow.pl")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT number FROM service_request")) > max(taken)


def test_what_was_handed_over_reads_like_what_was_reported(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    point = Point(*map(float, MIDDLE["krakow.pl"].values()))
    reported(client, key, "krakow.pl", description="Ława & kosz")
    [first] = search(client, "krakow.pl").json
    same = {"description": "Ława & kosz", "point": point}
    add_requests(engine, "krakow.pl", [days_ago(0)], **same)
    second = next(one for one in search(client, "krakow.pl").json if one != first)
    for name in ("description", "lat", "long", "service_name", "status"):
        assert first[name] == second[name]
