"""Erasing who somebody is: everywhere."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from open311.catalogue.registry import read_catalogue
from open311.database import tables
from open311.database.tables import metadata
from open311.georeport.encoding import render_request
from open311.reports.changing import Author, lock_request
from open311.reports.erasing import erase_request, without_words
from open311.reports.opinions import Opinion, Opinions
from open311.reports.submission import Reporter
from tests.reports.lives import (
    CITY,
    KEYRING,
    add_reporter,
    change,
    new_number,
    registry_of,
    request_of,
)

# The name of the officer in tests is another's.
MARKER = re.compile(
    r"anna\.marker|600 ?100 ?200|Marker(?!officer)|device-7|account-7", re.IGNORECASE
)


@pytest.mark.parametrize("is_open", [True, False])
def test_nothing_of_a_person_is_left_anywhere(engine: Engine, is_open: bool) -> None:
    told = "Call 600 100 200 or anna.marker@example.org"
    number = new_number(
        engine, state="resolved", description=told, attributes={"ACCESS": [told]}, address=told,
        status_notes=told,
    )  # fmt: skip
    person = Reporter(
        "anna.marker@example.org", "Anna", "Marker", "600100200", "device-7", "account-7"
    )
    key = add_reporter(engine, number, person)
    add_reporter(engine, number, person, position=1)
    with engine.begin() as connection:
        plain = {"last_name": "Marker"}
        connection.execute(tables.reporter.update().values(unsealed=plain))
        opinion = Opinion(True, 5, f"I am Marker. {told}")
        when = request_of(engine, number).updated_datetime
        Opinions(registry_of(engine), render_request).give(connection, key, when, opinion)
    change(engine, number, "noted", note="Mrs Marker will wait at the gate")
    change(engine, number, "noted", note=told, is_public=True)
    change(
        engine, number, "moderated", public_description=told, detail={"public_description": told}
    )
    if is_open:
        change(engine, number, state="reopened", note=told, is_public=True)
    assert _tables_with(engine, MARKER)
    with engine.begin() as connection:
        locked = lock_request(connection, registry_of(engine), CITY, number)
        erase_request(connection, locked, Author("system"), render_request)
    assert _tables_with(engine, MARKER) == {}
    index = KEYRING.index("anna.marker@example.org").hex()
    assert _tables_with(engine, re.compile(index)) == {}


def test_an_answer_is_masked_by_what_its_question_says_that_it_is(engine: Engine) -> None:
    with engine.connect() as connection:
        catalogue = read_catalogue(connection, CITY)
    number = new_number(engine, service_code="abandoned_vehicle")
    request = replace(request_of(engine, number), attributes={"CAR": ["D1 ABC"]})
    service = catalogue.services[request.service_code]
    asked = replace(service.attributes[0], code="CAR", datatype="string",
        description={"pl": "Numer rejestracyjny"})  # fmt: skip
    changed = replace(service, attributes=(asked,))
    asking = replace(catalogue, services={request.service_code: changed})
    assert without_words(request, asking).attributes == {"CAR": ["[***]"]}


def _tables_with(engine: Engine, marker: re.Pattern[str]) -> dict[str, list[str]]:
    """Return what every table has of a marker."""
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for table in metadata.tables:
            for row in connection.scalars(text(f"SELECT {table}::text FROM {table}")):
                if hits := marker.findall(row):
                    found.setdefault(table, []).extend(hits)
    return found
