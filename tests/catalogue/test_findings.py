"""What is wrong with a folder is told by file and line, all at once."""

from pathlib import Path

import pytest

from open311.catalogue.checking_schema import MOST_FINDINGS
from open311.catalogue.folders import FolderInMemory
from open311.catalogue.loading import (
    ConfigurationError,
    jurisdiction_folders,
    load,
    load_folder,
)
from open311.settings import CHECKOUT
from tests.folders import change, line_of, write_bystra

J, U, S = "jurisdiction.yaml", "units.yaml", "services.yaml"

# In which file, what stands there, what is put in its place, what is said of the line "# here".
WRONG = {
    # What stands twice.
    "a service": (S, "code: bin", "code: lamp # here", "the code 'lamp' stands twice in services"),
    "a group": (S, "services:", "  - code: streets # here\n    name: {en: A, pl: A}\n\nservices:",
                "the code 'streets' stands twice in groups"),
    "a unit": (U, "Kosze}\n", "Kosze}\n  - code: works # here\n    name: A\n    description: {en: A"
               ", pl: A}\n", "the code 'works' stands twice in units"),
    "a question": (S, "code: pole", "code: colour # here", "'colour' stands twice in attributes"),
    "a choice": (S, "key: white", "key: red # here", "the key 'red' stands twice in values"),
    "a key": (S, "term: {days: 1}", "term: {days: 1}\n    term: # here", "'term' stands twice"),
    "a language": (J, "[en, pl]", "[en, en] # here", "has non-unique elements"),
    # What YAML allows, or reads in its own way.
    "an alias": (S, "code: tip\n    group: streets\n    name: {en: Tip, pl: Wskazówka}\n    desc",
                 "code: tip\n    group: streets\n    name: &tip {en: Tip, pl: Wskazówka}\n    "
                 "notice: *tip # here\n    desc", "aliases"),
    "a key that is no text": (U, "name: Bystra Works", "no: 1 # here", "put it in quotes"),
    "a value that is no text": (S, "key: red", "key: yes # here", "true must be text"),
    "an impossible date": (S, "{days: 3}", "{days: 2026-02-31} # here", "cannot be read"),
    "a date that is none": (S, "{days: 3}", "{days: !!timestamp x} # here", "cannot be read"),
    "a truth that is none": (S, "{days: 3}", "{days: !!bool x} # here", "cannot be read"),
    "a character that is none": (U, "name: Bystra Works", 'name: "a\\0b" # here', "is not text"),
    "a key of such": (U, "name: Bystra Works", '"a\\0b": x # here', "is not text"),
    "a tab": (U, "    name: Bystra Works", "\tname: # here", "found a tab character"),
    "a bracket too many": (S, "group: waste", "group: ] # here", "did not find expected"),
    # Fields.
    "an unknown field": (S, "- code: bin", "- colour: red # here\n    code: bin", "'colour'"),
    "no group": (S, "- code: bin\n    group: waste", "- code: bin # here", "'group' is missing"),
    "a wrong type": (S, "type: batch", "type: slow # here", "'slow' is none of: realtime"),
    "two terms": (S, "{hours: 12}", "{hours: 12, days: 1} # here", "too many properties"),
    "no term": (S, "{hours: 12}", "{} # here", "should be non-empty"),
    "a wrong code": (S, "code: bin", "code: Full Bin # here", "Small letters, digits"),
    "a comma in a keyword": (S, "[kosz]}", "['kosz, śmieci']} # here", "without commas"),
    "a slug of ours": (J, "slug: bystra", "slug: my # here", "the slug 'my' is the beginning of"),
    "a wrong prefix": (J, "prefix: BYS", "prefix: Bystra # here", "2 to 4 capital letters"),
    # References.
    "no such group": (S, "group: waste", "group: water # here", "there is no group 'water'"),
    "no such unit": (S, "unit: cleaning", "unit: army # here", "there is no unit 'army'"),
    "no such zone": (J, "Asia/Kathmandu", "Asia/Atlantis # here", "no time zone 'Asia/Atlantis'"),
    "half a zone": (J, "Asia/Kathmandu", "Asia # here", "no time zone 'Asia'"),
    # Questions.
    "a gap": (S, "order: 2", "order: 3 # here", "order is 3, but it stands at place 2"),
    "no choices": (S, "- code: pole\n        order: 2\n        datatype: string",
                   "- code: pole # here\n        order: 2\n        datatype: multivaluelist",
                   "the field 'values' is missing"),
    "a line that must be answered": (S, "datatype: string", "datatype: string\n        variable: "
                                     "false\n        required: true # here", "False was expected"),
    # Texts that are in no language of the city.
    "a name for others": (S, "{en: Red, pl: Czerwony}", "{de: Rot} # here", "missing in en, pl"),
    "a contact for others": (J, "{en: At the town hall, pl: W ratuszu}", "{de: Hier} # here",
                             "contact is missing in en, pl"),
    # Terms, and when units are there for them.
    "half a day": (S, "{days: 3}", "{days: 1.5} # here", "1.5 must be a whole number"),
    "no days": (S, "{days: 3}", "{working_days: 0} # here", "less than the minimum"),
    "hours of a unit that has none": (S, "{days: 3}", "{working_hours: 8} # here",
                                      "service lamp: working_hours are no measure for unit works"),
    "no such preset": (S, "{days: 3}", "{preset: petition} # here", "is none of: complaint"),
    "a preset of another country": (S, "{days: 3}", "{preset: motion} # here", "`holidays: PL`"),
    "no such country": (J, "prefix: BYS", "prefix: BYS\nholidays: QQ # here", "known for 'QQ'"),
    "no such part": (J, "prefix: BYS", "prefix: BYS\nholidays: DE-QQ # here", "known for 'DE-QQ'"),
    "a country that YAML knows": (J, "prefix: BYS", "prefix: BYS\nholidays: NO # here",
                                  "false must be text: put it in quotes"),
    "no such weekday": (U, "name: Bystra Works", "name: A\n    hours: {noon: 10:00-11:00} # here",
                        "there is no field 'noon'; there are: mon"),
    "no such time": (U, "name: Bystra Works", "name: A\n    hours: {mon: 10:00-25:00} # here",
                     "Such as 07:30-15:30"),
    "a night": (U, "name: Bystra Works", "name: A\n    hours: {mon: 22:00-06:00} # here",
                "unit works: mon: 22:00-06:00 ends before it begins"),
    "spans that overlap": (U, "name: Bystra Works",
                           "name: A\n    hours: {mon: '08:00-12:00, 11:00-13:00'} # here",
                           "overlaps"),
    # Notices.
    "a word that is none": (S, "pl: Dziękujemy.}", "pl: 'Do {date}.'} # here",
                            "service tip: a notice may name {term} and {expected}"),
    "a word within": (S, "pl: Dziękujemy.}", "pl: 'Do {term.number}.'} # here", "no braces else"),
    "half a brace": (S, "pl: Dziękujemy.}", "pl: 'Do {term}}.'} # here", "no braces else"),
    "a language without words": (S, "pl: Dziękujemy.}", "pl: A, cs: 'Do {term}.'} # here",
                                 "no words for {term} and {expected} in cs"),
}  # fmt: skip

