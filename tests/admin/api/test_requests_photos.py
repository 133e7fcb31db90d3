"""Photos of a request: for officers in any case, for the public when the request is."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from tests.admin.api.conftest import REQUESTS, Standing, descriptions
from tests.admin.api.handling import (
    attach,
    changed,
    id_of,
    in_public,
    request_of,
    row_of,
    shown,
)
from tests.conftest import MEDIA_DIRECTORY
from tests.pictures import OWNER, picture, with_people
from tests.rows import days_ago


def files(number: int) -> list[bytes]:
    return [picture(size=(60 + one, 40)) for one in range(number)]


def stored() -> set[Any]:
    return set(Path(MEDIA_DIRECTORY).rglob("*.jpg"))


def test_an_attached_photo_is_shown_to_officers_and_to_the_public(desk: Standing) -> None:
    request_id = id_of(desk)
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    answer = attach(roads, path, media=files(2), note="Before and after.")
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == '"2"'
    seen = shown(roads, path)
    assert [one["width"] for one in seen["photos"]] == [60, 61]
    assert seen["media_urls"] == [one["path"] for one in seen["photos"]]
    event = seen["events"][-1]
    assert (event["kind"], event["visibility"]) == ("attached", "public")
    assert event["description"] == "Before and after."
    assert event["media_urls"] == seen["media_urls"]
    for size, width in (("", 60), ("?size=whole", 60), ("?size=thumbnail", 60)):
        photo = roads.get(seen["photos"][0]["path"] + size)
        assert photo.content_type == "image/jpeg"
        assert photo.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert Image.open(BytesIO(photo.data)).width == width
    public = roads.client.get(in_public(desk, request_id)["media_url"])
    assert public.status_code == 200


def test_more_photos_come_after_those_that_were_there(desk: Standing) -> None:
    path, roads = request_of(desk, media_urls=["https://example.org/a.jpg"]), desk.people["roads"]
    for version in (1, 2):
        assert attach(roads, path, version, media=files(version)).status_code == 200
    seen = shown(roads, path)
    assert [one["width"] for one in seen["photos"]] == [60, 60, 61]
    assert seen["media_urls"][0] == "https://example.org/a.jpg"
    assert seen["media_urls"][1:] == [one["path"] for one in seen["photos"]]


def test_a_photo_of_what_is_withheld_is_for_officers_alone(desk: Standing) -> None:
    request_id = id_of(desk)
    path, roads = f"{REQUESTS}/{request_id}", desk.people["roads"]
    attach(roads, path)
    address = in_public(desk, request_id)["media_url"]
    assert roads.client.get(address).status_code == 200
    changed(roads, path, "moderate", 2, publication="withheld")
    assert roads.client.get(address).status_code == 404
    [photo] = shown(roads, path)["photos"]
    assert roads.get(photo["path"]).status_code == 200
    assert desk.people["waste"].get(photo["path"]).status_code == 403


def test_a_photo_is_found_with_its_own_request_only(desk: Standing) -> None:
    path, other, roads = request_of(desk), request_of(desk), desk.people["roads"]
    attach(roads, path)
    [photo] = shown(roads, path)["photos"]
    assert roads.get(f"{other}/photos/{photo['photo_id']}").status_code == 404


def test_what_a_photo_knows_of_people_is_gone(desk: Standing) -> None:
    path, roads = request_of(desk), desk.people["roads"]
    attach(roads, path, media=with_people())
    [photo] = shown(roads, path)["photos"]
    assert OWNER.encode() not in roads.get(photo["path"]).data


def test_a_photo_does_not_move_the_moment_of_closing(desk: Standing) -> None:
    path = request_of(desk, state="resolved", updated_datetime=days_ago(3))
    answer = attach(desk.people["roads"], path)
    assert answer.json["updated_datetime"] == days_ago(3).isoformat()


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"note": "No picture."}, "no picture"),
        ({"media": b"%PDF-1.7"}, "media"),
        ({"media": [b"", picture()]}, "empty"),
        ({"note": "x" * 4001, "media": picture()}, "4,000"),
        ({"note": "x\x00", "media": picture()}, "control"),
        ({"media": files(11)}, "11"),
    ],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(
    desk: Standing, parts: dict[str, Any], told: str
) -> None:
    before = stored()
    request_id = id_of(desk)
    answer = attach(desk.people["roads"], f"{REQUESTS}/{request_id}", **parts)
    assert answer.status_code == 400
    assert told in descriptions(answer)
    assert row_of(desk, request_id).version == 1
    assert stored() == before


def test_photos_come_as_a_form(desk: Standing) -> None:
    path, roads = request_of(desk), desk.people["roads"]
    answer = roads.post(f"{path}/photos", {"media": "x"}, If_Match='"1"')
    assert answer.status_code == 415
    broken = {"Content-Type": "multipart/form-data; boundary=x", "If-Match": '"1"'}
    assert roads.post(f"{path}/photos", b"--x\r\n", **broken).status_code == 400


def test_a_photo_for_what_was_changed_meanwhile_is_not_kept(desk: Standing) -> None:
    path, roads = request_of(desk), desk.people["roads"]
    changed(roads, path, "note", note="Hm.", public=False)
    before = stored()
    assert attach(roads, path, 1).status_code == 412
    assert stored() == before


@pytest.mark.parametrize("photo_id", ["x", "%00", "%FF", "..%2F..%2Fetc", "'", "%F0%9F%92%A9"])
def test_what_is_no_photo_is_not_there(desk: Standing, photo_id: str) -> None:
    answer = desk.people["roads"].get(f"{request_of(desk)}/photos/{photo_id}")
    assert answer.status_code == 404


def test_a_photo_that_is_lost_is_not_there(desk: Standing) -> None:
    path, roads = request_of(desk), desk.people["roads"]
    attach(roads, path)
    [photo] = shown(roads, path)["photos"]
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE photo SET photo_id = repeat('0', 32)"))
    assert roads.get(f"{path}/photos/{'0' * 32}").status_code == 404
    assert roads.get(photo["path"]).status_code == 404
