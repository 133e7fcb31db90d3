"""What is wrong with a folder is told by file and line, all at once."""

from pathlib import Path

import pytest

from open311.catalogue.loading import ConfigurationError, jurisdiction_folders, load
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
    "a value that is no text": (S, "key: red", "key: yes # here", "True is not of type 'string'"),
    "an impossible date": (S, "{days: 3}", "{days: 2026-02-31} # here", "cannot be read"),
    "a tab": (U, "    name: Bystra Works", "\tname: # here", "found a tab character"),
    "a bracket too many": (S, "group: waste", "group: ] # here", "did not find expected"),
    # Fields.
    "an unknown field": (S, "- code: bin", "- colour: red # here\n    code: bin", "'colour'"),
    "no group": (S, "- code: bin\n    group: waste", "- code: bin # here", "'group' is a required"),
    "a wrong type": (S, "type: batch", "type: slow # here", "'slow' is not one of"),
    "two terms": (S, "{hours: 12}", "{hours: 12, days: 1} # here", "too many properties"),
    "no term": (S, "{hours: 12}", "{} # here", "should be non-empty"),
    "a wrong code": (S, "code: bin", "code: Full Bin # here", "does not match"),
    "a comma in a keyword": (S, "[kosz]}", "['kosz, śmieci']} # here", "does not match"),
    "a wrong prefix": (J, "prefix: BYS", "prefix: Bystra # here", "does not match"),
    # References.
    "no such group": (S, "group: waste", "group: water # here", "there is no group 'water'"),
    "no such unit": (S, "unit: cleaning", "unit: army # here", "there is no unit 'army'"),
    "no such zone": (J, "Asia/Kathmandu", "Asia/Atlantis # here", "no time zone 'Asia/Atlantis'"),
    "half a zone": (J, "Asia/Kathmandu", "Asia # here", "no time zone 'Asia'"),
    # Questions.
    "a gap": (S, "order: 2", "order: 3 # here", "order is 3, but it stands at place 2"),
    "no choices": (S, "- code: pole\n        order: 2\n        datatype: string",
                   "- code: pole # here\n        order: 2\n        datatype: multivaluelist",
                   "'values' is a required property"),
    "a line that must be answered": (S, "datatype: string", "datatype: string\n        variable: "
                                     "false\n        required: true # here", "False was expected"),
    # Texts that a language of the city misses.
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
    change(folder, U, "{en: Bins, pl: Kosze}", "{en: Bins}")
    change(folder, S, "unit: cleaning", "unit: army")
    change(folder, S, "group: waste", "group: water")
    (folder / "boundary.geojson").unlink()
    assert [place for place, _ in findings(folder)] == [
        line_of(folder, J, "Asia/Atlantis"),
        line_of(folder, U, "{en: Bins}"),
        line_of(folder, S, "group: water"),
        line_of(folder, S, "unit: army"),
        line_of(folder, J, "file: boundary.geojson"),
    ]


def test_files_that_cannot_be_read_as_such_are_all_told(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    (folder / J).unlink()
    (folder / U).write_text("")
    (folder / S).write_bytes(b"groups: \xff\xfe\n")
    told = dict(findings(folder))
    assert "No such file" in told[f"{J}:1"]
    assert "empty" in told[f"{U}:1"]
    assert f"{S}:1" in told


@pytest.mark.parametrize("content", ["- a list", "only words", "42"])
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, content: str) -> None:
    folder = write_bystra(tmp_path)
    (folder / U).write_text(content)
    [(place, text)] = findings(folder)
    assert place == f"{U}:1"
    assert "is not of type 'object'" in text


def test_an_alias_that_would_unfold_to_a_billion_is_refused_at_once(tmp_path: Path) -> None:
    folder = write_bystra(tmp_path)
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (folder / U).write_text("\n".join(lines))
    [(place, text)] = findings(folder)
    assert place == f"{U}:2"
    assert "aliases" in text


def test_the_real_cities_have_nothing_wrong() -> None:
    folders = jurisdiction_folders(CHECKOUT / "jurisdictions")
    assert [load(folder).jurisdiction["id"] for folder in folders] == ["krakow.pl", "wroclaw.pl"]


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
