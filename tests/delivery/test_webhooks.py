"""What other systems are told: when, what, signed how; and never who reported."""

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import Engine
from standardwebhooks import Webhook, WebhookVerificationError

from open311.catalogue.registry import Registry
from open311.database.reading import Reader
from open311.delivery.delivering import Deliveries
from open311.delivery.webhooks import WebhookChannel
from open311.jobs.handlers import Handler
from open311.outbound.web import Web
from open311.reports.photos import HOST
from tests.conftest import KEYRING
from tests.delivery.posting import deliveries
from tests.delivery.receiving import PUBLIC_URL, City, Receiver, receiving, set_new_secret, webhook
from tests.docs.pages import DOCS, blocks
from tests.folders import BYSTRA, change
from tests.pictures import picture
from tests.working import do_due


@pytest.fixture
def secret(bystra: City, receiver: Receiver) -> str:
    """The secret of a webhook of the city, which is told of everything."""
    return bystra.configure(webhook("ledger", receiver.url))["ledger"]


def types(receiver: Receiver) -> list[str]:
    return [told.payload["type"].removeprefix("service_request.") for told in receiver.told]


def test_a_report_is_told_at_once_and_signed(bystra: City, receiver: Receiver, secret: str) -> None:
    request_id = bystra.report()
    bystra.work()
    [told] = receiver.told
    payload = told.verified(secret)
    assert payload["type"] == "service_request.created"
    assert payload["timestamp"] == payload["data"]["requested_datetime"]
    assert told.headers["Content-Type"] == "application/json"
    assert payload["data"] | {"requested_datetime": "", "updated_datetime": ""} == {
        "service_request_id": request_id,
        "status": "open",
        "status_notes": None,
        "service_name": "Dark lamp",
        "service_code": "lamp",
        "description": "It is dark.",
        "agency_responsible": "Bystra Works",
        "service_notice": payload["data"]["service_notice"],
        "requested_datetime": "",
        "updated_datetime": "",
        "expected_datetime": payload["data"]["expected_datetime"],
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": 47.05,
        "long": 10.05,
        "media_url": None,
        "jurisdiction_id": BYSTRA,
        "number": payload["data"]["number"],
        "state": "received",
        "detailed_status": "RECEIVED",
        "note": None,
        "is_published": True,
    }


def test_the_record_that_is_told_is_the_one_that_the_public_reads(
    bystra: City, receiver: Receiver, secret: str
) -> None:
    request_id = bystra.report(description="Call me: 601 234 567")
    bystra.work()
    asked = bystra.client.get(
        f"/open311/v2/requests/{request_id}.json?jurisdiction_id={BYSTRA}"
    ).json[0]
    told = receiver.told[0].data
    assert "[***]" in told["description"]
    assert {name: told[name] for name in asked} == asked


def test_another_secret_does_not_verify(bystra: City, receiver: Receiver, secret: str) -> None:
    bystra.report()
    bystra.work()
    with pytest.raises(WebhookVerificationError):
        receiver.told[0].verified(set_new_secret(bystra.engine, "ledger"))


def test_a_changed_body_does_not_verify(bystra: City, receiver: Receiver, secret: str) -> None:
    bystra.report()
    bystra.work()
    [told] = receiver.told
    body = told.body.replace(b"dark", b"lit!")
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, dict(told.headers))


def test_the_python_of_the_data_page_knows_what_is_genuine(
    bystra: City, receiver: Receiver, secret: str
) -> None:
    _, program = [text for language, text in blocks(DOCS / "data.md") if language == "python"]
    page: dict[str, Any] = {}
    exec(program, page)
    bystra.report()
    bystra.work()
    [told] = receiver.told
    assert page["is_genuine"](secret, told.headers, told.body)
    assert not page["is_genuine"](secret, told.headers, told.body + b" ")
    old = {**told.headers, "webhook-timestamp": "1700000000"}
    assert not page["is_genuine"](secret, old, told.body)


