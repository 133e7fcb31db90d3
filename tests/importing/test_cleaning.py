"""Records as other systems write them become clean values, or are refused with a reason."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from open311.importing.batches import read_requests
from open311.importing.cleaning import OldRequest, RefusedError, clean
from open311.importing.mapping import ImportMap
from open311.importing.sources import Record, open_source
from open311.places.locating import Point
from tests.importing.given import RECORDED, opened, request

CHICAGO = ZoneInfo("America/Chicago")


def cleaned(import_map: ImportMap | None = None, **members: Any) -> OldRequest:
    return clean(Record(1, request(**members)), import_map or ImportMap(), CHICAGO)


def recorded(name: str) -> list[OldRequest]:
    with open_source(str(RECORDED / name)) as source:
        return [clean(record, ImportMap(), CHICAGO) for record in read_requests(source)]


def test_koeln_leaves_members_out_and_sends_one_request_twice() -> None:
    requests = recorded("koeln-requests.json")
    assert len(requests) == 50
    assert len({one.external_id for one in requests}) == 49
    assert requests[0].members["status_notes"] is None
    assert requests[1].members["status_notes"] == "207604"
    assert requests[2].members["description"].startswith("Guten Tag,\nleider")
    assert requests[0].members["updated_datetime"] == datetime(2023, 12, 11, 8, 16, 21, tzinfo=UTC)


def test_chicago_has_no_descriptions_and_codes_that_nobody_can_read() -> None:
    first, second = recorded("chicago-requests.json")
    assert first.members["description"] is None
    assert first.service_code == "4ffa9cad6018277d4000007b"
    assert second.members["status_notes"] == "Locked"
    assert first.members["point"] == Point(41.858724777757864, -87.66475146237676)


def test_toronto_leaves_the_last_change_empty_and_writes_the_longitude_first() -> None:
    first = recorded("toronto-requests.xml")[0]
    assert first.members["updated_datetime"] == first.members["requested_datetime"]
    assert first.members["point"] == Point(43.691104288, -79.272306875)
    assert first.members["media_urls"] == []


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00.999+0100", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        (" 2026-03-01 10:00:00 ", datetime(2026, 3, 1, 16, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 7, 1, 5, tzinfo=UTC)),
    ],
)
def test_dates_are_read_in_many_forms_and_without_a_zone_in_that_of_the_map(
    text: str, moment: datetime
) -> None:
    assert cleaned(requested_datetime=text).members["requested_datetime"] == moment


def test_a_time_that_the_clocks_have_twice_is_the_first_and_equal_to_itself() -> None:
    moment = cleaned(requested_datetime="2026-11-01T01:30:00").members["requested_datetime"]
    assert moment == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"service_request_id": None}, "it has no service_request_id that can be kept"),
        ({"service_request_id": "x" * 501}, "it has no service_request_id that can be kept"),
        ({"service_request_id": {"id": 1}}, "service_request_id is no text"),
        ({"requested_datetime": None}, "it has no requested_datetime"),
        ({"requested_datetime": "last week"}, "requested_datetime is no date of ISO 8601"),
        ({"requested_datetime": 1_700_000_000}, "requested_datetime is no date of ISO 8601"),
        (
            {"requested_datetime": "0001-01-01T00:00:00Z"},
            "requested_datetime is not of these times",
        ),
        ({"status": None}, "it has no status"),
        ({"status": "archived"}, "the map does not say what its status means"),
        ({"lat": None}, "it has half a coordinate"),
        ({"lat": "50,06"}, "its coordinates are no numbers"),
        ({"lat": [50]}, "its coordinates are no numbers"),
        ({"lat": 91}, "its coordinates are none on Earth"),
        ({"long": "nan"}, "its coordinates are none on Earth"),
        ({"description": ["a"]}, "description is no text"),
    ],
)
def test_what_cannot_be_understood_is_refused(members: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        cleaned(**members)
    assert refused.value.reason == reason


def test_a_request_without_any_point_is_taken() -> None:
    assert cleaned(lat=None, long="").members["point"] is None


def test_ids_may_be_numbers_and_coordinates_text() -> None:
    old = cleaned(service_request_id=4711, lat="50.0617", long=" 19.9373 ")
    assert (old.external_id, old.members["point"]) == ("4711", Point(50.0617, 19.9373))


@pytest.mark.parametrize(
    ("status", "meant"), [("OPEN", "open"), (" Closed", "closed"), ("In Progress", "open")]
)
def test_a_status_is_read_in_any_case_and_by_the_map(status: str, meant: str) -> None:
    import_map = ImportMap(statuses={"in progress": "open"})
    assert cleaned(import_map, status=status).members["status"] == meant


def test_what_was_closed_was_last_changed_when_it_was_closed() -> None:
    old = cleaned(status=None, updated_datetime=None, closed_date="2026-03-05T00:00:00Z")
    assert old.members["status"] == "closed"
    assert old.members["updated_datetime"] == datetime(2026, 3, 5, tzinfo=UTC)


def test_what_no_text_may_hold_is_left_out_of_it() -> None:
    assert cleaned(description=" a\x00\ud800\r\nb\x85 ").members["description"] == "a\nb"


def test_a_long_text_is_cut_and_that_is_told() -> None:
    old = cleaned(description="ą" * 4001)
    assert old.members["description"] == "ą" * 3999 + "…"
    assert old.changed == ("description was cut to 4000 characters",)


@pytest.mark.parametrize(
    "address", ["photo.jpg", "javascript:x", "http://a b", "https://" + "x" * 2000]
)
def test_a_picture_that_has_no_address_is_left_out_and_that_is_told(address: str) -> None:
    old = cleaned(media_url=address)
    assert old.members["media_urls"] == []
    assert old.changed == ("media_url was left out: it is no web address",)


def test_bulk_csv_has_other_names_and_its_delimiter(tmp_path: Path) -> None:
    content = (
        "\ufeffService Request ID;requested_datetime;updated_datetime;closed_datetime;"
        "status_description;service_name;description;address;Latitude;lng;source\n"
        '7;2026-03-01T10:00:00Z;;2026-03-02T10:00:00Z;Closed;Dark lamp;"two\nlines";a;1.5;2;app\n'
        "\n"
        "8;only;three\n"
    )
    with opened(tmp_path, content) as source:
        first, second = read_requests(source)
    old = clean(first, ImportMap(), CHICAGO)
    assert (first.place, second.place) == (2, 5)
    assert (old.external_id, old.service_code, old.service_name) == ("7", None, "Dark lamp")
    assert old.members["description"] == "two\nlines"
    assert old.members["point"] == Point(1.5, 2.0)
    assert old.members["updated_datetime"] == datetime(2026, 3, 2, 10, tzinfo=UTC)
    with pytest.raises(RefusedError, match="it has 3 columns, the header 11"):
        clean(second, ImportMap(), CHICAGO)


def test_what_stands_in_a_list_and_is_no_object_is_refused_alone(tmp_path: Path) -> None:
    with opened(tmp_path, '[7, {"service_request_id": "A"}]') as source:
        first, second = read_requests(source)
    assert second.members == {"service_request_id": "A"}
    with pytest.raises(RefusedError, match="it is no object"):
        clean(first, ImportMap(), CHICAGO)
