"""How addresses are compared: one spelling for what a register has and what a person writes.

Case, diacritics, punctuation and the usual abbreviations do not count; other alphabets than the
Latin one stay as they are. Both sides go through the same functions, so a register that was
imported with other rules has to be imported again.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

# Letters that do not come apart into a Latin letter and a mark.
_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i",
                          "–": "-", "—": "-", "№": " nr "})  # fmt: skip
_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f]+")

_FLAT = "m|lok|lokal|mieszkanie|kv|кв|whg|wohnung|flat|apt"
_RULES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"str\.", "strasse "),
        (r"[^\w,/-]+|_", " "),
        (r"\b(?:nr|numer) (?=\d)", ""),
        # A number with its letter and its flat is one word: 53 A m. 4 is 53a/4.
        (rf"\b(\d+ ?[a-z]?) ?(?:{_FLAT}) ?(?=\d)", r"\1/"),
        (r"(?<=\d)( ?[a-z])? ?/ ?(?=\d)", r"\1/"),
        (r"\b(\d+) ([a-z])(?= ?(?:$|[,/]))", r"\1\2"),
        (r"(?<=\d) - (?=\d+[a-z]?(?![\d-]))", "-"),
        # All other slashes and hyphens only divide words.
        (r"(?<!\d)(?<!\d[a-z])/|/(?!\d)|(?<!\d)-|-(?!\d)", " "),
    )
]

_STREET = {"ul", "ulica"}
_SHORT = {
    long: short
    for short, longs in {
        "plac": "pl",
        "aleja": "al aleje",
        "osiedle": "os",
        "bulwar": "bulw",
        "skwer": "skw",
        "wybrzeze": "wyb wybrz",
        "strasse": "str",
        "sw": "swiety swieta swietego swietej swietych",
        "bl": "blogoslawionego blogoslawionej",
        "gen": "general generala",
        "marsz": "marszalek marszalka",
        "adm": "admirala",
        "plk": "pulkownika",
        "mjr": "major majora",
        "rtm": "rotmistrza",
        "kpt": "kapitana",
        "por": "porucznika",
        "ks": "ksiadz ksiedza ksiecia",
        "bp": "biskup biskupa",
        "abp": "arcybiskupa",
        "kard": "kardynala",
        "prof": "profesor profesora",
        "dr": "doktor doktora",
        "inz": "inzyniera",
    }.items()
    for long in longs.split()
}

_NUMBER = re.compile(r"\d+[a-z]?(?:[/-]\d+[a-z]?)*")
_ZIPCODE = re.compile(r"\d\d-\d{3}|\d{5}")
_MOST_READINGS = 8


@dataclass(frozen=True)
class Reading:
    """One way to understand an address: a street and a house number, as they are compared."""

    street_key: str
    number_key: str


@dataclass(frozen=True)
class Spelled:
    """What a person wrote, as it can be looked up.

    Attributes:
        readings: the ways to understand it, the likeliest first.
        zipcodes: the zip codes in it.
        words: all of its words, among which a city may be.
    """

    readings: Sequence[Reading]
    zipcodes: Sequence[str]
    words: str


@lru_cache(maxsize=65536)
def street_key(street: str) -> str:
    """Return a street as it is compared: `ul. Świdnicka` as `swidnicka`."""
    return _street(plain(street).replace(",", " ").split())


@lru_cache(maxsize=65536)
def number_key(house_number: str) -> str:
    """Return a house number as it is compared: `53 A m. 4` as `53a/4`."""
    return " ".join(plain(house_number).replace(",", " ").split())


def is_zipcode(text: str) -> bool:
    """Tell whether a word has the form of a Polish, German or Ukrainian zip code."""
    return _ZIPCODE.fullmatch(text) is not None


def spell(text: str) -> Spelled:
    """Understand what a person wrote: `Swidnicka 53/4, 50-030 Wrocław`.

    The street may stand before the number or after it, with or without a comma between; zip code,
    city and remarks may stand around them. A number with a flat is also read without the flat.
    """
    parts = [part.split() for part in plain(text).split(",")]
    words = [word for part in parts for word in part]
    return Spelled(
        list(dict.fromkeys(islice(_readings([part for part in parts if part]), _MOST_READINGS))),
        [word for word in words if is_zipcode(word)],
        " ".join(words),
    )


def plain(text: str) -> str:
    """Return a text as it is compared, abbreviations and commas left in it."""
    letters = unicodedata.normalize("NFD", text.casefold().translate(_LETTERS))
    spelled = unicodedata.normalize("NFC", _MARKS.sub("", letters))
    for pattern, replacement in _RULES:
        spelled = pattern.sub(replacement, spelled)
    return spelled.strip()


def _street(words: Sequence[str]) -> str:
    # What stands before "ul." is no part of the street: "Wrocław ul. Świdnicka".
    for place, word in enumerate(words):
        if word in _STREET:
            words = words[place + 1 :]
            break
    return " ".join(_SHORT.get(word, word) for word in words)


def _readings(parts: Sequence[Sequence[str]]) -> Iterator[Reading]:
    for before, part in zip([[], *parts], parts, strict=False):
        # The longest street first: "al. 3 Maja 5" is the number 5.
        for place in reversed(range(len(part))):
            if _NUMBER.fullmatch(part[place]) and not is_zipcode(part[place]):
                # "Хрещатик, 22" has the street in the part before, "22 Baker Street" after it.
                street = part[:place] or part[1:] or before
                yield from _with_number(_street(street), part[place])
    for part in parts:
        yield Reading(_street(part), "")


def _with_number(street: str, number: str) -> Iterator[Reading]:
    yield Reading(street, number)
    if "/" in number:
        yield Reading(street, number.rpartition("/")[0])
