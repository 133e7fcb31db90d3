"""Files of address registers: what is read, and what is told of rows that cannot be."""

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from open311.places.register_files import Fault, RegisterError, Row, open_register
from tests.registers import HEADER, address, write_csv


def read(content: str | bytes) -> list[Row | Fault]:
    data = content.encode() if isinstance(content, str) else content
    return list(open_register(io.BytesIO(data)).rows)


def read_row(content: str | bytes) -> Row:
    [row] = read(content)
    assert isinstance(row, Row), row
    return row


def faults(content: str | bytes) -> list[str]:
    return [str(row) for row in read(content) if isinstance(row, Fault)]


def csv_of(*rows: str) -> str:
    return "\n".join([HEADER, *rows])


def feature(coordinates: Any = (17.0319, 51.11), **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"street": "ul. Leśna", "number": "1", **properties},
        "geometry": {"type": "Point", "coordinates": coordinates},
    }


def test_a_row_of_csv_is_read_whole() -> None:
    row = read_row(csv_of("17.0319,51.11,53 A,ul. Świdnicka,4,Wrocław,,,50-030,x1,ff"))
    assert row == Row(
        2, "x1", "ul. Świdnicka", "53 A/4", "50-030", "Wrocław", "swidnicka", "53a/4",
        "SRID=4326;POINT(17.0319 51.11)",
    )  # fmt: skip


def test_columns_may_stand_in_any_order_and_case_and_most_may_be_missing() -> None:
    row = read_row("\ufeffstreet , Lat,lon\r\nRynek,51.11,17.0319\r\n")
    assert (row.street, row.house_number, row.zipcode) == ("Rynek", None, None)


def test_quoted_fields_and_unbreakable_blanks_are_understood() -> None:
    assert read_row(csv_of(address(street='"ul. „Zośki”, Anny\u00a0K."'))).street == (
        "ul. „Zośki”, Anny K."
    )


def test_without_an_id_the_hash_is_taken_and_without_both_an_id_that_stays() -> None:
    assert read_row(csv_of(address(hash="ff"))).address_id == "ff"
    made = read_row(csv_of(address())).address_id
    assert read_row(csv_of(address(street="Lesna", lat=51.2))).address_id == made
    assert read_row(csv_of(address(number="2"))).address_id != made
    assert read_row(csv_of(address(postcode="50-001"))).address_id != made


def test_in_a_village_without_streets_the_place_is_the_street() -> None:
    assert read_row(csv_of(address(street="", city="Bystra"))).street == "Bystra"


def test_blank_lines_are_passed_over_and_lines_are_counted_all_the_same() -> None:
    assert [row.place for row in read(csv_of(address(), "", " ", address()))] == [2, 5]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (address(lon=""), "2: LON is no number"),
        (address(lat="51,11").replace("51,11", '"51,11"'), "2: LAT is no number: 51,11"),
        (address(lat="nan"), "2: LAT is not between -90 and 90: nan"),
        (address(lon="181"), "2: LON is not between -180 and 180: 181.0"),
        (address(lat="-inf"), "2: LAT is not between -90 and 90: -inf"),
        (address(street=""), "2: it has no street"),
        (address(street="."), "2: it has no street"),
        (address(street="x" * 151), f"2: STREET is longer than 150 characters: {'x' * 60}…"),
        (address(id="i" * 101), f"2: ID is longer than 100 characters: {'i' * 60}…"),
        (address(street="ul.\x00Leśna"), "2: STREET has control characters: ul.�Leśna"),
        (address(city="\u202eabc"), "2: CITY has control characters: �abc"),
        (
            address(street='"ul. Leśna'),
            "2: a quotation mark is left open or stands within a field",
        ),
        (address() + ",x", "2: it has not as many fields as the header: 12, not 11"),
        ("x" * 100_001, "2: it is longer than 100000 bytes"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_the_next_one_is_read(row: str, told: str) -> None:
    rows = read(csv_of(row, address()))
    assert str(rows[0]) == told
    assert isinstance(rows[1], Row)


def test_a_row_that_is_not_utf_8_is_told() -> None:
    assert faults(f"{HEADER}\n{address()}".encode("cp1250")) == ["2: it is not UTF-8"]


def test_a_file_without_the_columns_is_refused_by_name() -> None:
    with pytest.raises(RegisterError, match="the header has no LON, LAT; it has: STREET, X"):
        read("street,x\nRynek,1\n")


@pytest.mark.parametrize("content", ["", "\n\n", "\x00\x01\x02", "PK\x03\x04"])
def test_what_is_no_register_at_all_is_refused(content: str) -> None:
    with pytest.raises(RegisterError, match="the header has no LON, LAT, STREET"):
        read(content)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_feature_collection_is_read_by_feature(indent: int | None) -> None:
    features = [feature(id="a"), feature(id="b", number=7, postcode="50-001")]
    document = {"type": "FeatureCollection", "features": features}
    register = open_register(io.BytesIO(json.dumps(document, indent=indent).encode()))
    rows = list(register.rows)
    assert register.unit == "feature"
    assert [row.place for row in rows] == [1, 2]
    assert read_row(csv_of(address(id="a")))[1:] == rows[0][1:]
    assert isinstance(rows[1], Row)
    assert (rows[1].house_number, rows[1].zipcode) == ("7", "50-001")


def test_features_on_lines_of_their_own_are_read_by_line() -> None:
    lines = [json.dumps(feature(id="a")), '{"type": "Feature', json.dumps(feature(ID="b"))]
    rows = read("\n".join(lines))
    assert [str(row) for row in rows if isinstance(row, Fault)] == ["2: it is no JSON"]
    assert [row.address_id for row in rows if isinstance(row, Row)] == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (7, "it is no feature"),
        ({"type": "Feature"}, "its geometry is no point"),
        (feature() | {"geometry": {"type": "Polygon"}}, "its geometry is no point"),
        (feature(coordinates=[17.0]), "its geometry is no point"),
        (feature(coordinates=[None, 51.1]), "LON is no number: None"),
        (feature(coordinates=["a" * 200, 51.1]), f"LON is no number: {'a' * 60}…"),
        (feature(coordinates=[17.0, 91]), "LAT is not between -90 and 90: 91.0"),
        (feature() | {"properties": None}, "it has no properties"),
        (feature(street=["Rynek"]), "STREET is no text"),
        (feature(street=True), "STREET is no text"),
        (feature(street="ul.\nLeśna\u0007"), "STREET has control characters: ul.�Leśna�"),
    ],
)  # fmt: skip
def test_a_feature_that_cannot_be_used_is_told_and_the_next_one_is_read(
    one: Any, told: str
) -> None:
    rows = read(json.dumps({"type": "FeatureCollection", "features": [one, feature()]}))
    assert str(rows[0]) == f"1: {told}"
    assert isinstance(rows[1], Row)


@pytest.mark.parametrize(
    "broken",
    ["{", '{"features": [', '{"features": [{}, }', '{"features": [\xff',
     '{"features": [' + "[" * 5000, '{"features": [{"a": 1e999999}, {"b": "\\ud800"',
     '{"features": [1' + "0" * 500],
)  # fmt: skip
def test_a_collection_that_is_broken_is_refused(broken: str) -> None:
    with pytest.raises(RegisterError, match="it is no JSON after feature"):
        read(broken.encode("latin-1"))


def test_a_large_file_is_read_without_holding_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path, *(address(id=str(number)) for number in range(30_000)))
    with path.open("rb") as file:
        tracemalloc.start()
        number = sum(1 for _ in open_register(file).rows)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert number == 30_000
    assert peak < path.stat().st_size / 3
