"""Number plates in a text.

Polish ones are told by their county, for a house number beside a word looks like a plate. The
second letters that the law keeps for when numbers run out (`VW`, `ID`, `IT`, `MOT`) are not among
them, since many of those are words. What a text itself calls a plate is one in any form.
"""

import re

_COUNTIES = {
    "B": "I L S AU BI GR HA IA KL LM MN SE SI SK SU WM ZA",
    "C": "B G T W AL BR BY CH GD GR IN LI MG NA RA RY SE SW TR TU WA WL ZN",
    "D": "B J L W X BA BL DZ GL GR JA JE KA KL LB LE LU LW MI OA OL PL SR ST SW TR WL WR ZA ZG ZL",
    "E": "D L P S BE BR KU LA LC LE LW OP PA PD PI PJ RA RW SI SK TM WE WI ZD ZG",
    "F": "G Z GW KR MI NW SD SL SU SW WS ZA ZG ZI",
    "G": "A D S BY CH CZ DA KA KS KW KY KZ LE MB ND PU SL SP ST SZ TC WE WO",
    "K": "K N R T BA BC BR CH DA GR LI MI MY NS NT OL OS PR RA RK SU TA TT WA WI",
    "L": "B C U Z BI BL CH HR JA KR KS LB LE LU OP PA PU RA RY SW TM UB WL ZA",
    "N": "E O BA BR DZ EB EL GI GO IL KE LI MR NI NM OE OL OS PI SZ WE",
    "O": "B K P GL KL KR NA NY OL PO PR ST",
    "P": "A K L N O P Y Z CH CT GN GO GS JA KA KE KL KN KO KR KS LE MI NT OB OS OT OZ PL RA SE SL"
    " SR SZ TU WA WL WR ZL",
    "R": "K P T Z BI BR DE JA JS KL KR LA LE LS LU MI NI PR PZ RS SA SR ST TA ZE ZR ZZ",
    "S": "B C D E G H I J K L M O R T W Y Z BE BI BL BN CI CN CZ GL JZ KL LU MI MY PI PS RB RC RS"
    " TA WD WZ ZA ZO ZY",
    "T": "K BU JE KA KI KN LW OP OS PI SA SK ST SZ",
    "W": "A B D E F G H I J K L M N O P R S T U V W X Y Z BR CI GM GR GS KZ LI LS MA ML ND OR OS OT"
    " PA PI PL PN PP PR PS PU PW PX PY PZ RA SC SE SI SK SZ WE WL WY ZU ZW ZY",
    "Z": "K S Z BI CH DR GL GR GY KA KL KO LO MY PL PY SD SL ST SW SZ WA",
}
_PREFIXES = frozenset(
    first + rest for first, counties in _COUNTIES.items() for rest in counties.split()
)

# Prefixes that are words, as in `ok. 12000` or `lub 100km`.
_AS_WORDS = (
    "EL ES NE NO OB OK OP PL PN PO PP SE SI SO ST SZ WE WG WO WS WT WZ DOL LUB ONA OST POT TOP"
)
_WORDS = frozenset(_AS_WORDS.split())

# 9 is a digit, A a letter that may stand there: not B, D, I, O, Q, Z.
_FORM = str.maketrans("0123456789ACEFGHJKLMNPRSTUVWXY", "9" * 10 + "A" * 20)
_FORMS = {
    2: frozenset({"99999", "9999A", "999AA", "9A999", "9AA99"}),
    3: frozenset(
        {"99999", "9999A", "999AA", "A999", "AA99", "9A99", "99A9", "9AA9", "A99A", "A9AA"}
    ),
}
_RARE_FORMS = {  # motorcycles, and black plates of before 2000
    2: frozenset({"A999", "9A99", "99A9"}),
    3: frozenset({"9999", "999A"}),
}
_AMOUNTS = frozenset({"99999", "9999A", "999AA", "999A", "9999"})  # 12000, 1000m, 100km

_LETTER = r"[^\W\d_]"
_START = r"(?<![\w-])"
_GAP = r"[ \u00a0-]"
_END = r"(?!\w|[-/.:,](?:[0-9]|\[\*))"

# Every plate has a digit after one to five letters, or after a blank and one to three letters. Few
# other digits do, so most house numbers end here.
_SIGN = re.compile(
    "[0-9](?:"
    + "|".join(rf"(?<=\b{_LETTER * number}[0-9])" for number in range(1, 6))
    + "|"
    + "|".join(rf"(?<=\b{_LETTER * number}{_GAP}[0-9])(?=[A-Z0-9a-z])" for number in range(1, 4))
    + ")"
)

