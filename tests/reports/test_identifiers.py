"""Ids that survive being read over the phone."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from open311.reports.identifiers import new_token, service_request_id

NUMBERS = st.integers(min_value=1001, max_value=10**9)


def digits(service_request_id: str) -> str:
    return "".join(service_request_id.split("-")[-2:])


def test_an_id_names_city_number_and_check_digit() -> None:
    assert service_request_id("WRO", 572, "production") == "WRO-572-4"


def test_an_id_of_a_test_endpoint_says_so() -> None:
    assert service_request_id("KRK", 572, "test") == "KRK-TEST-572-4"


@given(NUMBERS, st.data())
def test_a_wrong_digit_is_noticed(number: int, data: st.DataObject) -> None:
    right = digits(service_request_id("WRO", number, "production"))
    assert damm.is_valid(right)
    place = data.draw(st.integers(0, len(right) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda one: one != right[place]))
    assert not damm.is_valid(right[:place] + digit + right[place + 1 :])


@given(NUMBERS, st.data())
def test_two_neighbours_exchanged_are_noticed(number: int, data: st.DataObject) -> None:
    right = digits(service_request_id("WRO", number, "production"))
    place = data.draw(st.integers(0, len(right) - 2))
    exchanged = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert exchanged == right or not damm.is_valid(exchanged)


def test_no_two_tokens_are_alike() -> None:
    assert len({new_token() for _ in range(1000)}) == 1000
