"""The list of one's own requests: a link by mail, good once, for a while."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy import Engine, text
from werkzeug.test import Client, TestResponse

from open311.jobs.queueing import queue
from open311.people.links import Links
from tests.clients import CheckingClient
from tests.conftest import app_on
from tests.mailbox import Mailbox, Received
from tests.reporting import only_row, post_report
from tests.residents.people import ANNA, Followed, erase, is_silent_on, says
from tests.working import do_queued, queued

EMAIL = ANNA["email"]
PUBLIC_URL = "https://reports.example"


def ask(pages: Client, email: str = EMAIL, language: str = "en") -> TestResponse:
    return pages.post(f"/my/?locale={language}", data={"email": email})


def do_mail(engine: Engine, mailbox: Mailbox, **settings: str) -> list[Received]:
    """Have everything sent, and return the mails with a link to the list."""
    do_queued(engine, **{"OPEN311_PUBLIC_URL": PUBLIC_URL} | mailbox.settings | settings)
    return [
        one for one in mailbox.messages if "login/" in one.message.get("X-Open311-Delivery", "")
    ]


def path_in(mail: Received) -> str:
    [address] = re.findall(r"https://\S+/my/login/\S+", mail.text)
    return urlsplit(address).path


def way_in(pages: Client, engine: Engine, mailbox: Mailbox, email: str = EMAIL) -> str:
    """Ask for a link and return its path."""
    ask(pages, email)
    return path_in(do_mail(engine, mailbox)[-1])


def put_clock(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Have links signed so many seconds ago."""
    now = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda it: now(it) - seconds)


def test_the_page_asks_for_an_address(pages: Client) -> None:
    says(pages.get("/my/?locale=en"), "<h1>My reports</h1>", '<label for="email">')


@pytest.mark.usefixtures("followed")
def test_a_link_by_mail_leads_to_the_list(
    pages: Client, engine: Engine, mailbox: Mailbox, followed: Followed
) -> None:
    says(ask(pages), "If there are reports with the address markeremail@example.com")
    [mail] = do_mail(engine, mailbox)
    assert mail.recipients == [EMAIL]
    assert mail.message["Subject"] == "The link to your reports"
    path = path_in(mail)
    says(pages.get(path), "<button>Show my reports</button>")
    response = pages.post(path)
    assert response.status_code == 303
    assert response.headers["Location"] == "/my/requests"
    listed = pages.get("/my/requests", headers={"Accept-Language": "en"})
    says(listed, f">Graffiti, {followed.request_id}</a>", "Kraków. Status: received.")
    [link] = re.findall(r'href="(/my/requests/[^"?]+)', listed.text)
    says(pages.get(link), f"<h1>Graffiti, {followed.request_id}</h1>")


@pytest.mark.parametrize(
    ("language", "subject"),
    [("pl", "Link do Państwa zgłoszeń"), ("de", "Der Link zu Ihren Meldungen"),
     ("uk", "Посилання на ваші звернення")],
)  # fmt: skip
@pytest.mark.usefixtures("followed")
def test_the_mail_is_in_the_language_of_the_page(
    pages: Client, engine: Engine, mailbox: Mailbox, language: str, subject: str
) -> None:
    says(ask(pages, language=language), f'<html lang="{language}">')
    assert do_mail(engine, mailbox)[0].message["Subject"] == subject


def test_the_list_has_all_cities_and_what_was_joined_and_nobody_elses(
    pages: Client,
    engine: Engine,
    mailbox: Mailbox,
    report: Callable[..., Followed],
    join: Callable[[Followed], Followed],
) -> None:
    mine = report("wroclaw.pl", email="Jan@Example.com ")
    theirs, others = report("krakow.pl"), report("krakow.pl")
    join(theirs)
    # Who has reported a request and then joins it stays who reported it.
    join(mine)
    pages.post(way_in(pages, engine, mailbox, "jan@example.com"))
    response = pages.get("/my/requests?locale=en")
    says(response, mine.request_id, theirs.request_id, "(followed)")
    is_silent_on(response, [others.request_id, "jan@example.com"])
    assert response.text.count("<article") == 2


def test_who_has_no_requests_is_answered_alike_and_gets_no_mail(
    pages: Client, engine: Engine, mailbox: Mailbox, followed: Followed
) -> None:
    known, unknown = ask(pages), ask(pages, "nobody@example.com")
    assert known.text.replace(EMAIL, "nobody@example.com") == unknown.text
    assert known.headers.to_wsgi_list()[2:] == unknown.headers.to_wsgi_list()[2:]
    assert [mail.recipients for mail in do_mail(engine, mailbox)] == [[EMAIL]]


