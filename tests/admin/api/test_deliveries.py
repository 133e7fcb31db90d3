"""Deliveries, secrets and metrics over the API."""

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, text

from open311.access import accounts
from open311.delivery.secrets import secret_of
from tests.admin.api.conftest import API, BYSTRA, Caller, descriptions
from tests.conftest import KEYRING
from tests.delivery.receiving import bystra_on, webhook
from tests.delivery.stuck import add_delivery, kill_jobs
from tests.keys import SHELL
from tests.rows import add_request, add_requests, add_waiting, days_ago
from tests.working import queued


def numbers(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [one["delivery_id"] for one in answer.json["deliveries"]]


def sums(answer: Any) -> dict[tuple[str, ...], float]:
    """Return the samples of an answer by name and values of labels."""
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def city(own_engine: Engine, tmp_path: Path) -> None:
    """Bystra, with a webhook and a georeport."""
    georeport = "code: waste, kind: georeport, url: 'https://waste.example/open311/v2'"
    hook = webhook("ledger", "https://ledger.example/")
    bystra_on(own_engine, tmp_path).configure(hook, georeport, secrets=False)


def test_deliveries_are_told_with_their_request(krakow: Caller, own_engine: Engine) -> None:
    request_id = add_request(own_engine, "krakow.pl")
    number = add_delivery(own_engine, state="dead", error="It answered 500.", attempts=20)
    [told] = krakow.get(f"{API}/deliveries").json["deliveries"]
    since = told.pop("since")
    assert told == {
        "delivery_id": number, "jurisdiction_id": "krakow.pl", "service_request_id": request_id,
        "number": int(request_id.split("-")[1]), "kind": "webhook", "destination": "ledger",
        "subject": "created", "state": "dead", "attempts": 20, "error": "It answered 500.",
        "tried": None,
    }  # fmt: skip
    assert since.endswith("+00:00")


def test_what_is_stuck_is_told_with_what_is_not_planned(krakow: Caller, own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    add_delivery(own_engine, has_job=True)
    lost = add_delivery(own_engine)
    old = add_delivery(own_engine, has_job=True, age="2 hours")
    with own_engine.begin() as connection:
        follow_up = "INSERT INTO job (name, arguments) VALUES ('follow_up', :arguments)"
        for city in ("krakow.pl", "wroclaw.pl"):
            arguments = f'{{"jurisdiction_id": "{city}", "number": 7, "event_id": 8}}'
            connection.execute(text(follow_up), {"arguments": arguments})
    kill_jobs(own_engine, "follow_up")
    answer = krakow.get(f"{API}/deliveries?stuck=true")
    assert numbers(answer) == [old, lost]
    [unplanned] = answer.json["unplanned"]
    assert (unplanned["jurisdiction_id"], unplanned["number"]) == ("krakow.pl", 7)
    assert unplanned["is_dead"] is True
    assert numbers(krakow.get(f"{API}/deliveries?stuck=true&hours=3")) == [lost]


def test_deliveries_come_in_pages(krakow: Caller, own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    made = [add_delivery(own_engine, kind=kind) for kind in ("mail", "webhook", "mail", "mail")]
    first = krakow.get(f"{API}/deliveries?limit=2&kind=mail")
    assert numbers(first) == [made[3], made[2]]
    second = krakow.get(first.json["next"])
    assert numbers(second) == [made[0]]
    assert second.json["next"] is None


@pytest.mark.parametrize(
    ("query", "status"),
    [("kind=pigeon", 400), ("hours=-1", 400), ("hours=x", 400), ("stuck=perhaps", 400),
     ("limit=0", 400), ("before=0", 400), ("jurisdiction_id=nowhere.example", 404),
     ("hours=1e300", 400), ("hours=nan", 400)],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(owner: Caller, query: str, status: int) -> None:
    answer = owner.get(f"{API}/deliveries?{query}")
    assert answer.status_code == status
    assert descriptions(answer)


def test_a_delivery_is_tried_again(krakow: Caller, own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    number = add_delivery(own_engine, state="dead")
    path = f"{API}/jurisdictions/krakow.pl/deliveries/{number}/retry"
    assert krakow.post(path).status_code == 204
    assert [job.name for job in queued(own_engine)] == ["deliver"]
    assert krakow.get(f"{API}/deliveries").json["deliveries"][0]["state"] == "waiting"


def test_a_delivery_of_another_city_is_not_there(krakow: Caller, own_engine: Engine) -> None:
    add_request(own_engine, "wroclaw.pl")
    number = add_delivery(own_engine, state="dead")
    answer = krakow.post(f"{API}/jurisdictions/krakow.pl/deliveries/{number}/retry")
    assert answer.status_code == 404
    assert descriptions(answer).startswith(f"There is no delivery {number} in krakow.pl")


@pytest.mark.usefixtures("city")
def test_a_secret_is_made_and_shown_in_one_answer(owner: Caller, own_engine: Engine) -> None:
    answer = owner.put(f"{BYSTRA}/destinations/ledger/secret", {})
    assert answer.status_code == 200
    made = answer.json["secret"]
    with own_engine.connect() as connection:
        assert secret_of(connection, KEYRING, "bystra.example", "ledger") == made
    assert made not in owner.get(f"{API}/audit").text


@pytest.mark.usefixtures("city")
def test_a_secret_that_is_sent_is_not_told_again(owner: Caller, own_engine: Engine) -> None:
    answer = owner.put(f"{BYSTRA}/destinations/waste/secret", {"value": "their-key"})
    assert (answer.status_code, answer.json) == (200, {"secret": None})
    assert "their-key" not in owner.get(f"{API}/audit").text


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("code", "body", "status"),
    [("ledger", {"value": "abc"}, 400), ("waste", {}, 400), ("waste", {"value": ""}, 400),
     ("waste", {"value": "x" * 201}, 400), ("waste", {"value": 1}, 400), ("other", {}, 404),
     ("waste", {"key": "x"}, 400), ("a%00b", {}, 404)],
)  # fmt: skip
def test_a_secret_that_cannot_be_is_told(
    owner: Caller, code: str, body: dict[str, Any], status: int
) -> None:
    answer = owner.put(f"{BYSTRA}/destinations/{code}/secret", body)
    assert answer.status_code == status
    assert descriptions(answer)


def test_prometheus_is_told_what_waits_and_what_is_open(owner: Caller, own_engine: Engine) -> None:
    add_requests(own_engine, "krakow.pl", [days_ago(9), days_ago(8)], expected_datetime=days_ago(1))
    add_requests(own_engine, "krakow.pl", [days_ago(7)], expected_datetime=days_ago(-1))
    add_request(own_engine, "krakow.pl", state="resolved", expected_datetime=days_ago(1))
    add_delivery(own_engine, has_job=True, age="10 minutes")
    add_delivery(own_engine, has_job=True, age="20 minutes", kind="mail")
    for state in ("dead", "dead", "delivered"):
        add_delivery(own_engine, state=state, age="1 day")
    told = sums(owner.get(f"{API}/metrics"))
    assert told["open311_requests_open", "krakow.pl"] == 3
    assert told["open311_requests_overdue", "krakow.pl"] == 2
    assert told["open311_deliveries", "krakow.pl", "webhook", "waiting"] == 1
    assert told["open311_deliveries", "krakow.pl", "webhook", "dead"] == 2
    assert told["open311_deliveries", "krakow.pl", "mail", "waiting"] == 1
    assert 600 <= told["open311_delivery_oldest_seconds", "krakow.pl", "webhook"] < 660
    assert 1200 <= told["open311_delivery_oldest_seconds", "krakow.pl", "mail"] < 1260
    assert told["open311_jobs", "deliver", "waiting"] == 2
    assert 0 < told["open311_job_oldest_due_seconds",] < 60


def test_jobs_that_are_dead_or_not_due_are_not_late(owner: Caller, own_engine: Engine) -> None:
    add_waiting(own_engine, "krakow.pl", [days_ago(-1)])
    assert sums(owner.get(f"{API}/metrics"))["open311_job_oldest_due_seconds",] == 0
    kill_jobs(own_engine, "assign_id")
    told = sums(owner.get(f"{API}/metrics"))
    assert told["open311_job_oldest_due_seconds",] == 0
    assert told["open311_jobs", "assign_id", "dead"] == 1


def test_each_call_tells_what_is_and_nothing_of_the_process(owner: Caller) -> None:
    first, second = (owner.get(f"{API}/metrics") for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.content_type.startswith("text/plain; version=")
    assert {name for name, *_ in sums(second)} <= {
        "open311_jobs", "open311_job_oldest_due_seconds", "open311_requests_open",
        "open311_requests_overdue", "open311_deliveries", "open311_delivery_oldest_seconds",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["krakow", "auditor"])
def test_who_may_read_the_log_of_a_city_is_told_of_it_alone(
    people: dict[str, Caller], own_engine: Engine, name: str
) -> None:
    for city in ("krakow.pl", "wroclaw.pl"):
        add_request(own_engine, city)
        add_delivery(own_engine, state="dead")
    told = sums(people[name].get(f"{API}/metrics"))
    assert told == {
        ("open311_deliveries", "krakow.pl", "webhook", "dead"): 1,
        ("open311_requests_open", "krakow.pl"): 1,
        ("open311_requests_overdue", "krakow.pl"): 0,
    }


def test_who_is_nobody_is_told_nothing(people: dict[str, Caller], own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        accounts.disable(connection, "auditor@example.org", actor=SHELL)
    assert people["auditor"].get(f"{API}/metrics").status_code == 401
