"""A configuration is read, checked, planned and put in force over HTTP."""

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from open311.catalogue.revisions import find_revision
from tests.admin.api.conftest import API, BYSTRA, KRAKOW, Caller, client_of, descriptions
from tests.live.serving import until

Files = dict[str, Any]

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def in_force(owner: Caller, bystra: Files) -> Files:
    """The files of the small city, which is in force."""
    put = owner.post(f"{API}/jurisdictions", {"files": bystra, "reason": "A new city"})
    assert put.status_code == 201
    return bystra


def with_term(files: Files, days: int) -> Files:
    """Return the files with another term for the lamp."""
    changed = copy.deepcopy(files)
    changed["services.yaml"]["services"][0]["term"] = {"days": days}
    return changed


def put(caller: Caller, files: Files, revision: int, reason: str = "Longer nights") -> Any:
    body = {"files": files, "reason": reason}
    return caller.put(f"{BYSTRA}/configuration", body, If_Match=f'"{revision}"')


def test_a_new_city_is_in_force_at_once(owner: Caller, in_force: Files, app: Flask) -> None:
    served = app.test_client().get("/bystra/open311/v2/services.json?locale=en")
    assert [one["service_code"] for one in served.json] == ["lamp", "bin", "tip"]


def test_a_new_city_is_told_with_its_place_and_its_signature(owner: Caller, bystra: Files) -> None:
    answer = owner.post(f"{API}/jurisdictions", {"files": bystra, "reason": "A new city"})
    assert answer.headers["Location"] == f"{BYSTRA}/configuration"
    assert answer.json["changed"] is True
    told = answer.json["revision"]
    assert (told["revision"], told["actor"]) == (1, "owner@example.org")
    assert (told["reason"], told["origin"]) == ("A new city", "api")


def test_a_city_that_is_there_is_not_made_again(owner: Caller, in_force: Files) -> None:
    files = with_term(in_force, 9)
    answer = owner.post(f"{API}/jurisdictions", {"files": files, "reason": "Again"})
    assert answer.status_code == 409
    assert descriptions(answer) == "There is a jurisdiction bystra.example already."


def test_what_is_read_is_what_was_sent_and_can_be_sent_back(owner: Caller, in_force: Files) -> None:
    answer = owner.get(f"{BYSTRA}/configuration")
    assert answer.json == {"jurisdiction_id": "bystra.example", "revision": 1, "files": in_force}
    again = put(owner, answer.json["files"], 1)
    assert (again.status_code, again.json["changed"]) == (200, False)
    assert again.headers["ETag"] == answer.headers["ETag"] == '"1"'


def test_a_change_is_served_at_once(owner: Caller, in_force: Files, app: Flask) -> None:
    in_force["services.yaml"]["services"][0]["name"]["en"] = "Lamp out"
    before = app.test_client().get("/bystra/open311/v2/services.json?locale=en").json
    answer = put(owner, in_force, 1)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    after = app.test_client().get("/bystra/open311/v2/services.json?locale=en").json
    assert [one[0]["service_name"] for one in (before, after)] == ["Dark lamp", "Lamp out"]


@pytest.mark.parametrize("sent", ['W/"1"', ' "1" '])
def test_a_revision_may_be_written_as_proxies_do(owner: Caller, in_force: Files, sent: str) -> None:
    body = {"files": with_term(in_force, 9), "reason": "Longer nights"}
    assert owner.put(f"{BYSTRA}/configuration", body, If_Match=sent).status_code == 200


def test_nobody_changes_what_they_have_not_seen(owner: Caller, in_force: Files) -> None:
    body = {"files": with_term(in_force, 9), "reason": "Longer nights"}
    assert owner.put(f"{BYSTRA}/configuration", body).status_code == 428


@pytest.mark.parametrize("sent", ["*", "1", '"0"', '"-1"', '"one"', '"1", "2"', '"1', ""])
def test_what_is_no_revision_is_refused(owner: Caller, in_force: Files, sent: str) -> None:
    body = {"files": with_term(in_force, 9), "reason": "Longer nights"}
    answer = owner.put(f"{BYSTRA}/configuration", body, If_Match=sent)
    assert answer.status_code == 400
    assert "If-Match" in descriptions(answer)


def test_who_comes_second_is_told_who_came_first_when_and_why(
    owner: Caller, in_force: Files
) -> None:
    first = put(owner, with_term(in_force, 9), 1, "Anna asked for it")
    answer = put(owner, with_term(in_force, 8), 1)
    assert (answer.status_code, answer.headers["ETag"]) == (412, '"2"')
    told = descriptions(answer)
    assert "owner@example.org (Anna asked for it)" in told
    assert first.json["revision"]["applied"][:19] in told


def test_of_two_at_once_one_is_in_force_and_the_other_is_told(
    owner: Caller, in_force: Files, app: Flask, own_engine: Engine
) -> None:
    callers = [Caller(client_of(app), owner.key) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(put, callers, [with_term(in_force, days) for days in (8, 9)], [1, 1])
        )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    with own_engine.connect() as connection:
        assert find_revision(connection, "bystra.example").revision == 2


def test_the_plan_tells_what_would_change_and_changes_nothing(
    owner: Caller, in_force: Files
) -> None:
    files = with_term(in_force, 9)
    del files["services.yaml"]["services"][2]
    answer = owner.post(f"{BYSTRA}/plan", {"files": files})
    assert answer.json["revision"] == 1
    changed = ["/".join(change["path"]) for change in answer.json["changes"]]
    assert changed == ["services.yaml/services/lamp/term/days", "services.yaml/services/tip"]
    assert answer.json["breaking"] == [
        "service tip vanishes: reports with that code will be answered 404"
    ]
    assert owner.get(f"{BYSTRA}/configuration").headers["ETag"] == '"1"'


