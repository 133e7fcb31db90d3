"""Address registers are imported and asked over HTTP."""

from typing import Any

import pytest

from open311.admin.api import addresses
from tests.admin.api.conftest import API, KRAKOW, Caller, descriptions
from tests.registers import sample_register

CSV = {"Content-Type": "text/csv"}
HEADER = "LON,LAT,STREET,NUMBER,POSTCODE\n"
ROW = "19.9373,50.0617,Rynek Główny,1,31-042\n"


def put(caller: Caller, register: str, query: str = "") -> Any:
    return caller.put(f"{KRAKOW}/addresses{query}", register.encode(), **CSV)


def test_a_register_is_imported_and_found(krakow: Caller) -> None:
    answer = put(krakow, HEADER + ROW)
    assert answer.status_code == 200
    assert (answer.json["before"], answer.json["after"], answer.json["added"]) == (0, 1, 1)
    for path in ("?q=rynek+glowny+1", "/nearest?lat=50.0618&long=19.9374"):
        [found] = krakow.get(f"{KRAKOW}/addresses{path}").json["addresses"]
        found.pop("address_id")
        assert found == {"street": "Rynek Główny", "house_number": "1", "zipcode": "31-042",
                         "city": None, "lat": 50.0617, "long": 19.9373}  # fmt: skip


def test_geojson_is_read_too(krakow: Caller) -> None:
    feature = (
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
        b'{"street": "Rynek", "number": "1"}, "geometry": {"type": "Point", "coordinates": '
        b"[19.9373, 50.0617]}}]}"
    )
    kind = {"Content-Type": "application/geo+json"}
    answer = krakow.put(f"{KRAKOW}/addresses", feature, **kind)
    assert (answer.status_code, answer.json["after"]) == (200, 1)


def test_the_sample_register_is_imported_twice_and_the_same(krakow: Caller) -> None:
    register = sample_register("krakow.pl").read_text()
    first, second = (put(krakow, register).json for _ in range(2))
    assert first["added"] == second["after"] > 100
    assert (second["added"], second["changed"], second["removed"]) == (0, 0, 0)


def test_a_register_that_cannot_be_used_is_told_and_changes_nothing(krakow: Caller) -> None:
    put(krakow, HEADER + ROW)
    wrong = HEADER + ROW + "x,y,ul. Leśna,1,\n"
    refused = put(krakow, wrong)
    assert refused.status_code == 400
    assert "1 of 2 lines cannot be used, more than 5%" in descriptions(refused)
    assert put(krakow, wrong, "?bad_rows=50").json["bad"] == 1


@pytest.mark.parametrize("sent", ["", "\0", "a,b\n1,2\n", "{", "[]", "{}", '{"features": NaN}'])
def test_what_is_no_register_is_told(krakow: Caller, sent: str) -> None:
    answer = put(krakow, sent)
    assert answer.status_code == 400
    assert descriptions(answer)


def test_a_register_of_another_kind_is_not_read(krakow: Caller) -> None:
    answer = krakow.put(f"{KRAKOW}/addresses", b"PK", **{"Content-Type": "application/zip"})
    assert answer.status_code == 415
    assert "text/csv" in descriptions(answer)


def test_a_register_that_is_too_large_is_refused(
    krakow: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "LARGEST_REGISTER", 20)
    assert put(krakow, HEADER + ROW).status_code == 413


def test_a_city_that_is_not_there_has_no_register(owner: Caller) -> None:
    nowhere = f"{API}/jurisdictions/nowhere.example/addresses"
    answers = [owner.get(f"{nowhere}?q=x"), owner.get(f"{nowhere}/nearest?lat=1&long=1"),
               owner.put(nowhere, HEADER.encode(), **CSV)]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize(
    "path",
    ["", "?q=", f"?q={'x' * 201}", "?q=%00", "/nearest", "/nearest?lat=50",
     "/nearest?lat=91&long=1", "/nearest?lat=nan&long=1", "/nearest?lat=50&long=19&within=2001"],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_told(krakow: Caller, path: str) -> None:
    answer = krakow.get(f"{KRAKOW}/addresses{path}")
    assert answer.status_code == 400
    assert descriptions(answer)
