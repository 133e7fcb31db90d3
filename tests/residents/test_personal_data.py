"""Who reported, and who joined, is on none of these pages, and in no log."""

import logging
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from werkzeug.test import Client

from tests.mailbox import Mailbox
from tests.residents.people import Followed, change, close
from tests.residents.test_entering import ask, way_in
from tests.working import do_queued

TYPED = {"email": "markerjan@example.com", "first_name": "Markerjan", "last_name": "Markerjan"}


@pytest.fixture(autouse=True)
def _nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            shown = record.getMessage() + str(record.exc_info) + str(record.exc_text)
            # The test's own mail server tells whom it was sent mail for.
            assert "marker" not in shown.lower() or record.name.startswith("mail")


def test_no_page_shows_who_follows_a_request(
    pages: Client,
    followed: Followed,
    join: Callable[[Followed], Followed],
    engine: Engine,
    mailbox: Mailbox,
) -> None:
    jan = join(followed)
    joining = f"/my/join/krakow/{followed.request_id}"
    change(engine, followed.key, note="What is done")
    seen = [pages.get(joining), pages.post(joining, data=TYPED)]
    close(engine, followed.key)
    for who in (followed, jan):
        seen += [pages.get(who.page), pages.get(who.opinion(engine)), pages.get(who.unsubscribe)]
        seen += [pages.post(who.unsubscribe), pages.post(f"{who.unsubscribe}/undo")]
        seen += [pages.post(who.opinion(engine), data={"resolved": "yes"}), pages.get(who.page)]
    path = way_in(pages, engine, mailbox)
    seen += [pages.get(path), pages.post(path), pages.get("/my/requests"), pages.post(path)]
    seen += [pages.get("/my/"), pages.get("/my/nothing")]
    for response in seen:
        assert response.status_code in (200, 303, 404, 409)
        assert "marker" not in response.text.lower(), response.text
        assert "marker" not in str(response.headers).lower()


def test_an_address_is_shown_to_who_typed_it_alone(pages: Client, followed: Followed) -> None:
    assert "markeremail" in ask(pages).text
    assert "markeremail" not in pages.get("/my/").text
    joining = f"/my/join/krakow/{followed.request_id}"
    assert "Markerjan" in pages.post(joining, data=TYPED | {"email": "x"}).text
    assert "Markerjan" not in pages.get(joining).text


def test_jobs_do_not_log_who_is_sent_a_link(
    pages: Client, followed: Followed, engine: Engine, mailbox: Mailbox
) -> None:
    ask(pages)
    mailbox.answer(451, times=5)
    for _ in range(2):
        do_queued(engine, OPEN311_PUBLIC_URL="https://reports.example", **mailbox.settings)
    do_queued(engine)
