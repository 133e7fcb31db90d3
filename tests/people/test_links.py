"""Links are good for what they were signed for, for as long as it is said, and cannot be made."""

import base64
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner

from open311.errors import BadRequest
from open311.people.keyring import Keyring
from open311.people.links import LONGEST, Links

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
PAYLOAD = ["krakow.pl", 104273, 0]
LINKS = Links(Keyring([OLD]))
HOUR = timedelta(hours=1)


def refusal(token: str, purpose: str = "follow", longest: timedelta | None = None) -> str:
    """Read a link that is no good; return the message of what is said."""
    with pytest.raises(BadRequest) as error:
        LINKS.read(purpose, token, longest=longest)
    [problem] = error.value.problems
    assert problem.values == {}
    return problem.message


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Puts the clock by which links are signed forward or back."""
    get_timestamp = TimestampSigner.get_timestamp

    def put(by: timedelta) -> None:
        monkeypatch.setattr(
            TimestampSigner,
            "get_timestamp",
            lambda signer: get_timestamp(signer) + int(by.total_seconds()),
        )

    return put


@pytest.mark.parametrize("payload", [[], [0], PAYLOAD, ["Zażółć \0 „gęślą”", -1, 2**70]])
def test_what_was_signed_is_read_as_it_was(payload: list[str | int]) -> None:
    assert LINKS.read("follow", LINKS.sign("follow", payload)) == payload


def test_a_link_is_short_and_needs_no_escapes() -> None:
    token = LINKS.sign("follow", PAYLOAD)
    assert len(token) < 90
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_a_link_of_one_purpose_is_useless_for_another() -> None:
    token = LINKS.sign("unsubscribe", PAYLOAD)
    for purpose in ("follow", "unsubscrib", "unsubscribe ", ""):
        assert refusal(token, purpose) == "link-invalid"


def test_a_link_says_nothing_else_once_it_is_changed() -> None:
    token = LINKS.sign("follow", PAYLOAD)
    # The last character holds two bits that no byte is made of.
    for place, character in enumerate(token[:-1]):
        changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        assert refusal(changed) == "link-invalid"


def test_a_link_that_was_cut_is_no_good() -> None:
    token = LINKS.sign("follow", PAYLOAD)
    for length in range(len(token)):
        assert refusal(token[:length]) == "link-invalid"
        assert refusal(token[length + 1 :]) == "link-invalid"


@pytest.mark.parametrize("added", ["\0", "\n", " ", "=", "+", "/", "ł", "\ud800", "%00", "A", "."])
def test_a_link_to_which_anything_was_added_is_no_good(added: str) -> None:
    token = LINKS.sign("follow", PAYLOAD)
    for place in (0, 5, len(token) - 20, len(token)):
        assert refusal(token[:place] + added + token[place:]) == "link-invalid"


def test_the_signature_of_another_link_is_no_good() -> None:
    one, two = (LINKS.sign("follow", ["krakow.pl", number]) for number in (1, 2))
    assert refusal(f"{one.rpartition('.')[0]}.{two.rpartition('.')[2]}") == "link-invalid"


def test_a_link_that_somebody_else_signed_is_no_good() -> None:
    assert refusal(Links(Keyring([NEW])).sign("follow", PAYLOAD)) == "link-invalid"


def test_a_link_that_is_not_signed_is_no_good() -> None:
    payload = base64.urlsafe_b64encode(b'["krakow.pl",1]').decode().rstrip("=")
    for token in (payload, f"{payload}.", f"{payload}..", f"{payload}.aSA.", "..", "."):
        assert refusal(token) == "link-invalid"


def test_a_link_that_is_too_long_is_refused_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(Links, "_serializer")
    assert refusal("A" * (LONGEST + 1)) == "link-invalid"


def test_the_longest_link_is_good_and_a_longer_one_is_not_made() -> None:
    noise = secrets.token_urlsafe(1050)
    token = LINKS.sign("follow", [noise])
    assert 1500 < len(token) <= LONGEST
    assert LINKS.read("follow", token) == [noise]
    with pytest.raises(ValueError, match="follow"):
        LINKS.sign("follow", list(range(5000)))


@given(st.text(max_size=300))
def test_any_text_is_refused_and_nothing_worse(token: str) -> None:
    assert refusal(token) == "link-invalid"


@given(st.text("abcXYZ019-_.", max_size=300))
def test_any_text_that_looks_like_a_link_is_refused(token: str) -> None:
    assert refusal(token, longest=HOUR) == "link-invalid"


def test_a_link_is_good_until_it_expires(clock: Callable[[timedelta], None]) -> None:
    clock(-HOUR + timedelta(minutes=1))
    assert LINKS.read("login", LINKS.sign("login", PAYLOAD), longest=HOUR) == PAYLOAD


def test_a_link_that_is_too_old_has_expired(clock: Callable[[timedelta], None]) -> None:
    clock(-HOUR - timedelta(minutes=1))
    token = LINKS.sign("login", PAYLOAD)
    assert refusal(token, "login", HOUR) == "link-expired"
    # Where nothing was said of its age, it goes on being good.
    assert LINKS.read("login", token) == PAYLOAD


def test_a_link_that_was_forged_is_not_told_to_be_old(clock: Callable[[timedelta], None]) -> None:
    clock(-2 * HOUR)
    assert refusal(LINKS.sign("follow", PAYLOAD), "login", HOUR) == "link-invalid"


def test_a_clock_that_is_a_little_ahead_does_no_harm(clock: Callable[[timedelta], None]) -> None:
    clock(timedelta(minutes=1))
    assert LINKS.read("login", LINKS.sign("login", PAYLOAD), longest=HOUR) == PAYLOAD


def test_older_links_are_good_after_a_key_was_added() -> None:
    longer = Links(Keyring([NEW, OLD]))
    assert longer.read("follow", LINKS.sign("follow", PAYLOAD)) == PAYLOAD
    assert refusal(longer.sign("follow", PAYLOAD)) == "link-invalid"
    assert Links(Keyring([NEW])).read("follow", longer.sign("follow", PAYLOAD)) == PAYLOAD
