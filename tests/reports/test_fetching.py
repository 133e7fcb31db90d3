"""What reports point to: a picture is copied, everything else stays a link."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.reports import fetching
from open311.reports.photos import HOST
from tests.clients import CheckingClient
from tests.conftest import MEDIA_DIRECTORY
from tests.outbound.servers import Talk, serving
from tests.pictures import OWNER, encoded, opened, picture, png_of_size, with_people
from tests.reporting import BATCH, only_row, post_report, report_row, reported, rows
from tests.rows import search, stale_records
from tests.working import do_due, do_queued, queued

CITY = "wroclaw.pl"
ALLOWED = {"OPEN311_PRIVATE_PICTURES": "127.0.0.1"}


def answer(
    body: bytes, kind: str = "image/jpeg", status: str = "200 OK", more: str = ""
) -> Callable[[Talk], None]:
    """Return what says the same to everybody."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"

    def behave(talk: Talk) -> None:
        talk.request()
        talk.send(head.encode() + body)

    return behave


@contextmanager
def showing(behave: Callable[[Talk], None]) -> Iterator[tuple[str, list[str]]]:
    """Run a server; yield the address of a picture there, and who has called."""
    calls: list[str] = []

    def noting(talk: Talk) -> None:
        calls.append("called")
        behave(talk)

    with serving(noting) as port:
        yield f"http://127.0.0.1:{port}/photo.jpg?of=anna", calls


def media_urls(engine: Engine) -> list[str]:
    return list(report_row(engine).media_urls)


def is_ours(url: str) -> bool:
    return url.startswith(f"{HOST}/open311/photos/{CITY}/")


def fetches(engine: Engine) -> list[Any]:
    return [job for job in queued(engine) if job.name == "fetch_media"]


def files() -> set[Path]:
    return set(Path(MEDIA_DIRECTORY).rglob("*.jpg"))


def test_a_picture_is_copied_without_what_it_tells(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with showing(answer(with_people())) as (url, _):
        reported(client, key, CITY, media_url=url)
        assert media_urls(engine) == [url]
        do_queued(engine, **ALLOWED)
    [record] = search(client, CITY).json
    path = record["media_url"].removeprefix("http://localhost")
    photo = client.get(path)
    assert opened(photo.data).size == (64, 48)
    assert OWNER.encode() not in photo.data
    assert stale_records(engine, CITY) == 0


def test_its_copying_is_nobodys_news(client: CheckingClient, key: str, engine: Engine) -> None:
    with showing(answer(picture())) as (url, _):
        reported(client, key, CITY, media_url=url)
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE service_request SET updated_datetime = '2026-01-01 00:00Z'")
            )
        do_queued(engine, **ALLOWED)
    assert is_ours(media_urls(engine)[0])
    assert report_row(engine).updated_datetime.year == 2026
    assert report_row(engine).updated_datetime.month == 1
    with engine.connect() as connection:
        events = connection.execute(text("SELECT * FROM request_event ORDER BY event_id")).all()
    assert [(event.kind, event.visibility) for event in events] == [
        ("received", "public"),
        ("attached", "internal"),
    ]


def test_a_list_that_a_client_knows_is_another_with_the_copy(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with showing(answer(picture())) as (url, _):
        reported(client, key, CITY, media_url=url)
        before = search(client, CITY).headers["ETag"]
        do_queued(engine, **ALLOWED)
    assert search(client, CITY).headers["ETag"] != before


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "image/svg+xml", ""])
def test_a_picture_is_one_whatever_the_server_calls_it(
    client: CheckingClient, key: str, engine: Engine, kind: str
) -> None:
    with showing(answer(picture("PNG"), kind)) as (url, _):
        reported(client, key, CITY, media_url=url)
        do_queued(engine, **ALLOWED)
    assert is_ours(media_urls(engine)[0])


NO_PICTURES = {
    "a page": b"<!doctype html><title>My photos</title>",
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a bomb": png_of_size(30_000, 30_000),
    "half a picture": picture()[:300],
    "a GIF": encoded(opened(picture()), "GIF"),
    "a picture that is a page too": picture() + b"<script>alert(1)</script>",
    "nothing": b"",
    "25 MB": picture() + bytes(25_000_000),
}


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_picture_stays_a_link(
    client: CheckingClient, key: str, engine: Engine, content: bytes
) -> None:
    before = files()
    with showing(answer(content)) as (url, calls):
        reported(client, key, CITY, media_url=url)
        do_queued(engine, **ALLOWED)
        assert calls == ["called"]
    assert media_urls(engine) == [url]
    assert fetches(engine) == []
    assert rows(engine)["photo"] == 0
    assert files() == before


