"""Who answers late holds one thread, and no more."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from open311.delivery.channels import DeliveryFailed
from open311.delivery.patience import Patience

SLOW = 0.05


def call(patience: Patience, *, may_be_slow: bool = False, seconds: float = 2 * SLOW) -> bool:
    """Call somebody who takes so long to answer; tell whether they were called at all."""
    try:
        with patience.with_("ledger", may_be_slow=may_be_slow):
            time.sleep(seconds)
    except DeliveryFailed as failure:
        assert "it is slow" in str(failure)
        return False
    return True


@pytest.mark.parametrize(("may_be_slow", "called"), [(False, 1), (True, 4)])
def test_who_is_slow_is_called_by_one_at_a_time(may_be_slow: bool, called: int) -> None:
    patience = Patience(SLOW)
    assert call(patience)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(call, patience, may_be_slow=may_be_slow, seconds=1) for _ in range(4)]
        assert sum(one.result() for one in calls) == called


def test_who_is_slow_is_called_again_when_that_is_over() -> None:
    patience = Patience(SLOW)
    assert [call(patience) for _ in range(3)] == [True] * 3


def test_who_is_quick_again_is_called_by_all() -> None:
    patience = Patience(SLOW)
    assert call(patience) and call(patience, seconds=0)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(call, patience) for _ in range(4)]
        assert sum(one.result() for one in calls) == 4
