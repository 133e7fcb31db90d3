"""Links that are no good, and all else that goes wrong: a page in the reader's language."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from werkzeug.test import Client, TestResponse

from open311.people.keyring import Keyring
from open311.people.links import Links
from open311.reports.personal_links import follow_path
from tests.conftest import app_on
from tests.residents.people import Followed, is_silent_on, says

PAGES = ("requests", "opinion", "unsubscribe", "login")


def spoil(token: str, links: Links, followed: Followed) -> dict[str, str]:
    """Return tokens that are no good, by what is wrong with them."""
    forged = follow_path(Links(Keyring([bytes(32)])), followed.key).rpartition("/")[2]
    return {
        "cut": token[:-3],
        "longer": f"{token}x",
        "changed": f"{token[:-6]}{'AAAAAA' if token[-6:] != 'AAAAAA' else 'BBBBBB'}",
        "forged": forged,
        "of another purpose": links.sign("other", ["krakow.pl", 1001, 0]),
        "no token": "x",
        "a NUL": f"{token[:5]}%00{token[5:]}",
        "no UTF-8": "%ff%fe",
        "3 kB": "a" * 3000,
        "dots": "..",
    }


@pytest.fixture
def spoilt(followed: Followed, links: Links) -> dict[str, str]:
    return spoil(followed.page.rpartition("/")[2], links, followed)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_no_good_is_a_clear_page(
    pages: Client, spoilt: dict[str, str], page: str, method: str
) -> None:
    for what, token in spoilt.items():
        for below in ("", "/photos/x") if page == "requests" else ("",):
            path = f"/my/{page}/{token}{below}?locale=de"
            response = pages.open(path, method=method)
            if page == "requests" and method == "POST":
                assert response.status_code in (404, 405), what
            else:
                assert response.status_code in (400, 404), what
            says(response, '<html lang="de">', status=response.status_code)
            if len(token) > 2:
                is_silent_on(response, [token])


@pytest.mark.parametrize("page", PAGES)
def test_a_link_is_good_for_its_own_page_alone(
    pages: Client, followed: Followed, page: str
) -> None:
    for link in (followed.page, followed.unsubscribe):
        token = link.rpartition("/")[2]
        if page not in link:
            response = pages.get(f"/my/{page}/{token}?locale=en")
            says(response, "<h1>This link does not work</h1>", status=400)


@pytest.mark.parametrize(
    ("language", "title"),
    [("pl", "Nie ma takiej strony"), ("en", "There is no such page"),
     ("de", "Diese Seite gibt es nicht"), ("uk", "Такої сторінки немає")],
)  # fmt: skip
def test_what_is_not_there_is_told_in_the_readers_language(
    pages: Client, language: str, title: str
) -> None:
    for path in ("/my/nothing", "/my/requests/a/b/c", "/my/static/../x", "/my/%00", "/my/static/x"):
        response = pages.get(path, headers={"Accept-Language": f"{language}-XX, fr;q=0.5"})
        says(response, f'<html lang="{language}">', f"<h1>{title}</h1>", status=404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/my/", "/my/requests", "/my/logout", "/my/login/x"])
def test_a_method_that_is_not_there_is_told(pages: Client, path: str, method: str) -> None:
    response = pages.open(f"{path}?locale=en", method=method)
    says(response, "This does not work here", status=405)
    assert "OPTIONS" in response.headers["Allow"]


def test_head_is_as_get_and_options_tells_the_methods(pages: Client, followed: Followed) -> None:
    whole, head = pages.get(followed.page), pages.head(followed.page)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.data))
    options = pages.options(followed.unsubscribe)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_form_that_is_too_large_is_told(pages: Client) -> None:
    for path in ("/my/?locale=en",):
        response = pages.post(path, data={"email": "x" * 200_000})
        says(response, "That is too much", status=413)


def test_forms_that_are_none_are_asked_again(pages: Client) -> None:
    bodies = [
        (b"\xff\xfe=%zz&email=%ff", "application/x-www-form-urlencoded"),
        (b"x", "text/plain"),
        (b"--", "multipart/form-data"),
        (b"{}", "application/json"),
    ]
    for body, kind in bodies:
        assert pages.post("/my/", data=body, content_type=kind).status_code == 400


@pytest.fixture
def damaged(own_engine: Engine, links: Links) -> Callable[[str], Callable[[str], TestResponse]]:
    """Spoils the database, and then asks for pages."""

    def damage(statement: str) -> Callable[[str], TestResponse]:
        with own_engine.begin() as connection:
            connection.execute(text(statement))
        return lambda path: Client(app_on(own_engine)).get(path)

    return damage


def test_a_fault_of_ours_is_told_with_a_reference_and_no_token_is_in_the_log(
    damaged: Callable[[str], Callable[[str], TestResponse]],
    links: Links,
    own_engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    path = "/my/requests/" + links.sign("follow", ["krakow.pl", 1, 0])
    get = damaged("ALTER TABLE reporter RENAME COLUMN language TO tongue")
    try:
        response = get(f"{path}?locale=en")
    finally:
        with own_engine.begin() as connection:
            connection.execute(text("ALTER TABLE reporter RENAME COLUMN tongue TO language"))
    says(response, "Something went wrong on our side", status=500)
    reference = response.text.partition("quote the reference ")[2][:8]
    assert f"GET /my/requests/<token> failed, reference {reference}" in caplog.text
    assert path.rpartition("/")[2][:20] not in caplog.text


def test_a_database_that_is_away_is_told_for_now(
    followed: Followed, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    away = Client(app_on(engine, OPEN311_DATABASE_URL="postgresql+psycopg2://x@127.0.0.1:1/x"))
    response = away.get(f"{followed.page}?locale=en")
    says(response, "Not available for the moment", status=503)
    assert response.headers["Retry-After"] == "10"
    assert followed.page.rpartition("/")[2] not in caplog.text


def test_pages_are_kept_to_https_where_reports_are(engine: Engine, followed: Followed) -> None:
    strict = Client(app_on(engine, OPEN311_REQUIRE_HTTPS="true"))
    says(strict.get(f"{followed.page}?locale=en"), "Only over https", status=403)
    says(strict.get(followed.page, base_url="https://localhost"))


def test_every_answer_is_kept_from_caches_frames_scripts_and_those_who_search(
    pages: Client, followed: Followed
) -> None:
    for response in (
        pages.get(followed.page),
        pages.get("/my/"),
        pages.get("/my/nothing"),
        pages.post("/my/logout"),
        pages.put("/my/"),
        pages.post(followed.unsubscribe),
    ):
        headers = response.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:; ")
        assert "frame-ancestors 'none'" in policy
        assert "Access-Control-Allow-Origin" not in headers


def test_the_stylesheet_may_be_kept(pages: Client) -> None:
    with pages.get("/my/static/residents.css") as response:
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-cache"
        etag = {"If-None-Match": response.headers["ETag"]}
    with pages.get("/my/static/residents.css", headers=etag) as unchanged:
        assert unchanged.status_code == 304


def test_pages_of_others_that_begin_alike_are_not_ours(app: Flask) -> None:
    assert Client(app).get("/mystery").mimetype != "text/html"
    assert Client(app).get("/open311/").status_code == 200
