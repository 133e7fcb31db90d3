"""What tests of mail need: the jobs done with a mail server, requests changed, mail looked at."""

import re
from typing import Any

from sqlalchemy import Engine, text

from open311.database import tables
from open311.delivery.delivering import DELIVER
from open311.georeport.encoding import render_request
from open311.jobs.listing import Job
from open311.people.links import Links
from open311.reports.changing import Author, Change, apply_change, lock_request
from open311.reports.reading import number_of
from open311.reports.reporters import ReporterKey, reporter_row
from open311.reports.submission import Reporter
from tests.changes import registry_of
from tests.conftest import KEYRING
from tests.mailbox import Mailbox, Received
from tests.working import do_due, let_be_due, queued

BASE = "https://reports.example.org"
ANNA = "anna.nowak@home.example"


def send_mail(engine: Engine, mailbox: Mailbox, **settings: str) -> list[Received]:
    """Do what is queued, due or not, and return what the server took by that."""
    let_be_due(engine)
    return send_due_mail(engine, mailbox, **settings)


def send_due_mail(engine: Engine, mailbox: Mailbox, **settings: str) -> list[Received]:
    """Do what is due, and return what the server took by that; an empty setting is none."""
    before = len(mailbox.messages)
    given = mailbox.settings | {"OPEN311_PUBLIC_URL": BASE} | settings
    do_due(engine, **{name: value for name, value in given.items() if value})
    return mailbox.messages[before:]


def to(messages: list[Received], recipient: str = ANNA) -> list[Received]:
    """Return the messages to somebody."""
    return [one for one in messages if one.recipients == [recipient]]


def html_of(received: Received) -> str:
    """Return the part in HTML."""
    part = received.message.get_body(("html",))
    assert part, "no part in HTML"
    return part.get_content()


def join(engine: Engine, city: str, request_id: str, email: str, language: str = "en") -> int:
    """Have somebody join who reported a request; return their position."""
    table = tables.reporter
    with engine.begin() as connection:
        number = number_of(connection, city, request_id)
        locked = lock_request(connection, registry_of(engine), city, number)
        known = text("SELECT max(position) + 1 FROM reporter WHERE number = :number")
        position = connection.scalar(known, {"number": number})
        key = ReporterKey(city, number, position)
        row = reporter_row(KEYRING, key, Reporter(email=email), language)
        connection.execute(table.insert().values(row))
        joined = Change("joined", detail={"position": position})
        apply_change(connection, locked, joined, Author("reporter"), render_request)
    return position


def links_in(received: Received) -> dict[str, list[str | int]]:
    """Return what the links of a message say, by what they are for; each must be good."""
    links = Links(KEYRING)
    purposes = {"requests": "follow", "unsubscribe": "unsubscribe", "opinion": "opinion"}
    found = re.findall(rf"{BASE}/my/(\w+)/([\w.-]+)", received.text)
    assert found == [one for one in found if one[1] in html_of(received)]
    return {purposes[name]: links.read(purposes[name], token) for name, token in found}


def deliveries(engine: Engine, **where: Any) -> list[Any]:
    """Return the deliveries, the oldest first; those with certain values."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM delivery ORDER BY delivery_id")).all()
    return [row for row in rows if all(getattr(row, k) == v for k, v in where.items())]


def delivery_jobs(engine: Engine) -> list[Job]:
    """Return the jobs that would try deliveries."""
    return [job for job in queued(engine) if job.name == DELIVER]


def to_reporters(engine: Engine) -> list[Any]:
    """Return the deliveries to those who reported or joined."""
    return [row for row in deliveries(engine) if row.destination.startswith("reporter:")]