def test_what_is_to_be_put_can_be_planned_as_it_is(owner: Caller, bystra: Files) -> None:
    answer = owner.post(f"{BYSTRA}/plan", {"files": bystra, "reason": "A new city"})
    assert (answer.status_code, answer.json["revision"]) == (200, None)


def test_the_plan_of_a_new_city_begins_with_nothing(owner: Caller, bystra: Files) -> None:
    answer = owner.post(f"{BYSTRA}/plan", {"files": bystra})
    assert (answer.json["revision"], answer.json["breaking"]) == (None, [])
    assert {change["kind"] for change in answer.json["changes"]} == {"added"}


def test_the_plan_tells_what_speaks_against_it(owner: Caller, bystra: Files) -> None:
    bystra["jurisdiction.yaml"]["slug"] = "krakow"
    answer = owner.post(f"{BYSTRA}/plan", {"files": bystra})
    assert answer.json["refusals"] == ["jurisdiction.yaml: the slug 'krakow' is taken by krakow.pl"]
    refused = owner.post(f"{API}/jurisdictions", {"files": bystra, "reason": "New"})
    assert refused.status_code == 400
    assert descriptions(refused) == "the slug 'krakow' is taken by krakow.pl"


def test_a_check_tells_all_that_is_wrong_and_where(owner: Caller, bystra: Files) -> None:
    bystra["services.yaml"]["services"][0]["unit"] = "nobody"
    bystra["services.yaml"]["services"][1]["group"] = "nothing"
    del bystra["units.yaml"]["units"][0]["description"]["pl"]
    answer = owner.post(f"{API}/check", {"files": bystra})
    assert answer.status_code == 200
    assert answer.json["usable"] is False
    told = {(one["file"], one["description"], one["warning"]) for one in answer.json["findings"]}
    assert told == {
        ("services.yaml", "service lamp: there is no unit 'nobody'", False),
        ("services.yaml", "service bin: there is no group 'nothing'", False),
        ("units.yaml", "description is missing in pl", True),
    }


def test_a_check_of_what_is_right_finds_nothing(krakow: Caller, bystra: Files) -> None:
    answer = krakow.post(f"{API}/check", {"files": bystra})
    assert answer.json == {"usable": True, "findings": []}


def test_what_is_wrong_is_refused_by_file_and_warnings_are_not_among_it(
    owner: Caller, in_force: Files
) -> None:
    in_force["services.yaml"]["services"][0]["unit"] = "nobody"
    del in_force["units.yaml"]["units"][0]["description"]["pl"]
    for answer in (put(owner, in_force, 1), owner.post(f"{BYSTRA}/plan", {"files": in_force})):
        assert answer.status_code == 400
        assert answer.json["errors"] == [
            {
                "code": 400,
                "description": "service lamp: there is no unit 'nobody'",
                "file": "services.yaml",
            }
        ]


@pytest.mark.parametrize("path", ["configuration", "plan"])
def test_the_configuration_of_another_city_is_refused(
    krakow: Caller, bystra: Files, path: str
) -> None:
    body = {"files": bystra} | ({"reason": "x"} if path == "configuration" else {})
    method = "PUT" if path == "configuration" else "POST"
    answer = krakow(method, f"{KRAKOW}/{path}", body, If_Match='"1"')
    assert answer.status_code == 400
    assert descriptions(answer) == ("The configuration is of bystra.example, not of krakow.pl.")


def test_a_city_that_is_not_there_is_not_found(owner: Caller, bystra: Files) -> None:
    assert owner.get(f"{BYSTRA}/configuration").status_code == 404
    assert put(owner, bystra, 1).status_code == 404


def test_the_list_comes_in_pages(owner: Caller, in_force: Files) -> None:
    first = owner.get(f"{API}/jurisdictions?limit=2").json
    second = owner.get(first["next"]).json
    ids = [one["jurisdiction_id"] for page in (first, second) for one in page["jurisdictions"]]
    assert ids == ["bystra.example", "krakow.pl", "wroclaw.pl"]
    assert second["next"] is None


def test_everybody_sees_the_cities_that_they_may_read(people: dict[str, Caller]) -> None:
    seen = {
        name: [
            one["jurisdiction_id"]
            for one in caller.get(f"{API}/jurisdictions").json["jurisdictions"]
        ]
        for name, caller in people.items()
        if name in ("owner", "krakow", "officer", "auditor", "updater")
    }
    own = ["krakow.pl"]
    assert seen == {"owner": ["krakow.pl", "wroclaw.pl"]} | dict.fromkeys(
        ("krakow", "officer", "auditor", "updater"), own
    )


def test_of_two_cities_that_take_one_slug_at_once_the_second_is_told(
    owner: Caller, bystra: Files, own_engine: Engine
) -> None:
    body = {"files": bystra, "reason": "A new city"}
    take = text("UPDATE jurisdiction SET slug = 'bystra' WHERE jurisdiction_id = 'krakow.pl'")
    with ThreadPoolExecutor(1) as pool, own_engine.connect() as other:
        other.execute(take)
        answer = pool.submit(owner.post, f"{API}/jurisdictions", body)
        with own_engine.connect() as watching:
            until(lambda: watching.scalar(_WAITING))
        other.commit()
    assert answer.result().status_code == 409
    assert descriptions(answer.result()).startswith("Somebody else has changed the same")
