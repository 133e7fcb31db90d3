"""What becomes of forwarded requests: asked for in lists, noted here once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from open311.delivery import endpoint
from open311.delivery.polling import ASK_LIST, ASK_ONE
from tests.changes import change
from tests.delivery.forwarded import CITY, Call, Crm, Here, Ledger, crm_that
from tests.reporting import report_row
from tests.working import queued


@pytest.fixture
def ledger() -> Ledger:
    """What the other system holds."""
    return Ledger()


@pytest.fixture
def crm(ledger: Ledger) -> Iterator[Crm]:
    """The other system."""
    with crm_that(ledger) as crm:
        yield crm


@pytest.fixture
def forwarded(here: Here, crm: Crm) -> str:
    """The id of a request that is there."""
    here.forward_to(crm.destination())
    token = here.report()
    here.work()
    request_id = here.id_of(token)
    assert request_id
    return request_id


def asked(crm: Crm) -> int:
    return len(crm.calls) - len(crm.posts())


def says(ledger: Ledger, status: str, notes: Any = None) -> None:
    """Have the other system say something of the one request."""
    ledger.requests["C/1"] = {"status": status, "status_notes": notes}


def failing(here: Here) -> list[tuple[str, str | None]]:
    return [(job.name, job.error) for job in queued(here.engine) if job.error]


def test_nothing_new_is_no_news(here: Here, forwarded: str, crm: Crm) -> None:
    before = here.record(forwarded)
    [one] = here.rows("forwarding")
    here.work_later()
    assert asked(crm) == 1
    assert here.record(forwarded) == before
    assert len(here.events()) == 1
    assert here.rows("forwarding")[0].polled_datetime > one.polled_datetime


def test_a_note_is_told_once_and_the_next_one_too(
    here: Here, forwarded: str, ledger: Ledger
) -> None:
    says(ledger, "open", "Owner is looked for.")
    here.work_later()
    here.work_later()
    says(ledger, "Open", "Owner was found.")
    here.work_later()
    assert here.events()[1:] == [
        ("noted", None, "Owner is looked for."),
        ("noted", None, "Owner was found."),
    ]
    assert report_row(here.engine).state == "forwarded"


def test_a_closing_with_the_note_of_before_closes(
    here: Here, forwarded: str, ledger: Ledger
) -> None:
    says(ledger, "open", "A van comes.")
    here.work_later()
    says(ledger, "CLOSED", "A van comes.")
    here.work_later()
    assert here.record(forwarded)["status"] == "closed"
    assert here.record(forwarded)["status_notes"] == "A van comes."


def test_what_was_opened_again_here_is_not_closed_by_the_same_closing(
    here: Here, forwarded: str, ledger: Ledger
) -> None:
    says(ledger, "closed", "Towed.")
    here.work_later()
    change(here.engine, CITY, forwarded, "state_changed", state="reopened", is_public=True)
    here.work_later()
    assert here.record(forwarded)["status"] == "open"
    says(ledger, "open", "Looked at again.")
    here.work_later()
    says(ledger, "closed", "Towed again.")
    here.work_later()
    assert here.record(forwarded)["status_notes"] == "Towed again."


def test_what_was_closed_here_is_left_alone(
    here: Here, forwarded: str, ledger: Ledger, crm: Crm
) -> None:
    change(here.engine, CITY, forwarded, "state_changed", state="rejected", is_public=True)
    says(ledger, "closed", "Towed.")
    here.work_later()
    assert asked(crm) == 0
    assert report_row(here.engine).state == "rejected"


def test_what_an_officer_works_on_is_asked_for_all_the_same(
    here: Here, forwarded: str, ledger: Ledger
) -> None:
    change(here.engine, CITY, forwarded, "state_changed", state="in_progress", is_public=True)
    says(ledger, "closed", "Towed.")
    here.work_later()
    assert here.record(forwarded)["status"] == "closed"


@pytest.mark.parametrize("notes", ["a\x00b\x7fc\x1b", "  ", 42, ["x"], {"a": 1}, "z" * 9000])
def test_odd_notes_harm_nobody(here: Here, forwarded: str, ledger: Ledger, notes: Any) -> None:
    says(ledger, "closed", notes)
    here.work_later()
    told = here.record(forwarded)["status_notes"]
    assert here.record(forwarded)["status"] == "closed"
    assert told in (None, "abc", "z" * 4000)


NONSENSE: dict[str, Callable[[Call], tuple[int, Any]]] = {
    "somebody else's": lambda _: (200, [{"service_request_id": "C/9", "status": "closed"}]),
    "no status": lambda _: (200, [{"service_request_id": "C/1"}]),
    "nothing": lambda _: (200, []),
}


@pytest.mark.parametrize("behave", NONSENSE.values(), ids=NONSENSE)
def test_what_says_nothing_of_the_request_changes_nothing(
    here: Here, forwarded: str, crm: Crm, behave: Callable[[Call], tuple[int, Any]]
) -> None:
    crm.behave = behave
    here.work_later()
    assert here.record(forwarded)["status"] == "open"
    assert failing(here) == []


def test_a_system_that_is_away_is_seen_and_asked_again(
    here: Here, forwarded: str, crm: Crm, ledger: Ledger
) -> None:
    crm.behave = lambda _: (503, b"gone for lunch")
    here.work_later()
    here.work_later()
    [(name, error)] = failing(here)
    assert name == ASK_LIST
    assert error == "open311.delivery.channels.DeliveryFailed: crm answered 503."
    crm.behave = ledger
    says(ledger, "closed", "Towed.")
    here.work_later()
    assert here.record(forwarded)["status"] == "closed"
    assert failing(here) == []


def test_a_system_that_says_nothing_is_left_alone_for_a_while(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "SECONDS", 5.5)
    told = [{"token": "t"}]
    with crm_that(lambda call: (200, told) if call.body else None) as crm:
        here.forward_to(crm.destination())
        here.report()
        here.report()
        here.report()
        here.work()
        here.work_later()
        assert asked(crm) == 1
    assert [name for name, _ in failing(here)] == [ASK_ONE] * 3


def test_a_system_that_is_away_keeps_no_other_waiting(here: Here, crm: Crm) -> None:
    other = Ledger()
    with crm_that(other) as second:
        here.forward_to(crm.destination(), second.destination("other"))
        first_token = here.report()
        here.work()
        services = (here.folder / "services.yaml").read_text()
        services = services.replace("forward: crm", "forward: other")
        (here.folder / "services.yaml").write_text(services)
        here.forward_to(crm.destination(), second.destination("other"))
        second_token = here.report()
        here.work()
        crm.behave = lambda _: (500, b"")
        other.requests["C/1"] = {"status": "closed", "status_notes": "Towed."}
        here.work_later()
        tokens = here.id_of(first_token) or "", here.id_of(second_token) or ""
    assert [here.record(one)["status"] for one in tokens] == ["open", "closed"]


def test_a_destination_that_is_not_to_be_asked_is_not(here: Here, crm: Crm) -> None:
    here.forward_to(crm.destination(more="jurisdiction_id: x"))
    here.report()
    here.work()
    here.work_later()
    assert asked(crm) == 0


def test_it_is_asked_as_often_as_is_said(here: Here, forwarded: str, crm: Crm) -> None:
    with here.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO job (name, arguments) VALUES ('find_forwarded','{}')"
        )
    here.work()
    assert asked(crm) == 0


def test_many_are_asked_for_fifty_at_a_time(here: Here, crm: Crm, ledger: Ledger) -> None:
    here.forward_to(crm.destination())
    for _ in range(53):
        here.report()
    here.work()
    ledger.requests["C/53"] = {"status": "closed", "status_notes": None}
    here.work_later()
    calls = [call.ids for call in crm.calls if call.method == "GET"]
    assert [len(ids) for ids in calls] == [50, 3, 1]
    assert len({one for ids in calls for one in ids}) == 53
    states = [row.state for row in here.rows("service_request")]
    assert sorted(set(states)) == ["forwarded", "resolved"]
    assert states.count("resolved") == 1


def test_a_token_is_asked_for_until_there_is_an_id(here: Here) -> None:
    answers = [[{"token": "t 1"}], [{"token": "t 1", "service_request_id": ""}],
               [{"token": "t 1", "service_request_id": 12}]]  # fmt: skip

    def behave(call: Call) -> tuple[int, Any]:
        if call.method == "POST":
            return 200, [{"token": "t 1"}]
        assert call.path == "/georeport/tokens/t%201.json"
        return 200, answers.pop(0)

    with crm_that(behave) as crm:
        here.forward_to(crm.destination(more="jurisdiction_id: x"))
        token = here.report()
        here.work()
        for known in (False, False, True):
            here.work_later()
            assert bool(here.id_of(token)) == known
        here.work_later()
        assert len(crm.calls) == 4
    assert here.rows("forwarding")[0].external_id == "12"


def test_a_token_that_is_not_known_there_any_more_is_seen(here: Here) -> None:
    with crm_that(lambda call: (200, [{"token": "t"}]) if call.body else (404, [])) as crm:
        here.forward_to(crm.destination())
        here.report()
        here.work()
        here.work_later()
    [(name, error)] = failing(here)
    assert name == ASK_ONE
    assert error and error.endswith("crm answered 404.")


def test_who_holds_a_token_gets_an_id_when_nobody_can_be_asked_any_more(here: Here) -> None:
    with crm_that(lambda _: (200, [{"token": "t"}])) as crm:
        here.forward_to(crm.destination())
        token = here.report()
        here.work()
        assert here.id_of(token) is None
        here.forward_no_more()
        here.work_later()
    assert here.id_of(token)
