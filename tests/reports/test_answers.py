"""Answers to a service's attributes: whatever is said, it fits or there is a problem to tell."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from open311.catalogue.model import Attribute, Choice, Service, Term
from open311.errors import Problem
from open311.georeport.fields import DATATYPES
from open311.messages import LANGUAGES, translate
from open311.reports.answers import check_answers

LISTS = ("singlevaluelist", "multivaluelist")
# Texts that look like numbers and dates, and texts that look like nothing.
NUMBERS = st.from_regex(r"\A[+-]?[0-9]{0,5}[.,eE]?[0-9]{0,5}\Z")
DATES = st.from_regex(
    r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|\+0[0-9]00)?)?\Z"
)
SAID = NUMBERS | DATES | st.text(max_size=50) | st.sampled_from(["a", "b", "a,b", "NaN", "9" * 400])


def asking(datatype: str, *, required: bool = False, variable: bool = True) -> Service:
    """Return a service that asks one thing; of a list, a and b can be chosen."""
    values = (Choice("a", {"pl": "A"}), Choice("b", {"pl": "B"})) if datatype in LISTS else ()
    question = Attribute("what", 1, variable, datatype, required, {"pl": "Co?"}, {}, values)
    return Service(
        service_code="thing",
        group={},
        name={},
        description={},
        keywords={},
        type="realtime",
        term=Term("days", 1),
        notice={},
        attributes=(question,),
    )


def problems(service: Service, *said: str) -> list[str]:
    return [problem.message for problem in check_answers(service, {"what": said} if said else {})]


@pytest.mark.parametrize("datatype", DATATYPES)
@given(said=st.lists(SAID, max_size=3), required=st.booleans(), variable=st.booleans())
def test_whatever_is_said_it_fits_or_there_is_a_problem_that_can_be_told(
    datatype: str, said: Sequence[str], required: bool, variable: bool
) -> None:
    service = asking(datatype, required=required, variable=variable)
    for problem in check_answers(service, {"what": said, "other": said}):
        assert isinstance(problem, Problem)
        for language in LANGUAGES:
            assert "what" in translate(language, problem.message, **problem.values)


@pytest.mark.parametrize("datatype", DATATYPES)
def test_only_what_is_required_must_be_said(datatype: str) -> None:
    assert problems(asking(datatype)) == []
    assert problems(asking(datatype, required=True)) == ["attribute-required"]


@pytest.mark.parametrize("datatype", DATATYPES)
def test_a_line_that_is_only_to_be_read_asks_nothing(datatype: str) -> None:
    line = asking(datatype, required=True, variable=False)
    assert problems(line) == problems(line, "x", "y\nz") == []


@pytest.mark.parametrize("datatype", [one for one in DATATYPES if one != "multivaluelist"])
def test_only_of_a_list_of_several_values_may_several_be_said(datatype: str) -> None:
    assert problems(asking(datatype), "1", "2") == ["attribute-repeated"]
    assert problems(asking("multivaluelist"), "a", "b") == []


@pytest.mark.parametrize("datatype", LISTS)
@given(said=SAID)
def test_of_a_list_only_its_keys_may_be_said(datatype: str, said: str) -> None:
    assert problems(asking(datatype), said) == ([] if said in ("a", "b") else ["attribute-choice"])


def test_every_value_that_is_not_in_the_list_is_a_problem_of_its_own() -> None:
    assert problems(asking("multivaluelist"), "c", "a", "d") == ["attribute-choice"] * 2


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1e9, max_value=1e9))
def test_every_decimal_is_a_number(number: object) -> None:
    assert problems(asking("number"), f"{number:f}") == []


@given(SAID)
def test_what_is_taken_for_a_number_is_one(said: str) -> None:
    if not problems(asking("number"), said):
        assert abs(float(said)) < float("inf")
        assert said.isascii()
        assert "e" not in said.lower()


@given(st.datetimes(), st.sampled_from(["", "Z", "z", "+02:00", "-0330"]))
def test_every_date_and_time_is_one_with_and_without_its_zone(moment: object, zone: str) -> None:
    assert problems(asking("datetime"), f"{moment:%Y-%m-%d}".zfill(10)) == []
    assert (
        problems(asking("datetime"), f"{moment:%Y-%m-%d}".zfill(10) + f"T{moment:%H:%M}{zone}")
        == []
    )


@pytest.mark.parametrize(
    "said",
    ["", "2026", "2026-3-29", "2026-02-29", "2026-13-01", "0000-01-01", "2026-03-29T24:01",
     "20260329", "2026-03-29T10", "2026-03-29Z", "2026-03-29T10:00+25:00", "2026-W13-7",
     "２０２６-03-29", "now"],
)  # fmt: skip
def test_what_is_no_date_is_none(said: str) -> None:
    assert problems(asking("datetime"), said) == ["attribute-datetime"]


@given(SAID)
def test_a_string_is_one_line_and_a_text_any(said: str) -> None:
    assert problems(asking("string"), said) == (["attribute-string"] if "\n" in said else [])
    assert problems(asking("text"), said) == []
