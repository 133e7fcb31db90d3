"""What is kept of one person: handed out, or erased."""

from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select

from open311.access.rights import Actor, Role, shell
from open311.database import tables
from open311.errors import Forbidden, NotFound
from open311.georeport.encoding import render_request
from open311.reports.opinions import Opinion, Opinions
from open311.reports.persons import Asked, Persons
from open311.reports.photos import HOST
from open311.reports.reporters import ReporterKey
from open311.reports.submission import Reporter
from tests.reports.lives import (
    CITY,
    KEYRING,
    add_reporter,
    change,
    kinds,
    new_number,
    registry_of,
    request_of,
    rows,
)
from tests.rows import add_request, days_ago

EMAIL = "anna@example.org"
ANNA = Reporter(email=EMAIL, first_name="Anna", phone="600100200")
JAN = Reporter(email="jan@example.org")
ROOT = shell("root")


def persons(engine: Engine) -> Persons:
    """Return what finds people."""
    return Persons(registry_of(engine), KEYRING, render_request)


def export(engine: Engine, email: str = EMAIL, place: str | None = None) -> list[dict[str, Any]]:
    """Return what is kept of somebody about each request, as JSON has it."""
    with engine.begin() as connection:
        found = persons(engine).export(connection, Asked(email, place, ROOT, "asked"))
    return orjson.loads(orjson.dumps(found))["requests"]


def erase(engine: Engine, email: str = EMAIL, place: str | None = None) -> int:
    """Erase somebody."""
    with engine.begin() as connection:
        return persons(engine).erase(connection, Asked(email, place, ROOT, "asked"))


def reported(engine: Engine, reporter: Reporter = ANNA, **members: Any) -> int:
    """Add a request that somebody has reported, and return its number."""
    number = new_number(engine, **members)
    add_reporter(engine, number, reporter)
    return number


def log(engine: Engine, act: str) -> list[Any]:
    """Return the entries of the audit log about an act, the newest first."""
    table = tables.audit_entry
    with engine.connect() as connection:
        query = select(table).where(table.c.act == act).order_by(table.c.audit_entry_id.desc())
        return list(connection.execute(query))


def test_a_person_is_handed_what_they_sent(engine: Engine) -> None:
    reported(engine, description="Call 600 100 200", attributes={"ACCESS": ["by night"]})
    [found] = export(engine, " Anna@Example.org")
    assert found["part"] == "reported"
    assert found["person"] == {"email": EMAIL, "first_name": "Anna", "phone": "600100200"}
    assert found["request"]["description"] == "Call 600 100 200"
    assert found["request"]["attributes"] == {"ACCESS": ["by night"]}


def test_nobody_is_handed_what_others_sent(engine: Engine) -> None:
    reported(engine, JAN)
    assert export(engine) == []


def test_what_officers_say_among_themselves_is_not_handed_out(engine: Engine) -> None:
    number = reported(engine)
    change(engine, number, "noted", note="Ask jan@example.org", is_public=True)
    change(engine, number, "noted", note="A difficult person")
    [found] = export(engine)
    assert [event["description"] for event in found["events"]] == ["Ask [***]"]


def test_who_joined_is_handed_only_what_the_public_sees_of_the_report(engine: Engine) -> None:
    number = reported(engine, JAN, description="Call 600 100 200")
    add_reporter(engine, number, ANNA, position=1)
    [found] = export(engine)
    assert found["part"] == "joined"
    assert found["request"]["description"] == "Call [***]"
    assert "jan@example.org" not in str(found)


