"""A least-recently-used cache."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class LRUCache(Generic[Value]):
    """Drops the least recently used values first.

    It holds at most `capacity` values, or as many as weigh no more than that together.
    """

    def __init__(self, capacity: int, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        self._capacity = capacity
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, name: str) -> Value | None:
        value = self._values.get(name)
        if value is not None:
            self._values.move_to_end(name)
        return value

    def __setitem__(self, name: str, value: Value) -> None:
        if (before := self._values.pop(name, None)) is not None:
            self._weight -= self._weigh(before)
        self._values[name] = value
        self._weight += self._weigh(value)
        while self._weight > self._capacity:
            _, dropped = self._values.popitem(last=False)
            self._weight -= self._weigh(dropped)
