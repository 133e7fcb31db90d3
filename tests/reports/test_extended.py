"""Answers as the public may read them."""

import pytest

from open311.reports.redaction import redact_answer


@pytest.mark.parametrize(
    ("question", "answer", "shown"),
    [
        ("Numer rejestracyjny", "D1 ABC", "[***]"),
        ("Numer rejestracyjny", "none", "none"),
        ("What is it on?", "A wall, call 600 311 311", "A wall, call [***]"),
        ("Width, or tel. 600 311 311?", "40", "40"),
        ("Width, or tel. 600 311 311?", "600 311 311", "[***]"),
        ("", "40", "40"),
    ],
)
def test_an_answer_is_masked_by_what_the_question_says_that_it_is(
    question: str, answer: str, shown: str
) -> None:
    assert redact_answer(question, answer) == shown
