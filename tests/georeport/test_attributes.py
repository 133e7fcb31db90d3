"""The answers to what a service asks: how they are sent, which are taken, which are refused."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.reporting import errors, post_report, report_row

REQUIRED = {"attribute[carriageway_blocked]": "yes"}


def post(
    client: CheckingClient, key: str, service_code: str, format: str = "json", **answers: Any
) -> Any:
    """Post a report of a service in Wrocław with the given answers."""
    fields = {f"attribute[{code}]": value for code, value in answers.items()}
    return post_report(client, key, "wroclaw.pl", format, service_code=service_code, **fields)


def test_answers_are_kept_by_their_code(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    answers = {**REQUIRED, "attribute[width]": "40.5", "attribute[lane]": "kerb"}
    response = post_report(client, key, city, service_code="pothole", **answers)
    assert response.status_code == 200
    assert report_row(engine).attributes == {
        "carriageway_blocked": ["yes"],
        "width": ["40.5"],
        "lane": ["kerb"],
    }


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("attribute[fault][]=button&attribute[fault][]=sound", ["button", "sound"]),
        ("attribute%5Bfault%5D%5B%5D=button&attribute%5Bfault%5D%5B%5D=sound", ["button", "sound"]),
        ("attribute[fault]=button&attribute[fault]=sound", ["button", "sound"]),
        ("attribute[fault][0]=button&attribute[fault][1]=sound", ["button", "sound"]),
        ("attribute[fault]=button", ["button"]),
        ("attribute[fault][]=button", ["button"]),
        ("attribute[fault][]=button&attribute[fault][]=", ["button"]),
    ],
)
def test_several_choices_are_read_in_every_form_that_clients_send(
    client: CheckingClient, key: str, engine: Engine, body: str, kept: list[str]
) -> None:
    sent = f"api_key={key}&service_code=traffic_lights&address_string=Rynek&{body}"
    response = client.post(
        "/wroclaw/open311/v2/requests.json",
        data=sent,
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 200, response.text
    assert report_row(engine).attributes == {"fault": kept}


def test_one_answer_may_come_with_the_brackets_of_a_list(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    answers = {"attribute[carriageway_blocked][]": "no"}
    assert (
        post_report(client, key, "wroclaw.pl", service_code="pothole", **answers).status_code == 200
    )
    assert report_row(engine).attributes == {"carriageway_blocked": ["no"]}


@pytest.mark.parametrize("nothing", [None, "", " ", "\r\n"])
def test_each_required_answer_that_is_missing_or_blank_is_an_error_of_its_own(
    english: CheckingClient, key: str, city: str, nothing: str | None, nothing_kept: None
) -> None:
    answers = dict.fromkeys(["attribute[line]", "attribute[stop]", "attribute[departure]"], nothing)
    response = post_report(english, key, city, service_code="missed_departure", **answers)
    assert response.status_code == 400
    assert errors(response) == [
        "attribute[line] is required.",
        "attribute[stop] is required.",
        "attribute[departure] is required.",
    ]


@pytest.mark.parametrize("service_code", ["street_lamp", "illegal_dump", "graffiti"])
def test_what_is_not_required_may_be_left_out(
    client: CheckingClient, key: str, city: str, service_code: str
) -> None:
    assert post_report(client, key, city, service_code=service_code).status_code == 200


def test_blank_answers_are_not_answers(client: CheckingClient, key: str, engine: Engine) -> None:
    response = post(client, key, "street_lamp", fault="", lamps_out=" ", since="", lamp_number="")
    assert response.status_code == 200
    assert report_row(engine).attributes is None


@pytest.mark.parametrize(
    ("service_code", "code", "sent"),
    [
        ("street_lamp", "fault", "sideways"),
        ("pothole", "lane", "Lane"),
        ("pothole", "lane", "Na pasie ruchu"),
        ("pothole", "lane", "lane,kerb"),
        ("traffic_lights", "fault", ["button", "sideways"]),
        ("traffic_lights", "fault", "button,sound"),
        ("street_lamp", "lamps_out", "three"),
        ("street_lamp", "lamps_out", "1,5"),
        ("street_lamp", "lamps_out", "1e3"),
        ("street_lamp", "lamps_out", "NaN"),
        ("street_lamp", "lamps_out", "9" * 400),
        ("street_lamp", "since", "yesterday"),
        ("street_lamp", "since", "2026-02-30"),
        ("street_lamp", "since", "2026-03-29T25:00:00Z"),
        ("street_lamp", "since", "29.03.2026"),
        ("street_lamp", "since", "20260329"),
        ("street_lamp", "lamp_number", "12\n13"),
        ("street_lamp", "lamp_number", "12\r\n13"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_its_code(
    client: CheckingClient,
    key: str,
    service_code: str,
    code: str,
    sent: Any,
    nothing_kept: None,
) -> None:
    required = {} if service_code != "pothole" else {"carriageway_blocked": "no"}
    response = post(client, key, service_code, **required, **{code: sent})
    assert response.status_code == 400
    [told] = errors(response)
    assert told.startswith(f"attribute[{code}]")


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        ("lamps_out", "3"),
        ("lamps_out", "-1.50"),
        ("lamps_out", ".5"),
        ("since", "2026-03-29"),
        ("since", "2024-02-29T23:59"),
        ("since", "2026-03-29 07:30"),
        ("since", "2026-03-29T03:10:00.5+02:00"),
        ("since", "2026-03-29T01:10:00z"),
        ("since", "2026-03-29T01:10:00+0200"),
        ("lamp_number", "Ł/12-„a”; DROP"),
    ],
)
def test_an_answer_that_fits_is_kept_as_it_was_sent(
    client: CheckingClient, key: str, code: str, sent: str, engine: Engine
) -> None:
    assert post(client, key, "street_lamp", **{code: sent}).status_code == 200
    assert report_row(engine).attributes == {code: [sent]}


def test_a_text_may_have_several_lines(client: CheckingClient, key: str, engine: Engine) -> None:
    response = post(client, key, "illegal_dump", access="za płotem\r\nprzy rzece\rpod mostem")
    assert response.status_code == 200
    assert report_row(engine).attributes == {"access": ["za płotem\nprzy rzece\npod mostem"]}


def test_a_choice_that_is_not_offered_is_answered_with_those_that_are(
    english: CheckingClient, key: str, format: str, nothing_kept: None
) -> None:
    response = post(english, key, "pothole", format, carriageway_blocked="perhaps")
    [told] = errors(response)
    assert told == "attribute[carriageway_blocked]: “perhaps” is none of: yes, no."


@pytest.mark.parametrize("code", ["carriageway_blocked", "width"])
def test_one_answer_cannot_be_two(
    english: CheckingClient, key: str, code: str, nothing_kept: None
) -> None:
    sent = {"carriageway_blocked": "no", "width": "1"} | {
        code: {"carriageway_blocked": ["yes", "no"], "width": ["1", "2"]}[code]
    }
    [told] = errors(post(english, key, "pothole", **sent))
    assert told.startswith(f"attribute[{code}] takes one value")


def test_the_same_answer_sent_twice_counts_once(client: CheckingClient, key: str) -> None:
    assert post(client, key, "pothole", carriageway_blocked=["no", "no"]).status_code == 200


@pytest.mark.parametrize("service_code", ["street_lamp", "graffiti"])
def test_answers_that_nobody_asked_for_are_taken_along(
    client: CheckingClient, key: str, service_code: str, engine: Engine
) -> None:
    response = post(client, key, service_code, fixmystreet_id="77", easting="1", żółw="ą")
    assert response.status_code == 200
    kept = report_row(engine).attributes
    assert kept == {"fixmystreet_id": ["77"], "easting": ["1"], "żółw": ["ą"]}


@pytest.mark.parametrize(
    "name",
    ["attribute", "attribute[]", "attribute[x", "attrib[x]", "attribute[x][y]", "attribute[x]z"],
)
def test_a_name_that_is_not_quite_that_of_an_attribute_is_ignored(
    client: CheckingClient, key: str, name: str, engine: Engine
) -> None:
    assert post_report(client, key, "wroclaw.pl", **{name: "1"}).status_code == 200
    assert report_row(engine).attributes is None


def test_what_is_said_to_a_line_that_is_only_to_be_read_does_not_matter(
    client: CheckingClient, key: str
) -> None:
    assert post(client, key, "street_lamp", cable_danger="understood").status_code == 200


@pytest.mark.parametrize(("length", "status"), [(4000, 200), (4001, 400)])
def test_an_answer_has_at_most_4000_characters(
    english: CheckingClient, key: str, length: int, status: int
) -> None:
    response = post(english, key, "illegal_dump", access="ł" * length)
    assert response.status_code == status
    if status == 400:
        assert errors(response)[0].startswith("attribute[access] has 4,001 characters")


def test_a_code_longer_than_any_is_refused(
    client: CheckingClient, key: str, format: str, nothing_kept: None
) -> None:
    response = post(client, key, "graffiti", format, **{"x" * 4001: "1"})
    assert response.status_code == 400
    assert len(errors(response)[0]) < 200
