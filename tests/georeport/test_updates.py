"""Updates that are read: what the public may know of what happened, in its order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import Engine, text

from tests.clients import CheckingClient
from tests.georeport.changes import change
from tests.georeport.updating import get_updates, updates
from tests.reporting import errors, reported
from tests.rows import add_request, add_requests, days_ago
from tests.working import do_queued

SECRETS = "anna.marker@example.com, tel. 600 311 311"


def moved(engine: Engine, event_id: int, days: float) -> None:
    """Let an event have happened so many days ago."""
    statement = "UPDATE request_event SET event_datetime = :moment WHERE event_id = :event_id"
    with engine.begin() as connection:
        connection.execute(text(statement), {"moment": days_ago(days), "event_id": event_id})


def said(client: CheckingClient, city: str, **arguments: Any) -> list[str]:
    return [one["description"] for one in updates(client, city, **arguments)]


def test_without_updates_the_list_is_empty(client: CheckingClient, city: str, key: str) -> None:
    reported(client, key, city)
    assert get_updates(client, city).data == b"[]"
    xml = get_updates(client, city, "xml").text
    assert xml.endswith("<service_request_updates/>")


def test_an_update_has_the_members_that_clients_know(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    one = add_request(engine, city)
    number = change(engine, city, one, state="in_progress", note="<We> are & there")
    [update] = updates(client, city, format)
    moment = datetime.fromisoformat(update.pop("updated_datetime"))
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)
    assert list(update.items()) == [
        ("update_id", str(number)),
        ("service_request_id", one),
        ("status", "in_progress"),
        ("description", "<We> are & there"),
        ("media_url", None),
    ]


def test_the_shape_in_xml_is_that_of_the_protocol(client: CheckingClient, engine: Engine) -> None:
    one = add_request(engine, "krakow.pl")
    change(engine, "krakow.pl", one, state="resolved", said_media_urls=["https://a.example/?a&b"])
    root = etree.fromstring(get_updates(client, "krakow.pl", "xml").data)
    assert root.tag == "service_request_updates"
    [update] = root
    assert update.tag == "request_update"
    assert [child.tag for child in update] == [
        "update_id", "service_request_id", "status", "updated_datetime", "description", "media_url",
    ]  # fmt: skip
    assert update.findtext("status") == "fixed"
    assert update.findtext("media_url") == "https://a.example/?a&b"
    assert update.findtext("description") == ""


@pytest.mark.parametrize("number", [0, 1, 2])
def test_media_urls_repeat_in_xml_and_are_one_text_or_an_array_in_json(
    client: CheckingClient, engine: Engine, number: int
) -> None:
    urls = [f"https://a.example/{place}" for place in range(number)]
    one = add_request(engine, "krakow.pl")
    change(engine, "krakow.pl", one, note="Look", said_media_urls=urls)
    [update] = get_updates(client, "krakow.pl").json
    assert update["media_url"] == [None, *urls[:1], urls][number]
    root = etree.fromstring(get_updates(client, "krakow.pl", "xml").data)
    found = [element.text for element in root.iter("media_url")]
    assert found == (urls or [None])


def test_a_receipt_and_what_is_internal_are_no_updates(
    client: CheckingClient, engine: Engine, city: str, key: str, format: str
) -> None:
    one = reported(client, key, city)
    change(engine, city, one, note="Only for us", is_public=False)
    change(engine, city, one, state="accepted", is_public=False)
    change(engine, city, one, kind="joined")
    assert updates(client, city, format) == []


def test_a_note_has_the_status_of_its_moment(
    client: CheckingClient, engine: Engine, city: str, key: str, format: str
) -> None:
    one = reported(client, key, city)
    for members in (
        {"note": "a"},
        {"state": "scheduled", "is_public": False},
        {"note": "b"},
        {"state": "resolved", "note": "c"},
        {"note": "d"},
        {"state": "reopened", "note": "e"},
    ):
        change(engine, city, one, **members)
    told = [(one["description"], one["status"]) for one in updates(client, city, format)]
    assert told == [
        ("a", "open"), ("b", "action_scheduled"), ("c", "fixed"), ("d", "fixed"), ("e", "open"),
    ]  # fmt: skip


def test_a_note_to_an_imported_request_has_the_status_that_it_came_with(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    closed, was_open = add_request(engine, city, state="rejected"), add_request(engine, city)
    change(engine, city, closed, note="As before")
    change(engine, city, was_open, note="Soon")
    change(engine, city, was_open, state="resolved")
    told = [one["status"] for one in updates(client, city)]
    assert told == ["no_further_action", "open", "fixed"]


def test_what_the_public_does_not_see_has_no_updates(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    one = add_request(engine, city)
    change(engine, city, one, note="Public")
    change(engine, city, one, kind="moderated", publication="withheld", is_public=False)
    assert updates(client, city) == []


def test_endpoints_are_kept_apart(client: CheckingClient, engine: Engine, city: str) -> None:
    one = add_request(engine, city, endpoint_type="test")
    change(engine, city, one, note="A try")
    assert said(client, city) == []
    assert said(client, city, stage="test/v2") == ["A try"]
    other = next(name for name in ("wroclaw.pl", "krakow.pl") if name != city)
    assert said(client, other, stage="test/v2") == []


def test_updates_come_oldest_first_and_in_the_window_both_bounds_belong_to_it(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    one = add_request(engine, city)
    for note, days in (("new", 1), ("old", 80), ("older", 91), ("oldest", 300), ("middle", 40)):
        moved(engine, change(engine, city, one, note=note), days)
    assert said(client, city) == ["old", "middle", "new"]
    bound = {days: days_ago(days).isoformat() for days in (1, 40, 80, 91, 300)}
    assert said(client, city, start_date=bound[80], end_date=bound[40]) == ["old", "middle"]
    assert said(client, city, start_date=bound[300]) == ["oldest"]
    assert said(client, city, end_date=bound[80]) == ["older", "old"]
    assert said(client, city, start_date=bound[40]) == ["middle", "new"]


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [(100, 1, "90"), (1, 2, "start_date"), ("yesterday", 1, "yesterday"), (1, "", None)],
)
def test_dates_are_read_as_those_of_requests(
    english: CheckingClient, format: str, start: Any, end: Any, word: str | None
) -> None:
    bounds = {
        name: days_ago(days).isoformat() if isinstance(days, int) else days
        for name, days in (("start_date", start), ("end_date", end))
    }
    response = get_updates(english, "krakow.pl", format, **bounds)
    if word is None:
        assert response.status_code == 200
    else:
        assert response.status_code == 400
        assert word in errors(response)[0]


def test_updates_of_some_requests_can_be_asked_for(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    ids = add_requests(engine, city, [days_ago(1)] * 3)
    for one in ids:
        change(engine, city, one, note=one)
    assert said(client, city, service_request_id=f"{ids[0]},{ids[2]},none") == [ids[0], ids[2]]
    assert said(client, city, service_request_id="none") == []


def test_the_shared_endpoint_asks_for_the_city(client: CheckingClient, format: str) -> None:
    path = f"/open311/v2/servicerequestupdates.{format}"
    assert client.get(path).status_code == 400
    assert client.get(f"{path}?jurisdiction_id=atlantis").status_code == 404
    assert client.get(f"{path}?jurisdiction_id=krakow.pl&api_key=none").status_code == 200


def test_who_has_the_updates_already_is_told_so_until_there_is_another(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    one = add_request(engine, city)
    change(engine, city, one, note="One")
    path = f"/open311/v2/servicerequestupdates.{format}?jurisdiction_id={city}"
    known = {"If-None-Match": client.get(path).headers["ETag"]}
    assert client.get(path, headers=known).status_code == 304
    change(engine, city, one, note="Two")
    assert client.get(path, headers=known).status_code == 200


def test_an_update_that_has_left_the_window_moves_the_etag(
    client: CheckingClient, engine: Engine
) -> None:
    number = change(engine, "krakow.pl", add_request(engine, "krakow.pl"), note="One")
    tag = get_updates(client, "krakow.pl").headers["ETag"]
    moved(engine, number, 91)
    assert get_updates(client, "krakow.pl").headers["ETag"] != tag


def test_what_tells_who_somebody_is_is_masked(
    client: CheckingClient, engine: Engine, format: str
) -> None:
    one = add_request(engine, "krakow.pl")
    change(engine, "krakow.pl", one, state="resolved", note=f"We called {SECRETS}")
    response = get_updates(client, "krakow.pl", format)
    assert "We called [***]" in response.text
    assert "marker" not in response.text
    assert "a@example.org" not in response.text
    assert "600 311" not in response.text


def test_a_batch_request_has_updates_from_when_it_has_an_id(
    client: CheckingClient, engine: Engine, key: str
) -> None:
    fields = {"service_code": "abandoned_vehicle", "attribute[plates]": "none"}
    form = {"api_key": key, "lat": "50.0617", "long": "19.9373"} | fields
    assert client.post("/krakow/open311/v2/requests.json", data=form).status_code == 200
    do_queued(engine)
    assert updates(client, "krakow.pl") == []


@pytest.mark.parametrize("hidden", [{"publication": "withheld"}, {"endpoint_type": "test"}])
def test_the_etag_tells_nothing_of_events_that_are_not_shown(
    client: CheckingClient, engine: Engine, hidden: dict[str, Any]
) -> None:
    number = change(engine, "krakow.pl", add_request(engine, "krakow.pl", **hidden), note="One")
    moved(engine, number, 10)
    change(engine, "krakow.pl", add_request(engine, "krakow.pl"), note="Two")
    tags = {
        get_updates(client, "krakow.pl", start_date=days_ago(days).isoformat()).headers["ETag"]
        for days in (11, 9)
    }
    assert len(tags) == 1