def test_nobody_is_called_who_is_not_public(
    client: CheckingClient, key: str, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with showing(answer(picture())) as (url, calls):
        reported(client, key, CITY, media_url=url)
        do_queued(engine)
        assert calls == []
    assert media_urls(engine) == [url]
    assert fetches(engine) == []
    assert "127.0.0.1 is not public" in caplog.text
    assert "anna" not in caplog.text


def test_nobody_is_called_who_is_not_public_by_a_way_round(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with showing(answer(picture())) as (inside, calls):
        to_inside = inside.replace("127.0.0.1", "127.0.0.2")
        led = answer(b"", status="302 Found", more=f"Location: {to_inside}\r\n")
        with showing(led) as (url, _):
            reported(client, key, CITY, media_url=url)
            do_queued(engine, **ALLOWED)
        assert calls == []
    assert media_urls(engine) == [url]
    assert fetches(engine) == []


def test_what_other_systems_are_called_at_is_no_place_for_pictures(
    client: CheckingClient, key: str, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with showing(answer(picture())) as (url, calls):
        reported(client, key, CITY, media_url=url)
        do_queued(engine, OPEN311_PRIVATE_DESTINATIONS="127.0.0.1")
        assert calls == []
    assert media_urls(engine) == [url]
    assert "127.0.0.1 is not public, nor in OPEN311_PRIVATE_PICTURES." in caplog.text


def test_a_picture_is_found_where_its_address_leads(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with showing(answer(picture())) as (there, _):
        led = answer(b"", status="301 Moved Permanently", more=f"Location: {there}\r\n")
        with showing(led) as (url, _):
            reported(client, key, CITY, media_url=url)
            do_queued(engine, **ALLOWED)
    assert is_ours(media_urls(engine)[0])


def test_what_is_not_there_yet_is_fetched_later(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    answers = [answer(b"", status="503 Service Unavailable"), answer(picture())]

    def behave(talk: Talk) -> None:
        answers.pop(0)(talk)

    with showing(behave) as (url, _):
        reported(client, key, CITY, media_url=url)
        do_due(engine, **ALLOWED)
        assert media_urls(engine) == [url]
        do_queued(engine, **ALLOWED)
    assert is_ours(media_urls(engine)[0])


def test_what_is_never_there_stays_a_link_and_no_dead_job(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with showing(answer(b"", status="404 Not Found")) as (url, calls):
        reported(client, key, CITY, media_url=url)
        while fetches(engine):
            do_queued(engine, **ALLOWED)
        assert len(calls) == 4
    assert media_urls(engine) == [url]


def test_a_server_that_stalls_is_left(
    client: CheckingClient, key: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_SECONDS", 0.5)
    with showing(lambda talk: talk.wait()) as (url, _):
        reported(client, key, CITY, media_url=url)
        do_due(engine, **ALLOWED)
        assert [job.arguments["attempt"] for job in fetches(engine)] == [2]
    assert media_urls(engine) == [url]


def test_servers_that_stall_hold_one_worker_alone(
    client: CheckingClient, key: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_SECONDS", 1)
    now, most = 0, 0

    def behave(talk: Talk) -> None:
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        talk.drain()
        now -= 1

    with showing(behave) as (url, _):
        for index in range(3):
            reported(client, key, CITY, media_url=f"{url}{index}")
        with ThreadPoolExecutor(3) as threads:
            for done in [threads.submit(do_due, engine, **ALLOWED) for _ in range(3)]:
                done.result()
    assert most == 1


def test_the_same_job_twice_makes_one_photo(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with showing(answer(picture())) as (url, calls):
        reported(client, key, CITY, media_url=url)
        with engine.begin() as connection:
            again = "INSERT INTO job (name, arguments) SELECT name, arguments FROM job"
            connection.execute(text(again))
        do_queued(engine, **ALLOWED)
        assert calls == ["called"]
    assert rows(engine)["photo"] == 1


def test_a_request_that_changed_meanwhile_keeps_no_file(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    before = files()

    def behave(talk: Talk) -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE service_request SET media_urls = '{}'"))
        answer(picture())(talk)

    with showing(behave) as (url, _):
        reported(client, key, CITY, media_url=url)
        do_queued(engine, **ALLOWED)
    assert rows(engine)["photo"] == 0
    assert files() == before


def test_each_of_several_takes_its_own_place(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with (
        showing(answer(picture())) as (first, _),
        showing(answer(b"a page")) as (second, _),
        showing(answer(picture("PNG"))) as (third, _),
    ):
        file = BytesIO(picture()), "photo.jpg"
        reported(client, key, CITY, media_url=[first, second, third], media=file)
        do_queued(engine, **ALLOWED)
    sent, one, two, three = media_urls(engine)
    assert is_ours(sent) and is_ours(one) and is_ours(three)
    assert two == second
    with engine.connect() as connection:
        places = connection.scalars(text("SELECT position FROM photo ORDER BY position")).all()
    assert places == [0, 1, 2]


def test_a_photo_of_a_request_that_is_not_public_is_not_shown(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with showing(answer(picture())) as (url, _):
        post_report(client, key, CITY, **BATCH, media_url=url)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM job WHERE name = 'assign_id'"))
        do_queued(engine, **ALLOWED)
    photo = only_row(engine, "photo")
    assert client.get(f"/open311/photos/{CITY}/{photo.photo_id}.jpg").status_code == 404


def test_nothing_is_fetched_from_this_service(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    with showing(answer(picture())) as (url, calls):
        here = url.rpartition("/")[0]
        reported(client, key, CITY, media_url=f"{here}/open311/photos/x.jpg")
        do_queued(engine, **ALLOWED, OPEN311_PUBLIC_URL=here)
        assert calls == []


def test_nothing_is_fetched_for_the_test_endpoint(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    form = {"jurisdiction_id": CITY, "api_key": key, "service_code": "graffiti"}
    form |= {"lat": "51.1100", "long": "17.0319", "media_url": "https://example.org/a.jpg"}
    response = client.post("/open311/test/v2/requests.json", data=form)
    assert response.status_code == 200
    assert fetches(engine) == []


def test_a_job_names_keys_alone(client: CheckingClient, key: str, engine: Engine) -> None:
    reported(client, key, CITY, media_url="https://example.org/anna.jpg")
    [job] = fetches(engine)
    number = report_row(engine).number
    assert job.arguments == {"jurisdiction_id": CITY, "number": number, "position": 0}
