"""Pictures that are sent with a report: refused in words, or shown clean to everybody."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from open311.reports import intake
from open311.reports.photos import HOST
from tests.clients import CheckingClient
from tests.conftest import MEDIA_DIRECTORY, app_on
from tests.pictures import LEFT, is_like, opened, picture, png_of_size, with_people
from tests.reporting import BATCH, BLACKBOX, MIDDLE, SLUG, errors, only_row, post_report, rows
from tests.rows import search, stale_records
from tests.working import do_queued

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}


def files() -> list[Path]:
    """Return what is stored, of all tests so far."""
    return sorted(Path(MEDIA_DIRECTORY).rglob("*.jpg"))


def a_file(content: bytes, name: str = "photo.jpg") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def photos_of(response: TestResponse) -> list[str | None]:
    """Return the media_url of each request in an answer."""
    if response.mimetype == "application/json":
        return [request["media_url"] for request in response.json]
    return [one.text for one in etree.fromstring(response.data).iter("media_url")]


def path_of(url: str | None) -> str:
    """Return the path of a photo's address, which must be one of this host."""
    found = re.fullmatch(
        r"http://localhost(/open311/photos/[a-z]+\.pl/[0-9a-f]{32}\.jpg)", url or ""
    )
    assert found, url
    return found[1]


@pytest.fixture
def nothing_stored(engine: Engine) -> Any:
    """Fail when anything is stored, as rows or as files."""
    before = rows(engine), files()
    yield
    assert (rows(engine), files()) == before


@pytest.mark.parametrize("extension", FORMATS)
def test_a_picture_is_shown_with_the_request(
    client: CheckingClient, key: str, city: str, format: str, extension: str
) -> None:
    media = a_file(picture(FORMATS[extension]), f"image.{extension}")
    assert post_report(client, key, city, format, media=media).status_code == 200
    [url] = photos_of(search(client, city, format))
    image = opened(client.get(path_of(url)).data)
    assert image.size == (64, 48)
    assert is_like(image.getpixel((5, 20)), LEFT)


@pytest.mark.parametrize(
    "name",
    ["media", "media[]", "media[0]", "media1", "photo", "photo1", "photo10", "photos[]", "file",
     "file_1", "file_photo"],
)  # fmt: skip
def test_a_picture_is_taken_by_each_name_that_clients_use(
    client: CheckingClient, key: str, city: str, name: str
) -> None:
    assert post_report(client, key, city, **{name: a_file(picture())}).status_code == 200
    path_of(photos_of(search(client, city))[0])