def test_who_is_erased_gets_no_mail(
    pages: Client, engine: Engine, mailbox: Mailbox, followed: Followed
) -> None:
    erase(engine, followed.key)
    ask(pages)
    assert do_mail(engine, mailbox) == []


def test_a_request_of_a_test_endpoint_is_not_listed(
    pages: Client, client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    form = {"api_key": key, "service_code": "graffiti", "lat": "50.06", "long": "19.93", **ANNA}
    assert client.post("/krakow/open311/test/v2/requests.json", data=form).status_code == 200
    ask(pages)
    assert do_mail(engine, mailbox) == []


@pytest.mark.parametrize("email", ["", "anna", "anna@", "@b.c", "a b@c.de", "a@b.de,c@d.de", "a@b",
                                   "a@b.de\r\nBcc: c@d.de", f"{'a' * 300}@b.de"])  # fmt: skip
def test_what_is_no_address_is_asked_again(pages: Client, engine: Engine, email: str) -> None:
    says(ask(pages, email), "This is no e-mail address", 'role="alert"', status=400)
    assert queued(engine) == []


def test_what_was_typed_cannot_act(pages: Client) -> None:
    response = ask(pages, '"><script>alert(1)</script>')
    is_silent_on(response, ["<script"])


@pytest.mark.usefixtures("followed")
def test_a_link_is_good_once(pages: Client, engine: Engine, mailbox: Mailbox, app: Flask) -> None:
    path = way_in(pages, engine, mailbox)
    assert pages.post(path).status_code == 303
    says(Client(app).post(f"{path}?locale=en"), "This link was used already", status=409)


@pytest.mark.usefixtures("followed")
def test_of_many_who_use_a_link_at_once_one_comes_in(
    pages: Client, engine: Engine, mailbox: Mailbox, app: Flask
) -> None:
    path = way_in(pages, engine, mailbox)
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda _: Client(app).post(path).status_code, range(8))]
    assert sorted(answers) == [303, *[409] * 7]