def test_a_new_secret_signs_from_the_next_attempt_on(
    bystra: City, receiver: Receiver, secret: str
) -> None:
    bystra.report()
    new = set_new_secret(bystra.engine, "ledger")
    bystra.work()
    assert receiver.told[0].verified(new)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"kind": "state_changed", "state": "in_progress", "is_public": True}, ["updated"]),
        ({"kind": "state_changed", "state": "in_progress"}, ["updated"]),
        ({"kind": "state_changed", "state": "resolved", "is_public": True}, ["closed"]),
        ({"kind": "state_changed", "state": "rejected"}, ["closed"]),
        ({"kind": "noted", "note": "We come on Monday.", "is_public": True}, ["updated"]),
        ({"kind": "noted", "note": "Ask Jan."}, []),
        ({"kind": "assigned", "unit_code": "cleaning"}, ["updated"]),
        ({"kind": "moderated", "publication": "withheld"}, ["updated"]),
        ({"kind": "overdue"}, []),
        ({"kind": "joined"}, []),
    ],
    ids=lambda it: " ".join(map(str, it.values() if isinstance(it, dict) else it)),
)
def test_what_the_public_can_see_of_a_change_is_told(
    bystra: City, receiver: Receiver, secret: str, what: dict[str, str], told: list[str]
) -> None:
    request_id = bystra.report() or ""
    bystra.change(request_id, **what)
    bystra.work()
    assert types(receiver) == ["created", *told]


def test_opening_again_is_an_update(bystra: City, receiver: Receiver, secret: str) -> None:
    request_id = bystra.report() or ""
    bystra.change(request_id, "state_changed", state="resolved")
    bystra.change(request_id, "state_changed", state="reopened")
    bystra.work()
    assert types(receiver) == ["created", "closed", "updated"]


def test_a_webhook_is_told_of_its_events_alone(bystra: City, receiver: Receiver) -> None:
    bystra.configure(webhook("ledger", receiver.url, "closed"))
    request_id = bystra.report() or ""
    bystra.change(request_id, "state_changed", state="resolved")
    bystra.work()
    assert types(receiver) == ["closed"]


def test_what_is_said_in_public_is_told_masked_and_what_is_not_is_not(
    bystra: City, receiver: Receiver, secret: str
) -> None:
    request_id = bystra.report() or ""
    public = "Jan comes, jan@city.example"
    bystra.change(request_id, "state_changed", state="in_progress", note=public, is_public=True)
    bystra.change(request_id, "state_changed", state="on_hold", note="Jan is ill.")
    bystra.work()
    _, in_progress, on_hold = receiver.told
    # Both are told after both have happened: of the request as it is by then.
    assert in_progress.data["note"] == "Jan comes, [***]"
    assert on_hold.data["note"] is on_hold.data["status_notes"] is None
    assert on_hold.data["state"] == "on_hold"
    assert on_hold.data["detailed_status"] == "IN_PROCESS"


def test_what_is_not_looked_at_yet_is_told_without_what_the_reporter_said(
    bystra: City, receiver: Receiver
) -> None:
    reviewed = "type: realtime\n    publication: after_review"
    change(bystra.folder, "services.yaml", "type: realtime", reviewed)
    secret = bystra.configure(webhook("ledger", receiver.url))["ledger"]
    request_id = bystra.report(description="Mr Kowalski did it.") or ""
    bystra.work()
    [told] = receiver.told
    data = told.verified(secret)["data"]
    assert (data["is_published"], data["service_request_id"]) == (False, request_id)
    assert (data["description"], data["lat"], data["long"]) == (None, None, None)
    assert b"Kowalski" not in told.body
    bystra.change(request_id, "moderated", publication="published")
    bystra.work()
    assert receiver.told[1].data["description"] == "Mr Kowalski did it."
    assert receiver.told[1].data["is_published"] is True


