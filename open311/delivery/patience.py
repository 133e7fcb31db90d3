"""Patience with who does not answer: one asks after them now and then, and nobody waits in line.

A system that takes a call and keeps silent holds a thread until the call is given up. With a few
hundred deliveries for it, and few threads, nothing else would leave the house.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from open311.delivery.channels import DeliveryFailed


class Patience:
    """Knows who was slow to fail; for the threads of a worker.

    Args:
        slow_seconds: a failure that took longer is one of somebody who does not answer.
        pause_seconds: for how long nobody asks them again; then one does.
    """

    def __init__(self, slow_seconds: float = 5, pause_seconds: float = 60) -> None:
        self._slow_seconds = slow_seconds
        self._pause_seconds = pause_seconds
        self._until: dict[Hashable, float] = {}
        self._lock = Lock()

    @contextmanager
    def with_(self, whom: Hashable) -> Iterator[None]:
        """Call somebody, unless they did not answer a moment ago.

        Args:
            whom: they.

        Raises:
            DeliveryFailed: they did not; or the call itself failed.
        """
        self._begin(whom)
        began = monotonic()
        try:
            yield
        except DeliveryFailed:
            if monotonic() - began >= self._slow_seconds:
                self._pause(whom)
            else:
                self._forgive(whom)
            raise
        self._forgive(whom)

    def _begin(self, whom: Hashable) -> None:
        with self._lock:
            until = self._until.get(whom)
            if until is None:
                return
            now = monotonic()
            if now < until:
                raise DeliveryFailed("Not tried: it did not answer in time a moment ago.")
            # The first after the pause finds out for all.
            self._until[whom] = now + self._pause_seconds

    def _pause(self, whom: Hashable) -> None:
        with self._lock:
            self._until[whom] = monotonic() + self._pause_seconds

    def _forgive(self, whom: Hashable) -> None:
        with self._lock:
            self._until.pop(whom, None)
