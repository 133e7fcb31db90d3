"""No more mail, by a page or by one click in a mail program."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from werkzeug.test import Client

from tests.residents.people import Followed, erase, reporter_row_of, says


def since(engine: Engine, followed: Followed) -> object:
    return reporter_row_of(engine, followed.key).unsubscribed_datetime


def test_following_the_link_changes_nothing(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    says(pages.get(followed.unsubscribe), "<h1>No more mail?</h1>", "<button>No more mail</button>")
    assert since(engine, followed) is None


def test_the_button_ends_mail_and_offers_it_again(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    says(pages.post(followed.unsubscribe), "You get no more mail", "Send me mail again")
    assert since(engine, followed)
    says(pages.get(followed.unsubscribe), "<h1>You get no more mail</h1>")
    says(pages.get(followed.page), "You get no more mail about this report")
    says(pages.post(f"{followed.unsubscribe}/undo"), "<h1>You get mail again</h1>")
    assert since(engine, followed) is None


def test_saying_it_again_keeps_the_first_time(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    pages.post(followed.unsubscribe)
    first = since(engine, followed)
    says(pages.post(followed.unsubscribe), "You get no more mail")
    assert since(engine, followed) == first


@pytest.mark.parametrize(
    ("body", "type"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click'
            b"\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
        (b"", "text/plain"),
        (b"\xff" * 300_000, "application/json"),
    ],
)
def test_a_program_does_it_with_one_click_and_no_cookie(
    followed: Followed, pages: Client, engine: Engine, body: bytes, type: str
) -> None:
    response = pages.post(followed.unsubscribe, data=body, content_type=type)
    says(response, "You get no more mail")
    assert "Set-Cookie" not in response.headers
    assert since(engine, followed)


def test_looking_for_mail_again_changes_nothing(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    pages.post(followed.unsubscribe)
    says(pages.get(f"{followed.unsubscribe}/undo"), "You get no more mail")
    assert since(engine, followed)


def test_others_who_follow_it_go_on_being_told(
    pages: Client, followed: Followed, join: Callable[[Followed], Followed], engine: Engine
) -> None:
    jan = join(followed)
    pages.post(jan.unsubscribe)
    assert since(engine, jan)
    assert since(engine, followed) is None


def test_who_is_erased_is_told_that_nothing_comes(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    erase(engine, followed.key)
    for response in (pages.get(followed.unsubscribe), pages.post(followed.unsubscribe)):
        says(response, "You get no more mail about it", status=404)
