"""A city's own words and address in its mail, and nothing of another city's."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.delivery.posting import ANNA, html_of, send_mail, to
from tests.folders import change as change_file
from tests.folders import copy_city, put_in_force
from tests.mailbox import Mailbox, Received
from tests.reporting import reported

MESSAGES = """\
pl:
  mail-received-subject: "Wrocław dziękuje: { $title }"
  mail-received-text: |-
    <b>Ahoj</b> w mieście { $city }!

    Sprawa: { $service }.
  mail-unit-assigned-subject: '{ "Praca\\u000ABcc: ewa@home.example" }'
  mail-unit-assigned-text: Do roboty, { $unit }!
"""


@pytest.fixture
def sent(
    own_client: CheckingClient, own_key: str, own_engine: Engine, mailbox: Mailbox, tmp_path: Path
) -> list[Received]:
    """What is sent of a report in a city with words of its own, and of one in another."""
    folder = copy_city("wroclaw", tmp_path)
    (folder / "messages.yaml").write_text(MESSAGES)
    change_file(folder, "jurisdiction.yaml", "slug: wroclaw\n",
                "slug: wroclaw\nmail_from: zgloszenia@wroclaw.example.org\n")  # fmt: skip
    put_in_force(own_engine, folder)
    for city in ("wroclaw.pl", "krakow.pl"):
        for locale in ("pl", "de"):
            reported(own_client, own_key, city, email=ANNA, locale=locale)
    return send_mail(own_engine, mailbox)


def test_a_city_says_it_in_its_own_words(sent: list[Received]) -> None:
    received = to(sent)[0]
    assert received.message["Subject"].startswith("Wrocław dziękuje: Graffiti, WRO-")
    assert "<b>Ahoj</b> w mieście Wrocław!\n\nSprawa: Graffiti." in received.text.replace("\r", "")
    assert "&lt;b&gt;Ahoj&lt;/b&gt;" in html_of(received)


def test_its_units_are_told_in_them_too_and_nobody_else_is(sent: list[Received]) -> None:
    told = [one for one in sent if "Do roboty, " in one.text]
    assert {one.message["Subject"] for one in told} == {"Praca Bcc: ewa@home.example"}
    assert {one.message["Bcc"] for one in told} == {None}
    assert "ewa@home.example" not in {name for one in sent for name in one.recipients}


def test_other_languages_and_cities_have_ours(sent: list[Received]) -> None:
    subjects = [one.message["Subject"].partition(":")[0] for one in to(sent)]
    assert subjects == [
        "Wrocław dziękuje", "Wir haben Ihre Meldung", "Przyjęliśmy zgłoszenie",
        "Wir haben Ihre Meldung",
    ]  # fmt: skip


def test_a_city_sends_from_its_own_address(sent: list[Received]) -> None:
    senders = [(one.message["From"], one.sender) for one in to(sent)]
    assert senders[0] == ("Wrocław <zgloszenia@wroclaw.example.org>", "open311@city.example")
    assert senders[2] == ("Kraków <open311@city.example>", "open311@city.example")
