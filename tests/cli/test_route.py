"""Routing explained from the command line."""

import pytest
from sqlalchemy import Engine

from tests.cli.running import Ended, run, url_of


def explain(engine: Engine, service: str, *arguments: str, city: str = "krakow.pl") -> Ended:
    command = ["route", "explain", "--jurisdiction", city, "--service", service, *arguments]
    return run(*command, DATABASE_URL=url_of(engine))


# In Kraków's old town, and in Nowa Huta.
OLD_TOWN = ("--lat", "50.0632", "--long", "19.9357")
NOWA_HUTA = ("--lat", "50.0806", "--long", "20.129")


def test_what_was_tried_is_told_and_what_decided(engine: Engine) -> None:
    assert explain(engine, "blocked_drain", *NOWA_HUTA).out.splitlines() == [
        "1. by_area: dzielnica is krakow-18: no unit for that",
        "2. services: the unit of blocked_drain: kegw",
        "kegw: Klimat-Energia-Gospodarka Wodna w Krakowie",
    ]


@pytest.mark.parametrize(
    ("service", "arguments", "unit"),
    [
        ("rats", ("--attribute", "place=sewer"), "wodociagi"),
        ("rats", ("--attribute", "place=green", "--attribute", "place=sewer"), "zzm"),
        ("blocked_drain", OLD_TOWN, "wodociagi"),
        ("blocked_drain", (), "kegw"),
        ("vandalism", OLD_TOWN, "straz_miejska"),
    ],
)
def test_a_request_goes_where_it_is_said(
    engine: Engine, service: str, arguments: tuple[str, ...], unit: str
) -> None:
    ended = explain(engine, service, *arguments)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[-1].startswith(f"{unit}: ")


@pytest.mark.parametrize(
    ("service", "arguments", "said"),
    [
        ("unheard_of", (), "service_code: there is no service “unheard_of”"),
        (
            "rats",
            ("--attribute", "place=attic"),
            "attribute[place]: “attic” is none of: bins, green",
        ),
        (
            "rats",
            ("--attribute", "colour=red"),
            "attribute[colour] is not asked; the service asks for: place",
        ),
        (
            "rats",
            ("--lat", "51.1", "--long", "17.03"),
            "lat, long: the point 51.1, 17.03 is not in krakow.pl",
        ),
        (
            "rats",
            ("--lat", "nan", "--long", "nan"),
            "lat, long: the point nan, nan is not in krakow.pl",
        ),
    ],
)
def test_what_cannot_be_is_told(
    engine: Engine, service: str, arguments: tuple[str, ...], said: str
) -> None:
    ended = explain(engine, service, *arguments)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"open311: {said}")


def test_a_city_that_there_is_not_is_told(engine: Engine) -> None:
    ended = explain(engine, "rats", city="nowhere.example")
    assert ended == Ended(1, "", "open311: There is no jurisdiction “nowhere.example”.\n")


def test_an_answer_is_a_code_and_a_value(engine: Engine) -> None:
    ended = explain(engine, "rats", "--attribute", "place")
    assert ended.code == 2
    assert "--attribute place: write CODE=VALUE." in ended.err
