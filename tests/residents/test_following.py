"""The page of a request, for who reported it and for who joined."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import Client

from open311.georeport.encoding import render_request
from open311.people.links import Links
from open311.reports.changing import Author
from open311.reports.merging import lock_for_merging, merge
from open311.reports.personal_links import FOLLOW
from open311.reports.reporters import ReporterKey
from tests.clients import CheckingClient
from tests.pictures import picture
from tests.reporting import BATCH, BLACKBOX, post_report
from tests.residents.people import (
    Followed,
    change,
    close,
    erase,
    is_silent_on,
    only_key,
    registry_of,
    row_of,
    says,
)
from tests.working import do_queued

HOSTILE = "<script>alert(1)</script> \"'><img src=x> {{ 7*7 }} & call 600 311 311"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt; &#34;&#39;&gt;&lt;img src=x&gt; {{ 7*7 }} &amp; call"


def merged_into(engine: Engine, key: ReporterKey, into: ReporterKey) -> None:
    with engine.begin() as connection:
        locked = lock_for_merging(
            connection, registry_of(engine), key.jurisdiction_id, key.number, into.number
        )
        merge(connection, locked, None, Author("officer"), render_request)


def photo_on(text: str) -> str:
    [path] = re.findall(r'<li><a href="(/my/requests/[^"]*/photos/[^"]*)">', text)
    return path


def test_who_reported_sees_the_request(pages: Client, followed: Followed) -> None:
    says(
        pages.get(followed.page),
        '<html lang="en">',
        f"<h1>Graffiti, {followed.request_id}</h1>",
        "<dt>Status</dt><dd>received</dd>",
        "<dt>To be done by</dt>",
        "Report received",
    )


def test_what_was_sent_is_shown_as_it_was_sent_and_cannot_act(
    pages: Client, report: Callable[..., Followed]
) -> None:
    followed = report(description=HOSTILE)
    response = pages.get(followed.page)
    says(response, SHOWN + " 600 311 311")
    is_silent_on(response, ["<script", "<img"])


def test_who_joined_sees_what_the_public_does(
    pages: Client, report: Callable[..., Followed], join: Callable[[Followed], Followed]
) -> None:
    response = pages.get(join(report(description=HOSTILE)).page)
    says(response, SHOWN + " [***]", "What was reported")
    is_silent_on(response, ["600 311 311", "You wrote"])


def test_what_officers_say_in_public_is_shown_in_order(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    change(engine, followed.key, note="First word")
    change(engine, followed.key, note="Only for us", is_public=False)
    change(engine, followed.key, "state_changed", state="in_progress", note="Second word")
    response = pages.get(followed.page)
    says(response, "<dt>Status</dt><dd>being worked on</dd>")
    text = response.text
    assert text.index("Report received") < text.index("First word") < text.index("Second word")
    is_silent_on(response, ["Only for us", "markerofficer"])


def test_a_batch_request_waits_for_its_id(
    pages: Client, client: CheckingClient, key: str, engine: Engine, links: Links
) -> None:
    post_report(client, key, "krakow.pl", **BATCH, locale="en")
    followed = Followed("", only_key(engine, "krakow.pl"), links)
    says(pages.get(followed.page), "none yet")
    do_queued(engine)
    says(pages.get(followed.page), "<dt>Number</dt><dd>KRK-")


def test_a_blackbox_request_waits_for_none(
    pages: Client, client: CheckingClient, key: str, engine: Engine, links: Links
) -> None:
    post_report(client, key, "krakow.pl", **BLACKBOX, locale="en")
    response = pages.get(Followed("", only_key(engine, "krakow.pl"), links).page)
    says(response, "not public", "<dt>Status</dt>")
    is_silent_on(response, ["none yet", "<dt>Number</dt>"])


def test_a_request_that_is_withheld_is_hidden_from_who_joined_but_not_from_who_reported(
    pages: Client,
    report: Callable[..., Followed],
    join: Callable[[Followed], Followed],
    engine: Engine,
) -> None:
    followed = report(description="A long tale", **{"media_url": "https://pictures.example/1.jpg"})
    jan = join(followed)
    change(engine, followed.key, note="What we say")
    change(engine, followed.key, "moderated", publication="withheld", is_public=False)
    texts = ["A long tale", "What we say", "pictures.example"]
    says(pages.get(followed.page), *texts, "not public")
    response = pages.get(jan.page)
    says(response, "not public any more", "<dt>Status</dt><dd>received</dd>")
    is_silent_on(response, [*texts, followed.request_id])


def test_a_merged_request_shows_the_other(
    pages: Client, report: Callable[..., Followed], engine: Engine
) -> None:
    other, followed = report(description="Theirs 600 311 311"), report(description="Mine")
    merged_into(engine, followed.key, other.key)
    change(engine, other.key, note="We are on our way")
    says(
        pages.get(followed.page),
        "handled together with another report",
        f"<h3>Graffiti, {other.request_id}</h3>",
        "Theirs [***]",
        "We are on our way",
        "Mine",
    )


def test_of_another_that_is_not_public_only_its_state_is_told(
    pages: Client, report: Callable[..., Followed], engine: Engine
) -> None:
    other, followed = report(description="Theirs"), report(description="Mine")
    merged_into(engine, followed.key, other.key)
    change(engine, other.key, "moderated", publication="withheld", is_public=False)
    response = pages.get(followed.page)
    is_silent_on(response, ["Theirs"])
    says(response, "<h3>Graffiti</h3>")


def test_a_closed_request_asks_for_an_opinion(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    is_silent_on(pages.get(followed.page), ["/my/opinion/"])
    close(engine, followed.key)
    says(pages.get(followed.page), 'href="/my/opinion/', "It is mended.")


def test_photos_are_shown_to_who_may_see_them_and_to_nobody_else(
    pages: Client,
    client: CheckingClient,
    key: str,
    engine: Engine,
    links: Links,
    join: Callable[[Followed], Followed],
) -> None:
    post_report(client, key, "krakow.pl", media=(BytesIO(picture()), "a.jpg"), locale="en")
    followed = Followed("", only_key(engine, "krakow.pl"), links)
    jan = join(followed)
    change(engine, followed.key, "moderated", publication="withheld", is_public=False)
    path = photo_on(pages.get(followed.page).text)
    assert path.startswith(f"{followed.page}/photos/")
    for name in (path, path.replace(".jpg", ".thumb.jpg"), path.removesuffix(".jpg")):
        response = pages.get(name)
        assert response.status_code == 200
        assert response.content_type == "image/jpeg"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.data.startswith(b"\xff\xd8")
    says(pages.get(path.replace(followed.page, jan.page)), status=404)
    says(pages.get(f"{followed.page}/photos/{'0' * 32}.jpg"), status=404)


def test_a_photo_that_came_with_a_note_for_officers_is_not_shown(
    pages: Client,
    client: CheckingClient,
    key: str,
    engine: Engine,
    links: Links,
    join: Callable[[Followed], Followed],
) -> None:
    post_report(client, key, "krakow.pl", media=(BytesIO(picture()), "a.jpg"), locale="en")
    anna = Followed("", only_key(engine, "krakow.pl"), links)
    path, urls = photo_on(pages.get(anna.page).text), row_of(engine, anna.key).media_urls
    # It was never the report's, but a stranger's.
    for is_public, status in ((False, 404), (True, 200)):
        change(engine, anna.key, said_media_urls=urls, media_urls=[], is_public=is_public)
        for who in (anna, join(anna)):
            assert pages.get(path.replace(anna.page, who.page)).status_code == status
            assert ("/photos/" in pages.get(who.page).text) == is_public


def test_a_photo_of_another_request_is_not_shown(
    pages: Client, client: CheckingClient, key: str, engine: Engine, links: Links,
    report: Callable[..., Followed],
) -> None:  # fmt: skip
    post_report(client, key, "krakow.pl", media=(BytesIO(picture()), "a.jpg"))
    other = Followed("", only_key(engine, "krakow.pl"), links)
    path = photo_on(pages.get(other.page).text)
    says(pages.get(path.replace(other.page, report().page)), status=404)


def test_answers_are_shown_by_their_names(
    pages: Client, report: Callable[..., Followed], join: Callable[[Followed], Followed]
) -> None:
    answers = {"attribute[lamp_number]": "Call 600 311 311", "attribute[fault]": "dark"}
    followed = report(service_code="street_lamp", locale="de", **answers)
    lamp, fault = "<dt>Nummer der Laterne</dt>", "<dt>Was ist los?</dt><dd>Leuchtet nicht</dd>"
    says(pages.get(followed.page), "Ihre Angaben", lamp, "<dd>Call 600 311 311</dd>", fault)
    says(pages.get(f"{join(followed).page}?locale=de"), lamp, "<dd>Call [***]</dd>", fault)


def test_who_is_erased_has_no_page(pages: Client, followed: Followed, engine: Engine) -> None:
    erase(engine, followed.key)
    says(pages.get(followed.page), "There is nothing here any more", status=404)


def test_a_row_that_is_not_there_has_no_page(pages: Client, links: Links) -> None:
    token = links.sign(FOLLOW, ["krakow.pl", 1, 0])
    says(pages.get(f"/my/requests/{token}"), "nothing here any more", status=404)


@pytest.mark.parametrize(
    ("spoken", "query", "accepted", "expected"),
    [
        ("de", "", "pl", "de"),
        ("de", "?locale=pl", "en", "pl"),
        ("uk", "", "", "uk"),
        ("en", "?locale=xx", "de", "en"),
    ],
)
def test_the_language_is_that_of_the_report_unless_another_is_chosen(
    pages: Client, report: Callable[..., Followed],
    spoken: str, query: str, accepted: str, expected: str,
) -> None:  # fmt: skip
    page = report(locale=spoken).page
    response = pages.get(page + query, headers={"Accept-Language": accepted})
    says(response, f'<html lang="{expected}">')


def test_a_chosen_language_stays(pages: Client, followed: Followed) -> None:
    says(pages.get(f"{followed.page}?locale=pl"), f"{followed.unsubscribe}?locale=pl")
    is_silent_on(pages.get(followed.page), [f"{followed.unsubscribe}?"])


def test_the_page_is_there_for_every_application(app: Flask) -> None:
    assert Client(app).get("/my").status_code == 200
