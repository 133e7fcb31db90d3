"""The arguments of a report: blank, repeated, unknown, too long; and what a media_url may be."""

from typing import Any

import pytest
from sqlalchemy import Engine

from tests.clients import CheckingClient
from tests.reporting import errors, post_report, report_row, reported, reporter_of

BLANK = ("", " ", "\t", "\r\n", "\u00a0\u2003")
OPTIONAL = ("email", "device_id", "account_id", "first_name", "last_name", "phone")
PLACE = ("lat", "long", "address_string", "address_id")
SCALARS = ("jurisdiction_id", "api_key", "service_code", "description", *PLACE, *OPTIONAL)
LIMITS = {"description": 4000, **dict.fromkeys((*OPTIONAL, "address_string", "address_id"), 500)}


@pytest.mark.parametrize("blank", BLANK, ids=ascii)
def test_a_blank_argument_is_as_good_as_none(
    client: CheckingClient, key: str, city: str, blank: str, engine: Engine
) -> None:
    names = (*OPTIONAL, "description", "media_url", "address_string", "address_id", "attribute[x]")
    reported(client, key, city, **dict.fromkeys(names, blank))
    row, reporter = report_row(engine), reporter_of(engine)
    assert {getattr(reporter, name) for name in OPTIONAL} == {None}
    kept = (row.description, row.media_urls, row.address, row.address_id, row.attributes)
    assert set(kept) == {None}


@pytest.mark.parametrize("blank", [None, *BLANK], ids=ascii)
def test_a_report_of_nothing_is_refused(
    english: CheckingClient,
    key: str,
    city: str,
    format: str,
    blank: str | None,
    nothing_kept: None,
) -> None:
    response = post_report(english, key, city, format, service_code=blank)
    assert response.status_code == 400
    assert errors(response) == ["service_code is missing."]


def test_blanks_around_a_value_do_not_count(
    client: CheckingClient, key: str, city: str, engine: Engine
) -> None:
    reported(client, f" {key}\r\n", city, service_code=" graffiti ", description="\n Napis \n")
    assert report_row(engine).description == "Napis"


@pytest.mark.parametrize("name", SCALARS)
def test_a_value_sent_twice_alike_counts_once(
    client: CheckingClient, key: str, city: str, name: str
) -> None:
    usual = {"jurisdiction_id": city, "api_key": key, "service_code": "graffiti"}
    point = {"wroclaw.pl": ("51.11", "17.03"), "krakow.pl": ("50.06", "19.94")}[city]
    value = (usual | {"lat": point[0], "long": point[1]}).get(name, "same")
    assert post_report(client, key, city, **{name: [value, value]}).status_code == 200


@pytest.mark.parametrize("name", SCALARS)
def test_different_values_of_one_argument_are_refused_by_its_name(
    english: CheckingClient, key: str, name: str, format: str, nothing_kept: None
) -> None:
    response = post_report(english, key, "krakow.pl", format, **{name: ["1", "2"]})
    assert response.status_code == 400
    assert errors(response) == [f"{name} was sent with different values; send it once."]


def test_a_blank_beside_a_value_does_not_count_as_another(
    client: CheckingClient, key: str, engine: Engine
) -> None:
    reported(client, key, "krakow.pl", description=["", "Napis", " "])
    assert report_row(engine).description == "Napis"


@pytest.mark.parametrize(
    "fields",
    [
        {"deviceid": "77", "easting": "1", "northing": "2", "legacy": "false"},
        {"callback": "x", "_": "1", "extensions": "true", "locale": "pl"},
        {"requested_datetime": "2020-01-01T00:00:00Z", "status": "closed", "number": "1"},
        {"service_request_id": "WRO-1-1", "token": "x", "agency_responsible": "me"},
        {"": "1", "żółw": "ą", "a" * 1000: "1", "Description": "x", "__proto__": "1"},
    ],
)
def test_arguments_that_nobody_knows_are_ignored(
    client: CheckingClient, key: str, city: str, fields: dict[str, str], engine: Engine
) -> None:
    told = reported(client, key, city, **fields)
    row = report_row(engine)
    assert (row.service_request_id, row.status) == (told, "open")
    assert row.requested_datetime.year > 2020
    assert row.description is None


@pytest.mark.parametrize("name", LIMITS)
def test_a_text_may_be_as_long_as_the_limit(
    client: CheckingClient, key: str, name: str, format: str
) -> None:
    for letter in ("x", "ł", "🕳"):
        sent = {name: letter * LIMITS[name]}
        assert post_report(client, key, "krakow.pl", format, **sent).status_code == 200


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("letter", ["x", "🕳"])
def test_a_text_longer_than_the_limit_is_refused_with_both_lengths(
    english: CheckingClient, key: str, name: str, letter: str, nothing_kept: None
) -> None:
    limit = LIMITS[name]
    response = post_report(english, key, "krakow.pl", **{name: letter * (limit + 1)})
    assert response.status_code == 400
    assert errors(response) == [
        f"{name} has {limit + 1:,} characters; at most {limit:,} are allowed."
    ]


