"""Patience with who does not answer: one asks after them now and then, and nobody waits in line.

A system that takes a call and keeps silent holds a thread until the call is given up. With a few
hundred deliveries for it, and few threads, nothing else would leave the house. One that answers
always, and always late, would do the same: it has one thread, and no more.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from open311.delivery.channels import DeliveryPutOff


class Patience:
    """Knows who was slow to fail; for the threads of a worker.

    Args:
        slow_seconds: a failure that took longer is one of somebody who does not answer; who took
            longer to answer well is slow.
        pause_seconds: for how long nobody asks them again; then one does.
    """

    def __init__(self, slow_seconds: float = 5, pause_seconds: float = 60) -> None:
        self._slow_seconds = slow_seconds
        self._pause_seconds = pause_seconds
        self._until: dict[Hashable, float] = {}
        self._slow: set[Hashable] = set()
        self._called: Counter[Hashable] = Counter()
        self._lock = Lock()

    @contextmanager
    def with_(self, whom: Hashable, *, may_be_slow: bool = False) -> Iterator[None]:
        """Call somebody, unless they did not answer a moment ago, or are slow and called already.

        Args:
            whom: they.
            may_be_slow: whether they may hold as many threads as they like all the same.

        Raises:
            DeliveryPutOff: they did not, or are.
        """
        self._begin(whom, may_be_slow=may_be_slow)
        began, has_answered = monotonic(), False
        try:
            yield
            has_answered = True
        finally:
            self._end(whom, has_answered, monotonic() - began >= self._slow_seconds)

    def _begin(self, whom: Hashable, *, may_be_slow: bool) -> None:
        with self._lock:
            until, now = self._until.get(whom), monotonic()
            if until is not None and now < until:
                raise DeliveryPutOff("Not tried: it did not answer in time a moment ago.")
            if whom in self._slow and self._called[whom] and not may_be_slow:
                raise DeliveryPutOff("Not tried: it is slow, and is told something else just now.")
            if until is not None:
                # The first after the pause finds out for all.
                self._until[whom] = now + self._pause_seconds
            self._called[whom] += 1

    def _end(self, whom: Hashable, has_answered: bool, was_slow: bool) -> None:
        with self._lock:
            self._called[whom] -= 1
            if was_slow and not has_answered:
                self._until[whom] = monotonic() + self._pause_seconds
            else:
                self._until.pop(whom, None)
            if was_slow:
                self._slow.add(whom)
            else:
                self._slow.discard(whom)
