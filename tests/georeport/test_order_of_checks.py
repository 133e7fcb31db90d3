"""What is checked first, and what is told at once (D-46, D-47)."""

import pytest

from tests.clients import CheckingClient
from tests.reporting import MIDDLE, errors, post_report

pytestmark = pytest.mark.usefixtures("nothing_kept")

# One fault a stage, in the order in which they are looked for; the values mend nothing else.
STAGES = {
    "suffix": 404,
    "method": 405,
    "body type": 415,
    "body encoding": 400,
    "jurisdiction missing": 400,
    "jurisdiction unknown": 404,
    "key": 403,
    "service missing": 400,
    "service unknown": 404,
    "arguments": 400,
}
NAMED = {
    "suffix": "There is no such resource",
    "method": "PUT",
    "body type": "text/plain",
    "body encoding": "UTF-8",
    "jurisdiction missing": "jurisdiction_id is missing",
    "jurisdiction unknown": "jurisdiction_id: there is no jurisdiction",
    "key": "api_key",
    "service missing": "service_code is missing",
    "service unknown": "service_code: there is no service",
    "arguments": "lat: “north”",
}


def send(client: CheckingClient, faults: list[str]) -> tuple[int, list[str]]:
    """Send a report that has these faults; return the status and what is told."""
    form = {
        "jurisdiction_id": "atlantis" if "jurisdiction unknown" in faults else "krakow.pl",
        "api_key": "wrong",
        "service_code": "dragon" if "service unknown" in faults else "graffiti",
        "lat": "north",
        "long": "19.9",
    }
    if "jurisdiction missing" in faults:
        del form["jurisdiction_id"]
    if "service missing" in faults:
        del form["service_code"]
    body = "&".join(f"{name}={value}" for name, value in form.items())
    response = client.open(
        f"/open311/v2/requests.{'html' if 'suffix' in faults else 'json'}",
        method="PUT" if "method" in faults else "POST",
        data=body + ("&email=%FF" if "body encoding" in faults else ""),
        content_type="text/plain" if "body type" in faults else "application/x-www-form-urlencoded",
    )
    return response.status_code, errors(response)


@pytest.mark.parametrize(
    "first", [stage for stage in STAGES if not stage.startswith("service")][:-1]
)
def test_of_faults_in_several_stages_only_the_first_is_told(
    english: CheckingClient, first: str
) -> None:
    stages = list(STAGES)
    status, told = send(english, stages[stages.index(first) :])
    assert status == STAGES[first]
    assert len(told) == 1
    assert NAMED[first] in told[0]


@pytest.mark.parametrize("first", ["service missing", "service unknown"])
def test_the_service_is_looked_for_before_the_other_arguments(
    english: CheckingClient, key: str, first: str, format: str
) -> None:
    code = {"service missing": None, "service unknown": "dragon"}[first]
    response = post_report(english, key, "krakow.pl", format, service_code=code, lat="north")
    assert response.status_code == STAGES[first]
    [told] = errors(response)
    assert NAMED[first] in told


def test_all_that_is_wrong_with_the_arguments_is_told_at_once(
    english: CheckingClient, key: str, city: str, format: str
) -> None:
    response = post_report(
        english,
        key,
        city,
        format,
        service_code="pothole",
        lat="north",
        long="181",
        description="x" * 4001,
        email="x" * 501,
        media_url="ftp://photos.example/1.jpg",
        phone=["1", "2"],
        **{"attribute[width]": "wide", "attribute[lane]": "left"},
    )
    assert response.status_code == 400
    told = errors(response)
    for name in ("lat", "long", "description", "email", "media_url", "phone"):
        assert len([one for one in told if one.startswith(name)]) == 1, name
    for code in ("carriageway_blocked", "width", "lane"):
        assert len([one for one in told if one.startswith(f"attribute[{code}]")]) == 1, code
    assert len(told) == 9


def test_a_point_elsewhere_is_told_with_the_other_faults(
    english: CheckingClient, key: str, format: str
) -> None:
    response = post_report(
        english,
        key,
        "wroclaw.pl",
        format,
        service_code="pothole",
        media_url="photo.jpg",
        **MIDDLE["krakow.pl"],
    )
    media, attribute, point = sorted(errors(response), key=lambda told: "lat, long" in told)
    assert media.startswith("media_url")
    assert attribute.startswith("attribute[carriageway_blocked]")
    assert point.startswith("lat, long")


def test_faults_of_different_stages_never_share_a_body(
    english: CheckingClient, key: str, format: str
) -> None:
    response = post_report(english, "wrong", "krakow.pl", format, lat="north", service_code="x")
    assert response.status_code == 403
    assert len(errors(response)) == 1
