"""What operators see of deliveries, how they have them tried again, how they set secrets."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from open311.access import audit
from open311.delivery.secrets import secret_of
from tests.cli.running import Ended, run, url_of
from tests.conftest import KEYRING
from tests.delivery.posting import deliveries
from tests.delivery.receiving import City, bystra_on, receiving, webhook
from tests.delivery.stuck import add_delivery, age_jobs, kill_jobs
from tests.folders import BYSTRA
from tests.keys import SHELL
from tests.rows import add_request
from tests.working import queued

GEOREPORT = "code: waste, kind: georeport, url: 'https://waste.example/open311/v2'"
GIVEN = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


@pytest.fixture
def bystra(own_engine: Engine, tmp_path: Path) -> City:
    """Bystra, with a webhook and a georeport that have no secrets yet."""
    city = bystra_on(own_engine, tmp_path)
    city.configure(webhook("ledger", "https://ledger.example/"), GEOREPORT, secrets=False)
    return city


def delivery(engine: Engine, *arguments: str, given: str = "") -> Ended:
    return run("delivery", *arguments, given=given, DATABASE_URL=url_of(engine))


def listed(engine: Engine, *arguments: str) -> list[list[str]]:
    ended = delivery(engine, "list", *arguments)
    assert ended.code == 0, ended.err
    return [line.split("\t") for line in ended.out.splitlines()]


def states(engine: Engine, *arguments: str) -> dict[int, str]:
    return {int(columns[0]): columns[6] for columns in listed(engine, *arguments)}


def secret_in(engine: Engine, code: str) -> str | None:
    with engine.connect() as connection:
        return secret_of(connection, KEYRING, BYSTRA, code)


def test_a_delivery_is_listed_with_what_is_known_of_it(own_engine: Engine) -> None:
    request_id = add_request(own_engine, "krakow.pl")
    number = add_delivery(own_engine, has_job=True, attempts=3, error="It answered 500.")
    [columns] = listed(own_engine)
    assert columns[:8] == [
        str(number), "krakow.pl", request_id, "webhook", "ledger", "created", "waiting", "3",
    ]  # fmt: skip
    assert columns[8].endswith("Z")
    assert columns[9:] == ["It answered 500."]


def test_deliveries_are_listed_newest_first_and_narrowed(own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    first = add_delivery(own_engine, state="delivered")
    second = add_delivery(own_engine, state="dead", kind="mail", destination="unit:zdmk")
    add_request(own_engine, "wroclaw.pl")
    third = add_delivery(own_engine, state="dropped")
    assert list(states(own_engine)) == [third, second, first]
    assert list(states(own_engine, "--jurisdiction", "krakow.pl")) == [second, first]
    assert states(own_engine, "--kind", "mail") == {second: "dead"}
    assert list(states(own_engine, "--limit", "1")) == [third]
    assert listed(own_engine, "--jurisdiction", "nowhere.example") == []


def test_stuck_is_what_is_dead_lost_or_waits_for_long(own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    young = add_delivery(own_engine, has_job=True, age="59 minutes")
    old = add_delivery(own_engine, has_job=True, age="61 minutes")
    dead = add_delivery(own_engine, state="dead")
    lost = add_delivery(own_engine)
    add_delivery(own_engine, state="delivered", age="2 days")
    add_delivery(own_engine, state="dropped", age="2 days")
    stuck = {old: "waiting", dead: "dead", lost: "lost"}
    assert states(own_engine, "--stuck") == stuck
    assert states(own_engine, "--stuck", "--hours", "0.5") == stuck | {young: "waiting"}
    assert states(own_engine, "--stuck", "--hours", "3") == {dead: "dead", lost: "lost"}


def test_what_only_a_dead_job_would_try_is_lost_and_tells_why(own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    lost = add_delivery(own_engine, has_job=True)
    kill_jobs(own_engine, "deliver", "KeyError: 'x'")
    [columns] = listed(own_engine, "--stuck")
    assert (columns[0], columns[6], columns[9]) == (str(lost), "lost", "KeyError: 'x'")


@pytest.mark.parametrize("become_stuck", [kill_jobs, age_jobs])
def test_an_event_that_was_never_planned_is_stuck(bystra: City, become_stuck: object) -> None:
    bystra.report()
    assert listed(bystra.engine, "--stuck") == []
    become_stuck(bystra.engine, "follow_up")
    [job] = queued(bystra.engine)
    [columns] = listed(bystra.engine, "--stuck", "--jurisdiction", BYSTRA)
    assert columns[:3] == [f"job {job.job_id}", BYSTRA, str(job.arguments["number"])]
    assert columns[6] == "unplanned"
    assert listed(bystra.engine, "--stuck", "--jurisdiction", "krakow.pl") == []


def test_a_delivery_is_told_whole_as_json(own_engine: Engine) -> None:
    request_id = add_request(own_engine, "krakow.pl")
    number = add_delivery(own_engine, state="dead")
    told = json.loads(delivery(own_engine, "list", "--stuck", "--json").out)
    assert (told["delivery_id"], told["service_request_id"]) == (number, request_id)
    assert told.keys() >= {"number", "state", "tried", "since", "error"}


def test_one_is_tried_again_whatever_became_of_it(own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    for state in ("dead", "delivered", "waiting"):
        number = add_delivery(own_engine, state=state)
        ended = delivery(own_engine, "retry", "krakow.pl", str(number))
        assert ended == Ended(0, f"The delivery {number} will be tried now.\n", "")
    assert set(states(own_engine).values()) == {"waiting"}
    assert len(queued(own_engine)) == 3


def test_all_that_nothing_would_try_is_tried_again(bystra: City) -> None:
    bystra.report()
    kill_jobs(bystra.engine, "follow_up")
    waiting = add_delivery(bystra.engine, has_job=True, age="2 hours")
    for state in ("dead", "waiting", "delivered"):
        add_delivery(bystra.engine, state=state, destination="other")
    assert delivery(bystra.engine, "retry", BYSTRA, "--all-dead").out == "Will be tried now: 3.\n"
    assert states(bystra.engine, "--stuck") == {waiting: "waiting"}
    assert delivery(bystra.engine, "retry", BYSTRA, "--all-dead").out == "Will be tried now: 0.\n"


def test_what_waits_for_its_next_time_is_tried_before_it(bystra: City) -> None:
    bystra.report()
    kill_jobs(bystra.engine, "follow_up")
    for state in ("dead", "waiting", "delivered"):
        add_delivery(bystra.engine, state=state, has_job=state == "waiting")
    ended = delivery(bystra.engine, "retry", BYSTRA, "--all-waiting")
    assert ended.out == "Will be tried now: 3.\n"
    assert {job.name for job in queued(bystra.engine)} >= {"follow_up", "deliver"}


def test_what_is_dead_for_one_destination_is_tried_again_alone(bystra: City) -> None:
    bystra.report()
    kill_jobs(bystra.engine, "follow_up")
    other = add_delivery(bystra.engine, state="dead", destination="other")
    add_delivery(bystra.engine, state="dead", destination="ledger")
    ended = delivery(bystra.engine, "retry", BYSTRA, "--all-dead", "--destination", "ledger")
    assert ended.out == "Will be tried now: 1.\n"
    assert [one.destination for one in deliveries(bystra.engine, state="dead")] == ["other"]
    assert [one[0] for one in listed(bystra.engine, "--stuck")][1:] == [str(other)]


def test_what_is_not_there_or_in_another_city_cannot_be_tried(own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    number = add_delivery(own_engine, state="dead")
    for city, name in (("krakow.pl", "7000000"), ("wroclaw.pl", str(number))):
        ended = delivery(own_engine, "retry", city, name)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(f"open311: There is no delivery {name} in {city}")


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["7", "--all-dead"],
        ["--all-waiting", "--all-dead"],
        ["7", "--destination", "a"],
        ["--destination", "a"],
        ["x"],
    ],
)
def test_what_is_to_be_tried_must_be_said_clearly(own_engine: Engine, wrong: list[str]) -> None:
    assert delivery(own_engine, "retry", "krakow.pl", *wrong).code == 2


def test_the_secret_of_a_webhook_is_made_and_shown_once(bystra: City) -> None:
    ended = delivery(bystra.engine, "secret", BYSTRA, "ledger", "--generate")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.strip() == secret_in(bystra.engine, "ledger")
    again = delivery(bystra.engine, "secret", BYSTRA, "ledger", "--generate")
    assert again.out != ended.out
    assert again.out.strip() == secret_in(bystra.engine, "ledger")


def test_with_a_secret_that_was_made_a_webhook_is_told(bystra: City) -> None:
    with receiving() as receiver:
        bystra.configure(webhook("ledger", receiver.url), secrets=False)
        made = delivery(bystra.engine, "secret", BYSTRA, "ledger", "--generate").out.strip()
        bystra.report()
        bystra.work()
    assert receiver.told[0].verified(made)


@pytest.mark.parametrize(("code", "value"), [("ledger", GIVEN), ("waste", "their api key")])
@pytest.mark.parametrize("how", [["--value-from-stdin"], []])
def test_a_secret_that_is_given_is_not_repeated(
    bystra: City, code: str, value: str, how: list[str]
) -> None:
    ended = delivery(bystra.engine, "secret", BYSTRA, code, *how, given=f"{value}\n")
    assert ended.code == 0, ended.err
    assert value not in ended.out + ended.err
    assert secret_in(bystra.engine, code) == value


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [("ledger", "abc", "The secret of a webhook"), ("ledger", "whsec_abc", "The secret of a web"),
     ("ledger", "whsec_%%%%", "The secret of a web"), ("ledger", "", "The secret of a webhook"),
     ("waste", "", "value must be a line"), ("waste", "x" * 201, "value must be a line"),
     ("waste", "a\x1bb", "value must be a line"), ("other", "abc", "There is no destination")],
)  # fmt: skip
def test_what_can_be_no_secret_is_refused_and_not_repeated(
    bystra: City, code: str, value: str, said: str
) -> None:
    given = {"given": f"{value}\n"}
    ended = delivery(bystra.engine, "secret", BYSTRA, code, "--value-from-stdin", **given)
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert len(value) < 4 or value not in ended.err
    assert secret_in(bystra.engine, code) is None


def test_the_key_of_another_system_cannot_be_made(bystra: City) -> None:
    ended = delivery(bystra.engine, "secret", BYSTRA, "waste", "--generate")
    assert ended.code == 1
    assert "api_key that you were given" in ended.err


@pytest.mark.parametrize("place", [[BYSTRA, "other"], ["nowhere.example", "ledger"]])
def test_nobody_is_asked_for_the_secret_of_what_is_not_there(
    bystra: City, place: list[str]
) -> None:
    ended = delivery(bystra.engine, "secret", *place)
    assert (ended.code, ended.out) == (1, "")
    assert "There is no" in ended.err


def test_the_log_tells_that_a_secret_was_set_and_not_which(bystra: City) -> None:
    made = delivery(bystra.engine, "secret", BYSTRA, "ledger", "--generate").out.strip()
    with bystra.engine.connect() as connection:
        [written] = audit.read(connection, actor=SHELL, jurisdiction_id=BYSTRA, limit=1)
        rows = connection.execute(text("SELECT audit_entry::text FROM audit_entry")).scalars().all()
        sealed = connection.scalar(text("SELECT sealed FROM destination_secret"))
    assert (written.entry.act, written.entry.subject) == ("apply", "secret of destination ledger")
    assert (written.entry.before, written.entry.after["is_set"]) == ({"is_set": False}, True)
    assert not any(made in row for row in rows)
    assert made.encode() not in bytes(sealed)


def test_what_is_tried_again_stands_in_the_log(own_engine: Engine) -> None:
    add_request(own_engine, "krakow.pl")
    number = add_delivery(own_engine, state="dead")
    delivery(own_engine, "retry", "krakow.pl", str(number))
    with own_engine.connect() as connection:
        [written] = audit.read(connection, actor=SHELL, jurisdiction_id="krakow.pl", limit=1)
    assert written.entry.subject == f"delivery {number}"