@pytest.mark.parametrize(
    ("description", "status"),
    [("a\r\n" * 1999 + "ab", 200), ("a\r\n" * 2000 + "b", 400), (" " + "a" * 4000 + "\n", 200)],
)
def test_the_end_of_a_line_counts_as_one_character_and_blanks_around_as_none(
    client: CheckingClient, key: str, description: str, status: int
) -> None:
    response = post_report(client, key, "krakow.pl", description=description)
    assert response.status_code == status


@pytest.mark.parametrize(
    "sent",
    [
        "http://photos.example/1.jpg",
        "https://photos.example:8443/a%20b?c=d&e=f#g",
        "HTTPS://PHOTOS.EXAMPLE/1.JPG",
        "https://żółw.example/zdjęcie.jpg",
        "http://[2001:db8::1]/1",
        f"https://photos.example/{'x' * 1977}",
    ],
)
def test_a_media_url_comes_back_as_it_was_sent(
    client: CheckingClient, key: str, sent: str, engine: Engine
) -> None:
    reported(client, key, "krakow.pl", media_url=sent)
    assert report_row(engine).media_urls == [sent]


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "sent",
    ["ftp://photos.example/1.jpg", "javascript:alert(1)", "data:image/png;base64,iVBORw0KGgo=",
     "file:///etc/passwd", "photo.jpg", "//photos.example/1.jpg", "http:", "http://", "https:///x",
     "http://a b/c", "http://[::1", "http://a\nb/", "htt\tp://a/", "blob:https://a/b",
     f"https://photos.example/{'x' * 2000}"],
)  # fmt: skip
def test_a_media_url_that_is_no_web_address_is_refused(
    client: CheckingClient, key: str, sent: str, format: str
) -> None:
    response = post_report(client, key, "krakow.pl", format, media_url=sent)
    assert response.status_code == 400
    [told] = errors(response)
    assert told.startswith("media_url: ")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(["https://a.example/1", "https://a.example/2"], 2), (["https://a.example/1"] * 3, 1)],
)
def test_of_several_media_urls_all_are_kept_and_the_first_is_shown(
    client: CheckingClient, key: str, sent: list[str], kept: int, engine: Engine
) -> None:
    told = reported(client, key, "krakow.pl", media_url=sent)
    assert report_row(engine).media_urls == sent[:kept]
    [request] = client.get(f"/krakow/open311/v2/requests/{told}.json").json
    assert request["media_url"] == "https://a.example/1"


@pytest.mark.parametrize(("number", "status"), [(20, 200), (21, 400)])
def test_a_report_has_at_most_twenty_media_urls(
    client: CheckingClient, key: str, number: int, status: int
) -> None:
    sent = [f"https://a.example/{one}" for one in range(number)]
    assert post_report(client, key, "krakow.pl", media_url=sent).status_code == status


def test_one_bad_media_url_among_good_ones_is_named(
    client: CheckingClient, key: str, nothing_kept: None
) -> None:
    sent = ["https://a.example/1", "ftp://a.example/2"]
    [told] = errors(post_report(client, key, "krakow.pl", media_url=sent))
    assert "ftp://a.example/2" in told


@pytest.mark.parametrize("sent", ["no at", "@", "a@b@c", "+48 (71) 777-77-77 w. 5", "–"])
def test_how_people_write_their_address_is_their_own_matter(
    client: CheckingClient, key: str, sent: str, engine: Engine
) -> None:
    fields: dict[str, Any] = dict.fromkeys(OPTIONAL, sent)
    reported(client, key, "krakow.pl", **fields)
    reporter = reporter_of(engine)
    assert {name: getattr(reporter, name) for name in OPTIONAL} == fields


@pytest.mark.parametrize("name", ["service_code", "lat", "description"])
def test_other_arguments_are_not_looked_for_in_the_query(
    client: CheckingClient, key: str, name: str, engine: Engine
) -> None:
    form = {"api_key": key, "service_code": "graffiti", "address_string": "Rynek"}
    query = {name: "nonsense"}
    response = client.post("/krakow/open311/v2/requests.json", data=form, query_string=query)
    assert response.status_code == 200
    row = report_row(engine)
    assert (row.service_code, row.lat, row.description) == ("graffiti", None, None)
