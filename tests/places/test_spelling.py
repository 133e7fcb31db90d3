"""How addresses are spelled so that a register and a person can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open311.places.spelling import number_key, spell, street_key


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ul. Świdnicka", "swidnicka"),
        ("ulica Świdnicka", "swidnicka"),
        ("UL.ŚWIDNICKA", "swidnicka"),
        ("  Swidnicka ", "swidnicka"),
        ("Kołłątaja", "kollataja"),
        ("Żółkiewskiego", "zolkiewskiego"),
        ("pl. Grunwaldzki", "plac grunwaldzki"),
        ("Plac Grunwaldzki", "plac grunwaldzki"),
        ("al. Róż", "aleja roz"),
        ("Aleje Róż", "aleja roz"),
        ("os. Złotej Jesieni", "osiedle zlotej jesieni"),
        ("Osiedle Złotej Jesieni", "osiedle zlotej jesieni"),
        ("ul. św. Antoniego", "sw antoniego"),
        ("ul. Świętego Antoniego", "sw antoniego"),
        ("al. gen. Józefa Hallera", "aleja gen jozefa hallera"),
        ("Aleja Generała Józefa Hallera", "aleja gen jozefa hallera"),
        ("Skłodowskiej-Curie", "sklodowskiej curie"),
        ("Skłodowskiej Curie", "sklodowskiej curie"),
        ("os. 1000-lecia", "osiedle 1000 lecia"),
        ("Wrocław ul. Świdnicka", "swidnicka"),
        ("Müllerstraße", "mullerstrasse"),
        ("Müllerstr.", "mullerstrasse"),
        ("MÜLLERSTRASSE", "mullerstrasse"),
        ("Str. des 17. Juni", "strasse des 17 juni"),
        ("Rue de l’Église", "rue de l eglise"),
        ("вул. Йосипа Їжакевича", "вул йосипа їжакевича"),
        (".,-/", ""),
    ],
)
def test_a_street_is_compared_without_what_people_leave_out(written: str, compared: str) -> None:
    assert street_key(written) == compared


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("53", "53"),
        ("53A", "53a"),
        ("53 a", "53a"),
        ("nr 53", "53"),
        ("53/4", "53/4"),
        ("53 / 4", "53/4"),
        ("53 m. 4", "53/4"),
        ("53m4", "53/4"),
        ("53 A m. 4", "53a/4"),
        ("53 lok. 4", "53/4"),
        ("53/55", "53/55"),
        ("12-14", "12-14"),
        ("12 – 14", "12-14"),
        ("5 1/2", "5 1/2"),
        ("", ""),
    ],
)
def test_a_house_number_is_one_word_however_it_is_written(written: str, compared: str) -> None:
    assert number_key(written) == compared


SWIDNICKA_53 = ("swidnicka", "53")


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("ul. Świdnicka 53", SWIDNICKA_53),
        ("SWIDNICKA 53", SWIDNICKA_53),
        ("Świdnicka 53, 50-030 Wrocław", SWIDNICKA_53),
        ("Świdnicka 53 50-030 Wrocław", SWIDNICKA_53),
        ("50-030 Wrocław, ul. Świdnicka 53", SWIDNICKA_53),
        ("Wrocław ul. Świdnicka 53", SWIDNICKA_53),
        ("Świdnicka 53 (podwórze)", SWIDNICKA_53),
        ("Świdnicka 53 w podwórzu", SWIDNICKA_53),
        ("Świdnicka nr 53", SWIDNICKA_53),
        ("Świdnicka, 53", SWIDNICKA_53),
        ("53 Świdnicka", SWIDNICKA_53),
        ("Świdnicka 53 a, Wrocław", ("swidnicka", "53a")),
        ("al. 3 Maja 5", ("aleja 3 maja", "5")),
        ("29 Listopada 20", ("29 listopada", "20")),
        ("os. Złotej Jesieni 14", ("osiedle zlotej jesieni", "14")),
        ("Müllerstr. 5, 12345 Berlin", ("mullerstrasse", "5")),
        ("Хрещатик, 22, Київ", ("хрещатик", "22")),
        ("1155 Mission St", ("mission st", "1155")),
        ("pl. Grunwaldzki", ("plac grunwaldzki", "")),
    ],
)
def test_street_and_number_are_found_in_what_people_write(
    written: str, first: tuple[str, str]
) -> None:
    reading = spell(written).readings[0]
    assert (reading.street_key, reading.number_key) == first


@pytest.mark.parametrize(
    "written", ["Świdnicka 53/4", "Świdnicka 53 m. 4", "Świdnicka 53 lok. 4, Wrocław"]
)
def test_a_flat_is_read_as_part_of_the_number_and_then_left_out(written: str) -> None:
    numbers = [reading.number_key for reading in spell(written).readings[:2]]
    assert numbers == ["53/4", "53"]


def test_zip_codes_are_told_from_house_numbers() -> None:
    assert spell("Świdnicka 53/55, 50-030 Wrocław").zipcodes == ["50-030"]


@given(st.text(max_size=500))
def test_whatever_people_write_is_understood_in_few_ways(written: str) -> None:
    assert len(spell(written).readings) <= 8
