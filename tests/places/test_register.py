"""Importing an address register: what is the same stays, what is gone goes, all or nothing."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from open311.places.register import Imported
from open311.places.register_files import RegisterError
from tests.registers import address, put_in_place, register_of, sample_register, write_csv

KRAKOW = {"lon": 19.9373, "lat": 50.0617}


def versions(engine: Engine) -> dict[str, str]:
    """Return for each address the transaction that wrote its row."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT address_id, xmin::text AS written FROM address"))
        return {row.address_id: row.written for row in rows}


def test_the_samples_can_be_imported_whole(own_engine: Engine, city: str) -> None:
    imported = put_in_place(own_engine, sample_register(city), city)
    assert imported == Imported(0, imported.after, imported.after, 0, 0, 0, [])
    assert imported.after > 200


def test_what_is_the_same_stays_untouched_and_what_is_gone_goes(
    own_engine: Engine, tmp_path: Path
) -> None:
    stays, moves = address(id="stays"), address(id="moves", number="2")
    put_in_place(own_engine, write_csv(tmp_path, stays, moves, address(id="goes", number="3")))
    before = versions(own_engine)
    moved, comes = address(id="moves", number="2", lat=51.12), address(id="comes", number="4")
    imported = put_in_place(own_engine, write_csv(tmp_path, moved, comes, stays))
    assert imported == Imported(3, 3, 1, 1, 1, 0, [])
    after = versions(own_engine)
    assert after.keys() == {"stays", "moves", "comes"}
    assert after["stays"] == before["stays"]


def test_a_register_of_one_city_leaves_the_other_alone(own_engine: Engine, tmp_path: Path) -> None:
    put_in_place(own_engine, write_csv(tmp_path, address(id="1", **KRAKOW)), "krakow.pl")
    put_in_place(own_engine, write_csv(tmp_path, address(id="1", number="7")), "wroclaw.pl")
    assert register_of(own_engine, "krakow.pl") == {"1": "ul. Leśna 1"}
    assert register_of(own_engine, "wroclaw.pl") == {"1": "ul. Leśna 7"}


def test_rows_that_cannot_be_used_are_told_by_line_and_left_out(
    own_engine: Engine, tmp_path: Path
) -> None:
    path = write_csv(
        tmp_path,
        address(id="a"),
        address(id="far", **KRAKOW),
        address(id="a", number="2"),
        address(id="lost", lon=""),
        address(id="b", number="3"),
    )
    imported = put_in_place(own_engine, path, most_bad=0.6)
    assert (imported.after, imported.bad) == (2, 3)
    assert imported.details[-3:] == [
        "line 3: it lies outside the boundary: far ul. Leśna 1",
        "line 4: the id stands in the file before: a ul. Leśna 2",
        "line 5: LON is no number",
    ]
    assert set(imported.details[:-3]) == {
        "1 × it lies outside the boundary",
        "1 × the id stands in the file before",
        "1 × LON is no number",
    }
    assert register_of(own_engine) == {"a": "ul. Leśna 1", "b": "ul. Leśna 3"}


def test_only_the_first_rows_are_told_and_all_are_counted(
    own_engine: Engine, tmp_path: Path
) -> None:
    bad = [address(lon=""), *(address(id=str(n), **KRAKOW) for n in range(30))]
    imported = put_in_place(own_engine, write_csv(tmp_path, *bad, address()), most_bad=1)
    assert imported.bad == 31
    assert imported.details[0] == "30 × it lies outside the boundary"
    lines = [line.partition(":")[0] for line in imported.details[2:]]
    assert lines == [f"line {number}" for number in range(2, 22)]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (address(lon=""), "1 of 3 lines cannot be used, more than 5%"),
        (address(**KRAKOW), "1 of 3 lines cannot be used, more than 5%"),
    ],
)
def test_too_many_rows_that_cannot_be_used_refuse_the_whole(
    own_engine: Engine, tmp_path: Path, bad: str, told: str
) -> None:
    put_in_place(own_engine, write_csv(tmp_path, address(id="before")))
    path = write_csv(tmp_path, address(id="a"), address(id="b", number="2"), bad)
    with pytest.raises(RegisterError, match=told) as refused:
        put_in_place(own_engine, path)
    assert refused.value.details[1].startswith("line 4: ")
    assert register_of(own_engine) == {"before": "ul. Leśna 1"}


def test_an_empty_file_does_not_empty_the_register(own_engine: Engine, tmp_path: Path) -> None:
    put_in_place(own_engine, write_csv(tmp_path, address(id="before")))
    with pytest.raises(RegisterError, match="it has no address that can be used"):
        put_in_place(own_engine, write_csv(tmp_path), most_bad=1)
    assert register_of(own_engine) == {"before": "ul. Leśna 1"}


def test_the_longest_texts_that_are_let_through_can_be_indexed(
    own_engine: Engine, tmp_path: Path
) -> None:
    longest = [chr(0x20000 + place) for place in range(150)]
    row = address(street="".join(longest), number="".join(longest[:20]), id="".join(longest[:100]))
    assert put_in_place(own_engine, write_csv(tmp_path, row)).added == 1