@pytest.mark.usefixtures("followed")
def test_a_link_is_good_for_half_an_hour(
    pages: Client, engine: Engine, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(pages)
    with monkeypatch.context() as patch:
        put_clock(patch, 31 * 60)
        [mail] = do_mail(engine, mailbox)
    for response in (pages.get(path_in(mail)), pages.post(path_in(mail))):
        says(response, status=400)
    says(pages.get(f"{path_in(mail)}?locale=en"), "This link is too old", status=400)


@pytest.mark.usefixtures("followed")
def test_another_site_cannot_let_somebody_in(
    pages: Client, engine: Engine, mailbox: Mailbox
) -> None:
    path = way_in(pages, engine, mailbox)
    response = pages.post(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 400
    assert "Set-Cookie" not in response.headers
    assert pages.post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.usefixtures("followed")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_kept_from_scripts_and_other_sites(
    pages: Client, engine: Engine, mailbox: Mailbox, scheme: str
) -> None:
    path = way_in(pages, engine, mailbox)
    response = pages.post(path, base_url=f"{scheme}://localhost")
    [cookie] = SimpleCookie(response.headers["Set-Cookie"]).values()
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/my"
    assert cookie["max-age"] == str(12 * 60 * 60)
    assert bool(cookie["secure"]) == (scheme == "https")


@pytest.mark.usefixtures("followed")
def test_the_cookie_is_kept_to_https_where_our_pages_are(
    pages: Client, engine: Engine, mailbox: Mailbox
) -> None:
    path = way_in(pages, engine, mailbox)
    behind_proxy = Client(app_on(engine, OPEN311_PUBLIC_URL=PUBLIC_URL))
    assert "Secure" in behind_proxy.post(path).headers["Set-Cookie"]


@pytest.mark.usefixtures("followed")
def test_who_came_in_is_forgotten_after_half_a_day(
    pages: Client, engine: Engine, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = way_in(pages, engine, mailbox)
    with monkeypatch.context() as patch:
        put_clock(patch, 12 * 60 * 60 + 1)
        pages.post(path)
    says(pages.get("/my/requests?locale=en"), "Please ask for a link", status=403)


@pytest.mark.usefixtures("followed")
def test_who_leaves_is_forgotten_everywhere(
    pages: Client, engine: Engine, mailbox: Mailbox, app: Flask
) -> None:
    pages.post(way_in(pages, engine, mailbox))
    cookie = pages.get_cookie("open311_my", path="/my")
    assert cookie
    response = pages.post("/my/logout")
    assert (response.status_code, response.headers["Location"]) == (303, "/my/")
    says(pages.get("/my/requests"), status=403)
    copy = Client(app)
    copy.set_cookie("open311_my", cookie.value, path="/my")
    says(copy.get("/my/requests"), status=403)


def test_who_has_not_come_in_is_asked_to(pages: Client, links: Links) -> None:
    says(pages.get("/my/requests?locale=en"), "Please ask for a link", status=403)
    assert pages.post("/my/logout").status_code == 303
    for value in ("", "x", links.sign("session", [1]), links.sign("login", [1]), "a" * 3000):
        pages.set_cookie("open311_my", value, path="/my")
        says(pages.get("/my/requests"), status=403)


def test_a_long_list_has_pages(
    pages: Client, client: CheckingClient, key: str, engine: Engine, mailbox: Mailbox
) -> None:
    for _ in range(51):
        post_report(client, key, "wroclaw.pl", **ANNA)
    ask(pages)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM job WHERE name = 'follow_up'"))
    pages.post(path_in(do_mail(engine, mailbox)[-1]))
    for query, entries in (("", 50), ("page=2&", 1), ("page=3&", 0), ("page=²&", 50)):
        response = pages.get(f"/my/requests?{query}locale=en")
        says(response)
        assert response.text.count("<article") == entries
    says(pages.get("/my/requests?locale=en"), "page=2&amp;locale=en")


@pytest.mark.usefixtures("followed")
def test_one_address_gets_few_links_in_an_hour(
    pages: Client, engine: Engine, mailbox: Mailbox, report: Callable[..., Followed]
) -> None:
    report(email="jan@example.com")
    for email in (*[EMAIL] * 5, EMAIL.upper(), "jan@example.com"):
        says(ask(pages, email), "Look into your mailbox")
    sent = [mail.recipients for mail in do_mail(engine, mailbox)]
    assert sorted(sent) == [["jan@example.com"], *[[EMAIL]] * 3]
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE login_link SET created_datetime = created_datetime - interval '61 min'")
        )
    ask(pages)
    assert len(do_mail(engine, mailbox)) == 5


def test_all_together_are_told_when_they_ask_too_often(pages: Client, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO login_link (sealed, language)"
                " SELECT '', 'en' FROM generate_series(1, 1000)"
            )
        )
    response = ask(pages)
    says(response, "Too many are asking", status=429)
    assert response.headers["Retry-After"]
    assert queued(engine) == []


@pytest.mark.usefixtures("followed")
@pytest.mark.parametrize("missing", ["OPEN311_SMTP_HOST", "OPEN311_PUBLIC_URL"])
def test_without_a_setting_the_job_says_so_and_waits(
    pages: Client, engine: Engine, mailbox: Mailbox, missing: str
) -> None:
    ask(pages)
    settings = {"OPEN311_SMTP_HOST": "", "OPEN311_MAIL_FROM": ""}
    do_mail(engine, mailbox, **settings if "SMTP" in missing else {missing: ""})
    [job] = [one for one in queued(engine) if one.name == "send_login_link"]
    assert missing in (job.error or "")
    assert len(do_mail(engine, mailbox)) == 1


@pytest.mark.usefixtures("followed")
def test_mail_that_is_not_taken_for_now_is_sent_later(
    pages: Client, engine: Engine, mailbox: Mailbox
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM job WHERE name = 'follow_up'"))
    ask(pages)
    mailbox.answer(451)
    assert do_mail(engine, mailbox) == []
    assert len(do_mail(engine, mailbox)) == 1


@pytest.mark.usefixtures("followed")
def test_mail_that_is_refused_is_not_sent_again(
    pages: Client, engine: Engine, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM job WHERE name = 'follow_up'"))
    ask(pages)
    mailbox.answer(550)
    do_mail(engine, mailbox)
    assert queued(engine) == []
    assert "cannot be sent" in caplog.text
    assert "marker" not in caplog.text


@pytest.mark.usefixtures("followed")
def test_a_link_whose_key_is_lost_keeps_no_other_from_being_sent(
    pages: Client, engine: Engine, mailbox: Mailbox
) -> None:
    ask(pages, "jan@example.com")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE login_link SET sealed = 'x'; DELETE FROM job WHERE NOT is_periodic")
        )
    ask(pages)
    assert len(do_mail(engine, mailbox)) == 1


def test_links_of_yesterday_are_forgotten(pages: Client, engine: Engine) -> None:
    ask(pages)
    ask(pages, "jan@example.com")
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE login_link SET created_datetime = now() - interval '25 hours'"
                " WHERE login_link_id = (SELECT min(login_link_id) FROM login_link)"
            )
        )
        queue(connection, "forget_login_links", {})
    do_queued(engine)
    assert only_row(engine, "login_link").language == "en"


def test_no_table_shows_who_asked(pages: Client, engine: Engine) -> None:
    ask(pages)
    shown = str(only_row(engine, "login_link")) + str(queued(engine))
    assert "marker" not in shown
