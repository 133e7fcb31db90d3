"""Texts as the public may read them: what tells who somebody is, is masked.

Every public record passes here, thousands a second in an import. So a text is first looked at for
any sign that there may be something, and most have none. No pattern can take longer than in
proportion to the text: repetitions are bounded, or possessive and tried once.
"""

import re
from collections.abc import Callable
from functools import cache

from stdnum import iban, numdb
from stdnum.pl import pesel

from open311.reports.plates import mask_plates

# In no language; not escaped in XML, JSON or CSV; screen readers say "star", which they do not for
# blocks or dots; and the brackets tell that it was not the author.
MARK = "[***]"

_SIGN = re.compile(r"[0-9@(\[]")

_GAP = r"[ \t\u00a0\u202f-]"
_DASH = r"[ \t\u00a0\u202f.–-]"
_ANY = r"[ \t\u00a0\u202f.()/–-]"

# Where there are no seven digits near each other, there is neither account, PESEL nor telephone.
_SEVEN_DIGITS = re.compile(rf"[0-9](?:{_ANY}{{0,3}}[0-9]){{6}}")

_AT_SIGN = r"(?:@|[(\[]\s?(?i:at|małpa|malpa)\s?[)\]])"
_AT = re.compile(_AT_SIGN)
_EMAIL = re.compile(
    rf"(?<![\w.+%-])[\w.+%-]++[ \t\u00a0]{{0,2}}+{_AT_SIGN}[ \t\u00a0]{{0,2}}+"
    r"[\w-]++(?:(?:\.|\s?[(\[]\s?(?i:dot|kropka|punkt)\s?[)\]]\s?)[\w-]++)++"
)

_IBAN = re.compile(
    rf"(?<!\w)(?=(?P<country>[A-Za-z]{{2}}){_GAP}?[0-9]{{2}})[A-Za-z0-9](?:{_GAP}?[A-Za-z0-9]){{14,33}}"
)
_NRB = re.compile(rf"(?<!\w)(?:[Pp][Ll]{_GAP}?)?[0-9]{{2}}(?:{_GAP}?[0-9]{{4}}){{6}}(?!\w)")
_NRB_IN_GROUPS = re.compile(rf"(?<!\w)[0-9](?:{_GAP}{{0,2}}[0-9]){{25}}(?!{_GAP}?[0-9]|\w)")

_PESEL = re.compile(rf"(?<![\w+.,/-])[0-9](?:{_GAP}?[0-9]){{10}}(?!\w)")
_NAMED_PESEL = re.compile(
    rf"(?i:(?P<word>\bpesel\w{{0,3}}[ :.]{{0,3}}))[0-9](?:{_GAP}?[0-9]){{10}}(?!\w)"
)

_AREA = r"(?:1[2-8]|2[2-59]|3[2-4]|4[1-468]|5[24-689]|6[1-35-78]|7[14-7]|8[1-79]|9[145])"
_MOBILE = r"(?:39|45|5[0137]|6[069]|7[2389]|88)"
_NUMBER = rf"(?:{_AREA}|{_MOBILE})"
_AMOUNT = r"(?!\s?(?i:zł|pln|eur|€))"
_PHONE_START = r"(?<![\w+:-])(?<![0-9][.,])"
_PHONE_END = rf"(?!\w|[.,:-][0-9]){_AMOUNT}"
_OPENED = r"(?:\((?=[+0-9]{1,6}\)))?"  # a bracket that is closed after a code
_PHONES = (
    # With the code of a country; `+51.110012` is a latitude, `00-950` a postal code.
    re.compile(
        rf"(?P<word>){_OPENED}(?:(?<![0-9])\+(?![0-9]{{1,3}}\.[0-9]{{4}})|(?<![\w:.,/-])00 ?)"
        rf"(?:(?:48|380)(?:{_ANY}{{0,3}}[0-9]){{9}}|[1-9](?:{_ANY}{{0,3}}[0-9]){{7,14}})(?![0-9])"
    ),
    # Nine digits as Poles group them: 600 100 200, (71) 777 77 77, 71/777-77-77, 0-71 77 77 777.
    re.compile(
        rf"(?P<word>){_PHONE_START}(?:(?:\(48\)|48){_DASH}?)?{_NUMBER}[0-9](?:{_DASH}?[0-9]{{3}}){{2}}{_PHONE_END}"
    ),
    re.compile(
        rf"(?P<word>){_PHONE_START}(?:48{_DASH}?)?"
        rf"(?:\((?:0{_DASH}?)?{_NUMBER}\)|(?:0{_DASH}?)?{_NUMBER})[ \u00a0/-]{{0,2}}"
        rf"(?:[0-9]{{3}}{_DASH}?[0-9]{{2}}{_DASH}?[0-9]{{2}}|(?:[0-9]{{2}}{_DASH}?){{2}}[0-9]{{3}})"
        rf"{_PHONE_END}"
    ),
    # Ukrainian without the country, and Polish without the area.
    re.compile(
        rf"(?P<word>){_PHONE_START}0[0-9]{{2}}{_DASH}[0-9]{{3}}(?:{_DASH}[0-9]{{2}}){{2}}{_PHONE_END}"
    ),
    re.compile(rf"(?P<word>){_PHONE_START}[2-9][0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}{_PHONE_END}"),
    # After its name: at least seven digits, and no date.
    re.compile(
        r"(?P<word>\b(?i:tel|telefon(?:u|em|iczn\w{1,5})?|kom|komórk\w{1,3}|phone|mobile|handy|тел)\b"
        r"[.:]{0,2}\s{0,2}(?i:(?:nr|numer\w{0,3}|no|kom)\b[.:]{0,2}\s{0,2})?)"
        rf"(?!(?:19|20)[0-9]{{2}}-[0-9]|[0-9]{{1,2}}\.[0-9]{{1,2}}\.)"
        rf"{_OPENED}\+?{_OPENED}[0-9](?:{_ANY}{{0,3}}[0-9]){{6,14}}"
    ),
)


