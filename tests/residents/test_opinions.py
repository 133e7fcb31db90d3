"""Whether it is done: the form, and what becomes of what is said."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import Client

from open311.people.links import Links
from open311.reports.opinions import LONGEST_COMMENT
from open311.reports.personal_links import opinion_path
from tests.reporting import only_row
from tests.residents.people import (
    Followed,
    change,
    close,
    erase,
    is_silent_on,
    row_of,
    says,
)


@pytest.fixture
def form(followed: Followed, engine: Engine) -> str:
    """The path of the form of a request that was just closed."""
    close(engine, followed.key)
    return followed.opinion(engine)


def given(engine: Engine) -> tuple[bool, int | None, str | None]:
    row = only_row(engine, "opinion")
    return row.is_resolved, row.rating, row.comment


def test_the_form_asks(pages: Client, form: str, followed: Followed) -> None:
    says(pages.get(form), "<h1>Is it settled?</h1>", followed.request_id, "<legend>Has the matter")


@pytest.mark.parametrize("language", ["pl", "en", "de", "uk"])
def test_every_field_has_a_label(pages: Client, form: str, language: str) -> None:
    response = pages.get(f"{form}?locale={language}")
    says(response, f'<html lang="{language}">', '<label for="comment">')
    assert response.text.count("<legend>") == 2
    assert response.text.count('<label class="choice"><input') == 7


def test_an_opinion_is_kept(pages: Client, form: str, engine: Engine, followed: Followed) -> None:
    said = {"resolved": "yes", "rating": "4", "comment": " Thanks!\r\nAll well. "}
    says(
        pages.post(form, data=said), "<h1>Thank you</h1>", "We have your opinion.", "/my/requests/"
    )
    assert given(engine) == (True, 4, "Thanks!\nAll well.")
    assert row_of(engine, followed.key).state == "resolved"


def test_yes_alone_is_enough(pages: Client, form: str, engine: Engine) -> None:
    says(pages.post(form, data={"resolved": "yes"}), "Thank you")
    assert given(engine) == (True, None, None)


def test_no_opens_the_request_again_and_says_so(
    pages: Client, form: str, engine: Engine, followed: Followed
) -> None:
    for _ in range(2):
        says(pages.post(form, data={"resolved": "no"}), "your report is open again")
    assert row_of(engine, followed.key).state == "reopened"


def test_no_comes_too_late_to_open_it_again(
    pages: Client, followed: Followed, engine: Engine
) -> None:
    close(engine, followed.key)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE service_request SET updated_datetime = updated_datetime - interval '1 y'")
        )
    says(pages.post(followed.opinion(engine), data={"resolved": "no"}), "please report it anew")
    assert row_of(engine, followed.key).state == "resolved"


def test_a_link_of_an_earlier_closing_is_told_so(
    pages: Client, form: str, engine: Engine, followed: Followed
) -> None:
    change(engine, followed.key, "state_changed", state="reopened")
    for response in (pages.get(form), pages.post(form, data={"resolved": "yes"})):
        says(response, "This is about an earlier time", status=409)


def test_a_link_of_another_closing_is_told_so(
    pages: Client, followed: Followed, engine: Engine, links: Links
) -> None:
    close(engine, followed.key)
    closed = row_of(engine, followed.key).updated_datetime - timedelta(seconds=1)
    form = opinion_path(links, followed.key, closed)
    says(pages.get(form), "an earlier time", status=409)
    says(pages.post(form, data={"resolved": "yes"}), "an earlier time", status=409)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "Please say yes or no."),
        ({"resolved": "perhaps"}, "Please say yes or no."),
        ({"resolved": "yes", "rating": "6"}, "Please check"),
        ({"resolved": "yes", "rating": "²"}, "Please check"),
        ({"resolved": "yes", "comment": "x" * (LONGEST_COMMENT + 1)}, "too long"),
    ],
)
def test_what_cannot_be_used_is_asked_again(
    pages: Client, form: str, engine: Engine, said: dict[str, str], told: str
) -> None:
    response = pages.post(form, data={"comment": "My words"} | said)
    says(response, told, 'role="alert"', said.get("comment", "My words"), status=400)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM opinion")) == 0


def test_what_was_typed_cannot_act(pages: Client, form: str) -> None:
    response = pages.post(form, data={"comment": "</textarea><script>alert(1)</script>"})
    is_silent_on(response, ["<script", "</textarea><"])


def test_characters_that_are_no_text_are_left_out(pages: Client, form: str, engine: Engine) -> None:
    says(pages.post(form, data={"resolved": "yes", "comment": "a\0b\x1b\x7f👩‍🔧"}), "Thank you")
    assert given(engine)[2] == "ab👩‍🔧"


def test_who_joined_can_say_it_too(
    pages: Client, followed: Followed, join: Callable[[Followed], Followed], engine: Engine
) -> None:
    jan = join(followed)
    close(engine, followed.key)
    says(pages.post(jan.opinion(engine), data={"resolved": "yes"}), "Thank you")
    assert only_row(engine, "opinion").position == 1


def test_who_is_erased_is_not_asked(
    pages: Client, form: str, followed: Followed, engine: Engine
) -> None:
    erase(engine, followed.key)
    for response in (pages.get(form), pages.post(form, data={"resolved": "yes"})):
        says(response, "nothing here any more", status=404)