_AMOUNT = r"(?!\s?(?:€|(?i:zł|pln|eur|tys|km|osób)\b))"
_BODY = r"[0-9][A-Za-z0-9]{1,4}"
_POLISH = re.compile(
    rf"{_START}(?:(?P<prefix>[A-Za-z]{{2,3}}){_GAP}(?P<body>[A-Za-z]{{0,2}}{_BODY})"
    rf"|(?P<glued>[A-Za-z]{{2,5}}{_BODY})){_END}{_AMOUNT}"
)

# Not S, which is a motorway: `S8 WIDOK`. Three letters alone may be a building: `D1 PWR`.
_INDIVIDUAL = re.compile(
    rf"{_START}[BCDEFGKLNOPRTWZ][0-9]{_GAP}?"
    rf"(?:[A-Z]{{4,5}}|[A-Z]{{3,4}}[0-9]|[A-Z]{{2,3}}[0-9]{{2}}){_END}"
)

_LATIN, _CYRILLIC = "ABCEHIKMOPTX", "АВСЕНІКМОРТХ"
_UKRAINIAN = re.compile(
    rf"{_START}(?:[ABC][{_LATIN}]|KA|[АВС][{_CYRILLIC}]|КА){_GAP}?[0-9]{{4}}"
    rf"{_GAP}?(?:[{_LATIN}]{{2}}|[{_CYRILLIC}]{{2}}){_END}"
)

# Berlin, the Länder along the border, the largest cities. Others look too much like other codes.
_GERMAN = re.compile(
    rf"{_START}(?:[BCDFHKLMNPSZ]|BAR|BRB|BZ|CB|DD|EE|ERZ|FF|FG|GR|HB|HH|HRO|HVL|LDS|LOS|MD|MEI|MOL"
    rf"|OHV|OSL|PIR|PM|SPN|TF|UM|VG|VR)-[A-Z]{{2}}{_GAP}?[0-9]{{2,4}}[EH]?{_END}"
)

# What follows the word for a plate, in capitals: `rejestracja w 2024` is none.
_CAPITAL = r"[^\W\d_a-ząćęłńóśźż]"
_NAMED = re.compile(
    r"(?P<word>\b(?i:rej(?:estrac\w*+)?|kennzeichen|(?:number|licen[cs]e) plate|номерний знак)\b"
    r"[.:]?\s{0,2}(?i:(?:nr|numer|no|auta|pojazdu)\b[.:]?\s{0,2})?)"
    rf"(?:[A-Z][0-9]{_GAP}?[A-Z0-9]{{3,5}}"
    rf"|{_CAPITAL}{{1,3}}{_GAP}?(?:{_CAPITAL}{{1,2}}{_GAP}?)?[0-9][A-Z0-9]{{1,4}}"
    rf"(?:{_GAP}?{_CAPITAL}{{2}})?){_END}"
)


def mask_plates(text: str, mark: str) -> str:
    """Return a text with `mark` in the place of each number plate."""
    if not _SIGN.search(text):
        return text
    shouting = text.isupper() and len(text.split()) > 2
    text = _NAMED.sub(lambda match: match["word"] + mark, text)
    text = _GERMAN.sub(mark, text)
    text = _UKRAINIAN.sub(mark, text)
    if not shouting:  # in `B2 STOI OTWARTY` there is none
        text = _INDIVIDUAL.sub(mark, text)
    return _POLISH.sub(lambda match: _mask_polish(match, mark, shouting), text)


def _mask_polish(match: re.Match[str], mark: str, shouting: bool) -> str:
    before, glued = "", match["glued"]
    if not glued:
        if _has_form(match["prefix"], match["body"], shouting, rare=True):
            return mark
        before, glued = match[0][: -len(match["body"])], match["body"]  # as in `to DW12345`
    is_plate = any(_has_form(glued[:end], glued[end:], shouting, rare=False) for end in (2, 3))
    return before + mark if is_plate else match[0]


def _has_form(prefix: str, body: str, shouting: bool, rare: bool) -> bool:
    county = prefix.upper()
    if county not in _PREFIXES:
        return False
    form = body.upper().translate(_FORM)
    capitals = f"{prefix}{body}".isupper()
    if county in _WORDS and (not capitals or (shouting and form in _AMOUNTS)):
        return False
    if form in _FORMS[len(county)]:
        return True
    return rare and capitals and form in _RARE_FORMS[len(county)] and not _is_year(body)


def _is_year(body: str) -> bool:
    return body.isdigit() and body[:2] in {"19", "20"}
