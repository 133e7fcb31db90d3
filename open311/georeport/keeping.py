"""Keeping what follows from an object for as long as the object itself is kept."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

Owner = TypeVar("Owner")
Key = TypeVarTuple("Key")
Made = TypeVar("Made")


def kept_with_first(make: Callable[[Owner, *Key], Made]) -> Callable[[Owner, *Key], Made]:
    """Let a function make each value once, and forget it together with its first argument.

    A cache that counts its values would keep the revisions alive that they were made of.

    Args:
        make: its value must not hold the first argument; its other arguments have few values.
    """
    kept: WeakKeyDictionary[Owner, dict[tuple[*Key], Made]] = WeakKeyDictionary()

    @wraps(make)
    def keep(owner: Owner, *key: *Key) -> Made:
        values = kept.get(owner)
        if values is None:
            values = kept.setdefault(owner, {})
        if key not in values:
            values[key] = make(owner, *key)
        return values[key]

    return keep
