"""`extensions=true`: one member more for each request, and plain calls as they were."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from open311.georeport.fields import SERVICE_REQUESTS_EXTENDED, SUBMITTED_EXTENDED
from tests.clients import CheckingClient
from tests.georeport.changes import change
from tests.pictures import picture
from tests.reading import content
from tests.reporting import BATCH, BLACKBOX, SLUG, post_report, reported, rows
from tests.rows import add_request, add_requests, days_ago, search

POTHOLE = {"service_code": "pothole", "attribute[carriageway_blocked]": "no"}
SECRETS = "anna.marker@example.com, tel. 600 311 311"


def extended(client: CheckingClient, city: str, format: str = "json", **more: Any) -> list[Any]:
    """Return the extended attributes of the requests that a search finds."""
    response = search(client, city, format, extensions="true", **more)
    assert response.status_code == 200, response.text
    return [one["extended_attributes"] for one in content(response, SERVICE_REQUESTS_EXTENDED)]


def single(client: CheckingClient, city: str, one: str, format: str, query: str) -> TestResponse:
    return client.get(f"/{SLUG[city]}/open311/v2/requests/{one}.{format}?{query}")


@pytest.mark.parametrize("word", ["", "false", "1", "yes", "true,false"])
def test_any_other_word_than_true_leaves_the_answers_as_they_are(
    client: CheckingClient, engine: Engine, format: str, word: str
) -> None:
    one = add_request(engine, "krakow.pl")
    plain = search(client, "krakow.pl", format), single(client, "krakow.pl", one, format, "")
    other = (
        search(client, "krakow.pl", format, extensions=word),
        single(client, "krakow.pl", one, format, f"extensions={word}"),
    )
    assert [answer.data for answer in other] == [answer.data for answer in plain]


def test_the_word_may_be_written_as_a_program_writes_it(
    client: CheckingClient, engine: Engine
) -> None:
    add_request(engine, "krakow.pl")
    assert "extended_attributes" in search(client, "krakow.pl", extensions="True").json[0]


def test_services_and_definitions_do_not_change(client: CheckingClient, format: str) -> None:
    for name in ("services", "services/pothole"):
        path = f"/krakow/open311/v2/{name}.{format}"
        assert client.get(f"{path}?extensions=true").data == client.get(path).data


def test_a_list_and_a_single_request_say_the_same_in_both_formats(
    client: CheckingClient, engine: Engine, city: str
) -> None:
    one = add_request(engine, city, description="<&>", media_urls=["https://example.org/?a&b"])
    change(engine, city, one, state="scheduled", note="Next week & <soon>")
    told = [
        content(answer, SERVICE_REQUESTS_EXTENDED)
        for format in ("json", "xml")
        for answer in (
            search(client, city, format, extensions="true"),
            single(client, city, one, format, "extensions=true"),
        )
    ]
    assert told == [told[0]] * 4
    [request] = told[0]
    assert list(request)[-1] == "extended_attributes"
    assert len(request) == 18


def test_a_new_request_has_its_receipt_and_nothing_else_to_tell(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    reported(client, key, city)
    [more] = extended(client, city, format)
    [note] = more.pop("notes")
    assert (note["type"], note["description"]) == ("received", None)
    assert more == {
        "detailed_status": "RECEIVED",
        "state": "received",
        "media_urls": [],
        "attributes": [],
        "duplicate_of": None,
    }


def test_what_happened_is_told_oldest_first_and_what_is_internal_is_not(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    one = add_request(engine, city)
    change(engine, city, one, state="in_progress", note="We are there")
    change(engine, city, one, note="Only for us", is_public=False)
    change(engine, city, one, note="Parts are ordered")
    change(engine, city, one, state="resolved")
    [more] = extended(client, city, format)
    assert [(note["type"], note["description"]) for note in more["notes"]] == [
        ("in_progress", "We are there"),
        ("noted", "Parts are ordered"),
        ("resolved", None),
    ]
    assert (more["state"], more["detailed_status"]) == ("resolved", "PROCESSED")


def test_every_photo_and_link_is_told_with_an_address_of_this_host(
    client: CheckingClient, key: str, city: str, format: str, engine: Engine
) -> None:
    media = [(BytesIO(picture()), "a.jpg"), (BytesIO(picture()), "b.jpg")]
    link = "https://example.org/a?b&c"
    one = reported(client, key, city, media=media, media_url=link)
    change(engine, city, one, note="Look", said_media_urls=[link, "https://example.org/then"])
    [more] = extended(client, city, format)
    *photos, first, second = more["media_urls"]
    assert (first, second) == (link, "https://example.org/then")
    assert len(photos) == 2
    for url in photos:
        assert client.get(url.removeprefix("http://localhost")).status_code == 200


def test_answers_are_told_with_their_questions_and_unknown_ones_are_not(
    client: CheckingClient, key: str, format: str
) -> None:
    fields = POTHOLE | {"attribute[width]": "40", "attribute[fixmystreet_id]": "77"}
    reported(client, key, "wroclaw.pl", **fields)
    [more] = extended(client, "wroclaw.pl", format)
    assert more["attributes"] == [
        {
            "code": "carriageway_blocked",
            "label": "Czy dziura uniemożliwia przejazd?",
            "value": "no",
        },
        {"code": "width", "label": "Szerokość dziury w centymetrach", "value": "40"},
    ]


def test_a_merged_request_names_the_one_that_it_was_merged_into_if_that_is_public(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    target, merged = add_requests(engine, city, [days_ago(2), days_ago(1)])
    number = int(target.split("-")[1])
    change(engine, city, merged, kind="merged", state="duplicate", duplicate_of=number)
    [more] = extended(client, city, format, service_request_id=merged)
    assert more["duplicate_of"] == target
    assert more["detailed_status"] == "REJECTED"
    change(engine, city, target, kind="moderated", publication="withheld", is_public=False)
    [more] = extended(client, city, format, service_request_id=merged)
    assert more["duplicate_of"] is None


def test_what_tells_who_somebody_is_leaves_neither_in_notes_nor_in_answers(
    client: CheckingClient, key: str, format: str, engine: Engine
) -> None:
    fields = POTHOLE | {"attribute[width]": "600311311", "description": f"Call {SECRETS}"}
    one = reported(client, key, "wroclaw.pl", **fields)
    change(engine, "wroclaw.pl", one, note=f"We called {SECRETS}")
    response = search(client, "wroclaw.pl", format, extensions="true")
    assert "We called [***]" in response.text
    for secret in ("marker", "600 311", "600311"):
        assert secret not in response.text


def test_a_page_is_extended_and_its_link_asks_for_the_same(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    newest, middle, oldest = reversed(
        add_requests(engine, city, [days_ago(3), days_ago(2), days_ago(1)])
    )
    page = search(client, city, format, extensions="true", page_size=2)
    link = page.headers["Link"].partition(">")[0].removeprefix("<http://localhost")
    both = content(page, SERVICE_REQUESTS_EXTENDED) + content(
        client.get(link), SERVICE_REQUESTS_EXTENDED
    )
    assert [one["service_request_id"] for one in both] == [newest, middle, oldest]
    assert all("extended_attributes" in one for one in both)


def test_nothing_found_is_as_empty_as_ever(client: CheckingClient, format: str) -> None:
    plain = search(client, "krakow.pl", format).data
    assert search(client, "krakow.pl", format, extensions="true").data == plain


def test_who_has_the_plain_answer_does_not_have_the_extended_one(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    one = add_request(engine, city)
    for path in (f"requests.{format}", f"requests/{one}.{format}"):
        url = f"/{SLUG[city]}/open311/v2/{path}"
        queries = ("", "?extensions=true")
        tags = {query: client.get(url + query).headers["ETag"] for query in queries}
        for query, tag in tags.items():
            known = {"If-None-Match": tag}
            assert client.get(url + query, headers=known).status_code == 304
            other = next(one for one in tags if one != query)
            assert client.get(url + other, headers=known).status_code == 200


def test_a_note_moves_the_etag(
    client: CheckingClient, engine: Engine, city: str, format: str
) -> None:
    one = add_request(engine, city)
    tag = search(client, city, format, extensions="true").headers["ETag"]
    change(engine, city, one, note="Something new")
    assert search(client, city, format, extensions="true").headers["ETag"] != tag


def submitted(response: TestResponse) -> Any:
    assert response.status_code == 200, response.text
    [told] = content(response, SUBMITTED_EXTENDED)
    return told


@pytest.mark.parametrize("fields", [{}, BATCH, BLACKBOX])
def test_who_reports_is_told_where_to_follow_it(
    client: CheckingClient, key: str, city: str, format: str, fields: dict[str, str]
) -> None:
    told = submitted(post_report(client, key, city, format, extensions="true", **fields))
    more = told["extended_attributes"]
    assert more["follow_url"].startswith("http://localhost/my/requests/")
    assert more["duplicates"] == []
    plain = post_report(client, key, city, format, **fields)
    assert "extended_attributes" not in plain.text


def test_who_reports_is_told_what_may_be_about_the_same_matter(
    client: CheckingClient, key: str, format: str, engine: Engine
) -> None:
    old = reported(client, key, "wroclaw.pl", **POTHOLE, description=f"Deep. {SECRETS}")
    closed, hidden = (reported(client, key, "wroclaw.pl", **POTHOLE) for _ in range(2))
    change(engine, "wroclaw.pl", closed, state="resolved")
    change(engine, "wroclaw.pl", hidden, kind="moderated", publication="withheld", is_public=False)
    reported(client, key, "wroclaw.pl", lat="51.12", **POTHOLE)
    reported(client, key, "wroclaw.pl")
    form = POTHOLE | {"lat": "51.1101", "extensions": "true"}
    told = submitted(post_report(client, key, "wroclaw.pl", format, **form))
    [near] = told["extended_attributes"]["duplicates"]
    requested = near.pop("requested_datetime")
    assert near == {
        "service_request_id": old,
        "description": "Deep. [***], tel. [***]",
        "distance": 11,
    }
    [shown] = search(client, "wroclaw.pl", service_request_id=old).json
    assert requested == shown["requested_datetime"]


def test_a_repeated_report_is_told_of_the_same_requests_and_not_of_itself(
    client: CheckingClient, key: str, format: str
) -> None:
    reported(client, key, "wroclaw.pl", **POTHOLE)
    form = {"api_key": key, "lat": "51.11", "long": "17.0319", "extensions": "true"} | POTHOLE
    url, header = f"/wroclaw/open311/v2/requests.{format}", {"Idempotency-Key": "one"}
    first, again = (client.post(url, data=form, headers=header) for _ in range(2))
    assert again.data == first.data
    assert len(submitted(first)["extended_attributes"]["duplicates"]) == 1


def test_the_wish_may_stand_in_the_query_of_a_report(
    client: CheckingClient, key: str, format: str
) -> None:
    form = {"api_key": key, "service_code": "graffiti", "lat": "50.0617", "long": "19.9373"}
    url = f"/krakow/open311/v2/requests.{format}?extensions=true"
    assert submitted(client.post(url, data=form))["extended_attributes"]["follow_url"]


def test_a_repeated_report_is_told_the_same_link_which_lies_nowhere_in_plain(
    client: CheckingClient, key: str, format: str, engine: Engine
) -> None:
    form = {"api_key": key, "service_code": "graffiti", "lat": "50.0617", "long": "19.9373"}
    form |= {"extensions": "true"}
    url, header = f"/krakow/open311/v2/requests.{format}", {"Idempotency-Key": "one"}
    first, again = (client.post(url, data=form, headers=header) for _ in range(2))
    assert again.data == first.data
    assert rows(engine)["service_request"] == 1
    token = submitted(first)["extended_attributes"]["follow_url"].rpartition("/")[2]
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT answer::text FROM idempotent_answer").scalar()
    assert token[:20] not in kept


def test_a_repeated_report_with_another_wish_is_another_body(
    client: CheckingClient, key: str
) -> None:
    form = {"api_key": key, "service_code": "graffiti", "lat": "50.0617", "long": "19.9373"}
    url, header = "/krakow/open311/v2/requests.json", {"Idempotency-Key": "one"}
    assert client.post(url, data=form, headers=header).status_code == 200
    again = client.post(f"{url}?extensions=true", data=form, headers=header)
    assert again.status_code == 400