def test_a_tip_without_an_id_is_told_by_its_number(
    bystra: City, receiver: Receiver, secret: str
) -> None:
    bystra.report(service_code="tip", description="The mayor.")
    bystra.work()
    [told] = receiver.told
    assert told.data["service_request_id"] is None
    assert told.data["number"] > 0
    assert b"mayor" not in told.body


def test_the_id_of_a_batch_request_is_an_update(
    bystra: City, receiver: Receiver, secret: str
) -> None:
    bystra.report(service_code="bin", description="Full.")
    bystra.work()
    bystra.work(soon=True)
    assert types(receiver) == ["created", "updated"]
    created, updated = receiver.told
    assert created.data["service_request_id"] is created.data["description"] is None
    assert updated.data["service_request_id"].startswith("BYS-")
    assert (updated.data["description"], updated.data["is_published"]) == ("Full.", True)
    assert created.data["number"] == updated.data["number"]


@pytest.mark.parametrize("public_url", [PUBLIC_URL, ""])
def test_a_photo_of_ours_is_told_by_the_public_address_or_not_at_all(
    bystra: City, receiver: Receiver, secret: str, public_url: str
) -> None:
    form = {"jurisdiction_id": BYSTRA, "api_key": bystra.key, "service_code": "lamp",
            "lat": "47.05", "long": "10.05", "media": (BytesIO(picture()), "a.jpg")}  # fmt: skip
    assert bystra.client.post("/open311/v2/requests.json", data=form).status_code == 200
    bystra.work(OPEN311_PUBLIC_URL=public_url)
    [told] = receiver.told
    media_url = told.data["media_url"]
    assert HOST not in json.dumps(told.payload, ensure_ascii=False)
    if public_url:
        assert media_url.startswith(f"{PUBLIC_URL}/open311/photos/{BYSTRA}/")
    else:
        assert media_url is None


def test_the_address_of_a_picture_elsewhere_is_told_as_it_is(
    bystra: City, receiver: Receiver, secret: str
) -> None:
    bystra.report(media_url="https://pictures.example/1.jpg")
    bystra.work(OPEN311_PUBLIC_URL="")
    assert receiver.told[0].data["media_url"] == "https://pictures.example/1.jpg"


def test_nobody_is_told_who_reported(bystra: City, receiver: Receiver, secret: str) -> None:
    reporter = {"email": "anna.marker@home.example", "first_name": "Annamarker",
                "last_name": "Nowakmarker", "phone": "+48 601 234 567",
                "device_id": "device-marker"}  # fmt: skip
    spoken = "I am at anna.marker@home.example or +48 601 234 567."
    request_id = bystra.report(**reporter, description=spoken) or ""
    for kind, members in (
        ("state_changed", {"state": "in_progress", "is_public": True, "note": spoken}),
        ("noted", {"note": "Annamarker called."}),
        ("moderated", {"public_description": spoken}),
        ("state_changed", {"state": "resolved", "is_public": True, "note": spoken}),
    ):
        bystra.change(request_id, kind, **members)
    bystra.work()
    assert len(receiver.told) == 4
    for told in receiver.told:
        whole = (told.body + json.dumps(dict(told.headers)).encode()).lower()
        for marker in (b"marker", b"601", b"home.example", b"city.example"):
            assert marker not in whole


def test_what_comes_in_at_a_test_endpoint_is_told_to_nobody(
    bystra: City, receiver: Receiver, secret: str
) -> None:
    request_id = bystra.report(endpoint="test/v2") or ""
    bystra.change(request_id, "state_changed", state="resolved", is_public=True)
    bystra.work(soon=True)
    assert receiver.told == []
    assert deliveries(bystra.engine) == []


