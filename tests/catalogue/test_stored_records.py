"""Stored records are what a fresh rendering would be, whatever changed in between."""

from sqlalchemy import Engine, text

from open311.catalogue.registry import read_catalogue
from open311.georeport.encoding import render_request
from open311.reports.samples import load_samples
from tests.clients import CheckingClient
from tests.reporting import reported
from tests.rows import add_request, close_request, days_ago, stale_records


def test_all_samples_are_stored_as_a_fresh_rendering_would_be(engine: Engine, city: str) -> None:
    with engine.begin() as connection:
        load_samples(connection, read_catalogue(connection, city), 1500, render_request)
    assert stale_records(engine, city) == 0


def test_a_report_is_stored_as_a_fresh_rendering_would_be(
    client: CheckingClient, key: str, engine: Engine, city: str
) -> None:
    everything = {
        "description": "Ława <b>złamana</b> & brudna\nobok „Kiosku”",
        "address_string": "Rynek 1",
        "address_id": "7",
        "media_url": "https://example.org/a.jpg?b=1&c=2",
        "attribute[note]": "x",
        "lat": None,
        "long": None,
    }
    reported(client, key, city, **everything)
    reported(client, key, city)
    assert stale_records(engine, city) == 0


def test_a_closed_request_is_stored_as_a_fresh_rendering_would_be(
    engine: Engine, city: str
) -> None:
    close_request(engine, city, add_request(engine, city), days_ago(0))
    assert stale_records(engine, city) == 0


def test_a_record_that_someone_tampered_with_is_noticed(engine: Engine, city: str) -> None:
    add_request(engine, city)
    add_request(engine, city)
    with engine.begin() as connection:
        connection.execute(
            text("""
            UPDATE service_request SET public_xml = replace(public_xml, 'open', 'shut')
            WHERE number = (SELECT max(number) FROM service_request)
        """)
        )
    assert stale_records(engine, city) == 1
    assert stale_records(engine, city) == 0


def test_more_requests_than_are_rendered_at_a_time_are_all_rendered_again(
    own_engine: Engine,
) -> None:
    with own_engine.begin() as connection:
        load_samples(connection, read_catalogue(connection, "krakow.pl"), 2500, render_request)
        connection.execute(text("UPDATE service_request SET public_json = '{}', public_xml = ''"))
    assert stale_records(own_engine, "krakow.pl") == 2500
    assert stale_records(own_engine, "krakow.pl") == 0
