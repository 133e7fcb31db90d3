"""Updates that other systems send: who may change what, and each taken once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.georeport.fields import UPDATE_TAKEN
from open311.reports.photos import HOST
from tests.clients import CheckingClient
from tests.conftest import JURISDICTIONS, MEDIA_DIRECTORY
from tests.georeport.changes import change
from tests.georeport.updating import events, get_updates, post_update, updated, updates
from tests.keys import new_key
from tests.pictures import picture
from tests.reading import content
from tests.reporting import SLUG, errors, report_row, reported, rows
from tests.rows import add_request, add_requests, days_ago, search

AccountKey = Callable[..., str]


@pytest.fixture
def one(engine: Engine, city: str) -> str:
    """A public request."""
    return add_request(engine, city)


def state(engine: Engine) -> str:
    return report_row(engine).state


def publish(engine: Engine, publication: str) -> None:
    """Have the graffiti service of both cities publish in another way, until the test ends."""
    statement = """UPDATE service SET document = jsonb_set(document, '{publication}',
        to_jsonb(cast(:publication AS text))) WHERE service_code = 'graffiti'"""
    with engine.begin() as connection:
        connection.execute(text(statement), {"publication": publication})


def test_an_update_is_answered_with_its_number(
    client: CheckingClient, key: str, city: str, one: str, format: str, engine: Engine
) -> None:
    response = post_update(client, key, city, one, format)
    [event] = events(engine)
    assert content(response, UPDATE_TAKEN) == [{"update_id": str(event.event_id)}]
    [update] = updates(client, city, format)
    assert update["update_id"] == str(event.event_id)
    assert update["description"] == "It is still there"


def test_the_shared_endpoint_takes_updates_of_its_cities(
    client: CheckingClient, key: str, city: str, one: str, format: str, engine: Engine
) -> None:
    form = {"jurisdiction_id": city, "api_key": key, "service_request_id": one, "status": "OPEN"}
    form |= {"update_id": "1", "updated_datetime": "2026-03-01T12:00:00Z", "description": "x"}
    url = f"/open311/v2/servicerequestupdates.{format}"
    assert client.post(url, data=form).status_code == 200
    assert len(events(engine)) == 1


def test_a_key_that_may_update_changes_the_state(
    client: CheckingClient,
    account_key: AccountKey,
    city: str,
    one: str,
    format: str,
    engine: Engine,
) -> None:
    updated(client, account_key(city), city, one, format, status="FIXED", description="Done")
    [event] = events(engine)
    assert (event.kind, event.state, event.actor) == (
        "state_changed", "resolved", "system0@another.example.org",
    )  # fmt: skip
    [request] = search(client, city).json
    assert (request["status"], request["status_notes"]) == ("closed", "Done")
    assert [update["status"] for update in updates(client, city)] == ["fixed"]


@pytest.mark.parametrize("scopes", [("report",), ("report", "read_personal")])
def test_a_key_without_the_scope_leaves_a_note_with_the_status_that_it_asked_for(
    client: CheckingClient,
    account_key: AccountKey,
    one: str,
    city: str,
    scopes: Any,
    engine: Engine,
) -> None:
    updated(client, account_key(city, scopes=scopes), city, one, status="FIXED")
    [event] = events(engine)
    assert (event.kind, event.state) == ("noted", None)
    assert event.detail["asked_status"] == "fixed"
    assert state(engine) == "received"


def test_an_officer_of_another_unit_leaves_a_note_and_one_of_the_unit_changes_the_state(
    client: CheckingClient, account_key: AccountKey, engine: Engine
) -> None:
    one = add_request(engine, "wroclaw.pl", unit_code="zdium")
    for number, unit in enumerate(("straz_miejska", "zdium")):
        key = account_key("wroclaw.pl", unit)
        updated(client, key, "wroclaw.pl", one, status="IN_PROGRESS", update_id=str(number))
    assert [event.state for event in events(engine)] == [None, "in_progress"]


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        ("received", "OPEN", "received"),
        ("in_progress", "OPEN", "in_progress"),
        ("in_progress", "UNCHANGED", "in_progress"),
        ("in_progress", "REOPEN", "in_progress"),
        ("assigned", "INVESTIGATING", "assigned"),
        ("received", "INVESTIGATING", "in_review"),
        ("received", "for triage", "in_review"),
        ("received", "Action Scheduled", "scheduled"),
        ("received", "action_scheduled", "scheduled"),
        ("received", "PLANNED", "on_hold"),
        ("received", "INTERNAL_REFERRAL", "forwarded"),
        ("received", "NO_FURTHER_ACTION", "rejected"),
        ("received", "CANCELLED", "rejected"),
        ("received", "NOT_COUNCILS_RESPONSIBILITY", "not_ours"),
        ("received", "DUPLICATE", "duplicate"),
        ("received", "CLOSED", "resolved"),
        ("resolved", "CLOSED", "resolved"),
        ("rejected", "CLOSED", "rejected"),
        ("resolved", "FIXED", "resolved"),
        ("resolved", "UNCHANGED", "resolved"),
        ("resolved", "OPEN", "reopened"),
        ("rejected", "REOPEN", "reopened"),
    ],
)
def test_each_word_means_one_state(
    client: CheckingClient, account_key: AccountKey, engine: Engine, before: str, asked: str,
    after: str,
) -> None:  # fmt: skip
    one = add_request(engine, "krakow.pl", state=before)
    updated(client, account_key("krakow.pl"), "krakow.pl", one, status=asked)
    assert state(engine) == after
    [event] = events(engine)
    assert event.state == (None if before == after else after)


def test_a_state_that_may_not_follow_is_refused_with_the_reason_and_nothing_is_kept(
    client: CheckingClient, account_key: AccountKey, engine: Engine, format: str
) -> None:
    one, key = add_request(engine, "krakow.pl", state="rejected"), account_key("krakow.pl")
    before = rows(engine)
    response = post_update(client, key, "krakow.pl", one, format, status="IN_PROGRESS")
    assert response.status_code == 400
    assert "rejected" in errors(response)[0]
    assert "reopened" in errors(response)[0]
    assert rows(engine) == before


def test_who_asks_in_vain_is_heard_whatever_they_ask_for(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    one = add_request(engine, "krakow.pl", state="rejected")
    updated(client, key, "krakow.pl", one, status="IN_PROGRESS")
    assert state(engine) == "rejected"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"service_request_id": None}, "service_request_id is missing"),
        ({"update_id": None}, "update_id is missing"),
        ({"updated_datetime": " "}, "updated_datetime is missing"),
        ({"status": None}, "status is missing"),
        ({"status": "DONE"}, "status: “DONE”"),
        ({"updated_datetime": "2026-03-01"}, "updated_datetime: “2026-03-01”"),
        ({"updated_datetime": "2026-03-01T12:00:00"}, "time zone"),
        ({"description": "x" * 4001}, "description has 4,001"),
        ({"update_id": "x" * 501}, "update_id has 501"),
        ({"media_url": "data:image/png;base64,AAAA"}, "media_url"),
        ({"media_url": "photo.jpg"}, "media_url"),
        ({"status": ["OPEN", "CLOSED"]}, "status was sent with different values"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_what_cannot_be_used_is_refused_with_its_name(
    client: CheckingClient, key: str, engine: Engine, format: str, fault: Any, word: str
) -> None:
    one = add_request(engine, "krakow.pl")
    response = post_update(client, key, "krakow.pl", one, format, **fault)
    assert response.status_code == 400
    [told] = errors(response)
    assert word in told
    assert events(engine) == []


def test_all_that_is_wrong_is_told_at_once(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    one = add_request(engine, "krakow.pl")
    wrong = {"update_id": None, "status": "DONE", "media_url": "x"}
    assert len(errors(post_update(client, key, "krakow.pl", one, **wrong))) == 3


@pytest.mark.parametrize("wrong", [None, "none", ""])
def test_a_key_is_needed(
    client: CheckingClient, engine: Engine, format: str, wrong: str | None
) -> None:
    one = add_request(engine, "krakow.pl")
    response = post_update(client, "", "krakow.pl", one, format, api_key=wrong, status="DONE")
    assert response.status_code == 403


def test_a_key_of_another_city_is_not_valid(client: CheckingClient, engine: Engine) -> None:
    one = add_request(engine, "krakow.pl")
    with engine.begin() as connection:
        other = new_key(connection, ["wroclaw.pl"])
    assert post_update(client, other, "krakow.pl", one).status_code == 403


@pytest.mark.parametrize("fields", [{}, {"status": "DONE"}])
def test_a_request_that_is_not_there_is_not_found_whatever_else_is_wrong(
    client: CheckingClient, key: str, engine: Engine, format: str, fields: dict[str, str]
) -> None:
    elsewhere = add_request(engine, "wroclaw.pl")
    tried = add_request(engine, "krakow.pl", endpoint_type="test")
    for name in ("none", elsewhere, tried):
        response = post_update(client, key, "krakow.pl", name, format, **fields)
        assert response.status_code == 404
        assert name in errors(response)[0]
    assert post_update(client, key, "krakow.pl", tried, stage="test/v2").status_code == 200


def test_a_hidden_request_is_there_only_for_who_may_update_it(
    client: CheckingClient, key: str, account_key: AccountKey, city: str, engine: Engine
) -> None:
    one = add_request(engine, city, publication="withheld")
    refused = post_update(client, key, city, one)
    absent = post_update(client, key, city, "none")
    assert refused.status_code == absent.status_code == 404
    assert refused.text.replace(one, "none") == absent.text
    updated(client, account_key(city), city, one, status="FIXED")
    assert state(engine) == "resolved"
    assert updates(client, city) == []


def test_a_strangers_comment_is_internal_where_reports_are_read_first(
    own_client: CheckingClient, own_key: str, own_engine: Engine
) -> None:
    publish(own_engine, "after_review")
    one = add_request(own_engine, "krakow.pl")
    updated(own_client, own_key, "krakow.pl", one)
    [event] = events(own_engine)
    assert event.visibility == "internal"
    assert updates(own_client, "krakow.pl") == []


def test_a_picture_that_came_with_an_internal_comment_is_shown_to_nobody(
    own_client: CheckingClient, own_key: str, own_engine: Engine
) -> None:
    publish(own_engine, "after_review")
    one = add_request(own_engine, "krakow.pl")
    updated(own_client, own_key, "krakow.pl", one, photo1=(BytesIO(picture()), "a.jpg"))
    [event] = events(own_engine)
    assert own_client.get(event.media_urls[0].removeprefix(HOST)).status_code == 404


def test_an_update_that_says_nothing_is_kept_and_not_shown(
    client: CheckingClient, key: str, city: str, one: str, engine: Engine
) -> None:
    updated(client, key, city, one, description=None, status="FIXED")
    [event] = events(engine)
    assert (event.visibility, event.description) == ("internal", None)


def test_links_and_pictures_come_with_the_update_and_are_served(
    client: CheckingClient, key: str, city: str, format: str, engine: Engine
) -> None:
    one = reported(client, key, city, media=(BytesIO(picture()), "a.jpg"))
    links = ["https://a.example/1?a&b", "https://a.example/2"]
    pictures = {"photo1": (BytesIO(picture()), "b"), "photo2": (BytesIO(picture()), "c")}
    updated(client, key, city, one, format, media_url=links, **pictures)
    [update] = updates(client, city, format)
    first, second, *others = update["media_url"]
    assert others == links
    for url in (first, second):
        assert client.get(url.removeprefix("http://localhost")).mimetype == "image/jpeg"
    with engine.connect() as connection:
        found = connection.execute(text("SELECT position FROM photo ORDER BY position"))
        assert [row.position for row in found] == [0, 1, 2]


def test_a_picture_that_cannot_be_used_is_refused_with_the_whole_update(
    client: CheckingClient, key: str, one: str, city: str, engine: Engine
) -> None:
    broken = {"photo1": (BytesIO(b"no picture"), "a.jpg")}
    response = post_update(client, key, city, one, status="DONE", **broken)
    assert response.status_code == 400
    assert len(errors(response)) == 2
    assert rows(engine)["photo"] == len(events(engine)) == 0


def test_of_an_update_that_is_not_written_no_file_stays(
    client: CheckingClient, account_key: AccountKey, engine: Engine
) -> None:
    key, one = account_key("krakow.pl"), add_request(engine, "krakow.pl", state="rejected")
    before = sorted(Path(MEDIA_DIRECTORY).rglob("*.jpg"))
    sent = {"photo1": (BytesIO(picture()), "a.jpg"), "status": "FIXED"}
    assert post_update(client, key, "krakow.pl", one, **sent).status_code == 400
    assert sorted(Path(MEDIA_DIRECTORY).rglob("*.jpg")) == before


@pytest.mark.parametrize("with_picture", [False, True])
def test_an_update_that_is_sent_again_is_answered_again_and_done_once(
    client: CheckingClient, account_key: AccountKey, city: str, one: str, with_picture: bool,
    engine: Engine,
) -> None:  # fmt: skip
    key = account_key(city)
    told = set()
    for _ in range(3):
        media = {"photo1": (BytesIO(picture()), "a.jpg")} if with_picture else {}
        told.add(updated(client, key, city, one, status="FIXED", **media))
    assert len(told) == len(events(engine)) == 1
    assert rows(engine)["photo"] == int(with_picture)


def test_what_is_not_kept_may_differ_when_it_is_sent_again(
    client: CheckingClient, key: str, city: str, one: str
) -> None:
    first = updated(client, key, city, one, status="OPEN", email="old@example.org")
    again = updated(client, key, city, one, status="open", email="new@example.org", title="MX")
    assert again == first


def test_an_update_stays_answered_when_its_state_would_no_longer_be_allowed(
    client: CheckingClient, account_key: AccountKey, city: str, one: str, engine: Engine
) -> None:
    key = account_key(city)
    first = updated(client, key, city, one, status="IN_PROGRESS")
    change(engine, city, one, state="rejected")
    assert updated(client, key, city, one, status="IN_PROGRESS") == first
    assert state(engine) == "rejected"


@pytest.mark.parametrize(
    "other",
    [
        {"description": "Something else"},
        {"status": "CLOSED"},
        {"updated_datetime": "2026-03-01T12:00:01+01:00"},
        {"media_url": "https://a.example/"},
        {"photo1": "a picture"},
    ],
    ids=",".join,
)
def test_another_update_under_the_same_id_is_refused(
    client: CheckingClient, key: str, one: str, city: str, engine: Engine, other: Any
) -> None:
    if "photo1" in other:
        other = {"photo1": (BytesIO(picture()), "a.jpg")}
    updated(client, key, city, one)
    response = post_update(client, key, city, one, **other)
    assert response.status_code == 400
    assert errors(response)[0].startswith("update_id: ")
    assert len(events(engine)) == 1


def test_the_same_id_for_another_request_is_refused(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    first, second = add_requests(engine, city, [days_ago(1)] * 2)
    updated(client, key, city, first)
    assert post_update(client, key, city, second).status_code == 400


def test_two_systems_may_call_their_updates_the_same(
    client: CheckingClient, key: str, city: str, one: str, engine: Engine
) -> None:
    with engine.begin() as connection:
        other = new_key(connection, JURISDICTIONS)
    assert updated(client, key, city, one) != updated(client, other, city, one)


@pytest.mark.parametrize("number", [1, 2])
def test_two_deliveries_at_once_make_one_update(
    client: CheckingClient, key: str, city: str, engine: Engine, number: int
) -> None:
    ids = add_requests(engine, city, [days_ago(1)] * number) * 4
    at_once = Barrier(4)
    files = len(list(Path(MEDIA_DIRECTORY).rglob("*.jpg")))

    def deliver(request_id: str) -> int:
        media = {"photo1": (BytesIO(picture()), "a.jpg")}
        at_once.wait()
        one = client.application.test_client()
        return post_update(one, key, city, request_id, **media).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(deliver, ids[:4]))
    assert len(events(engine)) == 1
    assert statuses == ([200] * 4 if number == 1 else [200, 200, 400, 400])
    assert rows(engine)["photo"] == 1
    # The picture and its thumbnail.
    assert len(list(Path(MEDIA_DIRECTORY).rglob("*.jpg"))) == files + 2


def test_nobody_who_says_something_is_kept_or_shown(
    client: CheckingClient, key: str, city: str, one: str, format: str, engine: Engine
) -> None:
    people = {
        "email": "markeremail@example.com",
        "phone": "+48 600 311 311 markerphone",
        "first_name": "Markerfirst",
        "last_name": "Markerlast",
        "title": "Markertitle",
        "account_id": "markeraccount",
    }
    description = "Write to markermail@example.org"
    response = post_update(client, key, city, one, format, description=description, **people)
    assert response.status_code == 200
    with engine.connect() as connection:
        [event] = connection.execute(text("SELECT * FROM request_event")).mappings()
    assert "marker" not in str(dict(event) | {"description": ""}).lower()
    answers = [
        response,
        get_updates(client, city, format),
        search(client, city, format),
        search(client, city, format, extensions="true"),
    ]
    for answer in answers:
        assert "marker" not in answer.text.lower()
    assert rows(engine)["reporter"] == 0


def test_which_officers_key_it_was_is_shown_to_nobody(
    client: CheckingClient, account_key: AccountKey, city: str, one: str, format: str
) -> None:
    updated(client, account_key(city), city, one, status="FIXED")
    for answer in (
        get_updates(client, city, format),
        search(client, city, format, extensions="true"),
    ):
        assert "system0" not in answer.text
        assert "another.example" not in answer.text


def test_an_update_is_followed_up_but_not_one_of_a_try(
    client: CheckingClient, key: str, city: str, one: str, engine: Engine
) -> None:
    updated(client, key, city, one)
    tried = add_request(engine, city, endpoint_type="test")
    updated(client, key, city, tried, stage="test/v2", update_id="2")
    with engine.connect() as connection:
        jobs = connection.scalar(text("SELECT count(*) FROM job WHERE name = 'follow_up'"))
    assert jobs == 1


def test_updates_over_http_are_refused_where_https_is_required(
    client_with: Callable[..., CheckingClient], key: str, engine: Engine
) -> None:
    one = add_request(engine, "krakow.pl")
    assert post_update(client_with(require_https="yes"), key, "krakow.pl", one).status_code == 403


def test_bodies_are_read_as_those_of_reports(client: CheckingClient, key: str) -> None:
    url = f"/{SLUG['krakow.pl']}/open311/v2/servicerequestupdates.json"
    assert client.post(url, json={"api_key": key}).status_code == 415
    assert client.post(url, data=b"api_key=%FF").status_code == 415
    form = "application/x-www-form-urlencoded"
    assert client.post(url, data=b"api_key=%FF", content_type=form).status_code == 400
    assert client.put(url).status_code == 405
