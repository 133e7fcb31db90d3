"""Who reported is told what becomes of it: when, in which words, with which links."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.reports.photos import HOST
from tests.changes import change
from tests.clients import CheckingClient
from tests.delivery.posting import (
    ANNA,
    BASE,
    deliveries,
    html_of,
    join,
    links_in,
    send_due_mail,
    send_mail,
    to,
    to_reporters,
)
from tests.mailbox import Mailbox, Received
from tests.reporting import BATCH, BLACKBOX, MIDDLE, only_row, post_report, report_row, reported

CITY = "wroclaw.pl"
WORDS = "Dzwoń: 601 234 567, Anna. <b>Mur</b> & płot"

RECEIVED = {"en": "We have your report", "pl": "Przyjęliśmy zgłoszenie", "de": "Wir haben Ihre"}


@pytest.fixture
def report(client: CheckingClient, key: str) -> str:
    """The id of a report by Anna, who is written to in English."""
    return reported(client, key, CITY, email=ANNA, locale="en", description=WORDS)


def told(engine: Engine, mailbox: Mailbox, recipient: str = ANNA) -> Received:
    """Return the one message that is sent to somebody now."""
    [received] = to(send_mail(engine, mailbox), recipient)
    return received


@pytest.mark.parametrize("language", RECEIVED)
def test_who_reports_is_thanked_in_their_language(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox, language: str
) -> None:
    name = reported(client, key, CITY, email=ANNA, locale=language, description=WORDS)
    message = told(engine, mailbox).message
    assert message["Subject"].startswith(RECEIVED[language])
    assert message["Subject"].endswith(f", {name}")
    assert message["Content-Language"] == language


def test_a_language_in_which_there_is_no_mail_gives_way_to_the_citys(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE reporter SET language = 'fr'"))
    assert told(engine, mailbox).message["Content-Language"] == "pl"


def test_a_message_says_what_was_reported_and_by_when(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    received = told(engine, mailbox)
    for part in (received.text, html_of(received)):
        assert report in part
        assert "Graffiti" in part
        assert "To be done by" in part
        assert "601 234 567" in part
    assert f"> {WORDS}" in received.text
    assert "<b>" not in html_of(received)
    assert "&lt;b&gt;Mur&lt;/b&gt; &amp; płot" in html_of(received)


def test_a_message_has_the_headers_of_one_that_a_program_sends(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    received = told(engine, mailbox)
    message, number = received.message, report_row(engine).number
    event_id = only_row(engine, "request_event").event_id
    assert message.get_content_type() == "multipart/alternative"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Wrocław <open311@city.example>"
    assert message["Date"].datetime
    assert message["Message-ID"].endswith("@city.example>")
    assert message["X-Open311-Delivery"] == f"{CITY}/{event_id}/reporter:{number}:0/received"


def test_unsubscribing_takes_one_click(report: str, engine: Engine, mailbox: Mailbox) -> None:
    received = told(engine, mailbox)
    token = received.text.partition("/my/unsubscribe/")[2].split()[0]
    # Whole and as it is, or programs do not find it.
    header = f"List-Unsubscribe: <{BASE}/my/unsubscribe/{token}>\r\n"
    assert header.encode() in received.raw
    assert received.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_links_are_signed_for_who_gets_them(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    mine = [CITY, report_row(engine).number, 0]
    assert links_in(told(engine, mailbox)) == {"follow": mine, "unsubscribe": mine}


def test_a_change_of_state_is_told(report: str, engine: Engine, mailbox: Mailbox) -> None:
    send_mail(engine, mailbox)
    change(engine, CITY, report, "state_changed", "in_progress", "We are on it.", True)
    received = told(engine, mailbox)
    assert received.message["Subject"].startswith("News of your report")
    assert "Status: being worked on" in received.text
    assert "> We are on it." in received.text
    assert "opinion" not in links_in(received)


def test_what_is_said_in_public_is_told_masked(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    send_mail(engine, mailbox)
    change(engine, CITY, report, "noted", note="Ring 601 111 222.", is_public=True)
    assert "> Ring [***]." in told(engine, mailbox).text


def test_what_officers_say_among_themselves_is_not_told(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    send_mail(engine, mailbox)
    change(engine, CITY, report, "noted", note="Not again.")
    change(engine, CITY, report, "state_changed", "in_review", "Hm.")
    assert to(send_mail(engine, mailbox)) == []


def test_closing_asks_for_an_opinion(report: str, engine: Engine, mailbox: Mailbox) -> None:
    send_mail(engine, mailbox)
    change(engine, CITY, report, "state_changed", "resolved", "Painted over.", True)
    received, row = told(engine, mailbox), report_row(engine)
    assert received.message["Subject"].startswith("Your report is closed")
    assert "To be done by" not in received.text
    closed = int(row.updated_datetime.timestamp())
    assert links_in(received)["opinion"] == [CITY, row.number, 0, closed]


def test_opening_again_is_told(report: str, engine: Engine, mailbox: Mailbox) -> None:
    change(engine, CITY, report, "state_changed", "resolved", is_public=True)
    send_mail(engine, mailbox)
    change(engine, CITY, report, "state_changed", "reopened", is_public=True)
    assert told(engine, mailbox).message["Subject"].startswith("Your report is open again")


def test_a_batch_request_is_told_its_number_once_it_has_one(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    assert post_report(client, key, CITY, email=ANNA, locale="en", **BATCH).status_code == 200
    [first] = to(send_due_mail(engine, mailbox))
    [second] = to(send_mail(engine, mailbox))
    assert first.message["Subject"] == "We have your report: Abandoned vehicle"
    name = report_row(engine).service_request_id
    assert second.message["Subject"] == f"Your report has a number: Abandoned vehicle, {name}"


def test_who_joined_reads_what_the_public_reads(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    send_mail(engine, mailbox)
    position = join(engine, CITY, report, "jan@home.example")
    joined = send_mail(engine, mailbox)
    [received] = joined
    assert received.recipients == ["jan@home.example"]
    assert received.message["Subject"].startswith("You follow a report")
    assert "> Dzwoń: [***], Anna." in received.text
    assert "601 234 567" not in received.text + html_of(received)
    assert links_in(received)["follow"] == [CITY, report_row(engine).number, position]


def test_all_who_joined_are_told_each_with_their_own_links(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    people = [ANNA, "jan@home.example", "ewa@home.example"]
    for email in people[1:]:
        join(engine, CITY, report, email)
    send_mail(engine, mailbox)
    change(engine, CITY, report, "state_changed", "resolved", is_public=True)
    sent = send_mail(engine, mailbox)
    assert [one.recipients for one in sent] == [[one] for one in people]
    assert [links_in(one)["unsubscribe"][2] for one in sent] == [0, 1, 2]


def test_nobody_is_told_twice_who_also_joined(
    report: str, engine: Engine, mailbox: Mailbox
) -> None:
    join(engine, CITY, report, ANNA.upper())
    send_mail(engine, mailbox)
    change(engine, CITY, report, "state_changed", "resolved", is_public=True)
    assert links_in(told(engine, mailbox))["follow"][2] == 0


def merged(client: CheckingClient, key: str, engine: Engine, report: str) -> tuple[str, int]:
    """Have a report by Jan merged into another; return its id and number."""
    fields: Any = {"email": "jan@home.example", "locale": "en", "description": "Jan's words"}
    name = reported(client, key, CITY, **fields)
    with engine.connect() as connection:
        numbers = list(connection.scalars(text("SELECT number FROM service_request ORDER BY 1")))
    original, number = numbers
    detail = {"into": original, "service_request_id": report}
    closing: Any = {"duplicate_of": original, "detail": detail, "is_public": True}
    change(engine, CITY, name, "merged", "duplicate", **closing)
    return name, number


def test_who_reported_what_is_merged_is_told_so_and_then_follows_the_other(
    client: CheckingClient, key: str, report: str, engine: Engine, mailbox: Mailbox
) -> None:
    name, number = merged(client, key, engine, report)
    sent = to(send_mail(engine, mailbox), "jan@home.example")
    assert [one.message["Subject"].partition(":")[0] for one in sent] == [
        "We have your report",
        f"Your report is handled together with {report}",
    ]
    change(engine, CITY, report, "state_changed", "resolved", "Painted over.", True)
    received = told(engine, mailbox, "jan@home.example")
    assert received.message["Subject"] == f"Your report is closed: Graffiti, {name}"
    assert "> Painted over." in received.text
    assert "> Jan's words" in received.text
    assert "Dzwoń" not in received.text
    assert links_in(received)["opinion"][:3] == [CITY, number, 0]


def test_what_is_no_longer_merged_is_not_told_of_the_other(
    client: CheckingClient, key: str, report: str, engine: Engine, mailbox: Mailbox
) -> None:
    merged(client, key, engine, report)
    send_mail(engine, mailbox)
    change(engine, CITY, report, "noted", note="Soon.", is_public=True)
    mailbox.answer(451, times=2)
    send_mail(engine, mailbox)
    with engine.begin() as connection:
        connection.execute(text("UPDATE service_request SET duplicate_of = NULL"))
    assert to(send_mail(engine, mailbox), "jan@home.example") == []
    assert "handled by itself" in deliveries(engine, state="dropped")[0].error


@pytest.mark.parametrize("publication", ["awaiting_review", "withheld"])
def test_who_reported_what_is_not_public_is_told_all_the_same(
    report: str, engine: Engine, mailbox: Mailbox, publication: str
) -> None:
    join(engine, CITY, report, "jan@home.example")
    change(engine, CITY, report, "moderated", publication=publication)
    send_mail(engine, mailbox)
    change(engine, CITY, report, "state_changed", "resolved", "Painted over.", True)
    anna, jan = send_mail(engine, mailbox)
    assert "> Painted over." in anna.text
    assert f"> {WORDS}" in anna.text
    assert "is closed" in jan.text
    assert "Painted" not in jan.text
    assert "Dzwoń" not in jan.text


def test_who_reports_in_secret_is_thanked_without_a_number(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    with engine.connect() as connection:
        services = text("SELECT document ->> 'reporter' FROM service WHERE service_code = :code")
        kept = connection.scalar(services, {"code": BLACKBOX["service_code"]})
    assert post_report(client, key, CITY, email=ANNA, **BLACKBOX).status_code == 200
    sent = to(send_mail(engine, mailbox))
    assert len(sent) == (kept != "anonymous")


@pytest.mark.parametrize("fields", [{}, {"phone": "601234567"}])
def test_who_leaves_no_address_is_not_written_to(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox, fields: dict[str, str]
) -> None:
    reported(client, key, CITY, **fields)
    send_mail(engine, mailbox)
    assert to_reporters(engine) == []


def test_reports_for_trying_are_told_to_nobody(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    form = {"jurisdiction_id": CITY, "api_key": key, "service_code": "graffiti", "email": ANNA}
    answer = client.post("/open311/test/v2/requests.json", data=form | MIDDLE[CITY])
    assert answer.status_code == 200, answer.text
    assert send_mail(engine, mailbox) == []


@pytest.mark.parametrize("column", ["unsubscribed_datetime", "erased_datetime"])
def test_who_has_gone_is_told_nothing_more(
    report: str, engine: Engine, mailbox: Mailbox, column: str
) -> None:
    join(engine, CITY, report, ANNA)
    send_mail(engine, mailbox)
    change(engine, CITY, report, "noted", note="Soon.", is_public=True)
    mailbox.answer(451)
    send_mail(engine, mailbox)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE reporter SET {column} = now() WHERE position = 0"))
        if column == "erased_datetime":
            connection.execute(text("UPDATE reporter SET sealed = NULL, email_index = NULL"))
    change(engine, CITY, report, "noted", note="Very soon.", is_public=True)
    assert to(send_mail(engine, mailbox)) == []
    [dropped] = deliveries(engine, state="dropped")
    assert "Who it was for" in dropped.error


def test_the_mark_of_our_host_never_leaves(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    name = reported(client, key, CITY, email=ANNA)
    change(engine, CITY, name, "attached", note=f"See {HOST}/x", is_public=True,
           media_urls=[f"{HOST}/open311/photos/a.jpg"])  # fmt: skip
    for received in to(send_mail(engine, mailbox)):
        assert HOST not in received.text + html_of(received)
        assert "photos" not in received.text


def test_no_name_begins_another_header(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    reported(client, key, CITY, email=ANNA, description="a\r\nBcc: ewa@home.example\r\n\r\nb")
    received = told(engine, mailbox)
    assert received.message["Bcc"] is None
    assert "> Bcc: ewa@home.example" in received.text


@pytest.mark.parametrize(
    "email",
    ["anna", "@", "a@", "a@home.example, ewa@home.example", "Anna <a@home.example>",
     "a@home.example,ewa", "a b@home.example", '"a"@home.example', "a@b@home.example"],
)  # fmt: skip
def test_what_is_no_address_is_given_up_without_being_quoted(
    client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox, email: str
) -> None:
    reported(client, key, CITY, email=email)
    sent = send_mail(engine, mailbox)
    assert all(one.recipients[0].endswith("@wroclaw.example.org") for one in sent)
    [row] = to_reporters(engine)
    assert (row.state, row.error) == ("dead", "The e-mail address is none.")
