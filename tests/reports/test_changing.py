"""The one door through which a request changes: row, record, event, counter and job together."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Engine, text

from open311.database import tables
from open311.errors import ClientError, Conflict, NotFound, PreconditionFailed
from open311.georeport.encoding import render_request
from open311.reports.changing import FOLLOW_UP as JOB
from open311.reports.changing import (
    Change,
    apply_change,
    lock_request,
    require_version,
)
from open311.reports.reading import number_of
from open311.reports.states import STATES
from tests.changes import OFFICER, registry_of
from tests.clients import CheckingClient
from tests.concurrency import at_once
from tests.reports.lives import CITY, change, new_number, request_of, rows
from tests.rows import NOW, add_request, days_ago, found, stale_records
from tests.working import queued


def last_event(engine: Engine, number: int) -> Any:
    return rows(engine, tables.request_event, number)[-1]


def changes(engine: Engine, endpoint_type: str = "production") -> int:
    """Return what names the state of the city's endpoint."""
    query = "SELECT sum(changes) FROM change_counter WHERE (jurisdiction_id, endpoint_type) = "
    with engine.connect() as connection:
        return connection.scalar(text(f"{query}('{CITY}', '{endpoint_type}')"))


def test_a_change_is_written_whole(engine: Engine, client: CheckingClient) -> None:
    number, counted = new_number(engine), changes(engine)
    change(engine, number, state="in_progress", note="The crew is there.", is_public=True)
    request = request_of(engine, number)
    assert (request.state, request.version) == ("in_progress", 2)
    assert request.status_notes == "The crew is there."
    assert request.updated_datetime >= NOW
    event = last_event(engine, number)
    assert (event.kind, event.state, event.visibility) == (
        "state_changed", "in_progress", "public"
    )  # fmt: skip
    assert (event.description, event.actor) == ("The crew is there.", OFFICER.name)
    [job] = [job for job in queued(engine) if job.name == JOB]
    assert job.arguments == {
        "jurisdiction_id": CITY, "number": number, "event_id": event.event_id
    }  # fmt: skip
    assert changes(engine) == counted + 1
    assert stale_records(engine, CITY) == 0


@pytest.mark.parametrize("state", [name for name in STATES if name not in ("received", "reopened")])
def test_the_public_is_told_the_status_of_every_state(
    engine: Engine, client: CheckingClient, state: str
) -> None:
    change(engine, new_number(engine), state=state)
    status = STATES[state].status  # type: ignore[index]
    assert len(found(client, CITY, status=status)) == 1
    assert stale_records(engine, CITY) == 0


def test_what_is_not_said_stays(engine: Engine) -> None:
    number = new_number(engine, unit_code="zdium", description="Green.", status_notes="Seen.")
    before = request_of(engine, number)
    change(engine, number, "noted", note="Hm.")
    assert request_of(engine, number) == replace(before, version=2)


def test_what_cannot_be_done_changes_nothing(engine: Engine) -> None:
    number, counted = new_number(engine, state="resolved"), changes(engine)
    with pytest.raises(Conflict):
        change(engine, number, state="in_progress")
    assert request_of(engine, number).version == 1
    assert rows(engine, tables.request_event, number) == []
    assert changes(engine) == counted


def test_a_closing_is_the_moment_of_the_last_update_until_it_is_opened_again(
    engine: Engine,
) -> None:
    number = new_number(engine, state="resolved", updated_datetime=days_ago(5))
    for members in (
        {"note": "It holds.", "is_public": True},
        {"unit_code": "zdium"},
        {"publication": "withheld"},
        {"media_urls": ["https://example.org/a.jpg"], "is_public": True},
    ):
        change(engine, number, "noted", **members)
        assert request_of(engine, number).updated_datetime == days_ago(5), members
    change(engine, number, state="reopened")
    assert request_of(engine, number).updated_datetime >= NOW


def test_the_last_update_never_goes_back(engine: Engine) -> None:
    ahead = NOW + timedelta(days=1)
    number = new_number(engine, updated_datetime=ahead)
    change(engine, number, state="in_progress")
    assert request_of(engine, number).updated_datetime == ahead