def test_without_a_secret_nothing_is_told_until_there_is_one(
    bystra: City, receiver: Receiver
) -> None:
    bystra.configure(webhook("ledger", receiver.url), secrets=False)
    bystra.report()
    bystra.work()
    [waiting] = deliveries(bystra.engine)
    assert waiting.state == "waiting"
    assert waiting.error == f"No secret is set: open311 delivery secret {BYSTRA} ledger --generate"
    set_new_secret(bystra.engine, "ledger")
    bystra.work(soon=True)
    assert [one.state for one in deliveries(bystra.engine)] == ["delivered"]
    assert len(receiver.told) == 1


def test_what_a_city_has_no_webhook_for_any_more_is_dropped(
    bystra: City, receiver: Receiver
) -> None:
    with receiving(500) as away:
        bystra.configure(webhook("ledger", away.url))
        bystra.report()
        bystra.work()
    bystra.configure(webhook("other", receiver.url))
    bystra.work(soon=True)
    [dropped] = deliveries(bystra.engine)
    assert dropped.state == "dropped"
    assert dropped.error == "The city has no such webhook any more."
    assert receiver.told == []


@pytest.mark.parametrize("private", ["", "10.0.0.0/8"])
def test_an_address_that_is_not_public_is_never_called(
    bystra: City, receiver: Receiver, secret: str, private: str
) -> None:
    bystra.report()
    bystra.work(OPEN311_PRIVATE_DESTINATIONS=private)
    [refused] = deliveries(bystra.engine)
    assert (refused.state, refused.attempts) == ("dead", 1)
    assert refused.error == "127.0.0.1 is not public, nor in OPEN311_PRIVATE_DESTINATIONS."
    assert receiver.told == []


def test_a_redirect_to_the_inside_is_not_followed(bystra: City, receiver: Receiver) -> None:
    with receiving(307, Location=receiver.url) as redirecting:
        bystra.configure(webhook("ledger", redirecting.url))
        bystra.report()
        bystra.work()
    [failed] = deliveries(bystra.engine)
    assert (failed.state, failed.error) == ("waiting", "It answered 307.")
    assert receiver.told == []


def test_a_receiver_that_wants_no_more_is_not_asked_again(bystra: City) -> None:
    with receiving(410) as leaving:
        bystra.configure(webhook("ledger", leaving.url))
        bystra.report()
        bystra.work()
        bystra.work(soon=True)
    [dead] = deliveries(bystra.engine)
    assert (dead.state, dead.attempts) == ("dead", 1)
    assert dead.error == "It answered 410: it wants no more."
    assert len(leaving.told) == 1


@pytest.mark.parametrize("status", [201, 202, 204])
def test_any_success_is_a_success(bystra: City, status: int) -> None:
    with receiving(status) as taking:
        bystra.configure(webhook("ledger", taking.url))
        bystra.report()
        bystra.work()
    assert [one.state for one in deliveries(bystra.engine)] == ["delivered"]


def test_what_a_receiver_says_of_a_failure_is_not_kept(bystra: City) -> None:
    with receiving(400) as refusing:
        bystra.configure(webhook("ledger", refusing.url))
        bystra.report()
        bystra.work()
    [failed] = deliveries(bystra.engine)
    assert failed.error == "It answered 400."


def test_a_receiver_that_keeps_silent_is_not_waited_for(bystra: City) -> None:
    with receiving(0) as stalling:
        bystra.configure(webhook("ledger", stalling.url))
        bystra.report()
        do_due(bystra.engine, *impatient(bystra.engine))
    [failed] = deliveries(bystra.engine)
    assert (failed.state, failed.attempts) == ("waiting", 1)
    assert failed.error == "127.0.0.1 did not answer in time."


def impatient(engine: Engine) -> list[Handler]:
    """Return what tells webhooks and gives them half a second."""
    web, keyring = Web(["127.0.0.1"]), KEYRING
    channel = WebhookChannel(web, keyring, PUBLIC_URL, seconds=0.5)
    doing = Deliveries(Registry(engine, Reader(engine)), [channel])
    return [Handler("follow_up", doing.follow_up), Handler("deliver", doing.deliver)]
