"""What the public may not read of a text, and what it may."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from open311.reports.redaction import MARK, redact, redact_address
from open311.settings import CHECKOUT

EMAILS = (
    "jan.kowalski@example.org",
    "jan.kowalski+wroclaw@poczta.example.pl",
    "JAN@EXAMPLE.ORG",
    "żółw@example.org",
    "jan @ example.org",
    "jan@ example.org",
    "jan[at]example.org",
    "jan (at) example.org",
    "jan(małpa)example.org",
    "jan (małpa) example (kropka) org",
    "jan [at] example [dot] org",
    f"{'a' * 200}@example.org",
)

PHONES = (
    "+48 600 100 200",
    "+48600100200",
    "(+48) 600-100-200",
    "+48 (71) 777 77 77",
    "0048600100200",
    "00 48 600 100 200",
    "48 600 100 200",
    "48600100200",
    "600 100 200",
    "600-100-200",
    "600.100.200",
    "600 100\u00a0200",
    "600–100–200",
    "600100200",
    "(71) 777 77 77",
    "(071) 777-77-77",
    "71/777-77-77",
    "71 777 77 77",
    "71 77 77 777",
    "71 777 7777",
    "071 777 77 77",
    "0-71 777 77 77",
    "717777777",
    "777-77-77",
    "+49 170 1234567",
    "+49 (0) 351 / 488-0123",
    "0049 30 1234567",
    "+380 67 123 45 67",
    "+380 (67) 123-45-67",
    "067 123 45 67",
    "+420 601 123 456",
    "+1 212 555 0123",
)

PESELS = ("44051401359", "440514 01359", "44 05 14 01359", "440514-01359", "02211307589")

ACCOUNTS = (
    "61109010140000071219812874",
    "61 1090 1014 0000 0712 1981 2874",
    "61-1090-1014-0000-0712-1981-2874",
    "611 090 101 400 000 712 198 128 74",
    "PL61109010140000071219812874",
    "PL 61 1090 1014 0000 0712 1981 2874",
    "pl61 1090 1014 0000 0712 1981 2874",
    "62 1090 1014 0000 0712 1981 2874",  # a digit is wrong; nothing else has this form
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "GB82 WEST 1234 5698 7654 32",
    "NO93 8601 1117 947",
)

PLATES = (
    "DW 12345",
    "DW12345",
    "DW-12345",
    "DW\u00a012345",
    "DW 1234A",
    "DW 123AC",
    "DW 1A234",
    "DW 1AC34",
    "DX 5L678",
    "DX 12A3",
    "KR 5AC12",
    "KK 123AC",
    "DWR A123",
    "DWR 1AC3",
    "DWRA123",
    "DTR 12345",
    "WPR A12C",
    "WPI 1234",  # black, of before 2000
    "dw 12345",
    "dw12345",
    "Dw 1ac34",
    "dwr 12a3",
    "D1 ABCD",
    "D1ABCD",
    "F0 MAREK",
    "B4 BMW99",
    "AA 1234 BB",
    "BC1234AE",
    "АА 1234 ВВ",
    "B-MW 1234",
    "GR-AB 123",
    "HRO-XY 99E",
)

# A plate as no other, which its text calls one.
NAMED = (
    ("nr rej. D1 ABC", "nr rej. "),
    ("nr rej. WRC 123A", "nr rej. "),
    ("numer rej: K1 234", "numer rej: "),
    ("rejestracja W0 WL1", "rejestracja "),
    ("Kennzeichen: KA-BC 12", "Kennzeichen: "),
    ("pojazd o rejestracji nr ŁA 123", "pojazd o rejestracji nr "),
    ("PESEL: 44051401358", "PESEL: "),
    ("tel. 777 77 77", "tel. "),
    ("tel.600100200", "tel."),
    ("Tel. kom.: 0170 1234567", "Tel. kom.: "),
    ("telefon 12 34 56 789", "telefon "),
)

INNOCENT = (
    "A4, S8, DK94, E40, DW 395, T-4, C2",
    "MPK 33, PKP, LED 5000, ISO 9001, PN-EN 1176, PN-EN 13201, PN 92",
    "ul. 3 Maja 12, al. 29 Listopada 5/7, os. Dywizjonu 303, pl. Strzegomski 2a",
    "Legnicka 12, m. 34, 50-101 Wrocław, 00-950 Warszawa, PL 50-101",
    "2026-11-21 10:05, 21.11.2026, 21-11-2026, 10:05-11:30, 2026-11-21T10:05:53+01:00",
    "w latach 1939-1945, 2019–2023, od 2024 roku do 2026",
    "51.110012, 17.031987; 51.1100 17.0319; +51.110012 +17.031987; 51,110012 17,031987",
    "12 000 zł, 123 456 789 zł, 600 100 200 PLN, 1 200,50 zł, 5 mln",
    "WRO-1001-4, WRO-104273-7, WRO-TEST-104273-7, KRK-5005-4, KRK-123456789-3, KRA-12345-4",
    "sample-krakow-001, 026401_1.0001.AR_1.12/3, działka 123/45, dz. nr 12/3 AR 7 obręb Gaj",
    "linie 0, 3, 10, 33, 134 i 144; tramwaje 2 10 33; autobus K, N, 612",
    "12 100 33 144 5, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
    "ok. 12000 osób, ok 1000m, lub 100km, od 10000, po 5000, no 12345, we 1500h",
    "słup nr 12345, latarnia 03/21, znak B-36, D-18, przystanek 10423",
    "16-letni, 50 km/h, 230V, 4x4, 2+2, 1/2, 15 m2, 3,5 t, 30°C, IP65",
    "112, 999, 997, 19115, 116 123",
    "44051401358",  # no PESEL: its check digit is wrong
    "4405140135, 440514013590, 2026112110053",
    "44131401356",  # no PESEL: there is no thirteenth month
    "KRS 0000123456, NIP 525-25-25-252, 5252525252, ISBN 978-83-01-00000-1",
    "budynek D1 PWR, S8 WIDOK, A4 KATOWICE, blok B2 klatka 3",
    "W BUDYNKU B2 STOI WODA PO 12000 ZŁ LUB PO 500M",
    "GDA 2024, KRA 1999, KR 12000 €",
    "@wroclaw, mail@, spotkanie @ Rynek, a@b, @",
    "[PRZYKŁAD / SAMPLE] (zob. niżej) [1]",
    "PL12 nie jest kontem 12 34",
    "Telefonowałem 2026-11-21. Tel. 21.11.2026 nie odpowiada",
    "rejestracja w 2024, rej. Krzyki 12, tablica T-14, tablica MPK 33",
    "https://example.org/requests/104273?page=2",
    "",
)


AROUND = (
    ("", ""),
    ("Proszę o kontakt: ", "."),
    ("To jest to ", " od\nrana"),
    ("Zgłasza (", "), od rana."),
)


@pytest.mark.parametrize("text", [*EMAILS, *PHONES, *PESELS, *ACCOUNTS, *PLATES])
def test_what_tells_who_somebody_is_is_masked(text: str) -> None:
    for before, after in AROUND:
        assert redact(f"{before}{text}{after}") == f"{before}{MARK}{after}"


@pytest.mark.parametrize(("text", "kept"), NAMED)
def test_what_is_named_is_masked_in_any_form_and_its_name_stays(text: str, kept: str) -> None:
    assert redact(text) == kept + MARK


@pytest.mark.parametrize("text", INNOCENT)
def test_what_tells_of_nobody_stays(text: str) -> None:
    assert redact(text) == text


def test_all_that_a_text_has_is_masked() -> None:
    text = (
        "Anna, anna@example.org lub 600 100 200; auto DW 12345 i KR 5AC12, tel. 71 777 77 77 2 razy"
    )
    assert redact(text) == (f"Anna, {MARK} lub {MARK}; auto {MARK} i {MARK}, tel. {MARK} 2 razy")


def test_two_numbers_with_a_stroke_between_are_both_masked() -> None:
    assert redact("Tel. 600100200/601100200") == f"Tel. {MARK}/{MARK}"


def test_words_after_an_account_stay() -> None:
    text = "Konto DE89 3704 0044 0532 0130 00 na rok 2026, PL61 1090 1014 0000 0712 1981 2874 Jan"
    assert redact(text) == f"Konto {MARK} na rok 2026, {MARK} Jan"


def test_an_iban_with_a_wrong_digit_is_not_taken_for_one() -> None:
    assert redact("GB83 WEST ABCD EFGH 7654 32") == "GB83 WEST ABCD EFGH 7654 32"


@pytest.mark.parametrize("plate", PLATES)
def test_an_address_may_look_like_a_plate(plate: str) -> None:
    assert redact_address(plate) == plate


@pytest.mark.parametrize("text", [*EMAILS, *PHONES, *PESELS, *ACCOUNTS])
def test_an_address_has_nothing_else_of_a_person(text: str) -> None:
    assert redact_address(f"Rynek 1, {text}") == f"Rynek 1, {MARK}"


@pytest.mark.parametrize("city", ["wroclaw", "krakow"])
def test_phrases_of_samples_come_out_as_they_went_in(city: str) -> None:
    file = CHECKOUT / "fixtures" / "samples" / f"{city}.yaml"
    phrases = yaml.safe_load(file.read_text())
    texts = [
        text for kinds in phrases["services"].values() for some in kinds.values() for text in some
    ]
    assert len(texts) > 100
    assert [redact(text) for text in texts] == texts
    assert [redact_address(f"{street} 12") for street in phrases["streets"]] == [
        f"{street} 12" for street in phrases["streets"]
    ]


FOUND = (*EMAILS, *PHONES, *PESELS, *ACCOUNTS, *PLATES, MARK, "tel. ", "rej. ", "PESEL ", "(at)")
AMONG = (*" \t\n-/.,:;()[]@+*0123456789\u00a0Ż²٣", "00", "48", "PL", "DE", "A", "ul. ", " zł", "km")
PIECES = st.sampled_from(FOUND) | st.sampled_from(AMONG)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=20).map("".join))


@given(TEXTS)
@example("600 100 200-600 100 200-5")
def test_a_redacted_text_has_nothing_to_be_redacted(text: str) -> None:
    for mask in (redact, redact_address):
        assert mask(mask(text)) == mask(text)


@given(TEXTS)
def test_a_text_gets_no_longer_than_by_its_marks(text: str) -> None:
    for mask in (redact, redact_address):
        assert len(mask(text)) <= len(text) + mask(text).count(
            MARK
        )  # `a@b.c` and `D1 AB12` are longer


HARD = (
    "1 ",
    "12 ",
    "1",
    "a@",
    "a@b.",
    "a (at) ",
    "(at)",
    "AB ",
    "AB1",
    "AA11 ",
    "PL61 ",
    "00 1",
    "+1",
    "tel. 1",
)


@pytest.mark.parametrize("piece", HARD)
def test_the_longest_texts_are_read_to_their_end(piece: str) -> None:
    """Were a pattern not linear, this would not end."""
    text = (piece * 4000)[:4000]
    assert redact(redact(text)) == redact(text)
    assert redact(f"{text}\njan@example.org").endswith(MARK)
