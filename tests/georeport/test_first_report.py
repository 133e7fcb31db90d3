"""From nothing to a posted report that is found again."""

from tests.clients import CheckingClient
from tests.reporting import post_report, reported


def test_a_posted_report_is_found_by_its_id(client: CheckingClient, key: str, city: str) -> None:
    service_request_id = reported(client, key, city, description="Bazgroły na murze")
    response = client.get(
        f"/open311/v2/requests/{service_request_id}.json", query_string={"jurisdiction_id": city}
    )
    assert response.json[0]["description"] == "Bazgroły na murze"


def test_a_report_is_answered_in_the_format_of_the_suffix(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    response = post_report(client, key, city, format)
    assert response.status_code == 200
    assert response.mimetype == {"json": "application/json", "xml": "text/xml"}[format]
