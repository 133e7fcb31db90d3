"""FixMyStreet in both directions: what it puts on the wire, and what it makes of the answers.

It reads XML alone: every `request_update` is an array, an empty element is nothing, and an element
that is repeated is an array too. It takes an update for known by its id, keeps what it was told as
the id of its own comment, and sends that again until it is answered with a 2xx.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from lxml import etree
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from open311.reports.states import STATES
from tests.clients import CheckingClient
from tests.georeport.changes import change
from tests.georeport.updating import events
from tests.reporting import SLUG, report_row
from tests.rows import add_request

AccountKey = Callable[..., str]

# What its map of states leaves as it is, and the words that it has others for.
OTHER_WORDS = {
    "fixed": "fixed - council",
    "not councils responsibility": "not responsible",
    "no further action": "unable to fix",
    "open": "confirmed",
}
VISIBLE = {
    "confirmed", "investigating", "in progress", "planned", "action scheduled", "closed",
    "fixed - council", "unable to fix", "not responsible", "duplicate", "internal referral",
}  # fmt: skip
# A comment of somebody on a report, as its fields are sent.
COMMENT = {
    "updated_datetime": "2026-03-01T11:20:30Z",
    "status": "OPEN",
    "description": "Nadal nie świeci & jest ciemno.\r\n\r\nPozdrawiam",
    "last_name": "-",
    "first_name": "Anna",
    "email": "anna.marker@example.com",
    "update_id": "2041",
}


class FixMyStreet:
    """A body of FixMyStreet that sends and fetches comments by Open311."""

    def __init__(self, client: CheckingClient, city: str, key: str) -> None:
        self.client, self.city, self.key = client, city, key
        self.endpoint = f"/{SLUG[city]}/open311/v2/"
        # By the id that the other side gave it: the state that it was fetched with.
        self.comments: dict[str, str | None] = {}
        self.state = "confirmed"

    def send(self, request_id: str, **fields: Any) -> TestResponse:
        form = COMMENT | {"service_request_id": request_id} | fields
        form |= {"jurisdiction_id": self.city, "api_key": self.key}
        return self.client.post(
            f"{self.endpoint}servicerequestupdates.xml",
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded",
        )

    def sent(self, request_id: str, **fields: Any) -> str:
        response = self.send(request_id, **fields)
        assert 200 <= response.status_code < 300, response.text
        update_id = read(response)["request_update"][0]["update_id"]
        self.comments[update_id] = None
        return update_id

    def fetch(self, hours: int = 2) -> int:
        """Fetch the updates of the last hours, and return how many are new."""
        now = datetime.now(UTC)
        start, end = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (now - hours * HOUR, now))
        query = {"jurisdiction_id": self.city, "api_key": self.key}
        query |= {"start_date": start, "end_date": end}
        url = f"{self.endpoint}servicerequestupdates.xml?{urlencode(query)}"
        found = read(self.client.get(url)).get("request_update", [])
        return sum(self._take(update, start, end) for update in found)

    def _take(self, update: dict[str, Any], start: str, end: str) -> bool:
        moment = datetime.fromisoformat(update["updated_datetime"]).astimezone(UTC)
        updated = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        if not update["service_request_id"] or updated < start or updated > end:
            return False
        if update["update_id"] in self.comments:
            return False
        word = update["status"].lower().replace("_", " ")
        self.state = OTHER_WORDS.get(word, word)
        self.comments[update["update_id"]] = self.state
        return True


HOUR = timedelta(hours=1)


def read(response: TestResponse) -> dict[str, Any]:
    """Read an answer as its parser does."""
    read: dict[str, Any] = {}
    for child in etree.fromstring(response.data):
        members: dict[str, Any] = {}
        for member in child:
            members.setdefault(member.tag, []).append(member.text)
        one = {name: each[0] if len(each) == 1 else each for name, each in members.items()}
        read.setdefault(child.tag, []).append(one)
    return read


@pytest.fixture
def fixmystreet(client: CheckingClient, city: str, key: str) -> FixMyStreet:
    """One that reports to the city, and may change nothing there."""
    return FixMyStreet(client, city, key)


@pytest.fixture
def one(engine: Engine, city: str) -> str:
    """A request that it has sent."""
    return add_request(engine, city)


@pytest.mark.parametrize("state", [name for name in STATES if name not in ("received", "reopened")])
def test_it_understands_every_state(
    fixmystreet: FixMyStreet, one: str, engine: Engine, state: str
) -> None:
    change(engine, fixmystreet.city, one, state=state, note="News")
    assert fixmystreet.fetch() == 1
    assert fixmystreet.state in VISIBLE


def test_it_learns_of_each_step_in_its_order_and_of_none_twice(
    fixmystreet: FixMyStreet, one: str, engine: Engine
) -> None:
    steps = ("in_progress", "resolved", "reopened", "rejected")
    for state in steps[:2]:
        change(engine, fixmystreet.city, one, state=state)
    assert fixmystreet.fetch() == 2
    assert fixmystreet.state == "fixed - council"
    for state in steps[2:]:
        change(engine, fixmystreet.city, one, state=state)
    assert fixmystreet.fetch() == 2
    assert fixmystreet.state == "unable to fix"
    assert fixmystreet.fetch() == 0


def test_it_finds_nothing_where_nothing_happened(fixmystreet: FixMyStreet) -> None:
    assert fixmystreet.fetch() == 0


def test_it_sends_a_comment_again_until_it_is_told_that_it_is_there(
    fixmystreet: FixMyStreet, one: str, engine: Engine
) -> None:
    assert len({fixmystreet.sent(one) for _ in range(3)}) == 1
    [event] = events(engine)
    assert event.description == "Nadal nie świeci & jest ciemno.\n\nPozdrawiam"
    assert event.detail["updated_datetime"] == "2026-03-01T11:20:30+00:00"


def test_its_own_comment_does_not_come_back_to_it(
    fixmystreet: FixMyStreet, one: str, engine: Engine
) -> None:
    fixmystreet.sent(one)
    assert fixmystreet.fetch() == 0
    assert FixMyStreet(fixmystreet.client, fixmystreet.city, "").fetch() == 1


def test_a_comment_with_a_photo_names_where_it_lies(
    fixmystreet: FixMyStreet, one: str, engine: Engine
) -> None:
    url = "https://fixmystreet.example/photo/c/2041.0.full.jpeg?2a"
    fixmystreet.sent(one, media_url=url)
    [event] = events(engine)
    assert event.media_urls == [url]


def test_the_fields_that_only_some_of_its_cities_send_do_no_harm(
    fixmystreet: FixMyStreet, one: str, engine: Engine
) -> None:
    fixmystreet.sent(
        one, title="MR", email_alerts_requested="FALSE", public_anonymity_required="TRUE",
        service_request_id_ext="1234", phone="+48 600 311 311", service_code="graffiti",
        **{"attribute[easting]": "358", "attribute[closest_address]": "Rynek 1"},
    )  # fmt: skip
    [event] = events(engine)
    assert "1234" not in str(event.detail)


def test_what_it_believes_of_the_state_changes_nothing_with_the_key_of_an_app(
    fixmystreet: FixMyStreet, one: str, engine: Engine
) -> None:
    fixmystreet.sent(one, status="CLOSED")
    assert report_row(engine).state == "received"


def test_one_that_handles_requests_closes_and_opens_them(
    client: CheckingClient, account_key: AccountKey, city: str, one: str, engine: Engine
) -> None:
    fixmystreet = FixMyStreet(client, city, account_key(city))
    states = []
    for number, status in enumerate(("OPEN", "IN_PROGRESS", "FIXED", "CLOSED", "OPEN", "CLOSED")):
        fixmystreet.sent(one, update_id=number, status=status)
        states.append(report_row(engine).state)
    assert states == [
        "received", "in_progress", "resolved", "resolved", "reopened", "resolved",
    ]  # fmt: skip


def test_it_can_read_why_a_comment_is_refused(fixmystreet: FixMyStreet) -> None:
    response = fixmystreet.send("none")
    [error] = read(response)["error"]
    assert error["code"] == "404"
    assert "none" in error["description"]