def test_what_officers_say_among_themselves_moves_nothing_in_public(
    engine: Engine, client: CheckingClient
) -> None:
    number = new_number(engine)
    pages = [
        f"/wroclaw/open311/v2/requests.{format}{query}"
        for format in ("json", "xml")
        for query in ("", "?extensions=true")
    ]

    def seen() -> list[tuple[bytes, str | None]]:
        answers = [client.get(page) for page in pages]
        return [(answer.data, answer.headers["ETag"]) for answer in answers]

    before = seen()
    change(engine, number, "noted", note="Who pays for it?")
    assert request_of(engine, number).version == 2
    assert last_event(engine, number).visibility == "internal"
    assert seen() == before
    change(engine, number, "noted", note="The city pays.", is_public=True)
    after = seen()
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_what_is_withheld_is_not_kept_ready_for_the_public(
    engine: Engine, client: CheckingClient
) -> None:
    number = new_number(engine)
    change(engine, number, "moderated", publication="withheld")
    assert found(client, CITY) == []
    [row] = rows(engine, tables.service_request, number)
    assert (row.public_json, row.public_xml) == (None, None)
    change(engine, number, "moderated", publication="published")
    assert len(found(client, CITY)) == 1


def test_of_requests_of_the_test_endpoint_nobody_is_told(engine: Engine) -> None:
    number, counted = new_number(engine, endpoint_type="test"), changes(engine, "test")
    change(engine, number, state="in_progress")
    assert [job for job in queued(engine) if job.name == JOB] == []
    assert changes(engine, "test") == counted + 1


def test_who_saw_another_version_is_refused(engine: Engine) -> None:
    number = new_number(engine)
    change(engine, number, "noted", note="Hm.")
    with engine.begin() as connection:
        request = lock_request(connection, registry_of(engine), CITY, number).request
        with pytest.raises(PreconditionFailed) as caught:
            require_version(request, 1)
        assert caught.value.problems[0].values == {"version": "2"}
        require_version(request, 2)


def test_a_request_is_found_by_its_id_in_its_own_city_only(engine: Engine) -> None:
    request_id = add_request(engine, CITY, endpoint_type="test")
    with engine.begin() as connection:
        number = number_of(connection, CITY, request_id)
        assert request_of(engine, number).service_request_id == request_id
        with pytest.raises(NotFound):
            number_of(connection, "krakow.pl", request_id)
        with pytest.raises(NotFound):
            lock_request(connection, registry_of(engine), "krakow.pl", number)


def test_of_two_at_the_same_moment_one_wins_and_the_other_is_told(engine: Engine) -> None:
    number, registry = new_number(engine), registry_of(engine)

    def attempt(state: Any) -> str:
        try:
            with engine.begin() as connection:
                locked = lock_request(connection, registry, CITY, number)
                require_version(locked.request, 1)
                # Long enough that the other one waits for the lock.
                sleep(0.2)
                change = Change("state_changed", state)
                apply_change(connection, locked, change, OFFICER, render_request)
        except ClientError as error:
            return type(error).__name__
        return state

    answers = at_once(lambda: attempt("in_progress"), lambda: attempt("rejected"))
    assert "PreconditionFailed" in answers
    [won] = {*answers} - {"PreconditionFailed"}
    request = request_of(engine, number)
    assert (request.state, request.version) == (won, 2)
    assert len(rows(engine, tables.request_event, number)) == 1


def test_changes_that_go_by_no_version_are_all_made_one_after_the_other(engine: Engine) -> None:
    number = new_number(engine)
    with ThreadPoolExecutor(4) as pool:
        said = [f"Note {one}" for one in range(12)]
        list(pool.map(lambda note: change(engine, number, "noted", note=note), said))
    assert request_of(engine, number).version == 13
    noted = [event.description for event in rows(engine, tables.request_event, number)]
    assert sorted(noted) == sorted(said)


def test_what_was_merged_is_a_matter_of_its_own_when_it_is_opened_again(engine: Engine) -> None:
    original, number = new_number(engine), new_number(engine)
    change(engine, number, "merged", state="duplicate", duplicate_of=original)
    assert request_of(engine, number).duplicate_of == original
    change(engine, number, state="reopened")
    assert request_of(engine, number).duplicate_of is None
