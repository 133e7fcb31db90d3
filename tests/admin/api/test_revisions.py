"""What was in force can be read, compared and put in force again."""

import copy
from typing import Any

import pytest
from sqlalchemy import Engine

from open311.catalogue.revisions import find_revision
from tests.admin.api.conftest import API, BYSTRA, Caller, descriptions


@pytest.fixture
def three(owner: Caller, bystra: dict[str, Any]) -> list[dict[str, Any]]:
    """The files of three revisions of a small city, which differ in the term of the lamp."""
    files = [bystra]
    owner.post(f"{API}/jurisdictions", {"files": bystra, "reason": "A new city"})
    for days in (5, 7):
        changed = copy.deepcopy(bystra)
        changed["services.yaml"]["services"][0]["term"] = {"days": days}
        body = {"files": changed, "reason": f"{days} days"}
        owner.put(f"{BYSTRA}/configuration", body, If_Match=f'"{len(files)}"')
        files.append(changed)
    return files


def terms(answer: Any) -> list[tuple[int, int]]:
    """Return from what to what a difference changes the term."""
    return [(one["before"], one["after"]) for one in answer.json["changes"]]


def test_the_history_is_told_newest_first_in_pages(owner: Caller, three: list[Any]) -> None:
    first = owner.get(f"{BYSTRA}/revisions?limit=2").json
    second = owner.get(first["next"]).json
    told = [one for page in (first, second) for one in page["revisions"]]
    assert [(one["revision"], one["reason"]) for one in told] == [
        (3, "7 days"), (2, "5 days"), (1, "A new city"),
    ]  # fmt: skip
    assert second["next"] is None
    assert [one["change_count"] for one in told] == [1, 1, 5]


def test_a_revision_is_told_with_its_files_and_what_it_changed(
    owner: Caller, three: list[Any]
) -> None:
    answer = owner.get(f"{BYSTRA}/revisions/2")
    assert answer.json["files"] == three[1]
    assert terms(answer) == [(3, 5)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("2/diff", (3, 5)), ("3/diff?against=1", (3, 7)), ("1/diff?against=3", (7, 3))],
)
def test_two_revisions_are_compared(
    owner: Caller, three: list[Any], path: str, expected: tuple[int, int]
) -> None:
    assert terms(owner.get(f"{BYSTRA}/revisions/{path}")) == [expected]


def test_the_first_revision_is_all_new(owner: Caller, three: list[Any]) -> None:
    answer = owner.get(f"{BYSTRA}/revisions/1/diff").json
    assert (answer["before"], answer["after"]) == (0, 1)
    assert {change["kind"] for change in answer["changes"]} == {"added"}


def test_shapes_are_not_told_in_a_difference(owner: Caller, three: list[Any]) -> None:
    changes = owner.get(f"{BYSTRA}/revisions/1/diff").json["changes"]
    shapes = [one for one in changes if one["path"][0] == "boundary.geojson"]
    assert [one["after"] for one in shapes] == [None]


def test_a_revision_is_put_in_force_again_as_a_new_one(owner: Caller, three: list[Any]) -> None:
    body = {"reason": "Too long"}
    answer = owner.post(f"{BYSTRA}/revisions/1/rollback", body, If_Match='"3"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"4"')
    assert answer.json["revision"]["origin"] == "rollback"
    assert owner.get(f"{BYSTRA}/configuration").json["files"] == three[0]


@pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"If_Match": '"2"'}, 412)])
def test_going_back_takes_knowing_what_is_in_force(
    owner: Caller, three: list[Any], headers: dict[str, str], status: int
) -> None:
    answer = owner.post(f"{BYSTRA}/revisions/1/rollback", {"reason": "x"}, **headers)
    assert answer.status_code == status
    assert owner.get(f"{BYSTRA}/configuration").headers["ETag"] == '"3"'


def test_what_was_written_to_a_folder_is_noted_and_logged(
    owner: Caller, three: list[Any], own_engine: Engine
) -> None:
    assert owner.post(f"{BYSTRA}/revisions/3/exported").status_code == 204
    with own_engine.connect() as connection:
        assert find_revision(connection, "bystra.example").exported
    [entry] = owner.get(f"{API}/audit?limit=1").json["entries"]
    assert (entry["subject"], entry["after"]) == ("revision 3", {"exported": True})


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("number", [4, 2147483648, 0])
def test_a_revision_that_there_is_not_is_not_found(
    owner: Caller, three: list[Any], method: str, number: int
) -> None:
    path = f"{BYSTRA}/revisions/{number}"
    if method == "GET":
        answers = [owner.get(path), owner.get(f"{path}/diff")]
    else:
        body = {"reason": "x"}
        answers = [owner.post(f"{path}/rollback", body, If_Match='"3"'),
                   owner.post(f"{path}/exported")]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("sent", ["4", "99999999999", "x"])
def test_what_is_no_revision_to_compare_with_is_told(
    owner: Caller, three: list[Any], sent: str
) -> None:
    answer = owner.get(f"{BYSTRA}/revisions/3/diff?against={sent}")
    assert answer.status_code == (404 if sent == "4" else 400)
    assert descriptions(answer)
