"""Making the next while the last is still in use."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Iterator[T]:
    """Yield items; while one is used, a thread makes the next, and no more than that."""
    iterator = iter(items)

    def make_next() -> list[T]:
        return list(islice(iterator, 1))

    with ThreadPoolExecutor(1) as thread:
        pending = thread.submit(make_next)
        while made := pending.result():
            pending = thread.submit(make_next)
            yield made[0]