# What stands there, what is put in its place, and what it lacks; enough to be used all the same.
MISSING = {
    "name": (S, "{en: Full bin, pl: Pełny kosz}", "{en: Full} # here", "name is missing in pl"),
    "keywords": (S, "{en: [bin], pl: [kosz]}", "{pl: [kosz]} # here", "keywords is missing in en"),
    "notice": (S, "{en: Thank you., pl: Dziękujemy.}", "{en: Thanks} # here", "notice is missing"),
    "name of a group": (S, "{en: Waste, pl: Odpady}", "{en: Waste} # here", "missing in pl"),
    "a question's text": (S, "{en: Number on the pole, pl: Numer słupa}", "{en: Number} # here",
                          "description is missing in pl"),
    "name of a choice": (S, "{en: Red, pl: Czerwony}", "{en: Red} # here", "name is missing in pl"),
    "text of a unit": (U, "{en: Bins, pl: Kosze}", "{en: Bins} # here", "missing in pl"),
    "contact": (J, "{en: At the town hall, pl: W ratuszu}", "{pl: Tu} # here", "missing in en"),
    "name of areas": (J, "{en: Quarter, pl: Dzielnica}", "{en: Quarter} # here", "missing in pl"),
}  # fmt: skip


def findings(folder: Path) -> list[tuple[str, str]]:
    """Load a folder that is wrong; return file and line, and what is said of each."""
    with pytest.raises(ConfigurationError) as refusal:
        load(folder)
    told = [str(one).removeprefix(f"{folder}/") for one in refusal.value.findings]
    return [(place, text) for place, _, text in (one.partition(": ") for one in told)]


@pytest.mark.parametrize(("file", "old", "new", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = write_bystra(tmp_path)
    change(folder, file, old, new)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, file, "# here")
    assert said in text


@pytest.mark.parametrize(("file", "old", "new", "said"), MISSING.values(), ids=MISSING)
def test_a_text_that_some_language_lacks_is_a_warning_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = write_bystra(tmp_path)
    change(folder, file, old, new)
    [warning] = load(folder).warnings
    place, _, text = str(warning).removeprefix(f"{folder}/").partition(": ")
    assert place == line_of(folder, file, "# here")
    assert text.startswith("warning: ")
    assert said in text


def test_what_is_wrong_is_told_beside_what_is_only_missing(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, S, "{en: Full bin, pl: Pełny kosz}", "{en: Full}")
    change(folder, S, "group: waste", "group: water")
    told = [text for _, text in findings(folder)]
    assert told == ["service bin: there is no group 'water'", "warning: name is missing in pl"]


def test_working_hours_need_hours_of_every_unit_that_may_get_the_request(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, S, "{days: 3}", "{working_hours: 8}")
    change(folder, U, "name: Bystra Works", "name: Bystra Works\n    hours: {mon: 08:00-16:00}")
    assert load(folder).warnings == []
    rule = "by_attribute:\n- {service: lamp, attribute: colour, units: {red: cleaning}}\n"
    (folder / "routing.yaml").write_text(rule)
    [(place, text)] = findings(folder)
    assert place == line_of(folder, S, "{working_hours: 8}")
    assert "unit cleaning, which has no hours" in text


def test_choices_belong_to_lists_only(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, S, "datatype: singlevaluelist", "datatype: text")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, S, "values:")
    assert "values" in text