def test_several_pictures_are_kept_in_their_order_and_the_first_is_shown(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    sent = {
        "media": [a_file(picture(size=(size, 10))) for size in (21, 22)],
        "photo1": a_file(picture("PNG", size=(23, 10))),
    }
    assert post_report(client, key, city, **sent).status_code == 200
    [url] = photos_of(search(client, city))
    assert opened(client.get(path_of(url)).data).size == (21, 10)
    query = text("SELECT photo_id, width FROM photo ORDER BY position")
    with engine.connect() as connection:
        kept = connection.execute(query).all()
    assert [row.width for row in kept] == [21, 22, 23]
    for row in kept:
        path = f"/open311/photos/{city}/{row.photo_id}.jpg"
        assert opened(client.get(path).data).size == (row.width, 10)


def test_files_go_before_addresses_and_addresses_are_kept(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    there = ["https://example.org/a.jpg", "https://example.org/page"]
    post_report(client, key, city, media_url=there, media=a_file(picture()))
    path_of(photos_of(search(client, city))[0])
    assert only_row(engine, "service_request").media_urls[1:] == there


def test_nine_hundred_files_are_told_as_too_many_and_not_one_by_one(
    english: CheckingClient, key: str, nothing_stored: None
) -> None:
    large = [a_file(b"x" * 60_000) for _ in range(900)]
    first, *others = errors(post_report(english, key, "krakow.pl", media=large))
    assert first == "900 files were sent; at most 10 are taken."
    assert len(others) == 10


def test_a_text_in_the_place_of_a_picture_is_passed_over(
    client: CheckingClient, key: str, city: str
) -> None:
    assert post_report(client, key, city, media="aGVsbG8=").status_code == 200
    assert photos_of(search(client, city)) == [None]


def test_a_field_in_which_no_file_was_chosen_is_passed_over(
    client: CheckingClient, key: str, city: str
) -> None:
    assert post_report(client, key, city, media=(BytesIO(b""), "")).status_code == 200
    assert photos_of(search(client, city)) == [None]


def test_the_address_is_of_the_host_that_was_asked(
    client: CheckingClient, key: str, city: str, format: str, engine: Engine
) -> None:
    post_report(client, key, city, media=a_file(picture()))
    response = client.get(
        f"/{SLUG[city]}/open311/v2/requests.{format}", headers={"Host": "city.example:81"}
    )
    assert photos_of(response)[0].startswith(f"http://city.example:81/open311/photos/{city}/")
    public = app_on(engine, OPEN311_PUBLIC_URL="https://open311.example").test_client()
    [url] = photos_of(search(public, city, format))
    assert url.startswith(f"https://open311.example/open311/photos/{city}/")
    with engine.connect() as connection:
        stored = connection.scalar(text("SELECT public_json || public_xml FROM service_request"))
    assert stored.count(HOST) == 2
    assert "localhost" not in stored


def test_a_single_request_has_the_address_too(
    client: CheckingClient, key: str, city: str, format: str
) -> None:
    [told] = post_report(client, key, city, media=a_file(picture())).json
    path = f"/{SLUG[city]}/open311/v2/requests/{told['service_request_id']}.{format}"
    response = client.get(path)
    path_of(photos_of(response)[0])
    again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_stored_records_stay_those_that_would_be_rendered(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    post_report(client, key, city, media=a_file(picture()))
    assert stale_records(engine, city) == 0


@pytest.fixture
def photo(client: CheckingClient, key: str) -> str:
    """The path of a photo in Kraków."""
    assert post_report(client, key, "krakow.pl", media=a_file(with_people())).status_code == 200
    return path_of(photos_of(search(client, "krakow.pl"))[0])


def test_a_photo_may_be_kept_for_ever(client: CheckingClient, photo: str) -> None:
    response = client.get(photo)
    assert response.mimetype == "image/jpeg"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(photo, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == response.headers["ETag"]


def test_a_thumbnail_stands_beside_a_photo(client: CheckingClient, key: str) -> None:
    post_report(client, key, "krakow.pl", media=a_file(picture(size=(1600, 800))))
    path = path_of(photos_of(search(client, "krakow.pl"))[0])
    response = client.get(path.replace(".jpg", ".thumb.jpg"))
    assert opened(response.data).size == (400, 200)
    assert response.headers["ETag"] != client.get(path).headers["ETag"]


def test_a_photo_answers_head_and_ranges(client: CheckingClient, photo: str) -> None:
    whole = client.get(photo)
    head = client.head(photo)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.data))
    assert head.headers["ETag"] == whole.headers["ETag"]
    part = client.get(photo, headers={"Range": "bytes=2-9"})
    assert (part.status_code, part.data) == (206, whole.data[2:10])


def test_who_took_a_picture_is_nowhere_stored_or_sent(
    client: CheckingClient, photo: str, engine: Engine
) -> None:
    shown = [client.get(photo).data, client.get(photo.replace(".jpg", ".thumb.jpg")).data]
    stored = [file.read_bytes() for file in files()]
    for content in shown + stored:
        assert b"marker" not in content.lower()
        assert b"Exif" not in content
    for table in rows(engine):
        with engine.connect() as connection:
            held = str(connection.execute(text(f"SELECT * FROM {table}")).all())
        assert "marker" not in held.lower()


@pytest.mark.parametrize(
    "path",
    ["/open311/photos/krakow.pl/{}.jpg", "/open311/photos/krakow.pl/x.jpg",
     "/open311/photos/krakow.pl/..%2f..%2fetc%2fpasswd.jpg", "/open311/photos/krakow.pl/%00.jpg",
     "/open311/photos/nowhere/{}.jpg", "/open311/photos/krakow.pl/.thumb.jpg",
     "/open311/photos/krakow.pl/{}.png", "/open311/photos/krakow.pl/"],
)  # fmt: skip
def test_there_is_no_photo_that_nobody_sent(client: CheckingClient, path: str) -> None:
    response = client.get(path.format("0" * 32))
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_a_photo_is_its_own_citys_alone(client: CheckingClient, photo: str) -> None:
    assert client.get(photo.replace("krakow.pl", "wroclaw.pl")).status_code == 404


def private_photo(engine: Engine, city: str) -> str:
    return f"/open311/photos/{city}/{only_row(engine, 'photo').photo_id}.jpg"


def test_a_photo_of_a_request_that_is_never_public_is_not_shown(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    assert post_report(client, key, city, media=a_file(picture()), **BLACKBOX).status_code == 200
    path = private_photo(engine, city)
    for shown in (path, path.replace(".jpg", ".thumb.jpg")):
        assert client.get(shown).status_code == 404


def test_a_photo_of_a_batch_request_is_shown_when_it_has_its_id(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    post_report(client, key, city, media=a_file(picture()), **BATCH)
    path = private_photo(engine, city)
    assert client.get(path).status_code == 404
    do_queued(engine)
    assert client.get(path).status_code == 200
    assert path_of(photos_of(search(client, city))[0]) == path


def test_a_photo_of_a_trial_is_shown_at_the_twin(
    client: CheckingClient, key: str, city: str
) -> None:
    base = f"/{SLUG[city]}/open311/test/v2"
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE[city], "media": a_file(picture())}
    assert client.post(f"{base}/requests.json", data=form).status_code == 200
    [url] = photos_of(client.get(f"{base}/requests.json"))
    assert client.get(path_of(url)).status_code == 200


def test_a_photo_that_the_storage_has_lost_is_not_found_and_logged(
    client: CheckingClient, photo: str, caplog: pytest.LogCaptureFixture
) -> None:
    photo_id = photo.rpartition("/")[2]
    [file] = [one for one in files() if one.name == photo_id]
    file.unlink()
    assert client.get(photo).status_code == 404
    assert photo_id.removesuffix(".jpg") in caplog.text


BAD = {
    "text": (b"I am photo.jpg", "no picture in JPEG, PNG, WebP or HEIC"),
    "nothing": (b"", "empty"),
    "bomb": (png_of_size(30_000, 30_000), "50 million pixels"),
    "half": (picture(size=(900, 900))[:2000], "incomplete"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a page, a program"),
    "picture and page": (picture() + b"<script>alert(1)</script>", "a page, a program"),
    "21 MB": (picture() + b"\0" * 21_000_000, "larger than 20 MB"),
}


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_is_refused_by_the_name_of_its_part(
    english: CheckingClient, key: str, city: str, format: str, name: str
) -> None:
    content, told = BAD[name]
    sent = {"photo1": a_file(picture()), "media[]": a_file(content)}
    response = post_report(english, key, city, format, **sent)
    assert response.status_code == 400
    [error] = errors(response)
    assert error.startswith("media[]: ")
    assert told in error


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(("language", "told"), [("pl", "plik jest pusty"), ("de", "ist leer")])
def test_a_bad_picture_is_refused_in_the_clients_language(
    client: CheckingClient, key: str, language: str, told: str
) -> None:
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"]}
    response = client.post(
        "/krakow/open311/v2/requests.json",
        data=form | {"media": a_file(b"")},
        headers={"Accept-Language": language},
    )
    assert told in errors(response)[0]


def test_bad_pictures_are_told_with_all_else_that_is_wrong(
    english: CheckingClient, key: str, nothing_stored: None
) -> None:
    sent = {
        "service_code": "pothole",
        "lat": "50.0617",
        "long": "19.9373",
        "media_url": "photo.jpg",
        "media": [a_file(b"text"), a_file(picture())],
        "photo2": a_file(b""),
        "resume": a_file(picture()),
    }
    told = errors(post_report(english, key, "wroclaw.pl", **sent))
    starts = ["media_url", "resume", "attribute[", "lat, long", "media:", "photo2:"]
    assert len(told) == len(starts)
    for start, one in zip(starts, told, strict=True):
        assert one.startswith(start)


def test_a_file_of_another_name_is_refused_not_lost(
    english: CheckingClient, key: str, city: str, nothing_stored: None
) -> None:
    response = post_report(english, key, city, media_url=a_file(picture()))
    assert response.status_code == 400
    assert errors(response)[0].startswith("media_url: a file is only taken in a part")


def test_ten_pictures_are_taken_and_eleven_are_not(
    english: CheckingClient, key: str, engine: Engine
) -> None:
    def send(number: int) -> TestResponse:
        return post_report(
            english, key, "krakow.pl", media=[a_file(picture()) for _ in range(number)]
        )

    assert send(10).status_code == 200
    before = files()
    response = send(11)
    assert errors(response) == ["11 files were sent; at most 10 are taken."]
    assert rows(engine)["photo"] == 10
    assert files() == before


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    ("changed", "status"),
    [({"api_key": "guessed"}, 403), ({"service_code": "nothing"}, 404), ({"lat": None}, 400)],
)
def test_a_report_that_is_refused_leaves_no_picture(
    client: CheckingClient, key: str, city: str, changed: dict[str, Any], status: int
) -> None:
    response = post_report(client, key, city, **{"media": a_file(picture()), **changed})
    assert response.status_code == status


def test_pictures_are_not_decoded_before_the_cheap_checks(
    client: CheckingClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr("open311.reports.intake.clean_all", refuse)
    for changed in ({"api_key": "guessed"}, {"service_code": "nothing"}):
        sent = {"media": a_file(picture()), **changed}
        assert post_report(client, key, "krakow.pl", **sent).status_code in (403, 404)


def send_with_key(
    client: CheckingClient, key: str, content: bytes, idempotency_key: str
) -> TestResponse:
    form = {"api_key": key, "service_code": "graffiti", **MIDDLE["krakow.pl"]}
    return client.post(
        "/krakow/open311/v2/requests.json",
        data=form | {"media": a_file(content)},
        headers={"Idempotency-Key": idempotency_key},
    )


def test_a_report_with_the_same_picture_sent_again_is_one(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    first = send_with_key(client, key, picture(), "a")
    before = files()
    assert send_with_key(client, key, picture(), "a").json == first.json
    assert rows(engine)["photo"] == 1
    assert files() == before


def test_a_report_with_another_picture_under_the_same_key_is_refused(
    client: CheckingClient, key: str
) -> None:
    assert send_with_key(client, key, picture(), "a").status_code == 200
    before = files()
    assert send_with_key(client, key, picture("PNG"), "a").status_code == 400
    assert files() == before


def test_a_picture_whose_report_is_refused_at_last_is_deleted(
    client: CheckingClient, key: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first look and the writing, the same report came in by another way."""
    clean_all = intake.clean_all

    def clean_slowly(pictures: Any) -> Any:
        monkeypatch.undo()
        assert send_with_key(client, key, picture(), "a").status_code == 200
        return clean_all(pictures)

    before = len(files())
    monkeypatch.setattr(intake, "clean_all", clean_slowly)
    assert send_with_key(client, key, picture(), "a").status_code == 200
    assert rows(engine)["service_request"] == rows(engine)["photo"] == 1
    assert len(files()) == before + 2


def test_a_storage_that_is_away_is_503_and_nothing_is_lost_but_the_try(
    engine: Engine, key: str, tmp_path: Path
) -> None:
    (tmp_path / "media").write_text("in the way")
    client = app_on(engine, OPEN311_MEDIA_DIRECTORY=str(tmp_path / "media")).test_client()
    response = post_report(client, key, "krakow.pl", media=a_file(picture()))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert rows(engine)["service_request"] == rows(engine)["photo"] == 0
    assert post_report(client, key, "krakow.pl").status_code == 200


def test_photos_are_kept_in_a_bucket_as_in_a_folder(
    engine: Engine, key: str, city: str, bucket: dict[str, str]
) -> None:
    client = app_on(engine, OPEN311_MEDIA_DIRECTORY="", **bucket).test_client()
    before = files()
    assert post_report(client, key, city, media=a_file(picture())).status_code == 200
    path = path_of(photos_of(search(client, city))[0])
    assert opened(client.get(path).data).size == (64, 48)
    assert files() == before


def test_the_limit_of_a_whole_upload_is_a_setting(engine: Engine, key: str) -> None:
    client = app_on(engine, OPEN311_MAX_UPLOAD_BYTES="3000").test_client()
    assert post_report(client, key, "krakow.pl", media=a_file(picture())).status_code == 200
    response = post_report(client, key, "krakow.pl", media=[a_file(picture()) for _ in range(9)])
    assert response.status_code == 413
    assert "3000" in errors(response)[0]


def test_fields_beside_pictures_have_the_limit_of_a_plain_report(
    english: CheckingClient, key: str, nothing_stored: None
) -> None:
    half = "x" * 600_000
    response = post_report(english, key, "krakow.pl", media=a_file(picture()), a=half, b=half)
    assert response.status_code == 413
    assert errors(response) == ["The body is too large; at most 1000000 bytes are read."]
