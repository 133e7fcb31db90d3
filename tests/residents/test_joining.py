"""Joining what others have reported: a form, and the link by mail alone."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import Client

from tests.clients import CheckingClient
from tests.mailbox import Mailbox
from tests.reporting import BATCH, post_report, reported
from tests.residents.people import (
    Followed,
    change,
    close,
    is_silent_on,
    joined,
    only_key,
    says,
)
from tests.residents.test_following import HOSTILE, SHOWN, merged_into
from tests.working import do_queued

JAN = {"email": "jan@example.com", "first_name": "Jan", "last_name": "Markerjan"}


def form_of(followed: Followed, place: str = "krakow") -> str:
    return f"/my/join/{place}/{followed.request_id}?locale=en"


def people(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM reporter WHERE position > 0")) or 0


@pytest.mark.parametrize("place", ["krakow", "krakow.pl", "KRAKOW.PL"])
def test_the_form_shows_what_the_public_sees(
    pages: Client, report: Callable[..., Followed], place: str
) -> None:
    response = pages.get(form_of(report(description=HOSTILE), place))
    says(response, "<h1>Does this concern you too?</h1>", f"{SHOWN} [***]", '<label for="email">')
    is_silent_on(response, ["<script", "<img", "600 311 311", "marker"])


def test_who_joins_is_told_by_mail_and_sees_the_request(
    pages: Client, followed: Followed, engine: Engine, mailbox: Mailbox
) -> None:
    response = pages.post(form_of(followed), data=JAN)
    says(response, "<h1>Look into your mailbox</h1>")
    is_silent_on(response, ["/my/requests/", "Markerjan"])
    do_queued(engine, OPEN311_PUBLIC_URL="https://reports.example", **mailbox.settings)
    [mail] = [one for one in mailbox.messages if one.recipients == [JAN["email"]]]
    [address] = re.findall(r"https://\S+/my/requests/\S+", mail.text)
    says(pages.get(urlsplit(address).path), f"<h1>Graffiti, {followed.request_id}</h1>")


def test_who_joins_twice_is_answered_alike_and_there_once(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    answers = [pages.post(form_of(followed), data=JAN).text for _ in range(2)]
    assert answers[0] == answers[1]
    assert people(engine) == 1


def test_who_joins_what_was_merged_joins_the_other(
    pages: Client, report: Callable[..., Followed], engine: Engine
) -> None:
    other, followed = report(), report()
    merged_into(engine, followed.key, other.key)
    says(pages.get(form_of(followed)), f"Graffiti, {other.request_id}")
    says(pages.post(form_of(followed), data=JAN), "Look into your mailbox")
    # Joined again, the row is the same.
    assert joined(engine, other.key).position == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"email": ""}, "no e-mail address"),
        ({"email": "jan"}, "no e-mail address"),
        ({"first_name": "x" * 201}, "at most 200"),
    ],
)
def test_what_cannot_be_used_is_asked_again(
    pages: Client, followed: Followed, engine: Engine, typed: dict[str, str], told: str
) -> None:
    response = pages.post(form_of(followed), data=JAN | typed)
    says(response, told, 'aria-invalid="true"', 'value="Markerjan"', status=400)
    assert people(engine) == 0


@pytest.mark.parametrize("kept", ["closed", "withheld"])
def test_what_is_not_public_or_not_open_cannot_be_joined(
    pages: Client, followed: Followed, engine: Engine, kept: str
) -> None:
    if kept == "closed":
        close(engine, followed.key)
    else:
        change(engine, followed.key, "moderated", publication="withheld", is_public=False)
    status, told = (409, "cannot be joined") if kept == "closed" else (404, "no such page")
    for response in (pages.get(form_of(followed)), pages.post(form_of(followed), data=JAN)):
        says(response, told, status=status)
        is_silent_on(response, [followed.request_id])
    assert people(engine) == 0


def test_what_has_no_id_or_is_of_a_test_endpoint_cannot_be_joined(
    pages: Client, client: CheckingClient, key: str, engine: Engine
) -> None:
    post_report(client, key, "krakow.pl", **BATCH)
    number = only_key(engine, "krakow.pl").number
    form = {"api_key": key, "service_code": "graffiti", "lat": "50.06", "long": "19.93"}
    [told] = client.post("/krakow/open311/test/v2/requests.json", data=form).json
    for name in (number, told["service_request_id"]):
        says(pages.get(f"/my/join/krakow/{name}"), status=404)


@pytest.mark.parametrize(
    "path", ["atlantis/{}", "wroclaw/{}", "krakow/KRK-1-1", "krakow%00/{}", "krakow/{}%00", "{}",
             "krakow/{}/x", "krakow/" + "x" * 5000, "krakow/%ff"]
)  # fmt: skip
def test_what_is_not_there_cannot_be_joined(
    pages: Client, client: CheckingClient, key: str, path: str
) -> None:
    name = reported(client, key, "krakow.pl")
    for send in (pages.get, pages.post):
        says(send(f"/my/join/{path.format(name)}?locale=en"), "no such page", status=404)


def test_the_language_is_the_citys_if_the_browser_asks_for_none(
    pages: Client, followed: Followed
) -> None:
    path = form_of(followed).partition("?")[0]
    says(pages.get(path), '<html lang="pl">')
    says(pages.get(path, headers={"Accept-Language": "fr, de;q=0.5"}), '<html lang="de">')
