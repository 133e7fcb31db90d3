"""What a reporter is told by when, in which language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from open311.catalogue.model import Service, Term, jurisdiction_from
from open311.reports.notices import notice_for
from tests.clients import CheckingClient
from tests.folders import BYSTRA, change, put_in_force, write_bystra
from tests.keys import new_key
from tests.reporting import SLUG, post_report, report_row

TEXT = {"pl": "Miasto"}
EXPECTED = datetime(2026, 12, 9, 14, 30, tzinfo=UTC)


def told(
    term: Term,
    language: str,
    notice: dict[str, str] | None = None,
    *languages: str,
    time_zone: str = "UTC",
) -> str:
    city = {"id": "city.example", "slug": "city", "prefix": "CTY", "time_zone": time_zone}
    city |= {"languages": languages or ["pl", "en", "de", "uk"]}
    city |= dict.fromkeys(("name", "contact", "key_service"), TEXT)
    service = Service("thing", {}, {}, {}, {}, "realtime", term, notice or {}, ())
    jurisdiction = jurisdiction_from(city)
    expected = EXPECTED.astimezone(jurisdiction.time_zone)
    text = notice_for(service, language, expected, jurisdiction)
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "Przewidywany termin załatwienia: 9 grudnia 2026 (7 dni roboczych)."),
        ("en", "Expected to be dealt with by 9 December 2026 (7 working days)."),
        ("de", "Voraussichtlich erledigt bis 9. Dezember 2026 (7 Arbeitstage)."),
        ("uk", "Очікуваний термін виконання: 9 грудня 2026 р. (7 робочих днів)."),
    ],
)
def test_without_a_notice_the_term_and_its_end_are_told(language: str, text: str) -> None:
    assert told(Term("working_days", 7), language) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "9 grudnia 2026 14:30 (4 godziny)"),
        ("en", "9 December 2026, 14:30 (4 hours)"),
        ("de", "9. Dezember 2026, 14:30 Uhr (4 Stunden)"),
        ("uk", "9 грудня 2026 р., 14:30 (4 години)"),
    ],
)
def test_of_a_term_in_hours_the_time_is_told_too(language: str, text: str) -> None:
    assert text in told(Term("hours", 4), language)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Term("hours", 1), "1 godzina"),
        (Term("hours", 22), "22 godziny"),
        (Term("days", 1), "1 dzień"),
        (Term("days", 30), "30 dni"),
        (Term("working_days", 1), "1 dzień roboczy"),
        (Term("working_days", 2), "2 dni robocze"),
        (Term("working_days", 12), "12 dni roboczych"),
        (Term("working_hours", 3), "3 godziny robocze"),
        (Term("statutory_months", 1), "1 miesiąc"),
    ],
)
def test_polish_counts_as_polish_does(term: Term, words: str) -> None:
    assert told(term, "pl", {"pl": "{term}"}) == words


def test_the_same_moment_is_told_by_the_clocks_of_each_city() -> None:
    term = Term("hours", 5)
    assert "14:30" in told(term, "en")
    assert "20:15" in told(term, "en", time_zone="Asia/Kathmandu")


def test_a_notice_of_its_own_names_what_it_likes() -> None:
    notice = {"pl": "Dziękujemy.", "en": "Done by {expected}. Yes, {expected}."}
    assert told(Term("days", 3), "pl", notice) == "Dziękujemy."
    assert told(Term("days", 3), "en", notice) == "Done by 9 December 2026. Yes, 9 December 2026."


def test_a_notice_that_lacks_the_language_is_given_with_its_words_in_another() -> None:
    notice = {"de": "Frist: {term}", "en": "Term: {term}"}
    assert told(Term("days", 3), "uk", notice) == "Term: 3 days"
    assert told(Term("days", 3), "pl", notice, "pl", "de") == "Frist: 3 Tage"


def test_a_city_of_another_language_is_told_in_one_that_it_has_too_else_in_english() -> None:
    assert told(Term("days", 3), "cs", None, "cs", "de").startswith("Voraussichtlich")
    assert told(Term("days", 3), "cs", None, "cs").startswith("Expected")


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "dni roboczych"), ("en", "working days"), ("de", "Arbeitstage")],
)
def test_a_reporter_is_told_when_in_the_language_of_the_call_and_the_record_says_so(
    client: CheckingClient, key: str, city: str, engine: Engine, language: str, words: str
) -> None:
    [answer] = post_report(client, key, city, locale=language).json
    assert f"(10 {words})" in answer["service_notice"]
    path = f"/{SLUG[city]}/open311/v2/requests/{answer['service_request_id']}.json"
    [record] = client.get(path).json
    assert record["service_notice"] == answer["service_notice"]
    expected = report_row(engine).expected_datetime
    assert datetime.fromisoformat(record["expected_datetime"]) == expected


@pytest.mark.parametrize(("colour", "closes"), [("white", "16:00:00"), ("red", "12:00:00")])
def test_the_hours_of_the_unit_that_gets_it_count(
    own_client: CheckingClient,
    own_engine: Engine,
    tmp_path: Path,
    colour: str,
    closes: str,
) -> None:
    folder = write_bystra(tmp_path)
    for name, closing in (("Works", "16:00"), ("Cleaning", "12:00")):
        hours = ", ".join(f"{day}: 08:00-{closing}" for day in ("mon", "wed", "fri"))
        change(folder, "units.yaml", f"Bystra {name}", f"{name}\n    hours: {{{hours}}}")
    change(folder, "services.yaml", "{days: 3}", "{working_days: 3}")
    rule = "by_attribute:\n- {service: lamp, attribute: colour, units: {red: cleaning}}\n"
    (folder / "routing.yaml").write_text(rule)
    put_in_force(own_engine, folder)
    with own_engine.begin() as connection:
        report = {"api_key": new_key(connection, [BYSTRA]), "service_code": "lamp"}
    report |= {"lat": "47.05", "long": "10.05", "attribute[colour]": colour}
    own_client.post("/bystra/open311/v2/requests.json", data=report)
    [record] = own_client.get("/bystra/open311/v2/requests.json").json
    assert record["expected_datetime"].endswith(f"T{closes}+05:45")
