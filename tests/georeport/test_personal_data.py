"""Who reported is nobody's business: no answer, no page, no log shows it."""

import logging
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text

from tests.clients import CheckingClient
from tests.reporting import BATCH, BLACKBOX, MIDDLE, SLUG, only_row, post_report, rows
from tests.working import do_queued

# Words that nobody would use otherwise.
PEOPLE = {
    "email": "markeremail@example.com",
    "device_id": "markerdevice",
    "account_id": "markeraccount",
    "first_name": "Markerfirst",
    "last_name": "Markerlast",
    "phone": "+48 600 311 311 markerphone",
}
REPORTS = ({}, BATCH, BLACKBOX)
READING = (
    "discovery.{}",
    "services.{}",
    "services/graffiti.{}",
    "requests.{}",
    "requests.{}?extensions=true&page=1",
    "requests.{}?account_id=markeraccount&email=markeremail",
    "requests.{}?service_request_id={id}",
    "requests/{id}.{}",
    "requests/{id}.{}?extensions=true",
    "servicerequestupdates.{}",
    "servicerequestupdates.{}?service_request_id={id}",
    "tokens/{token}.{}",
    "requests/none.{}",
    "unknown.{}",
)
PAGES = ("/", "/open311/", "/open311/discovery.html", "/{slug}/open311/", "/my/")


@pytest.fixture(autouse=True)
def _nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens in these tests, the log does not show who reported."""
    caplog.set_level(logging.DEBUG)
    yield
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            shown = record.getMessage() + str(record.exc_info) + str(record.exc_text)
            assert "marker" not in shown.lower()
    assert "marker" not in caplog.text.lower()


@pytest.fixture(params=["v2", "test/v2"])
def reports(
    request: pytest.FixtureRequest, client: CheckingClient, key: str, city: str, engine: Engine
) -> tuple[str, dict[str, str]]:
    """Reports of every type from one person, at a stage of a city; its path, an id, a token."""
    base = f"/{SLUG[city]}/open311/{request.param}"
    told: dict[str, str] = {}
    for fields in REPORTS:
        form = {"api_key": key, "service_code": "graffiti", **MIDDLE[city], **fields, **PEOPLE}
        response = client.post(f"{base}/requests.json", data=form)
        assert response.status_code == 200
        assert "marker" not in response.text.lower()
        told |= response.json[0]
    do_queued(engine)
    return base, told


def test_what_is_read_shows_nobody(
    client: CheckingClient, reports: tuple[str, dict[str, str]], city: str, format: str
) -> None:
    base, told = reports
    for path in READING:
        filled = path.format(format, id=told["service_request_id"], token=told["token"])
        sent = filled.partition("?")[2]
        for start, more in ((base, ""), (base.removeprefix(f"/{SLUG[city]}"), city)):
            query = f"{sent}&jurisdiction_id={more}"
            response = client.get(f"{start}/{filled.partition('?')[0]}?{query}")
            assert "marker" not in response.text.lower(), filled
            assert "marker" not in str(response.headers).lower(), filled


def test_pages_show_nobody(
    client: CheckingClient, reports: tuple[str, dict[str, str]], city: str
) -> None:
    for path in PAGES:
        response = client.get(path.format(slug=SLUG[city]))
        assert response.status_code == 200
        assert "marker" not in response.text.lower()


def test_the_page_for_who_joins_shows_nobody(client: CheckingClient, key: str, city: str) -> None:
    told = post_report(client, key, city, **PEOPLE).json[0]["service_request_id"]
    response = client.get(f"/my/join/{SLUG[city]}/{told}")
    assert response.status_code == 200
    assert "marker" not in response.text.lower()


def test_the_answer_to_a_report_shows_nobody(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    for fields in REPORTS:
        response = post_report(client, key, city, format, **PEOPLE, **fields)
        assert response.status_code == 200
        assert "marker" not in response.text.lower()


def test_the_answer_to_a_repeated_report_shows_nobody_and_keeps_nobody(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"], **PEOPLE}
    for _ in range(2):
        response = client.post(
            "/krakow/open311/v2/requests.json", data=form, headers={"Idempotency-Key": "1"}
        )
        assert "marker" not in response.text.lower()
    assert "marker" not in str(only_row(engine, "idempotent_answer")).lower()


def test_no_table_shows_who_reported(reports: tuple[str, dict[str, str]], engine: Engine) -> None:
    for table in rows(engine):
        with engine.connect() as connection:
            held = [str(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]
        assert "marker" not in "".join(held).lower(), table


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "fault",
    [
        {"lat": "north"},
        {"service_code": "dragon"},
        {"api_key": "wrong"},
        {"jurisdiction_id": "atlantis"},
        {"description": "x" * 4001},
        {name: f"{value}{'x' * 500}" for name, value in PEOPLE.items()},
        {name: f"{value}\0" for name, value in PEOPLE.items()},
        {name: [value, value[::-1]] for name, value in PEOPLE.items()},
    ],
    ids=",".join,
)
def test_a_report_that_is_refused_does_not_repeat_who_sent_it(
    client: CheckingClient, key: str, format: str, fault: dict[str, str]
) -> None:
    response = post_report(client, key, "krakow.pl", format, **PEOPLE | fault)
    assert response.status_code >= 400
    assert "marker" not in response.text.lower()


@pytest.mark.parametrize(
    "damage",
    [
        "ALTER TABLE reporter RENAME COLUMN sealed TO shut",
        "ALTER TABLE reporter ADD CHECK (sealed IS NULL)",
        "ALTER TABLE reporter ALTER COLUMN email_index TYPE integer USING 0",
        "CREATE INDEX ON reporter ((language::integer))",
    ],
)
def test_a_failure_of_ours_shows_nobody_in_answer_and_log(
    damaged: Callable[[str], tuple[CheckingClient, str]], damage: str
) -> None:
    client, key = damaged(damage)
    response = post_report(client, key, "krakow.pl", **PEOPLE)
    assert response.status_code == 500
    assert "marker" not in response.text.lower()