def test_opinions_photos_and_deliveries_are_handed_out(engine: Engine) -> None:
    closed, address = days_ago(1), f"/open311/photos/{CITY}/{'a' * 32}.jpg"
    urls = [HOST + address]
    number = reported(engine, state="resolved", updated_datetime=closed, media_urls=urls)
    add_reporter(engine, number, JAN, position=1)
    with engine.begin() as connection:
        opinions = Opinions(registry_of(engine), render_request)
        opinions.give(connection, ReporterKey(CITY, number), closed, Opinion(True, 4, "Thanks"))
        photo = {"width": 1, "height": 1, "bytes": 1, "digest": "d"}
        photo |= {"jurisdiction_id": CITY, "number": number}
        # The second came with a note for officers alone.
        for position, photo_id in enumerate(("a" * 32, "b" * 32)):
            one = photo | {"photo_id": photo_id, "position": position}
            connection.execute(tables.photo.insert(), one)
        for position in (0, 1):
            sent = {"jurisdiction_id": CITY, "number": number, "event_id": 1, "kind": "mail"}
            sent |= {"destination": f"reporter:{number}:{position}", "subject": "closed"}
            connection.execute(tables.delivery.insert(), sent)
    [found] = export(engine)
    assert [(it["rating"], it["comment"]) for it in found["opinions"]] == [(4, "Thanks")]
    assert [event["kind"] for event in found["events"]] == ["opinion_given"]
    assert found["photos"] == [address]
    assert [it["subject"] for it in found["deliveries"]] == ["closed"]


def test_who_is_erased_is_found_no_more_and_the_request_stays_open(engine: Engine) -> None:
    number = reported(engine, description="Call 600 100 200")
    assert erase(engine) == 1
    assert export(engine) == []
    request = request_of(engine, number)
    assert (request.state, request.description) == ("received", "Call [***]")
    [row] = rows(engine, tables.reporter, number)
    assert (row.sealed, row.email_index, row.unsealed) == (None, None, None)
    assert kinds(engine, number) == ["erased"]


def test_who_joined_is_erased_alone(engine: Engine) -> None:
    number = reported(engine, JAN, description="Call 600 100 200")
    add_reporter(engine, number, ANNA, position=1)
    change(engine, number, "noted", note="For officers")
    erase(engine)
    known = [row.sealed is not None for row in rows(engine, tables.reporter, number)]
    assert known == [True, False]
    assert request_of(engine, number).description == "Call 600 100 200"
    assert rows(engine, tables.request_event, number)[0].description == "For officers"


def test_who_reported_and_joined_the_same_is_erased_as_both(engine: Engine) -> None:
    number = reported(engine, description="Call 600 100 200")
    add_reporter(engine, number, ANNA, position=1)
    assert erase(engine) == 1
    assert request_of(engine, number).description == "Call [***]"
    assert kinds(engine, number) == ["erased"]


def test_many_requests_are_erased_at_once(engine: Engine) -> None:
    numbers = [reported(engine) for _ in range(20)]
    assert erase(engine) == 20
    assert {request_of(engine, number).version for number in numbers} == {2}


def test_a_city_is_asked_alone_if_that_is_said(engine: Engine) -> None:
    number = reported(engine)
    assert erase(engine, place="krakow.pl") == 0
    assert kinds(engine, number) == []
    assert len(export(engine, place=CITY)) == 1


def test_a_city_that_is_not_there_is_told(engine: Engine) -> None:
    with pytest.raises(NotFound):
        erase(engine, place="bystra.example")


def test_the_log_tells_who_why_and_how_many_and_not_whose(engine: Engine) -> None:
    reported(engine)
    reported(engine)
    export(engine)
    erase(engine)
    index = KEYRING.index(EMAIL).hex()
    for act in ("read_personal", "erase_personal"):
        entry = log(engine, act)[0]
        assert (entry.actor, entry.reason, entry.jurisdiction_id) == ("shell:root", "asked", CITY)
        assert (entry.subject, entry.after) == (f"person {index}", {"requests": 2})
        assert "anna" not in str(entry)


def test_that_somebody_was_not_found_is_in_the_log_too(engine: Engine) -> None:
    assert export(engine, "nobody@example.org") == []
    entry = log(engine, "read_personal")[0]
    assert (entry.jurisdiction_id, entry.after) == (None, {"requests": 0})


def test_only_administrators_of_a_city_erase_there(engine: Engine) -> None:
    add_request(engine, CITY)
    ours = Actor("a@example.org", 1, (Role("city_administrator", CITY),))
    officer = Actor("o@example.org", 2, (Role("unit_officer", CITY, "zdium"),))
    with engine.begin() as connection:
        assert persons(engine).erase(connection, Asked(EMAIL, CITY, ours, "asked")) == 0
        for actor, place in ((ours, "krakow.pl"), (ours, None), (officer, CITY)):
            with pytest.raises(Forbidden):
                persons(engine).erase(connection, Asked(EMAIL, place, actor, "asked"))