def redact(text: str) -> str:
    """Return a text without what tells who somebody is.

    E-mail addresses, telephone numbers, PESEL, bank accounts and number plates are each replaced by
    `MARK`. A text that was redacted comes out as it is.
    """
    return _repeat(_mask, text) if _SIGN.search(text) else text


def redact_address(text: str) -> str:
    """Return an address without what `redact` masks, but with what looks like a plate.

    A house number beside a name in capitals, as in `GKS 1A23`, is no plate there.
    """
    return _repeat(_mask_numbers, text) if _SIGN.search(text) else text


def redact_answer(question: str, answer: str) -> str:
    """Return an answer without what `redact` masks; the question may say what the answer is.

    Args:
        question: such as `Numer rejestracyjny`.
        answer: as it was sent.
    """
    before = f"{question}: "
    masked = redact(before + answer)
    return masked.removeprefix(before) if masked.startswith(before) else redact(answer)


def _repeat(mask: Callable[[str], str], text: str) -> str:
    """Mask until nothing is found, since what was masked may have hidden the edge of another."""
    masked = mask(text)
    while masked != text:
        text, masked = masked, mask(masked)
    return text


def _mask(text: str) -> str:
    return mask_plates(_mask_numbers(text), MARK)


def _mask_numbers(text: str) -> str:
    if "@" in text or (("(" in text or "[" in text) and _AT.search(text)):
        text = _EMAIL.sub(MARK, text)
    if not _SEVEN_DIGITS.search(text):
        return text
    text = _mask_accounts(text)
    text = _NAMED_PESEL.sub(_after_word, text)
    text = _PESEL.sub(_mask_pesel, text)
    for phone in _PHONES:
        text = phone.sub(_after_word, text)
    return text


def _after_word(match: re.Match[str]) -> str:
    return match["word"] + MARK


def _mask_pesel(match: re.Match[str]) -> str:
    found = match[0]
    # In more than four groups it is a list of numbers that happens to have the check digit.
    groups = len(re.split(_GAP, found))
    return MARK if groups <= 4 and pesel.is_valid(re.sub(_GAP, "", found)) else found


def _mask_accounts(text: str) -> str:
    text = _NRB.sub(MARK, text)
    text = _NRB_IN_GROUPS.sub(lambda match: MARK if _is_iban("PL" + match[0]) else match[0], text)
    start = 0
    while match := _IBAN.search(text, start):
        end = _end_of_iban(match)
        if end:
            text = text[: match.start()] + MARK + text[end:]
        start = match.start() + (len(MARK) if end else 1)
    return text


def _end_of_iban(match: re.Match[str]) -> int:
    """Return where the IBAN of a match ends, or 0; the match may go on into the words after it."""
    length = _iban_length(match["country"].upper())
    places = [place for place, letter in enumerate(match[0]) if letter.isalnum()]
    if not length or len(places) < length:
        return 0
    end = places[length - 1] + 1
    return match.start() + end if _is_iban(match[0][:end]) else 0


def _is_iban(number: str) -> bool:
    return iban.is_valid(re.sub(_GAP, "", number), check_country=False)


@cache
def _iban_length(country: str) -> int:
    info = numdb.get("iban").info(country)[0][1]
    return 4 + sum(int(number) for number in re.findall("[0-9]+", info["bban"])) if info else 0