def test_a_service_that_gives_no_id_must_say_something_else(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, S, "    notice: {en: Thank you., pl: Dziękujemy.}\n", "")
    [(place, text)] = findings(folder)
    assert place == line_of(folder, S, "code: tip")
    assert "notice" in text


def test_everything_wrong_in_all_files_is_told_at_once(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    change(folder, J, "Asia/Kathmandu", "Asia/Atlantis")
    change(folder, U, "{en: Bins, pl: Kosze}", "{de: Eimer}")
    change(folder, S, "unit: cleaning", "unit: army")
    change(folder, S, "group: waste", "group: water")
    (folder / "boundary.geojson").unlink()
    assert [place for place, _ in findings(folder)] == [
        line_of(folder, J, "Asia/Atlantis"),
        line_of(folder, U, "{de: Eimer}"),
        line_of(folder, S, "group: water"),
        line_of(folder, S, "unit: army"),
        line_of(folder, J, "file: boundary.geojson"),
    ]


def test_files_that_cannot_be_read_as_such_are_all_told(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    (folder / J).write_text("")
    (folder / U).unlink()
    (folder / S).write_bytes(b"groups: \xff\xfe\n")
    told = dict(findings(folder))
    assert "empty" in told[f"{J}:1"]
    assert "No such file" in told[f"{U}:1"]
    assert f"{S}:1" in told


def test_a_folder_of_something_else_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    [finding] = caught.value.findings
    assert str(finding) == (
        f"{tmp_path}: this is no folder of a jurisdiction: there is no jurisdiction.yaml"
    )


@pytest.mark.parametrize("content", ["- a list", "only words", "42"])
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, content: str) -> None:
    folder = write_bystra(tmp_path)
    (folder / U).write_text(content)
    [(place, text)] = findings(folder)
    assert place == f"{U}:1"
    assert "must be fields with values" in text


def test_an_alias_that_would_unfold_to_a_billion_is_refused_at_once(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (folder / U).write_text("\n".join(lines))
    [(place, text)] = findings(folder)
    assert place == f"{U}:2"
    assert "aliases" in text


@pytest.mark.parametrize("nested", ["[" * 1_000_000, "- " * 100_000, "{a: " * 100_000])
def test_what_is_nested_without_end_is_refused_at_once(tmp_path: Path, nested: str) -> None:
    folder = write_bystra(tmp_path)
    (folder / U).write_text(nested)
    assert findings(folder) == [(f"{U}:1", "nested more than 30 deep")]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    with (folder / U).open("wb") as file:
        file.truncate(20_000_001)
    assert findings(folder) == [(f"{U}:1", "larger than 20,000,000 bytes")]


def test_the_real_cities_have_nothing_wrong() -> None:
    folders = jurisdiction_folders(CHECKOUT / "jurisdictions")
    cities = [load(folder) for folder in folders]
    assert [city.jurisdiction_id for city in cities] == ["krakow.pl", "wroclaw.pl"]
    assert [city.warnings for city in cities] == [[], []]


def test_a_folder_that_is_right_gives_what_its_files_say(tmp_path: Path) -> None:
    configuration = load(write_bystra(tmp_path))
    assert [service["code"] for service in configuration.services] == ["lamp", "bin", "tip"]
    assert [unit["code"] for unit in configuration.units] == ["works", "cleaning"]
    assert configuration.boundary.bounds == (10.0, 47.0, 10.2, 47.1)
    assert [area.code for area in configuration.areas[0].areas] == ["west", "east"]


def test_a_changed_file_changes_the_digest_and_nothing_else_does(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    before = load(folder).digest
    (folder / "notes.txt").write_text("Not read by anyone.")
    assert load(folder).digest == before
    change(folder, U, "Bystra Works", "Bystra Streets")
    assert load(folder).digest != before


def test_of_a_thousand_things_that_are_wrong_enough_are_told_in_short() -> None:
    services = {"groups": [], "services": [{}] * 1000, "x" * 10_000: 1}
    with pytest.raises(ConfigurationError) as refused:
        load_folder(FolderInMemory({"services.yaml": services}))
    assert len(refused.value.findings) == MOST_FINDINGS + 2
    assert max(len(finding.text) for finding in refused.value.findings) < 600
