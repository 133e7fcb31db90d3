"""A city's own words in mail: checked, and never more than words."""

import pytest

from open311.messages.overriding import MAIL_LANGUAGES, Wording, mail_texts, wrong_in_text

KEY = "mail-received-text"

FINE = [
    "Thank you.",
    "Thank you, says { $city }.",
    "First.\n\nSecond, of { $service }.\n  Indented.",
    "{ $city ->\n    [Bystra] Hello\n   *[other] Good day\n}",
    "a\n\nmail-note = b",
    "# no comment",
    '{ "{" } a brace',
]

WRONG = {
    "{ $name }": "there is no value $name; there are: $city, $service",
    "{ $city ->\n [a] { $token }\n*[b] c\n}": "there is no value $token",
    "{ mail-note }": "functions and other texts cannot be used",
    "{ -brand }": "functions and other texts cannot be used",
    "{ NUMBER($city, minimumFractionDigits: 999999999) }": "functions and other texts",
    "{ $city": "this is no text in Fluent",
    "brace }": "this is no text in Fluent",
    "[a]": "this is no text in Fluent",
    "Hello\n.attribute = more": "this is more than a text",
    "{" * 1000 + '""' + "}" * 1000: "more than 40 braces",
}


@pytest.mark.parametrize("text", FINE)
def test_words_and_the_values_of_ours_can_be_used(text: str) -> None:
    assert [*wrong_in_text(KEY, text)] == []
    written = Wording("en", {KEY: text}).text(KEY, city="Bystra", service="Lamp")
    assert written and "$" not in written


@pytest.mark.parametrize(("text", "said"), WRONG.items())
def test_all_else_is_told(text: str, said: str) -> None:
    [problem] = wrong_in_text(KEY, text)
    assert problem.startswith(said)


def test_a_key_that_there_is_not_is_told_with_those_that_there_are() -> None:
    [problem] = wrong_in_text("mail-lottery", "You have won.")
    assert problem.startswith("there is no text 'mail-lottery'; there are: mail-greeting, ")


def test_a_text_that_has_no_values_says_so() -> None:
    assert [*wrong_in_text("mail-greeting", "{ $city }")] == [
        "there is no value $city; this text has none"
    ]


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_a_citys_text_stands_for_one_of_ours_alone(language: str) -> None:
    ours, theirs = Wording(language, {}), Wording(language, {"mail-note": "Well"})
    assert theirs.text("mail-note") == "Well"
    for key in mail_texts().keys() - {"mail-note"}:
        values = dict.fromkeys(mail_texts()[key], "N")
        assert theirs.text(key, **values) == ours.text(key, **values)


def test_what_cannot_be_written_is_written_in_our_words(caplog: pytest.LogCaptureFixture) -> None:
    for text in ('{ "" }', "{ $unknown }"):
        assert Wording("en", {"mail-greeting": text}).text("mail-greeting") == "Hello,"
    assert caplog.text.count("mail-greeting") == 2
